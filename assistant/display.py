"""Text of any origin → text that can be shown: which way it runs, and nothing in it that commands or deceives."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

LETTERS_TO_COUNT = 1_000  # to tell a text's direction

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed

# Controls, line and paragraph separators, and the marks that turn the direction of what follows.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# The marks that turn the direction of what follows, until another one ends them.
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")

# A value in the assistant's own words: the words around it tell which way the line runs.
ISOLATED = re.compile(r"\u2068[^\u2068\u2069]*\u2069")


HALF = re.compile(r"[\ud800-\udfff]")  # of a character: a surrogate without its other half, which no file can hold


def direction_of(text: str) -> str:
    """Returns `rtl` when most letters of a text run from right to left, else `ltr`.

    A browser's own guess takes the first letter's word for it, and an Arabic sentence may well begin with "NATO".
    """
    directions = Counter(map(unicodedata.bidirectional, text[:LETTERS_TO_COUNT]))
    return "rtl" if directions["R"] + directions["AL"] > directions["L"] else "ltr"


def direction_of_own_words(text: str) -> str:
    """Returns the direction of the assistant's own words: an Arabic name does not turn an English line around.

    Only when nothing but values has letters do these tell.
    """
    bare = ISOLATED.sub("", text)
    return direction_of(bare if any(map(str.isalpha, bare)) else text)


def printable(text: str) -> str:
    """Returns text on one line, with what could forge a line or turn it around shown as escapes."""
    return UNPRINTABLE.sub(lambda match: _escape(match.group()), text)


def harmless(text: str) -> str:
    """Returns text with its lines, and with whatever could command a terminal shown as escapes."""
    return CONTROLS.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
