"""`prompts/frames/*.toml` → the assistant's own words, one file a language, checked when loaded.

What articles and programs tell (names, titles, reasons) comes into these words only here, as inert values.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from assistant.answering.inert import FIRST_STRONG_ISOLATE, POP_ISOLATE, inert_value
from assistant.answering.variables import check_variables
from assistant.errors import LanguageModelError, PromptError
from assistant.types import Article

FALLBACK_LANGUAGE = "en"

_NO_ISOLATES = str.maketrans("", "", FIRST_STRONG_ISOLATE + POP_ISOLATE)
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What the assistant says in one language."""

    nothing: str
    """The articles say nothing about that."""
    nearest: str
    """Over the nearest passages of an answer that abstains."""
    no_articles: str
    """There is nothing to answer from."""
    none_chosen: str
    """The filters leave out every article."""
    quote: str
    """Around a quote in an article of this language; `{quote}` stands for its words."""
    title: str
    """Around the `{title}` of an article."""
    source: str
    """An article with what it tells of itself: `{title}`, within its marks, and `{details}`, outlet and date."""
    comma: str
    """Between the parts of a list."""
    says: str
    """Over the quotes of the one `{speaker}` in question, or of one of several in one article."""
    speaker: str
    """Over the quotes of one of several speakers: `{speaker}` and `{source}`."""
    article: str
    """Over quotes that nobody in particular says: `{source}`."""
    missing: str
    """Nothing was found about `{missing}`, words of the question."""
    understood: str
    """The `{question}` as the turns before complete it."""
    left_out: str
    """The `{count}` of sentences by the language model `{model}` that no article holds."""
    model_failed: str
    """Why (`{reason}`, one of `why`) the language model did not answer."""
    broken_off: str
    """Why (`{reason}`, one of `why`) the language model wrote no further."""
    model_found: str
    """The language model `{model}` was found without being named; `{setting}` turns it off."""
    why: Mapping[str, str]
    """Why a language model fails, by `LanguageModelError.reason`."""

    def heading(self, speaker: str, article: Article | None) -> str:
        """Returns the line over the quotes of a speaker, or of an article, or of a speaker in an article."""
        if article is None:
            return fill(self.says, speaker=speaker)
        source = self._source(article)
        if not speaker:
            return _settled(self.article.format(source=source))
        return _settled(self.speaker.format(speaker=inert_value(speaker), source=source))

    def lacks(self, words: Sequence[str]) -> str:
        """Returns the line that nothing was found about these words of the question."""
        return _settled(self.missing.format(missing=self.comma.join(map(inert_value, dict.fromkeys(words)))))

    def fails(self, problem: LanguageModelError) -> str:
        """Returns the line that the language model did not answer, and why."""
        return _settled(self.model_failed.format(reason=self._reason(problem)))

    def breaks_off(self, problem: LanguageModelError) -> str:
        """Returns the line that the language model wrote no further, and why."""
        return _settled(self.broken_off.format(reason=self._reason(problem)))

    def _reason(self, problem: LanguageModelError) -> str:
        if problem.reason not in self.why:
            return inert_value(str(problem))
        return self.why[problem.reason].format(**{name: inert_value(str(it)) for name, it in problem.values.items()})

    def _source(self, article: Article) -> str:
        title = self.title.format(title=inert_value(article.title or article.path))
        details = [inert_value(detail) for detail in (article.outlet, article.date) if detail.strip()]
        return self.source.format(title=title, details=self.comma.join(details)) if details else title


WHY = "why."  # before the entries of the table [why]

VARIABLES: Mapping[str, frozenset[str]] = {
    "quote": frozenset({"quote"}),
    "title": frozenset({"title"}),
    "source": frozenset({"title", "details"}),
    "says": frozenset({"speaker"}),
    "speaker": frozenset({"speaker", "source"}),
    "article": frozenset({"source"}),
    "missing": frozenset({"missing"}),
    "understood": frozenset({"question"}),
    "left_out": frozenset({"count", "model"}),
    "model_failed": frozenset({"reason"}),
    "broken_off": frozenset({"reason"}),
    "model_found": frozenset({"model", "setting"}),
    "why.too_slow": frozenset({"model"}),
    "why.too_long": frozenset({"model"}),
    "why.cut": frozenset({"model"}),
    "why.no_answer": frozenset({"model"}),
    "why.silent": frozenset({"model"}),
    "why.unproven": frozenset({"model", "count"}),
    "why.no_room": frozenset(),
    "why.error": frozenset({"model", "status"}),
    "why.refused": frozenset({"model"}),
    "why.busy": frozenset({"model"}),
    "why.key": frozenset({"model"}),
    "why.unknown": frozenset({"model"}),
    "why.unreachable": frozenset({"model", "address"}),
    "why.nobody": frozenset({"address"}),
    "why.packages": frozenset({"extra"}),
    "why.file": frozenset({"file"}),
}
"""What stands in braces in each entry that is filled in."""


