"""What OpenAI's clients send → a question and the turns before it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.interfaces.serving.models import FilterFields
from assistant.interfaces.serving.problems import INVALID, NOT_FOUND, Problem
from assistant.interfaces.serving.questions import Asked
from assistant.types import Turn

MODEL = "assistant"

# Wishes about how a language model draws its words: clients send them by default, and quotes have no use for them.
WITHOUT_EFFECT = frozenset(
    [
        "temperature",
        "top_p",
        "max_tokens",
        "max_completion_tokens",
        "stop",
        "presence_penalty",
        "frequency_penalty",
        "seed",
        "user",
        "logit_bias",
        "logprobs",
        "top_logprobs",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "functions",
        "function_call",
        "store",
        "metadata",
        "modalities",
        "reasoning_effort",
        "service_tier",
        "prediction",
        "safety_identifier",
        "prompt_cache_key",
        "verbosity",
    ]
)


class Part(BaseModel):
    """A part of a message."""

    type: str
    text: str | None = None


class Message(BaseModel):
    """A message of a conversation; those of the system, the developer and tools say nothing to the articles."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def text(self) -> str:
        """Returns the message's words. Raises `Problem` when it holds something else than text."""
        if isinstance(self.content, list):
            other = next((part.type for part in self.content if part.type not in ("text", "refusal")), None)
            if other:
                raise Problem(400, INVALID, f"A message is text here; leave out the part of type {other[:50]}.")
            return "\n".join(part.text or "" for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream tells besides the words."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ResponseFormat(BaseModel):
    """The form of an answer: `text`."""

    model_config = ConfigDict(extra="allow")

    type: str = "text"


class ChatRequest(BaseModel):
    """A conversation whose last message is the question. Wishes about sampling have no effect on quotes."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(description="assistant")
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = 1
    response_format: ResponseFormat | None = None
    filters: FilterFields | None = Field(None, description="Not OpenAI's: the articles to ask.")
    language: str | None = Field(None, description="Not OpenAI's: the ISO 639 code to answer in.")

    def asked(self) -> Asked:
        """Returns the question and the turns before it. Raises `Problem` for what cannot be answered."""
        unknown = sorted(set(self.model_extra or {}) - WITHOUT_EFFECT)
        if unknown:
            raise Problem(400, INVALID, f"There is no field {', '.join(unknown)[:200]}. Leave it out.")
        if self.model != MODEL:
            raise Problem(404, NOT_FOUND, f"There is no model {self.model[:100]!r} here; the one there is: {MODEL}.")
        if self.n not in (None, 1):
            raise Problem(400, INVALID, "There is one answer to a question; leave n out.")
        if self.response_format and self.response_format.type != "text":
            raise Problem(400, INVALID, "Answers are text; leave response_format out. POST /api/query gives JSON.")
        question, turns = _read(self.messages)
        return Asked(question, turns, self.language, self.filters.filters() if self.filters else None)


def _read(messages: list[Message]) -> tuple[str, list[Turn]]:
    said = [message for message in messages if message.role in ("user", "assistant")]
    if not said or said[-1].role != "user":
        raise Problem(400, INVALID, "The last message must be the user's question.")
    turns: list[Turn] = []
    for message in said[:-1]:
        if message.role == "user":
            turns.append(Turn(message.text()))
        elif turns and not turns[-1].answer:
            turns[-1] = Turn(turns[-1].question, message.text())
    return said[-1].text(), turns
