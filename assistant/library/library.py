"""An assistant → the library of its articles: what is in it, what failed, what is added, deleted and rebuilt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.assistant import Assistant
from assistant.corpus.files import find_seeds
from assistant.corpus.reading import reader_for
from assistant.errors import AssistantError, LibraryError, NoIndexError, ReadingError
from assistant.library.composing import Details, checked, compose
from assistant.library.fetching import fetch
from assistant.library.naming import name_for, safe_name
from assistant.library.placing import find_same, place, throw_away
from assistant.library.rebuilds import Rebuilds
from assistant.library.web_pages import read_page
from assistant.retrieval.last_rebuild import LastRebuild, last_rebuild
from assistant.types import IndexedArticle, Progress

StateKind = Literal["empty", "waiting", "building", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class LibraryState:
    """How the library is: `empty` (no file at all), `waiting` (files, but no index), `building`, `ready` or `failed`.

    `progress` is how far a rebuild has come, `problem` why one failed and what to do; what was indexed before goes on
    being answered from meanwhile: `articles` is how many.
    """

    kind: StateKind
    articles: int
    progress: Progress | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of an article: the `path` it has in `seeds/`; `known` when that holds the very same already."""

    path: str
    title: str
    known: bool = False


class Library:
    """The articles of one home, as those see them who tend them. Safe to share among threads.

    `local_addresses` lets articles come from machines of the own network too.
    """

    def __init__(
        self, assistant: Assistant, rebuilds: Rebuilds | None = None, *, local_addresses: bool = False
    ) -> None:
        self.assistant = assistant
        self.rebuilds = rebuilds or Rebuilds(assistant)
        self._local = local_addresses

    @property
    def largest_file(self) -> int:
        """The most bytes that an article's file may have."""
        return int(self.assistant.settings.maximum_file_megabytes * 1_000_000)

    def articles(self) -> tuple[IndexedArticle, ...]:
        """Returns what is indexed, by path; nothing before the first rebuild.

        Raises `IndexDamagedError` or `StorageError`.
        """
        try:
            return self.assistant.articles()
        except NoIndexError:
            return ()

    def last_rebuild(self) -> LastRebuild | None:
        """Returns what the last rebuild did, whoever ran it, or None when that is not known."""
        return last_rebuild(self.assistant.home.index)

    def failures(self) -> dict[str, str]:
        """Returns the files that the last rebuild could not read, with why, as far as they are still there."""
        last = self.last_rebuild()
        if not (last and last.failed):
            return {}
        # Asked of the folder's own listing: what is no file, or has no name in UTF-8, is there too.
        there = {it.path for listed in find_seeds(self.assistant.home.seeds) for it in listed}
        return {path: why for path, why in last.failed.items() if path in there}

    def waiting(self) -> tuple[str, ...]:
        """Returns the files that no rebuild has met yet, sorted. Raises as `articles`."""
        met = {path for article in self.articles() for path in (article.path, *article.copies)}
        met |= self.failures().keys()
        return tuple(seed.path for seed in find_seeds(self.assistant.home.seeds)[0] if seed.path not in met)

    def state(self) -> LibraryState:
        """Returns how the library is just now."""
        progress = self.rebuilds.progress
        try:
            articles = len(self.articles())
        except AssistantError as problem:
            kind: StateKind = "building" if progress else "failed"
            return LibraryState(kind, 0, progress, "" if progress else str(problem))
        if progress:
            return LibraryState("building", articles, progress)
        if self.rebuilds.problem:
            return LibraryState("failed", articles, problem=str(self.rebuilds.problem))
        if articles:
            return LibraryState("ready", articles)
        return LibraryState("waiting" if find_seeds(self.assistant.home.seeds)[0] else "empty", 0)

    def add_file(self, name: str, content: bytes) -> Addition:
        """Puts a file into `seeds/`, under its own name as far as that is safe and free.

        Raises `LibraryError` when it is too large, cannot be read as an article, or cannot be written.
        """
        return self._add(content, safe_name(name))

    def add_text(self, text: str, details: Details | None = None) -> Addition:
        """Puts a text and what is known of it into `seeds/`, as Markdown. Raises `LibraryError`."""
        known = checked(details or Details())
        try:
            content = compose(text, known).encode()
        except UnicodeEncodeError:  # half a character, as some programs leave behind
            raise LibraryError("The text holds characters that are none. Copy it anew.") from None
        first = next((line.strip(" #\t") for line in text.splitlines() if any(map(str.isalnum, line))), "")
        return self._add(content, name_for(known.title or first, ".md"))

    def add_address(self, address: str) -> Addition:
        """Asks for a web page, now and this once, and puts the article in it into `seeds/`, with its address.

        Raises `LibraryError` when it cannot be had, holds no article, or lies on this machine or its own network.
        """
        page = fetch(address, largest=self.largest_file, local=self._local)
        found = read_page(page)
        for article in self.articles():
            if article.link and article.link == found.details.link:
                return Addition(article.path, article.title, known=True)
        return self.add_text(found.text, found.details)

    def delete(self, path: str) -> Path:
        """Moves an article's file into the home's `trash/` and returns where it is now; a rebuild then forgets it.

        Raises `LibraryError` when there is no such file.
        """
        home = self.assistant.home
        return throw_away(path, home.seeds, home.trash)

    def _add(self, content: bytes, name: str) -> Addition:
        if len(content) > self.largest_file:
            raise LibraryError(
                f"{name} is {len(content) / 1e6:.1f} MB; the limit is {self.largest_file / 1e6:g} MB, the setting "
                "maximum_file_megabytes. Split it."
            )
        try:
            title = reader_for(name)(content).title
        except ReadingError as problem:
            raise LibraryError(f"{name} {problem}.") from None
        same = find_same(content, self.assistant.home.seeds)
        if same is not None:
            return Addition(same, title, known=True)
        return Addition(place(content, name, self.assistant.home.seeds), title)
