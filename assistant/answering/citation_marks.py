"""A model's words → the numbers of the sources it cites ([1], [1, 2], [1–3], 【1】), and the words without them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

LARGEST_NUMBER = 999  # what stands in brackets above that is no citation, but perhaps a year
LONGEST_RANGE = 20  # sources in [1–21]

BLANK = "\x00"  # stands for a character of a mark in words that are otherwise as they were

# Every part has a longest form, so that it is soon known whether a bracket that was opened becomes a mark.
_MARK = regex.compile(
    r"\s{0,8}[\[【［〔]\s{0,2}\p{Nd}{1,3}(?:\s{0,2}[,،、;–-]\s{0,2}\p{Nd}{1,3}){0,30}\s{0,2}[\]】］〕](?:\([^)\s]{0,300}\))?"
)
_TARGET_BEGUN = regex.compile(r"(?:\([^)\s]{0,300})?")
_TARGET = regex.compile(r"\([^)]*\)$")


@dataclass(frozen=True, slots=True)
class Marked:
    """A model's words, and the same with `BLANK` for each character of a mark."""

    written: str = ""
    blanked: str = ""

    def __add__(self, other: Marked) -> Marked:
        return Marked(self.written + other.written, self.blanked + other.blanked)

    def __getitem__(self, place: slice) -> Marked:
        return Marked(self.written[place], self.blanked[place])

    def __len__(self) -> int:
        return len(self.written)


def read_marks(written: str, *, ended: bool) -> tuple[Marked, str]:
    """Returns words with their marks blanked, and the last of them that may yet become a mark, or a longer one.

    Where the words have `ended`, nothing is held back.
    """
    blanked: list[str] = []
    read = 0
    for match in _MARK.finditer(written, partial=not ended):
        held = not ended and (match.partial or _TARGET_BEGUN.fullmatch(written, match.end()))
        blanked.append(written[read : match.start()])
        if held:
            return Marked(written[: match.start()], "".join(blanked)), written[match.start() :]
        blanked.append(BLANK * len(match.group()))
        read = match.end()
    blanked.append(written[read:])
    return Marked(written, "".join(blanked)), ""


def without_marks(written: str) -> str:
    """Returns the words alone."""
    return str(_MARK.sub("", written))


def cited_numbers(written: str) -> tuple[int, ...]:
    """Returns the numbers in the words' marks, each once, in the order in which they stand there."""
    plain = "".join(str(unicodedata.decimal(it)) if it.isdecimal() else it for it in written)
    return tuple(dict.fromkeys(number for mark in _MARK.findall(plain) for number in _numbers(mark)))


def _numbers(mark: str) -> list[int]:
    found: list[int] = []
    for first, last in regex.findall(r"(\d+)(?:\s*[–-]\s*(\d+))?", _TARGET.sub("", mark)):
        end = int(last or first)
        longest = min(end, int(first) + LONGEST_RANGE)
        found += range(int(first), longest + 1) if end >= int(first) else [int(first), end]
    return [number for number in found if number <= LARGEST_NUMBER]
