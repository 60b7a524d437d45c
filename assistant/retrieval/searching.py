"""Question → Hits: candidates by vectors, words and names, scored again with all that the index holds of them.

Every hit is proven on its way out: the passage's slice of the article must have the digest under which its vector was
kept, and the article the digest under which it was written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from assistant.errors import IndexDamagedError, ModelMismatchError, QuestionError
from assistant.retrieval import vectors
from assistant.retrieval.catalogue import Catalogue, read_catalogue
from assistant.retrieval.embedding import Embedder, Encoding
from assistant.retrieval.grouping import group_alike
from assistant.retrieval.language_space import LanguageSpace, Vectors, means_of
from assistant.retrieval.late_interaction import Interaction, TokenCodes, interact
from assistant.retrieval.lexical import Coverage, NameBook, find_passages, measure_coverage, read_wording
from assistant.retrieval.rebuilding import build_vector_index, model_fingerprint
from assistant.retrieval.reranking import RERANKED, Reranker
from assistant.retrieval.scoring import Found, Scores, score
from assistant.retrieval.store import Publication, Snapshot, Store, StoredArticle, StoredSpan, Words, damaged, text_key
from assistant.types import Article, Filters, Hit, IndexedArticle, RetrievalStep, ScoredSpan

# Passages that are scored again. On archives of 190 articles 20 by their vectors gave the same first passages as all of
# them, and 40 the same first five; words and names add what the model has never heard of.
CANDIDATES = 40
WORDED_CANDIDATES = 8

EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class _Question:
    """A question as far as it is known: one that is only a vector has no text, no tokens and no language."""

    vector: Vectors  # (dimension,), in the model's language space
    text: str = ""
    language: str = ""
    encoding: Encoding | None = None
    rephrased: Encoding | None = None  # the same question read as a passage


@dataclass(frozen=True, slots=True)
class _Generation:
    """What a published state's search needs in memory."""

    digest: str
    vectors: vectors.VectorIndex
    means: Mapping[str, Mapping[str, Vectors]]  # by grain, then by language
    names: NameBook


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is looked at where filters leave something out."""

    articles: Collection[int]
    passages: NDArray[np.int64]  # (passages,), their ids


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Passages that may fit, with everything that they are scored by; all lists are in the order of `passages`."""

    passages: list[StoredSpan]
    sentences: list[list[StoredSpan]]
    articles: Mapping[int, StoredArticle]
    said: Mapping[int, Words]

    @property
    def languages(self) -> list[str]:
        return [self.articles[passage.parent].language for passage in self.passages]


@dataclass(frozen=True, slots=True)
class Findings:
    """The hits of a search, best first, and among how many passages they were found: those that filters let through.

    `nearby` are the hits of the same search among some articles alone.
    """

    hits: list[Hit]
    searched: int
    nearby: Sequence[Hit] = ()

    @property
    def all(self) -> list[Hit]:
        """The hits of both, each once."""
        return list({(hit.article.id, hit.start): hit for hit in (*self.nearby, *self.hits)}.values())


