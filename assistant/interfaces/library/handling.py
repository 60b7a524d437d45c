"""What the tab's script sends, which may be anything → the library asked, and the parts of the tab to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from assistant.display import HALF, direction_of
from assistant.errors import AssistantError, LibraryError
from assistant.interfaces.library import page
from assistant.interfaces.library.listing import Wish, choose_rows
from assistant.interfaces.library.numbers import figures
from assistant.interfaces.library.uploads import Uploads
from assistant.interfaces.texts import FALLBACK_LANGUAGE, Texts
from assistant.library.composing import Details
from assistant.library.library import Addition, Library
from assistant.types import IndexedArticle

Values = Mapping[str, Any]
Shown = dict[str, Any]

MOST_DELETED_AT_ONCE = 100
CHANGES = ("rebuild", "stop", "delete", "add_text", "add_address", "upload")


class Handling:
    """The handlers of one library's tab; what changes anything is refused unless it `may_change`."""

    def __init__(self, library: Library, texts: Mapping[str, Texts], *, may_change: bool) -> None:
        self._library, self._texts, self._may_change = library, texts, may_change
        self._uploads = Uploads(library.largest_file)

    def library_shell(self, values: Values) -> Shown:
        """Returns the frame of the tab in the language asked for, which it names with its direction."""
        language, words = self._words(values)
        html = page.shell(words, self._library.largest_file, may_change=self._may_change)
        return {
            "html": html,
            "language": language,
            "direction": direction_of(words.texts["library"]),
            "unanswered": words.texts["no_answer"],
        }

    def library_state(self, values: Values) -> Shown:
        """Returns how the library is; asked for again and again while a rebuild is at work."""
        _, words = self._words(values)
        state = self._library.state()
        waiting = () if state.kind in ("building", "failed") and not state.articles else self._waiting()
        report = self._library.rebuilds.report
        html = page.status(words, state, report, waiting, self._may_change)
        return {"parts": {"status": html}, "building": state.kind == "building"}

    def library_parts(self, values: Values) -> Shown:
        """Returns all that depends on the articles: the table, what failed, the figures, and the state."""
        _, words = self._words(values)
        shown = self.library_state(values)
        articles = self._articles()
        wish, home = _wish(values), self._library.assistant.home
        rtl = direction_of(words.texts["library"]) == "rtl"
        failed = sorted(self._library.failures().items())
        shown["parts"] |= {
            "table": page.table(words, choose_rows(articles, wish), wish, home.seeds, may_change=self._may_change),
            "failures": page.failures(words, failed, may_change=self._may_change),
            "figures": figures(words, articles, home.evaluation, rtl=rtl),
        }
        return shown

    def library_act(self, values: Values) -> Shown:
        """Does what was asked for, and returns what to tell of it, or the problem."""
        act = _text(values, "act")
        if act not in CHANGES or not self._may_change:
            raise LibraryError("This cannot be done here.")
        return getattr(self, f"_{act}")(values) or {}

    def _rebuild(self, _: Values) -> None:
        self._library.rebuilds.start_in_background()

    def _stop(self, _: Values) -> None:
        self._library.rebuilds.cancel()

    def _delete(self, values: Values) -> Shown:
        paths = [unquote(path) for path in _text(values, "paths").split()][:MOST_DELETED_AT_ONCE]
        for path in paths:
            self._library.delete(path)
        return self._told("deleted", ", ".join(paths), values)

    def _add_text(self, values: Values) -> Shown:
        details = Details(*(_text(values, name) for name in ("title", "outlet", "date", "link")))
        return self._added(self._library.add_text(_text(values, "text", self._library.largest_file), details), values)

    def _add_address(self, values: Values) -> Shown:
        return self._added(self._library.add_address(_text(values, "address")), values)

    def _upload(self, values: Values) -> Shown | None:
        number = values.get("number")
        content = self._uploads.take(
            _text(values, "key"),
            number if isinstance(number, int) else -1,
            _text(values, "piece", 2_000_000),
            last=values.get("last") is True,
        )
        return None if content is None else self._added(self._library.add_file(_text(values, "name"), content), values)

    def _added(self, addition: Addition, values: Values) -> Shown:
        return self._told("known" if addition.known else "added", addition.path, values)

    def _told(self, entry: str, name: str, values: Values) -> Shown:
        _, words = self._words(values)
        return {"told": words(entry, name=name)}

    def _words(self, values: Values) -> tuple[str, page.Words]:
        wanted = values.get("language")
        language = wanted if isinstance(wanted, str) and wanted in self._texts else FALLBACK_LANGUAGE
        return language, page.Words(self._texts[language])

    def _waiting(self) -> tuple[str, ...]:
        try:
            return self._library.waiting()
        except AssistantError:  # which the state tells
            return ()

    def _articles(self) -> tuple[IndexedArticle, ...]:
        try:
            return self._library.articles()
        except AssistantError:  # which the state tells
            return ()


def _wish(values: Values) -> Wish:
    number = values.get("page")
    return Wish(
        find=_text(values, "find"),
        column=_text(values, "column") or "date",
        descending=values.get("descending") is not False,
        page=number if isinstance(number, int) else 0,
    )


def _text(values: Values, name: str, longest: int = 10_000) -> str:
    value = values.get(name) or ""
    if not isinstance(value, str) or len(value) > longest or HALF.search(value):
        raise LibraryError(f"The page sent no usable {name}, or too much of it.")
    return value
