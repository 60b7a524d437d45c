"""A date as somebody wrote it → ISO 8601, as far as it is known; whatever could mean two days stays unread."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType

from assistant.corpus.months import month_names

LONGEST_DATE = 100

# Newspapers began in 1605. Today's years in other calendars (1404, 1447, 2568) lie outside and so are never taken for
# years of this one.
FIRST_YEAR, LAST_YEAR = 1600, 2199

ISO_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[t ]+(?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)? ?(?P<zone>z|utc|gmt|[+-]\d\d:?\d\d)?)?)?)?"
)
# Strict, because the standard library reads nearly anything into some date.
RFC_2822_DATE = re.compile(
    r"(?:[a-z]{3}, )?\d{1,2} [a-z]{3} [12]\d{3} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|gmt|utc?|z|[ecmp][sd]t)"
)
NAMED_DATES = (
    # 17 December 2021 · Freitag, 17. Dezember 2021 · 17 de diciembre de 2021 · 17 декабря 2021 г. · ב-17 בדצמבר 2021
    re.compile(
        r"(?:[^\d\s,،]+[,،] )?(?:ב-?)?(?:(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er|o)? )?(?:de |of |ב)?"
        r"(?P<month>[^\d\s,.-]+(?: [^\d\s,.-]+)??)\.?,? (?:de |del )?(?P<year>\d{4})(?: г\.| года| року| р\.)?"
    ),
    # December 17, 2021 · Friday, Dec. 17, 2021
    re.compile(r"(?:[a-z]+, )?(?P<month>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
    # 2021年12月17日 · 2021년 12월 17일
    re.compile(r"(?P<year>\d{4}) ?[年년] ?(?P<month>\d{1,2}) ?[月월](?: ?(?P<day>\d{1,2}) ?[日号號일])?"),
)


def read_date(written: str) -> str:
    """Returns a date in ISO 8601 with what is known of it: `2021`, `2021-12`, `2021-12-17`, or that with a time.

    Read are ISO 8601 itself, RFC 2822, and dates that name their month. `03/04/2024` may be March or April, so that
    and anything else gives an empty text.
    """
    text = _folded(written) if len(written) <= LONGEST_DATE else ""
    try:
        return _iso_date(text) or _rfc_2822_date(text) or _named_date(text)
    except ValueError:  # a 30 February
        return ""


def _folded(written: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", written).casefold().split())
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def _iso_date(text: str) -> str:
    found = ISO_DATE.fullmatch(text)
    if not found:
        return ""
    day = _day(found["year"], found["month"], found["day"])
    if not day or not found["time"]:
        return day
    zone = found["zone"] or ""
    offset = "+00:00" if zone.isalpha() else f"{zone[:3]}:{zone[-2:]}" if zone else ""
    return _moment(datetime.fromisoformat(f"{day}T{found['time']}{offset}"), found["time"])


def _rfc_2822_date(text: str) -> str:
    if not RFC_2822_DATE.fullmatch(text):
        return ""
    moment = parsedate_to_datetime(text)
    return _moment(moment, text) if FIRST_YEAR <= moment.year <= LAST_YEAR else ""


def _moment(moment: datetime, written: str) -> str:
    return moment.isoformat(timespec="seconds" if re.search(r"\d:\d\d:\d", written) else "minutes")


def _named_date(text: str) -> str:
    for pattern in NAMED_DATES:
        found = pattern.fullmatch(text)
        month = _month(found["month"]) if found else None
        if found and month:
            return _day(found["year"], str(month), found["day"])
    return ""


def _month(name: str) -> int | None:
    # Many Arabic papers write both names of a month: "ديسمبر/كانون الأول".
    months = {int(part) if part.isdecimal() else MONTHS.get(part) for part in name.split("/")}
    return months.pop() if len(months) == 1 else None


def _day(year: str, month: str | None, day: str | None) -> str:
    known = date(int(year), int(month or 1), int(day or 1))
    if not FIRST_YEAR <= known.year <= LAST_YEAR:
        return ""
    return known.isoformat()[: 10 if day else 7 if month else 4]


def _month_numbers() -> dict[str, int]:
    """Returns the number of every name that is the same month in all languages."""
    numbers: dict[str, set[int]] = {}
    for number, name in month_names():
        numbers.setdefault(_folded(name), set()).add(number)
    return {name: months.pop() for name, months in numbers.items() if len(months) == 1}


MONTHS: Mapping[str, int] = MappingProxyType(_month_numbers())
