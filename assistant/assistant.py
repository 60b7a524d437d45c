"""The assistant of one home: the one place where settings become objects."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answering.already_said import leave_out_said
from assistant.answering.confidence import confidence, level
from assistant.answering.conversation import Understood, understand
from assistant.answering.follow_ups import Beyond
from assistant.answering.frames import Frame, fill, load_frames
from assistant.answering.gathering import Evidence, gather, rank_sentences
from assistant.answering.hearing import hear, name_speakers
from assistant.answering.language_model import LanguageModel
from assistant.answering.missing import find_missing
from assistant.answering.model_choice import ModelChoice
from assistant.answering.model_writer import write_with_model
from assistant.answering.names import Similarity
from assistant.answering.prompts import load_prompts
from assistant.answering.quoting import write_answer, write_nothing
from assistant.answering.recency import asks_for_newest, newest_first
from assistant.answering.rewriting import rewrite
from assistant.answering.speaking import read_asked
from assistant.answering.staying import stay
from assistant.corpus.languages import detect_language
from assistant.errors import ArticleIndexError, AssistantError, LanguageModelError, QuestionError
from assistant.home import Home
from assistant.question import check_filters, check_language, clean_question
from assistant.retrieval.embedding import open_embedder
from assistant.retrieval.likeness import Likeness
from assistant.retrieval.rebuilding import ProgressListener, rebuild
from assistant.retrieval.reranking import Reranker
from assistant.retrieval.searching import EVERYTHING, Searcher
from assistant.retrieval.store import Store
from assistant.settings import BUNDLED_MODEL, Settings, load_settings
from assistant.types import Answer, Article, Filters, Hit, IndexedArticle, RebuildReport, Turn

MOST_HITS = 1_000
HITS_FOR_AN_ANSWER = 10
HITS_FOR_THE_NEWEST = 100  # the newest that bear on the question need not be among the best


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it was asked, and as it is searched for: completed from the turns before, it may mix languages."""

    question: str
    searched: str
    searched_in: str
    turns: Sequence[Turn]
    filters: Filters
    failure: LanguageModelError | None
    """Why the language model failed when it was asked to complete the question, if it did."""
    beyond: Beyond
    """What was said in the turns before and is not asked for again."""
    own: str
    """What of `searched` tells whose words are asked for: the question before may have asked for somebody else's."""
    cited: Sequence[int]
    """The articles that the turn before cited, where the question is about what it was about."""


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
        self._likeness = Likeness(self.embedder, self._searcher.space)
        self._models = ModelChoice(
            settings.llm,
            settings.llm_address,
            settings.llm_key.get_secret_value(),
            seconds=settings.llm_timeout_seconds,
            reply_tokens=settings.llm_tokens,
            context_tokens=settings.llm_context_tokens,
            home=home.root,
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

    def articles(self) -> tuple[IndexedArticle, ...]:
        """Returns what is indexed, by path. Raises `NoIndexError`, `IndexDamagedError` or `StorageError`."""
        return self._searcher.articles()

    def search(self, question: str, *, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Returns the at most `limit` passages that fit the question, best first, of the articles that `filters` let
        through; the newest first where they say so.

        Raises `QuestionError`, `NoIndexError`, `ModelMismatchError`, `IndexDamagedError` or `StorageError`.
        """
        cleaned, chosen = clean_question(question), _checked_filters(filters)
        wanted = max(_checked(limit), HITS_FOR_THE_NEWEST) if chosen.newest else _checked(limit)
        hits = self._searcher.search(cleaned, self._language(cleaned), wanted, chosen).hits
        return newest_first(hits)[:limit] if chosen.newest else hits

    def search_vector(self, vector: NDArray[np.float32], *, limit: int = 10) -> list[Hit]:
        """Returns the at most `limit` passages that fit a question's vector, (dimension,), by this home's model.

        Raises as `search`.
        """
        return self._searcher.search_vector(vector, _checked(limit)).hits

    def query(
        self,
        question: str,
        history: Sequence[Turn | Answer] = (),
        language: str | None = None,
        filters: Filters | None = None,
    ) -> Answer:
        """Answers a question with exact quotes, or says that the articles say nothing about it.

        `history` are the turns before, oldest first: they complete a follow-up, and nothing is answered from them.
        `language` is the ISO 639 code to answer in, else the question's own. Only articles that `filters` let through
        are read; a question for "the latest" is answered from the newest that bear on it. Raises as `search`.
        """
        *_, answer = self.stream(question, history, language, filters)
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn | Answer] = (),
        language: str | None = None,
        filters: Filters | None = None,
    ) -> Generator[Answer, None, None]:
        """Yields the answer as it grows; the last one is what `query` returns. Raises as `search`.

        Close it when nobody listens any more: a language model's connection is cut then.
        """
        cleaned = clean_question(question)
        if language is not None:
            check_language(language)
        turns = _turns(history)
        understood, failure = self._understand(cleaned, turns)
        searched_in = self._language(understood.searched)
        chosen = _checked_filters(filters)
        if asks_for_newest(cleaned, understood.language):
            chosen = replace(chosen, newest=True)
        own = understood.own or understood.searched
        cited = turns[-1].cited if turns and understood.nearby else ()
        asked = _Asked(cleaned, understood.searched, searched_in, turns, chosen, failure, understood.beyond, own, cited)
        for answer in self._answer(asked, language or understood.language):
            if understood.completed:
                answer = replace(answer, understood=understood.question, searched=understood.searched)
            yield answer

    def frame(self, language: str) -> Frame:
        """Returns the assistant's own words in a language, else in English."""
        return self._frames.of(language)

    def _understand(self, question: str, turns: Sequence[Turn]) -> tuple[Understood, LanguageModelError | None]:
        """Returns the question as it stands alone, and why the language model failed to complete it, if it did."""
        understood = understand(question, turns, self._language)
        if not understood.completed:
            return understood, None
        try:
            model = self._models.find()
            written = rewrite(question, understood.language, turns, model, self._prompts) if model else ""
        except LanguageModelError as problem:
            return understood, problem  # what the words alone tell stands in
        return (replace(understood, question=written, searched=written, own=written) if written else understood), None

    def _answer(self, asked: _Asked, language: str) -> Iterator[Answer]:
        wanted = HITS_FOR_THE_NEWEST if asked.filters.newest else HITS_FOR_AN_ANSWER
        findings = self._searcher.search(asked.searched, asked.searched_in, wanted, asked.filters, asked.cited)
        hits = findings.all if asked.cited else findings.hits
        ranked = _rank(hits, asked, self._likeness, level(findings.searched))
        ranked = leave_out_said(ranked, asked.turns, asked.beyond)
        sure = confidence(ranked[0].score if ranked else None, findings.searched)
        if asked.cited:
            ranked = stay(ranked, asked.cited)
        if asked.filters.newest:
            ranked = newest_first(ranked)
        if not ranked or sure < self.settings.abstain_below:
            narrow = asked.filters.narrow
            yield write_nothing(asked.question, language, sure, findings.hits, self._frames, narrow=narrow)
            return
        # Named first: what somebody says is never widened by somebody else's words.
        asks_for_speakers = any(piece.speaker for piece in ranked)
        evidence = gather(name_speakers(ranked), self.settings.maximum_quotes, apart=asks_for_speakers)
        note = ""
        try:
            model = self._models.find()
            if model and asked.failure:  # who failed a moment ago is not waited for again
                raise asked.failure
            if model:
                yield from self._write_with_model(asked, language, sure, evidence, model)
                return
        except LanguageModelError as problem:
            note = self.frame(language).fails(problem)
        missing = find_missing(asked.searched, asked.searched_in, evidence)
        for answer in write_answer(asked.question, language, sure, evidence, self._frames, missing):
            yield replace(answer, note=note)

    def _write_with_model(
        self, asked: _Asked, language: str, sure: float, evidence: Sequence[Evidence], model: LanguageModel
    ) -> Iterator[Answer]:
        answers = write_with_model(
            asked.searched, language, sure, evidence, asked.turns, self._frames, self._prompts, model, self._likeness
        )
        found = ""
        for answer in answers:
            if answer.statements and self._models.is_news(model):
                found = fill(self.frame(language).model_found, model=model.name, setting='llm = "none"')
            yield replace(answer, question=asked.question, note=" ".join(filter(None, [answer.note, found])))

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
    filters: Filters | None = None,
) -> Answer:
    """Answers a question from the articles in `home`, else `$ASSISTANT_HOME`, else the current folder.

    `history`, `language` and `filters` are those of `Assistant.query`. The model stays loaded between calls. Raises as
    `Assistant.open` and `Assistant.search`.
    """
    return _assistant_of(Home.find(home)).query(question, history, language, filters)


def package_prompts() -> Path:
    """Returns the folder of the prompts that come with the package."""
    package = Path(__file__).parent
    installed, checked_out = package / "prompts", package.parent / "prompts"
    return installed if installed.is_dir() else checked_out


def _rank(hits: Sequence[Hit], asked: _Asked, alike: Similarity, level: float) -> list[Evidence]:
    words = read_asked(asked.own, asked.searched_in)
    return hear(rank_sentences(hits), hits, words, asked.own, asked.searched_in, alike, level)


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


def _checked_filters(filters: Filters | None) -> Filters:
    if filters is None:
        return EVERYTHING
    check_filters(filters)
    return filters


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
