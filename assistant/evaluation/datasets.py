"""`articles.jsonl`, `questions.jsonl` → an archive that can be evaluated, or the line that is wrong in them.

`docs/evaluation.md` tells the format. Everything is checked before anything is indexed, which may take hours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from assistant.errors import EvaluationError, QuestionError
from assistant.question import clean_question, read_filters
from assistant.types import Filters

ARTICLES_FILE, QUESTIONS_FILE = "articles.jsonl", "questions.jsonl"

EXPECTED = {str: "a text", bool: "true or false", int: "a whole number"}


@dataclass(frozen=True, slots=True)
class ArchiveArticle:
    """An article: its name is a path below `seeds/`, its language what the archive calls it."""

    name: str
    language: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArchiveQuestion:
    """A question and the article that answers it, None when no article does.

    `start` is where the answer begins in the article as it is indexed, in code points; None when the archive does not
    tell. `filters` are what the question is asked of.
    """

    text: str
    language: str
    article: str | None = None
    article_language: str | None = None
    start: int | None = None
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Archive:
    """Articles and the questions that were written for them."""

    name: str
    articles: tuple[ArchiveArticle, ...]
    questions: tuple[ArchiveQuestion, ...]

    def drawn(self, limit: int | None) -> tuple[ArchiveQuestion, ...]:
        """Returns at most `limit` questions, drawn evenly from every language, kind and part of the archive.

        Archives often ask the same in one language after the other; every tenth line of one could then be in a single
        language. So the draw goes through the questions language by language.
        """
        if limit is None or limit >= len(self.questions):
            return self.questions
        ordered = sorted(
            range(len(self.questions)),
            key=lambda at: (self.questions[at].language, self.questions[at].article_language or ""),
        )
        drawn = sorted(ordered[(2 * number + 1) * len(ordered) // (2 * limit)] for number in range(limit))
        return tuple(self.questions[at] for at in drawn)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file of JSON lines, which knows where it stands."""

    place: str
    content: Mapping[str, Any]

    def text(self, key: str) -> str:
        """Returns a text that must be there."""
        found: str = self._value(key, str)
        try:
            found.encode()
        except UnicodeEncodeError:
            raise self.problem(f"{key} holds half a character (a lone surrogate)", "Write it anew") from None
        return found

    def label(self, key: str) -> str:
        """Returns a short text that can be shown in a table."""
        found = self.text(key)
        if not found.strip() or not found.isprintable():
            raise self.problem(f"{key} is {found!r}", "Give it one line of letters that can be shown")
        return found

    def flag(self, key: str) -> bool:
        """Returns a truth value that must be there."""
        found: bool = self._value(key, bool)
        return found

    def number(self, key: str) -> int | None:
        """Returns a whole number, or None when the line has none."""
        if self.content.get(key) is None:
            return None
        found: int = self._value(key, int)
        return found

    def problem(self, what: str, remedy: str) -> EvaluationError:
        """Returns the error that tells what is wrong with this line, and what to do."""
        return EvaluationError(f"{self.place}: {what}. {remedy}, then evaluate again.")

    def _value(self, key: str, kind: type) -> Any:
        if key not in self.content:
            raise self.problem(f"the key {key} is missing", f"Add it, as {EXPECTED[kind]}")
        found = self.content[key]
        if type(found) is not kind:  # a truth value is a whole number to isinstance
            shown = json.dumps(found, ensure_ascii=False)
            shown = shown if len(shown) <= 40 else f"{shown[:39]}…"
            raise self.problem(f"{key} is {shown}", f"Make it {EXPECTED[kind]}")
        return found


def read_archive(folder: Path) -> Archive:
    """Reads and checks an archive.

    Raises `EvaluationError`, naming file and line, for the first thing in it that cannot be used.
    """
    if not folder.is_dir():
        raise EvaluationError(
            f"There is no folder {folder}. Name one that holds {ARTICLES_FILE} and {QUESTIONS_FILE}: "
            "assistant evaluate DIR"
        )
    articles = _read_articles(folder / ARTICLES_FILE)
    questions = tuple(_question_of(row, articles, folder) for row in _read_rows(folder / QUESTIONS_FILE))
    for file, found in ((ARTICLES_FILE, articles), (QUESTIONS_FILE, questions)):
        if not found:
            raise EvaluationError(f"{folder / file} is empty. Write a JSON object a line into it, then evaluate again.")
    name = "".join(character if character.isprintable() else "�" for character in folder.absolute().name)
    return Archive(name, tuple(articles.values()), questions)


