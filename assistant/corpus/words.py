"""Text → the words it is found by: folded and stemmed for its own script and language, and romanised for every other.

`find_words` gives terms that match within a language: case, accents, vowel signs and the many ways to write an Arabic
letter are folded, common endings taken off. `find_names` gives consonant skeletons that match across scripts:
Stoltenberg, ستولتنبرغ, شتولتنبرغ and Столтенберг all become `strtnbrg`. In scripts without spaces nobody can tell where
a name starts and ends; `find_sounds` gives what stands between two marks in one piece, to look for names in it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import regex
import Stemmer
from anyascii import anyascii

WORDS_VERSION = 1  # raise it when the output changes

# Scripts that put no spaces between words; pairs of their letters stand for words.
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""A letter of a script that puts no spaces between words."""

_UNSPACED = regex.compile(f"{UNSPACED.pattern}+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
# Vowel signs and accents are written or left out at will in these scripts; in those of India they are letters.
_OPTIONAL_MARKS = regex.compile(r"(?<=[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}])\p{Mn}+")
_ARABIC = regex.compile(r"\p{Arabic}")
_INVISIBLE = regex.compile(r"[\p{Cf}\u0640]+")  # joiners, marks of direction, the Arabic stretching line

# Letters that writers of Arabic script exchange freely.
_ARABIC_LETTERS = str.maketrans("أإآٱىئؤةکی", "ااااييوهكي")
_ARABIC_ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
_ARABIC_PARTICLES = "وفبلك"
_ARABIC_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")

# Sounds that scripts write in many ways, and the one letter that stands for them.
_SOUNDS = {"sch": "s", "tch": "s", "sh": "s", "ch": "s", "ts": "s", "tz": "s", "zh": "s"}
_SOUNDS |= {"kh": "g", "gh": "g", "ck": "g", "ph": "f", "th": "t", "dh": "t"}
_LETTERS = str.maketrans(
    {"z": "s", "x": "gs", "q": "g", "k": "g", "c": "g", "j": "g", "v": "f", "p": "b", "d": "t", "l": "r"}
)
_VOWELS = str.maketrans("", "", "aeiouwyh")

# Shorter skeletons are everybody's: such names, Obama or Yuanzhou, are kept letter by letter.
_SHORTEST_NAME = 3
_SHORTEST_SPELLING = 5


def find_words(text: str, language: str) -> list[str]:
    """Returns the terms of a text in reading order, repeated as often as it says them. `language` is an ISO 639 code.

    A language without a stemmer keeps its words as they are, folded.
    """
    terms: list[str] = []
    for word in _WORD.findall(_folded(text)):
        for part in _parted(word):
            if _UNSPACED.match(part):
                terms += [part[at : at + 2] for at in range(len(part) - 1)] or [part]
            else:
                terms.append(_stemmed(part, language))
    return terms


def find_names(text: str) -> dict[str, str]:
    """Returns the skeleton of every word that may be a name or is a number, in reading order, with its romanised
    letters; not of words in scripts without spaces.
    """
    parts = [part for word in _WORD.findall(_folded(text)) for part in _parted(word) if not _UNSPACED.match(part)]
    return {name: romanise(bare) for bare in map(_without_article, parts) if (name := _name(bare))}


def find_sounds(text: str) -> list[str]:
    """Returns the romanised letters of every run in a script without spaces, in reading order."""
    return [romanise(run) for run in _UNSPACED.findall(_folded(text))]


@lru_cache(maxsize=100_000)
def skeleton(word: str) -> str:
    """Returns the consonants of a romanised word, like sounds made one letter; digits stay."""
    romanised = romanise(word)
    if romanised.isdigit():
        return romanised
    for sound, letter in _SOUNDS.items():
        romanised = romanised.replace(sound, letter)
    consonants = romanised.translate(_LETTERS).translate(_VOWELS)
    return re.sub(r"(.)\1+", r"\1", consonants)


def _name(word: str) -> str:
    consonants, letters = skeleton(word), romanise(word)
    if len(consonants) >= _SHORTEST_NAME or letters.isdigit():
        return consonants
    return letters if len(letters) >= _SHORTEST_SPELLING else ""


@lru_cache(maxsize=100_000)
def romanise(word: str) -> str:
    """Returns a word's letters and digits in plain Latin ones, small."""
    return re.sub("[^a-z0-9]", "", anyascii(word).lower())


@lru_cache(maxsize=4)  # a passage is read for its words, its names and its sounds, one after the other
def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    plain = _OPTIONAL_MARKS.sub("", _INVISIBLE.sub("", plain))
    return unicodedata.normalize("NFC", plain).translate(_ARABIC_LETTERS)


def _parted(word: str) -> list[str]:
    """Splits a run of letters where a script without spaces begins or ends."""
    if not _UNSPACED.search(word):
        return [word]
    return [part for part in regex.split(f"({_UNSPACED.pattern})", word) if part]


@lru_cache(maxsize=100_000)
def _stemmed(word: str, language: str) -> str:
    if _ARABIC.match(word):
        return _stemmed_arabic(word)
    stemmer = _stemmer(language)
    return str(stemmer.stemWord(word)) if stemmer else word


def _stemmed_arabic(word: str) -> str:
    # Light stemming (Larkey, Ballesteros and Connell, SIGIR 2002): the article, one particle, one ending.
    bare = _without_article(word)
    if bare == word and len(word) > 4 and word[0] in _ARABIC_PARTICLES:
        bare = word[1:]
    ending = next((it for it in _ARABIC_ENDINGS if bare.endswith(it) and len(bare) - len(it) >= 3), "")
    return bare[: len(bare) - len(ending)]


def _without_article(word: str) -> str:
    article = next((it for it in _ARABIC_ARTICLES if word.startswith(it) and len(word) - len(it) >= 3), "")
    return word[len(article) :]


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    try:
        return Stemmer.Stemmer(language)
    except KeyError:
        return None