class Frames:
    """Frames by language; a language without one gets the English frame."""

    def __init__(self, frames: Mapping[str, Frame]) -> None:
        self._frames = dict(frames)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a frame of their own, sorted."""
        return tuple(sorted(self._frames))

    def of(self, language: str) -> Frame:
        """Returns the language's frame, else the English one."""
        return self._frames[self.spoken(language)]

    def spoken(self, language: str) -> str:
        """Returns the language that `of` answers in: this one, or English."""
        return language if language in self._frames else FALLBACK_LANGUAGE


def fill(text: str, **values: str | int) -> str:
    """Returns an entry of a frame with these values for its variables, as one line.

    Each value goes through `inert_value`; braces in it stay what they are.
    """
    return _settled(text.format(**{name: inert_value(str(value)) for name, value in values.items()}))


def _settled(line: str) -> str:
    # Where everything runs from left to right, isolates change nothing and would only be in a reader's way.
    turns = any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line)
    return line if turns else line.translate(_NO_ISOLATES)


def load_frames(folders: list[Path]) -> Frames:
    """Returns the frames in these `prompts/` folders; an entry in an earlier folder goes before the later one's.

    A file may hold only the entries that it changes: what a language lacks in every folder is said in English.
    Raises `PromptError`, naming file and entry or variable, when a file cannot be used, or when English is not whole.
    """
    entries: dict[str, dict[str, str]] = {}
    for folder in reversed(folders):
        for file in sorted((folder / "frames").glob("*.toml")):
            entries[file.stem] = entries.get(file.stem, {}) | _load(file)
    if FALLBACK_LANGUAGE not in entries:
        raise PromptError(
            f"{folders[0] / 'frames'} has no {FALLBACK_LANGUAGE}.toml, which stands in for every language without a "
            "file. Put it back, or reinstall the package."
        )
    english = entries[FALLBACK_LANGUAGE]
    for entry in _known_entries():
        if entry not in english:
            file = folders[0] / "frames" / f"{FALLBACK_LANGUAGE}.toml"
            raise PromptError(f'{file} has no text for {entry}. Add a line like: {entry} = "…"')
    return Frames({language: _framed(english | own) for language, own in entries.items()})


def _framed(entries: Mapping[str, str]) -> Frame:
    why = {entry.removeprefix(WHY): text for entry, text in entries.items() if entry.startswith(WHY)}
    return Frame(**{entry: text for entry, text in entries.items() if not entry.startswith(WHY)}, why=why)


def _known_entries() -> list[str]:
    plain = [field.name for field in fields(Frame) if field.name != "why"]
    return plain + [entry for entry in VARIABLES if entry.startswith(WHY)]


def _load(file: Path) -> dict[str, str]:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:  # a TOMLDecodeError and a UnicodeDecodeError are ValueErrors
        raise PromptError(f"{file} cannot be read as TOML: {problem}. Mend the line it names.") from None
    why = entries.pop("why", {})
    if not isinstance(why, dict):
        raise PromptError(f"{file} has an entry why that is no table. Write [why] in a line above what it holds.")
    entries |= {WHY + entry: text for entry, text in why.items()}
    known = _known_entries()
    for entry, text in entries.items():
        if entry not in known:
            raise PromptError(f"{file} has an entry {entry}, which is none of {', '.join(known)}. Rename or delete it.")
        if not isinstance(text, str) or not text.strip():
            raise PromptError(f'{file} has no text for {entry}. Write some, like: {entry} = "…", or delete the line.')
        check_variables(f"{file}: {entry}", text, VARIABLES.get(entry, frozenset()))
    # What has no variables is filled in here, so that doubled braces mean the same everywhere.
    return {entry: text if entry in VARIABLES else text.format() for entry, text in entries.items()}
