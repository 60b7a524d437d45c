"""A sentence's words → those behind its dateline, "VELMORA, 4 March (Coast News) — " or "【…讯】": no place speaks."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from assistant.answering.speaking.reading import Token
from assistant.types import Span

LONGEST_DATELINE = 80  # characters

_AGENCY = r"\([^()\n]{2,40}\)"
_CAPITALS = rf"\p{{Lu}}[\p{{Lu}}\p{{M}}'’.\- ]{{2,30}}(?:,[^—–()\n]{{1,30}})?\s*(?:{_AGENCY})?\s*[—–−-]\s"
_UNCASED = rf"[^\s(\p{{Lu}}\p{{Ll}}]{{2,}}(?:\s[^\s()]+){{0,4}}\s*{_AGENCY}\s*[—–−:ـ-]"
_CHINESE = r"【[^】\n]{1,20}】|[\p{Han}·\d]{2,20}[电電讯訊](?:（[^）\n]{1,20}）|\([^)\n]{1,20}\))?[\s　，,]"
DATELINE = regex.compile(f"(?:{_CHINESE}|{_CAPITALS}|{_UNCASED})")


def behind_dateline(text: str, sentence: Span, tokens: Sequence[Token]) -> Sequence[Token]:
    """Returns the words of a sentence that begins a paragraph without the place, the day and the agency before them."""
    found = DATELINE.match(text, sentence.start, min(sentence.end, sentence.start + LONGEST_DATELINE))
    return [token for token in tokens if token.start >= found.end()] if found else tokens
