"""The command, as a person types it: examples first, one line for a problem, JSON for programs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant import Assistant, SettingsError
from assistant.settings import LISTS, Settings
from tests.conftest import REPOSITORY, MakeHome

COMMAND = [sys.executable, "-m", "assistant"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    if "ASSISTANT_CACHE" in os.environ:
        inherited["ASSISTANT_CACHE"] = os.environ["ASSISTANT_CACHE"]
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=inherited | environment)


def test_query_prints_the_quotes_with_their_places(seed_home: Path) -> None:
    done = run("query", "what did Stoltenberg say?", "--home", str(seed_home))
    assert done.returncode == 0, done.stderr
    assert "ستولتنبرغ" in done.stdout.splitlines()[0]
    assert "osce-security-guarantees.ar.txt" in done.stdout
    assert done.stderr == ""


def test_json_is_what_python_gives(seed_home: Path) -> None:
    assistant, question = Assistant.open(seed_home), "what did Stoltenberg say?"
    asked = run("query", question, "--home", str(seed_home), "--json")
    assert json.loads(asked.stdout) == assistant.query(question).to_dict()
    searched = json.loads(run("search", question, "--home", str(seed_home), "--json", "--limit", "2").stdout)
    assert searched == {"question": question, "hits": [hit.to_dict() for hit in assistant.search(question, limit=2)]}


def test_the_home_comes_from_the_option_the_environment_or_the_folder(seed_home: Path, tmp_path: Path) -> None:
    question = "what did Stoltenberg say?"
    by_option = run("query", question, "--home", str(seed_home), ASSISTANT_HOME=str(tmp_path)).stdout
    by_environment = run("query", question, ASSISTANT_HOME=str(seed_home)).stdout
    by_folder = subprocess.run([*COMMAND, "query", question], capture_output=True, text=True, cwd=seed_home).stdout
    assert by_option == by_environment == by_folder != ""


def test_rebuild_reports_what_it_did(make_home: MakeHome) -> None:
    home = make_home({"a.txt": "The lighthouse at Cape Torvald was relit.", "b.txt": b""})
    done = run("rebuild", "--home", str(home))
    assert done.returncode == 0
    assert done.stdout.startswith("1 added, 0 changed, 0 removed, 0 unchanged, 1 failed")
    assert "b.txt: is empty; write the article into it, or delete it" in done.stdout
    report = json.loads(run("rebuild", "--home", str(home), "--json").stdout)
    assert report["unchanged"] == ["a.txt"]
    assert report["failed"].keys() == {"b.txt"}


def test_a_name_made_to_look_like_output_stays_on_its_line(make_home: MakeHome) -> None:
    home = make_home({"x\n99 added \x1b[31m.txt": b"", "y.\x1b]0;taken\x07\nz": b"words"})
    shown = run("rebuild", "--home", str(home)).stdout
    assert len(shown.splitlines()) == 3
    assert "\x1b" not in shown
    assert "\x1b" not in run("query", "what?", "--home", "/no\x1b[31mwhere").stderr


def test_an_article_cannot_command_the_terminal(make_home: MakeHome) -> None:
    home = make_home({"a.txt": "The \x1b[31mlighthouse\x1b]0;taken\x07 at Cape Torvald was relit by Anselm Vorrick."})
    Assistant.open(home).rebuild()
    for command in ("query", "search"):
        shown = run(command, "Who relit the lighthouse at Cape Torvald?", "--home", str(home)).stdout
        assert "lighthouse" in shown
        assert "\x1b" not in shown
        assert "\x07" not in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("query", "what?", "--home", "/nowhere"), "There is no folder /nowhere"),
        (("query", "what?", "--home", "~nobody-of-this-name/x"), "cannot be a home"),
        (("query", "what?", "--home", "x" * 5000), "cannot be a home"),
        (("query", ""), "The question is empty"),
        (("query", "x" * 100_000), "100,000 characters long"),
        (("search", "what?", "--limit", "0"), "1 to 1000 passages, not 0"),
    ],
)
def test_a_problem_is_one_line_and_exit_code_1(seed_home: Path, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments, ASSISTANT_HOME=str(seed_home))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def test_a_port_that_no_machine_has_is_wrong_usage() -> None:
    for command in ("chat", "serve"):
        done = run(command, "--port", "65536")
        assert (done.returncode, "--port" in done.stderr) == (2, True)


def test_what_a_home_lacks_is_told_with_what_to_do(tmp_path: Path, make_home: MakeHome) -> None:
    without_seeds = run("rebuild", "--home", str(tmp_path))
    assert without_seeds.returncode == 1
    assert "has no folder seeds/. Put your articles into" in without_seeds.stderr
    without_index = run("query", "what?", "--home", str(make_home({"a.txt": "Something."})))
    assert without_index.returncode == 1
    assert "Build it with: assistant rebuild" in without_index.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("embeding_model = 'x'", "embeding_model is no setting"),
        ("abstain_below = 7", "abstain_below cannot be 7"),
        ("abstain_below = ", "cannot be read as TOML"),
    ],
)
def test_a_wrong_setting_is_named(make_home: MakeHome, content: str, words: str) -> None:
    home = make_home({"a.txt": "Something."})
    (home / "assistant.toml").write_text(content)
    done = run("rebuild", "--home", str(home))
    assert done.returncode == 1
    assert words in done.stderr
    assert "assistant.toml" in done.stderr


def test_a_list_in_the_environment_that_is_none_is_not_blamed_on_the_file(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home({})
    monkeypatch.setenv("ASSISTANT_SKIP_STEPS", '["names"]')
    assert Assistant.open(home).settings.skip_steps == ["names"]
    for name in LISTS:
        monkeypatch.setenv(f"ASSISTANT_{name.upper()}", "names")
        with pytest.raises(SettingsError, match=rf"ASSISTANT_{name.upper()}.* is no list in JSON") as problem:
            Assistant.open(home)
        assert "assistant.toml" not in str(problem.value)
        monkeypatch.delenv(f"ASSISTANT_{name.upper()}")


def test_the_settings_that_are_lists_are_known_as_such() -> None:
    assert set(LISTS) == {name for name, field in Settings.model_fields.items() if isinstance(field.default, list)}


def test_settings_come_from_arguments_then_environment_then_file(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home({})
    assert Assistant.open(home).settings.maximum_quotes == 4
    (home / "assistant.toml").write_text("maximum_quotes = 5\nabstain_below = 0.1\n")
    assert Assistant.open(home).settings.maximum_quotes == 5
    monkeypatch.setenv("ASSISTANT_MAXIMUM_QUOTES", "6")
    assert Assistant.open(home).settings.maximum_quotes == 6
    opened = Assistant.open(home, maximum_quotes=7)
    assert (opened.settings.maximum_quotes, opened.settings.abstain_below) == (7, 0.1)


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("query",), ("query", "a", "b"), ("rebuild", "--nope")])
def test_wrong_usage_has_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


def test_help_starts_with_examples_and_loads_nothing_heavy() -> None:
    program = """