def _read_articles(file: Path) -> dict[str, ArchiveArticle]:
    articles: dict[str, ArchiveArticle] = {}
    places: dict[str, str] = {}
    for row in _read_rows(file):
        article = ArchiveArticle(_safe_name(row), row.label("language"), row.text("text"))
        if article.name in articles:
            raise row.problem(
                f"the article {article.name} is there already ({places[article.name]})", "Give each its own name"
            )
        articles[article.name] = article
        places[article.name] = row.place
    return articles


def _question_of(row: Row, articles: Mapping[str, ArchiveArticle], folder: Path) -> ArchiveQuestion:
    text, language = row.text("question"), row.label("language")
    try:
        clean_question(text)
    except QuestionError as problem:
        raise EvaluationError(f"{row.place}: {problem}") from None
    if not row.flag("answerable"):
        return ArchiveQuestion(text, language, filters=_filters_of(row))
    name = row.text("article")
    if name not in articles:
        raise row.problem(
            f"the article {name!r} is not in {folder / ARTICLES_FILE}",
            "Add it there, or make answerable false if nothing there answers the question",
        )
    article = articles[name]
    if row.content.get("article_language", article.language) != article.language:
        raise row.problem(
            f"article_language is {row.content['article_language']!r}, but {name} is in {article.language!r}",
            "Make them agree",
        )
    return ArchiveQuestion(text, language, name, article.language, _start_of(row, article), _filters_of(row))


def _filters_of(row: Row) -> Filters:
    try:
        return read_filters(row.content.get("filters") or {})
    except QuestionError as problem:
        raise EvaluationError(f"{row.place}: {problem}") from None


def _start_of(row: Row, article: ArchiveArticle) -> int | None:
    # Offsets in bytes or UTF-16 are easily taken for code points, and would pass for bad evidence.
    start, end = row.number("start"), row.number("end")
    if start is None:
        return None
    last = start + 1 if end is None else end
    if not 0 <= start < last <= len(article.text):
        raise row.problem(
            f"start and end ({start}, {end}) are no place in {article.name}, which has {len(article.text)} characters",
            "Count in code points, or leave both out",
        )
    answer = row.content.get("answer")
    if answer is not None and end is not None and article.text[start:end] != answer:
        raise row.problem(
            f"{article.name} has {article.text[start:end][:40]!r} from start to end, not the answer",
            "Count in code points, or leave start and end out",
        )
    # The index reads CRLF as LF and passes over a byte order mark; the start moves with the text.
    return start - article.text.count("\r\n", 0, start) - article.text.startswith("\ufeff")


def is_safe_name(name: str) -> bool:
    """Tells whether an article of this name can be a file below `seeds/`, on any system."""
    unsafe = not name.isprintable() or "\\" in name or PureWindowsPath(name).drive
    return not unsafe and all(part.strip() and not part.startswith(".") for part in name.split("/"))


def _safe_name(row: Row) -> str:
    name = row.text("article")
    if not is_safe_name(name):
        raise row.problem(
            f"the article's name {name!r} cannot be a file below seeds/",
            "Name it like news.txt or 2024/news.txt: nothing empty, absolute or hidden, no .. and no backslash",
        )
    return name


def _read_rows(file: Path) -> Iterator[Row]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise EvaluationError(
            f"There is no file {file}. An archive is a folder with {ARTICLES_FILE} and {QUESTIONS_FILE}: put it there."
        ) from None
    except OSError as problem:
        raise EvaluationError(
            f"{file} cannot be read: {problem.strerror or problem}. Mend that, then evaluate again."
        ) from None
    # Not splitlines(): a text may hold other line separators, which JSON leaves as they are.
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield _row_of(f"{file}, line {number}", line)


def _row_of(place: str, line: bytes) -> Row:
    try:
        content = json.loads(line.decode())
    except UnicodeDecodeError:
        raise EvaluationError(f"{place}: is not UTF-8. Save the file as UTF-8, then evaluate again.") from None
    except (ValueError, RecursionError) as problem:
        reason = getattr(problem, "msg", None) or str(problem)
        raise EvaluationError(
            f"{place}: is no JSON ({reason}). Write one JSON object on each line, then evaluate again."
        ) from None
    if not isinstance(content, dict):
        raise EvaluationError(f"{place}: is no JSON object. Write one such as {{…}} on each line, then evaluate again.")
    return Row(place, content)
