"""Measuring while nothing else runs: what other programs took of the machine meanwhile, and another try if it was much.

A busy neighbour hurts the two sides unequally: torch's threads wait for each other at every layer, so that one of them
being held up holds up all. On Linux the kernel's counters tell how much others used; elsewhere nobody knows.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CALM = 0.05  # the share of all cores that others may use
LOOK = 3.0  # seconds over which it is told whether the machine is calm now

Sample = dict[str, Any]


class Calm:
    """Repeats a measurement that was disturbed, until `patience` seconds have been spent on waiting and repeating."""

    def __init__(self, patience: float) -> None:
        self._left = patience

    def measure(self, job: Callable[[], Sample]) -> Sample:
        """Returns the job's sample with `others`: the share of the cores that other programs used, where known."""
        self._wait()
        while True:
            started = time.perf_counter()
            sample, others = _watched(job)
            if others is None or others <= CALM or self._left <= 0:
                return {**sample, "others": others}
            print(f"  others used {others:.0%} of the cores: once more", file=sys.stderr, flush=True)
            self._left -= time.perf_counter() - started
            self._wait()

    def _wait(self) -> None:
        while self._left > 0:
            _, others = _watched(lambda: time.sleep(LOOK))
            if others is None or others <= CALM:
                return
            self._left -= LOOK


def cores() -> int:
    """Returns how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _watched(job: Callable[[], Any]) -> tuple[Any, float | None]:
    started, everyone, own = time.perf_counter(), _everyone(), _own()
    result = job()
    now = _everyone()
    if everyone is None or now is None:
        return result, None
    others = now - everyone - (_own() - own)
    return result, max(0.0, others / (time.perf_counter() - started) / (os.cpu_count() or 1))


def _everyone() -> float | None:
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, interrupts, soft, stolen = map(int, first.split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)