import sys
from assistant.interfaces.command_line import application
try:
    application(["--help"])
finally:
    heavy = {"numpy", "faiss", "torch", "gradio", "llama_index", "sentence_transformers", "ctranslate2", "pydantic"}
    print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.index("Examples:") < done.stdout.index("Options:")
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("command", ["rebuild", "query", "search", "chat", "evaluate"])
def test_each_command_shows_its_examples_a_line_each(command: str) -> None:
    lines = run(command, "--help").stdout.splitlines()
    examples = lines[lines.index("  Examples:") + 1 :]
    assert [line.strip().startswith(f"assistant {command}") for line in examples[:2]] == [True, True]
    assert not any("\b" in line or "\\b" in line for line in lines)


def test_a_query_loads_neither_torch_nor_gradio_nor_llama_index(seed_home: Path) -> None:
    program = f"""
import sys
from assistant import query
assert query("what did Stoltenberg say?", {str(seed_home)!r}).citations
print(sorted({{"torch", "transformers", "gradio", "llama_index", "sentence_transformers"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_interrupted_rebuild_says_so_and_has_exit_code_130(make_home: MakeHome) -> None:
    article = "".join(f"Item {n} was seen in Torvald by keeper Anselm Vorrick.\n" for n in range(3000))
    home = make_home({f"{n}.txt": f"Report {n}\n{article}" for n in range(2)})
    process = subprocess.Popen(
        [*COMMAND, "rebuild", "--home", str(home)],
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background may have told all of them to ignore interruptions.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not (home / "index" / "articles.sqlite").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "Interrupted. What was finished is kept" in told
    assert "Traceback" not in told


def test_a_reader_who_leaves_early_is_no_problem(seed_home: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "search", "Stoltenberg", "--home", str(seed_home), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(60) == 0


def test_nothing_goes_to_the_network(seed_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(seed_home / "seeds", home / "seeds")
    program = f"""
import socket, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        print("network:", event, arguments, file=sys.stderr)
        raise OSError("no network")
sys.addaudithook(refuse)
from assistant import Assistant
assistant = Assistant.open({str(home)!r})
assistant.rebuild()
assert assistant.query("what did Stoltenberg say?").citations
"""
    environment = {**os.environ, "ASSISTANT_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_package_runs_as_a_module_and_tells_its_version() -> None:
    assert run("--version").stdout.strip() == "0.1.0"
    assert 'version = "' not in (REPOSITORY / "pyproject.toml").read_text().split("[project]")[1].split("[")[0]


def test_a_question_is_asked_of_some_articles(newsroom: Path) -> None:
    asked = ["query", "how long will the repairs take?", "--home", str(newsroom), "--json"]

    assert json.loads(run(*asked, "--in", "en").stdout)["citations"][0]["path"] == "harbour.en.txt"
    assert json.loads(run(*asked, "--in", "zh", "--in", "hi").stdout)["abstained"]
    refused = run(*asked, "--since", "yesterday")
    assert refused.returncode == 1
    assert "a date such as" in refused.stderr
