"""Words and marks of a text → its quotations: pairs of marks of every script, but not those around a word or two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PAIRS = {
    "“": "”",
    "«": "»",
    "„": "“”",
    "‚": "‘’",
    "「": "」",
    "『": "』",
    "‹": "›",
    "‘": "’",
    '"': '"',
    "»": "«",
    "”": "”",
    "″": "″",
}
CLOSING = frozenset("".join(PAIRS.values()))
DASHES = frozenset("—–―-")
COLONS = frozenset(":：")
HYPHENS = frozenset("-‐‑")
APOSTROPHES = frozenset("'ʼ`’*_#")  # and marks of Markdown
NAME_POINTS = frozenset("·・•＝")  # between the parts of a foreign name
COMMAS = frozenset(",،，、;؛；")

# What is shorter and has no verb's worth of words is a name or a word held at arm's length, not somebody's statement.
SHORTEST_QUOTE = 3  # words
SHORTEST_QUOTE_UNSPACED = 6  # characters
LONGEST_QUOTE = 6_000  # characters: a mark that nobody closes quotes no more than this

HANGUL = re.compile("[\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Quote:
    """What stands between two quotation marks, the marks included."""

    start: int
    end: int


def find_quotes(text: str, pieces: Sequence[tuple[int, int, str]], spaced: bool) -> Iterator[Quote]:
    """Yields the quotations of a text from its words and marks (start, end, itself), in reading order."""
    opened, closers, at = -1, "", 0
    for start, end, piece in pieces:
        if opened >= 0:
            straight = closers in ('"', "″") or text[opened] == "”"
            left = start - opened > LONGEST_QUOTE or (straight and "\n" in text[at:start])
            if (piece in closers and not _is_apostrophe(text, start, piece)) or left:
                if _is_statement(text[opened:end], spaced):
                    yield Quote(opened, at if left else end)
                opened = -1
                if left and piece in PAIRS:
                    opened, closers = start, PAIRS[piece]
            elif piece == text[opened] and piece not in CLOSING and "\n" in text[at:start]:
                yield Quote(opened, at)  # every paragraph of a long quotation opens anew
                opened = start
        elif piece in PAIRS:
            opened, closers = start, PAIRS[piece]
        at = end
    if opened >= 0 and at - opened > 1 and "\n" not in text[opened:at]:
        yield Quote(opened, at)


def _is_apostrophe(text: str, start: int, piece: str) -> bool:
    return piece == "’" and text[start + 1 : start + 2].isalnum()


def _is_statement(quoted: str, spaced: bool) -> bool:
    spaced = spaced and not HANGUL.search(quoted)
    return len(quoted.split()) >= SHORTEST_QUOTE if spaced else len(quoted) >= SHORTEST_QUOTE_UNSPACED + 2
