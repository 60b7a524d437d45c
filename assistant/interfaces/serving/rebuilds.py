"""A wish to rebuild → a rebuild beside the questions, one at a time, and how far it has come."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread

from assistant.assistant import Assistant
from assistant.errors import AssistantError, IndexBusyError
from assistant.types import Progress, RebuildReport

Listener = Callable[[Progress], None]

_log = logging.getLogger(__name__)


class Rebuilds:
    """Runs the rebuilds of one assistant in threads of their own. Safe to share among threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = Lock()
        self._progress: Progress | None = None

    @property
    def progress(self) -> Progress | None:
        """How far the rebuild at work has come, or None when there is none."""
        return self._progress

    def start(self, listener: Listener | None = None) -> Future[RebuildReport]:
        """Starts a rebuild; `listener` is called from its thread. Raises `IndexBusyError` when one is at work.

        The future fails with whatever `Assistant.rebuild` raises.
        """
        with self._lock:
            if self._progress is not None:
                raise IndexBusyError(f"A rebuild is at work already ({told(self._progress)}). Wait until it is done.")
            self._progress = Progress("reading", 0, 0)
        done: Future[RebuildReport] = Future()
        Thread(target=self._run, args=(listener, done), name="rebuild", daemon=True).start()
        return done

    def start_in_background(self) -> Future[RebuildReport]:
        """Starts a rebuild whose outcome the log tells. Raises as `start`."""
        done = self.start()
        done.add_done_callback(_tell)
        return done

    def _run(self, listener: Listener | None, done: Future[RebuildReport]) -> None:
        def hear(progress: Progress) -> None:
            self._progress = progress
            if listener:
                listener(progress)

        try:
            report = self._assistant.rebuild(progress=hear, wait=False)
        except BaseException as problem:
            self._progress = None
            done.set_exception(problem)
        else:
            self._progress = None
            done.set_result(report)


def told(progress: Progress) -> str:
    """Returns how far a rebuild has come, in words."""
    return f"{progress.stage}, {progress.done:,} of {progress.total:,}" if progress.total else progress.stage


def _tell(done: Future[RebuildReport]) -> None:
    from assistant.interfaces.rendering import report_to_text

    problem = done.exception()
    if isinstance(problem, AssistantError):
        _log.warning("%s", problem)
    elif problem is not None:
        _log.error("The rebuild failed.", exc_info=problem)
    else:
        _log.info("%s", report_to_text(done.result()))
