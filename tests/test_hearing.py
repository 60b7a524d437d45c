"""Whose words a question asks for: who says nothing is not made to speak, and who speaks is heard, in many languages.

Every article lets somebody speak about somebody else who says nothing in it. Everybody and every place is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from assistant import Answer, Assistant
from assistant.answering.gathering import Evidence
from assistant.answering.hearing import hear, name_speakers
from assistant.answering.speaking import Asked, find_speakers, is_somebody, read_asked, speaks
from assistant.corpus.splitting import split_sentences
from assistant.types import Article, Hit, ScoredSpan


@dataclass(frozen=True, slots=True)
class Case:
    """An article, a sentence a line; questions for the words of one who says nothing in it, and one for a speaker's."""

    language: str
    text: str
    silent: tuple[str, ...]
    heard: str
    words: str

    @property
    def article(self) -> str:
        """The article as it is indexed: a headline and one paragraph."""
        return _article(self.text, "" if self.language in ("zh", "ja") else " ")


def _article(lines: str, space: str = " ") -> str:
    headline, body = lines.strip().split("\n\n")
    return f"{headline}\n\n{body.replace(chr(10), space)}\n"


CASES = [
    Case(
        "en",
        """Tower of Quennick reopens after two years

Mayor Odette Farrow opened the old tower of Quennick on Saturday.
Opponents say Odette Farrow spent far too much on the lift.
The architect Ruben Stade praised Odette Farrow for her patience.
"The stairs are as steep as ever," Stade said.
Odette Farrow left the ceremony before the band began.
The lift cost two million crowns.""",
        ("What did Odette Farrow say?", "What did Odette Farrow say about the lift?", "What has Farrow said?"),
        "What did Ruben Stade say about the stairs?",
        "as steep as ever",
    ),
    Case(
        "en",
        """Ferry line loses its oldest ship

Captain Wilmot Harding has sailed the ferry Pelican for thirty years.
His crew says that Wilmot Harding never missed a departure.
According to the shipping inspector Nora Blythe, the hull of the Pelican is rusty.
Blythe told reporters that Wilmot Harding had been informed in May.
The ship will be sold in autumn.""",
        ("What did Wilmot Harding say?", "What did Wilmot Harding say about the hull?"),
        "What did Nora Blythe say about the hull?",
        "is rusty",
    ),
    Case(
        "de",
        """Sternwarte auf dem Hohenbrink wird verkauft

Der Astronom Lorenz Abendroth leitete die Sternwarte auf dem Hohenbrink bis zum Frühjahr.
Anwohner werfen Lorenz Abendroth vor, das Dach vernachlässigt zu haben.
Die Landrätin Swantje Kolbe lobte Lorenz Abendroth für seine Vorträge.
„Das Fernrohr bleibt im Dorf“, sagte Kolbe.
Im Mai zog Lorenz Abendroth nach Süden.""",
        ("Was sagte Lorenz Abendroth?", "Was hat Lorenz Abendroth über das Dach gesagt?"),
        "Was sagte Swantje Kolbe über das Fernrohr?",
        "bleibt im Dorf",
    ),
    Case(
        "fr",
        """Le moulin de Brézolles tourne à nouveau

Le meunier Gatien Loiseau a remis en marche le moulin de Brézolles dimanche.
Les voisins reprochent à Gatien Loiseau le bruit des ailes.
L'adjointe à la culture, Perrine Vauclair, a félicité Gatien Loiseau pour sa ténacité.
« La farine sera vendue au marché », a annoncé Perrine Vauclair.
Gatien Loiseau a offert du pain aux enfants.""",
        ("Qu'a dit Gatien Loiseau ?", "Qu'a dit Gatien Loiseau sur le bruit ?"),
        "Qu'a dit Perrine Vauclair sur la farine ?",
        "vendue au marché",
    ),
    Case(
        "es",
        """El faro de Puntarroya cambia de luz

El ingeniero Anselmo Quiroga instaló el martes la nueva lámpara del faro de Puntarroya.
Los pescadores acusan a Anselmo Quiroga de haber elegido una luz demasiado débil.
La concejala Berta Llorente elogió a Anselmo Quiroga por su rapidez.
«La lámpara antigua irá al museo», explicó Berta Llorente.
Anselmo Quiroga volvió a la capital el miércoles.""",
        ("¿Qué dijo Anselmo Quiroga?", "¿Qué dijo Anselmo Quiroga sobre la luz del faro?"),
        "¿Qué dijo Berta Llorente sobre la lámpara antigua?",
        "irá al museo",
    ),
    Case(
        "pt",
        """Biblioteca de Vale Sereno ganha novo telhado

O arquiteto Zeferino Prado desenhou o novo telhado da biblioteca de Vale Sereno.
Moradores acusam Zeferino Prado de ignorar a chuva.
A bibliotecária Dulce Amaral elogiou Zeferino Prado pela beleza da obra.
"Os livros antigos estão secos", afirmou Dulce Amaral.
Zeferino Prado não foi à festa de sábado.""",
        ("O que disse Zeferino Prado?", "O que disse Zeferino Prado sobre o telhado?"),
        "O que disse Dulce Amaral sobre os livros antigos?",
        "estão secos",
    ),
    Case(
        "it",
        """Il mercato di Roccasparta torna in piazza

L'assessore Fulvio Marangoni ha riaperto sabato il mercato di Roccasparta.
I commercianti accusano Fulvio Marangoni di avere alzato gli affitti.
La storica Ilaria Dossi ha lodato Fulvio Marangoni per il restauro.
«La fontana risale al Quattrocento», ha spiegato Ilaria Dossi.
Fulvio Marangoni ha tagliato il nastro e se n'è andato.""",
        ("Che cosa ha detto Fulvio Marangoni?", "Che cosa ha detto Fulvio Marangoni sugli affitti?"),
        "Che cosa ha detto Ilaria Dossi sulla fontana?",
        "risale al Quattrocento",
    ),
    Case(
        "ru",
        """В Лучегорье открыли зимний сад

Архитектор Глеб Сорокин построил в Лучегорье зимний сад.
Жители обвиняют Глеба Сорокина в том, что он вырубил старые липы.
Ботаник Инна Рябцева похвалила Глеба Сорокина за стеклянную крышу.
«Пальмы переживут и сорок градусов мороза», — сказала Рябцева.
В понедельник Глеб Сорокин уехал в столицу.""",
        ("Что сказал Глеб Сорокин?", "Что сказал Глеб Сорокин о старых липах?"),
        "Что сказала Инна Рябцева о пальмах?",
        "переживут и сорок",
    ),
    Case(
        "uk",
        """У Ясенограді відновили годинник на ратуші

Майстер Тарас Мельничук полагодив годинник на ратуші Ясенограда.
Мешканці звинувачують Тараса Мельничука в тому, що дзвін надто гучний.
Історикиня Олена Гайдай похвалила Тараса Мельничука за терпіння.
«Механізм старший за саме місто», — розповіла Гайдай.
У неділю Тарас Мельничук подарував ключ музеєві.""",
        ("Що сказав Тарас Мельничук?", "Що сказав Тарас Мельничук про дзвін?"),
        "Що сказала Олена Гайдай про механізм?",
        "старший за саме місто",
    ),
    Case(
        "ar",
        """افتتاح سوق السمك الجديد في رأس النورس

افتتح الوزير حازم الدرويش سوق السمك الجديد في رأس النورس يوم السبت.
واتهم الصيادون حازم الدرويش بتجاهل مطالبهم.
وأشادت المهندسة ريم الصافي بحازم الدرويش وبسرعة البناء.
وقالت ريم الصافي إن سقف السوق يتحمل العواصف.
وغادر حازم الدرويش المدينة مساء اليوم نفسه.""",
        ("ماذا قال حازم الدرويش؟", "ماذا قال حازم الدرويش عن مطالب الصيادين؟"),
        "ماذا قالت ريم الصافي عن سقف السوق؟",
        "يتحمل العواصف",
    ),
    Case(
        "fa",
        """پل چوبی روستای سپیدرود بازسازی شد

مهندس کاوه بهرامیان پل چوبی روستای سپیدرود را بازسازی کرد.
اهالی روستا کاوه بهرامیان را به کندی کار متهم کردند.
شهردار لیلا فرهنگ از کاوه بهرامیان قدردانی کرد.
لیلا فرهنگ گفت که پل تا صد سال دیگر دوام می‌آورد.
کاوه بهرامیان روز جمعه به تهران بازگشت.""",
        ("کاوه بهرامیان چه گفت؟", "کاوه بهرامیان درباره کندی کار چه گفت؟"),
        "لیلا فرهنگ درباره پل چه گفت؟",
        "صد سال دیگر",
    ),
    Case(
        "he",
        """הגן הבוטני במעלה רותם נפתח מחדש

האדריכל יואב שמרון תכנן את הגן הבוטני במעלה רותם.
תושבים האשימו את יואב שמרון בבזבוז מים.
ראשת העיר דליה כספי שיבחה את יואב שמרון על היצירתיות.
דליה כספי אמרה כי הכניסה לגן תהיה חינם.
ביום שני טס יואב שמרון לחוץ לארץ.""",
        ("מה אמר יואב שמרון?", "מה אמר יואב שמרון על המים?"),
        "מה אמרה דליה כספי על הכניסה לגן?",
        "תהיה חינם",
    ),
    Case(
        "hi",
        """सोनपुरा में नया संग्रहालय खुला

मंत्री देवेश पाठक ने रविवार को सोनपुरा में नए संग्रहालय का उद्घाटन किया।
विपक्ष ने आरोप लगाया कि देवेश पाठक ने ठेका अपने मित्र को दिया।
इतिहासकार रुक्मिणी देसाई ने देवेश पाठक की प्रशंसा की।
रुक्मिणी देसाई ने कहा कि मूर्तियाँ हज़ार साल पुरानी हैं।
देवेश पाठक शाम को राजधानी लौट गए।""",
        ("देवेश पाठक ने क्या कहा?", "देवेश पाठक ने ठेके के बारे में क्या कहा?"),
        "रुक्मिणी देसाई ने मूर्तियों के बारे में क्या कहा?",
        "हज़ार साल पुरानी",
    ),
    Case(
        "tr",
        """Gölbaşı Köyü'nde taş köprü onarıldı

Mimar Sinem Aytekin, Gölbaşı Köyü'ndeki taş köprüyü onardı.
Köylüler Sinem Aytekin'i ağaçları kesmekle suçladı.
Vali Orhan Demirkan, Sinem Aytekin'in çalışmasını övdü.
"Köprüden artık otobüs de geçebilir," dedi Orhan Demirkan.
Sinem Aytekin pazar günü başkente döndü.""",
        ("Sinem Aytekin ne dedi?", "Sinem Aytekin ağaçlar hakkında ne dedi?"),
        "Orhan Demirkan köprü hakkında ne dedi?",
        "otobüs de geçebilir",
    ),
    Case(
        "zh",
        """青石镇重开老茶馆

镇长罗文涛星期六为青石镇的老茶馆剪彩。
批评者说，罗文涛花了太多钱修屋顶。
建筑师苏婉清称赞了罗文涛的耐心。
苏婉清说，茶馆的木梁有三百年历史。
罗文涛当天下午就回省城了。""",
        ("罗文涛说了什么？", "罗文涛对屋顶说了什么？"),
        "苏婉清对木梁说了什么？",
        "三百年历史",
    ),
    Case(
        "ja",
        """白浜町で古い灯台が公開

町長の大野健一は土曜日、白浜町の古い灯台を公開した。
漁師たちは大野健一が修理に金を使いすぎたと批判した。
建築家の森田早苗は大野健一の忍耐を称賛した。
森田早苗は「階段は昔のままだ」と話した。
大野健一は夕方に町を離れた。""",
        ("大野健一は何と言いましたか？", "大野健一は修理について何と言いましたか？"),
        "森田早苗は階段について何と言いましたか？",
        "昔のまま",
    ),
]
SILENT = [(case, question) for case in CASES for question in case.silent]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("hearing")
    (home / "seeds").mkdir()
    for number, case in enumerate(CASES):
        (home / "seeds" / f"{number}.{case.language}.txt").write_text(case.article, encoding="utf-8")
    assistant = Assistant.open(home, llm="none")
    assert len(assistant.rebuild().added) == len(CASES)
    return assistant


