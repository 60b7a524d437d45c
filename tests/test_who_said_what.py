"""Who said what: the first quote is the right speaker's sentence, in news that also talk about the speaker.

`pytest -s tests/test_who_said_what.py` prints the shares by kind and language, and what was quoted instead.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.types import Span

HERE = Path(__file__).parent
DEVELOPMENT, ASIDE = HERE / "who_said_what", HERE / "who_said_what_aside"
SETS = (DEVELOPMENT, ASIDE)

LOWEST_SHARE = 0.90
LOWEST_SHARE_ASIDE = 0.72  # a floor under what is reached; nothing is tuned on this set

# Chinese and Japanese say in 450 characters what takes others 1,200.
LONGEST_ARTICLE, SHORTEST_ARTICLE, SHORTEST_IN_CHARACTERS = 2_000, 700, 450
WRITTEN_IN_CHARACTERS = {"zh", "ja"}

KINDS = {
    "direct speech",
    "indirect speech",
    "title instead of a name",
    "pronoun",
    "two speakers in one paragraph",
    "statements about the person",
    "quotation over several sentences",
    "who said it",
    "one of several topics",
}
UNANSWERABLE_KINDS = {"a person who says nothing", "an unknown person", "another topic"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the set; `right` are the sentences that may be quoted first, none when there is no answer."""

    text: str
    language: str
    kind: str
    article: str = ""
    article_language: str = ""
    speaker: str = ""
    answer: str = ""
    right: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """A question, what was answered, and whether the first quote is a right one."""

    question: Question
    answer: Answer
    right: bool

    @property
    def shown(self) -> str:
        """What was quoted first."""
        if not self.answer.citations:
            return f"(nothing, confidence {self.answer.confidence:.2f})"
        first = self.answer.citations[0]
        return f"{first.article.path} {first.start}: {first.quote}"

    @property
    def speaker_is_named(self) -> bool:
        """Tells whether the first quote carries the speaker's name, or a part of it."""
        name = self.answer.citations[0].speaker_name if self.answer.citations else ""
        return bool(name) and (name in self.question.speaker or self.question.speaker in name)


def read_questions(folder: Path) -> list[Question]:
    return [_question(json.loads(line)) for line in _lines(folder / "questions.jsonl")]


def read_articles(folder: Path) -> dict[str, str]:
    return {file.name: file.read_bytes().decode() for file in sorted(folder.glob("*.txt"))}


def is_right(quote: Span, right: Iterable[Span]) -> bool:
    """A right quote holds the beginning of a right sentence, or lies within one."""
    return any(
        quote.start <= span.start < quote.end or span.start <= quote.start < quote.end <= span.end for span in right
    )


def share(observations: Sequence[Observation]) -> float:
    return sum(seen.right for seen in observations) / len(observations)


def report(name: str, observations: Sequence[Observation]) -> str:
    asked = [seen for seen in observations if seen.question.right]
    refused = [seen.answer.abstained for seen in observations if not seen.question.right]
    named = [seen.speaker_is_named for seen in asked if seen.right]
    across = [seen for seen in asked if seen.question.language != seen.question.article_language]
    lines = [
        f"{name}: right sentence first {share(asked):.3f} of {len(asked)}; "
        f"asked in another language {share(across):.3f} of {len(across)}; "
        f"of the right ones {sum(named)} of {len(named)} name the speaker",
        f"without an answer: {sum(refused)} of {len(refused)} refused",
        _table("kind", asked, lambda question: question.kind),
        _table("article", asked, lambda question: question.article_language),
        _table("question", asked, lambda question: question.language),
    ]
    for seen in asked:
        if not seen.right:
            question = seen.question
            lines.append(
                f"\n[{question.kind}] {question.text}\n  wanted {question.article} {question.right[0].start}: "
                f"{question.answer}\n  quoted {seen.shown}"
            )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def development(tmp_path_factory: pytest.TempPathFactory) -> list[Observation]:
    return _observe(DEVELOPMENT, tmp_path_factory.mktemp("who-said-what"))


@pytest.fixture(scope="module")
def aside(tmp_path_factory: pytest.TempPathFactory) -> list[Observation]:
    return _observe(ASIDE, tmp_path_factory.mktemp("who-said-what-aside"))


def test_the_right_speakers_sentence_is_quoted_first(development: list[Observation]) -> None:
    told = report("who said what", development)
    sys.stdout.write(f"\n{told}\n")
    assert share([seen for seen in development if seen.question.right]) >= LOWEST_SHARE, told


