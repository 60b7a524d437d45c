"""A passage that was found → a few of its words in one line, for a reader who decides whether to open the article."""

from __future__ import annotations

import re

from assistant.answering.gathering import HEADING_MARKS
from assistant.corpus.reading import body_start
from assistant.display import TURNING
from assistant.types import Hit

LONGEST_EXCERPT = 300  # characters

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

SPACE = re.compile(r"\s*")
UNDERLINE = re.compile(r"[ \t]*(?:=+|-{3,})[ \t]*\n")


def excerpt(hit: Hit) -> str:
    """Returns the beginning of a passage, without what the file says of its article and without the headline.

    Both stand beside it already. A passage that holds nothing else gives the beginning of the article, and an article
    that does, the passage. What could turn the words around it, or command a terminal, is left out.
    """
    article = hit.article
    body = _behind_headline(article.text, body_start(article.path, article.text), article.title)
    own = _line(article.text[max(hit.start, body) : hit.end]) if hit.end > body else ""
    line = own or _line(article.text[body : body + 2 * LONGEST_EXCERPT]) or _line(hit.text)
    return line if len(line) <= LONGEST_EXCERPT else line[: LONGEST_EXCERPT - 1].rstrip() + "…"


def _behind_headline(text: str, start: int, title: str) -> int:
    space = SPACE.match(text, start)
    begin = space.end() if space else start
    end = text.find("\n", begin)
    if end < 0 or text[begin:end].strip(HEADING_MARKS) != title.strip(HEADING_MARKS):
        return start
    underline = UNDERLINE.match(text, end + 1)
    return underline.end() if underline else end + 1


def _line(text: str) -> str:
    return " ".join(CONTROLS.sub(" ", TURNING.sub("", text)).split())
