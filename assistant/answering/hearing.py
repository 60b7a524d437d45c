"""Ranked sentences, a question → the same with their speakers, those before all others whose words it asks for.

"What did Stoltenberg say?" asks for Stoltenberg's statements: sentences about him are as near to the question, or
nearer, and answer nothing. Who says a sentence is told by the whole article, so that "he said" counts as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.gathering import Evidence, best_first, sentence_score
from assistant.answering.silence import without_statements
from assistant.answering.speaking import Asked, asks_for_anything, asks_for_words, read_according, speaks
from assistant.answering.statements import SAME_PERSON, Said, Wanted, find_said, speaking_of
from assistant.corpus.splitting import split_sentences
from assistant.types import Hit, Span

Alike = Callable[[str, str], float]
"""How alike two texts are in what they say, in standard deviations above unrelated ones (`retrieval.likeness`)."""

# What an archive's size alone adds to the best score (`confidence`): that of 30 passages.
LEVEL = 2.9

# What it adds to a sentence, in its score's unit, that somebody says it where "who said" is asked.
SAID_BY_SOMEBODY = 1.0

# Of what the best sentence has above the archive's level, this much must another have to tell as well who said it.
AS_GOOD = 0.85

# Somebody's statements answer what they said, whatever it is: the score above the level that these have, and what a
# sure speaker adds.
STATEMENT = 3.5
SAID = 1.5

# A statement about a matter is found by how alike the two are, more than by what the whole question, in which a name
# is half of the words, is like: its score above the level is KEPT of its own, what is alike, and ABOUT_IT.
KEPT = 0.3
ABOUT_IT = -2.6

# What it adds that the question mentions the speaker, and that it seems to ask for their words and one is this much
# about the rest of it.
MENTIONED = 0.5
MUCH, FOR_WORDS = 3.0, 0.5

# What it adds that an article is in the question's language: of many mayors, a reader means their own first.
IN_THE_LANGUAGE = 0.5

# How much the rest of a question orders what somebody says of it: "What did Velt promise?"
OF_THE_KIND = 0.2

# Across languages less of what is alike remains (`retrieval.language_space`).
ACROSS_LANGUAGES = 1.2

# The sentences of a quotation are compared one by one: without its marks, they are sentences like others.
WITHOUT_MARKS = str.maketrans(dict.fromkeys('«»“”„"「」『』', " "))

# The best of several is nearer by chance than one.
BEST_OF_PARTS = 0.3

A_LITTLE = 0.001  # that keeps an order
MOST_PEOPLE = 4  # of one name or office who are all quoted

MOST_COMPARED = 8  # statements that are compared with the matter, the best found

# An answer names a speaker only when this sure.
SURE_TO_NAME = 0.6


@dataclass(frozen=True, slots=True)
class _Way:
    """Whether a question surely asks for somebody's words, and for any of them; and what an archive's size adds."""

    surely: bool
    anything: bool
    level: float


@dataclass(frozen=True, slots=True)
class _Statement:
    """What the question asks for, perhaps: a sentence with its score as one that was found, and who says it."""

    piece: Evidence
    said: Said


def unlike(one: str, other: str) -> float:  # noqa: ARG001
    """Tells nothing of how alike two texts are."""
    return 0.0


def hear(
    ranked: Sequence[Evidence],
    hits: Sequence[Hit],
    asked: Asked,
    question: str = "",
    language: str = "",
    alike: Alike = unlike,
    level: float = LEVEL,
) -> list[Evidence]:
    """Returns the evidence for a question, best first, with what the speakers whom it means say.

    `asked` is what `read_asked` finds in the question, which is in `language`; `level` is what the size of the archive
    alone adds to the best score. Where it asks what somebody says, their sentences come before all others, those too
    that were not found; where they say nothing, hardly anything is left (`silence`). Where it mentions a speaker
    otherwise, theirs gain a little.
    """
    if asked.who:
        return _on_the_point(best_first(_said_by_somebody(piece) for piece in ranked), level)
    surely = bool(asked.speaker)
    way = _Way(surely, surely and asks_for_anything(question, language), level)
    wanted = Wanted(question, language, asked.speaker, asked.about)
    said = find_said(hits, wanted)
    if not said and not surely and asks_for_words(question, language):
        according = read_according(question, language)
        said = find_said(hits, replace(wanted, speaker=according.speaker, about=according.about))
    if not said:
        return without_statements(ranked, asked, language, anything=way.anything)
    weighed = _weighed(_statements(said, ranked), wanted, way, alike)
    if surely:
        return best_first(weighed) if asked.about else _each_once(best_first(weighed))
    others = {(it.article.id, it.start, it.end): it for it in ranked}
    return best_first((others | {(it.article.id, it.start, it.end): it for it in weighed}).values())


def name_speakers(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Returns the evidence with who says it, where that is sure and was not known yet."""
    return [piece if piece.speaker else _named(piece) for piece in evidence]


