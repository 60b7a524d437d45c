"""Whose words a question asks for: who says nothing is not made to speak, and who speaks is heard, in many languages.

Every article lets somebody speak about somebody else who says nothing in it. Everybody and every place is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from assistant import Answer, Assistant


@dataclass(frozen=True, slots=True)
class Case:
    """An article; questions for the words of one who says nothing in it, and one for a speaker's, with their words."""

    language: str
    text: str
    silent: tuple[str, ...]
    heard: str
    words: str


CASES = [
    Case(
        "en",
        """Tower of Quennick reopens after two years

Mayor Odette Farrow opened the old tower of Quennick on Saturday. Opponents say Odette Farrow spent far too much on the lift. The architect Ruben Stade praised Odette Farrow for her patience. "The stairs are as steep as ever," Stade said. Odette Farrow left the ceremony before the band began. The lift cost two million crowns.""",
        ("What did Odette Farrow say?", "What did Odette Farrow say about the lift?", "What has Farrow said?"),
        "What did Ruben Stade say about the stairs?",
        "as steep as ever",
    ),
    Case(
        "en",
        """Ferry line loses its oldest ship

Captain Wilmot Harding has sailed the ferry Pelican for thirty years. His crew says that Wilmot Harding never missed a departure. According to the shipping inspector Nora Blythe, the hull of the Pelican is rusty. Blythe told reporters that Wilmot Harding had been informed in May. The ship will be sold in autumn.""",
        ("What did Wilmot Harding say?", "What did Wilmot Harding say about the hull?"),
        "What did Nora Blythe say about the hull?",
        "is rusty",
    ),
    Case(
        "de",
        """Sternwarte auf dem Hohenbrink wird verkauft

Der Astronom Lorenz Abendroth leitete die Sternwarte auf dem Hohenbrink bis zum Frühjahr. Anwohner werfen Lorenz Abendroth vor, das Dach vernachlässigt zu haben. Die Landrätin Swantje Kolbe lobte Lorenz Abendroth für seine Vorträge. „Das Fernrohr bleibt im Dorf“, sagte Kolbe. Im Mai zog Lorenz Abendroth nach Süden.""",
        ("Was sagte Lorenz Abendroth?", "Was hat Lorenz Abendroth über das Dach gesagt?"),
        "Was sagte Swantje Kolbe über das Fernrohr?",
        "bleibt im Dorf",
    ),
    Case(
        "fr",
        """Le moulin de Brézolles tourne à nouveau

Le meunier Gatien Loiseau a remis en marche le moulin de Brézolles dimanche. Les voisins reprochent à Gatien Loiseau le bruit des ailes. L'adjointe à la culture, Perrine Vauclair, a félicité Gatien Loiseau pour sa ténacité. « La farine sera vendue au marché », a annoncé Perrine Vauclair. Gatien Loiseau a offert du pain aux enfants.""",
        ("Qu'a dit Gatien Loiseau ?", "Qu'a dit Gatien Loiseau sur le bruit ?"),
        "Qu'a dit Perrine Vauclair sur la farine ?",
        "vendue au marché",
    ),
    Case(
        "es",
        """El faro de Puntarroya cambia de luz

El ingeniero Anselmo Quiroga instaló el martes la nueva lámpara del faro de Puntarroya. Los pescadores acusan a Anselmo Quiroga de haber elegido una luz demasiado débil. La concejala Berta Llorente elogió a Anselmo Quiroga por su rapidez. «La lámpara antigua irá al museo», explicó Berta Llorente. Anselmo Quiroga volvió a la capital el miércoles.""",
        ("¿Qué dijo Anselmo Quiroga?", "¿Qué dijo Anselmo Quiroga sobre la luz del faro?"),
        "¿Qué dijo Berta Llorente sobre la lámpara antigua?",
        "irá al museo",
    ),
    Case(
        "pt",
        """Biblioteca de Vale Sereno ganha novo telhado

O arquiteto Zeferino Prado desenhou o novo telhado da biblioteca de Vale Sereno. Moradores acusam Zeferino Prado de ignorar a chuva. A bibliotecária Dulce Amaral elogiou Zeferino Prado pela beleza da obra. "Os livros antigos estão secos", afirmou Dulce Amaral. Zeferino Prado não foi à festa de sábado.""",
        ("O que disse Zeferino Prado?", "O que disse Zeferino Prado sobre o telhado?"),
        "O que disse Dulce Amaral sobre os livros antigos?",
        "estão secos",
    ),
    Case(
        "it",
        """Il mercato di Roccasparta torna in piazza

L'assessore Fulvio Marangoni ha riaperto sabato il mercato di Roccasparta. I commercianti accusano Fulvio Marangoni di avere alzato gli affitti. La storica Ilaria Dossi ha lodato Fulvio Marangoni per il restauro. «La fontana risale al Quattrocento», ha spiegato Ilaria Dossi. Fulvio Marangoni ha tagliato il nastro e se n'è andato.""",
        ("Che cosa ha detto Fulvio Marangoni?", "Che cosa ha detto Fulvio Marangoni sugli affitti?"),
        "Che cosa ha detto Ilaria Dossi sulla fontana?",
        "risale al Quattrocento",
    ),
    Case(
        "ru",
        """В Лучегорье открыли зимний сад

Архитектор Глеб Сорокин построил в Лучегорье зимний сад. Жители обвиняют Глеба Сорокина в том, что он вырубил старые липы. Ботаник Инна Рябцева похвалила Глеба Сорокина за стеклянную крышу. «Пальмы переживут и сорок градусов мороза», — сказала Рябцева. В понедельник Глеб Сорокин уехал в столицу.""",
        ("Что сказал Глеб Сорокин?", "Что сказал Глеб Сорокин о старых липах?"),
        "Что сказала Инна Рябцева о пальмах?",
        "переживут и сорок",
    ),
    Case(
        "uk",
        """У Ясенограді відновили годинник на ратуші

Майстер Тарас Мельничук полагодив годинник на ратуші Ясенограда. Мешканці звинувачують Тараса Мельничука в тому, що дзвін надто гучний. Історикиня Олена Гайдай похвалила Тараса Мельничука за терпіння. «Механізм старший за саме місто», — розповіла Гайдай. У неділю Тарас Мельничук подарував ключ музеєві.""",
        ("Що сказав Тарас Мельничук?", "Що сказав Тарас Мельничук про дзвін?"),
        "Що сказала Олена Гайдай про механізм?",
        "старший за саме місто",
    ),
    Case(
        "ar",
        """افتتاح سوق السمك الجديد في رأس النورس

افتتح الوزير حازم الدرويش سوق السمك الجديد في رأس النورس يوم السبت. واتهم الصيادون حازم الدرويش بتجاهل مطالبهم. وأشادت المهندسة ريم الصافي بحازم الدرويش وبسرعة البناء. وقالت ريم الصافي إن سقف السوق يتحمل العواصف. وغادر حازم الدرويش المدينة مساء اليوم نفسه.""",
        ("ماذا قال حازم الدرويش؟", "ماذا قال حازم الدرويش عن مطالب الصيادين؟"),
        "ماذا قالت ريم الصافي عن سقف السوق؟",
        "يتحمل العواصف",
    ),
    Case(
        "fa",
        """پل چوبی روستای سپیدرود بازسازی شد

مهندس کاوه بهرامیان پل چوبی روستای سپیدرود را بازسازی کرد. اهالی روستا کاوه بهرامیان را به کندی کار متهم کردند. شهردار لیلا فرهنگ از کاوه بهرامیان قدردانی کرد. لیلا فرهنگ گفت که پل تا صد سال دیگر دوام می‌آورد. کاوه بهرامیان روز جمعه به تهران بازگشت.""",
        ("کاوه بهرامیان چه گفت؟", "کاوه بهرامیان درباره کندی کار چه گفت؟"),
        "لیلا فرهنگ درباره پل چه گفت؟",
        "صد سال دیگر",
    ),
    Case(
        "he",
        """הגן הבוטני במעלה רותם נפתח מחדש

האדריכל יואב שמרון תכנן את הגן הבוטני במעלה רותם. תושבים האשימו את יואב שמרון בבזבוז מים. ראשת העיר דליה כספי שיבחה את יואב שמרון על היצירתיות. דליה כספי אמרה כי הכניסה לגן תהיה חינם. ביום שני טס יואב שמרון לחוץ לארץ.""",
        ("מה אמר יואב שמרון?", "מה אמר יואב שמרון על המים?"),
        "מה אמרה דליה כספי על הכניסה לגן?",
        "תהיה חינם",
    ),
    Case(
        "hi",
        """सोनपुरा में नया संग्रहालय खुला

मंत्री देवेश पाठक ने रविवार को सोनपुरा में नए संग्रहालय का उद्घाटन किया। विपक्ष ने आरोप लगाया कि देवेश पाठक ने ठेका अपने मित्र को दिया। इतिहासकार रुक्मिणी देसाई ने देवेश पाठक की प्रशंसा की। रुक्मिणी देसाई ने कहा कि मूर्तियाँ हज़ार साल पुरानी हैं। देवेश पाठक शाम को राजधानी लौट गए।""",
        ("देवेश पाठक ने क्या कहा?", "देवेश पाठक ने ठेके के बारे में क्या कहा?"),
        "रुक्मिणी देसाई ने मूर्तियों के बारे में क्या कहा?",
        "हज़ार साल पुरानी",
    ),
    Case(
        "tr",
        """Gölbaşı Köyü'nde taş köprü onarıldı

Mimar Sinem Aytekin, Gölbaşı Köyü'ndeki taş köprüyü onardı. Köylüler Sinem Aytekin'i ağaçları kesmekle suçladı. Vali Orhan Demirkan, Sinem Aytekin'in çalışmasını övdü. "Köprüden artık otobüs de geçebilir," dedi Orhan Demirkan. Sinem Aytekin pazar günü başkente döndü.""",
        ("Sinem Aytekin ne dedi?", "Sinem Aytekin ağaçlar hakkında ne dedi?"),
        "Orhan Demirkan köprü hakkında ne dedi?",
        "otobüs de geçebilir",
    ),
    Case(
        "zh",
        """青石镇重开老茶馆

镇长罗文涛星期六为青石镇的老茶馆剪彩。批评者说，罗文涛花了太多钱修屋顶。建筑师苏婉清称赞了罗文涛的耐心。苏婉清说，茶馆的木梁有三百年历史。罗文涛当天下午就回省城了。""",
        ("罗文涛说了什么？", "罗文涛对屋顶说了什么？"),
        "苏婉清对木梁说了什么？",
        "三百年历史",
    ),
    Case(
        "ja",
        """白浜町で古い灯台が公開

町長の大野健一は土曜日、白浜町の古い灯台を公開した。漁師たちは大野健一が修理に金を使いすぎたと批判した。建築家の森田早苗は大野健一の忍耐を称賛した。森田早苗は「階段は昔のままだ」と話した。大野健一は夕方に町を離れた。""",
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
        (home / "seeds" / f"{number}.{case.language}.txt").write_text(case.text, encoding="utf-8")
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
