"""The library of an assistant → a tab of its page: its articles, what failed, what is added, a rebuild, figures.

Everything is drawn in Python and escaped there; the script of the tab sends what is chosen and shows what comes back.
"""
