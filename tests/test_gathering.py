"""Sentences → quotes: what stands beside a sentence is quoted along where it is the same speaker's, headlines last."""

from __future__ import annotations

import pytest

from assistant.answering.gathering import Evidence, gather, rank_sentences
from assistant.answering.hearing import name_speakers
from assistant.answering.statements import speakings
from assistant.corpus.splitting import split_sentences
from assistant.types import Article, Hit, ScoredSpan

# The first sentences are one speaker's, the last is somebody else's who speaks of the first.
MOUTHS = {
    "en": (
        ["Mayor Tilda Ashcombe said the bridge would open in June.", "She added that it would cost nothing to cross."],
        "Councillor Rufus Pennow said that Ashcombe had hidden the price.",
    ),
    "de": (
        [
            "Bürgermeisterin Greta Sollmann sagte, die Brücke werde im Juni öffnen.",
            "Sie fügte hinzu, die Fahrt werde nichts kosten.",
        ],
        "Der Ingenieur Till Rademark sagte, Sollmann habe den Preis verschwiegen.",
    ),
    "fr": (
        [
            "La maire Odile Farvan a déclaré que le pont ouvrirait en juin.",
            "Elle a ajouté que le passage serait gratuit.",
        ],
        "L'ingénieur Marc Tessonne a dit qu'Odile Farvan avait caché le prix.",
    ),
    "es": (
        [
            "La alcaldesa Inés Calbario dijo que el puente abriría en junio.",
            "Añadió que cruzarlo no costaría nada.",
        ],
        "El ingeniero Tomás Erruz dijo que Calbario había ocultado el precio.",
    ),
    "ru": (
        [
            "Мэр Ольга Тарвина заявила, что мост откроется в июне.",
            "Она добавила, что проезд будет бесплатным.",
        ],
        "Инженер Глеб Сорин сказал, что Тарвина скрыла цену.",
    ),
    "uk": (
        [
            "Міська голова Оксана Тарвин заявила, що міст відкриють у червні.",
            "Вона додала, що проїзд буде безкоштовним.",
        ],
        "Інженер Гліб Соринець сказав, що Тарвин приховала ціну.",
    ),
    "ar": (
        [
            "قالت رئيسة البلدية هالة المرزوقي إن الجسر سيفتح في يونيو.",
            "وأضافت أن العبور سيكون مجانيا.",
        ],
        "وقال المهندس بلال الطنجي إن المرزوقي أخفت السعر.",
    ),
    "tr": (
        [
            "Belediye Başkanı Nermin Taşova, köprünün haziranda açılacağını söyledi.",
            "Taşova, geçişin ücretsiz olacağını ekledi.",
        ],
        "Mühendis Kerem Yaldız, Taşova'nın fiyatı gizlediğini söyledi.",
    ),
}


def _article(text: str, language: str, title: str = "Bridge") -> Article:
    return Article(f"bridge.{language}.txt", title, language, text, id=1)


def _ranked(article: Article, score: float = 3.0) -> list[Evidence]:
    """Every sentence of an article as evidence, each nearly as good as the one before."""
    spans = [
        ScoredSpan(span.start, span.end, score - at / 100)
        for at, span in enumerate(split_sentences(article.text, article.language))
    ]
    return rank_sentences([Hit(article, 0, len(article.text), score, tuple(spans))])


def _quotes(article: Article, limit: int = 4) -> list[Evidence]:
    quotes = gather(name_speakers(_ranked(article)), limit)
    for quote in quotes:
        for (start, end), those in speakings(article, quote.start).items():
            if quote.start <= start and end <= quote.end:
                assert quote.speaker in [None, *(one.speaker for one in those)], quote.text
    return quotes


@pytest.mark.parametrize("language", MOUTHS)
def test_a_speaker_s_sentences_are_widened_by_their_own_and_by_nobody_else_s(language: str) -> None:
    own, others = MOUTHS[language]
    quotes = _quotes(_article(" ".join([*own, others]), language))
    assert [quote.text for quote in quotes] == [" ".join(own), others]
    first, second = quotes
    assert first.speaker is not None
    assert second.speaker is not None
    assert first.speaker != second.speaker


