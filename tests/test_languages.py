"""Text → language: articles and short questions, close calls, texts without letters, and no network."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assistant.corpus.languages import UNKNOWN, detect_language
from tests.conftest import ARTICLES, REPOSITORY

NAMES = sorted(path.name for folder in (ARTICLES, REPOSITORY / "seeds") for path in folder.glob("*.*.*"))


@pytest.mark.parametrize("name", NAMES)
def test_each_article_is_in_the_language_its_name_says(name: str) -> None:
    (file,) = (path for folder in (ARTICLES, REPOSITORY / "seeds") for path in folder.glob(name))
    assert detect_language(file.read_text("utf-8")) == name.split(".")[-2]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("what did Stoltenberg say?", "en"),
        ("ماذا قال ستولتنبرغ؟", "ar"),
        ("Что сказал Столтенберг?", "ru"),
        ("斯托尔滕贝格说了什么?", "zh"),
        ("When did Russia publish its draft proposals?", "en"),
        ("Combien de soldats près de la frontière ukrainienne ?", "fr"),
        ("Was sagte Gruschko über die NATO?", "de"),
        ("best pizza recipe", "en"),
        ("latest news on NATO", "en"),
        ("¿Qué dijo el alcalde de Velmora?", "es"),
        ("Che cosa ha detto il ministro del porto?", "it"),
        ("O que disse o ministro sobre o porto?", "pt"),
        ("Hangi gözlemevi yeni bir yıldız buldu?", "tr"),
        ("استولتنبرگ چه گفت؟", "fa"),
        ("اسٹولٹن برگ نے کیا کہا؟", "ur"),
        ("מה אמר שר החוץ?", "he"),
        ("पुल कब खुलेगा और किसने कहा?", "hi"),
        ("ストルテンベルグは何と言いましたか?", "ja"),
        ("스톨텐베르그는 뭐라고 말했나요?", "ko"),
        ("Що сказав Столтенберг про Росію?", "uk"),
        ("Co powiedział burmistrz o porcie?", "pl"),
        ("Wanneer gaat de haven van Velmora weer open?", "nl"),
        ("Vad sade hamnchefen om vintern?", "sv"),
        ("Når åpner havnen igjen?", "nb"),
        ("Τι είπε ο Στόλτενμπεργκ;", "el"),
        ("Bến cảng khi nào mở lại?", "vi"),
        ("สะพานจะเปิดเมื่อไร", "th"),
        ("Apa yang dikatakan menteri tentang pelabuhan?", "id"),
        ("Mit mondott a miniszter a kikötőről?", "hu"),
        ("Mitä ministeri sanoi satamasta?", "fi"),
        ("সেতুটি কবে খুলবে?", "bn"),
        ("ستولتنبرغ قال ايه عن الناتو؟", "ar"),  # Egyptian
        ("Stoltenberg ماذا قال عن NATO؟", "ar"),
    ],
)
def test_a_short_question_is_told(question: str, language: str) -> None:
    assert detect_language(question) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "12345",
        "17/12/2021",
        "٣١٢",
        "१२३",
        "🐝🐝👩‍👩‍👧",
        "?!… — «»",
        "؟،؛",
        "。！",
        "\u200f\u200b",
        "42 % – 🐝",
    ],
)
def test_a_text_without_letters_is_in_no_language(text: str) -> None:
    assert detect_language(text) == UNKNOWN == "und"


def test_letters_of_a_script_that_nothing_is_known_of_are_in_no_language() -> None:
    assert detect_language("ⲁⲃⲅ") == UNKNOWN


@pytest.mark.parametrize("likely", ["hi", "mr"])
def test_a_likely_language_wins_a_close_call(likely: str) -> None:
    assert detect_language("स्टोलटेनबर्ग ने क्या कहा?", likely=[likely]) == likely


@pytest.mark.parametrize("question", ["Hvem eier havnen?", "Hvem skal betale for broen?"])
def test_a_likely_language_wins_though_the_model_calls_it_by_another_code(question: str) -> None:
    assert detect_language(question, likely=["nb"]) == "nb"


@pytest.mark.parametrize("likely", [["fr"], ["ar", "de"], ["und"], ["no such language"]])
def test_a_likely_language_does_not_win_where_the_call_is_clear(likely: list[str]) -> None:
    assert detect_language("When did Russia publish its draft proposals?", likely) == "en"
    assert detect_language("12345", likely) == UNKNOWN


def test_line_breaks_and_nuls_do_not_disturb_it() -> None:
    assert detect_language("Was\nsagte\r\n\r\nder\u2028Bürgermeister\t von Tannau?\0") == "de"


def test_the_beginning_of_a_long_text_decides_and_the_rest_costs_nothing() -> None:
    assert (
        detect_language("Die Brücke über die Wälse wurde am Dienstag eröffnet. " * 100 + "the end " * 500_000) == "de"
    )


def test_a_word_without_end_is_told_by_its_script() -> None:
    assert detect_language("س" * 100_000) == "ar"


def test_it_works_where_every_connection_fails() -> None:
    program = """
import socket

def refuse(*_, **__):
    raise OSError("no network")

socket.socket = socket.create_connection = socket.getaddrinfo = refuse
from assistant.corpus.languages import detect_language
print(detect_language("Was sagte der Bürgermeister von Tannau?"))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"de"
    assert done.stderr == b""
