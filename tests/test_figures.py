"""Numbers as people write them, in words, digits, letters and signs: the same figure in every language."""

from __future__ import annotations

import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.figures import figures_said, find_figures, locate_figures
from assistant.answering.numbers.lexicon import FOLDER, load_number_words
from assistant.corpus.dates import MONTHS
from assistant.corpus.months import months_of
from assistant.errors import PromptError

LANGUAGES = sorted(file.stem for file in FOLDER.glob("*.toml"))

# What is written, its language, and its value.
WRITTEN = [
    ("twenty-three goats", "en", "23"),
    ("one hundred and forty-two goats", "en", "142"),
    ("two thousand three hundred", "en", "2300"),
    ("two and a half million", "en", "2500000"),
    ("half a million", "en", "500000"),
    ("three dozen", "en", "36"),
    ("a dozen goats", "en", "12"),
    ("two thirds", "en", "2/3"),
    ("7 crore 30 lakh", "en", "73000000"),
    ("12,50,000", "en", "1250000"),
    ("a year later", "en", "1"),
    ("for a month", "en", "1"),
    ("for one month", "en", "1"),
    ("XIX days", "en", "19"),
    ("neunundfünfzig Ziegen", "de", "59"),
    ("zweihundertsechsunddreißig", "de", "236"),
    ("dreieinhalb Jahre", "de", "3.5"),
    ("eine halbe Million", "de", "500000"),
    ("ein Viertel", "de", "0.25"),
    ("die siebentägige Reise", "de", "7"),
    ("eine Stunde", "de", "1"),
    ("acht Stunden", "de", "8"),
    ("quatre-vingt-quinze chèvres", "fr", "95"),
    ("soixante et onze", "fr", "71"),
    ("deux cent quarante mille", "fr", "240000"),
    ("un million et demi", "fr", "1500000"),
    ("neuf heures", "fr", "9"),
    ("une heure", "fr", "1"),
    ("cuarenta y seis cabras", "es", "46"),
    ("tres mil quinientos millones", "es", "3500000000"),
    ("tres cuartos", "es", "0.75"),
    ("sessenta e oito", "pt", "68"),
    ("dois milhões e meio", "pt", "2500000"),
    ("ventotto capre", "it", "28"),
    ("quattromilacinquecento", "it", "4500"),
    ("sei ore", "it", "6"),
    ("drieënzestig geiten", "nl", "63"),
    ("anderhalf jaar", "nl", "1.5"),
    ("patruzeci și șapte", "ro", "47"),
    ("30 de milioane", "ro", "30000000"),
    ("триста сорок две козы", "ru", "342"),
    ("около семисот коз", "ru", "700"),
    ("с двадцатью козами", "ru", "20"),
    ("трёхдневный", "ru", "3"),
    ("полторы тысячи", "ru", "1500"),
    ("3 млн 400 тыс", "ru", "3400000"),
    ("одного месяца", "ru", "1"),
    ("на месяц", "ru", "1"),
    ("шістсот вісімдесят дев’ять", "uk", "689"),
    ("півтори тисячі", "uk", "1500"),
    ("czterysta pięćdziesiąt trzy", "pl", "453"),
    ("dwudziestu kóz", "pl", "20"),
    ("εβδομήντα δύο", "el", "72"),
    ("شهرين", "ar", "2"),
    ("ثلاثمئة معزة", "ar", "300"),
    ("سبعة وأربعون", "ar", "47"),
    ("ألفين وخمسمئة", "ar", "2500"),
    ("ثلاثة عشر", "ar", "13"),
    ("ربع مليون", "ar", "250000"),
    ("القرن السابع عشر", "ar", "17"),
    ("חודשיים", "he", "2"),
    ("ארבעים ושבע", "he", "47"),
    ("שבע עשרה", "he", "17"),
    ("חצי מיליון", "he", "500000"),
    ("چهل و هفت بز", "fa", "47"),
    ("سه و نیم میلیون", "fa", "3500000"),
    ("نه ساعت", "fa", "9"),
    ("उनसठ बकरियां", "hi", "59"),
    ("साढ़े पांच लाख", "hi", "550000"),
    ("9 लाख 40 हज़ार", "hi", "940000"),
    ("تہتر بکریاں", "ur", "73"),
    ("ڈھائی کروڑ", "ur", "25000000"),
    ("kırk yedi keçi", "tr", "47"),
    ("üç buçuk milyon", "tr", "3500000"),
    ("altı saat", "tr", "6"),
    ("on bin", "tr", "10000"),
    ("bốn mươi bảy", "vi", "47"),
    ("mười năm", "vi", "10"),
    ("empat puluh tujuh", "id", "47"),
    ("tiga belas", "id", "13"),
    ("สี่สิบเจ็ดวัน", "th", "47"),
    ("4700만", "ko", "47000000"),
    ("四十七只山羊", "zh", "47"),
    ("八天", "zh", "8"),
    ("两个月", "zh", "2"),
    ("六亿三千万", "zh", "630000000"),
    ("6亿3000万", "zh", "630000000"),
    ("五分之二", "zh", "0.4"),
    ("四十七頭", "ja", "47"),
    ("八時間", "ja", "8"),
    ("⅗", "en", "0.6"),
    ("3½", "fr", "3.5"),
    ("⑦", "de", "7"),
    ("⁴⁷", "en", "47"),
    ("Ⅻ", "es", "12"),
    ("٤٧٬٥٠٠", "ar", "47500"),
]


