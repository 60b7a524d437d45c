"""Evidence → Answer by a language model: sentences that the articles prove, each beside the quote that proves it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from assistant.answering.citing import state_quote
from assistant.answering.claim_words import english_name
from assistant.answering.drafting import Draft, DraftReader
from assistant.answering.frames import Frames, fill
from assistant.answering.gathering import Evidence
from assistant.answering.inert import inert_words
from assistant.answering.language_model import HEARTBEAT, LanguageModel, Message
from assistant.answering.model_failures import failure
from assistant.answering.prompts import Prompts
from assistant.answering.rewriting import show_turns
from assistant.answering.sources import Source, count_tokens, make_sources, show_source
from assistant.answering.verifying import LONGEST_CLAIM, LONGEST_PROOF, Verdict, verify
from assistant.errors import LanguageModelError
from assistant.retrieval.likeness import Likeness
from assistant.types import Answer, Citation, Statement, Turn

NOTHING = "NOT_IN_SOURCES"  # what the model writes when the sources do not answer

MOST_SENTENCES = 30  # of a reply that are read; the model is asked for four
SPARE_TOKENS = 60  # what a model's own template puts around the messages


@dataclass(slots=True)
class _Page:
    """What is shown so far: statements, and citations by the words they quote; what was read, and how much left out."""

    question: str
    language: str
    confidence: float
    writer: str
    frames: Frames
    statements: list[Statement] = field(default_factory=list)
    citations: dict[tuple[str, int, int], Citation] = field(default_factory=dict)
    left_out: int = 0
    read: set[Draft] = field(default_factory=set)

    def add(self, verdict: Verdict) -> bool:
        """Shows a sentence that is proven and new, with the quotes that are not shown yet; tells whether it did."""
        if not verdict.kept:
            self.left_out += 1
            return False
        if any(statement.text == verdict.draft.text for statement in self.statements):
            return False
        quotes: list[Statement] = []
        numbers: list[int] = []
        for proof in verdict.proofs:
            evidence, article, span = proof.source.evidence, proof.source.article, proof.span
            place = (article.path, span.start, span.end)
            if place not in self.citations:
                number = len(self.citations) + 1
                speaker = evidence.speaker if place[1:] == (evidence.start, evidence.end) else None
                citation = Citation(number, article, span.start, span.end, evidence.score, speaker)
                self.citations[place] = citation
                quotes.append(state_quote(citation, self.frames))
            numbers.append(self.citations[place].number)
        claim = Statement(verdict.draft.text, self.language, tuple(dict.fromkeys(numbers)), "claim")
        self.statements += [claim, *quotes]
        return True

    def answer(self, note: str = "") -> Answer:
        """Returns the answer as it is now."""
        shown, cited = tuple(self.statements), tuple(self.citations.values())
        return Answer(self.question, self.language, False, self.confidence, shown, cited, writer=self.writer, note=note)

    def note(self, broken: LanguageModelError | None) -> str:
        """Returns in one line what is not shown, and why."""
        frame = self.frames.of(self.language)
        notes = [frame.breaks_off(broken)] if broken else []
        if self.left_out:
            notes.append(fill(frame.left_out, model=self.writer, count=self.left_out))
        return " ".join(notes)

    def why_empty(self) -> LanguageModelError:
        """Returns why there is nothing to show."""
        if not self.left_out:
            return failure(self.writer, "found no answer in the articles", "silent")
        told = f"wrote nothing that the articles prove; sentences left out: {self.left_out}"
        return failure(self.writer, told, "unproven", count=self.left_out)


def write_with_model(
    question: str,
    language: str,
    confidence: float,
    evidence: Sequence[Evidence],
    history: Sequence[Turn],
    frames: Frames,
    prompts: Prompts,
    model: LanguageModel,
    likeness: Likeness,
) -> Iterator[Answer]:
    """Yields the answer growing by a proven sentence at a time, and the same again while the model keeps it waiting.

    The last answer is whole; its note tells how many sentences were left out, or why the model broke off. Raises
    `LanguageModelError`, after answers without a statement, when nothing that it wrote is proven.
    """
    page = _Page(question, language, confidence, model.name, frames)
    room = model.context_tokens - model.reply_tokens
    messages, sources = _messages(question, language, evidence, history, prompts, room)
    reader = DraftReader(language)

    def read(drafts: Sequence[Draft]) -> bool:
        """Shows those of the sentences that are new and proven; tells whether there were any."""
        wanted = [draft for draft in dict.fromkeys(drafts) if NOTHING not in draft.text and draft not in page.read]
        wanted = wanted[: MOST_SENTENCES - len(page.read)]
        page.read.update(wanted)
        likeness.prepare(_compared(wanted, sources))
        return sum(page.add(verify(draft, language, question, sources, likeness)) for draft in wanted) > 0

    yielded = time.monotonic()
    broken: LanguageModelError | None = None
    with closing(model.stream(messages)) as pieces:
        try:
            for piece in pieces:
                if read(reader.feed(piece)) or time.monotonic() - yielded >= HEARTBEAT:
                    yield page.answer()
                    yielded = time.monotonic()
                if len(page.read) == MOST_SENTENCES:
                    raise failure(model.name, f"wrote more than {MOST_SENTENCES} sentences", "too_long")
        except LanguageModelError as problem:
            broken = problem
    read(reader.finish(cut=broken is not None))
    if not page.statements:
        raise broken or page.why_empty()
    yield page.answer(page.note(broken))


def _compared(drafts: Sequence[Draft], sources: Mapping[int, Source]) -> list[str]:
    """Returns the texts that are compared when these sentences are verified, as far as that is known before."""
    claims = [draft for draft in drafts if draft.numbers and len(draft.text) <= LONGEST_CLAIM]
    cited = {number: sources[number] for draft in claims for number in draft.numbers if number in sources}
    proofs = [source.words(span) for source in cited.values() for span in source.stretches(LONGEST_PROOF)]
    return [draft.text for draft in claims] + proofs


def _messages(
    question: str, language: str, evidence: Sequence[Evidence], history: Sequence[Turn], prompts: Prompts, room: int
) -> tuple[list[Message], Mapping[int, Source]]:
    """Returns what the model gets, at most `room` tokens, and the sources by their numbers in it."""

    def fill(sources: str) -> tuple[str, str]:
        return prompts.answer.fill(
            language=english_name(language),
            nothing=NOTHING,
            sources=sources,
            history=show_turns(history),
            question=inert_words(question),
        )

    sources = make_sources(evidence, room - count_tokens("".join(fill(""))) - SPARE_TOKENS)
    if not sources:
        raise LanguageModelError("The question and the articles are too long for the language model", "no_room")
    told, asked = fill("\n".join(map(show_source, sources)))
    return [Message("system", told), Message("user", asked)], {source.number: source for source in sources}
