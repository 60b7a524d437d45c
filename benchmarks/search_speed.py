"""How long a search takes in a large index: every question embedded, the process warm.

    python -m benchmarks.search_speed [--passages 100000] [--home DIR]

Embedding so many passages would take hours, so only the first 2,000 are: a real rebuild reads, embeds and publishes
them. All others are copies of their sentences with names and numbers of their own, so that texts, words and names are
real, while their vectors and token codes are those of the passage they are copied from, with a little noise. They go
in through the index's own writer and are published by a rebuild's own last step; the database, the FAISS file and the
lexicon have the size and the form of a real index. What it finds is not worth measuring; how long that takes is.

The building runs in a process of its own, so that the memory reported is that of loading and searching alone.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from assistant import Assistant
from assistant.corpus.splitting import SplitPassage, split_text
from assistant.retrieval import rebuilding
from assistant.retrieval.late_interaction import TokenCodes
from assistant.retrieval.store import Model, Snapshot, Store, Writer, text_key
from assistant.retrieval.vectors import VectorIndex
from assistant.settings import Settings
from assistant.types import Span
from benchmarks.archives import Text, invent_crowd, write_home

PASSAGES = 100_000
EMBEDDED = 2_000
QUESTIONS = 240
WARMING = 20  # questions before those that are measured

# A copy's vector is at a cosine of .97 to the one it is copied from; one in sixteen of its tokens' bits is another.
NOISE = 0.25
ARTICLES_A_COMMIT = 1_000
PAGE_CACHE_KILOBYTES = 1_000_000

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Original:
    """An embedded passage, for copying."""

    length: int  # in code points
    passage: Vectors  # (dimension,)
    sentences: Vectors  # (sentences, dimension)
    tokens: TokenCodes


@dataclass(frozen=True, slots=True)
class Copy:
    """An article of one passage that is not embedded, with what would have come of it."""

    text: Text
    split: SplitPassage
    original: Original

    def keys(self) -> list[bytes]:
        """Returns the keys of the passage and its sentences."""
        return _keys(self.text, self.split)

    def vectors(self, generator: np.random.Generator) -> Vectors:
        """Returns the vectors of the passage and its sentences, (1 + sentences, dimension)."""
        # Longer names may leave a copy a sentence less than the original, or shorter ones one more.
        places = np.minimum(np.arange(len(self.split.sentences)), len(self.original.sentences) - 1)
        vectors = np.concatenate([self.original.passage[None], self.original.sentences[places]])
        noise = generator.standard_normal(vectors.shape, np.float32)
        vectors += NOISE / np.sqrt(vectors.shape[1]) * noise
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def token_codes(self, generator: np.random.Generator) -> TokenCodes:
        """Returns the codes of the passage's tokens."""
        tokens = self.original.tokens
        ends = tokens.ends.astype(np.int64) * len(self.text.text) // self.original.length
        bits = generator.integers(0, 256, (4, *tokens.bits.shape), np.uint8)
        return TokenCodes(ends.astype(np.uint16), tokens.bits ^ np.bitwise_and.reduce(bits, axis=0))


def main() -> None:
    """Builds the index if need be, measures, and prints."""
    parser = argparse.ArgumentParser(description="Measures how long a search takes in a large index.")
    parser.add_argument("--passages", type=int, default=PASSAGES, metavar="N", help=f"in the index ({PASSAGES:,})")
    parser.add_argument("--home", type=Path, metavar="DIR", help="keep the index there, or search the one kept there")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = arguments.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="search-speed-")))
        if not _questions_file(folder).is_file():
            builder = multiprocessing.get_context("spawn").Process(target=build, args=(folder, arguments.passages))
            builder.start()
            builder.join()
            if builder.exitcode:
                raise SystemExit(f"The index was not built. Delete {folder} before the next try.")
        print(measure(folder))


