"""A wish to rebuild → a rebuild beside the questions, one at a time: how far it has come, its outcome, its end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Lock, Thread

from assistant.assistant import Assistant
from assistant.errors import AssistantError, IndexBusyError, RebuildCancelledError
from assistant.types import Progress, RebuildReport

Listener = Callable[[Progress], None]

_log = logging.getLogger(__name__)


class Rebuilds:
    """Runs the rebuilds of one assistant in threads of their own. Safe to share among threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = Lock()
        self._cancelled = Event()
        self._progress: Progress | None = None
        self._outcome: RebuildReport | BaseException | None = None

    @property
    def progress(self) -> Progress | None:
        """How far the rebuild at work has come, or None when there is none."""
        return self._progress

    @property
    def report(self) -> RebuildReport | None:
        """What the last of these rebuilds did, or None when there was none or it came to nothing."""
        return self._outcome if isinstance(self._outcome, RebuildReport) else None

    @property
    def problem(self) -> BaseException | None:
        """Why the last of these rebuilds came to nothing, or None when it did not."""
        return self._outcome if isinstance(self._outcome, BaseException) else None

    def start(self, listener: Listener | None = None) -> Future[RebuildReport]:
        """Starts a rebuild; `listener` is called from its thread. Raises `IndexBusyError` when one is at work.

        The future fails with whatever `Assistant.rebuild` raises, or with `RebuildCancelledError`.
        """
        with self._lock:
            if self._progress is not None:
                raise IndexBusyError(f"A rebuild is at work already ({told(self._progress)}). Wait until it is done.")
            self._progress = Progress("reading", 0, 0)
            self._cancelled.clear()
            done: Future[RebuildReport] = Future()
        Thread(target=self._run, args=(listener, done), name="rebuild", daemon=True).start()
        return done

    def start_in_background(self) -> Future[RebuildReport]:
        """Starts a rebuild whose outcome the log tells. Raises as `start`."""
        done = self.start()
        done.add_done_callback(_tell)
        return done

    def cancel(self) -> bool:
        """Stops the rebuild at work at its next step, and tells whether there is one; what it did so far is kept.

        Once it publishes it is as good as done, and goes on to the end.
        """
        self._cancelled.set()
        return self._progress is not None

    def _run(self, listener: Listener | None, done: Future[RebuildReport]) -> None:
        def hear(progress: Progress) -> None:
            self._progress = progress
            if listener:
                listener(progress)
            if self._cancelled.is_set() and progress.stage != "publishing":
                raise RebuildCancelledError("The rebuild was stopped. The next one goes on where it stopped.")

        # Whoever sees no rebuild at work sees the outcome of this one, and can start the next.
        try:
            report = self._assistant.rebuild(progress=hear, wait=False)
        except BaseException as problem:
            self._outcome, self._progress = problem, None
            done.set_exception(problem)
        else:
            self._outcome, self._progress = report, None
            done.set_result(report)


def told(progress: Progress) -> str:
    """Returns how far a rebuild has come, in words."""
    return f"{progress.stage}, {progress.done:,} of {progress.total:,}" if progress.total else progress.stage


def _tell(done: Future[RebuildReport]) -> None:
    problem = done.exception()
    if isinstance(problem, AssistantError):
        _log.warning("%s", problem)
    elif problem is not None:
        _log.error("The rebuild failed.", exc_info=problem)
    else:
        report = done.result()
        counts = (len(report.added), len(report.changed), len(report.removed), len(report.failed))
        _log.info("Rebuilt: %d added, %d changed, %d removed, %d failed.", *counts)
