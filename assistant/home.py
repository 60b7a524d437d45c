"""A folder → its parts: where the seeds, the index, the prompts and the settings of a home lie."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import HomeError

ENVIRONMENT_VARIABLE = "ASSISTANT_HOME"


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with `seeds/`; `prompts/`, `index/` and `assistant.toml` are optional."""

    root: Path

    @classmethod
    def find(cls, home: str | os.PathLike[str] | None = None) -> Home:
        """Returns the home at `home`, else at `$ASSISTANT_HOME`, else the current folder.

        Raises `HomeError` when that is no folder or has no `seeds/`.
        """
        named = home if home is not None else os.environ.get(ENVIRONMENT_VARIABLE) or "."
        try:
            root = Path(named).expanduser().absolute()
            is_folder = root.is_dir()
        except (OSError, RuntimeError, ValueError) as problem:
            raise HomeError(f"{named} cannot be a home: {problem}. Name another folder with: --home DIR") from None
        if not is_folder:
            raise HomeError(f"There is no folder {root}. Name a folder that holds seeds/ with: --home DIR")
        found = cls(root)
        if not found.seeds.is_dir():
            raise HomeError(
                f"{root} has no folder seeds/. Put your articles into {found.seeds}, or name another home with: "
                "--home DIR"
            )
        return found

    @property
    def seeds(self) -> Path:
        """The articles' files."""
        return self.root / "seeds"

    @property
    def index(self) -> Path:
        """What was built from them."""
        return self.root / "index"

    @property
    def prompts(self) -> Path:
        """Templates and frames that replace the package's own."""
        return self.root / "prompts"

    @property
    def settings(self) -> Path:
        """The settings' file."""
        return self.root / "assistant.toml"

    @property
    def conversations(self) -> Path:
        """The file in which readers' conversations are kept."""
        return self.root / "conversations.sqlite3"

    @property
    def session_key(self) -> Path:
        """The key that a server signs logins with."""
        return self.root / "session.key"

    @property
    def trash(self) -> Path:
        """Where articles go that are deleted in the library."""
        return self.root / "trash"

    @property
    def evaluation(self) -> Path:
        """The figures of the last evaluation that was run in the home."""
        return self.root / "evaluation.json"
