"""Numbers by name → bars as SVG: no plotting library is needed for what two dozen rectangles can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from assistant.types import IndexedArticle

MOST_LANGUAGES = 12
MOST_MONTHS = 24

ROW, LABEL, WIDTH, COUNT = 26, 105, 340, 40  # of bars that lie, in the picture's own units
HEIGHT, COLUMN, ABOVE, BELOW = 120, 26, 20, 46  # of bars that stand


@dataclass(frozen=True, slots=True)
class Bar:
    """A name and its number; `language` is the code where the name is a language's, which the browser knows."""

    name: str
    count: int
    language: str = ""


def bars_by_language(articles: Sequence[IndexedArticle], unknown: str, others: str) -> list[Bar]:
    """Returns the languages with most articles first, then the sum of the others."""
    ranked = Counter(article.language for article in articles).most_common()
    bars = [
        Bar(unknown, count) if language == "und" else Bar(language, count, language)
        for language, count in ranked[:MOST_LANGUAGES]
    ]
    rest = sum(count for _, count in ranked[MOST_LANGUAGES:])
    return [*bars, Bar(others, rest)] if rest else bars


def bars_by_time(articles: Sequence[IndexedArticle]) -> tuple[list[Bar], bool]:
    """Returns the months from the first to the last article, or the years where that were too many, and which."""
    months = sorted(article.date[:7] for article in articles if len(article.date) >= 7)
    years = Counter(article.date[:4] for article in articles if article.date)
    if months and len(months) == years.total() and len(between := _months(months[0], months[-1])) <= MOST_MONTHS:
        counts = Counter(months)
        return [Bar(month, counts[month]) for month in between], False
    if not years:
        return [], True
    first, last = int(min(years)), int(max(years))
    shown = range(first, last + 1) if last - first < MOST_MONTHS else [*map(int, sorted(years))][-MOST_MONTHS:]
    return [Bar(f"{year:04}", years[f"{year:04}"]) for year in shown], True


def lying_bars(bars: Sequence[Bar], title: str, *, rtl: bool) -> str:
    """Returns bars one below the other, for names; with `rtl` they begin on the right."""
    most = max((bar.count for bar in bars), default=1) or 1
    drawn = []
    for number, bar in enumerate(bars):
        length = max(2.0, (WIDTH - LABEL - COUNT) * bar.count / most)
        left, top = LABEL, number * ROW
        x = WIDTH - left - length if rtl else left
        named = f' data-language="{escape(bar.language)}"' if bar.language else ""
        end = WIDTH - left - length - 8 if rtl else left + length + 8
        drawn.append(
            f'<text x="{WIDTH - LABEL + 8 if rtl else LABEL - 8}" y="{top + 17}" text-anchor="end"{named}>'
            f"{escape(bar.name)}</text>"
            f'<rect class="bar" x="{x:.1f}" y="{top + 5}" width="{length:.1f}" height="{ROW - 10}" rx="3"/>'
            f'<text class="count" x="{end:.1f}" y="{top + 17}" text-anchor="start">{bar.count}</text>'
        )
    return _picture("".join(drawn), WIDTH, len(bars) * ROW, bars, title)


def standing_bars(bars: Sequence[Bar], title: str, *, rtl: bool) -> str:
    """Returns bars side by side, for a course of time, which runs from the right with `rtl`."""
    most = max((bar.count for bar in bars), default=1) or 1
    drawn = []
    for number, bar in enumerate(reversed(bars) if rtl else bars):
        height = HEIGHT * bar.count / most
        x, foot = number * COLUMN, ABOVE + HEIGHT
        count = f'<text class="count" x="{x + 13}" y="{foot - height - 5:.1f}" text-anchor="middle">{bar.count}</text>'
        drawn.append(
            f'<rect class="bar" x="{x + 4}" y="{foot - height:.1f}" width="{COLUMN - 8}" height="{height:.1f}" rx="2"/>'
            f"{count if bar.count else ''}"
            # Turned, so that a name has room; numbers run from left to right in every script.
            f'<text class="when" direction="ltr" transform="translate({x + 17} {foot + 6}) rotate(-90)" '
            f'text-anchor="end">{escape(bar.name)}</text>'
        )
    width = max(1, len(bars)) * COLUMN
    line = f'<line x1="0" x2="{width}" y1="{ABOVE + HEIGHT}" y2="{ABOVE + HEIGHT}"/>'
    return _picture("".join(drawn) + line, width, ABOVE + HEIGHT + BELOW, bars, title)


def _picture(drawn: str, width: float, height: float, bars: Sequence[Bar], title: str) -> str:
    told = escape(f"{title}: " + ", ".join(f"{bar.name} {bar.count}" for bar in bars))
    return (
        f'<svg viewBox="0 0 {width} {height}" style="max-width:{width}px" role="img" aria-label="{told}">{drawn}</svg>'
    )


def _months(first: str, last: str) -> list[str]:
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1)]
