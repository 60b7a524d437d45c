"""What somebody else wrote → words that change nothing around them: in a line of an answer, and in a prompt."""

from __future__ import annotations

import unicodedata

import regex

LONGEST_VALUE = 120  # characters of a name, title or reason in the assistant's own words; more is cut

# Around a value, so that the words on either side keep their order, whichever way the value runs (Unicode's UAX 9).
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

TAG = regex.compile(r"</?[a-zA-Z!?][^<>]*>")
# Persian and Hindi need the joiners.
INVISIBLE = regex.compile(r"[\p{Cc}\p{Cf}\p{Co}\p{Cs}--[\u200c\u200d\n\t]]", regex.VERSION1)

_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
# In the assistant's own words only the number of a citation stands in square brackets.
_BRACKETS = str.maketrans("[]", "()")

_LINK = regex.compile(r"(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.|\b(?:javascript|data|mailto):)\S*", regex.IGNORECASE)
_IMAGE = regex.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
_TARGET = regex.compile(r"\]\s*\([^)]*\)")
_RULES = regex.compile(r"([#=\-_*~`|])\1{2,}")
_PLAIN = str.maketrans("[]【】［］〔〕{}<>＜＞", "()()()()()()()")


def inert_value(value: str) -> str:
    """Returns a name, title or reason, whoever wrote it, so that it cannot change the line that it is put into.

    It is one line of at most 120 characters, holds neither controls nor square brackets, and is isolated from the
    direction of the words around it.
    """
    enough = value[: 10 * LONGEST_VALUE]
    printable = (" " if unicodedata.category(character) == "Cc" else character for character in enough)
    words = "".join(character for character in printable if unicodedata.bidirectional(character) not in _TURNING)
    line = " ".join(words.translate(_BRACKETS).split())
    short = line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1].rstrip() + "…"
    return f"{FIRST_STRONG_ISOLATE}{short}{POP_ISOLATE}"


def inert_words(text: str) -> str:
    """Returns an article's or a person's words as plain words in one line for a prompt: without links, markup, brackets
    and what is invisible.
    """
    text = _TARGET.sub("]", _IMAGE.sub("", TAG.sub(" ", text)))
    text = _RULES.sub(r"\1", _LINK.sub("(…)", INVISIBLE.sub("", text)))
    return " ".join(text.translate(_PLAIN).split()).replace('">', '" ')
