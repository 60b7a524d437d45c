"""A seed's bytes → its canonical text, title and provenance. One reader a format; the text never changes after this."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType

from assistant.corpus.provenance import UNKNOWN, Provenance, front_matter_of, header_lines_of
from assistant.errors import ReadingError

READING_VERSION = 3  # raise it when the same bytes would give another document: every article is then read anew

LONGEST_TITLE = 200

# UTF-32's little-endian mark starts with UTF-16's, so it is tried first.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# A detector always has a guess. A text decoded rightly has next to no control, unassigned or private characters, and
# is mostly letters; both bounds leave room for tables of figures (0 wrong in the encodings' test).
MOST_STRANGE_CHARACTERS = 0.005
FEWEST_LETTERS = 0.4

# Below this confidence chardet may choose among today's encodings only: curly quotes in an English text are few bytes,
# which old Mac and DOS encodings fit as well (89 of 300 short texts wrong without it, 7 with; .3 loses DOS Russian).
SURE = 0.25

# How many characters of UTF-8 an old encoding's text may hold by chance for each byte that is none (5 of 90,000 short
# texts held more). With more, it is a damaged UTF-8, which chardet would read as Windows-1252 or KOI8-R.
MOST_WHOLE_BY_CHANCE = 2

HEADING = re.compile(
    r"^ {0,3}#{1,6}[ \t]+(?P<marked>[^\n]+)$|^(?!\* )(?P<underlined>[^\s#>+-][^\n]*)\n(?:=+|-{3,})[ \t]*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of a file: the canonical text, the title in it, and where it says it comes from."""

    text: str
    title: str
    provenance: Provenance = UNKNOWN


Reader = Callable[[bytes], Document]


def read_plain_text(content: bytes) -> Document:
    """Reads plain text; the title is the one in the header lines, else the first line that holds a letter or digit."""
    text = decode(content)
    header = header_lines_of(text)
    title = _shortened(header.title) or _first_line(text[header.end :]) or _first_line(text)
    return Document(text, title, header.provenance)


def read_markdown(content: bytes) -> Document:
    """Reads Markdown as it is written, marks and all.

    The title is the one in the front matter, else the first heading, else the first line.
    """
    text = decode(content)
    header = front_matter_of(text)
    body = text[header.end :]
    title = _shortened(header.title) or _first_heading(body) or _first_line(body) or _first_line(text)
    return Document(text, title, header.provenance)


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "": read_plain_text,
        ".txt": read_plain_text,
        ".text": read_plain_text,
        ".md": read_markdown,
        ".markdown": read_markdown,
    }
)


@lru_cache(maxsize=64)  # asked for every sentence of an article
def body_start(path: str, text: str) -> int:
    """Returns where the article begins in the text of a seed, behind what the file says of it."""
    header = front_matter_of(text) if READERS.get(_ending(path)) is read_markdown else header_lines_of(text)
    return header.end


def reader_for(path: str) -> Reader:
    """Returns the reader for a seed, by the ending of its name.

    Raises `ReadingError` for an ending that no reader knows.
    """
    ending = _ending(path)
    reader = READERS.get(ending)
    if reader is None:
        known = ", ".join(sorted(filter(None, READERS)))
        raise ReadingError(f"is a {ending} file, which cannot be read yet (only {known}); save its text as .txt")
    return reader


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def decode(content: bytes) -> str:
    """Returns the text in `content` with CRLF made LF, and nothing else changed.

    A byte order mark decides; else strict UTF-8; else chardet's guess, if what it gives looks like a text.

    Raises `ReadingError` when the bytes are empty, hold NULs, or are no text.
    """
    text = _decode_bytes(content).replace("\r\n", "\n")
    if not any(_is_visible(character) for character in text):
        raise ReadingError("is empty; write the article into it, or delete it")
    nul = text.find("\0")
    if nul >= 0:
        raise ReadingError(
            f"holds a NUL at character {nul}, so it is no plain text; remove the NULs or export it as text"
        )
    return text


def _decode_bytes(content: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError as problem:
                raise ReadingError(
                    f"starts like {encoding.upper()}, but byte {problem.start + len(mark)} is not; save it as UTF-8"
                ) from None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        if _is_nearly_utf8(content):
            raise ReadingError(
                f"is UTF-8, but byte {problem.start} is not; mend that place and save it as UTF-8"
            ) from None
        return _decode_guessed(content)
    # UTF-16 without a mark is often valid UTF-8 full of NULs; so are programs and pictures.
    return _decode_guessed(content) if "\0" in text and not _is_text_with_stray_nuls(text) else text


def _decode_guessed(content: bytes) -> str:
    import chardet

    guess = chardet.detect(content)
    if guess["confidence"] < SURE:
        todays = chardet.EncodingEra.MODERN_WEB | chardet.EncodingEra.LEGACY_ISO
        guess = chardet.detect(content, encoding_era=todays)
    encoding, kind = guess["encoding"], guess.get("mime_type")
    if encoding is None:
        named = f" ({kind})" if kind and kind != "application/octet-stream" else ""
        raise ReadingError(f"is binary{named}, not text; export its text as .txt")
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise ReadingError(f"is in no encoding that fits it ({encoding} came nearest); save it as UTF-8") from None
    if not _looks_like_text(text):
        raise ReadingError(f"does not look like text in any encoding ({encoding} came nearest); save it as UTF-8")
    return text


def _is_nearly_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not character.isascii() for character in text) - broken > MOST_WHOLE_BY_CHANCE * broken


def _is_text_with_stray_nuls(text: str) -> bool:
    return text.count("\0") * 20 < len(text) and _looks_like_text(text.replace("\0", ""))


def _looks_like_text(text: str) -> bool:
    sample = text[:100_000]
    categories = [unicodedata.category(character) for character in sample if character not in "\n\r\t\f"]
    strange = sum(category in ("Cc", "Cn", "Co", "Cs") for category in categories)
    letters = sum(category[0] in "LMNZ" for category in categories)
    return strange <= MOST_STRANGE_CHARACTERS * len(categories) and letters >= FEWEST_LETTERS * len(categories)


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf")


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return _shortened(next((line for line in lines if any(map(str.isalnum, line))), "".join(lines[:1])))


def _first_heading(text: str) -> str | None:
    for heading in HEADING.finditer(text):
        written = (heading["marked"] or heading["underlined"])[: 10 * LONGEST_TITLE].strip()
        unmarked = re.sub(r"[ \t]#+$", "", written)
        plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)|[*`]+|\b_+|_+\b", lambda match: match[1] or "", unmarked).strip()
        if any(map(str.isalnum, plain)):
            return _shortened(plain)
    return None


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"