def test_the_right_speakers_sentence_is_quoted_first_in_the_set_kept_aside(aside: list[Observation]) -> None:
    told = report("who said what, kept aside", aside)
    sys.stdout.write(f"\n{told}\n")
    assert share([seen for seen in aside if seen.question.right]) >= LOWEST_SHARE_ASIDE, told


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_every_answer_is_an_exact_slice_and_its_speaker_is_named_in_the_article(folder: Path) -> None:
    articles = read_articles(folder)
    for question in read_questions(folder):
        if not question.right:
            assert question.kind in UNANSWERABLE_KINDS, question
            continue
        text = articles[question.article]
        assert question.kind in KINDS, question
        assert question.article.split(".")[1] == question.article_language, question
        assert question.speaker in text, question
        assert text[question.right[0].start : question.right[0].end] == question.answer, question
        assert len(set(question.right)) == len(question.right), question
        for span in question.right:
            slice_ = text[span.start : span.end]
            assert slice_ == slice_.strip() != "", question
            assert "\n" not in slice_, question
            assert span.start > text.index("\n"), question


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_the_articles_are_short_news_with_a_title_each_of_them_asked_about(folder: Path) -> None:
    articles = read_articles(folder)
    for path, text in articles.items():
        language = path.split(".")[1]
        shortest = SHORTEST_IN_CHARACTERS if language in WRITTEN_IN_CHARACTERS else SHORTEST_ARTICLE
        assert shortest <= len(text) <= LONGEST_ARTICLE, path
        assert "\r" not in text, path
        title, gap, body = text.split("\n", 2)
        assert title == title.strip() != "", path
        assert gap == "", path
        assert body.strip(), path
    asked = Counter(question.article for question in read_questions(folder) if question.right)
    assert asked.keys() == articles.keys()
    assert min(asked.values()) >= 5, asked


@pytest.mark.parametrize(
    ("folder", "articles", "languages", "answerable", "unanswerable", "of_each_kind"),
    [(DEVELOPMENT, 14, 12, 90, 20, 10), (ASIDE, 8, 8, 50, 12, 4)],
    ids=[folder.name for folder in SETS],
)
def test_the_set_is_large_and_even(
    folder: Path, articles: int, languages: int, answerable: int, unanswerable: int, of_each_kind: int
) -> None:
    questions = read_questions(folder)
    asked = [question for question in questions if question.right]
    kinds = Counter(question.kind for question in asked)
    assert len(read_articles(folder)) >= articles
    assert len({question.article_language for question in asked}) >= languages
    assert len({question.text for question in questions}) == len(questions)
    assert len(asked) >= answerable
    assert len(questions) - len(asked) >= unanswerable
    assert kinds.keys() == KINDS
    assert min(kinds.values()) >= of_each_kind, kinds
    assert {question.kind for question in questions if not question.right} == UNANSWERABLE_KINDS
    assert sum(question.language != question.article_language for question in asked) >= len(asked) / 3


def test_the_set_kept_aside_has_other_people_and_articles() -> None:
    first, second = read_questions(DEVELOPMENT), read_questions(ASIDE)
    assert not {question.speaker for question in first} & {question.speaker for question in second} - {""}
    assert not read_articles(DEVELOPMENT).keys() & read_articles(ASIDE).keys()
    assert not {question.text for question in first} & {question.text for question in second}


@pytest.mark.parametrize(
    ("quote", "right", "expected"),
    [
        (Span(10, 30), [Span(10, 30)], True),
        (Span(5, 40), [Span(10, 30)], True),  # the sentence with what stands before and behind it
        (Span(15, 20), [Span(10, 30)], True),  # a part of it
        (Span(50, 60), [Span(10, 30), Span(45, 70)], True),
        (Span(15, 40), [Span(10, 30)], False),  # begins in it and runs on into somebody else's
        (Span(0, 10), [Span(10, 30)], False),
        (Span(30, 40), [Span(10, 30)], False),
    ],
)
def test_a_quote_is_right_when_it_begins_or_lies_in_a_right_sentence(
    quote: Span, right: list[Span], expected: bool
) -> None:
    assert is_right(quote, right) is expected


def _observe(folder: Path, home: Path) -> list[Observation]:
    texts = read_articles(folder)
    (home / "seeds").mkdir()
    for path in texts:
        shutil.copyfile(folder / path, home / "seeds" / path)
    assistant = Assistant.open(home)
    assert len(assistant.rebuild().added) == len(texts)
    return [_observation(question, assistant.query(question.text), texts) for question in read_questions(folder)]


def _observation(question: Question, answer: Answer, texts: dict[str, str]) -> Observation:
    for citation in answer.citations:
        assert citation.article.text == texts[citation.article.path]
    if not answer.citations:
        return Observation(question, answer, False)
    first = answer.citations[0]
    right = first.article.path == question.article and is_right(Span(first.start, first.end), question.right)
    return Observation(question, answer, right)


def _question(line: dict[str, object]) -> Question:
    common = (str(line["question"]), str(line["language"]), str(line["kind"]))
    if not line["answerable"]:
        return Question(*common)
    also = line["also"]
    assert isinstance(also, list)
    places = [(line["start"], line["end"]), *also]
    return Question(
        *common,
        article=str(line["article"]),
        article_language=str(line["article_language"]),
        speaker=str(line["speaker"]),
        answer=str(line["answer"]),
        right=tuple(Span(start, end) for start, end in places),
    )


def _lines(file: Path) -> list[str]:
    return file.read_bytes().decode().rstrip("\n").split("\n")


def _table(heading: str, observations: Sequence[Observation], key: Callable[[Question], str]) -> str:
    groups: dict[str, list[Observation]] = {}
    for seen in observations:
        groups.setdefault(key(seen.question), []).append(seen)
    cells = (f"{name} {share(group):.2f} ({len(group)})" for name, group in sorted(groups.items()))
    return f"by {heading}: " + ", ".join(cells)
