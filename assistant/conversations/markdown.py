"""The outline of answers → Markdown in which nobody's words mean anything to a Markdown or HTML reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.conversations.outline import Block, Labels, Part, Source, cited
from assistant.conversations.plain import one_line, plain_text

# What CommonMark, GitHub and Pandoc give a meaning anywhere in a line. A backslash takes it away and is not shown.
MEANINGFUL = re.compile(r"[\\`*_\[\]<>&|~^$#@{}]")
# A colon in a web address or an emoji's name (:smile:), and the dot of one without a scheme.
LINKING = re.compile(r":(?=//|[\w+-]+:)|(?<=www)\.", re.IGNORECASE | re.ASCII)
# What has a meaning at the beginning of a line: lists, rules, underlined headings, containers, definitions, comments.
BEGINNING = re.compile(r"[-+=:%]|\d{1,9}[.)]", re.ASCII)


def to_markdown(title: str, told: str, parts: Sequence[Part], labels: Labels) -> str:
    """Returns a Markdown document: a heading, a line about it, and each question with its answer and sources.

    Whatever runs from right to left stands in a `<div dir="rtl">`, which Markdown has no mark for.
    """
    blocks = [f"# {inert(one_line(title))}"] if title else []
    blocks += [f"*{inert(told)}*"] if told else []
    for part in parts:
        blocks += [_block(block) for block in part.blocks]
        blocks += [_nearest(source) for source in part.nearest]
        if part.sources:
            blocks += [f"**{inert(labels.sources)}**", *map(_source, part.sources)]
    return "\n\n".join(blocks) + "\n"


def inert(text: str) -> str:
    """Returns one line of text that Markdown shows as it is."""
    escaped = LINKING.sub(r"\\\g<0>", MEANINGFUL.sub(r"\\\g<0>", text))
    begins = BEGINNING.match(escaped)
    if begins is None:
        return escaped
    at = begins.end() - 1  # before the mark itself: a backslash before a digit would be shown
    return f"{escaped[:at]}\\{escaped[at:]}"


def _block(block: Block) -> str:
    marks = f" {inert(cited(block.citations))}" if block.citations else ""
    lines = _lines(block.text)
    lines[-1] += marks
    if block.role == "question":
        written = f"## {' '.join(lines)}"
    elif block.role == "quote":
        written = _quoted(lines)
    elif block.role == "heading":
        written = f"**{' '.join(lines)}**"
    elif block.role == "aside":
        written = f"*{' '.join(lines)}*"
    else:
        written = _broken(lines)
    return _directed(written, block.direction, block.language)


def _source(source: Source) -> str:
    # The quote and what is told of it are lines of one numbered item; its number is text, so that it stays what it is.
    told = " · ".join([*map(_told, source.told[:-1]), _place(source)])
    lines = [f"{inert(f'[{source.number}]')} {_quotation(source)}", told]
    return _directed(_broken(lines), source.direction, source.language)


def _nearest(source: Source) -> str:
    told = " · ".join([*map(_told, source.told[:-1]), _place(source)])
    return _directed(_quoted([_quotation(source), told]), source.direction, source.language)


def _quotation(source: Source) -> str:
    return f"“{' '.join(_lines(source.quote))}”"


def _told(text: str) -> str:
    return inert(one_line(text))


def _place(source: Source) -> str:
    return f"<{source.link}>" if source.link else _told(source.told[-1])


def _lines(text: str) -> list[str]:
    return [inert(" ".join(line.split())) for line in plain_text(text).splitlines() if line.strip()] or [""]


def _broken(lines: Iterable[str]) -> str:
    return "\\\n".join(lines)  # a backslash at its end breaks a line


def _quoted(lines: Iterable[str]) -> str:
    return "> " + "\\\n> ".join(lines)


def _directed(written: str, direction: str, language: str) -> str:
    if direction == "ltr":
        return written
    spoken = f' lang="{language}"' if re.fullmatch("[a-z]{2,3}", language) else ""
    return f'<div dir="{direction}"{spoken}>\n\n{written}\n\n</div>'
