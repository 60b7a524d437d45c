"""What bears on a follow-up → the same, with what the articles hold that the turn before cited at the top.

"And the mayor?" asks for the mayor of whom those articles tell, and an archive has many.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.answering.gathering import Evidence, best_first

# What bears on it this nearly as well as the best is taken for what is meant.
AS_GOOD = 0.85


def stay(ranked: Sequence[Evidence], cited: Collection[int]) -> list[Evidence]:
    """Returns the evidence, best first, with that of the articles with these ids before what is no better than it."""
    best = max((piece.score for piece in ranked), default=0.0)
    return best_first(
        replace(piece, score=piece.score + (1 - AS_GOOD) * best)
        if piece.article.id in cited and piece.score >= AS_GOOD * best > 0
        else piece
        for piece in ranked
    )
