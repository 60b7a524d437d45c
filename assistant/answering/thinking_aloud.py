"""A model's pieces as they come → the same without what it marks as thinking aloud (`<think>…</think>`)."""

from __future__ import annotations

import regex

_OPENING = regex.compile(r"<(think|thinking|reasoning)>", regex.IGNORECASE)
_LONGEST_TAG = len("</reasoning>")


class ThoughtFilter:
    """Leaves thoughts out, wherever the pieces are cut; what was opened and is not closed is thought to the end."""

    def __init__(self) -> None:
        self._unread = ""
        self._closing = ""  # of the thought that is open

    def feed(self, piece: str) -> str:
        """Returns what is certain to be outside of thoughts with this piece."""
        self._unread += piece
        said: list[str] = []
        while True:
            if self._closing and not self._skip_thought():
                return "".join(said)
            opening = _OPENING.search(self._unread, partial=True)
            if opening is None:
                said.append(self._unread)
                self._unread = ""
                return "".join(said)
            said.append(self._unread[: opening.start()])
            if opening.partial:
                self._unread = self._unread[opening.start() :]
                return "".join(said)
            self._closing = f"</{opening.group(1)}>"
            self._unread = self._unread[opening.end() :]

    def finish(self) -> str:
        """Returns what is left at the end."""
        left, self._unread = "" if self._closing else self._unread, ""
        return left

    def _skip_thought(self) -> bool:
        """Forgets the open thought as far as it has come; tells whether it has ended."""
        closing = regex.search(self._closing, self._unread, regex.IGNORECASE)
        if closing is None:
            self._unread = self._unread[-_LONGEST_TAG:]
            return False
        self._unread = self._unread[closing.end() :]
        self._closing = ""
        return True


def without_thoughts(written: str) -> str:
    """Returns what a model wrote without what it marks as thinking aloud."""
    thoughts = ThoughtFilter()
    return thoughts.feed(written) + thoughts.finish()
