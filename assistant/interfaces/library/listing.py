"""All the articles, a search, an order → the rows of one page of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import IndexedArticle

ROWS = 25

# A column and the value it is ordered by; titles and names in their alphabet whatever their case.
COLUMNS = ("title", "language", "date", "outlet", "passages")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see: the words to find, the column to order by, which way, and the page from 0."""

    find: str = ""
    column: str = "date"
    descending: bool = True
    page: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """The articles of one page, the number of the first from 0, and how many there are on all pages."""

    articles: tuple[IndexedArticle, ...]
    first: int
    count: int

    @property
    def last(self) -> int:
        """The number of the last, from 1."""
        return self.first + len(self.articles)


def choose_rows(articles: Sequence[IndexedArticle], wish: Wish) -> Rows:
    """Returns the rows that a wish is for; a page behind the last is the last one."""
    words = wish.find.casefold().split()
    found = [article for article in articles if all(word in _told(article) for word in words)]
    column = wish.column if wish.column in COLUMNS else "date"
    found.sort(key=lambda article: _key(article, column), reverse=wish.descending)
    # What is not known stands last, whichever way the rest is ordered.
    found.sort(key=lambda article: getattr(article, column) in ("", "und"))
    page = max(0, min(wish.page, (len(found) - 1) // ROWS))
    return Rows(tuple(found[page * ROWS : (page + 1) * ROWS]), page * ROWS, len(found))


def _told(article: IndexedArticle) -> str:
    return " ".join((article.title, article.outlet, article.path, *article.copies)).casefold()


def _key(article: IndexedArticle, column: str) -> tuple[str | int, str]:
    value = getattr(article, column)
    return (value.casefold() if isinstance(value, str) else value, article.path)
