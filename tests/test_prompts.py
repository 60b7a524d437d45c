"""The model's prompts are files that anybody may edit; what is wrong with one is said with its file and variable."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from assistant.answering.prompts import VARIABLES, load_prompts
from assistant.errors import PromptError
from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "prompts"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE / "model", tmp_path / "prompts" / "model")
    return tmp_path / "prompts"


def test_the_packages_prompts_are_filled() -> None:
    told, asked = load_prompts([PACKAGE]).answer.fill(
        language="Arabic", nothing="NONE", sources="{braces} stay", history="", question="what {happened}?"
    )
    assert "Answer in Arabic" in asked
    assert "NONE" in told
    assert "{braces} stay" in asked
    assert "what {happened}?" in asked


def test_a_homes_prompt_goes_before_the_packages_and_the_others_stay(own: Path) -> None:
    (own / "model" / "answer.txt").write_text(
        "\ufeffBe brief. {language} {nothing}\n---\n{sources} {history} {question} {{plain}}\n", encoding="utf-8"
    )
    (own / "model" / "follow_up.txt").unlink()
    prompts = load_prompts([own, PACKAGE])
    assert prompts.answer.told == "Be brief. {language} {nothing}"
    assert "{plain}" in prompts.answer.fill(language="", nothing="", sources="", history="", question="")[1]
    assert prompts.follow_up == load_prompts([PACKAGE]).follow_up


@pytest.mark.parametrize("name", VARIABLES)
def test_a_missing_file_is_named(tmp_path: Path, own: Path, name: str) -> None:
    (own / "model" / f"{name}.txt").unlink()
    with pytest.raises(PromptError, match=rf"{name}\.txt"):
        load_prompts([own])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{sources}", "", r"answer\.txt does not use \{sources\}"),
        ("{sources}", "{source}", r"answer\.txt uses \{source\}, .*\{sources\}"),
        ("{question}", "{question!r}", r"answer\.txt changes how \{question\} is written"),
        ("{question}", "{question:.9}", r"answer\.txt changes how \{question\} is written"),
        ("{question}", "{question", r"answer\.txt: the braces do not pair up"),
        ("\n---\n", "\n", r"answer\.txt has 0 lines of three dashes"),
        ("\n---\n", "\n---\n---\n", r"answer\.txt has 2 lines of three dashes"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_variable(own: Path, old: str, new: str, words: str) -> None:
    file = own / "model" / "answer.txt"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(PromptError, match=words):
        load_prompts([own, PACKAGE])


def test_a_file_that_is_no_text_or_half_empty_is_named(own: Path) -> None:
    file = own / "model" / "answer.txt"
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(PromptError, match=r"answer\.txt cannot be read as UTF-8"):
        load_prompts([own, PACKAGE])
    file.write_text("---\n{sources}", encoding="utf-8")
    with pytest.raises(PromptError, match=r"answer\.txt has nothing above"):
        load_prompts([own, PACKAGE])


def test_the_package_brings_the_prompts_that_it_reads_and_nothing_else() -> None:
    build = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    brought = build["targets"]["wheel"]["force-include"]
    assert brought == {f"prompts/{name}": f"assistant/prompts/{name}" for name in ("frames", "interface", "model")}
    assert {file.stem for file in (PACKAGE / "model").iterdir()} == set(VARIABLES)
    assert {file.suffix for file in (PACKAGE / "frames").iterdir()} == {".toml"}
