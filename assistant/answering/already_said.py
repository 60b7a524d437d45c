"""Evidence, turns before → what was not quoted before, for questions like "what else?" and "who else?"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.follow_ups import Beyond
from assistant.answering.gathering import Evidence
from assistant.types import Turn

TURNS = 10  # whose answers are looked at
LONGEST_ANSWER = 20_000  # characters of each


def leave_out_said(evidence: Sequence[Evidence], turns: Sequence[Turn], beyond: Beyond) -> list[Evidence]:
    """Returns the evidence that goes beyond what was said: other `quotes`, or quotes of other `speakers`."""
    if not beyond:
        return list(evidence)
    answers = [turn.answer[:LONGEST_ANSWER] for turn in turns[-TURNS:]]
    told = _squeezed(" ".join(answers))
    # Names stand in headings too; in another's quote they tell nothing of who spoke.
    headings = [_squeezed(line) for answer in answers for line in answer.splitlines() if not line.endswith("]")]
    return [
        piece
        for piece in evidence
        if _squeezed(piece.text) not in told
        and not (beyond == "speakers" and any(_speaker(piece) in heading for heading in headings))
    ]


def _speaker(piece: Evidence) -> str:
    return _squeezed(piece.article.text[piece.speaker.start : piece.speaker.end]) if piece.speaker else "\0"


def _squeezed(text: str) -> str:
    return " ".join(text.split())