@pytest.mark.parametrize(("written", "language", "value"), WRITTEN)
def test_a_number_is_read_as_it_is_written(written: str, language: str, value: str) -> None:
    figures = [{reading for reading in figure if " " not in reading} for figure in find_figures(written, language)]
    assert figures == [{value}]


@pytest.mark.parametrize(
    ("language", "prose"),
    [
        ("en", "No one may march on. She was the one who said so, one of many; they help one another a second time."),
        (
            "de",
            "Sie gibt acht, eine Ziege sah einen Hirten; einfach so, und einmal stand einer in Zweifeln.",
        ),
        ("fr", "Un livre neuf, une ville, son chien; l’un et l’autre sont en quarantaine, la demi-finale, le premier."),
        ("es", "Una cabra, un pastor y uno de ellos; por medio de la media, el segundo y el tercero, sin veintena."),
        ("pt", "Uma cabra, um pastor e um deles; por meio do meio ambiente, o segundo quarto, a quinta."),
        ("it", "Una capra; tu sei il primo, un secondo pastore, il mezzo e la terza, l’ottobre del settentrione."),
        ("nl", "Een geit; hij acht dat nodig, neem het in acht, de tweede keer, een derde man, het eenzame elfje."),
        ("ru", "Один из пастухов, одна коза; семью видели в метро, второй раз, семья, стать, столица."),
        ("uk", "Один із пастухів, одна коза; сім’я, другий раз, столиця, стати, пастух."),
        ("pl", "Jeden z pasterzy, jedna koza; drugi raz, stopa, stolica, piątkowy, trzeci."),
        ("tr", "Bir keçi, bir kuyruklu yıldız; masanın altında, yemeği yedi, yüzü güldü, arabaya bin, yüz yüze."),
        ("ar", "أحد الرعاة، لست هنا، السيدة ست الحسن، العرب، ألف كتابا في بيته الأول"),
        ("he", "באר שבע היא עיר; אחד הרועים, השני אמר, במאה הזאת נולד."),
        ("fa", "نه، یک بز آمد؛ در ده زندگی می‌کند، بی بی سی گفت، چوپان اول."),
        ("hi", "एक बकरी, पहला आदमी, सऊदी अरब, दूसरे लोग।"),
        ("ur", "ایک بکری، بہتر ہے، اسی طرح، نو منتخب، سعودی عرب، پہلے۔"),
        ("zh", "一个城市，一些人，十分重要，万一，三亚，四川，百姓，数十人，几百人，第一次，一起，一定。"),
        ("ja", "一緒に、一部の町、三重県、九州、千葉、十分。"),
        ("vi", "Một con dê, năm nay, thứ ba, cả hai, một số người."),
        ("id", "Salah satu gembala, satu kambing, satu sama lain, minggu ini."),
        ("ro", "O capră, un păstor, o carte nouă, a doua oară."),
        ("el", "Ένα κατσίκι, μία φορά, ο δεύτερος, ένα μέτρο της κυβέρνησης."),
        ("th", "เด็กหกล้ม พันธุ์ข้าว สองแคว"),
    ],
)
def test_ordinary_words_are_no_figures(language: str, prose: str) -> None:
    assert [prose[span.start : span.end] for span, _ in locate_figures(prose, language)] == []


