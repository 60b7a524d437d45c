"""Homes made of real files, indexed by the real bundled model; each is built once where tests only read it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.retrieval.embedding import Embedder, open_embedder
from assistant.retrieval.store import Snapshot, Store

# Tests must not depend on a language model that happens to run on this machine; launched processes inherit it.
os.environ.setdefault("ASSISTANT_LLM", "none")

REPOSITORY = Path(__file__).parent.parent
ARTICLES = Path(__file__).parent / "articles"
SEED = "osce-security-guarantees.ar.txt"

MakeHome = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return open_embedder("bundled")


@pytest.fixture
def make_home(tmp_path: Path) -> MakeHome:
    """Returns a function that writes files below `seeds/` of a new home and returns the home."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        home = tmp_path / "home"
        (home / "seeds").mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            file = home / "seeds" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return home

    return make


@pytest.fixture(scope="session")
def seed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own home, indexed: one Arabic article. Tests must not change it."""
    home = tmp_path_factory.mktemp("seed-home")
    shutil.copytree(REPOSITORY / "seeds", home / "seeds")
    shutil.copytree(REPOSITORY / "prompts", home / "prompts")
    Assistant.open(home).rebuild()
    return home


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of eight short articles in eight languages about invented places, indexed. Tests must not change it."""
    home = tmp_path_factory.mktemp("newsroom")
    shutil.copytree(ARTICLES, home / "seeds")
    Assistant.open(home).rebuild()
    return home


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A snapshot of an index without an article."""
    with Store(tmp_path_factory.mktemp("empty")).write() as writer:
        yield writer
