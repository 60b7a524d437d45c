"""A web page's bytes → the article in it: its text without what stands around it, and what the page tells of it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Any

from assistant.corpus.dates import read_date
from assistant.corpus.provenance import read_link, read_outlet
from assistant.corpus.reading import decode
from assistant.errors import LibraryError, ReadingError
from assistant.library.composing import LONGEST_TITLE, Details
from assistant.library.fetching import Page

PAGES = frozenset({"text/html", "application/xhtml+xml"})
TEXTS = frozenset({"text/plain", "text/markdown"})

MISSING = 'Reading web pages needs one more package: pip install "article-assistant[web]". Or paste the text.'


@dataclass(frozen=True, slots=True)
class WebArticle:
    """The text of an article, and what its page tells of it."""

    text: str
    details: Details


def read_page(page: Page) -> WebArticle:
    """Returns the article in a page. Raises `LibraryError` when there is none, or it cannot be read."""
    if page.kind in TEXTS:
        try:
            return WebArticle(_decoded(page) or decode(page.content), Details(link=read_link(page.address)))
        except ReadingError as problem:
            raise LibraryError(f"What lies there {problem}.") from None
    if page.kind not in PAGES:
        raise LibraryError(
            f"What lies there is no web page but {page.kind}, which cannot be read. Save its text as a file and add "
            "that."
        )
    return _article(page)


def _article(page: Page) -> WebArticle:
    try:
        from trafilatura import bare_extraction, html2txt
    except ImportError:
        raise LibraryError(MISSING) from None
    source: str | bytes = _decoded(page) or page.content
    if isinstance(source, str) and "<html" not in source.lower():
        source = f"<html><body>{source}</body></html>"  # browsers show it all the same
    found: Any = bare_extraction(
        source,
        url=page.address,
        with_metadata=True,
        include_comments=False,
        # A date that is found anywhere in the text need not be the article's: what is not sure stays empty.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    known = found.as_dict() if found else {}
    # Of a page of a few words it finds nothing; then all its words are the article.
    text = (known.get("text") or html2txt(source)).strip()
    if not any(map(str.isalnum, text)):
        raise LibraryError("There is no article in that page: it may be drawn by scripts. Paste the text instead.")
    title = " ".join((known.get("title") or "").split())
    return WebArticle(_body(text, title), _details(known, title, page.address))


def _details(known: dict[str, Any], title: str, address: str) -> Details:
    shown = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
    return Details(
        title=shown,
        outlet=read_outlet(known.get("sitename") or ""),
        date=read_date(known.get("date") or ""),
        link=read_link(address),
    )


def _body(text: str, title: str) -> str:
    """Returns the paragraphs with an empty line between; the title that stands above them again is left out."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0] == title:
        del lines[0]
    return "\n\n".join(lines)


def _decoded(page: Page) -> str:
    """Returns the text by UTF-8 or what the server says, else nothing: then the page itself may tell."""
    for encoding in ("utf-8-sig", page.encoding):
        try:
            return page.content.decode(codecs.lookup(encoding).name)
        except (LookupError, UnicodeDecodeError):
            continue
    return ""
