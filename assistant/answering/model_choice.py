"""What the settings name, or what answers on this machine → the language model that writes, or none."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from assistant.answering.connection import is_loopback
from assistant.answering.language_model import (
    Deadlines,
    LanguageModel,
    anthropic,
    openai_like,
)
from assistant.answering.local_model import LocalModel
from assistant.errors import LanguageModelError, SettingsError

OPENAI_ADDRESS = "https://api.openai.com/v1"
ANTHROPIC_ADDRESS = "https://api.anthropic.com"
OLLAMA_ADDRESS = "http://127.0.0.1:11434/v1"

# Where Ollama, LM Studio, llama.cpp and vLLM listen unless they are told otherwise.
LOCAL_ADDRESSES = (
    OLLAMA_ADDRESS,
    "http://127.0.0.1:1234/v1",
    "http://127.0.0.1:8080/v1",
    "http://127.0.0.1:8000/v1",
)
LOOK_SECONDS = 0.2  # for looking at all of them
ASK_SECONDS = 3.0  # for asking a configured address what models it has
KEPT_SECONDS = 30.0  # before looking again
LONGEST_LIST = 1_000_000  # bytes

# Models that do not write.
OTHER_KINDS = ("embed", "rerank", "whisper", "tts", "dall-e", "image", "audio", "realtime", "transcribe", "moderation")


class ModelChoice:
    """The language model that settings choose. Safe to share among threads; what `auto` found is kept for a while.

    `choice` is `none`, `auto`, `openai:MODEL`, `ollama:MODEL`, `anthropic:MODEL`, or the path of a GGUF file.
    `address` is that of an endpoint, else the service's own. `auto` uses the address if there is one, else whatever
    answers on this machine's usual ports; a key alone chooses nothing. `seconds` is what a reply may take,
    `reply_tokens` how long it may be, and `context_tokens` how long with what the model is told. `openai` is where
    OpenAI's service is: its key in the environment goes there only. Raises `SettingsError` when `choice` is none of
    these.
    """

    def __init__(
        self,
        choice: str,
        address: str,
        key: str,
        *,
        seconds: float,
        reply_tokens: int,
        context_tokens: int,
        home: Path,
        openai: str = OPENAI_ADDRESS,
    ) -> None:
        self._choice = choice.strip()
        self._address = address.strip().rstrip("/")
        self._key = key
        self._deadlines = Deadlines.within(seconds)
        self._reply_tokens = reply_tokens
        self._context_tokens = context_tokens
        self._home = home
        self._openai = openai
        self._told: set[str] = set()
        self._lock = threading.Lock()
        self._found: LanguageModel | None = None
        self._failure: LanguageModelError | None = None
        self._looked = -KEPT_SECONDS
        self._check()

    def find(self) -> LanguageModel | None:
        """Returns the model, or None when the settings want none or nothing answers on this machine.

        Raises `LanguageModelError` when what the settings name cannot be had. The question is sent nowhere.
        """
        with self._lock:
            fresh = time.monotonic() - self._looked < KEPT_SECONDS
            if fresh and self._failure:
                raise self._failure.again()
            if self._choice == "none" or (fresh and self._choice == "auto") or (self._found and self._choice != "auto"):
                return self._found
            self._failure = None
            try:
                self._found = self._find()
            except LanguageModelError as problem:
                self._failure = problem.again()
                raise
            finally:
                self._looked = time.monotonic()
            return self._found

    def is_news(self, model: LanguageModel) -> bool:
        """Tells whether a model was found on this machine without being named, and nobody was told of it before."""
        with self._lock:
            news = self._choice == "auto" and not self._address and model.name not in self._told
            self._told.add(model.name)
            return news

    def _check(self) -> None:
        service, _, model = self._choice.partition(":")
        named = service in {"openai", "ollama", "anthropic"} and model
        if not (self._choice in {"none", "auto"} or named or self._choice.endswith(".gguf")):
            raise SettingsError(
                f"llm cannot be {self._choice!r}. Set it to none, auto, openai:MODEL, ollama:MODEL, anthropic:MODEL or "
                "the path of a .gguf file."
            )
        if self._address and _scheme_of(self._address) not in {"http", "https"}:
            raise SettingsError(f"llm_address cannot be {self._address!r}. Give it as http://… or https://….")

    def _find(self) -> LanguageModel | None:
        if self._choice == "auto":
            return self._configured() if self._address else self._local()
        if self._choice.endswith(".gguf"):
            file = self._home / Path(self._choice).expanduser()
            return LocalModel(
                file, self._deadlines, context_tokens=self._context_tokens, reply_tokens=self._reply_tokens
            )
        service, _, model = self._choice.partition(":")
        if service == "anthropic":
            address = self._address or ANTHROPIC_ADDRESS
            key = self._key_for(address, ANTHROPIC_ADDRESS, "ANTHROPIC_API_KEY")
            return anthropic(
                model,
                address,
                key,
                self._deadlines,
                context_tokens=self._context_tokens,
                reply_tokens=self._reply_tokens,
            )
        address = self._address or (OLLAMA_ADDRESS if service == "ollama" else self._openai)
        return self._open(model, address)

    def _configured(self) -> LanguageModel:
        models = list_models(self._address, self._openai_key_for(self._address), ASK_SECONDS)
        if not models:
            host = str(urlsplit(self._address).hostname)
            raise LanguageModelError(
                f"No language model answers at llm_address ({host}). Start it, or name a model with: "
                "llm = openai:MODEL",
                "nobody",
                address=host,
            )
        return self._open(models[0], self._address)

    def _local(self) -> LanguageModel | None:
        found = look_around(LOCAL_ADDRESSES)
        return self._open(*found) if found else None

    def _open(self, model: str, address: str) -> LanguageModel:
        return openai_like(
            model,
            address,
            self._openai_key_for(address),
            self._deadlines,
            context_tokens=self._context_tokens,
            reply_tokens=self._reply_tokens,
        )

    def _openai_key_for(self, address: str) -> str:
        return self._key_for(address, self._openai, "OPENAI_API_KEY")

    def _key_for(self, address: str, service: str, variable: str) -> str:
        # The environment's key belongs to its service; no other address gets to see it.
        return self._key or (os.environ.get(variable, "") if _origin_of(address) == _origin_of(service) else "")


def _origin_of(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port


def _scheme_of(address: str) -> str:
    try:
        return _origin_of(address)[0]
    except ValueError:  # half an IPv6 address, or a port that is no number
        return ""


def look_around(addresses: Sequence[str]) -> tuple[str, str] | None:
    """Returns the first model that answers at one of these addresses on this machine, and the address, or None.

    Takes at most 0.2 seconds, asks for the names of models only, and looks nowhere but on this machine.
    """
    own = [address for address in addresses if is_loopback(address)]
    pool = ThreadPoolExecutor(max_workers=max(1, len(own)))
    asked = {address: pool.submit(list_models, address, "", LOOK_SECONDS) for address in own}
    done = wait(asked.values(), timeout=LOOK_SECONDS).done
    pool.shutdown(wait=False, cancel_futures=True)
    for address, models in asked.items():
        if models in done and models.result():
            return models.result()[0], address
    return None


def list_models(address: str, key: str, seconds: float) -> list[str]:
    """Returns the writing models that an endpoint says it has; none when it does not answer or says something else."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with closing(kind(parts.hostname or "", parts.port, timeout=seconds)) as connection:
            connection.request("GET", f"{parts.path}/models", headers=headers)
            with connection.getresponse() as response:
                content = response.read(LONGEST_LIST) if response.status == 200 else b""
        names = [str(model["id"]) for model in json.loads(content)["data"]]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, RecursionError):
        return []
    return [name for name in names if not any(kind in name.lower() for kind in OTHER_KINDS)]