def _shown(questions: Sequence[tuple[str, Answer]]) -> str:
    return "\n".join(f"{question}: {answer.confidence:.2f} {answer.text[:300]!r}" for question, answer in questions)


def test_who_says_nothing_is_not_made_to_speak(assistant: Assistant) -> None:
    answers = [(question, assistant.query(question)) for _, question in SILENT]
    answered = [(question, answer) for question, answer in answers if not answer.abstained]
    assert len(answered) <= 0.1 * len(SILENT), _shown(answered)


def test_who_speaks_beside_them_is_heard(assistant: Assistant) -> None:
    answers = [(case, assistant.query(case.heard)) for case in CASES]
    wrong = [
        (case.heard, answer)
        for case, answer in answers
        if not answer.citations or case.words not in answer.citations[0].quote
    ]
    assert len(wrong) <= 0.1 * len(CASES), _shown(wrong)


SAME_NAMES = """The tunnel of Ponnick

The engineer Carla Fennel said the tunnel of Ponnick is safe.
The councillor Hugo Fennel said the tunnel leaks every night.
Prime Minister Ada Sorrel said the budget would grow.
Boris Sorrel drove the first car through the tunnel."""
TWO_MATTERS = """Market of Osterby

The trader Ilka Rand said that the market hall is too cold in winter.
The baker Jon Weil said that parking costs twice as much as bread.
The florist Mona Teske said that her roses come from Kenya."""


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("names")
    (home / "seeds").mkdir()
    (home / "seeds" / "tunnel.txt").write_text(_article(SAME_NAMES), encoding="utf-8")
    (home / "seeds" / "market.txt").write_text(_article(TWO_MATTERS), encoding="utf-8")
    assistant = Assistant.open(home, llm="none")
    assistant.rebuild()
    return assistant


