"""The outline of answers → one HTML page that needs nothing else, runs nothing, and loads nothing from anywhere."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from assistant.conversations.outline import Block, Labels, Part, Source
from assistant.conversations.plain import one_line, plain_piece, plain_text
from assistant.display import ISOLATED, direction_of

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
blockquote { border-inline-start: 0.25rem solid #7a8794; margin: 0.75rem 0; padding-inline-start: 1rem; }
.heading { font-weight: 600; margin-bottom: 0; } .aside, .told { font-size: 0.9rem; opacity: 0.85; }
.sources { border-top: 1px solid #7a8794; padding-inline: 2rem; } .sources p { margin: 0; }
.sources li { margin: 0.75rem 0; } .nearest { list-style: none; } a { color: LinkText; }
""".strip()

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

TAGS = {"question": "h2", "quote": "blockquote"}


def to_html_page(title: str, told: str, parts: Sequence[Part], labels: Labels) -> str:
    """Returns the page: a heading, a line about it, and each question with its answer and sources.

    Every block has its own direction and language; a number leads to its source in the page.
    """
    shown = _words(one_line(title))
    body = [f'<h1 dir="{direction_of(title)}">{shown}</h1>'] if title else []
    body += [f'<p class="aside">{_words(told)}</p>'] if told else []
    for number, part in enumerate(parts, 1):
        body += [_block(block, number) for block in part.blocks]
        body += _list(part.nearest, number, "nearest", "ul")
        if part.sources:
            body.append(f'<p class="heading" dir="{direction_of(labels.sources)}">{_words(labels.sources)}</p>')
            body += _list(part.sources, number, "sources", "ol")
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f"<html{_language(labels.language)}>",
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{shown or _words(one_line(parts[0].blocks[0].text))}</title>",
            f"<style>\n{STYLE}\n</style>",
            "</head>",
            f'<body dir="{direction_of(labels.sources)}">',
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )


def _block(block: Block, part: int) -> str:
    tag = TAGS.get(block.role, "p")
    marks = "".join(f' <a href="#s{part}-{number}">[{number}]</a>' for number in block.citations)
    own = block.role in ("heading", "remark", "aside")
    words = _own_words(block.text) if own else _words(plain_text(block.text))
    role = "" if tag != "p" else f' class="{block.role}"'
    return f'<{tag}{role} dir="{block.direction}"{_language(block.language)}>{words}{marks}</{tag}>'


def _list(sources: Sequence[Source], part: int, kind: str, tag: str) -> list[str]:
    items = [_item(source, f"s{part}-{source.number}") for source in sources]
    return [f'<{tag} class="{kind}">', *items, f"</{tag}>"] if items else []


def _item(source: Source, identity: str) -> str:
    told = " · ".join(f"<bdi>{_words(one_line(it))}</bdi>" for it in source.told[:-1])
    where = f"<bdi>{_words(one_line(source.told[-1]))}</bdi>"
    if source.link:
        where = f'<a href="{html.escape(source.link)}" rel="noopener noreferrer nofollow">{where}</a>'
    numbered = f' id="{identity}" value="{source.number}"' if source.number else ""
    quote = f'<p dir="{source.direction}"{_language(source.language)}>“{_words(plain_text(source.quote))}”</p>'
    line = f'<p class="told" dir="{direction_of(source.title)}">{" · ".join(filter(None, (told, where)))}</p>'
    return f'<li dir="{source.direction}"{numbered}>{quote}{line}</li>'


def _own_words(text: str) -> str:
    # A value in the assistant's own words keeps its own direction; all other marks of direction go.
    pieces: list[str] = []
    position = 0
    for value in ISOLATED.finditer(text):
        before, isolated = text[position : value.start()], value.group()
        pieces += [_words(plain_piece(before)), f"<bdi>{_words(plain_piece(isolated))}</bdi>"]
        position = value.end()
    return "".join([*pieces, _words(plain_piece(text[position:]))]).strip()


def _words(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _language(language: str) -> str:
    return f' lang="{language}"' if re.fullmatch("[a-z]{2,3}", language) and language != "und" else ""
