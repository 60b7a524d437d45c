"""What a call to a language model raises → a `LanguageModelError` that says in one line why."""

from __future__ import annotations

from assistant.answering.connection import host_of
from assistant.errors import LanguageModelError

# What an error's number tells, and the entry under [why] in a frame that tells it.
_HINTS = {
    400: ("the request was refused; perhaps it is too long for the model", "refused"),
    401: ("the key is not accepted; set llm_key", "key"),
    403: ("the key is not accepted; set llm_key", "key"),
    404: ("there is no such model or address", "unknown"),
    429: ("too many requests", "busy"),
}


def explain(problem: Exception, model: str, address: str) -> LanguageModelError:
    """Returns why a call to the model of this name at this address failed, from what a library raised."""
    if isinstance(problem, LanguageModelError):
        return problem
    status = getattr(problem, "status_code", None)
    if isinstance(status, int):
        if status not in _HINTS:
            return failure(model, f"answered with the error {status}", "error", status=status)
        hint, reason = _HINTS[status]
        return failure(model, f"answered with the error {status}: {hint}", reason)
    kinds = {kind.__name__ for kind in type(problem).__mro__}
    if "APITimeoutError" in kinds or "TimeoutException" in kinds:
        return failure(model, "did not answer in time", "too_slow")
    if "APIConnectionError" in kinds or "ConnectError" in kinds:
        host = host_of(address)
        return failure(model, f"cannot be reached at {host}", "unreachable", address=host)
    return failure(model, f"sent what is no answer ({type(problem).__name__})", "no_answer")


def failure(model: str, why: str, reason: str, **values: str | int) -> LanguageModelError:
    """Returns the error that says, behind the model's name, why it gave no answer; `reason` as in the error."""
    return LanguageModelError(f"{model} {why}", reason, model=model, **values)
