"""A model's words as they come → draft sentences in plain text, each with the numbers of the sources it cites.

Links, images, HTML and Markdown become plain text; a sentence is given out when the next one has begun.
"""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass

import regex

from assistant.corpus.splitting import split_sentences

LARGEST_NUMBER = 999  # what stands in brackets above that is no citation, but perhaps a year

_MARK = regex.compile(r"\s*[\[【［〔]\s*\p{Nd}{1,3}(?:\s*[,،、;–-]\s*\p{Nd}{1,3})*\s*[\]】］〕](?:\([^)\s]*\))?")
_THOUGHT = regex.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", regex.DOTALL | regex.IGNORECASE)
_IMAGE = regex.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = regex.compile(r"\[([^\]]*\p{L}[^\]]*)\](?:\([^)]*\)|\[[^\]\d]*\])")
_TAG = regex.compile(r"</?[a-zA-Z!?][^<>]*>")
_LINE_MARK = regex.compile(r"(?m)^[ \t]*(?:#{1,6}|>+|[-*+•]|\d{1,2}[.)])[ \t]+")
_EMPHASIS = regex.compile(r"(\*{1,3}|(?<!\w)_{1,3}|~~|`{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", regex.DOTALL)
_INVISIBLE = regex.compile(r"[\p{Cc}\p{Cf}\p{Co}\p{Cs}--[\n\t\u200c\u200d]]", regex.VERSION1)
_UNFINISHED = regex.compile(r"[^.!?…。！？؟۔।॥]\s*[\"'»”’)\]」』]*\s*$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model wrote it, without its marks, and the numbers that were in them."""

    text: str
    numbers: tuple[int, ...]


class DraftReader:
    """Takes a model's pieces and gives its sentences."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._unread = ""

    def feed(self, piece: str) -> list[Draft]:
        """Returns the sentences that are complete with this piece."""
        self._unread += piece
        open_thought = _THOUGHT.search(self._unread)
        if open_thought and open_thought.end() == len(self._unread):
            return []
        read = _sentences(self._unread, self._language)
        if len(read) < 2:
            return []
        self._unread = self._unread[read[-1][0] :]
        return [_draft(text) for _, text in read[:-1]]

    def finish(self, *, cut: bool) -> list[Draft]:
        """Returns what is left; a reply that was `cut` leaves out a last sentence that has no end."""
        left, self._unread = self._unread, ""
        read = [text for _, text in _sentences(left, self._language)]
        if cut and read and (not _MARK.search(read[-1]) or _UNFINISHED.search(_MARK.sub("", read[-1]))):
            read.pop()
        return [_draft(text) for text in read]


def plain_text(written: str) -> str:
    """Returns what a model wrote without Markdown, HTML and invisible characters, in one line."""
    text = html.unescape(written)
    for _ in range(2):  # what stands inside a tag or a link may be one
        text = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    text = _EMPHASIS.sub(r"\2", _LINE_MARK.sub("", text))
    return " ".join(_INVISIBLE.sub("", text).split())


def without_thoughts(written: str) -> str:
    """Returns what a model wrote without what it marks as thinking aloud."""
    return str(_THOUGHT.sub("", written))


def _sentences(written: str, language: str) -> list[tuple[int, str]]:
    """Returns each sentence with its marks, and where it starts."""
    # Marks between sentences belong to the one before; without them the splitter sees where a sentence ends.
    bare = _MARK.sub(
        lambda match: "\x00" * len(match.group()), _THOUGHT.sub(lambda match: " " * len(match.group()), written)
    )
    starts: list[int] = []
    ended = True
    for span in split_sentences(bare.replace("\x00", " "), language):
        if ended or "\n" in bare[starts[-1] : span.start].strip(" ") or "\n" in bare[: span.start][-2:]:
            starts.append(span.start)
        ended = not _UNFINISHED.search(bare[span.start : span.end].replace("\x00", " "))
    if not starts:
        return []
    starts[0] = 0
    ends = [*starts[1:], len(written)]
    return [(start, written[start:end]) for start, end in zip(starts, ends, strict=True)]


def _draft(written: str) -> Draft:
    written = without_thoughts(written)
    numbers: list[int] = []
    for mark in _MARK.findall(_plain_marks(written)):
        numbers += _numbers(mark)
    # A model often puts a space before the full stop that followed the mark.
    text = regex.sub(r"\s+([.,;:!?。！？؟،؛])", r"\1", plain_text(_MARK.sub("", written)))
    return Draft(text, tuple(dict.fromkeys(numbers)))


def _plain_marks(written: str) -> str:
    """Returns the text with the digits in its marks as 0 to 9."""
    return "".join(str(unicodedata.decimal(it)) if it.isdecimal() else it for it in written)


def _numbers(mark: str) -> list[int]:
    mark = regex.sub(r"\([^)]*\)$", "", mark)
    found: list[int] = []
    for first, last in regex.findall(r"(\d+)(?:\s*[–-]\s*(\d+))?", mark):
        end = int(last or first)
        found += range(int(first), min(end, int(first) + 20) + 1) if end >= int(first) else [int(first), end]
    return [number for number in found if number <= LARGEST_NUMBER]
