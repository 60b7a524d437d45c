"""An archive with questions → how good the answers from it are: `datasets`, `running`, `measures`, `report`, `picture`.

`writing` puts the articles into a home and the results into files.
"""
