"""The matrix of languages → a heat map in SVG: a cell a pair, with its number, for light and for dark pages."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import accumulate, pairwise

from assistant.evaluation.report import NOT_MEASURED, Cell, width_of

# "Blues" of ColorBrewer (Brewer and Harrower, colorbrewer2.org): its lightness alone tells the order, so that it can be
# read in grey and by people who tell few colours apart.
SCALE = ("#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b")

CELL_WIDTH, CELL_HEIGHT, GAP, MARGIN = 72, 48, 2, 24
LETTER_WIDTH = 8  # of the labels' 14 pixel letters, about; only the room for them depends on it
LEGEND_WIDTH, LEGEND_HEIGHT = 180, 12
TOP = 128  # title, archive, the axis of articles, the columns' labels
NARROWEST = 440  # or the title would be cut off

STYLE = """
text { font: 14px system-ui, "Noto Sans", "DejaVu Sans", sans-serif; fill: #1f2328; }
.page { fill: #ffffff; }
.title { font-size: 17px; font-weight: 600; }
.quiet { font-size: 12px; fill: #59636e; }
.none { fill: none; stroke: #b7bfc8; stroke-dasharray: 3 3; }
.count { font-size: 11px; }
.edge { fill: none; stroke: #b7bfc8; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .page { fill: #15191f; }
  .quiet { fill: #9aa4af; }
  .none, .edge { stroke: #59636e; }
}
"""


def matrix_to_svg(matrix: Mapping[str, Mapping[str, Cell | None]], archive: str) -> str:
    """Returns the picture of the matrix that `report.matrix_of` makes."""
    columns = list(next(iter(matrix.values()), {}))
    left = MARGIN + max([width_of(row) * LETTER_WIDTH for row in [*matrix, "question in"]]) + 12
    # Where each column begins, and where the last one ends.
    lefts = list(accumulate((max(CELL_WIDTH, width_of(it) * LETTER_WIDTH + 12) for it in columns), initial=left))
    width = max(NARROWEST, lefts[-1] + MARGIN, 2 * MARGIN + width_of(archive) * LETTER_WIDTH)
    bottom = TOP + len(matrix) * CELL_HEIGHT
    parts = [
        '<rect class="page" width="100%" height="100%" rx="8"/>',
        _text(MARGIN, 36, "How often the right article comes first", "title"),
        _text(MARGIN, 58, archive, "quiet"),
        _text(left, 92, "article in", "quiet"),
        _text(left - 12, TOP - 10, "question in", "quiet", "end"),
    ]
    parts += [
        _text((begin + end) / 2, TOP - 10, column, anchor="middle")
        for column, (begin, end) in zip(columns, pairwise(lefts), strict=True)
    ]
    for down, (row, cells) in enumerate(matrix.items()):
        top = TOP + down * CELL_HEIGHT
        parts.append(_text(left - 12, top + CELL_HEIGHT / 2 + 5, row, anchor="end"))
        parts += [
            _cell(begin, top, end - begin, cell, f"question in {row}, article in {column}")
            for (column, cell), (begin, end) in zip(cells.items(), pairwise(lefts), strict=True)
        ]
    parts += _legend(MARGIN, bottom + 36)
    height = bottom + 112
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
            f'viewBox="0 0 {width:g} {height:g}" role="img">',
            f"<title>How often the right article comes first: {escape(archive)}</title>",
            f"<style>{STYLE}</style>",
            *parts,
            "</svg>",
            "",
        ]
    )


def colour_of(share: float) -> str:
    """Returns the scale's colour for a share, 0 to 1, as #rrggbb."""
    position = min(max(share, 0.0), 1.0) * (len(SCALE) - 1)
    below = min(int(position), len(SCALE) - 2)
    mixed = (
        round(low + (high - low) * (position - below))
        for low, high in zip(_channels(SCALE[below]), _channels(SCALE[below + 1]), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def ink_on(colour: str) -> str:
    """Returns black or white, whichever stands out more; at least 4.5 to 1, as WCAG 2 asks of a text."""
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in _channels(colour))
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"


def _cell(left: float, top: float, width: float, cell: Cell | None, label: str) -> str:
    box = f'x="{left + GAP / 2:g}" y="{top + GAP / 2:g}" width="{width - GAP:g}" height="{CELL_HEIGHT - GAP:g}" rx="4"'
    middle = left + width / 2
    if cell is None:
        shown = _text(middle, top + CELL_HEIGHT / 2 + 5, NOT_MEASURED, "quiet", "middle")
        return f'<g><title>{escape(label)}: no questions</title><rect class="none" {box}/>{shown}</g>'
    colour = colour_of(cell.recall)
    ink = f'style="fill:{ink_on(colour)}"'
    return (
        f"<g><title>{escape(label)}: {cell.recall:.3f} of {cell.questions} questions</title>"
        f'<rect {box} fill="{colour}"/>'
        f'<text x="{middle:g}" y="{top + 23:g}" text-anchor="middle" {ink}>{cell.recall:.2f}</text>'
        f'<text class="count" x="{middle:g}" y="{top + 38:g}" text-anchor="middle" {ink}>{cell.questions:,}</text></g>'
    )


def _legend(left: float, top: float) -> list[str]:
    stops = "".join(f'<stop offset="{at / (len(SCALE) - 1):g}" stop-color="{it}"/>' for at, it in enumerate(SCALE))
    marks = [(0, "0", "start"), (0.5, "0.5", "middle"), (1, "1", "end")]
    return [
        _text(left, top, "share of the questions; below it, how many they are", "quiet"),
        f'<defs><linearGradient id="scale">{stops}</linearGradient></defs>',
        f'<rect class="edge" x="{left}" y="{top + 14}" width="{LEGEND_WIDTH}" height="{LEGEND_HEIGHT}" '
        'style="fill:url(#scale)"/>',
        *(
            _text(left + at * LEGEND_WIDTH, top + LEGEND_HEIGHT + 30, mark, "quiet", anchor)
            for at, mark, anchor in marks
        ),
    ]


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