def build(home: Path, passages: int) -> None:
    """Builds an index of so many passages in `home`, and writes down questions to ask of it."""
    started = time.perf_counter()
    embedded = min(EMBEDDED, passages)
    crowd = list(islice(invent_crowd(embedded), passages))
    write_home(home, (text for _, text, _ in crowd[:embedded]))
    assistant = Assistant.open(home)
    report = assistant.rebuild()
    _tell(f"{report.embedded:,} texts of {embedded:,} passages embedded, {time.perf_counter() - started:.0f} s")
    store = Store(assistant.home.index)
    with store.write() as writer:
        # Nothing here has to outlive a power cut, and pages that are written again stay in memory.
        writer._connection.execute("PRAGMA synchronous = OFF")
        writer._connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KILOBYTES}")
        model = writer.publication().model
        originals = [_original(writer, model, text) for _, text, _ in crowd[:embedded]]
        seeds = {path: article for path, (article, _) in writer.seeds().items()}
        copies = (Copy(text, _split(text), originals[kind]) for kind, text, _ in crowd[embedded:])
        while some := list(islice(copies, ARTICLES_A_COMMIT)):
            seeds |= _add(writer, model, some)
            if len(seeds) % (10 * ARTICLES_A_COMMIT) == 0:
                _tell(f"{len(seeds):,} passages, {time.perf_counter() - started:.0f} s")
        rebuilding._publish(writer, store, model, seeds)
    asked = [question.text for _, _, question in crowd[:: max(1, passages // (2 * (QUESTIONS + WARMING)))]]
    different = list(dict.fromkeys(asked))[: QUESTIONS + WARMING]
    _questions_file(home).write_text(json.dumps(different, ensure_ascii=False), encoding="utf-8")
    _tell(f"published, {time.perf_counter() - started:.0f} s")


def measure(home: Path) -> str:
    """Asks the questions, and returns the figures."""
    questions = json.loads(_questions_file(home).read_text(encoding="utf-8"))
    started = time.perf_counter()
    assistant = Assistant.open(home)
    assistant.load()
    loaded = time.perf_counter() - started
    for question in questions[:WARMING]:
        assistant.search(question)
    asked = questions[WARMING:]
    with _clocked_stages(assistant) as stages:
        seconds = [_clocked(assistant.search, question) for question in asked]
    stages["all the rest"] = sum(seconds) - sum(stages.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    size = sum(file.stat().st_size for file in assistant.home.index.iterdir())
    p50, p95, most = 1e3 * np.quantile(seconds, (0.5, 0.95, 1))
    rows = {
        "passages": f"{_passages(assistant):,}",
        "index on the disk, MB": f"{size / 1e6:,.0f}",
        "loading the model and the index, s": f"{loaded:.1f}",
        "peak memory of loading and searching, MB": f"{peak / 1e6:,.0f}",
        f"a search, ms: median of {len(asked)}": f"{p50:.0f}",
        "… 95th percentile": f"{p95:.0f}",
        "… longest": f"{most:.0f}",
        **{f"of its mean, {stage}": f"{1e3 * spent / len(asked):.1f}" for stage, spent in stages.items()},
    }
    return "\n".join(["| | |", "| --- | --- |", *(f"| {what} | {figure} |" for what, figure in rows.items())])


def _original(writer: Writer, model: Model, text: Text) -> Original:
    split = _split(text)
    keys = _keys(text, split)
    vectors = writer.vectors(model.id, keys)
    tokens = writer.token_codes(model.id, keys[:1])[keys[0]]
    return Original(len(text.text), vectors[keys[0]], np.stack([vectors[key] for key in keys[1:]]), tokens)


def _keys(text: Text, split: SplitPassage) -> list[bytes]:
    spans = [Span(split.start, split.end), *split.sentences]
    return [text_key(text.text[span.start : span.end]) for span in spans]


def _split(text: Text) -> SplitPassage:
    (only,) = split_text(text.text, text.language, Settings.model_fields["passage_characters"].default)
    return only


def _add(writer: Writer, model: Model, copies: Sequence[Copy]) -> dict[str, int]:
    generator = np.random.default_rng(0)
    articles = {}
    for copy in copies:
        text, title = copy.text.text, copy.text.text.partition("\n")[0]
        words = rebuilding._words(text, copy.split, copy.text.language)
        digest = hashlib.sha256(copy.text.article.encode()).digest()
        articles[copy.text.article] = writer.add_article(digest, title, copy.text.language, text, [(copy.split, words)])
    keys = [copy.keys() for copy in copies]
    vectors = np.concatenate([copy.vectors(generator) for copy in copies])
    codes = {some[0]: copy.token_codes(generator) for some, copy in zip(keys, copies, strict=True)}
    writer.add_vectors(model.id, [key for some in keys for key in some], vectors, codes)
    return articles


@contextlib.contextmanager
def _clocked_stages(assistant: Assistant) -> Iterator[dict[str, float]]:
    """Gives how many seconds were spent in each stage since; stages do not call each other."""
    embedder = type(assistant.embedder)
    stages: dict[str, list[tuple[type, str]]] = {
        "embedding the question": [
            (embedder, name) for name in vars(embedder) if name.startswith(("embed_", "encode_"))
        ],
        "FAISS": [(VectorIndex, "search")],
        "reading the database": [
            (Snapshot, name) for name, value in vars(Snapshot).items() if callable(value) and not name.startswith("_")
        ],
    }
    spent = dict.fromkeys(stages, 0.0)
    with contextlib.ExitStack() as stack:
        for stage, methods in stages.items():
            for owner, name in methods:
                stack.enter_context(patch.object(owner, name, _counted(getattr(owner, name), stage, spent)))
        yield spent


def _counted(method: Callable[..., Any], stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    @wraps(method)
    def call(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return method(*arguments, **named)
        finally:
            spent[stage] += time.perf_counter() - started

    return call


def _clocked(job: Callable[[str], object], question: str) -> float:
    started = time.perf_counter()
    job(question)
    return time.perf_counter() - started


def _passages(assistant: Assistant) -> int:
    with Store(assistant.home.index).read() as snapshot:
        return snapshot.publication().passages


def _questions_file(home: Path) -> Path:
    return home / "questions.json"


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
