"""Hits → Evidence: the sentences that bear the answer, best first, each with its neighbours that bear it too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answering.leading_elsewhere import leads_elsewhere
from assistant.corpus.reading import body_start
from assistant.corpus.splitting import LINE_BREAKS, SENTENCE_ENDS, weigh
from assistant.types import Article, Hit, ScoredSpan, Span

# A sentence counts twice its passage: alone it is too short to tell subjects apart, and a passage does not tell its
# sentences apart. Ten more features in a ranking regression gained a point of right first sentences, and not on every
# archive (5-fold by topic, 3,700 questions in four languages).
SENTENCE_SHARE = 2 / 3

# Further sentences must come this near to the best one, or they are about something else.
NEAR_ENOUGH = 0.7

# "The gorge is known for its castles" needs the sentence before it to be understood, and which of the two a question
# means is often a toss-up: a neighbour with this share of the score is quoted along. It brings the answer into the
# first quote of 73 % of the questions instead of 65 %, for a quote of 250 characters on average instead of 150.
BEARS_TOO = 0.6
LONGEST_QUOTE = 450  # in weight, of a sentence with its neighbours

HEADING_MARKS = "#*=_ \t"  # of Markdown, around a headline


@dataclass(frozen=True, slots=True)
class Evidence:
    """What bears on the question, a sentence or some that go on; `score` has the unit of `Hit.score`.

    `speaker` is where the article names who says it, or None when nobody in particular does.
    """

    article: Article
    start: int
    end: int
    score: float
    speaker: Span | None = None

    @property
    def text(self) -> str:
        """The words, exactly as the article has them."""
        return self.article.text[self.start : self.end]


def rank_sentences(hits: Sequence[Hit]) -> list[Evidence]:
    """Returns every sentence of the hits, best first, but for what a file says of its article before it begins, and for
    lines that only lead elsewhere.
    """
    return best_first(
        Evidence(hit.article, span.start, span.end, sentence_score(hit, span))
        for hit in hits
        for begin in [body_start(hit.article.path, hit.article.text)]
        for span in hit.sentences
        if span.start >= begin and not leads_elsewhere(hit.article.text, span.start, span.end)
    )


def sentence_score(hit: Hit, sentence: ScoredSpan | None) -> float:
    """Returns how well a sentence of a hit bears on the question; None is one of which only the passage is known."""
    own = sentence.score if sentence else 0.0
    return SENTENCE_SHARE * own + (1 - SENTENCE_SHARE) * hit.score


def best_first(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Returns the evidence by its score; what is equal, by its place."""
    return sorted(evidence, key=lambda piece: (-piece.score, piece.article.path, piece.start))


def gather(ranked: Sequence[Evidence], limit: int, *, apart: bool = True) -> list[Evidence]:
    """Returns the at most `limit` quotes that bear the answer, best first, from sentences that come best first.

    Each is a sentence with those beside it that bear the answer too and are of the same speaker. Unless speakers are to
    be kept `apart` from what nobody says, a sentence that names its speaker itself goes with that as well, and the
    quote then is nobody's. Equal words are taken once. A headline is quoted only where nothing else of its article is:
    it names the source of every quote anyhow.
    """
    beside = _neighbours(ranked)
    best = ranked[0].score if ranked else 0.0
    least = min(best, NEAR_ENOUGH * best)  # below zero, too, the best one is near enough
    taken: set[Evidence] = set()
    chosen: dict[str, Evidence] = {}
    told = 0  # quotes that are no headline
    for sentence in ranked:
        if sentence.score < least or told == limit:
            break
        if sentence in taken:
            continue
        quote = _widened(sentence, beside, taken, apart=apart)
        if quote.text not in chosen:
            chosen[quote.text] = quote
            told += not _is_headline(quote)
    return _without_headlines(chosen.values())[:limit]


def _without_headlines(pieces: Collection[Evidence]) -> list[Evidence]:
    """Returns the pieces but for the headlines of articles of which there are others."""
    told = {piece.article.id for piece in pieces if not _is_headline(piece)}
    return [piece for piece in pieces if piece.article.id not in told or not _is_headline(piece)]


def _is_headline(piece: Evidence) -> bool:
    """Tells whether a piece is its article's title, and no sentence that stands in for one."""
    title = piece.article.title.strip()
    return piece.text.strip(HEADING_MARKS) == title and bool(title) and title[-1] not in SENTENCE_ENDS


def _widened(
    sentence: Evidence, beside: dict[Evidence, list[Evidence]], taken: set[Evidence], *, apart: bool
) -> Evidence:
    """Returns the sentence with the neighbours that bear the answer too, and adds all of them to `taken`."""
    start, end, speaker = sentence.start, sentence.end, sentence.speaker
    taken.add(sentence)
    for other in best_first(beside[sentence]):
        first, last = min(start, other.start), max(end, other.end)
        words = sentence.article.text[first:last]
        if other in taken or other.score < max(0.0, BEARS_TOO * sentence.score) or weigh(words) > LONGEST_QUOTE:
            continue
        together = other.speaker == sentence.speaker or (not apart and _go_together(sentence, other))
        if together and not LINE_BREAKS.search(words):
            start, end = first, last
            speaker = speaker if other.speaker == speaker else None
            taken.add(other)
    return Evidence(sentence.article, start, end, sentence.score, speaker)


def _go_together(one: Evidence, other: Evidence) -> bool:
    """Tells whether nobody says one of two sentences, and the other one's own words tell who says it."""
    said = one if one.speaker else other
    speaker = said.speaker
    return None in (one.speaker, other.speaker) and (
        speaker is None or (said.start <= speaker.start and speaker.end <= said.end)
    )


def _neighbours(sentences: Sequence[Evidence]) -> dict[Evidence, list[Evidence]]:
    """Returns for each sentence those right before and behind it in its article."""
    beside: dict[Evidence, list[Evidence]] = {sentence: [] for sentence in sentences}
    in_order = sorted(sentences, key=lambda sentence: (sentence.article.id, sentence.start))
    for one, two in pairwise(in_order):
        if one.article.id == two.article.id and not one.article.text[one.end : two.start].strip():
            beside[one].append(two)
            beside[two].append(one)
    return beside
