"""Question, lexicon → what each of its words does, and which of them name somebody or something.

A question is read by subtraction: what is neither a question word, a pronoun, a word of saying nor another small word
is its content. Phrases are matched longest first. Where a script puts no spaces between words, letters are matched one
by one, and what is left between two matches is one word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from assistant.answering.conversation_lexicon import Kind, Lexicon, Piece, fold_phrase, key_of, pieces_of

Role = Literal["subject", "topic", "adjunct"]
"""What a run of words is in a question: who speaks or does, what is spoken of, or where and when."""

_SHORTEST_STEM = 2  # letters that must remain when a conjunction is taken off a word


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of a question, `text[start:end]`, and what it does."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as a lexicon reads it: all its words in reading order, and those of `body` alone, which leaves out
    what opens and closes a follow-up ("and Peskov?", 佩斯科夫呢).
    """

    text: str
    words: tuple[Word, ...]
    body: tuple[Word, ...]
    opened: bool  # whether something opens or closes it
    known: float  # the share of its letters that the lexicon knows, 0 to 1

    def of(self, *kinds: Kind) -> list[Word]:
        """Returns the words that do one of these things."""
        return [word for word in self.words if word.kind in kinds]


@dataclass(frozen=True, slots=True)
class Run:
    """Words that name one person or thing: who speaks, what is spoken of, or where and when."""

    start: int
    end: int
    words: tuple[Word, ...]
    role: Role


def read(text: str, lexicon: Lexicon) -> Reading:
    """Returns what each word of `text` does in the lexicon's language."""
    written = pieces_of(text)
    pieces = _without_attached_opening(written, lexicon)
    body = _without_closing(_without_opening(pieces, lexicon), lexicon)
    words = _words(pieces, lexicon)
    content = sum(word.end - word.start for word in words if word.kind == "content")
    letters = sum(piece.end - piece.start for piece in written)
    return Reading(text, words, _words(body, lexicon), body != written, 1 - content / letters if letters else 0.0)


def _words(pieces: Sequence[Piece], lexicon: Lexicon) -> tuple[Word, ...]:
    words: list[Word] = []
    at = 0
    while at < len(pieces):
        length = _longest(pieces, at, lexicon.kinds, lexicon.longest)
        kind: Kind = lexicon.kinds[key_of(pieces[at : at + length])] if length else "content"
        at += max(length, 1)
        word = Word(pieces[at - max(length, 1)].start, pieces[at - 1].end, kind)
        if kind == "content" and words and words[-1].kind == kind and words[-1].end == word.start:
            words[-1] = Word(words[-1].start, word.end, kind)  # letters of a script without spaces
        else:
            words.append(word)
    return tuple(words)


def asks_for_more(reading: Reading, lexicon: Lexicon) -> bool:
    """Tells whether the words ask for what was not said yet: "what else?", "more"."""
    pieces, more = pieces_of(reading.text), lexicon.edges["more"]
    longest = max((phrase.count(" ") + 1 for phrase in more), default=0)
    return any(_longest(pieces, at, more, longest) for at in range(len(pieces)))


def runs_of(words: Sequence[Word], text: str, lexicon: Lexicon) -> list[Run]:
    """Returns the stretches of content words of a text, joined over "of": the minister of trade."""
    runs: list[Run] = []
    at = 0
    while at < len(words):
        end = _end_of_run(words, at)
        if end > at:
            content = tuple(word for word in words[at:end] if word.kind == "content")
            role = _role(words, at, end, lexicon)
            parted = _start_of_topic(content, text, lexicon) if role == "topic" and lexicon.about_follows else 0
            if parted:
                runs.append(Run(content[0].start, content[parted - 1].end, content[:parted], "subject"))
            runs.append(Run(content[parted].start, content[-1].end, content[parted:], role))
        at = max(end, at + 1)
    return runs


def _start_of_topic(content: Sequence[Word], text: str, lexicon: Lexicon) -> int:
    """Returns how many words before a topic tell who speaks of it, where "about" follows: Maran gaz hakkında."""
    endings = tuple(lexicon.edges["attached_closings"])
    for at in range(len(content) - 1, 0, -1):
        name, thing = text[content[at - 1].start : content[at - 1].end], text[content[at].start]
        if (name[0].isupper() and not thing.isupper()) or (endings and name.endswith(endings)):
            return at
    return 0


def _end_of_run(words: Sequence[Word], at: int) -> int:
    end = at
    while end < len(words) and words[end].kind == "content":
        end += 1
        joined = end
        while end > at and joined < len(words) and words[joined].kind in ("of", "article"):
            joined += 1
        if joined > end and words[end].kind == "of" and joined < len(words) and words[joined].kind == "content":
            end = joined
    return end


