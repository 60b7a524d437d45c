"""A model's words as they come → draft sentences in plain text, each with the numbers of the sources it cites.

Links, images, HTML and Markdown become plain text. A sentence is given out when enough of what follows it is there to
tell that it has ended; how the words are cut into pieces makes no difference to the sentences.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

import regex

from assistant.answering.citation_marks import BLANK, Marked, cited_numbers, read_marks, without_marks
from assistant.answering.inert import INVISIBLE, TAG
from assistant.answering.thinking_aloud import ThoughtFilter
from assistant.corpus.splitting import SENTENCE_ENDS, split_sentences

# Characters from the first that can be seen behind a stop, before it is told whether the next sentence begins there;
# how many of them must be behind the beginning; and how many more must have come before it is told again.
SEEN_AHEAD = 14
SEEN_OF_NEXT = 8
SEEN_ANEW = 24

SEEN_BEHIND = 40  # characters before a place that tell whether a sentence goes on there
SEEN_BACK = 600  # characters of an unended sentence that are looked at again; a longer one is not kept anyhow
LONGEST_WRITTEN = 1_500  # characters of a sentence with its markup; a longer one is cut, and cites nothing

_IMAGE = regex.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = regex.compile(r"\[([^\]]*\p{L}[^\]]*)\](?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)|\[[^\]\d]*\])")
_LINE_MARK = regex.compile(r"(?m)^[ \t]*(?:#{1,6}|>+|[-*+•]|\d{1,2}[.)])[ \t]+")
_EMPHASIS = regex.compile(r"(\*{1,3}|(?<!\w)_{1,3}|~~|`{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", regex.DOTALL)
_SPACE_BEFORE_STOP = regex.compile(r"\s+([.,;:!?。！？؟،؛])")

_UNFINISHED = regex.compile(rf"[^{SENTENCE_ENDS}]\s*[\"'»”’)\]」』]*\s*$")
_CLOSING = "\"'»«”“’)\\]」』›"
_STOP = regex.compile(rf"(?:[.!?…]++(?![\p{{L}}\p{{N}}])|[\p{{STerm}}--[.!?]]++)[{_CLOSING}]*+|\n", regex.VERSION1)
_SEEN = regex.compile(rf"[^\s{BLANK}]")
_QUOTATION_MARK = regex.compile(r"[“”„‟«»「」『』]|(?<!\p{L})\"|\"(?!\p{L})")
_CITED = regex.compile(rf"{BLANK}[{SENTENCE_ENDS}\s]*$")
_STOP_AND_MARK = regex.compile(rf"[.!?…\p{{STerm}}][{_CLOSING}]*\s*{BLANK}[{BLANK}\s]*")
_CITED_END = regex.compile(rf"{_STOP_AND_MARK.pattern}|{BLANK}\s*[.!?…\p{{STerm}}]+[{_CLOSING}]*")
_SMALL = regex.compile(rf"[{_CLOSING}(„「『‹]*\p{{Ll}}")
_ORDINAL = regex.compile(r"(?<!\p{N})\p{Nd}{1,3}\.$")
_SHORT_WORD = regex.compile(r"(?<![\p{L}\p{M}])[\p{L}\p{M}]{1,6}\.$")
_AMOUNT = regex.compile(r"(?:\p{Sc}|\p{Lu}{2,3})?\s?\p{Nd}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model wrote it, without its marks, and the numbers that were in them."""

    text: str
    numbers: tuple[int, ...]


