"""The house: who may look at whom, which door leads to which library, and what is offered at the front."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant
from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "assistant"

# From the ground up; a module imports from its own floor or from below.
FLOORS = (
    ("types", "errors"),
    ("question", "home", "settings", "display"),
    ("corpus",),
    ("retrieval",),
    ("answering",),
    ("assistant",),
    ("evaluation", "conversations", "library"),
    ("interfaces",),
)

DOORS = {
    "faiss": {"retrieval/vectors.py"},
    "sqlite3": {"retrieval/store/database.py", "retrieval/store/snapshot.py", "conversations/database.py"},
    "ctranslate2": {"retrieval/embedding/bundled.py", "retrieval/embedding/unpacking.py"},
    "tokenizers": {"retrieval/embedding/bundled.py", "retrieval/embedding/weights.py"},
    "sentence_transformers": {"retrieval/embedding/sentence_transformer.py", "retrieval/reranking.py"},
    "torch": {"retrieval/embedding/sentence_transformer.py"},
    "llama_index": {"interfaces/llama_index.py", "answering/language_model.py"},
    "xllamacpp": {"answering/local_model.py"},
    "gradio": {"interfaces/chat/page.py", "interfaces/library/tab.py", "interfaces/serving/page.py"},
    "mcp": {"interfaces/serving/mcp_tools.py", "interfaces/serving/application.py"},
    "uvicorn": {"interfaces/serving/listening.py"},
    "trafilatura": {"library/web_pages.py"},
    "fasttext": {"corpus/languages.py"},
    "sentencex": {"corpus/splitting.py"},
    "Stemmer": {"corpus/words.py"},
    "anyascii": {"corpus/words.py"},
    "rapidfuzz": {"retrieval/lexical.py"},
    "chardet": {"corpus/reading.py"},
    "pydantic_settings": {"settings.py"},
    "filelock": {"retrieval/rebuilding.py"},
    "typer": {"interfaces/command_line.py"},
    "rich": {"interfaces/progress.py"},
}

FILES = sorted(PACKAGE.rglob("*.py"))


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _floor(part: str) -> int | None:
    return next((number for number, floor in enumerate(FLOORS) if part in floor), None)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_modules_look_down_never_up(file: Path) -> None:
    own = _floor(file.relative_to(PACKAGE).parts[0].removesuffix(".py"))
    for module in _imports(file):
        first, _, rest = module.partition(".")
        other = _floor(rest.partition(".")[0]) if first == "assistant" and rest else None
        if own is not None and other is not None:
            assert other <= own, f"{file.name} imports {module}, which lies above it"


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_its_door(library: str) -> None:
    users = {
        file.relative_to(PACKAGE).as_posix()
        for file in FILES
        if any(module.split(".")[0] == library for module in _imports(file))
    }
    assert users == DOORS[library]


def test_every_module_belongs_to_a_floor() -> None:
    parts = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in FILES}
    assert parts - {"__init__", "__main__"} == {part for floor in FLOORS for part in floor}


def test_the_front_offers_what_it_lists() -> None:
    assert sorted(assistant.__all__) == sorted(name for names in assistant._HOMES.values() for name in names)
    for name in assistant.__all__:
        assert getattr(assistant, name).__name__ == name
    with pytest.raises(AttributeError, match="nonsense"):
        assistant.nonsense  # noqa: B018


def test_every_module_says_what_it_is() -> None:
    for file in FILES:
        assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), file


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    from assistant import errors

    drawn = errors.__doc__ or ""
    defined = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    for error in defined:
        assert error.__name__ in drawn, error
        assert error.__doc__
