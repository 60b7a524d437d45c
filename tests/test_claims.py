"""Of claims that a language model could make of an article, false ones are removed and true ones are shown.

`claims.toml` holds both, in and across thirteen languages, and says which of its articles the checks were made with.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.answering.drafting import Draft
from assistant.answering.gathering import Evidence
from assistant.answering.proving.addresses import has_new_address
from assistant.answering.proving.counting import find_counted
from assistant.answering.proving.crossing import statements
from assistant.answering.proving.lexicon import FOLDER, lexicon_of
from assistant.answering.proving.opposing import contradicts
from assistant.answering.proving.speakers import is_said_by_another
from assistant.answering.proving.wording import proves_wording
from assistant.answering.sources import Source, make_sources
from assistant.answering.verifying import Verdict, verify
from assistant.corpus.splitting import split_sentences
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.likeness import Likeness
from assistant.types import Article, Span

CLAIMS = Path(__file__).with_name("claims.toml")


class Judged(NamedTuple):
    """A claim, what became of it, and where it belongs."""

    verdict: Verdict
    true: bool
    same: bool
    group: str
    wrong: str


@pytest.fixture(scope="module")
def judged(embedder: Embedder) -> list[Judged]:
    likeness = Likeness(embedder)
    found = []
    for row in tomllib.loads(CLAIMS.read_text(encoding="utf-8"))["article"]:
        text, language = row["text"].strip(), row["language"]
        sources = _sources(Article("article.txt", text.partition("\n")[0], language, text))
        for kind in ("true", "false"):
            for spoken, claim, *wrong in row[kind]:
                verdict = verify(Draft(claim, tuple(sources)), spoken, "", sources, likeness)
                place = (kind == "true", spoken == language, row.get("set", "made with"), "".join(wrong))
                found.append(Judged(verdict, *place))
    return found


def _sources(article: Article) -> dict[int, Source]:
    spans = list(split_sentences(article.text, article.language))
    evidence = [Evidence(article, span.start, span.end, 5.0) for span in spans[1::3]]
    return {source.number: source for source in make_sources(evidence, 6_000)}


# How many false claims are shown at most, and what share of the true ones at least: what was measured.
@pytest.mark.parametrize(("group", "claims", "most"), [("made with", 52, 0), ("aside", 50, 0), ("unseen", 18, 1)])
def test_hardly_a_false_claim_in_the_language_of_the_article_is_shown(
    judged: list[Judged], group: str, claims: int, most: int
) -> None:
    found = [it for it in judged if not it.true and it.same and it.group == group]
    assert len(found) == claims
    shown = [(it.wrong, it.verdict.draft.text) for it in found if it.verdict.kept]
    assert len(shown) <= most, shown


@pytest.mark.parametrize(("group", "claims", "most"), [("made with", 26, 0), ("aside", 25, 3), ("unseen", 29, 5)])
def test_few_false_claims_in_another_language_are_shown(
    judged: list[Judged], group: str, claims: int, most: int
) -> None:
    found = [it for it in judged if not it.true and not it.same and it.group == group]
    assert len(found) == claims
    shown = [(it.wrong, it.verdict.draft.text) for it in found if it.verdict.kept]
    assert len(shown) <= most, shown


@pytest.mark.parametrize(
    ("same", "group", "claims", "least"),
    [
        (True, "made with", 27, 26),
        (True, "aside", 25, 21),
        (True, "unseen", 12, 12),
        (False, "made with", 15, 12),
        (False, "aside", 15, 13),
        (False, "unseen", 12, 7),
    ],
)
def test_most_true_claims_are_shown(judged: list[Judged], same: bool, group: str, claims: int, least: int) -> None:
    found = [it for it in judged if it.true and it.same == same and it.group == group]
    assert len(found) == claims
    lost = [(it.verdict.reason, it.verdict.draft.text) for it in found if not it.verdict.kept]
    assert len(found) - len(lost) >= least, lost


# In one language.


@pytest.mark.parametrize(
    ("claim", "sentence", "language"),
    [
        ("The ferry sailed at noon.", "The old ferry sailed at noon, the captain said.", "en"),
        ("In 2019 the town bought the ferry.", "The town bought the ferry in 2019.", "en"),
        ("Last year the fares rose by 18%.", "The fares rose by 18 percent last year.", "en"),
        ("Next week the ferry will sail again.", "The ferry will sail again next week.", "en"),
        ("В прошлом году паром перевез 900 человек.", "Паром перевез 900 человек в прошлом году.", "ru"),
        ("Минулого року місто купило пором.", "Місто купило пором минулого року.", "uk"),
        ("Geçen yıl belediye bir vapur aldı.", "Belediye geçen yıl bir vapur aldı.", "tr"),
        ("El próximo año el pueblo comprará el barco.", "El pueblo comprará el barco el próximo año.", "es"),
        ("The ferry cost nine crowns, paid by the town.", "The ferry cost nine crowns, which the town pays.", "en"),
        ("Die Fähre fährt mittags.", "Die Fähre fährt nun täglich mittags.", "de"),
        ("Die Glocke läutet nicht.", "Die Glocke läutet heute nicht, sagte der Küster.", "de"),
        ("该镇买下了渡轮。", "该镇去年买下了这艘渡轮。", "zh"),
        ("העירייה רכשה מעבורת.", "העירייה רכשה מעבורת ישנה ב-2019.", "he"),
    ],
)
def test_a_shortened_sentence_is_proven(claim: str, sentence: str, language: str) -> None:
    assert proves_wording(claim, [sentence], language)


@pytest.mark.parametrize(
    ("claim", "sentences", "language"),
    [
        ("Bertil thanked Marten.", ["Marten thanked Bertil."], "en"),
        ("Marten was thanked by Bertil.", ["Marten thanked Bertil."], "en"),
        ("The captain sailed at noon.", ["The ferry sailed at noon, the captain said."], "en"),
        ("Last year the ferry sank.", ["The ferry sank next year."], "en"),
        ("Last year Bertil thanked Marten.", ["Marten thanked Bertil last year."], "en"),
        ("The ferry cost the sailors a day.", ["The ferry cost nine crowns.", "The sailors rested a day."], "en"),
        ("The town may buy the ferry.", ["The town will buy the ferry, and the harbour may close."], "en"),
        ("The town will buy the ferry.", ["The town may buy the ferry."], "en"),
        ("Bertil dankte Marten nicht.", ["Bertil dankte Marten."], "de"),
        ("Martin köpeği ısırdı.", ["Köpek Martin'i ısırdı."], "tr"),
        ("渡轮买下了该镇。", ["该镇买下了渡轮。"], "zh"),
        ("الكلب عض الرجل.", ["الرجل عض الكلب."], "ar"),
    ],
)
def test_words_from_here_and_there_prove_nothing(claim: str, sentences: list[str], language: str) -> None:
    assert not proves_wording(claim, sentences, language)


def test_what_the_title_names_may_be_added_behind_a_preposition() -> None:
    title, sentence = "Wild geese close the airfield of Ostrow", "The closure will take nine days."
    assert proves_wording("The closure of the airfield will last nine days.", [sentence], "en", title)
    assert not proves_wording("The closure of the school will last nine days.", [sentence], "en", title)
    assert not proves_wording("The airfield will take nine days.", [sentence], "en", title)


def test_a_word_of_the_same_meaning_is_the_same() -> None:
    assert proves_wording("Prices increased.", ["Prices rose in May."], "en")
    assert proves_wording("Die Preise sind gestiegen.", ["Die Preise erhöhten sich."], "de")
    assert not proves_wording("Prices dropped.", ["Prices rose in May."], "en")


# Opposites, numbers, speakers, addresses.


@pytest.mark.parametrize(
    ("claim", "language", "words", "other"),
    [
        ("The bridge is open.", "en", "Die Brücke ist gesperrt.", "de"),
        ("Цены выросли.", "ru", "Prices fell.", "en"),
        ("القطار غادر قبل الحريق.", "ar", "The train arrived after the fire.", "en"),
        ("Köprü açıldı.", "tr", "Le pont a été fermé.", "fr"),
        ("Köprü açılmadı.", "tr", "Le pont a été ouvert.", "fr"),
        ("پل بسته نشد.", "fa", "The bridge was closed.", "en"),
        ("这座桥没有关闭。", "zh", "Міст закрили.", "uk"),
        ("The town denied that the bridge is closed.", "en", "Die Brücke ist gesperrt.", "de"),
        ("Hardly any bridge was closed.", "en", "Die Brücke wurde gesperrt.", "de"),
    ],
)
def test_opposites_and_denials_are_told_across_languages(claim: str, language: str, words: str, other: str) -> None:
    assert contradicts(claim, language, words, other)


@pytest.mark.parametrize(
    ("one", "language", "two", "other", "same"),
    [
        ("eleven weeks", "en", "elf Wochen", "de", True),
        ("eleven weeks", "en", "elf Monate", "de", False),
        ("dört hafta", "tr", "четыре недели", "ru", True),
        ("أسبوعين", "ar", "two weeks", "en", True),
        ("9周", "zh", "nine months", "en", False),
        ("十一个月", "zh", "eleven months", "en", True),
        ("十一个月", "zh", "eleven weeks", "en", False),
        ("42 million crowns", "en", "42 weeks", "en", False),
        ("une semaine", "fr", "onze semaines", "fr", False),
        ("5 מיליון שקל", "he", "5 million dollars", "en", False),
        ("12 %", "fr", "12 प्रतिशत", "hi", True),
    ],
)
def test_a_number_stands_with_what_it_counts(one: str, language: str, two: str, other: str, same: bool) -> None:
    numbers = find_counted(two, other)
    found = find_counted(one, language)
    assert found
    assert all(any(it.agrees(number) for number in numbers) for it in found) == same


def test_words_are_not_put_into_anothers_mouth() -> None:
    article = Article(
        "a.txt", "Ferry", "en", 'Captain Bertil Osk said: "The ferry leaks." Mayor Ute Lang said the town would pay.'
    )
    first, second = split_sentences(article.text, "en")
    assert not is_said_by_another("Bertil Osk said the ferry leaks.", "en", article, first)
    assert is_said_by_another("Ute Lang said the ferry leaks.", "en", article, first)
    assert is_said_by_another("Капитан Бертиль Оск сказал, что город заплатит.", "ru", article, second)
    assert not is_said_by_another("The ferry leaks.", "en", article, Span(first.start, second.end))


@pytest.mark.parametrize(
    "address",
    [
        "ferry-refund.ru",
        "ferry.co/pay",
        "evil[.]shop",
        "evil (dot) net",
        "evil。com",
        "10.20.30.40/pay",
        "xn--fhre-0ra.de",
        "pay@ferry.example",
        "hxxp://ferry.evil",
        "https://ferry.evil",
        "паром.рф",
        "www.ferry",
        "t.me/ferry",
    ],
)
def test_every_address_that_the_passage_does_not_have_is_seen(address: str) -> None:
    assert has_new_address(f"The ferry is full, see {address} for refunds.", ["The ferry is full."])
    assert not has_new_address(f"See {address} for refunds.", [f"Refunds: {address} today."])


def test_words_with_points_are_no_addresses() -> None:
    for text in (
        "The U.S. navy paid 3.5 million at 5 p.m.",
        "z.B. die Fähre",
        "Dr. Osk left.",
        "В 2022 г. паром ушёл.",
    ):
        assert not has_new_address(text, [""])
    assert has_new_address("See ferry.co now.", ["See ferry.com now."])


def test_a_claim_falls_into_its_statements() -> None:
    assert statements("The ferry sank, and the captain was jailed.", "en") == [
        "The ferry sank,",
        "and the captain was jailed.",
    ]
    assert statements("The ferry and its crew are safe.", "en") == ["The ferry and its crew are safe."]


def test_lexicons_name_units_and_opposites_alike() -> None:
    english = lexicon_of("en")
    languages = [file.stem for file in FOLDER.glob("*.toml")]
    assert len(languages) >= 13
    for language in languages:
        lexicon = lexicon_of(language)
        assert lexicon.known
        assert {name.rstrip("2") for name in lexicon.units} <= set(english.units), language
        assert set(lexicon.opposites) <= set(english.opposites), language
        for group, poles in lexicon.opposites.items():
            assert set(poles) <= set(english.opposites[group]), (language, group)
