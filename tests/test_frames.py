"""The assistant's own words: whole in every language, correctable entry by entry, and closed to what articles tell."""

from __future__ import annotations

import ast
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from assistant.answering.frames import VARIABLES, WHY, Frame, Frames, fill, load_frames
from assistant.answering.inert import inert_value
from assistant.errors import LanguageModelError, PromptError
from assistant.types import Article
from tests.conftest import REPOSITORY

PROMPTS = REPOSITORY / "prompts"
LANGUAGES = sorted(file.stem for file in (PROMPTS / "frames").glob("*.toml"))
WANTED = "ar bn de el en es fa fr he hi id it ja ko nl pl pt ro ru th tr uk ur vi zh"
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
ISOLATES = re.compile("[\u2068\u2069]")

HARBOUR = Article("harbour.txt", "Harbour to close", "en", "", date="2024-05-03", outlet="Velmora Post")


@pytest.fixture(scope="module")
def frames() -> Frames:
    return load_frames([PROMPTS])


def _home(folder: Path, language: str, lines: str) -> Path:
    (folder / "frames").mkdir(exist_ok=True)
    (folder / "frames" / f"{language}.toml").write_text(lines, encoding="utf-8")
    return folder


def _seen(text: str) -> str:
    return ISOLATES.sub("", text)


