"""Clients who ask at once → a few at a time, each client's turn in its round, so that nobody starves the others."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock

from assistant.errors import BusyError

SECONDS_A_QUESTION = 2  # a rough measure for when to come again


@dataclass(slots=True, eq=False)
class Ticket:
    """A place in the line; `admitted` is done when its turn has come. Whoever has one must `leave`, once or often."""

    client: str
    turnstile: Turnstile
    admitted: Future[None] = field(default_factory=Future)
    left: bool = False

    def leave(self) -> None:
        """Gives the place back, whether its turn has come or not."""
        self.turnstile.leave(self)


class Turnstile:
    """Lets `at_once` questions through at a time, of one client one fewer where there are more; `waiting` may stand in
    line, `waiting_each` of one client. Safe to share among threads and event loops.
    """

    def __init__(self, at_once: int, waiting: int, waiting_each: int) -> None:
        self._at_once, self._waiting, self._waiting_each = at_once, waiting, waiting_each
        self._lock = Lock()
        self._running: dict[str, int] = {}
        self._lines: dict[str, deque[Ticket]] = {}  # the client whose turn is next comes first

    def join(self, client: str) -> Ticket:
        """Returns a place in the line. Raises `BusyError` when the line, or this client's part of it, is full."""
        ticket = Ticket(client, self)
        with self._lock:
            own, all_waiting = len(self._lines.get(client, ())), sum(map(len, self._lines.values()))
            if own >= self._waiting_each:
                raise BusyError(
                    f"{own} questions of yours are waiting already. Ask again when they are answered.",
                    retry_after=own * SECONDS_A_QUESTION,
                    yours=True,
                )
            if all_waiting >= self._waiting:
                raise BusyError(
                    f"{all_waiting} questions are waiting already. Ask again in a moment.",
                    retry_after=all_waiting * SECONDS_A_QUESTION // self._at_once + 1,
                )
            self._lines.setdefault(client, deque()).append(ticket)
            self._admit()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Gives a place back and lets the next ones through."""
        with self._lock:
            if ticket.left:
                return
            ticket.left = True
            if ticket.admitted.done():
                self._running[ticket.client] -= 1
                if not self._running[ticket.client]:
                    del self._running[ticket.client]
            else:
                self._lines[ticket.client].remove(ticket)
                if not self._lines[ticket.client]:
                    del self._lines[ticket.client]
            self._admit()

    def counts(self) -> tuple[int, int]:
        """Returns how many are being answered, and how many wait."""
        with self._lock:
            return sum(self._running.values()), sum(map(len, self._lines.values()))

    def _admit(self) -> None:
        while sum(self._running.values()) < self._at_once:
            most = max(1, self._at_once - 1)  # so that a long answer to one client never holds up everybody
            client = next((it for it in self._lines if self._running.get(it, 0) < most), None)
            if client is None:
                return
            line = self._lines.pop(client)
            ticket = line.popleft()
            if line:
                self._lines[client] = line  # behind the others
            self._running[client] = self._running.get(client, 0) + 1
            ticket.admitted.set_result(None)
