"""What a language model makes of a follow-up is shown only when it tells nothing that nobody asked."""

from __future__ import annotations

import pytest

from assistant.answering.rewritten_words import adds_nothing
from assistant.types import Turn

# Language, follow-up, question before, what may be shown, and what may not: another name, place, thing, number, word,
# an address, the question before, or no question at all.
REWRITTEN: list[tuple[str, str, str, list[str], list[str]]] = [
    (
        "en",
        "and the captain?",
        "When does the ferry run?",
        ["What did the captain of the ferry say?", "When does the captain run the ferry?"],
        [
            "What did Captain Moira Lennox say?",
            "When does the captain run the ferry to Teague?",
            "When does the captain run the ferry of 1998?",
            "The captain runs the ferry.",
            "When does the ferry run?",
            "When does the captain not run the ferry?",
            "When does the captain run the ferry, www.ferry.example?",
            "When does the captain run the ferry captain@ferry.example?",
        ],
    ),
    (
        "en",
        "how long?",
        "When will the harbour be repaired?",
        ["How long will the harbour repairs take?", "How long will it take to repair the harbour?"],
        [
            "How long will the eleven weeks of repairs take?",
            "Eleven weeks.",
            "The harbour will be repaired.",
            "When will the harbour be repaired?",
        ],
    ),
    ("en", "why?", "What is the plan of Niger?", ["Why is that the plan of Niger?"], ["Why is that Nigeria's plan?"]),
    (
        "ru",
        "а Орлин?",
        "Что сказала Маровец о плотине?",
        ["Что сказал Орлин о плотине?", "Что Орлин говорит про плотину?"],
        ["Что сказал Лунин о плотине?", "Что Орлин сказал о мосте?", "Что сказала Маровец о плотине?"],
    ),
    ("uk", "а Стрий?", "Що сказала Лунь про дамбу?", ["Що сказав Стрий про дамбу?"], ["Що сказав Стрий про міст?"]),
    (
        "ar",
        "ومروان؟",
        "ماذا قال لبيب عن السد؟",
        ["ماذا قال مروان عن السد؟"],
        ["ماذا قال دارين عن السد؟", "ماذا قال مروان عن السد في برين؟"],
    ),
    ("he", "ולוין?", "מה אמר מרום על הסכר?", ["מה אמר לוין על הסכר?"], ["מה אמר לוין על הגשר?"]),
    ("fa", "و لبیب؟", "مروان درباره سد چه گفت؟", ["لبیب درباره سد چه گفت؟"], ["لبیب درباره سد در ۱۴۰۰ چه گفت؟"]),
    (
        "zh",
        "那林大河呢？",
        "马英娜对大坝说了什么？",
        ["林大河对大坝说了什么？"],
        ["林大山对大坝说了什么？", "林大河对大坝价格说了什么？"],
    ),
    ("hi", "और लूनी?", "मारवाह ने बांध के बारे में क्या कहा?", ["लूनी ने बांध के बारे में क्या कहा?"], ["लूनी ने पुल के बारे में क्या कहा?"]),
    (
        "tr",
        "ya Luna?",
        "Maran baraj hakkında ne dedi?",
        ["Luna baraj hakkında ne dedi?"],
        ["Luna köprü hakkında ne dedi?"],
    ),
    (
        "fr",
        "et Luné ?",
        "Qu'a dit Maroux sur le pont ?",
        ["Qu'a dit Luné sur le pont ?"],
        ["Qu'a dit Luné sur le pont neuf ?"],
    ),
    (
        "de",
        "und Orlin?",
        "Was sagte Marow zum Damm?",
        ["Was hat Orlin zum Damm gesagt?"],
        ["Was sagte Orlin zur Brücke?"],
    ),
    (
        "es",
        "¿y Luna?",
        "¿Qué dijo Maroto sobre la presa?",
        ["¿Qué dijo Luna sobre la presa?"],
        ["¿Qué dijo Luna en Brenn?"],
    ),
    ("pt", "e Luna?", "O que disse Maroto sobre a ponte?", ["O que disse Luna sobre a ponte?"], ["O que disse Lenz?"]),
]


@pytest.mark.parametrize("case", REWRITTEN, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_rewritten_question_holds_what_was_asked_and_nothing_else(
    case: tuple[str, str, str, list[str], list[str]],
) -> None:
    language, question, before, shown, kept_back = case
    turns = [Turn(before, "")]
    assert [text for text in shown if not adds_nothing(text, question, turns, language)] == []
    assert [text for text in kept_back if adds_nothing(text, question, turns, language)] == []


def test_of_an_answer_only_a_full_name_beside_a_citation_is_used() -> None:
    cited = [Turn("Who is the harbour master?", "The harbour master is Lucan Brevik, who stole the money. [1]")]
    made_up = [Turn("Who is the harbour master?", "The harbour master is Lucan Brevik, who stole the money.")]
    assert adds_nothing("What did Lucan Brevik say?", "what did he say?", cited, "en")
    assert not adds_nothing("What did Lucan Brevik say?", "what did he say?", made_up, "en")
    assert not adds_nothing("What did the harbour master who stole the money say?", "what did he say?", cited, "en")
    assert not adds_nothing("Is it true that he stole the money?", "is that true?", cited, "en")


def test_an_address_of_the_turns_before_is_not_shown_again() -> None:
    before = [Turn("What does ferry.example say about the ticket?", "")]
    assert adds_nothing("Why is that about the ticket?", "why?", before, "en")
    assert not adds_nothing("Why does ferry.example say that about the ticket?", "why?", before, "en")
    assert adds_nothing("What does port.example say about the ticket?", "and port.example?", before, "en")


def test_in_a_language_whose_small_words_are_unknown_nothing_is_trusted() -> None:
    assert not adds_nothing("Mitä Orlin sanoi?", "entä Orlin?", [Turn("Mitä Marow sanoi?", "")], "fi")