@pytest.mark.parametrize(
    "question",
    ["What did Boris Sorrel say?", "Что сказал Борис Соррел?", "ماذا قال بوريس سوريل؟", "What did Minister Tolk say?"],
)
def test_somebody_elses_words_are_not_theirs_who_bear_the_same_name_or_title(names: Assistant, question: str) -> None:
    answer = names.query(question)
    assert answer.abstained, answer.text


def test_a_family_name_that_two_bear_quotes_both_each_named(names: Assistant) -> None:
    answer = names.query("What did Fennel say?")
    spoken = {citation.speaker_name: citation.quote for citation in answer.citations}
    assert set(spoken) == {"engineer Carla Fennel", "councillor Hugo Fennel"}, answer.text
    assert sum(statement.kind == "heading" for statement in answer.statements) == 2


def test_a_first_name_tells_which_of_the_two_is_meant(names: Assistant) -> None:
    answer = names.query("What did Hugo Fennel say?")
    assert {citation.speaker_name for citation in answer.citations} == {"councillor Hugo Fennel"}, answer.text


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("Who said that the market hall is too cold?", "trader Ilka Rand"),
        ("Wer sagte, dass das Parken doppelt so viel kostet wie Brot?", "baker Jon Weil"),
        ("Qui a dit que les roses viennent du Kenya ?", "florist Mona Teske"),
    ],
)
def test_only_who_said_it_is_quoted_where_the_question_is_who(names: Assistant, question: str, speaker: str) -> None:
    answer = names.query(question)
    assert [citation.speaker_name for citation in answer.citations] == [speaker], answer.text


