"""Progress → a bar in the terminal, with what is done, what is left, and how long that will take."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from assistant.types import Progress

STAGES = {
    "reading": "Reading",
    "measuring": "Measuring the model",
    "embedding": "Embedding",
    "publishing": "Publishing",
    "asking": "Asking",
}


class ProgressBar:
    """Draws a bar a stage on standard error. Where that is no terminal only waiting is told, in a line."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bars = Bars(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks = {stage: self._bars.add_task(name, total=None, visible=False) for stage, name in STAGES.items()}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def __call__(self, progress: Progress) -> None:
        """Shows how far it has come."""
        if progress.stage == "waiting":
            self._console.print(progress.note.capitalize(), highlight=False, markup=False)
            return
        self._bars.update(self._tasks[progress.stage], completed=progress.done, total=progress.total, visible=True)