@pytest.mark.parametrize(
    ("claim", "language", "source", "other"),
    [
        ("acht Ziegen", "de", "8 goats", "en"),
        ("nine goats", "en", "neuf chèvres", "fr"),
        ("half of them", "en", "50 % der Ziegen", "de"),
        ("пятьдесят процентов", "ru", "نصف الماعز", "ar"),
        ("42 million", "en", "42 milijuna", "hr"),
        ("42 milijuna", "hr", "42 million", "en"),
        ("47 M€", "fr", "47 million euros", "en"),
        ("the 21st century", "en", "القرن الحادي والعشرين", "ar"),
        ("1 round", "en", "the first round", "en"),
        ("17 בדצמבר", "he", "17 December", "en"),
        ("3월 17일", "ko", "17 March", "en"),
        ("yüzde 12", "tr", "12 percent", "en"),
    ],
)
def test_a_claim_s_figures_are_found_in_a_source(claim: str, language: str, source: str, other: str) -> None:
    said = figures_said(source, other)
    assert find_figures(claim, language)
    assert all(figure & said for figure in find_figures(claim, language)), (find_figures(claim, language), said)


@pytest.mark.parametrize(
    ("claim", "language", "source", "other"),
    [
        ("42 weeks", "en", "eleven weeks and 42 million crowns", "en"),
        ("0.5 percent", "en", "50 percent", "en"),
        ("one week", "en", "eleven weeks, 900 crowns a day", "en"),
        ("eine Stunde", "de", "ein Hirte und eine Ziege warteten elf Stunden", "de"),
        ("ساعتين", "ar", "إحدى عشرة ساعة", "ar"),
        ("八天", "zh", "十一天", "zh"),
        ("⅔", "en", "2 or 3 goats", "en"),
        ("④⑦", "en", "4 and 7", "en"),
        ("9" * 31, "en", "9" * 31, "en"),
        ("⑫⑬", "en", "⑫⑬", "en"),
    ],
)
def test_another_figure_is_not_held(claim: str, language: str, source: str, other: str) -> None:
    said = figures_said(source, other)
    assert any(not figure & said for figure in find_figures(claim, language)), (find_figures(claim, language), said)


def test_figures_stand_where_they_are_written_their_scale_included() -> None:
    text = "On 3 March 2022 some forty-two million crowns, or half of it, went to 12 % of the goats."
    located = [(text[span.start : span.end], sorted(figure)) for span, figure in locate_figures(text, "en")]
    assert located == [
        ("3", ["3"]),
        ("March", ["month 3"]),
        ("2022", ["2022"]),
        ("forty-two million", ["42000000"]),
        ("half", ["0.5", "part 0.5"]),
        ("12", ["12", "part 0.12"]),
    ]


def test_a_source_may_mean_what_a_claim_need_not() -> None:
    assert find_figures("un livre neuf", "fr") == []
    assert figures_said("un livre neuf", "fr") == {"9"}
    assert figures_said("une chèvre", "fr") == set()


@given(st.text(max_size=60), st.sampled_from([*LANGUAGES, "und"]))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_in_order_and_within_its_bounds(text: str, language: str) -> None:
    for lenient in (False, True):
        located = locate_figures(text, language, lenient=lenient)
        assert [span.start for span, _ in located] == sorted(span.start for span, _ in located)
        assert all(0 <= span.start < span.end <= len(text) for span, _ in located)
        assert all(before.end <= after.start for (before, _), (after, _) in pairwise(located))


def test_every_numeric_sign_is_a_figure() -> None:
    signs = [sign for sign in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(sign) in {"Nd", "Nl", "No"}]
    assert len(signs) > 1_500
    assert [sign for sign in signs if len(find_figures(f"goats {sign}", "en")) != 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_digit_has_its_word_in_every_language_with_words(language: str) -> None:
    words = load_number_words(FOLDER)[language]
    known = {*words.numbers.values(), *words.doubtful.values()}
    assert not known or {*range(2, 10)} <= {int(value) for value in known if value.denominator == 1}, language
    assert not words.numbers.keys() & words.doubtful.keys()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("numbers = ", "cannot be read as TOML"),
        ('number = "two=2"', "has an entry number"),
        ("numbers = 2", "numbers is 2"),
        ('compounds = "yes"', "compounds is 'yes'"),
        ('numbers = "two"', "numbers has 'two'"),
        ('numbers = "two=zwei"', "numbers has 'two=zwei'"),
        ('fractions = "none=1/0"', "fractions has 'none=1/0'"),
    ],
)
def test_what_is_wrong_with_a_lexicon_is_said(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "xx.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError, match=told) as raised:
        load_number_words(tmp_path)
    assert "xx.toml" in str(raised.value)


def test_claims_and_article_dates_know_the_same_months() -> None:
    for language in ("ar", "de", "en", "fa", "fr", "he", "hi", "ru", "tr", "uk"):
        months = months_of(language)
        assert len(months) == 12
        for number, forms in enumerate(months, 1):
            assert MONTHS[forms[0].text.casefold()] == number
            written = f"17 {forms[-1].text} 2031"
            assert frozenset({f"month {number}"}) in find_figures(written, language), written