@pytest.mark.parametrize(
    ("language", "text", "speakers"),
    [
        (
            "ar",
            "وأشاد الطبيب بدر برهان بسلمى العطار. وقالت سلمى العطار إنها سعيدة.",
            ["الطبيب بدر برهان", "سلمى العطار"],
        ),
        ("ar", "وانتقد النائب طارق الصيرفي خطة الميناء.", ["النائب طارق الصيرفي"]),
        ("ar", "ويعتبر مهمته الكبرى حماية الغابة، وقال إنه باق.", []),
        ("zh", "镇长方明亮仍表示不会离开。批评者说，方明亮浪费了钱。", ["镇长方明亮", "批评者"]),
        ("zh", "镇长方明亮遭渔民批评。", ["渔民"]),
        ("zh", "谈到方明亮时，何静说他很累。", ["何静"]),
        ("zh", "【临澜讯】工程师何静表示，桥很危险。", ["工程师何静"]),
        ("tr", "TAŞLIOVA (Kıyı Ajansı) - Vali Ece Tunalı yolun kapanacağını söyledi.", ["Vali Ece Tunalı"]),
        ("tr", "Köylüler Ece Tunalı'yı ağaçları kesmekle suçladı.", ["Köylüler"]),
        ("en", "PORT BRELL (Coast Wire) - Mayor Ida Noll said the pier would reopen.", ["Mayor Ida Noll"]),
        ("de", "Ida Noll fuhr am Freitag nach Süden.", []),
        ("ru", "Жители обвиняют Иду Нолль в обмане.", ["Жители"]),
        ("fa", "اهالی روستا کاوه رستگار را به دروغ متهم کردند.", ["اهالی"]),
    ],
)
def test_a_speaker_is_named_without_what_stands_beside_the_name(language: str, text: str, speakers: list[str]) -> None:
    found = [
        text[it.speaker.start : it.speaker.end]
        for it in find_speakers(text, language, tuple(split_sentences(text, language)))
    ]
    assert len(found) == len(speakers), found
    assert all(name.startswith(wanted) for name, wanted in zip(found, speakers, strict=True)), found
    assert all(len(name) <= len(wanted) + 6 for name, wanted in zip(found, speakers, strict=True)), found


