"""The SQLite file that is the truth: articles, passages, sentences, their vectors, and which of them are published.

Content is addressed by digests and only ever added: an article by the digest of its file's bytes and of the versions
that read and split it, a vector by its model and the digest of its text. None of that is seen by readers until a
`seed` row points to it, and all `seed` rows change in one transaction, with the generation's number. What no seed
points to is dropped in that same transaction.
"""

from assistant.retrieval.store.database import Store
from assistant.retrieval.store.rows import Model, Publication, StoredArticle, StoredSpan, Words, damaged, text_key
from assistant.retrieval.store.schema import FILE_NAME
from assistant.retrieval.store.snapshot import Grain, Lexicon, Snapshot
from assistant.retrieval.store.writer import Writer

__all__ = [
    "FILE_NAME",
    "Grain",
    "Lexicon",
    "Model",
    "Publication",
    "Snapshot",
    "Store",
    "StoredArticle",
    "StoredSpan",
    "Words",
    "Writer",
    "damaged",
    "text_key",
]
