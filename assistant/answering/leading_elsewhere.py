"""A sentence of an article → whether its line only leads elsewhere: "Read also: …", a picture, nothing but links."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import regex

from assistant.corpus.splitting import LINE_BREAKS

FILE = Path(__file__).parent / "lexicons" / "elsewhere.toml"

LONGEST_LINE = 400  # characters; a longer one says something

_PLACE = r"\([^()\s]*(?:\s\"[^\"]*\")?\)"
_PICTURE = rf"!\[[^\[\]]*\]{_PLACE}"
_LINK = rf"(?:\[{_PICTURE}\]{_PLACE}|{_PICTURE}|\[[^\[\]]*\]{_PLACE})"
_ONLY_LINKS = regex.compile(rf"[\s>*_•–—-]*+{_LINK}(?:[\s·•|,/*_–—-]*+{_LINK})*+[\s*_]*+")


def leads_elsewhere(text: str, start: int, end: int) -> bool:
    """Tells whether the line that the sentence from `start` to `end` stands in says nothing of its article."""
    breaks = [found.end() for found in LINE_BREAKS.finditer(text, max(0, start - LONGEST_LINE), start)]
    if not breaks and start > LONGEST_LINE:
        return False
    stop = LINE_BREAKS.search(text, end)
    line = text[breaks[-1] if breaks else 0 : stop.start() if stop else len(text)]
    return len(line) <= LONGEST_LINE and bool(_ONLY_LINKS.fullmatch(line) or _labels().match(_folded(line)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("i̇", "i")


@cache
def _labels() -> regex.Pattern[str]:
    with FILE.open("rb") as file:
        phrases = [phrase for those in tomllib.load(file).values() for phrase in those]
    words = "|".join(regex.escape(_folded(phrase), literal_spaces=True) for phrase in phrases)
    return regex.compile(rf"[\s#>*_•►▶→–—-]*(?:{words})[*_]*\s*[:：]")
