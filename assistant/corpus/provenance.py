"""What an article's file says of the article → its title, date, outlet and link; what is not sure stays empty."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.corpus.dates import read_date

LONGEST_FRONT_MATTER = 100_000  # characters; as all limits here, far above what is seen
LONGEST_HEADER = 10_000
LONGEST_OUTLET = 100
LONGEST_LINK = 2_000

# The names of the fields, without what "published_at", "published-at" and "publishedAt" differ in; the surest first.
# A `source` is the outlet's name to some and the article's address to others, and its value tells which.
TITLE_FIELDS = ("title",)
DATE_FIELDS = ("datepublished", "publishedat", "published", "pubdate", "publishdate", "date")
OUTLET_FIELDS = ("outlet", "publisher", "sitename", "source", "site")
LINK_FIELDS = ("canonical", "canonicalurl", "link", "url", "source")

FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<fields>.*?)^---[ \t]*$", re.MULTILINE | re.DOTALL)
# A field, a comment, an empty line, or a line that belongs to the field above it.
FRONT_MATTER_LINE = re.compile(r"[^\s:#-][^:]{0,60}:(?:[ \t].*)?|[ \t].*|-.*|#.*|")
FIELD = re.compile(r"(?P<name>[A-Za-z][A-Za-z _-]{0,30}):(?:[ \t]+(?P<value>.*))?")
QUOTED = re.compile(r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^']|'')*)')\s*(?:#.*)?""")
NO_ONE_LINE = re.compile(r"[|>][-+0-9]*|\[.*\]|\{.*\}")  # a text over several lines, a list, a mapping

UNSAFE_IN_LINKS = re.compile(r"[\s\"<>\\^`{|}]")
HOST = re.compile(rb"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*\.?", re.IGNORECASE)  # a name with a dot, and no IP address
LETTERS = "LMN"  # and marks and numbers, by the first letter of their category: no host looks like a host and a path


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an article comes from: `date` in ISO 8601, `outlet` and `link`, each empty when its file does not say."""

    date: str = ""
    outlet: str = ""
    link: str = ""


UNKNOWN = Provenance()


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says before its article: the fields by name, and where in the text the article begins."""

    fields: Mapping[str, str]
    end: int = 0

    @property
    def title(self) -> str:
        """The title; empty when there is none."""
        return next((self.fields[name] for name in TITLE_FIELDS if name in self.fields), "")

    @property
    def provenance(self) -> Provenance:
        """What the fields say of the date, the outlet and the link."""
        given = self.fields
        return Provenance(
            date=_first(read_date(given[name]) for name in DATE_FIELDS if name in given),
            outlet=_first(read_outlet(given[name]) for name in OUTLET_FIELDS if name in given),
            link=_first(read_link(given[name]) for name in LINK_FIELDS if name in given),
        )


def front_matter_of(text: str) -> Header:
    """Returns the front matter of a Markdown text; without one, or with a broken one, a header without fields.

    Only fields whose value stands on their own line are read, by the rules of YAML for quotes and comments. A YAML
    library would refuse all the fields for one title with a colon in it, and take minutes for some files.
    """
    found = FRONT_MATTER.match(text, 0, LONGEST_FRONT_MATTER)
    lines = found["fields"].split("\n") if found else []
    if not found or not all(map(FRONT_MATTER_LINE.fullmatch, lines)):
        return Header({})
    fields = ((name, _value(written)) for name, written in _fields(lines))
    return Header(_by_name(fields), found.end())


def header_lines_of(text: str) -> Header:
    """Returns the fields that a plain text starts with, such as `Title: …`, `Date: …`, `Source: …`, `URL: …`.

    They count only when nothing else stands before the first empty line, and when at least two different things are
    told; a header without fields is what any other text gives. The lines stay part of the article.
    """
    block, ending, _ = text[:LONGEST_HEADER].partition("\n\n")
    lines = block.rstrip("\n").split("\n")
    if not (ending or len(text) <= LONGEST_HEADER) or not all(map(FIELD.fullmatch, lines)):
        return Header({})
    header = Header(_by_name((name, written.strip()) for name, written in _fields(lines)))
    provenance = header.provenance
    told = sum(map(bool, (header.title, provenance.date, provenance.outlet, provenance.link)))
    return Header(header.fields, len(block)) if told > 1 else Header({})


def read_outlet(written: str) -> str:
    """Returns an outlet's name on one line; empty for what is no name, such as an address or a text of some length."""
    name = " ".join(written.split())
    is_name = any(map(str.isalnum, name)) and not any(unicodedata.category(character) == "Cc" for character in name)
    return name if is_name and len(name) <= LONGEST_OUTLET and "://" not in name else ""


def read_link(written: str) -> str:
    """Returns a web address as it is written; empty for any that is not plain http or https with a host's name."""
    return written if host_of(written) else ""


def host_of(link: str) -> str:
    """Returns the host's name in a web address that is safe to show and to follow; empty for any other text.

    Such an address is http or https, holds neither user nor password, and no character that browsers read in their
    own way or do not show.
    """
    if len(link) > LONGEST_LINK or UNSAFE_IN_LINKS.search(link):
        return ""
    if any(unicodedata.category(character)[0] == "C" for character in link):
        return ""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        is_web = parts.scheme in ("http", "https") and "@" not in parts.netloc and parts.port != 0
        is_name = all(character in "-._" or unicodedata.category(character)[0] in LETTERS for character in host)
        return host if is_web and is_name and HOST.fullmatch(host.encode("idna")) else ""
    except ValueError:  # a bracket alone, a port that is no number, a host that can be none
        return ""


def _fields(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        found = FIELD.fullmatch(line)
        if found:
            yield re.sub(r"[ _-]", "", found["name"]).lower(), found["value"] or ""


def _by_name(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, value in fields:
        if value:
            named.setdefault(name, value)
    return named


def _value(written: str) -> str:
    value = written.strip()
    quoted = QUOTED.fullmatch(value)
    if quoted and quoted["double"] is not None:
        return re.sub(r"\\([\"\\/])", r"\1", quoted["double"]).strip()
    if quoted:
        return quoted["single"].replace("''", "'").strip()
    plain = re.sub(r"(?:^|[ \t])#.*", "", value).strip()
    return "" if NO_ONE_LINE.fullmatch(plain) else plain


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")