class Searcher:
    """Searches one index; picks up whatever is published by the time a question comes. Safe to share among threads."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        *,
        skipped: Collection[RetrievalStep] = (),
        reranker: Reranker | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._skipped = frozenset(skipped)
        self._reranker = reranker
        self._loading, self._cataloguing = Lock(), Lock()  # who reads the catalogue holds up no search
        self._loaded: _Generation | None = None
        self._catalogue: tuple[str, Catalogue] | None = None

    def search(
        self,
        question: str,
        language: str,
        limit: int,
        filters: Filters = EVERYTHING,
        nearby: Collection[int] = (),
    ) -> Findings:
        """Returns the at most `limit` passages that fit the question, which is in `language`, of the articles that the
        filters let through, and as many of those with the ids `nearby`. Raises as `search_vector`.
        """
        with self._snapshot() as (snapshot, publication), _one_thread_for_algebra():
            encoding, rephrased = self._read(question)
            again = rephrased.vector[None] if rephrased else None
            vector = publication.model.space.questions(encoding.vector[None], again)[0]
            asked = _Question(vector, question, language, encoding, rephrased)
            chosen = self._choose(snapshot, publication, filters)
            findings = self._search(snapshot, publication, asked, limit, chosen)
            if not nearby:
                return findings
            articles = frozenset(nearby).intersection(chosen.articles if chosen else nearby)
            few = _Chosen(articles, snapshot.passages_of(articles))
            return replace(findings, nearby=self._search(snapshot, publication, asked, limit, few).hits)

    def search_vector(self, vector: Vectors, limit: int, filters: Filters = EVERYTHING) -> Findings:
        """Returns the at most `limit` passages that fit a question's vector, (dimension,), by vectors alone, of the
        articles that the filters let through.

        Raises `NoIndexError`, `IndexDamagedError`, `StorageError`, or `ModelMismatchError` when the index was made by
        another model than this searcher's.
        """
        with self._snapshot() as (snapshot, publication), _one_thread_for_algebra():
            if vector.shape != (publication.model.dimension,) or not np.isfinite(vector).all():
                raise QuestionError(
                    f"A question's vector has {publication.model.dimension} finite numbers; this has not."
                )
            question = _Question(publication.model.space.questions(vector[None])[0])
            return self._search(snapshot, publication, question, limit, self._choose(snapshot, publication, filters))

    def articles(self) -> tuple[IndexedArticle, ...]:
        """Returns what is indexed, by path. Raises `NoIndexError`, `IndexDamagedError` or `StorageError`."""
        with self._store.read() as snapshot:
            return self._catalogue_of(snapshot, snapshot.publication()).articles

    def space(self) -> LanguageSpace:
        """Returns the model's measures, as the index keeps them. Raises as `search_vector`."""
        with self._snapshot() as (_, publication):
            return publication.model.space

    def article(self, identity: int) -> Article | None:
        """Returns the article with this id, or None when that version is not in the index any more."""
        with self._store.read() as snapshot:
            stored = snapshot.articles([identity]).get(identity)
            return _article(stored) if stored else None

    def _read(self, question: str) -> tuple[Encoding, Encoding | None]:
        if "rephrasing" in self._skipped:
            return self._embedder.encode_questions([question])[0], None
        with ThreadPoolExecutor(1) as beside:  # two readings on two cores take as long as one
            rephrased = beside.submit(self._embedder.encode_passages, [question])
            return self._embedder.encode_questions([question])[0], rephrased.result()[0]

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[tuple[Snapshot, Publication]]:
        with self._store.read() as snapshot:  # one snapshot from the first look to the last: nothing is mixed
            publication = snapshot.publication()
            self._check_model(publication)
            yield snapshot, publication

    def _choose(self, snapshot: Snapshot, publication: Publication, filters: Filters) -> _Chosen | None:
        if not filters.narrow:
            return None
        articles = self._catalogue_of(snapshot, publication).matching(filters)
        return _Chosen(articles, snapshot.passages_of(articles))

    def _catalogue_of(self, snapshot: Snapshot, publication: Publication) -> Catalogue:
        with self._cataloguing:
            if self._catalogue is None or self._catalogue[0] != publication.digest:
                self._catalogue = publication.digest, read_catalogue(snapshot)
            return self._catalogue[1]

    def _search(
        self,
        snapshot: Snapshot,
        publication: Publication,
        question: _Question,
        limit: int,
        chosen: _Chosen | None,
    ) -> Findings:
        generation = self._generation(snapshot, publication)
        articles = chosen.articles if chosen else None
        among = chosen.passages if chosen else None
        searched = publication.passages if among is None else len(among)
        if not searched:
            return Findings([], 0)
        ids, _ = generation.vectors.search(question.vector, max(CANDIDATES, limit), among)
        found = dict.fromkeys(ids.tolist())
        wording = None
        if question.text and not {"words", "names"} <= self._skipped:
            total = publication.passages
            wording = read_wording(question.text, question.language, snapshot, generation.names, total)
            if "words" not in self._skipped:
                found |= dict.fromkeys(find_passages(wording, snapshot, "words", total, WORDED_CANDIDATES, articles))
            if "names" not in self._skipped:
                found |= dict.fromkeys(find_passages(wording, snapshot, "names", total, WORDED_CANDIDATES, articles))
        candidates = self._candidates(snapshot, list(found))
        coverage = measure_coverage(wording, candidates.said) if wording else {}
        scores = self._score(snapshot, publication, generation, question, candidates, coverage)
        hits = _hits(candidates, scores)
        if "grouping" not in self._skipped:
            said = {(it.parent, it.start): candidates.said[it.id].words for it in candidates.passages}
            hits = group_alike(
                hits, lambda hit: frozenset(said[hit.article.id, hit.start].split()), max(limit, RERANKED)
            )
        if self._reranker and question.text:
            hits = self._reranker.rerank(question.text, hits)
        return Findings(hits[:limit], searched)

    def _check_model(self, publication: Publication) -> None:
        if publication.model.fingerprint == model_fingerprint(self._embedder, self._skipped):
            return
        raise ModelMismatchError(
            f"The index in {self._store.folder} was made by the model {publication.model.name}; the settings name "
            f"{self._embedder.name}, or other prefixes. Vectors of two models do not mix: set the old model again, or "
            "make the index anew with: assistant rebuild"
        )

    def _generation(self, snapshot: Snapshot, publication: Publication) -> _Generation:
        with self._loading:
            if self._loaded is None or self._loaded.digest != publication.digest:
                index = self._load_vectors(snapshot, publication)
                means = {grain: snapshot.language_means(grain) for grain in ("passage", "sentence", "token")}
                self._loaded = _Generation(publication.digest, index, means, NameBook(snapshot.names_counted()))
            return self._loaded

    def _load_vectors(self, snapshot: Snapshot, publication: Publication) -> vectors.VectorIndex:
        try:
            index = vectors.load(self._store.folder, publication.vectors_file, publication.vectors_digest)
        except (OSError, IndexDamagedError):
            # The file is derived: a search goes on without it, and the next rebuild writes it again.
            index = build_vector_index(snapshot, publication.model)
        if len(index) != publication.passages:
            what = f"{publication.passages} passages were published, {len(index)} are there"
            raise IndexDamagedError(damaged(self._store.file, what))
        return index

    def _candidates(self, snapshot: Snapshot, ids: Sequence[int]) -> _Candidates:
        passages = snapshot.passages(ids)
        articles = snapshot.articles(sorted({passage.parent for passage in passages.values()}))
        said = snapshot.words_of(ids)
        if len(passages) != len(ids) or any(passage.parent not in articles for passage in passages.values()):
            raise IndexDamagedError(damaged(self._store.file, "a passage or its article is missing"))
        if len(said) != len(ids):
            raise IndexDamagedError(damaged(self._store.file, "a passage's words are missing"))
        sentences: dict[int, list[StoredSpan]] = {identity: [] for identity in ids}
        for sentence in snapshot.sentences(ids):
            sentences[sentence.parent].append(sentence)
        for identity, passage in passages.items():
            sentences[identity].sort(key=lambda sentence: sentence.start)
            if len(sentences[identity]) != passage.parts:
                raise IndexDamagedError(damaged(self._store.file, "a sentence is missing"))
            for span in (passage, *sentences[identity]):
                self._prove(articles[passage.parent], span)
        return _Candidates([passages[it] for it in ids], [sentences[it] for it in ids], articles, said)

    def _score(
        self,
        snapshot: Snapshot,
        publication: Publication,
        generation: _Generation,
        question: _Question,
        candidates: _Candidates,
        coverage: Mapping[int, Coverage],
    ) -> dict[int, Scores]:
        space, model = publication.model.space, publication.model.id
        keys = {span.key for spans in (candidates.passages, *candidates.sentences) for span in spans}
        kept = snapshot.vectors(model, list(keys))
        if len(kept) != len(keys):
            raise IndexDamagedError(damaged(self._store.file, "a passage or sentence has no vector"))

        def similarities(spans: Sequence[StoredSpan], languages: Sequence[str], grain: str) -> Vectors:
            means = means_of(languages, generation.means[grain], publication.model.dimension)
            rows = np.stack([kept[span.key] for span in spans]) if spans else means
            similar: Vectors = space.passages(rows, means) @ question.vector
            return similar

        languages = candidates.languages
        of_passages = similarities(candidates.passages, languages, "passage")
        flat = [span for spans in candidates.sentences for span in spans]
        spoken = [language for language, spans in zip(languages, candidates.sentences, strict=True) for _ in spans]
        of_sentences = iter(similarities(flat, spoken, "sentence").tolist())
        interactions = self._interactions(snapshot, publication, generation, question, candidates)
        found = {
            passage.id: Found(
                vector,
                [next(of_sentences) for _ in sentences],
                not question.language or language == question.language,
                interaction,
                coverage.get(passage.id),
            )
            for passage, sentences, language, vector, interaction in zip(
                candidates.passages, candidates.sentences, languages, of_passages.tolist(), interactions, strict=True
            )
        }
        without: set[RetrievalStep] = set() if question.encoding else {"late_interaction"}
        return score(found, space, self._skipped | without)

    def _interactions(
        self,
        snapshot: Snapshot,
        publication: Publication,
        generation: _Generation,
        question: _Question,
        candidates: _Candidates,
    ) -> Sequence[Interaction | None]:
        if question.encoding is None or "late_interaction" in self._skipped:
            return [None] * len(candidates.passages)
        keys = {passage.key for passage in candidates.passages}
        codes = snapshot.token_codes(publication.model.id, list(keys))
        if len(codes) != len(keys):
            raise IndexDamagedError(damaged(self._store.file, "a passage has no tokens"))
        tokens: list[TokenCodes] = [codes[passage.key] for passage in candidates.passages]
        means = means_of(candidates.languages, generation.means["token"], publication.model.dimension)
        starts = [
            [sentence.start - passage.start for sentence in sentences]
            for passage, sentences in zip(candidates.passages, candidates.sentences, strict=True)
        ]
        return interact(question.encoding, publication.model.space, tokens, means, starts, question.rephrased)

    def _prove(self, article: StoredArticle, span: StoredSpan) -> None:
        if text_key(article.text[span.start : span.end]) != span.key:
            raise IndexDamagedError(damaged(self._store.file, f"a passage of {article.paths[0]} is not at its place"))