def _statements(said: Iterable[Said], ranked: Sequence[Evidence]) -> list[_Statement]:
    scores = {(piece.article.id, piece.start, piece.end): piece.score for piece in ranked}
    statements = []
    for it in said:
        article, start, end = it.hit.article, it.place.start, it.place.end
        score = scores.get((article.id, start, end), sentence_score(it.hit, None))
        statements.append(_Statement(Evidence(article, start, end, score, it.speaker), it))
    return statements


def _weighed(statements: Sequence[_Statement], wanted: Wanted, way: _Way, alike: Alike) -> list[Evidence]:
    """Returns the statements with what they are worth."""
    found = sorted(statements, key=lambda statement: -statement.piece.score)
    return [
        replace(it.piece, score=_worth(it, wanted, way, alike if rank < MOST_COMPARED else unlike))
        for rank, it in enumerate(found)
    ]


def _worth(statement: _Statement, wanted: Wanted, way: _Way, alike: Alike) -> float:
    own, said = statement.piece.score, statement.said
    sure = said.likeness * said.certainty
    about = said.about or ("" if way.anything else wanted.question.replace(wanted.speaker, " "))
    on_it = _on_the_matter(statement, about, wanted.language, alike) if about and alike is not unlike else 0.0
    if way.surely and not said.about:
        own_language = IN_THE_LANGUAGE * (statement.piece.article.language == wanted.language)
        return way.level + STATEMENT + SAID * sure + OF_THE_KIND * on_it + own_language
    score = way.level + KEPT * (own - way.level) + on_it + SAID * sure + ABOUT_IT
    if way.surely:
        return score
    return max(own, score) + FOR_WORDS if said.for_words and on_it >= MUCH else own + MENTIONED * sure


def _on_the_matter(statement: _Statement, about: str, language: str, alike: Alike) -> float:
    """Returns how much a statement, or one sentence of it, is about the matter that is asked."""
    article, bare = statement.piece.article, statement.piece.text.translate(WITHOUT_MARKS)
    parts = [bare[part.start : part.end] for part in split_sentences(bare, article.language)]
    gain = 1.0 if article.language == language else ACROSS_LANGUAGES
    if len(parts) < 2:
        return gain * alike(about, statement.piece.text)
    return gain * (max(alike(about, part) for part in parts) - BEST_OF_PARTS)


def _each_once(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Returns the best statement of everybody first, where a name fits several people: each of them is quoted."""
    heard: set[tuple[int, Span | None]] = set()
    firsts: dict[str, Evidence] = {}
    for piece in ranked:
        if len(firsts) == MOST_PEOPLE or (piece.article.id, piece.speaker) in heard:
            continue
        heard.add((piece.article.id, piece.speaker))
        name = _name(piece)
        if not any(speaks(name, other, piece.article.language) >= SAME_PERSON for other in firsts):
            firsts[name] = replace(piece, score=max(piece.score, ranked[0].score - len(firsts) * A_LITTLE))
    taken = {(piece.article.id, piece.start) for piece in firsts.values()}
    return [*firsts.values(), *(piece for piece in ranked if (piece.article.id, piece.start) not in taken)]


def _name(piece: Evidence) -> str:
    return piece.article.text[piece.speaker.start : piece.speaker.end] if piece.speaker else ""


def _on_the_point(ranked: Sequence[Evidence], level: float) -> list[Evidence]:
    """Returns what is about as good as the best: whoever says something else is no answer to "who said it"."""
    least = level + AS_GOOD * (ranked[0].score - level) if ranked else 0.0
    return [piece for piece in ranked if piece.score >= min(least, ranked[0].score)]


def _said_by_somebody(piece: Evidence) -> Evidence:
    speaking = speaking_of(piece)
    if speaking is None:
        return piece
    return replace(piece, score=piece.score + SAID_BY_SOMEBODY * speaking.certainty, speaker=speaking.speaker)


def _named(piece: Evidence) -> Evidence:
    speaking = speaking_of(piece)
    sure = speaking is not None and speaking.certainty >= SURE_TO_NAME
    return replace(piece, speaker=speaking.speaker) if speaking and sure else piece
