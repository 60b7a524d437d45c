"""A text in `prompts/`, the variables that stand in it → nothing, or what is wrong with them."""

from __future__ import annotations

import string
from collections.abc import Set as AbstractSet

from assistant.errors import PromptError


def check_variables(place: str, text: str, variables: AbstractSet[str]) -> None:
    """Checks that a text uses each of these variables, as `{name}` and nothing else, and no other.

    `place` is where it stands, such as a file, or a file and an entry in it. Raises `PromptError` that names it and
    the variable.
    """
    try:
        fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
    except ValueError as problem:
        raise PromptError(
            f"{place}: the braces do not pair up ({problem}). Write {{{{ and }}}} for plain braces."
        ) from None
    for _, name, layout, conversion in fields:
        if layout or conversion:  # "{quote:.5}" would cut the quote
            raise PromptError(f"{place} changes how {{{name}}} is written. Leave it as {{{name}}}.")
    used = {name for _, name, _, _ in fields if name is not None}
    for name in sorted(used - variables):
        known = ", ".join(f"{{{variable}}}" for variable in sorted(variables)) or "none"
        raise PromptError(f"{place} uses {{{name}}}, which does not exist there (it may use: {known}).")
    for name in sorted(variables - used):
        raise PromptError(f"{place} does not use {{{name}}}, so what it stands for would be lost. Put it in.")
