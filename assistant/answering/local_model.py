"""A GGUF file → a language model in this process: llama.cpp's server on a random loopback port, behind a random key."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from assistant.answering.language_model import Deadlines, Message, RemoteModel, openai_like
from assistant.errors import LanguageModelError


class LocalModel:
    """The model in a GGUF file; it is loaded with the first question and stays as long as this. Safe among threads."""

    def __init__(
        self, file: Path, deadlines: Deadlines, *, context_tokens: int = 4_096, reply_tokens: int = 400
    ) -> None:
        self.name = file.stem
        self.context_tokens = context_tokens
        self.reply_tokens = reply_tokens
        self._file = file
        self._deadlines = deadlines
        self._lock = threading.Lock()
        self._server: Any = None
        self._model: RemoteModel | None = None

    @property
    def address(self) -> str:
        """Where the server listens; empty while there is none."""
        return self._model.address if self._model else ""

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """Yields the reply's pieces as they come, and empty ones while there is none. Raises `LanguageModelError`."""
        with self._lock:
            model = self._model = self._model or self._open()
        yield from model.stream(messages)

    def _open(self) -> RemoteModel:
        try:
            import xllamacpp  # type: ignore[import-untyped, unused-ignore]
        except ImportError:
            raise LanguageModelError(
                'A GGUF file needs more packages. Install them with: pip install "article-assistant[gguf]"',
                "packages",
                extra="gguf",
            ) from None
        if not self._file.is_file():
            raise LanguageModelError(
                f"There is no file {self._file}. Set llm to the path of a GGUF file.", "file", file=str(self._file)
            )
        key = secrets.token_urlsafe(32)
        try:
            self._server = xllamacpp.Server(_parameters(xllamacpp, self._file, key, self.context_tokens))
        except Exception as problem:
            raise LanguageModelError(
                f"{self._file} cannot be loaded as a language model: {problem}", "file", file=str(self._file)
            ) from None
        return openai_like(
            self.name,
            f"{self._server.listening_address}/v1",
            key,
            self._deadlines,
            context_tokens=self.context_tokens,
            reply_tokens=self.reply_tokens,
        )


def _parameters(library: Any, file: Path, key: str, context_tokens: int) -> Any:
    # The library's defaults let any web page ask the model, show a page of its own, and print.
    parameters = library.CommonParams()
    parameters.model.path = str(file)
    parameters.model_alias = {file.stem}
    parameters.hostnames = ["127.0.0.1"]
    parameters.api_keys = [key]
    parameters.cors_origins = "http://127.0.0.1"
    parameters.cors_credentials = False
    parameters.ui = False
    parameters.endpoint_slots = parameters.endpoint_props = parameters.endpoint_metrics = False
    parameters.offline = True
    parameters.verbosity = 0
    parameters.warmup = False
    parameters.n_ctx = context_tokens
    parameters.n_parallel = 1
    threads = max(1, os.cpu_count() or 1)
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    return parameters