def test_there_is_a_frame_for_each_language_that_is_promised() -> None:
    assert " ".join(LANGUAGES) == WANTED


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_s_own_file_is_whole_and_says_nothing_in_english(
    frames: Frames, language: str, tmp_path: Path
) -> None:
    alone = _home(tmp_path, "en", (PROMPTS / "frames" / f"{language}.toml").read_text(encoding="utf-8"))
    assert load_frames([alone]).of("en") == frames.of(language)  # nothing of it comes from another file
    if language != "en":
        own, english = frames.of(language), frames.of("en")
        spoken = {field.name for field in fields(Frame)} - {"quote", "title", "source", "comma"}
        assert [name for name in spoken if getattr(own, name) == getattr(english, name)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_every_language_holds_its_values(frames: Frames, language: str) -> None:
    frame = frames.of(language)
    for entry, variables in VARIABLES.items():
        values = {name: f"value of {name}" for name in variables}
        text = frame.why[entry.removeprefix(WHY)] if entry.startswith(WHY) else getattr(frame, entry)
        filled = fill(text, **values)
        assert "\n" not in filled
        assert "{" not in filled
        for value in values.values():
            assert value in filled, (entry, filled)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_language_model_fails_is_said_in_every_language(frames: Frames, language: str) -> None:
    frame, english = frames.of(language), frames.of("en")
    values: dict[str, str | int] = {"model": "tiny-3b", "status": 503, "address": "192.0.2.7", "count": 4}
    values |= {"extra": "gguf", "file": "tiny.gguf"}
    for entry in filter(lambda name: name.startswith(WHY), VARIABLES):
        reason = entry.removeprefix(WHY)
        problem = LanguageModelError("in English", reason, **values)
        for line in (frame.fails(problem), frame.breaks_off(problem)):
            assert "English" not in line
            assert len(line.splitlines()) == 1
            assert all(str(values[name]) in line for name in VARIABLES[entry]), (entry, line)
        assert language == "en" or frame.why[reason] != english.why[reason]


def test_every_reason_that_the_code_gives_has_an_entry() -> None:
    given = set()
    for file in (REPOSITORY / "assistant").rglob("*.py"):
        for call in filter(_is_failure, ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
            assert isinstance(call, ast.Call)
            place = 2 if isinstance(call.func, ast.Name) and call.func.id == "failure" else 1
            reason = call.args[place] if len(call.args) > place else None
            if isinstance(reason, ast.Constant):
                given.add(WHY + str(reason.value))
    hinted = {"refused", "key", "busy", "unknown"}  # by an error's number
    assert given | {WHY + reason for reason in hinted} == {entry for entry in VARIABLES if entry.startswith(WHY)}


def _is_failure(node: ast.AST) -> bool:
    named = node.func if isinstance(node, ast.Call) else None
    return isinstance(named, ast.Name) and named.id in ("failure", "LanguageModelError")


def test_a_reason_that_no_frame_knows_is_told_in_its_own_words(frames: Frames) -> None:
    problem = LanguageModelError("it [1]\nbroke {model}")
    assert frames.of("en").fails(problem) == (
        "The language model could not answer (it (1) broke {model}); these are quotes."
    )


def test_a_home_s_reasons_go_before_the_package_s_and_english_stands_in(tmp_path: Path, frames: Frames) -> None:
    home = _home(tmp_path, "eo", 'nothing = "Nenio."\n\n[why]\ntoo_slow = "{model} tro malrapidas"\n')
    esperanto = load_frames([home, PROMPTS]).of("eo")
    assert esperanto.why["too_slow"] == "{model} tro malrapidas"
    assert esperanto.why["cut"] == frames.of("en").why["cut"]


def test_french_keeps_its_marks_beside_their_words(frames: Frames) -> None:
    french = frames.of("fr")
    for text in [*french.why.values(), *(getattr(french, it.name) for it in fields(Frame) if it.name != "why")]:
        assert not re.search(r" [:;?!»]|« |\w[:;?!»]", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_name_speaker_title_outlet_and_date_in_every_language(frames: Frames, language: str) -> None:
    frame = frames.of(language)
    whole = frame.heading("Ilse Brandoval", HARBOUR)
    assert all(part in whole for part in ("Ilse Brandoval", "Harbour to close", "Velmora Post", "2024-05-03"))
    assert "Ilse Brandoval" in frame.heading("Ilse Brandoval", None)
    assert "Harbour to close" in frame.heading("", HARBOUR)
    for heading in (whole, frame.heading("Ilse Brandoval", None), frame.heading("", HARBOUR)):
        assert heading.strip()[-1] in ":：", heading
    assert bool(ISOLATES.search(whole)) == (language in RIGHT_TO_LEFT)


def test_quotation_marks_are_the_language_s_own_in_both_places(frames: Frames) -> None:
    for language in set(LANGUAGES) - {"zh"}:  # Chinese writes titles within 《》
        frame = frames.of(language)
        assert frame.title.format(title="it") == frame.quote.format(quote="it")


@pytest.mark.parametrize(
    ("outlet", "date", "source"),
    [
        ("Velmora Post", "2024-05-03", "From “Harbour to close” (Velmora Post, 2024-05-03):"),
        ("Velmora Post", "", "From “Harbour to close” (Velmora Post):"),
        ("", "2024-05-03", "From “Harbour to close” (2024-05-03):"),
        ("", "", "From “Harbour to close”:"),
        (" ", "", "From “Harbour to close”:"),
    ],
)
def test_what_an_article_does_not_tell_of_itself_leaves_no_gap(
    frames: Frames, outlet: str, date: str, source: str
) -> None:
    assert frames.of("en").heading("", replace(HARBOUR, outlet=outlet, date=date)) == source


def test_an_article_without_a_title_is_named_by_its_path(frames: Frames) -> None:
    assert frames.of("en").heading("", Article("a/harbour.txt", "", "en", "")) == "From “a/harbour.txt”:"


def test_what_is_missing_is_listed_once_each_in_the_question_s_language(frames: Frames) -> None:
    assert frames.of("en").lacks(["Quillery", "1987", "Quillery"]) == "Nothing was found about: Quillery, 1987."
    assert _seen(frames.of("ar").lacks(["كويلري", "1987"])) == "لم يُعثر على شيء عن: كويلري، 1987."


def test_a_language_without_a_frame_is_answered_in_english(frames: Frames) -> None:
    assert frames.of("xx") is frames.of("en")
    assert (frames.spoken("xx"), frames.spoken("tr")) == ("en", "tr")


def test_a_home_s_file_may_hold_only_what_it_changes(tmp_path: Path, frames: Frames) -> None:
    home = _home(tmp_path, "de", 'nothing = "Dazu steht nirgends etwas."\n')
    changed = load_frames([home, PROMPTS]).of("de")
    assert changed == replace(frames.of("de"), nothing="Dazu steht nirgends etwas.")


def test_an_older_file_without_the_newer_entries_still_works(tmp_path: Path, frames: Frames) -> None:
    old = 'nothing = "Nenio."\nnearest = "Proksime:"\nno_articles = "Mankas."\nquote = "„{quote}“"\n'
    esperanto = load_frames([_home(tmp_path, "eo", old), PROMPTS]).of("eo")
    assert esperanto.nothing == "Nenio."
    assert esperanto.missing == frames.of("en").missing  # no package file of that language: English


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('speeker = "{speaker}:"', "has an entry speeker"),
        ('says = "{speaker} of {source}:"', "says uses {source}, which does not exist there (it may use: {speaker})"),
        ('says = "He says:"', "says does not use {speaker}"),
        ('missing = "{missing.__class__}"', "missing uses {missing.__class__}"),
        ('left_out = "{0} {model} {count}"', "left_out uses {0}"),
        ('comma = " "', "has no text for comma"),
        ("understood = 3", "has no text for understood"),
        ('why = "slow"', "has an entry why that is no table"),
        ('[why]\nslow = "{model}"', "has an entry why.slow"),
        ('[why]\ncut = "it broke off"', "why.cut does not use {model}"),
        ('understood = "{question!r}"', "understood changes how {question} is written"),
    ],
)
def test_a_wrong_entry_in_a_home_s_file_is_named(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(PromptError, match=re.escape(words)) as problem:
        load_frames([_home(tmp_path, "de", line), PROMPTS])
    assert str(tmp_path / "frames" / "de.toml") in str(problem.value)


def test_doubled_braces_are_plain_ones_in_every_entry(tmp_path: Path) -> None:
    home = _home(tmp_path, "de", 'nothing = "{{nichts}}"\nsays = "{{{speaker}}}:"\n')
    frame = load_frames([home, PROMPTS]).of("de")
    assert frame.nothing == "{nichts}"
    assert frame.heading("Ole", None) == "{Ole}:"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("{speaker} {0} {", "{speaker} {0} {"),
        ("a\nb\r\nc\u2028d\x85e\x00f\tg", "a b c d e f g"),
        ("[1] and [2]", "(1) and (2)"),
        ("\u202eevil\u202c \u2067x\u2069", "evil x"),
        ("می‌گوید", "می‌گوید"),  # a joiner is a letter's form, not a mark of direction
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_a_value_is_one_short_line_without_marks_of_its_own(value: str, seen: str) -> None:
    assert _seen(inert_value(value)) == seen
    assert _seen(fill("{a}|{b}|{a}", a=value, b="{a}")) == f"{seen}|{{a}}|{seen}"


def test_a_value_that_runs_the_other_way_is_isolated_and_one_that_does_not_is_left_alone() -> None:
    assert fill("According to {speaker}:", speaker="إلسا") == "According to \u2068إلسا\u2069:"
    assert fill("According to {speaker}:", speaker="Ilse") == "According to Ilse:"
