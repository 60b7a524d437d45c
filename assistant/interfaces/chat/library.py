"""An assistant → what the page shows of its articles: choices for filters, one of them to read, how a rebuild goes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from assistant.assistant import Assistant
from assistant.display import direction_of, printable
from assistant.errors import ArticleIndexError
from assistant.interfaces.chat.showing import Shown
from assistant.interfaces.chat.values import Handler, Values, text_in
from assistant.interfaces.rendering import article_to_html, place_of
from assistant.library.rebuilds import Rebuilds
from assistant.types import IndexedArticle

MOST_CHOICES = 200  # languages and outlets, the ones with most articles first
MOST_FOUND = 30  # articles


class Library:
    """The articles of an assistant, for all readers alike. Its methods are handlers of the page."""

    def __init__(self, assistant: Assistant, rebuilds: Rebuilds) -> None:
        self._assistant, self._rebuilds = assistant, rebuilds

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """What the page can ask for, each by its name."""
        return (self.choices, self.find_articles, self.read_article, self.state)

    def choices(self, values: Values, reader: str) -> Shown:  # noqa: ARG002 - as all handlers
        """Returns the languages and outlets to choose from, and the first and last date."""
        articles = self._articles()
        dates = sorted(article.date for article in articles if article.date)
        return {
            "languages": _counted(article.language for article in articles if article.language != "und"),
            "outlets": _counted(article.outlet for article in articles if article.outlet),
            "first": dates[0][:10] if dates else "",
            "last": dates[-1][:10] if dates else "",
        }

    def find_articles(self, values: Values, reader: str) -> list[Shown]:  # noqa: ARG002 - as all handlers
        """Returns the articles whose title, outlet or file says all of `text`, the newest first."""
        words = text_in(values, "text").casefold().split()
        told = (
            (article, f"{article.title} {article.outlet} {article.path}".casefold()) for article in self._articles()
        )
        found = [article for article, text in told if all(word in text for word in words)]
        found.sort(key=lambda article: article.date, reverse=True)
        return [_choice(article) for article in found[:MOST_FOUND]]

    def read_article(self, values: Values, reader: str) -> Shown:  # noqa: ARG002 - as all handlers
        """Returns the article that a citation's link leads to, with the cited words marked; nothing if it is gone."""
        place = place_of(text_in(values, "link"))
        article = self._assistant.article(place[0]) if place else None
        if place is None or article is None:
            return {"html": "", "title": ""}
        return {"html": article_to_html(article, place[1], place[2]), "title": printable(article.title)}

    def state(self, values: Values, reader: str) -> Shown:  # noqa: ARG002 - as all handlers
        """Returns whether there is an index, and how far the rebuild at work has come."""
        progress = self._rebuilds.progress
        work = {"stage": progress.stage, "done": progress.done, "total": progress.total} if progress else None
        settings = self._assistant.settings
        return {
            "built": self._assistant.is_built(),
            "work": work,
            "articles": len(self._articles()) if progress is None else None,
            # Whoever wrote "none" into the settings knows how a model is named.
            "without_model": settings.llm == "auto" and not settings.llm_address,
        }

    def _articles(self) -> tuple[IndexedArticle, ...]:
        try:
            return self._assistant.articles()
        except ArticleIndexError:  # which the answer to a question tells
            return ()


def _choice(article: IndexedArticle) -> Shown:
    return {
        "path": article.path,
        "title": printable(article.title),
        "direction": direction_of(article.title),
        "told": [printable(part) for part in (article.outlet, article.date) if part] or [printable(article.path)],
    }


def _counted(values: Any) -> list[list[Any]]:
    return [[value, count] for value, count in Counter(values).most_common(MOST_CHOICES)]
