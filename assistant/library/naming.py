"""A name or title that somebody gave → a file name that is safe in `seeds/`, in whatever script it is."""

from __future__ import annotations

import re
import unicodedata

LONGEST_STEM = 150  # bytes in UTF-8; file systems take 255, and a number and an ending come behind
LONGEST_ENDING = 12

FORBIDDEN = frozenset('<>:"/\\|?*')  # by Windows; a home may be copied there
JOINERS = "\u200c\u200d"  # Persian, Hindi and others spell with them, though Unicode counts them as controls
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)  # devices, by Windows


def safe_name(given: str, otherwise: str = "article") -> str:
    """Returns a file name made of what was given: no folder, nothing hidden or unprintable, not too long.

    Letters of all scripts stay. `otherwise` stands in when nothing is left.
    """
    last = re.split(r"[/\\]", given)[-1]
    stem, dot, ending = last.rpartition(".")
    if not stem or not ending.isalnum() or len(ending) > LONGEST_ENDING:
        stem, dot, ending = last, "", ""
    return _stem(stem, otherwise) + dot + ending


def name_for(title: str, ending: str) -> str:
    """Returns a file name with this ending for an article of this title."""
    return _stem(re.sub(r"[/\\]", " ", title), "article") + ending


def numbered(name: str, number: int) -> str:
    """Returns `name` for the first, and `name (2)` and so on for those that come after it."""
    if number == 1:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"


def _stem(given: str, otherwise: str) -> str:
    kept = "".join(character if _is_fit(character) else " " for character in unicodedata.normalize("NFC", given))
    stem = " ".join(kept.split()).strip(f". {JOINERS}")
    # Cut between characters, never within one.
    stem = stem.encode("utf-8")[:LONGEST_STEM].decode("utf-8", "ignore").rstrip(f". {JOINERS}")
    return f"_{stem}" if RESERVED.fullmatch(stem) else stem or otherwise


def _is_fit(character: str) -> bool:
    return character in JOINERS or (character not in FORBIDDEN and unicodedata.category(character)[0] not in "CZ")
