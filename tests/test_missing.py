"""What a question asks for and no cited article says: its figures in any script and style, its names."""

from __future__ import annotations

import pytest

from assistant.answering.gathering import Evidence
from assistant.answering.missing import MOST_READ, find_missing
from assistant.types import Article


def _evidence(text: str, language: str = "en") -> list[Evidence]:
    return [Evidence(Article("goats.txt", "Goats", language, text, id=len(text)), 0, len(text), 1.0)]


@pytest.mark.parametrize(
    "asked", ["1,500", "1500", "1 500", "1\u00a0500", "1.500", "1’500", "١٬٥٠٠", "१५००", "１５００"]
)
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Some 1,500 goats crossed the pass.", "en"),
        ("Einige 1.500 Ziegen zogen über den Pass.", "de"),
        ("Quelque 1 500 chèvres ont passé le col.", "fr"),
        ("عبرت ١٬٥٠٠ معزة الممر.", "ar"),
        ("Полторы тысячи коз прошли перевал.", "ru"),
        ("一千五百只山羊翻过了山口。", "zh"),
    ],
)
def test_a_figure_is_not_missing_however_it_is_written(asked: str, text: str, language: str) -> None:
    assert find_missing(f"Why did {asked} goats cross?", "en", _evidence(text, language)) == []


def test_a_figure_that_no_article_holds_is_missing_as_the_question_writes_it() -> None:
    evidence = [*_evidence("Some 1,500 goats crossed in May 2031."), *_evidence("阿尔本有42万只山羊。", "zh")]
    assert find_missing("Did 2,500 of 42 million goats cross in 2031?", "en", evidence) == ["2,500", "42 million"]
    assert find_missing("Did 420 000 goats cross?", "en", evidence) == []


def test_a_small_figure_of_the_question_s_own_is_not_missing() -> None:
    assert find_missing("Name 3 reasons why goats cross.", "en", _evidence("Goats cross for grass.")) == []


def test_names_are_missing_only_in_the_question_s_language() -> None:
    question = "Did goats cross to Velmora?"
    assert find_missing(question, "en", _evidence("Goats crossed to Andrel.")) == ["Velmora"]
    assert find_missing(question, "en", _evidence("Ziegen zogen nach Andrel.", "de")) == []


def test_the_first_word_of_the_question_before_a_follow_up_is_no_name() -> None:
    evidence = _evidence("Les chèvres passent le col en mai.", "fr")
    assert find_missing("quand ? – Pourquoi les chèvres passent-elles le col ?", "fr", evidence) == []
    assert find_missing("quand ? – Pourquoi vont-elles à Velmora ?", "fr", evidence) == ["Velmora"]


def test_a_long_article_is_taken_to_hold_whatever_is_asked() -> None:
    assert find_missing("Did 2,500 goats cross?", "en", _evidence("Goats. " * (MOST_READ // 6))) == []
