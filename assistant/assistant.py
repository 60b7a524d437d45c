"""The assistant of one home: the one place where settings become objects."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answering.frames import load_frames
from assistant.answering.gathering import confidence, gather
from assistant.answering.quoting import write_answer, write_nothing
from assistant.corpus.languages import detect_language
from assistant.errors import ArticleIndexError, AssistantError, QuestionError
from assistant.home import Home
from assistant.question import clean_question
from assistant.retrieval.embedding import open_embedder
from assistant.retrieval.rebuilding import ProgressListener, rebuild
from assistant.retrieval.reranking import Reranker
from assistant.retrieval.searching import Searcher
from assistant.retrieval.store import Store
from assistant.settings import BUNDLED_MODEL, Settings, load_settings
from assistant.types import Answer, Article, Hit, RebuildReport

MOST_HITS = 1_000
HITS_FOR_AN_ANSWER = 10


class Assistant:
    """Answers questions from the articles of one home. Safe to share among threads; a rebuilt index is picked up by
    the next question.
    """

    def __init__(self, home: Home, settings: Settings) -> None:
        self.home = home
        self.settings = settings
        self._store = Store(home.index)
        self.embedder = open_embedder(
            _model_of(home, settings), query_prefix=settings.query_prefix, passage_prefix=settings.passage_prefix
        )
        self._searcher = Searcher(
            self._store, self.embedder, skipped=settings.skip_steps, reranker=_reranker_of(home, settings)
        )
        self._frames = load_frames([home.prompts, package_prompts()])

    @classmethod
    def open(cls, home: str | os.PathLike[str] | None = None, **settings: Any) -> Assistant:
        """Opens the home at `home`, else at `$ASSISTANT_HOME`, else in the current folder.

        `settings` go before the home's own (`assistant.toml` and the environment); their names are `Settings`'s.
        Nothing is built or loaded yet. Raises `HomeError`, `SettingsError` or `PromptError`.
        """
        found = Home.find(home)
        return cls(found, load_settings(found.settings, **settings))

    def rebuild(self, *, progress: ProgressListener | None = None, wait: bool = True) -> RebuildReport:
        """Brings the index in line with `seeds/`; only what is new is embedded, and readers see all of it at once.

        `progress` is called with a `Progress` now and then. If another rebuild is at work this one waits, or raises
        `IndexBusyError` when told not to. Interrupt it at any moment: the next one goes on where it stopped.
        Raises `StorageError` or `ModelError`; the index then is as it was.
        """
        return rebuild(
            self.home.seeds,
            self._store,
            self.embedder,
            passage_size=self.settings.passage_characters,
            largest_file=int(self.settings.maximum_file_megabytes * 1_000_000),
            skipped=self.settings.skip_steps,
            progress=progress,
            wait=wait,
        )

    def search(self, question: str, *, limit: int = 10) -> list[Hit]:
        """Returns the at most `limit` passages that fit the question, best first.

        Raises `QuestionError`, `NoIndexError`, `ModelMismatchError`, `IndexDamagedError` or `StorageError`.
        """
        cleaned = clean_question(question)
        return self._searcher.search(cleaned, self._language(cleaned), _checked(limit)).hits

    def search_vector(self, vector: NDArray[np.float32], *, limit: int = 10) -> list[Hit]:
        """Returns the at most `limit` passages that fit a question's vector, (dimension,), by this home's model.

        Raises as `search`.
        """
        return self._searcher.search_vector(vector, _checked(limit)).hits

    def query(self, question: str) -> Answer:
        """Answers a question with exact quotes, or says that the articles say nothing about it. Raises as `search`."""
        *_, answer = self.stream(question)
        return answer

    def stream(self, question: str) -> Iterator[Answer]:
        """Yields the answer as it grows; the last one is what `query` returns. Raises as `search`."""
        cleaned = clean_question(question)
        language = self._language(cleaned)
        findings = self._searcher.search(cleaned, language, HITS_FOR_AN_ANSWER)
        evidence = gather(findings.hits, self.settings.maximum_quotes)
        sure = confidence(evidence, findings.searched)
        if evidence and sure >= self.settings.abstain_below:
            yield from write_answer(cleaned, language, sure, evidence, self._frames)
        else:
            yield write_nothing(cleaned, language, sure, findings.hits, self._frames)

    def article(self, identity: int) -> Article | None:
        """Returns the article whose `id` a hit or citation carries, or None when that version is indexed no more."""
        return self._searcher.article(identity)

    def load(self) -> None:
        """Loads the model and the index now rather than with the first question; problems wait for that question."""
        with contextlib.suppress(AssistantError):
            self._searcher.search("?", "und", 1)

    def _language(self, question: str) -> str:
        return detect_language(question, likely=self._frames.languages)

    def is_built(self) -> bool:
        """Tells whether there is an index to ask."""
        try:
            with self._store.read() as snapshot:
                snapshot.publication()
        except ArticleIndexError:
            return False
        return True


def query(question: str, home: str | os.PathLike[str] | None = None) -> Answer:
    """Answers a question from the articles in `home`, else `$ASSISTANT_HOME`, else the current folder.

    The model stays loaded between calls. Raises as `Assistant.open` and `Assistant.search`.
    """
    return _assistant_of(Home.find(home)).query(question)


def package_prompts() -> Path:
    """Returns the folder of the prompts that come with the package."""
    package = Path(__file__).parent
    installed, checked_out = package / "prompts", package.parent / "prompts"
    return installed if installed.is_dir() else checked_out


def _checked(limit: int) -> int:
    if not 1 <= limit <= MOST_HITS:
        raise QuestionError(f"A search gives 1 to {MOST_HITS} passages, not {limit}. Ask for a number between.")
    return limit


@lru_cache(maxsize=8)
def _assistant_of(home: Home) -> Assistant:
    return Assistant.open(home.root)


def _model_of(home: Home, settings: Settings) -> str:
    return BUNDLED_MODEL if settings.embedding_model == BUNDLED_MODEL else _located(home, settings.embedding_model)


def _reranker_of(home: Home, settings: Settings) -> Reranker | None:
    return Reranker(_located(home, settings.reranker)) if settings.reranker else None


def _located(home: Home, model: str) -> str:
    # A relative folder in assistant.toml means one in the home, wherever the process was started.
    folder = home.root / model
    return str(folder) if folder.is_dir() else model
