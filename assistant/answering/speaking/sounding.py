"""Two words of names, in any two scripts → how alike they sound, 0 to 1.

Both are romanised, letters that scripts exchange are made one sound, and the sounds are aligned at the least cost
(weighted edit distance, Wagner and Fischer, 1974). Vowels cost little: half of the scripts leave them out.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise

import regex

from assistant.corpus.words import romanise

# Several letters that are one sound: S hisses, C is what "ch" may be, X a "kh". Longer ones go first.
_GROUPS = (
    ("shch", "S"),
    ("tsch", "S"),
    ("sch", "S"),
    ("tch", "S"),
    ("dzh", "S"),
    ("sh", "S"),
    ("zh", "S"),
    ("cz", "S"),
    ("sz", "S"),
    ("ts", "S"),
    ("tz", "S"),
    ("dz", "S"),
    ("ch", "C"),
    ("kh", "X"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("bh", "b"),
    ("ck", "k"),
    ("qu", "k"),
    ("x", "kS"),
    ("q", "k"),
    ("c", "k"),
    ("s", "S"),
    ("z", "S"),
)
_GREEK = (("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("τζ", "j"), ("ου", "u"))
_HISSING = str.maketrans(dict.fromkeys("çşščćśžźżßșţț", "s") | {"ñ": "n", "ł": "l", "ğ": "g"})
_PINYIN = (("w", "v"), ("ng", "n"), *((sound, "S") for sound in ("zh", "ch", "sh", "q", "x", "c", "z")))
_HAN = regex.compile(r"\p{Han}")
_ONLY_HAN = regex.compile(r"\p{Han}+")
LONGEST_CHINESE_NAME = 4  # characters
_FAR = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]")
_ARTICLE = regex.compile(r"^(?:وال|بال|ال)(?=\p{Arabic}{3})")
_OPTIONAL = regex.compile(r"(?<=[\p{Arabic}\p{Hebrew}])\p{Mn}+")

_VOWELS = frozenset("aeiouyw")
_LIGHT = _VOWELS | {"h"}
_VOWEL, _CONSONANT = 0.25, 1.0
_LEFT_OUT = 0.2  # a vowel that the other does not write

_GERMAN_ENDING = regex.compile(r"(?i)\p{Latin}[oe]w$")

# What it costs that two sounds stand for each other, between 0 and 1; the same for both directions.
_NEAR = {
    **dict.fromkeys(("pb", "bf", "pf", "bv", "td", "kg", "SC", "Xh"), 0.2),
    **dict.fromkeys(("vf", "yj", "ij"), 0.1),
    **dict.fromkeys(("vw", "vu", "CX", "jS", "jX", "jg", "Xk", "Xg", "hg"), 0.3),
    **dict.fromkeys(("Ck", "jC", "vo", "bw", "Sk"), 0.4),
    **dict.fromkeys(("mn", "St", "Sd", "pv", "jh"), 0.5),
}
# Chinese, Japanese, Korean and Thai spell foreign names with the sounds they have.
_NEAR_FAR = _NEAR | {"er": 0.2, "el": 0.2, "lr": 0.2, "mn": 0.2, "fh": 0.4, "vb": 0.2, "Sd": 0.3, "St": 0.3}
_LEFT_OUT_FAR = {"r": 0.4, "l": 0.5, "g": 0.3, "n": 0.5}


@lru_cache(maxsize=50_000)
def sound_alike(one: str, other: str) -> float:
    """Returns how alike two words sound: 1 the same, about 0.8 one name in two scripts, under 0.5 different names."""
    far = bool(_FAR.search(one)) != bool(_FAR.search(other))
    return max(_compared(_sounds(a), _sounds(b), far) for a in _readings(one, far) for b in _readings(other, far))


def _readings(word: str, far: bool) -> set[str]:
    """Returns a word, and without the article that may be a part of the name; the end of what runs on in Chinese."""
    readings = {word, _ARTICLE.sub("", word)}
    if _GERMAN_ENDING.search(word):  # Peskow, Lawrow
        readings.add(f"{word[:-1]}v")
    if far and len(word) > LONGEST_CHINESE_NAME and _ONLY_HAN.fullmatch(word):
        readings |= {word[-2:], word[-3:]}
    return readings


def _compared(mine: str, theirs: str, far: bool) -> float:
    lighter, heavier = sorted((_weight(mine), _weight(theirs)))
    if not mine or not theirs or lighter < 0.4 * heavier:
        return 0.0
    return max(0.0, 1 - _distance(mine, theirs, far) / ((lighter + heavier) / 2))


def consonants(word: str) -> int:
    """Returns how many sounds of a word are heard in every script."""
    return sum(sound not in _LIGHT for sound in _sounds(word))


def _weight(sounds: str) -> float:
    return sum(_VOWEL if sound in _LIGHT else _CONSONANT for sound in sounds)


def _distance(one: str, other: str, far: bool) -> float:
    near = _NEAR_FAR if far else _NEAR
    row = [0.0]
    for letter in other:
        row.append(row[-1] + _left_out(letter, far))
    for mine in one:
        before, row = row, [row[0] + _left_out(mine, far)]
        gap = _left_out(mine, far)
        for at, theirs in enumerate(other):
            row.append(
                min(before[at] + _exchange(mine, theirs, near), before[at + 1] + gap, row[at] + _left_out(theirs, far))
            )
    return row[-1]


def _left_out(sound: str, far: bool) -> float:
    if sound in _LIGHT:
        return _LEFT_OUT
    return _LEFT_OUT_FAR.get(sound, _CONSONANT) if far else _CONSONANT


def _exchange(one: str, other: str, near: dict[str, float]) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        return 0.1
    return near.get(one + other, near.get(other + one, 1.2))


@lru_cache(maxsize=50_000)
def _sounds(word: str) -> str:
    """Returns the sounds of a word, each one letter; none for what has no letters."""
    bare = _OPTIONAL.sub("", unicodedata.normalize("NFC", word)).replace("ड़", "र")
    for group, sound in _GREEK if "\u0370" <= max(bare, default="") <= "\u03ff" else ():
        bare = bare.lower().replace(group, sound)
    letters: str = regex.sub("[0-9]", "", romanise(bare.lower().translate(_HISSING)))
    for group, sound in (*(_PINYIN if _HAN.search(word) else ()), *_GROUPS):
        letters = letters.replace(group, sound)
    return letters[:1] + "".join(after for before, after in pairwise(letters) if before != after)
