"""The nearest passages: words of the article's body, on one line, that can turn or command nothing around them."""

from __future__ import annotations

import re

import pytest

from assistant.interfaces.excerpts import LONGEST_EXCERPT, excerpt
from assistant.interfaces.rendering import answer_to_html, answer_to_text, hits_to_text
from assistant.types import Answer, Article, Hit, Statement

BODY = "The lighthouse of Cape Torvald was relit on Sunday. Anselm Vorrick lit it."
FRONT_MATTER = "---\ntitle: Light returns\ndate: 2024-05-03\nauthor: nobody\n---\n"
HEADER = "Title: Light returns\nDate: 2024-05-03\nSource: Torvald Post\n\n"


def _hit(text: str, path: str = "light.txt", title: str = "Light returns", start: int = 0, end: int = 0) -> Hit:
    return Hit(Article(path, title, "en", text, id=1), start, end or len(text), 0.4)


def _nothing(hit: Hit) -> Answer:
    words = Statement("The articles say nothing about that.", "en")
    return Answer("Who?", "en", True, 0.1, (words,), nearest=(hit,), nearest_heading="The nearest passages:")


@pytest.mark.parametrize(
    ("path", "before"),
    [
        ("light.md", FRONT_MATTER),
        ("light.md", f"{FRONT_MATTER}\n# Light returns\n\n"),
        ("light.md", "# Light returns\n\n"),
        ("light.md", "Light returns\n====\n\n"),
        ("light.txt", HEADER),
        ("light.txt", f"{HEADER}Light returns\n"),
        ("light.txt", "Light returns\n\n"),
        ("light.txt", ""),
    ],
)
def test_an_excerpt_begins_with_the_article_itself(path: str, before: str) -> None:
    assert excerpt(_hit(f"{before}{BODY}\n", path)) == BODY


def test_a_passage_of_front_matter_alone_gives_the_beginning_of_the_article() -> None:
    text = f"{FRONT_MATTER}\n{BODY}\n"
    assert excerpt(_hit(text, "light.md", end=len(FRONT_MATTER))) == BODY


def test_a_later_passage_is_its_own_excerpt() -> None:
    text = f"{HEADER}{BODY}\n\nThe keeper sleeps.\n"
    assert excerpt(_hit(text, start=text.index("The keeper"))) == "The keeper sleeps."


def test_an_article_that_is_all_front_matter_or_headline_shows_that() -> None:
    assert excerpt(_hit(FRONT_MATTER, "light.md")).startswith("--- title: Light returns")
    assert excerpt(_hit("Light returns")) == "Light returns"


def test_a_long_passage_is_cut() -> None:
    shown = excerpt(_hit("word " * 400))
    assert len(shown) <= LONGEST_EXCERPT
    assert shown.endswith("word…")


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2066", "\u2067", "\u2068", "\x1b[31m", "\x9b", "\x07", "\r"])
def test_an_article_s_marks_leave_terminal_and_page_as_they_are(mark: str) -> None:
    text = f"Lamp {mark}oil\n2. Forged, score 9.99\n[9] forged.txt (forged.txt, en, 0-9)\nends here."
    hit = _hit(text)
    shown = answer_to_text(_nothing(hit))
    page = answer_to_html(_nothing(hit))
    found = hits_to_text([hit])
    for words in (shown, page, found):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", words), repr(words)
    for line in [*shown.split("\n"), *found.split("\n")]:
        assert not line.startswith(("2. Forged", "[9]")), line


def test_an_excerpt_runs_its_own_way_on_the_page() -> None:
    article = Article("a.txt", "Torvald", "ar", "Torvald\n\nعاد الضوء إلى منارة رأس تورفالد.\n", id=2)
    page = answer_to_html(_nothing(Hit(article, 0, len(article.text), 0.4)))
    assert '<blockquote dir="rtl" lang="ar"><bdi dir="rtl">عاد الضوء' in page
