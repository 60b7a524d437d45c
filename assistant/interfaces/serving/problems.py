"""What went wrong → a status and one sentence, in the one shape that every door shares: {"error": {"message", "type"}}.

The types are those that OpenAI's clients know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import JSONResponse

from assistant.display import printable
from assistant.errors import (
    ArticleIndexError,
    AssistantError,
    BusyError,
    IndexBusyError,
    ModelError,
    NoIndexError,
    QuestionError,
)

INVALID, NOT_FOUND = "invalid_request_error", "not_found_error"
UNAUTHORISED, FORBIDDEN = "authentication_error", "permission_error"
LIMITED, OVERLOADED = "rate_limit_error", "overloaded_error"
UNAVAILABLE, BROKEN = "unavailable_error", "server_error"


@dataclass(slots=True, eq=False)
class Problem(Exception):  # noqa: N818 - it is told to a client, not to a programmer
    """A refusal: its status, its type, one sentence, and after how many seconds to come again (0: no telling)."""

    status: int
    kind: str
    message: str
    retry_after: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON that the client gets."""
        return {"error": {"message": printable(self.message), "type": self.kind}}

    def to_response(self, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """Returns the response that the client gets."""
        told = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        return JSONResponse(self.to_dict(), self.status, {**told, **(headers or {})})


def problem_of(error: AssistantError) -> Problem:
    """Returns how a client is told of an error of the assistant's."""
    message = str(error)
    if isinstance(error, QuestionError):
        return Problem(400, INVALID, message)
    if isinstance(error, BusyError):
        status, kind = (429, LIMITED) if error.yours else (503, OVERLOADED)
        return Problem(status, kind, message, max(1, error.retry_after))
    if isinstance(error, IndexBusyError):
        return Problem(409, UNAVAILABLE, message, 5)
    if isinstance(error, NoIndexError):
        return Problem(503, UNAVAILABLE, message, 5)
    if isinstance(error, ArticleIndexError | ModelError):
        return Problem(503, UNAVAILABLE, message)
    return Problem(500, BROKEN, message)


def invalid(errors: Sequence[Any]) -> Problem:
    """Returns the refusal of a request that fails its check by pydantic: all unknown fields, or the first problem."""
    unknown = [_name(error) for error in errors if error["type"] == "extra_forbidden"]
    if unknown:
        missing = [_name(error) for error in errors if error["type"] == "missing"]
        needed = f", and send {', '.join(missing)}" if missing else ""
        told = f"There is no field {', '.join(unknown)}. Leave it out{needed}; /docs lists the fields."
        return Problem(400, INVALID, told)
    first = errors[0]
    name, kind = _name(first), first["type"]
    if kind == "json_invalid":
        return Problem(400, INVALID, "The body is not JSON. Send a JSON object.")
    if not name:
        return Problem(400, INVALID, "The body is not a JSON object of type application/json. Send one.")
    if kind == "missing":
        return Problem(400, INVALID, f"The field {name} is missing.")
    return Problem(400, INVALID, f"The field {name} is wrong: {first['msg']}.")


def _name(error: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in error["loc"][1:])[:200]