def _hits(candidates: _Candidates, scores: Mapping[int, Scores]) -> list[Hit]:
    shown = {identity: _article(stored) for identity, stored in candidates.articles.items()}
    hits = [
        Hit(
            shown[passage.parent],
            passage.start,
            passage.end,
            scores[passage.id].passage,
            tuple(
                ScoredSpan(span.start, span.end, value)
                for span, value in zip(sentences, scores[passage.id].sentences, strict=True)
            ),
        )
        for passage, sentences in zip(candidates.passages, candidates.sentences, strict=True)
    ]
    # Ties are broken by place, so that the same question always gets the same answer.
    return sorted(hits, key=lambda hit: (-hit.score, hit.article.path, hit.start))


def _one_thread_for_algebra() -> contextlib.AbstractContextManager[object]:
    # A search multiplies many small matrices; threads that wait for each other at each of them take twice as long as
    # one does, and five times as long on a busy machine.
    limits: contextlib.AbstractContextManager[object] = _algebra().limit(limits=1, user_api="blas")
    return limits


@lru_cache(maxsize=1)
def _algebra() -> ThreadpoolController:
    return ThreadpoolController()  # looks at every library in memory, so it is made once


def _article(stored: StoredArticle) -> Article:
    path, *copies = stored.paths
    told = stored.provenance
    return Article(
        path, stored.title, stored.language, stored.text, tuple(copies), stored.id, told.date, told.outlet, told.link
    )
