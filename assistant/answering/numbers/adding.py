"""The parts of a number in words, one after the other → its value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from assistant.answering.numbers.lexicon import NumberWords

Kind = Literal["number", "scale", "added", "fraction", "denominator"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a number; `alone` scales count without a number before them."""

    kind: Kind
    value: Fraction
    alone: bool = True
    in_digits: bool = False


class Sum:
    """A number that grows with every part that fits behind the ones before it.

    A part is added if it is smaller than the place that the part before it leaves open (twenty | three, but two | three
    are two numbers); a scale multiplies what came since the last greater scale.
    """

    def __init__(self, words: NumberWords) -> None:
        self._words = words
        self._closed = Fraction(0)  # what a thousand or more has multiplied
        self._open: Fraction | None = None
        self._scale = Fraction(0)  # the last one
        self._room = Fraction(0)  # only smaller numbers may be added
        self._last: Part | None = None
        self._whole = False  # whether a number was there, not only what is added to one

    @property
    def value(self) -> Fraction | None:
        """The number so far, or None."""
        return self._closed + (self._open or 0) if self._whole else None

    @property
    def is_fraction(self) -> bool:
        """Whether it is no more than a fraction: half."""
        return self._last is not None and self._last.kind == "fraction"

    def add(self, part: Part, joined: bool) -> bool:
        """Adds a part, `joined` to the one before by an "and", if it belongs to this number; tells whether it does."""
        if part.kind == "number":
            fits = self._add_number(part, joined)
        elif part.kind == "scale":
            fits = self._multiply(part, joined) or (part.alone and self._add_number(part, joined))
        elif part.kind == "added":
            fits = self._add_fraction(part)
        elif part.kind == "fraction":
            fits = self._last is None
            if fits:
                self._open, self._whole = part.value, True
        else:
            fits = self._divide(part)
        if fits:
            self._last = part
        return fits

    def _add_number(self, part: Part, joined: bool) -> bool:
        value, last = part.value, self._last
        if last is None or (last.kind == "added" and not self._whole):
            pass
        elif not self._is_small_first(value, joined) and not self._has_room(value, joined):
            return False
        self._whole = True
        self._room = Fraction(0) if part.in_digits else self._place(value)
        if value >= 1000 and not part.in_digits and self._open is None:  # mille, ألفان
            self._closed += value
            self._scale = self._room
        else:
            self._open = (self._open or Fraction(0)) + value
        return True

    def _has_room(self, value: Fraction, joined: bool) -> bool:
        if self._last is None or self._last.in_digits or value >= self._room:
            return False
        return joined or not self._words.always_joined

    def _is_small_first(self, value: Fraction, joined: bool) -> bool:
        """Tells whether this is the ten of a unit before it: fünf-und-dreißig, خمسة عشر, dua belas."""
        last = self._last
        if last is None or last.kind != "number" or last.in_digits or not 0 < last.value < 10:
            return False
        if value == 10:
            return self._words.ten_last and not joined
        return self._words.units_first and joined and 20 <= value <= 90 and value % 10 == 0

    def _multiply(self, part: Part, joined: bool) -> bool:
        scale = part.value
        if not self._whole or (joined and self._words.always_joined):
            return False
        if self._open is None:  # thousand million
            if scale <= self._scale:
                return False
            self._closed *= scale
        elif scale < 1000:
            behind = self._open % scale if self._open >= scale else self._open
            before = self._open - behind
            if not behind or (before and behind * scale >= self._place(before)):
                return False
            self._open = before + behind * scale
            self._room = scale if scale in {10, 100} else Fraction(0)
            return True
        elif not self._scale or scale < self._scale:
            self._closed += self._open * scale
        elif scale > self._scale:  # two thousand three hundred million
            self._closed = (self._closed + self._open) * scale
        else:
            return False
        self._open, self._scale, self._room = None, scale, scale
        return True

    def _add_fraction(self, part: Part) -> bool:
        if self._last is None:
            self._open = part.value
            return True
        if self._last.kind not in {"number", "scale"}:
            return False
        if self._open is None:  # a million and a half
            self._closed += part.value * self._scale
        else:
            self._open += part.value
        self._room = Fraction(0)
        return True

    def _divide(self, part: Part) -> bool:
        if self._last is None or self._last.kind != "number" or self._open is None or self._closed:
            return False
        self._open /= part.value
        self._room = Fraction(0)
        return True

    def _place(self, value: Fraction) -> Fraction:
        if value.denominator > 1:
            return Fraction(0)
        if self._words.twenties and value in {60, 80}:
            return Fraction(20)
        if value == 10:
            return Fraction(10 if self._words.ten_adds else 1)
        place = 1
        while value and value % (place * 10) == 0:
            place *= 10
        return Fraction(place)
