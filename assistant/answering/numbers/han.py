"""Chinese or Japanese text → the numbers that it writes with Han letters: 十一周, 4亿2000万, 三分之二, 百分之十."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import regex

from assistant.answering.numbers.lexicon import NumberWords, in_words
from assistant.answering.numbers.reading import Number
from assistant.answering.numbers.tokens import NUMBER, read_digits

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DIGITS |= {digit: value for value, digit in enumerate("〇壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"两": 2, "兩": 2, "貳": 2, "參": 3, "陸": 6}
_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_NUMERAL = rf"(?:{NUMBER})|[{''.join((*_DIGITS, *_UNITS))}]"
_HAN = regex.compile(rf"(?:{_NUMERAL})(?:{_NUMERAL}|[{''.join(_SCALES)}])*")
_PIECE = regex.compile(rf"{NUMBER}|.")
_FRACTION = regex.compile(rf"({_HAN.pattern})分之({_HAN.pattern})")
_HALF = regex.compile(r"一半|半数|半數|过半|過半|半(?=[年天日个個小月])")
# 数十万, 几百: nobody knows how many. 第一次, 周一: the first.
_VAGUE = regex.compile(r"[数數几幾上成近第]$")
# Before these, 一 is no article.
_ONE = regex.compile(
    r"周|週|星期|天(?!然|气)|年|个月|個月|个?小时|個?小時|時間|分钟|分鐘|季度|公里|英里|公斤|[万萬亿億]|倍|岁|歲|[かヶカ]月|世纪|世紀"
)
LONGEST_NUMERAL = 30  # letters
LONGEST_MEASURE = 3


def read_han(text: str, words: NumberWords) -> Iterator[Number]:
    """Yields the numbers with Han letters in them, in reading order; single letters only before what they count."""
    fractions = list(_FRACTION.finditer(text))
    for match in fractions:
        under, over = value_of(match[1]), value_of(match[2])
        if match[1] in {"百", "100"}:
            yield Number(match.start(), match.end(), frozenset({over} if over is not None else ()), is_percent=True)
        elif under and over is not None:
            yield Number(match.start(), match.end(), frozenset({over / under}))
    for match in fractions:
        text = text[: match.start()] + "\0" * len(match.group()) + text[match.end() :]
    for match in _HALF.finditer(text):
        yield Number(match.start(), match.end(), frozenset({Fraction(1, 2)}))
    for match in _HAN.finditer(text):
        if _is_number(text, match, words):
            yield Number(match.start(), match.end(), _readings(match.group()))


def value_of(numeral: str) -> Fraction | None:
    """Returns what a numeral means, or None if it is too long."""
    if len(numeral) > LONGEST_NUMERAL:
        return None
    if all(letter in _DIGITS for letter in numeral):
        return Fraction("".join(str(_DIGITS[letter]) for letter in numeral))
    total = section = digit = Fraction(0)
    last = 0
    for piece in _PIECE.findall(numeral):
        if piece in _SCALES:
            scale = _SCALES[piece]
            group = section + digit
            bigger = bool(last) and (scale > last or not group)
            total = (total + group) * scale if bigger else total + (group or 1) * scale
            section, digit, last = Fraction(0), Fraction(0), scale
        elif piece in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[piece], Fraction(0)
        elif piece in _DIGITS:
            digit = Fraction(_DIGITS[piece])
        else:
            section += max(read_digits(piece), default=Fraction(0))
    return total + section + digit


def _readings(numeral: str) -> frozenset[Fraction]:
    digits = [_DIGITS.get(letter) for letter in numeral]
    if len(digits) == 2 and digits[0] and digits[1] == digits[0] + 1:  # 三四天: three or four days
        return frozenset(Fraction(digit) for digit in digits if digit)
    value = value_of(numeral)
    return frozenset() if value is None else frozenset({value})


def _is_number(text: str, match: regex.Match[str], words: NumberWords) -> bool:
    numeral, before = match.group(), text[max(0, match.start() - 1) : match.start()]
    behind = text[match.end() : match.end() + LONGEST_MEASURE]
    if not regex.search(r"\p{Han}", numeral) or any(_has_idiom(text, match, idiom) for idiom in words.idioms):
        return False
    if _VAGUE.search(before) and (numeral[0] in _UNITS or len(numeral) == 1):
        return False
    if len(numeral) > 1:
        return True
    if numeral == "一":
        return bool(_ONE.match(behind))
    return any(in_words(behind[:size], words.counted) for size in range(1, LONGEST_MEASURE + 1))


def _has_idiom(text: str, match: regex.Match[str], idiom: str) -> bool:
    """Tells whether the numeral is a part of a phrase that means no number."""
    start = text.find(idiom, max(0, match.start() - len(idiom)), match.end() + len(idiom))
    return start >= 0 and start < match.end() and match.start() < start + len(idiom)