@pytest.mark.parametrize(
    ("language", "speaker", "expected"),
    [
        ("en", "Odette Farrow", True),
        ("en", "the mayor", True),
        ("en", "the fossil", False),
        ("en", "people", False),
        ("de", "Abendroth", True),
        ("de", "das Fossil", False),
        ("de", "Bericht", False),
        ("ru", "мэр", True),
        ("ar", "التقرير", False),
        ("ar", "ريم الصافي", True),
        ("he", "הדוח", False),
        ("fa", "گزارش", False),
        ("hi", "रिपोर्ट", False),
        ("zh", "报告", False),
        ("zh", "苏婉清", True),
    ],
)
def test_a_person_is_told_from_a_thing(language: str, speaker: str, expected: bool) -> None:
    assert is_somebody(speaker, language, ["The fossil lies in Quennick, people say."]) is expected


def test_a_name_written_small_is_known_from_the_articles() -> None:
    text = "Opponents of Odette Farrow met near a fossil."
    assert is_somebody("odette farrow", "en", [text])
    assert not is_somebody("fossil", "en", [text])


def test_the_prime_minister_is_not_the_minister() -> None:
    assert speaks("the minister", "Prime Minister Ada Sorrel", "en") < 0.5
    assert speaks("the prime minister", "Prime Minister Ada Sorrel", "en") >= 0.5
    assert speaks("the minister", "Transport Minister Lew Tolk", "en") >= 0.5


