"""The assistant of one home: the one place where settings become objects."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answering.confidence import confidence
from assistant.answering.conversation import Understood, understand
from assistant.answering.frames import load_frames
from assistant.answering.gathering import Evidence, gather, rank_sentences
from assistant.answering.hearing import hear, name_speakers
from assistant.answering.language_model import LanguageModel
from assistant.answering.model_choice import ModelChoice
from assistant.answering.model_writer import rewrite, write_with_model
from assistant.answering.prompts import load_prompts
from assistant.answering.quoting import write_answer, write_nothing
from assistant.answering.speaking import read_asked
from assistant.corpus.languages import detect_language
from assistant.errors import ArticleIndexError, AssistantError, LanguageModelError, QuestionError
from assistant.home import Home
from assistant.question import clean_question
from assistant.retrieval.embedding import open_embedder
from assistant.retrieval.likeness import Likeness
from assistant.retrieval.rebuilding import ProgressListener, rebuild
from assistant.retrieval.reranking import Reranker
from assistant.retrieval.searching import Searcher
from assistant.retrieval.store import Store
from assistant.settings import BUNDLED_MODEL, Settings, load_settings
from assistant.types import Answer, Article, Hit, RebuildReport, Turn

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
        folders = [home.prompts, package_prompts()]
        self._frames = load_frames(folders)
        self._prompts = load_prompts(folders)
        self._likeness = Likeness(self.embedder)
        self._models = ModelChoice(
            settings.llm,
            settings.llm_address,
            settings.llm_key.get_secret_value(),
            settings.llm_timeout_seconds,
            settings.llm_tokens,
            home.root,
        )

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

    def query(self, question: str, history: Sequence[Turn | Answer] = (), language: str | None = None) -> Answer:
        """Answers a question with exact quotes, or says that the articles say nothing about it.

        `history` are the turns before, oldest first: they complete a follow-up, and nothing is answered from them.
        `language` is the ISO 639 code to answer in, else the question's own. Raises as `search`.
        """
        *_, answer = self.stream(question, history, language)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn | Answer] = (), language: str | None = None
    ) -> Iterator[Answer]:
        """Yields the answer as it grows; the last one is what `query` returns. Raises as `search`."""
        cleaned = clean_question(question)
        turns = _turns(history)
        model, why = self._model()
        understood = self._understand(cleaned, turns, model)
        for answer in self._answer(cleaned, understood, language or understood.language, turns, model, why):
            yield replace(answer, understood=understood.question if understood.completed else "")

    def _model(self) -> tuple[LanguageModel | None, str]:
        """Returns the language model that the settings choose, or why it cannot be had."""
        try:
            return self._models.find(), ""
        except LanguageModelError as problem:
            return None, str(problem)

    def _understand(self, question: str, turns: Sequence[Turn], model: LanguageModel | None) -> Understood:
        understood = understand(question, turns, self._language)
        if model is None or not understood.completed:
            return understood
        with contextlib.suppress(LanguageModelError):  # what the words alone tell stands in
            return replace(understood, question=rewrite(question, turns, model, self._prompts))
        return understood

    def _answer(
        self,
        question: str,
        understood: Understood,
        language: str,
        turns: Sequence[Turn],
        model: LanguageModel | None,
        why: str,
    ) -> Iterator[Answer]:
        # A completed question may mix languages (what did بيسكوف say?), so that its language is told anew.
        searched, asked_in = understood.question, self._language(understood.question)
        findings = self._searcher.search(searched, asked_in, HITS_FOR_AN_ANSWER)
        ranked = _rank(findings.hits, searched, asked_in)
        sure = confidence(ranked[0].score if ranked else None, findings.searched)
        if not ranked or sure < self.settings.abstain_below:
            yield write_nothing(question, language, sure, findings.hits, self._frames)
            return
        evidence = name_speakers(gather(ranked, self.settings.maximum_quotes))
        if model is not None:
            try:
                yield from write_with_model(
                    searched, language, sure, evidence, turns, self._frames, self._prompts, model, self._likeness
                )
                return
            except LanguageModelError as problem:
                why = str(problem)
        for answer in write_answer(question, language, sure, evidence, self._frames):
            yield replace(answer, note=why)

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


def query(
    question: str,
    home: str | os.PathLike[str] | None = None,
    history: Sequence[Turn | Answer] = (),
    language: str | None = None,
) -> Answer:
    """Answers a question from the articles in `home`, else `$ASSISTANT_HOME`, else the current folder.

    `history` and `language` are those of `Assistant.query`. The model stays loaded between calls. Raises as
    `Assistant.open` and `Assistant.search`.
    """
    return _assistant_of(Home.find(home)).query(question, history, language)


def package_prompts() -> Path:
    """Returns the folder of the prompts that come with the package."""
    package = Path(__file__).parent
    installed, checked_out = package / "prompts", package.parent / "prompts"
    return installed if installed.is_dir() else checked_out


def _rank(hits: Sequence[Hit], question: str, language: str) -> list[Evidence]:
    ranked = rank_sentences(hits)
    asked = read_asked(question, language)
    return hear(ranked, hits, asked) if asked.who or asked.speaker else ranked


def _turns(history: Sequence[Turn | Answer]) -> list[Turn]:
    turns: list[Turn] = []
    before: object
    for before in history:
        turn = before.turn if isinstance(before, Answer) else before
        if not isinstance(turn, Turn) or not isinstance(turn.question, str) or not isinstance(turn.answer, str):
            raise QuestionError(
                f"A turn before is a Turn or an Answer, not {type(before).__name__}. Write Turn(question, answer)."
            )
        turns.append(turn)
    return turns


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