class DraftReader:
    """Takes a model's pieces and gives its sentences, in a time that grows with the words, however many pieces."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._thoughts = ThoughtFilter()
        self._unread = ""  # may become a mark yet
        self._words = Marked()  # from the beginning of the sentence that is being written
        self._looked = 0  # the stops until here end no sentence
        self._told = -SEEN_ANEW  # how much was seen when that was told

    def feed(self, piece: str) -> list[Draft]:
        """Returns the sentences that are certain to be complete with this piece."""
        self._read(self._thoughts.feed(piece.replace(BLANK, "")), ended=False)
        return [_draft(written) for written in _seen(self._take())]

    def finish(self, *, cut: bool) -> list[Draft]:
        """Returns what is left; a reply that was `cut` leaves out a last sentence that has no end."""
        self._read(self._thoughts.finish(), ended=True)
        sentences = self._take()
        while len(self._words):
            sentences.append(self._cut_off(_first_end(self._words.blanked, self._language) or len(self._words)))
        if cut and sentences:
            sentences[-1] = sentences[-1][: _last_cited_end(sentences[-1].blanked)]
        return [_draft(sentence) for sentence in _seen(sentences)]

    def _read(self, words: str, *, ended: bool) -> None:
        read, self._unread = read_marks(self._unread + words, ended=ended)
        self._words += read

    def _take(self) -> list[Marked]:
        """Returns the sentences whose end is certain."""
        taken: list[Marked] = []
        while (end := self._certain_end()) is not None:
            taken.append(self._cut_off(end))
        return taken

    def _cut_off(self, end: int) -> Marked:
        sentence, self._words = self._words[:end], self._words[end:]
        self._looked, self._told = 0, -SEEN_ANEW
        return sentence

    def _certain_end(self) -> int | None:
        """Returns where the sentence that is being written ends, or None when that is not known yet."""
        blanked = self._words.blanked
        for stop in _STOP.finditer(blanked, self._looked):
            self._looked = stop.start()
            begin: int = max(0, stop.end() - SEEN_BACK)
            if stop.group() == "\n":
                end = _first_end(blanked[begin : stop.end()], self._language)
                return stop.end() if end is None else begin + end
            seen = _SEEN.search(blanked, stop.end())
            if seen and seen.start() <= self._told - SEEN_OF_NEXT:
                continue
            ahead = max(seen.start() + SEEN_AHEAD, self._told + SEEN_ANEW) if seen else len(blanked) + 1
            if "\n" in blanked[stop.end() : ahead]:
                continue  # the line's end tells
            if ahead > len(blanked):
                return None
            if begin == 0 and _is_open(blanked[: stop.end()]):
                continue
            self._told = ahead
            end = _first_end(blanked[begin:ahead], self._language)
            if end is not None and begin + end <= ahead - SEEN_OF_NEXT:
                return begin + end
        self._looked = len(blanked)
        return None


def plain_text(written: str) -> str:
    """Returns what a model wrote without Markdown, HTML and invisible characters, in one line."""
    text = html.unescape(written)
    for _ in range(2):  # what stands inside a tag or a link may be one
        text = TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    text = _EMPHASIS.sub(r"\2", _LINE_MARK.sub("", text))
    return " ".join(INVISIBLE.sub("", text).split())


def _first_end(blanked: str, language: str) -> int | None:
    """Returns where the first sentence of these words ends and the next begins, or None when there is but one."""
    start: int | None = None
    ended = False
    marked = _first_marked_end(blanked)
    # Marks between sentences belong to the one before; without them the splitter sees where a sentence ends.
    for span in split_sentences(blanked.replace(BLANK, " "), language):
        if start is None:
            start = span.start
        elif "\n" in blanked[start : span.start] or (ended and not _goes_on(blanked, span.start)):
            return span.start if marked is None else min(marked, span.start)
        ended = not _UNFINISHED.search(blanked[span.start : span.end].replace(BLANK, " "))
    return marked


def _first_marked_end(blanked: str) -> int | None:
    """Returns where the first sentence ends that has a stop, then a mark; the splitter sees too wide a space there."""
    for end in _STOP_AND_MARK.finditer(blanked):
        seen = _SEEN.match(blanked, end.end())
        if seen and not _SMALL.match(blanked, end.end()) and not _is_open(blanked[: end.end()]):
            return int(end.end())
    return None


def _last_cited_end(blanked: str) -> int:
    """Returns where the last sentence ends that has a stop and a mark side by side, or 0 when there is none.

    What follows may go on with words that never came; so may a sentence that ends in a stop alone, as in "on 3.".
    """
    return max((end.end() for end in _CITED_END.finditer(blanked)), default=0)


def _goes_on(blanked: str, at: int) -> bool:
    """Tells whether a sentence goes on at a place where the splitter sees another begin, as behind "3." or "approx.".

    A mark right before it says that the sentence has ended, and a small letter that it has not. Behind an ordinal, and
    between a short word and a number, it goes on where there is no mark: a sentence of its own would have one.
    """
    before = blanked[max(0, at - SEEN_BEHIND) : at].rstrip()
    if _CITED.search(before):
        return False
    if _SMALL.match(blanked, at) or _ORDINAL.search(before):
        return True
    return bool(_SHORT_WORD.search(before) and _AMOUNT.match(blanked, at))


def _seen(sentences: list[Marked]) -> list[str]:
    """Returns what was written of each sentence that is more than marks and spaces."""
    return [sentence.written for sentence in sentences if _SEEN.search(sentence.blanked)]


def _is_open(blanked: str) -> bool:
    """Tells whether a quotation or a bracket is open at the end: no sentence of the model's own ends inside."""
    brackets = sum(map(blanked.count, "(（")) - sum(map(blanked.count, ")）"))
    return brackets > 0 or len(_QUOTATION_MARK.findall(blanked)) % 2 == 1


def _draft(written: str) -> Draft:
    if len(written) > LONGEST_WRITTEN:
        return Draft(plain_text(written[:LONGEST_WRITTEN]), ())
    # A model often puts a space before the full stop that followed the mark.
    return Draft(_SPACE_BEFORE_STOP.sub(r"\1", plain_text(without_marks(written))), cited_numbers(written))
