"""Text → passages and sentences: properties that hold for any text, and examples in many languages."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from itertools import pairwise

import pytest
import sentencex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.corpus.abbreviations import without_false_abbreviations
from assistant.corpus.splitting import LINE_BREAKS, LONGEST_SENTENCE, WINDOW, split_sentences, split_text, weigh
from tests.conftest import ARTICLES

FRAGMENTS = (
    """
word|слово |نص |漢字|かな|สะพาน|पुल की|1.|a)|12,5|…|...|. |! |? |؟ |، |؛ |۔ |。|！|？|।|॥|։|።|: |; |—|–|- |
Dr. |M. |د. |z. B. |А. С. |أ.ف.ب. |U.S. |"|“|”|«|»|„|「|」|(|)|'|
e\u0301|👩\u200d👩\u200d👧|🐝|\u200f|\u200e|\u200d|\u00ad|\ufeff|\u0640|\x00|
 |\t|\xa0|\u3000|\n|\n\n|\r|\v|\f|\x1c|\x85|\u2028|\u2029
""".strip("\n")
    .replace("|\n", "|")
    .split("|")
)
LONG_FRAGMENTS = ["x" * 170, "字" * 90, "word " * 50, "كلمة، " * 40, "e" + "\u0301" * 90, "“", "“We. "]

texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS + LONG_FRAGMENTS), st.text(max_size=4)), max_size=40).map("".join),
)
languages = st.sampled_from(["ar", "de", "en", "fr", "hi", "hy", "ja", "ru", "th", "und", "ur", "zh", "xyz", ""])
for_any_text = settings(deadline=None, max_examples=200)


def sentences(text: str, language: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, language)]


@for_any_text
@given(texts, languages, st.sampled_from([1, 60, 400, 1_000]))
@example("", "en", 400)
@example(" \n ", "en", 400)
def test_passages_lie_end_to_end_and_cover_the_text(text: str, language: str, size: int) -> None:
    passages = split_text(text, language, size)
    assert [passages[0].start, *[passage.end for passage in passages]] == [
        *[passage.start for passage in passages],
        len(text),
    ]
    assert passages[0].start == 0
    assert all(passage.start < passage.end for passage in passages) or not text
    assert all(passage.sentences for passage in passages) or not text.strip()


@for_any_text
@given(texts, languages, st.sampled_from([1, 60, 400, 1_000]))
def test_the_sentences_of_the_passages_are_those_of_the_text_in_order(text: str, language: str, size: int) -> None:
    passages = split_text(text, language, size)
    for passage in passages:
        assert all(passage.start <= span.start <= span.end <= passage.end for span in passage.sentences)
    assert [span for passage in passages for span in passage.sentences] == list(split_sentences(text, language))


@for_any_text
@given(texts, languages)
def test_every_visible_character_is_in_exactly_one_sentence(text: str, language: str) -> None:
    spans = list(split_sentences(text, language))
    assert all(earlier.end <= later.start for earlier, later in pairwise(spans))
    between = [0, *[place for span in spans for place in (span.start, span.end)], len(text)]
    assert not any(text[start:end].strip() for start, end in zip(between[::2], between[1::2], strict=True))


@for_any_text
@given(texts, languages)
@example("字" * 200 + "x" * 300, "zh")
def test_a_sentence_is_stripped_on_one_line_and_not_too_long(text: str, language: str) -> None:
    for sentence in sentences(text, language):
        assert sentence
        assert sentence == sentence.strip()
        assert not LINE_BREAKS.search(sentence)
        assert len(sentence.splitlines()) == 1
        assert weigh(sentence) <= LONGEST_SENTENCE


@for_any_text
@given(texts, languages, st.sampled_from([1, 60, 400, 1_000]))
def test_a_passage_weighs_no_more_than_its_size_or_one_sentence(text: str, language: str, size: int) -> None:
    for passage in split_text(text, language, size):
        weights = [weigh(text[span.start : span.end]) for span in passage.sentences]
        assert sum(weights) <= size or len(weights) == 1


@for_any_text
@given(texts)
def test_wide_characters_weigh_more_and_no_character_weighs_nothing(text: str) -> None:
    assert len(text) <= weigh(text) <= 2.5 * len(text)
    assert weigh(text + "漢。") == weigh(text) + 5


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["The dam held.", "Did it?", "Yes!", "We hope… so."]),
        ("en", ["Dr. Holzwart met Mr. Quillery at 5 p.m. on Monday.", "The U.S. delegation left."]),
        ("en", ['"We cannot wait," said J. R. Brandoval.', "It cost $4.5 million.", "Version 3.11 is out."]),
        ("de", ["Dr. Mirja Holzwart kam am 3. März an.", "Das gilt z. B. für Hirten.", "„Kein Wunder“, sagte sie."]),
        ("fr", ["M. Aurélien Dassonval a parlé.", "« On la réclame », a-t-il ajouté.", "Est-ce vrai ?", "Oui !"]),
        ("ru", ["А. С. Пушкин родился в Москве.", "Это было в 1799 г. в мае.", "Он сказал: «Да».", "А вы?"]),
        ("ar", ["قال د. نبيل الشهابي إن الجسر مغلق.", "هل سيُفتح غداً؟", "نعم!", "انتهى الخبر."]),
        ("ar", ["نقلت أ.ف.ب. عن الوزير قوله إن الاتفاق قريب.", "وقالت أ. سلوى غير ذلك."]),
        ("ar", ["لكن البلدية أكدت، في بيان؛ أن متبرعين دفعوا نصف الكلفة."]),
        ("fa", ["پل بسته است.", "آیا باز می‌شود؟", "بله، فردا؛ شاید."]),
        ("ur", ["وزیر نے کہا کہ پل بند ہے۔", "کیا یہ کھلے گا؟", "ہاں!"]),
        ("hi", ["पुल बंद है।", "कब खुलेगा?", "डॉ. मीरा ने कहा कि जल्द।"]),
        ("tr", ["Keşif 1968'den kalma bir teleskopla yapıldı.", "Dr. Sarıkaya sevindi."]),
    ],
)
def test_sentences_end_where_a_reader_of_the_language_ends_them(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected
    assert sentences("\n".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["The bridge closes in May.", "Critics said it was late."]),
        ("en", ["The mayor said no.", "A spokesman fell ill.", "They asked me.", "I left.", '"All OK."', "So it was."]),
        ("en", ["The school teaches art.", "“Nobody paints,” said one.", "It opens on 3 Aug.", "Tickets are free."]),
        ("en", ["The road is 20 ft.", "It was raised by the Fed.", "Boats, nets, etc.", "The rest sank."]),
        (
            "de",
            ["Es ist eine neue Art.", "Die Forscher staunten.", "Das freut mich.", "Salz usw.", "Alles fehlt."],
        ),
        (
            "fr",
            ["Elle parle d'art.", "Ils ont vu le vol.", "Le maire est parti.", "Ils sont sept.", "Tous chantent."],
        ),
        ("es", ["Dijo que no.", "Salieron al mar.", "Todo fue bien.", "¿Y él?", "Votaron en contra.", "Nada cambió."]),
        ("it", ["Mancano due ore.", "Non tornò mai.", "Disse di no.", "È tornato il re.", "Il sindaco tace."]),
        ("pt", ["É uma igreja do século XIX.", "O bispo voltou.", "Foi o que eu vi.", "Nada mudou."]),
        ("nl", ["Hij gaf haar een hand.", "Zij vond het best.", "Iedereen zag dat.", "Niemand sprak."]),
        ("ro", ["Au trecut două ore.", "Nu e loc.", "Primarul pleacă."]),
        ("ru", ["Вышел её муж.", "Врач уехал.", "Это стоит 500 руб.", "Жители спорят."]),
        ("uk", ["Це рідкісний вид.", "Учені з Академії наук.", "Мер мовчить."]),
        ("pl", ["Statek wszedł w port.", "Były chleb, sól itp.", "Burmistrz milczał."]),
        ("tr", ["Bunu yapan sen.", "Belediye başkanı sustu.", "Yerde kan.", "Herkes gitti."]),
        ("sv", ["Han följde med.", "Hon såg det.", "Alla teg."]),
        ("da", ["Hun tog ham med.", "Så var det din tur.", "Han så to.", "Alle tav."]),
        ("id", ["Itu dia ia.", "Begitu kan.", "Wali kota diam."]),
        ("hu", ["Azt mondta, hogy nem.", "A polgármester hallgatott."]),
        ("ar", ["بلغ الارتفاع 20 سم.", "وقال العمدة إن ذلك كاف."]),
        ("he", ['הוא נסע לארה"ב.', 'צה"ל הודיע על כך.', "ראש העיר שתק."]),
    ],
)
def test_a_word_that_is_no_abbreviation_ends_a_sentence(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "On Aug. 3 Mr. Velt and Sen. Marlow met the U.S. President, Gen. Hart and Miss. Lane of St. Brine."),
        ("en", "In Chicago, Ill. Police read art. IV, No. XII and Fig. 3 of Dr. Quillery."),
        ("de", "Dr. Holzwart und Prof. Kolbe nennen Art. 5 mit ca. Tausend Seiten und 5 Mio. Euro."),
        ("fr", "Selon M. Dassonval, art. XII, et le guide, vol. II, c'est cher."),
        ("es", "El Dr. Quiroga y la Sra. Llorente hablaron en la Av. Mayor de los EE. UU. y en la pág. 5."),
        ("it", "Il dott. Marangoni e l'on. Dossi lodano il prof. Riva e mons. Leone nell'art. IX."),
        ("pt", "O Dr. Prado e a Sra. Amaral viram o Prof. Reis."),
        ("nl", "Volgens dr. Velt en mr. Brand sprak prof. Kolb met dhr. Stam."),
        ("ru", "Проф. Рябцева и акад. Сорокин жили на ул. Ленина."),
        ("uk", "Проф. Рябенко живе на вул. Шевченка."),
        ("pl", "Prof. Nowak mieszka na ul. Polnej."),
        ("tr", "Prof. Sarıkaya ile Dr. Demir konuştu."),
        ("sv", "I går talade Dr. Lind med Prof. Berg."),
        ("da", "I går talte Dr. Lind med Prof. Berg."),
        ("fil", "Nagsalita si Sen. Reyes kay Gen. Santos."),
        ("hi", "वैज्ञानिक डॉ. मीरा जोशी और प्रो. राव ने पुल देखा।"),
        ("bn", "চিকিৎসক ডা. রহিম ও মো. করিম সেতু দেখলেন।"),
        ("mr", "शास्त्रज्ञ डॉ. पाटील यांनी पूल पाहिला."),
    ],
)
def test_an_abbreviation_before_a_name_or_a_number_ends_no_sentence(language: str, sentence: str) -> None:
    assert sentences(sentence, language) == [sentence]


@for_any_text
@given(texts, languages)
def test_a_text_without_false_abbreviations_is_as_long_as_it_was(text: str, language: str) -> None:
    assert len(without_false_abbreviations(text, language)) == len(text)


def test_every_word_listed_as_whole_would_else_be_taken_for_an_abbreviation() -> None:
    listed = tomllib.loads(files("assistant.corpus").joinpath("abbreviations.toml").read_text("utf-8"))["whole"]
    following = {"ar": "وقال العمدة", "ru": "Мэр молчит", "uk": "Мер мовчить", "el": "Κανείς δεν ήρθε"}
    for language, words in listed.items():
        for word in words.split():
            text = f"Velt {word}. {following.get(language, 'Nobody came')}"
            assert len(sentencex.get_sentence_boundaries(language, text)) == 1, (language, word)
            assert len(sentences(text, language)) == 2, (language, word)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ["高远舟说：“禁用农药起了作用。”", "他的蜂场今年产蜜两吨。", "这是真的吗？", "当然是的！"]),
        ("zh", ["雲嶺縣的蜜蜂，三年來首次回升；專家說：「寒冬將至。」", "政府計劃再種油菜花。"]),
        ("ja", ["橋は閉鎖された。", "いつ開くのか？", "春だと市長は述べた！"]),
    ],
)
def test_sentences_end_without_a_space_in_languages_that_have_none(language: str, expected: list[str]) -> None:
    assert sentences("".join(expected), language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. The dam held. 2. The pier moved.", ["1. The dam held.", "2. The pier moved."]),
        ("a) The dam held. b) The pier moved.", ["a) The dam held.", "b) The pier moved."]),
        ("١. صمد السد. ٢. تحرك الرصيف.", ["١. صمد السد.", "٢. تحرك الرصيف."]),
        ("… The dam held. !!", ["… The dam held. !!"]),
        ("***", ["***"]),
        ("1.\n\nThe dam held.\n", ["1.", "The dam held."]),
    ],
)
def test_a_number_or_a_mark_is_no_sentence_but_joins_one_on_its_line(text: str, expected: list[str]) -> None:
    assert sentences(text, "en") == expected


def test_a_sentence_ends_behind_the_emphasis_that_it_is_written_with() -> None:
    text = "**Velmora.** The bridge is shut. *Nobody was hurt.* __It is over!__ * Critics wait. * Others go."
    assert sentences(text, "en") == [
        "**Velmora.**",
        "The bridge is shut.",
        "*Nobody was hurt.*",
        "__It is over!__",
        "* Critics wait.",
        "* Others go.",
    ]


@pytest.mark.parametrize("line_break", ["\n", "\r", "\n \n", "\u2028", "\u2029", "\x85", "\f", "\v"])
def test_a_line_break_ends_a_sentence_without_a_full_stop(line_break: str) -> None:
    assert sentences(f"Dam holds{line_break}The dam held", "en") == ["Dam holds", "The dam held"]


@pytest.mark.parametrize(
    ("clause", "ends"),
    [
        ("وقال رئيس البلدية إن الجسر سيُفتح قريباً، ", "،"),
        ("وقال رئيس البلدية إن الجسر سيُفتح قريباً؛ ", "؛"),
        ("the mayor said that the bridge would open, ", ","),
        ("the mayor said that the bridge would open; ", ";"),
        ("市长说桥明年春天就会通车，", "，"),
        ("市長は橋が来年の春に開通すると述べ、", "、"),
        ("der Bürgermeister sprach von der Brücke – ", "–"),
    ],
)
def test_a_sentence_too_long_to_quote_is_broken_after_a_clause(clause: str, ends: str) -> None:
    text = clause * 30
    parts = sentences(text, "und")
    assert len(parts) > 1
    assert all(part.endswith(ends) for part in parts)
    assert all(weigh(part) > LONGEST_SENTENCE / 2 for part in parts[:-1])


@pytest.mark.parametrize("figure", ["1,234,567 ", "10:30:15 ", "1939–1945 ", "https://example.org/a,b;c "])
def test_a_sentence_too_long_to_quote_is_not_broken_within_a_figure_or_an_address(figure: str) -> None:
    assert {word for part in sentences(figure * 200, "en") for word in part.split()} == {figure.strip()}


def test_a_sentence_too_long_to_quote_and_without_clauses_is_broken_between_words() -> None:
    words = "pneumonoultramicroscopic " * 100
    assert " ".join(sentences(words, "en")).split() == words.split()


@pytest.mark.parametrize("cluster", ["की", "e\u0301\u0323", "ก็", "👩\u200d👩\u200d👧", "❤\ufe0f"])
def test_a_word_without_end_is_not_broken_between_a_letter_and_its_marks(cluster: str) -> None:
    for shift in range(4):
        parts = sentences("x" * shift + cluster * 500, "und")
        assert len(parts) > 1
        assert all(part.startswith(cluster) for part in parts[1:])


@pytest.mark.parametrize(
    ("unit", "length"),
    [("x", 2_000_000)]
    + [
        (unit, 200_000)
        for unit in [
            "字",
            "x字" * 100 + "x" * 200,
            ".",
            "字。",
            "“",
            "А. ",
            "a,",
            "👩\u200d",
            "He left. ",
            "\u0301",
            " ",
        ]
    ],
)
def test_a_very_long_line_is_split_and_covered(unit: str, length: int) -> None:
    text = (unit * length)[:length]
    spans = list(split_sentences(text, "en"))
    covered = sum(span.end - span.start for span in spans)
    assert covered + len(re.findall(r"\s", text)) >= length
    assert all(weigh(text[span.start : span.end]) <= LONGEST_SENTENCE for span in spans)


@pytest.mark.parametrize("name", sorted(path.name for path in ARTICLES.iterdir()))
def test_a_long_line_is_split_as_its_beginning_is(name: str) -> None:
    language = name.split(".")[-2]
    space = "" if language == "zh" else " "
    article = space.join((ARTICLES / name).read_text("utf-8").split()) + space
    repetitions = 20 * WINDOW // len(article)
    once = [span.start for span in split_sentences(article, language)]
    all_starts = [span.start for span in split_sentences(article * repetitions, language)]
    assert all_starts == [start + number * len(article) for number in range(repetitions) for start in once]


@pytest.mark.parametrize("paragraphs", [6, 12, 13, 40])
@pytest.mark.parametrize("size", [300, 400, 1_000])
def test_passages_are_about_equally_long_and_end_at_a_paragraph_where_one_is_near(paragraphs: int, size: int) -> None:
    text = "The dam held. The pier moved. The bridge is closed. The school is open.\n" * paragraphs
    passages = [text[passage.start : passage.end] for passage in split_text(text, "en", size)]
    assert all(passage.endswith("\n") for passage in passages)
    assert max(map(len, passages)) <= 2 * min(map(len, passages))
    assert len(passages) <= 1 + 1.5 * len(text) / size


def test_a_passage_ends_within_a_paragraph_that_is_too_long_for_it() -> None:
    text = "The dam held. " * 100
    passages = [text[passage.start : passage.end] for passage in split_text(text, "en", 400)]
    assert [len(passage) for passage in passages] == [350, 350, 350, 350]


def test_a_short_text_is_one_passage() -> None:
    (passage,) = split_text("\n\n Dam holds\n\nThe dam held. \n", "en", 1_000)
    assert (passage.start, passage.end) == (0, 29)
    assert len(passage.sentences) == 2


@pytest.mark.parametrize("text", ["", " ", "\n\n\t \u3000"])
def test_white_space_alone_is_one_passage_without_sentences(text: str) -> None:
    (passage,) = split_text(text, "en", 1_000)
    assert (passage.start, passage.end, passage.sentences) == (0, len(text), ())


@pytest.mark.parametrize("text", ["Plan B\u00a0. Then", "A\u3000. B", "He met J\u2003. Then he left."])
def test_a_wide_space_before_a_full_stop_stops_nothing(text: str) -> None:
    for language in ("en", "fr", "ja", "und"):
        sentences = list(split_sentences(text, language))
        assert "".join(text[span.start : span.end] for span in sentences).split() != []