def _role(words: Sequence[Word], at: int, end: int, lexicon: Lexicon) -> Role:
    if lexicon.about_follows:
        return "topic" if end < len(words) and words[end].kind == "about" else "subject"
    while at and words[at - 1].kind == "article":
        at -= 1
    kind = words[at - 1].kind if at else "question"
    return "topic" if kind == "about" else "adjunct" if kind == "small" else "subject"


def first_of(runs: Sequence[Run], role: str) -> Run | None:
    """Returns the first run in a role, if there is one."""
    return next((run for run in runs if run.role == role), None)


def is_name(run: Run, reading: Reading, lexicon: Lexicon) -> bool | None:
    """Tells whether capitals make it a name; None in scripts without capitals."""
    initial = reading.text[run.words[0].start]
    if not (initial.isupper() or initial.islower()):
        return False if fold_phrase(reading.text[run.start : run.end]) in lexicon.edges["things"] else None
    if lexicon.nouns_capitalised and start_with_article(run, reading.words) < run.start:
        return False
    return all(reading.text[word.start].isupper() for word in run.words)


def names_of(runs: Sequence[Run], reading: Reading, lexicon: Lexicon) -> list[Run]:
    """Returns the words with capitals in runs: "Russia" in "when did Russia publish its draft?"."""
    names: list[Run] = []
    for run in runs:
        for capital, stretch in groupby(run.words, lambda word: reading.text[word.start].isupper()):
            words = tuple(stretch)
            name = Run(words[0].start, words[-1].end, words, run.role)
            begins = len(words) == 1 and words[0].start == reading.words[0].start  # any word has a capital there
            if capital and not begins and is_name(name, reading, lexicon):
                names.append(name)
    return names


def is_lower(run: Run, reading: Reading) -> bool:
    """Tells whether a run begins with a small letter and has no article, as a name typed in haste does."""
    return reading.text[run.start].islower() and start_with_article(run, reading.words) == run.start


def has_article(run: Run, reading: Reading, lexicon: Lexicon) -> bool:
    """Tells whether an article is written onto a run, as in الغاز."""
    return reading.text.startswith(tuple(lexicon.edges["attached_articles"]), run.start)


def start_with_article(run: Run, words: Sequence[Word]) -> int:
    """Returns where a run starts with the articles before it."""
    start = run.start
    for word in reversed(words):
        if word.end <= start and word.kind == "article":
            start = word.start
        elif word.end <= start:
            break
    return start


def _longest(pieces: Sequence[Piece], at: int, phrases: Mapping[str, Any] | frozenset[str], limit: int) -> int:
    """Returns how many pieces the longest phrase has that begins at a piece, or 0."""
    lengths = range(min(limit, len(pieces) - at), 0, -1)
    return next((length for length in lengths if key_of(pieces[at : at + length]) in phrases), 0)


def _without_opening(pieces: Sequence[Piece], lexicon: Lexicon) -> Sequence[Piece]:
    rest = _without_attached_opening(pieces, lexicon)
    while length := _longest(rest, 0, lexicon.edges["openings"], lexicon.longest):
        longer = max(_longest(rest, 0, known, lexicon.longest) for known in (lexicon.kinds, lexicon.edges["whole"]))
        if longer > length:  # 那里 is "there", not 那, "and"
            break
        rest = rest[length:]
    return rest


def _without_attached_opening(pieces: Sequence[Piece], lexicon: Lexicon) -> Sequence[Piece]:
    if not pieces:
        return pieces
    first = pieces[0]
    conjunction = next((it for it in lexicon.edges["attached_openings"] if first.folded.startswith(it)), "")
    stem = first.folded.removeprefix(conjunction)
    known = _longest(pieces, 0, lexicon.kinds, lexicon.longest) or first.folded in lexicon.edges["whole"]
    if not conjunction or known or len(stem) < _SHORTEST_STEM:
        return pieces
    return (Piece(first.start + len(conjunction), first.end, stem), *pieces[1:])


def _without_closing(pieces: Sequence[Piece], lexicon: Lexicon) -> Sequence[Piece]:
    for length in range(min(lexicon.longest, len(pieces)), 0, -1):
        if key_of(pieces[-length:]) in lexicon.edges["closings"]:
            return pieces[:-length]
    if not pieces:
        return pieces
    last = pieces[-1]
    endings = sorted(lexicon.edges["attached_closings"], key=len, reverse=True)
    ending = next((it for it in endings if last.folded.endswith(it)), "")
    if not ending or len(last.folded) - len(ending) < _SHORTEST_STEM or last.folded in lexicon.kinds:
        return pieces
    return (*pieces[:-1], Piece(last.start, last.end - len(ending), last.folded.removesuffix(ending)))
