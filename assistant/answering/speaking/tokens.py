"""Text → words and marks with their places, folded so that a lexicon finds them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")

_LETTERS = r"\p{L}\p{N}"
_INSIDE = r"\p{L}\p{M}\p{N}\p{Cf}\u0640"
# Words end at hyphens and apostrophes, so that "dit-il" and "l'ambassade" are two words each.
TOKEN = regex.compile(rf"[{_LETTERS}][{_INSIDE}]*|[^\s{_INSIDE}]")
_WORD = regex.compile(rf"[{_LETTERS}][{_INSIDE}]*")
_ARABIC = str.maketrans("أإآٱىةکیېۀےھہ", "اااايهكييهيهه")
_OPTIONAL = regex.compile(r"(?<=[\p{Arabic}\p{Hebrew}])\p{Mn}+")
_INVISIBLE = regex.compile(r"[\p{Cf}\u0640]+")


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Returns a word as lexicons hold it: no case, no vowel signs, one letter for each that Arabic script exchanges.

    Accents stay, because "a" and "à", "el" and "él" are different words.
    """
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFC", word).lower().replace("i̇", "i")
    return str(_OPTIONAL.sub("", _INVISIBLE.sub("", plain))).translate(_ARABIC)


def split_words(text: str) -> list[str]:
    """Returns the words of a text as they are written."""
    return [str(word) for word in _WORD.findall(text)]