@pytest.mark.parametrize("language", MOUTHS)
def test_whichever_of_two_speakers_comes_first_keeps_to_themselves(language: str) -> None:
    own, others = MOUTHS[language]
    quotes = _quotes(_article(" ".join([others, own[0]]), language))
    assert sorted(quote.text for quote in quotes) == sorted([others, own[0]])


def test_what_nobody_says_stands_beside_no_name() -> None:
    told = "The bridge is 340 metres long. It was begun in 1987."
    article = _article(f"{told} Mayor Tilda Ashcombe said the bridge would open in June.", "en")
    assert {quote.text: quote.speaker is None for quote in _quotes(article)} == {
        told: True,
        "Mayor Tilda Ashcombe said the bridge would open in June.": False,
    }


@pytest.mark.parametrize("headline", ["Bridge opens in June", "# Bridge opens in June"])
def test_a_headline_is_not_quoted_beside_its_article(headline: str) -> None:
    article = _article(f"{headline}\n\nThe bridge opens on 4 June.\n", "en", "Bridge opens in June")
    assert [quote.text for quote in _quotes(article, 1)] == ["The bridge opens on 4 June."]


def test_a_headline_is_quoted_where_nothing_else_of_its_article_bears_the_answer() -> None:
    article = _article("Bridge opens in June\n\nNobody came.\n", "en", "Bridge opens in June")
    best, worst = _ranked(article)
    far = Evidence(article, worst.start, worst.end, 0.1 * best.score)
    assert [quote.text for quote in gather([best, far], 4)] == ["Bridge opens in June"]


def test_a_first_sentence_that_stands_in_for_a_title_is_quoted() -> None:
    text = "The bridge opens on 4 June.\nBoats pass below it.\n"
    assert len(_quotes(_article(text, "en", "The bridge opens on 4 June."))) == 2


TOLD = "The bridge is 340 metres long."
SAID = "Mayor Tilda Ashcombe said the bridge would open in June."
ADDED = "She added that it would cost nothing to cross."


def _together(text: str) -> dict[str, bool]:
    ranked = name_speakers(_ranked(_article(text, "en")))
    return {quote.text: quote.speaker is not None for quote in gather(ranked, 4, apart=False)}


def test_who_is_named_in_the_words_themselves_may_be_quoted_with_what_nobody_says_and_then_stands_unnamed() -> None:
    assert _together(f"{SAID} {TOLD}") == {f"{SAID} {TOLD}": False}
    assert _together(f"{TOLD} {SAID}") == {f"{TOLD} {SAID}": False}
    assert _together(f"{SAID} {ADDED}") == {f"{SAID} {ADDED}": True}


def test_who_is_a_pronoun_keeps_the_name_and_stands_alone() -> None:
    quotes = _together(f"{SAID}\n{ADDED} {TOLD}")
    assert quotes == {SAID: True, ADDED: True, TOLD: False}


@pytest.mark.parametrize("language", MOUTHS)
def test_two_speakers_are_never_quoted_together(language: str) -> None:
    own, others = MOUTHS[language]
    ranked = name_speakers(_ranked(_article(" ".join([others, own[0]]), language)))
    assert len(gather(ranked, 4, apart=False)) == 2


@pytest.mark.parametrize(
    "line",
    [
        "Read also: Why the bridge fares rise",
        "**Lesen Sie auch:** [Warum die Brücke teurer wird](https://example.org/bridge)",
        "LEIA TAMBÉM: [A ponte fica mais cara](https://example.org/ponte)",
        "Читайте также: Почему дорожает мост",
        "İlgili haber: Köprü neden pahalı?",
        "اقرأ أيضا: لماذا ارتفعت رسوم الجسر",
        "यह भी पढ़ें: पुल महँगा क्यों",
        "相关阅读：大桥为何涨价",
        "![The bridge seen from the quay](bridge.jpg)",
        "[Subscribe](https://example.org/a) · [Share](https://example.org/b)",
    ],
)
def test_a_line_that_only_leads_elsewhere_is_no_evidence(line: str) -> None:
    body = "Crossing the [new bridge](https://example.org/c) costs two crowns."
    article = _article(f"{body}\n\n{line}\n\nIt opens in June.", "en")
    assert [piece.text for piece in _ranked(article)] == [body, "It opens in June."]
