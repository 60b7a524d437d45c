"""Channels → one score: each says as much as it knows; and reports that say the same share a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.interfaces.rendering import hits_to_text
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.language_space import LanguageSpace, space_of
from assistant.retrieval.late_interaction import Interaction
from assistant.retrieval.lexical import Coverage
from assistant.retrieval.scoring import Found, score
from assistant.types import Hit
from tests.conftest import MakeHome

REPORT = """The bridge over the Orlen was opened on Tuesday after nine years of work.
Mayor Ilse Brandvik said that 40,000 people would cross it every day.
The old ferry makes its last journey on Sunday, and the harbour office moves to the northern bank.
Fishermen had warned that the pillars would change the current; engineers found no sign of it so far."""


@pytest.fixture(scope="module")
def space(embedder: Embedder) -> LanguageSpace:
    return space_of(embedder)


def test_words_never_lift_a_passage_above_one_in_another_language(space: LanguageSpace) -> None:
    own = Found(0.3, [0.3], True, Interaction(0.4, (0.4,)), Coverage(0.9, 0.0))
    foreign = Found(0.3, [0.3], False, Interaction(0.4, (0.4,)), Coverage(0.0, 0.0))
    with_words = score({1: own, 2: foreign}, space, ())
    without = score({1: own, 2: foreign}, space, {"words"})
    assert with_words == without


def test_words_part_passages_of_the_questions_language(space: LanguageSpace) -> None:
    found = {
        number: Found(0.3, [0.3], True, Interaction(0.4, (0.4,)), Coverage(share, 0.0))
        for number, share in enumerate((0.9, 0.5, 0.1))
    }
    scores = score(found, space, ())
    assert scores[0].passage > scores[1].passage > scores[2].passage
    assert scores[0].passage == score(found, space, {"words"})[0].passage


def test_what_is_unrelated_scores_about_zero_and_what_fits_far_above(newsroom: Path) -> None:
    assistant = Assistant.open(newsroom)
    assert assistant.search("Who invented the stapler?", limit=1)[0].score < 2
    assert assistant.search("How many people were evacuated from the villages?", limit=1)[0].score > 3


@pytest.mark.parametrize(
    "step",
    ["language_space", "translation_gain", "rephrasing", "sentences", "late_interaction", "words", "names", "grouping"],
)
def test_every_step_can_be_left_out(step: str, make_home: MakeHome) -> None:
    home = make_home({"a.txt": REPORT, "b.txt": REPORT.replace("Tuesday", "Monday"), "c.txt": "Pears are ripe."})
    assistant = Assistant.open(home, skip_steps=[step])
    assistant.rebuild()
    hits = assistant.search("When was the bridge opened?")
    assert hits[0].article.path in {"a.txt", "b.txt"}
    with_everything = Assistant.open(home)
    with_everything.rebuild()
    everything = with_everything.search("When was the bridge opened?")
    assert [(hit.article.path, hit.score) for hit in hits] != [(hit.article.path, hit.score) for hit in everything] or (
        step in {"translation_gain", "words", "names"}  # nothing to tell apart here
    )


def test_wire_copies_share_one_place(make_home: MakeHome) -> None:
    home = make_home(
        {
            "first.txt": REPORT,
            "second.txt": REPORT.replace("nine years", "nine long years"),
            "third.txt": "AGENCY – " + REPORT,
            "other.txt": "The bridge over the Orlen costs twice what was planned, the auditors said on Friday.",
        }
    )
    assistant = Assistant.open(home)
    assistant.rebuild()
    hits = assistant.search("Who opened the bridge over the Orlen?")
    assert len(hits) == 2
    (report,) = [hit for hit in hits if hit.alike]
    assert {report.article.path, *(hit.article.path for hit in report.alike)} == {
        "first.txt",
        "second.txt",
        "third.txt",
    }
    assert all(hit.score <= report.score for hit in report.alike)
    assert "Nearly the same: " in hits_to_text(hits)
    listed: list[dict[str, object]] = report.to_dict()["alike"]
    assert [row["path"] for row in listed] == [hit.article.path for hit in report.alike]


def test_two_reports_of_one_event_do_not(make_home: MakeHome) -> None:
    home = make_home(
        {
            "a.txt": "The mayor opened the new bridge over the Orlen on Tuesday.",
            "b.txt": "On Tuesday thousands walked across the Orlen, where a bridge has replaced the ferry.",
        }
    )
    assistant = Assistant.open(home)
    assistant.rebuild()
    assert len(assistant.search("bridge over the Orlen")) == 2


RARE = {
    "bees.zh.txt": "养蜂人高远舟说,今年雨水太多,蜂蜜产量减少了一半。",
    "dam.ru.txt": "Инженер Тараховский сообщил, что плотина выдержит паводок.",
    "library.ar.txt": "افتتحت المديرة فوروشكينا المكتبة الجديدة في المدينة القديمة.",
    "harbour.en.txt": "Captain Zelmerlund said the harbour would stay closed until spring.",
    "vaccine.de.txt": "Die Ärztin Odenkirch warnte vor einem Mangel an Impfstoff.",
}


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Who is Tarakhovsky?", "dam.ru.txt"),
        ("من هو تاراخوفسكي؟", "dam.ru.txt"),
        ("Who is Vorushkina?", "library.ar.txt"),
        ("Кто такая Ворушкина?", "library.ar.txt"),
        ("Кто такой Зелмерлунд?", "harbour.en.txt"),
        ("من هو زيلمرلوند؟", "harbour.en.txt"),
        ("من هي أودنكيرش؟", "vaccine.de.txt"),
        ("Who is Gao Yuanzhou?", "bees.zh.txt"),
    ],
)
def test_rare_names_are_found_in_any_script(question: str, article: str, rare_home: Path) -> None:
    hits: list[Hit] = Assistant.open(rare_home).search(question)
    assert hits[0].article.path == article


@pytest.fixture(scope="module")
def rare_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("rare")
    (home / "seeds").mkdir()
    for path, text in RARE.items():
        (home / "seeds" / path).write_text(text, encoding="utf-8")
    Assistant.open(home).rebuild()
    return home
