"""Hits → hits with one place for each report: what says nearly the same words shares the place of the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.types import Hit

# Wire copies differ in a headline, a dateline or a figure; two reports of one event share half their words or fewer.
SAME_WORDS = 0.85


def group_alike(hits: Sequence[Hit], words: Callable[[Hit], frozenset[str]], limit: int) -> list[Hit]:
    """Returns the best `limit` hits, without those that say nearly the same as a better one in the same language.

    These are listed in that one's `alike`. `words` gives a hit's terms.
    """
    groups: list[tuple[Hit, frozenset[str], list[Hit]]] = []
    for hit in hits:
        said = words(hit)
        for best, best_said, alike in groups:
            if best.article.language == hit.article.language and _same(said, best_said):
                alike.append(hit)
                break
        else:
            if len(groups) < limit:
                groups.append((hit, said, []))
    return [replace(best, alike=tuple(alike)) if alike else best for best, _, alike in groups]


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    if min(len(one), len(other)) < SAME_WORDS * max(len(one), len(other)) or not one:
        return False
    shared = len(one & other)
    return shared >= SAME_WORDS * (len(one) + len(other) - shared)
