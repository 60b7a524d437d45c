"""What the README says is what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import assistant
from assistant.answering.conversation import understand
from assistant.answering.frames import load_frames
from assistant.corpus.languages import detect_language
from assistant.errors import PromptError
from assistant.settings import Settings
from assistant.types import Turn
from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_the_help_that_the_command_prints() -> None:
    environment = {**os.environ, "COLUMNS": "100"}
    command = [sys.executable, "-m", "assistant", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    printed = shown.replace("python -m assistant", "assistant").rstrip()
    (copied,) = re.findall(r"<!-- help -->\n```\n(.*?)\n```\n<!-- help -->", README, re.DOTALL)
    assert copied == printed


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| (`[a-z_`, ]+`) \| (.+?) \|", README, re.MULTILINE))
    listed = {name: default for names, default in rows.items() for name in re.findall(r"`([a-z_]+)`", names)}
    assert listed.keys() == Settings.model_fields.keys()
    for name, field in Settings.model_fields.items():
        if field.default is not None:
            assert str(field.default) in listed[name], name


def test_the_readme_s_follow_up_is_understood_as_told_there() -> None:
    ((asked, follow_up, told),) = re.findall(
        r'query\("([^"]+)"\)  # \.text.+query\("([^"]+)", history=\[answer\]\)  # \.understood: "([^"]+)"',
        README,
        re.DOTALL,
    )
    assert understand(follow_up, [Turn(asked, "")], detect_language).question == told


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## {assistant.__version__}" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))], ids=str)
def test_links_lead_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text(encoding="utf-8")):
        assert (file.parent / target).exists(), target


def test_every_promise_names_tests_that_exist() -> None:
    named = re.findall(r"`(test_\w+\.py)`", (REPOSITORY / "docs" / "promises.md").read_text(encoding="utf-8"))
    assert named
    for name in named:
        assert (REPOSITORY / "tests" / name).is_file(), name


def test_the_package_s_own_frames_can_be_loaded() -> None:
    frames = load_frames([REPOSITORY / "prompts"])
    assert {"ar", "de", "en", "es", "fa", "fr", "he", "hi", "pt", "ru", "tr", "uk", "zh"} <= set(frames.languages)
    assert frames.of("xx") == frames.of("en")


ENGLISH = {"nothing": "Nothing.", "nearest": "Near:", "no_articles": "None.", "quote": "“{quote}”"}


def _write_frame(folder: Path, language: str, **entries: str) -> Path:
    (folder / "frames").mkdir(exist_ok=True)
    lines = "".join(f'{name} = "{text}"\n' for name, text in {**ENGLISH, **entries}.items() if text)
    (folder / "frames" / f"{language}.toml").write_text(lines, encoding="utf-8")
    return folder


def test_a_home_s_frame_goes_before_the_package_s(tmp_path: Path) -> None:
    frames = load_frames([_write_frame(tmp_path, "eo", nothing="Nenio."), REPOSITORY / "prompts"])
    assert frames.of("eo").nothing == "Nenio."
    assert frames.of("en").nothing == "The articles say nothing about that."


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"quote": "“{qoute}”"}, "quote uses {qoute}"),
        ({"quote": "no words"}, "quote does not use {quote}"),
        ({"nothing": "Nothing about {topic}."}, "nothing uses {topic}"),
        ({"quote": "“{quote:.5}”"}, "quote changes how {quote} is written"),
        ({"nearest": ""}, "has no text for nearest"),
        ({"nearset": "Near:"}, "has an entry nearset"),
        ({"quote": "“{quote”"}, "do not pair up"),
        ({"quote": '"'}, "cannot be read as TOML"),
    ],
)
def test_a_frame_that_cannot_be_used_is_named_with_its_entry(
    tmp_path: Path, entries: dict[str, str], words: str
) -> None:
    with pytest.raises(PromptError, match=re.escape(words)) as problem:
        load_frames([_write_frame(tmp_path, "en", **entries)])
    assert str(tmp_path / "frames" / "en.toml") in str(problem.value)


def test_frames_without_english_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"no en\.toml"):
        load_frames([_write_frame(tmp_path, "eo")])
