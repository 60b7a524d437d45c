"""Messages → a model's words as they come: the one door to LlamaIndex's language models.

However a model fails, the caller gets a `LanguageModelError` that says in one line why, and gets it in time: the
call runs in a thread of its own, and its connection is cut when a deadline passes or nobody listens any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Literal, Protocol

from assistant.answering.connection import Connection
from assistant.answering.model_failures import explain, failure
from assistant.errors import LanguageModelError

LONGEST_TOKEN = 10  # characters of a reply that a token stands for on average at most, for servers that count none
HEARTBEAT = 0.5  # seconds after which a waiting caller gets an empty piece, so that it can stop listening


@dataclass(frozen=True, slots=True)
class Message:
    """A part of what a model gets."""

    role: Literal["system", "user"]
    text: str


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds until the first piece of a reply, between two pieces, and for the whole reply."""

    first: float
    gap: float
    total: float

    @classmethod
    def within(cls, seconds: float) -> Deadlines:
        """Returns the deadlines of a reply that must be whole after so many seconds."""
        return cls(seconds / 2, seconds / 4, seconds)


class LanguageModel(Protocol):
    """Whatever can continue a conversation. `context_tokens` is how much it reads and writes at once."""

    @property
    def name(self) -> str:
        """What the model is called in an answer."""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and reply may have together."""

    @property
    def reply_tokens(self) -> int:
        """How many tokens a reply may have."""

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """Yields the reply's pieces as they come, and empty ones while there is none.

        Raises `LanguageModelError`, after the pieces that did come, unless the model ended the reply by itself.
        """


Opened = Callable[[Connection], AbstractContextManager[Any]]
"""Given a connection, opens the LlamaIndex `LLM` that uses it, for one call."""


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model behind an address, through one of LlamaIndex's classes. Every call has a connection of its own."""

    name: str
    address: str
    deadlines: Deadlines
    context_tokens: int
    reply_tokens: int
    opened: Opened

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """Yields the reply's pieces as they come, and empty ones while there is none. Raises `LanguageModelError`."""
        connection = Connection()
        pieces: SimpleQueue[str | _End] = SimpleQueue()
        call = threading.Thread(target=self._call, args=(connection, list(messages), pieces), daemon=True)
        call.start()
        try:
            yield from self._paced(pieces)
        finally:
            connection.cut()

    def _call(self, connection: Connection, messages: list[Message], pieces: SimpleQueue[str | _End]) -> None:
        try:
            pieces.put(_End(self._listen(connection, messages, pieces)))
        except Exception as problem:
            pieces.put(_End(explain(problem, self.name, self.address)))

    def _listen(
        self, connection: Connection, messages: list[Message], pieces: SimpleQueue[str | _End]
    ) -> LanguageModelError | None:
        from llama_index.core.base.llms.types import ChatMessage

        finish, length, longest = "", 0, LONGEST_TOKEN * self.reply_tokens
        said = [ChatMessage(role=message.role, content=message.text) for message in messages]
        with self.opened(connection) as llm, closing(llm.stream_chat(said)) as reply:
            for response in reply:
                finish = _finish(response.raw) or finish
                pieces.put(response.delta or "")
                length += len(response.delta or "")
                if connection.is_cut or length > longest:
                    break
        if not length:
            return failure(self.name, "sent nothing that is an answer", "no_answer")
        if length > longest or finish in {"length", "max_tokens"}:
            return failure(self.name, f"wrote more than the {self.reply_tokens} tokens it may", "too_long")
        if finish not in {"stop", "end_turn", "stop_sequence"}:
            return failure(self.name, "broke off in the middle", "cut")
        return None

    def _paced(self, pieces: SimpleQueue[str | _End]) -> Generator[str, None, None]:
        started = heard = time.monotonic()
        limit = self.deadlines.first
        while True:
            now = time.monotonic()
            patience = min(heard + limit, started + self.deadlines.total) - now
            if patience <= 0:
                raise failure(self.name, f"did not answer within {now - started:.0f} seconds", "too_slow")
            try:
                piece = pieces.get(timeout=min(patience, HEARTBEAT))
            except Empty:
                yield ""
                continue
            if isinstance(piece, _End):
                if piece.problem:
                    raise piece.problem
                return
            if piece:
                heard, limit = time.monotonic(), self.deadlines.gap
            yield piece


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a reply, and why it is not the end it should have."""

    problem: LanguageModelError | None


def openai_like(
    model: str, address: str, key: str, deadlines: Deadlines, *, context_tokens: int = 4_096, reply_tokens: int = 600
) -> RemoteModel:
    """Returns a model behind any address that speaks OpenAI's chat completions (`address` ends in `/v1`).

    Raises `LanguageModelError` when the extra `llm` is not installed.
    """
    like = _imported("llama_index.llms.openai_like", "llm").OpenAILike
    kind = _imported("openai", "llm").DefaultHttpxClient

    @contextmanager
    def opened(connection: Connection) -> Iterator[Any]:
        with connection.client(address, kind) as client:
            yield like(
                model=model,
                api_base=address,
                api_key=key or "none",
                is_chat_model=True,
                context_window=context_tokens,
                max_tokens=reply_tokens,
                temperature=0.0,
                timeout=deadlines.first,
                max_retries=0,
                http_client=client,
            )

    return RemoteModel(model, address, deadlines, context_tokens, reply_tokens, opened)


def anthropic(
    model: str, address: str, key: str, deadlines: Deadlines, *, context_tokens: int = 16_384, reply_tokens: int = 600
) -> RemoteModel:
    """Returns one of Anthropic's models.

    Raises `LanguageModelError` when the extra `anthropic` is not installed, or does not know the model.
    """
    library = _imported("llama_index.llms.anthropic", "anthropic").Anthropic
    kind = _imported("anthropic", "anthropic").DefaultHttpxClient
    try:
        _ = library(model=model, api_key="none").metadata
    except ValueError:
        raise LanguageModelError(
            f"{model} is no model that the installed llama-index-llms-anthropic knows. Check its name, or update that "
            "package.",
            "unknown",
            model=model,
        ) from None

    @contextmanager
    def opened(connection: Connection) -> Iterator[Any]:
        llm = library(
            model=model,
            base_url=address,
            api_key=key or "none",
            max_tokens=reply_tokens,
            temperature=0.0,
            timeout=deadlines.first,
            max_retries=0,
        )
        with connection.client(address, kind) as client:
            llm._client = llm._client.with_options(http_client=client)  # the class offers no way to name a client
            yield llm

    return RemoteModel(model, address, deadlines, context_tokens, reply_tokens, opened)


def _imported(module: str, extra: str) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        raise LanguageModelError(
            f'This language model needs more packages. Install them with: pip install "article-assistant[{extra}]"',
            "packages",
            extra=extra,
        ) from None


def _finish(raw: Any) -> str:
    """Returns why the model ended its reply, if this event says so."""
    if isinstance(raw, dict):  # Anthropic's events
        return str(getattr(raw.get("delta"), "stop_reason", None) or "")
    choices = getattr(raw, "choices", None) or []
    return str(choices[0].finish_reason or "") if choices else ""
