"""The words of the page: whole in every language, checked when loaded, and none anywhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.assistant import package_prompts
from assistant.errors import PromptError
from assistant.interfaces.chat.texts import labels_of, load_texts
from tests.conftest import REPOSITORY

SCRIPTS = sorted((REPOSITORY / "assistant" / "interfaces" / "assets" / "chat").glob("*.js"))
DIRECTIONS = {"en": "ltr", "ar": "rtl"}
FROM_VARIABLES = ("shortcut_", "export_", "to_")  # entries whose names the scripts put together, or Python reads


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "interface").mkdir()
    return tmp_path


def _write(folder: Path, language: str, text: str) -> None:
    (folder / "interface" / f"{language}.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_language_of_the_package_says_everything_in_its_own_words(language: str) -> None:
    texts = load_texts([package_prompts()])
    assert texts[language]["direction"] == DIRECTIONS[language]
    same = {entry for entry, text in texts[language].items() if language != "en" and text == texts["en"][entry]}
    assert same == set()


def test_the_scripts_say_nothing_that_is_not_in_the_texts_and_all_that_is() -> None:
    source = "\n".join(script.read_text(encoding="utf-8") for script in SCRIPTS)
    said = set(re.findall(r'say\(\s*"(\w+)"', source))
    texts = load_texts([package_prompts()])["en"]
    assert said <= set(texts)
    named = set(re.findall(r'"(\w+)"', source)) | set(re.findall(r"`(\w+)", source))
    unused = {
        entry
        for entry in texts.keys() - said - named - {"name", "direction"}
        if not entry.startswith(FROM_VARIABLES) and not entry.endswith("_tab")
    }
    assert unused == set()


def test_another_language_is_another_file_and_says_the_rest_in_english(folder: Path) -> None:
    _write(folder, "he", 'name = "עברית"\nsend = "שליחה"\n')
    texts = load_texts([folder, package_prompts()])
    assert (texts["he"]["send"], texts["he"]["direction"], texts["he"]["stop"]) == ("שליחה", "rtl", "Stop")
    assert labels_of(texts, "he").sources == "Sources"
    assert labels_of(texts, "ar").sources == "المصادر"
    assert labels_of(texts, "xx").language == "en"


def test_a_home_changes_what_it_wants_to(folder: Path) -> None:
    _write(folder, "en", 'title = "Ask the archive"\n')
    texts = load_texts([folder, package_prompts()])
    assert (texts["en"]["title"], texts["en"]["send"]) == ("Ask the archive", "Send")


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("fr", "send = ", "cannot be read as TOML"),
        ("fr", 'sennd = "Envoyer"', "sennd, which the page does not have"),
        ("fr", "send = 1", "no text for send"),
        ("fr", 'send = " "', "no text for send"),
        ("fr", 'position = "{number}"', "must have {number}, {total}"),
        ("fr", 'send = "Envoyer {now}"', "must have nothing to fill in"),
        ("fr", 'position = "{number} sur {total"', "braces in position"),
        ("en", 'tilte = "Ask"', "tilte, which the page does not have"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(folder: Path, language: str, text: str, told: str) -> None:
    _write(folder, language, text)
    with pytest.raises(PromptError, match=re.escape(told)) as problem:
        load_texts([folder, package_prompts()])
    assert str(folder / "interface" / f"{language}.toml") in str(problem.value)


def test_without_english_there_is_no_page(folder: Path) -> None:
    with pytest.raises(PromptError, match=r"no en\.toml"):
        load_texts([folder])
