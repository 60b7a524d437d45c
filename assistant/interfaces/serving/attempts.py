"""Wrong passwords and tokens → how long their sender must wait: nobody guesses more than a few times a minute."""

from __future__ import annotations

import math
import time
from collections import deque
from ipaddress import IPv6Address, ip_address
from threading import Lock

FAILURES = 5
WITHIN = 60.0  # seconds
MOST_SENDERS = 10_000  # remembered at once; the oldest are forgotten first


class Attempts:
    """Counts wrong attempts by address. Safe to share among threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures: dict[str, deque[float]] = {}

    def wait(self, address: str) -> int:
        """Returns how many seconds this address must wait before its next attempt counts; 0 when it need not."""
        now = time.monotonic()
        with self._lock:
            failures = self._failures.get(_network(address))
            if failures is None or len(failures) < FAILURES or now - failures[0] >= WITHIN:
                return 0
            return math.ceil(WITHIN - (now - failures[0]))

    def failed(self, address: str) -> None:
        """Remembers a wrong attempt."""
        network = _network(address)
        with self._lock:
            failures = self._failures.pop(network, deque(maxlen=FAILURES))
            failures.append(time.monotonic())
            self._failures[network] = failures  # now the youngest
            while len(self._failures) > MOST_SENDERS:
                del self._failures[next(iter(self._failures))]

    def succeeded(self, address: str) -> None:
        """Forgets an address that has given the right password."""
        with self._lock:
            self._failures.pop(_network(address), None)


def _network(address: str) -> str:
    # Whoever has one address of IPv6 has 2⁶⁴ of them.
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and not parsed.ipv4_mapped:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return address