def _hit(text: str, language: str = "en") -> Hit:
    article = Article("a.txt", "A", language, text, id=1)
    spans = tuple(ScoredSpan(span.start, span.end, 5.0) for span in split_sentences(text, language))
    return Hit(article, 0, len(text), 5.0, spans)


def _evidence(hit: Hit) -> list[Evidence]:
    return [Evidence(hit.article, span.start, span.end, span.score) for span in hit.sentences]


def test_hearing_keeps_only_the_statements_of_the_one_who_is_asked_about() -> None:
    hit = _hit("Ida Noll said the pier is old. Critics said Ida Noll was late. The pier is long.")
    question = "What did Ida Noll say?"
    heard = hear(_evidence(hit), [hit], read_asked(question, "en"), question, "en")
    assert [piece.text for piece in heard] == ["Ida Noll said the pier is old."]


def test_of_several_who_hold_an_office_the_one_in_the_question_s_language_is_heard_first() -> None:
    said = {"en": "Mayor Ida Noll said the pier is old.", "pt": "A prefeita Lia Dantas disse que o cais é velho."}
    hits = [
        replace(hit, article=replace(hit.article, path=f"{number}.txt", id=number))
        for number, hit in enumerate(_hit(text, language) for language, text in said.items())
    ]
    evidence = [piece for hit in hits for piece in _evidence(hit)]
    question = "O que disse a prefeita?"
    heard = hear(evidence, hits, read_asked(question, "pt"), question, "pt")
    assert [piece.text for piece in heard] == [said["pt"], said["en"]]


def test_hearing_leaves_nothing_where_nobody_says_it() -> None:
    hit = _hit("Ida Noll opened the pier. Critics said Ida Noll was late. The pier is long.")
    question = "What did Ida Noll say?"
    assert hear(_evidence(hit), [hit], read_asked(question, "en"), question, "en") == []


def test_what_a_report_says_the_articles_may_tell_in_their_own_words() -> None:
    hit = _hit("The report is about the pier. It needs new planks before winter comes.")
    question = "What does the report say about the pier?"
    assert len(hear(_evidence(hit), [hit], read_asked(question, "en"), question, "en")) == 2


def test_a_quotation_beside_the_name_is_kept_though_no_verb_tells_who_says_it() -> None:
    hit = _hit("Ida Noll with tears in her eyes: \u201cThe pier was my home for years.\u201d The pier is long.")
    question = "What did Ida Noll say?"
    assert any(
        "my home" in piece.text for piece in hear(_evidence(hit), [hit], read_asked(question, "en"), question, "en")
    )


def test_in_a_language_without_a_lexicon_a_sentence_that_names_them_is_left() -> None:
    hit = _hit("Ida Noll sade att piren är gammal. Piren är lång.", "sv")
    question = "What did Ida Noll say?"
    heard = hear(_evidence(hit), [hit], read_asked(question, "en"), question, "en")
    assert [piece.text for piece in heard] == ["Ida Noll sade att piren är gammal."]


def test_other_questions_keep_all_their_evidence() -> None:
    hit = _hit("Ida Noll opened the pier. The pier is long.")
    assert len(hear(_evidence(hit), [hit], Asked("", "", False), "How long is the pier?", "en")) == 2
    assert hear([], [], Asked("", "the pier", True), "Who said the pier is long?", "en") == []


def test_speakers_are_named_only_where_that_is_sure() -> None:
    named = name_speakers(_evidence(_hit("Ida Noll said the pier is old. The pier is long.")))
    assert [bool(piece.speaker) for piece in named] == [True, False]
    speaker = named[0].speaker
    assert speaker is not None
    assert named[0].article.text[speaker.start : speaker.end] == "Ida Noll"
