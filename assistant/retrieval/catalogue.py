"""Published articles → what is known of each without its text, and which of them filters let through."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from assistant.retrieval.store import Snapshot
from assistant.types import Filters, IndexedArticle

ARTICLES_AT_ONCE = 200  # texts in memory while they are proven


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The articles of a published state, by path."""

    articles: tuple[IndexedArticle, ...]

    def matching(self, filters: Filters) -> Collection[int]:
        """Returns the ids of the articles that every given filter lets through."""
        outlets, paths = (frozenset(map(str.casefold, values)) for values in (filters.outlets, filters.articles))
        return {
            article.id
            for article in self.articles
            if (not filters.languages or article.language in filters.languages)
            and (not outlets or article.outlet.casefold() in outlets)
            and (not paths or not paths.isdisjoint(map(str.casefold, (article.path, *article.copies))))
            and is_within(article.date, filters.since, filters.until)
        }


def read_catalogue(snapshot: Snapshot) -> Catalogue:
    """Returns what a published state holds, each article proven. Raises `IndexDamagedError` when one fails."""
    return Catalogue(tuple(sorted(_read(snapshot), key=lambda article: article.path)))


def is_within(day: str, since: str, until: str) -> bool:
    """Tells whether a date lies between two others, both included, as far as all are known: any of them may be a year
    or a month, and an empty end leaves the range open. Without a date an article lies in no range.
    """
    if not since and not until:
        return True
    if not day:
        return False
    return day[: len(since)] >= since[: len(day)] and (not until or day[: len(until)] <= until[: len(day)])


def _read(snapshot: Snapshot) -> Iterator[IndexedArticle]:
    counted = snapshot.passages_counted()
    ids = sorted({identity for identity, _ in snapshot.seeds().values()})
    for first in range(0, len(ids), ARTICLES_AT_ONCE):
        for stored in snapshot.articles(ids[first : first + ARTICLES_AT_ONCE]).values():
            path, *copies = stored.paths
            told = stored.provenance
            yield IndexedArticle(
                stored.id,
                path,
                stored.title,
                stored.language,
                tuple(copies),
                told.date,
                told.outlet,
                told.link,
                counted.get(stored.id, 0),
                len(stored.text),
            )
