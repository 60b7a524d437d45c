"""A text and what is known of it → Markdown with front matter, from which the corpus reads the very same back."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.corpus.dates import read_date
from assistant.corpus.provenance import LONGEST_OUTLET, read_link, read_outlet
from assistant.errors import LibraryError

LONGEST_TITLE = 200  # as the corpus shows one


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of an article, each empty when it is not: `date` as people write it, `link` a web address."""

    title: str = ""
    outlet: str = ""
    date: str = ""
    link: str = ""


def compose(text: str, details: Details) -> str:
    """Returns the Markdown of an article; without details it is the text alone.

    Raises `LibraryError` when there is no text, or a detail that the corpus would not take.
    """
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not any(map(str.isalnum, body)):
        raise LibraryError("There is no text. Paste the article's words.")
    known = checked(details)
    fields = {"title": known.title, "date": known.date, "outlet": known.outlet, "link": known.link}
    lines = [f"{name}: {_quoted(value)}" for name, value in fields.items() if value]
    return "\n".join(["---", *lines, "---", "", body, ""]) if lines else f"{body}\n"


def checked(details: Details) -> Details:
    """Returns the details as they will be read: on one line each, the date in ISO 8601. Raises `LibraryError`."""
    title, outlet, date, link = map(_on_one_line, (details.title, details.outlet, details.date, details.link))
    known = Details(title, read_outlet(outlet), read_date(date), read_link(link))
    if len(title) > LONGEST_TITLE:
        raise LibraryError(f"The title has {len(title)} characters; the limit is {LONGEST_TITLE}. Shorten it.")
    if outlet and not known.outlet:
        raise LibraryError(f"{outlet!r} is no outlet's name. Write a name of at most {LONGEST_OUTLET} characters.")
    if date and not known.date:
        raise LibraryError(f"{date!r} cannot be read as a date. Write it like 2026-03-31, or 2026-03, or 2026.")
    if link and not known.link:
        raise LibraryError(f"{link!r} is no web address. Write one like https://example.org/article, or none.")
    return known


def _on_one_line(written: str) -> str:
    return " ".join(written.split())


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
