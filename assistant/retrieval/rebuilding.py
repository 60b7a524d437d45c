"""`seeds/` → the index: reads and embeds what is new, then publishes everything at once.

Each step is kept as soon as it is done, so that an interrupted rebuild goes on where it stopped; readers see nothing
of it before the last transaction.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from assistant.corpus.files import Refusal, SeedFile, find_seeds, read_bytes
from assistant.corpus.languages import DETECTION_VERSION, detect_language
from assistant.corpus.reading import READING_VERSION, reader_for
from assistant.corpus.splitting import SPLITTING_VERSION, SplitPassage, split_text
from assistant.corpus.words import WORDS_VERSION, find_names, find_sounds, find_words
from assistant.errors import HomeError, IndexBusyError, IndexDamagedError, NoIndexError, ReadingError, StorageError
from assistant.retrieval import vectors
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.language_space import (
    LANGUAGE_SPACE_VERSION,
    LanguageMeans,
    LanguageSpace,
    Vectors,
    means_of,
    plain_space,
    space_of,
)
from assistant.retrieval.last_rebuild import record
from assistant.retrieval.late_interaction import PASSAGES_FOR_A_MEAN, encode_tokens, token_means
from assistant.retrieval.store import Grain, Model, Snapshot, Store, Words, Writer
from assistant.types import Progress, RebuildReport, RetrievalStep

LOCK_NAME = ".lock"
HOLDER_NAME = ".lock-holder"  # beside it, because some systems let nobody write to a locked file

# What is embedded between two commits: a few seconds' work, so that little is lost and the progress bar moves, and
# enough texts for batches of like length. A passage's tokens take 300 kB before they are codes.
SENTENCES_A_COMMIT = 512
PASSAGES_A_COMMIT = 128

ProgressListener = Callable[[Progress], None]


def rebuild(
    seeds: Path,
    store: Store,
    embedder: Embedder,
    *,
    passage_size: int,
    largest_file: int,
    skipped: Collection[RetrievalStep] = (),
    progress: ProgressListener | None = None,
    wait: bool = True,
) -> RebuildReport:
    """Brings the index in line with the files in `seeds` and reports what changed.

    `passage_size` is in characters, `largest_file` in bytes. With another rebuild at work it waits, or raises
    `IndexBusyError` if told not to. A damaged database is set aside and built anew. Raises `StorageError` when the
    index cannot be written, `ModelError` when the model cannot be had; what was published before stays as it was.
    """
    started = time.perf_counter()
    tell = progress or (lambda _: None)
    with _only_builder(store, tell, wait):
        notes = _repair(store)
        with store.write() as writer:
            before = writer.seeds()
            found, refused = find_seeds(seeds)
            if not found and not seeds.is_dir():  # deleted or moved just now: no reason to forget the articles
                raise HomeError(f"The folder {seeds} has gone. Put it back, then run: assistant rebuild")
            versions = f"{READING_VERSION}.{SPLITTING_VERSION}.{DETECTION_VERSION}.{WORDS_VERSION}.{passage_size}"
            now, failed = _read_all(found, writer, versions, passage_size, largest_file, tell)
            refused += failed
            old = {path: article for path, (article, _) in before.items()}
            is_refused = _refusals_of(refused)
            now |= {path: article for path, article in old.items() if is_refused(path)}
            model = _model(embedder, writer, skipped, tell)
            embedded = _embed_missing(writer, model, embedder, sorted(set(now.values())), tell)
            if now != old or not _is_published(writer, store, model):
                tell(Progress("publishing", 0, 1))
                _publish(writer, store, model, now)
                tell(Progress("publishing", 1, 1))
            else:
                writer.sweep()
            vectors.delete_others(store.folder, writer.publication().vectors_file)
        report = _report(old, now, refused, embedded, time.perf_counter() - started, notes)
        record(report, store.folder)
    return report


def _report(
    old: Mapping[str, int],
    now: Mapping[str, int],
    refused: Sequence[Refusal],
    embedded: int,
    seconds: float,
    notes: Sequence[str],
) -> RebuildReport:
    is_refused = _refusals_of(refused)
    read = sorted(path for path in now if not is_refused(path))
    return RebuildReport(
        added=tuple(path for path in read if path not in old),
        changed=tuple(path for path in read if path in old and now[path] != old[path]),
        removed=tuple(sorted(old.keys() - now.keys())),
        unchanged=tuple(path for path in read if path in old and now[path] == old[path]),
        failed={refusal.path: _reason(refusal, old) for refusal in sorted(refused, key=lambda refusal: refusal.path)},
        embedded=embedded,
        seconds=seconds,
        notes=tuple(notes),
    )


@contextlib.contextmanager
def _only_builder(store: Store, tell: ProgressListener, wait: bool) -> Iterator[None]:
    holder_file = store.folder / HOLDER_NAME
    lock = FileLock(store.folder / LOCK_NAME)  # the kernel lets go of it when its process ends, however it ends
    try:
        store.folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            holder = _holder(holder_file)
            if not wait:
                raise IndexBusyError(
                    f"Another rebuild{holder} is at work on {store.folder}. Wait until it is done, then try again."
                ) from None
            tell(Progress("waiting", 0, 0, f"another rebuild{holder} is at work; waiting for it"))
            lock.acquire()
    except OSError as problem:
        raise StorageError(
            f"{store.folder} cannot be written: {problem.strerror or problem}. Allow writing there, then run: "
            "assistant rebuild"
        ) from problem
    try:
        with contextlib.suppress(OSError):  # only a hint for whoever waits
            holder_file.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        lock.release()


def _holder(file: Path) -> str:
    try:
        return f" (process {int(file.read_text(encoding='ascii'))})"
    except (OSError, ValueError):
        return ""


def _repair(store: Store) -> list[str]:
    try:
        with store.write() as writer:
            damage = writer.find_damage()
    except IndexDamagedError as problem:
        damage = str(problem).partition(" is damaged: ")[2].partition(". Build it anew")[0] or str(problem)
    if damage is None:
        return []
    kept = store.set_aside()
    return [f"The index was damaged ({damage}); it was set aside as {kept.name} and built anew from the seeds."]


def _read_all(
    found: list[SeedFile], writer: Writer, versions: str, passage_size: int, largest_file: int, tell: ProgressListener
) -> tuple[dict[str, int], list[Refusal]]:
    articles: dict[str, int] = {}
    failed: list[Refusal] = []
    for done, seed in enumerate(found):
        tell(Progress("reading", done, len(found), seed.path))
        try:
            articles[seed.path] = _read(seed, writer, versions, passage_size, largest_file)
        except ReadingError as problem:
            failed.append(Refusal(seed.path, str(problem)))
    tell(Progress("reading", len(found), len(found)))
    return articles, failed


def _read(seed: SeedFile, writer: Writer, versions: str, passage_size: int, largest_file: int) -> int:
    reader = reader_for(seed.path)
    content = read_bytes(seed, largest_file)
    digest = hashlib.sha256(f"{versions} {reader.__name__}\0".encode() + content).digest()
    known = writer.find_article(digest)
    if known is not None:
        return known
    document = reader(content)
    language = detect_language(document.text)
    passages = split_text(document.text, language, passage_size)
    worded = ((passage, _words(document.text, passage, language)) for passage in passages)
    return writer.add_article(digest, document.title, language, document.text, worded, document.provenance)


def _words(text: str, passage: SplitPassage, language: str) -> Words:
    said = text[passage.start : passage.end]
    return Words(" ".join(find_words(said, language)), " ".join(find_names(said)), " ".join(find_sounds(said)))


def model_fingerprint(embedder: Embedder, skipped: Collection[RetrievalStep]) -> str:
    """Names what an index's vectors depend on; without its language space a model is another one."""
    space = "plain" if "language_space" in skipped else LANGUAGE_SPACE_VERSION
    return f"{embedder.fingerprint}:{space}"


def _model(embedder: Embedder, writer: Writer, skipped: Collection[RetrievalStep], tell: ProgressListener) -> Model:
    fingerprint = model_fingerprint(embedder, skipped)
    known = writer.find_model(fingerprint)
    if known:
        return known
    tell(Progress("measuring", 0, 1, "looking at the model for the first time"))
    space = plain_space(embedder.dimension) if "language_space" in skipped else space_of(embedder)
    tell(Progress("measuring", 1, 1))
    return writer.add_model(fingerprint, embedder.name, embedder.dimension, space)


def _embed_missing(
    writer: Writer, model: Model, embedder: Embedder, articles: Iterable[int], tell: ProgressListener
) -> int:
    waiting = writer.missing_characters(model.id, articles)
    total, done, embedded = sum(waiting.values()), 0, 0
    if waiting:
        tell(Progress("embedding", 0, total))
    for window in _windows(writer, model, waiting):
        steps = len(window.passages) + len(window.sentences)
        for keys in _parts(list(window.passages), PASSAGES_A_COMMIT):
            encodings = embedder.encode_passages([window.passages[key] for key in keys])
            codes = {key: encode_tokens(it, model.space) for key, it in zip(keys, encodings, strict=True)}
            writer.add_vectors(model.id, keys, np.stack([encoding.vector for encoding in encodings]), codes)
            embedded += len(keys)
            tell(Progress("embedding", done + window.characters * len(keys) // steps, total))
        for keys in _parts(list(window.sentences), SENTENCES_A_COMMIT):
            writer.add_vectors(model.id, keys, embedder.embed_passages([window.sentences[key] for key in keys]))
            embedded += len(keys)
            tell(Progress("embedding", done + window.characters * len(keys) // steps, total))
        done += window.characters
        tell(Progress("embedding", done, total))
    return embedded


@dataclass(frozen=True, slots=True)
class _Window:
    """Some articles' passages and sentences that are to embed, by key."""

    passages: dict[bytes, str]
    sentences: dict[bytes, str]
    characters: int


def _windows(writer: Writer, model: Model, waiting: Mapping[int, int]) -> Iterator[_Window]:
    window = _Window({}, {}, 0)
    for article, missing in waiting.items():
        passages, sentences = writer.missing_passages(model.id, article), writer.missing_sentences(model.id, article)
        window = _Window(window.passages | passages, window.sentences | sentences, window.characters + missing)
        if len(window.passages) + len(window.sentences) >= SENTENCES_A_COMMIT:
            yield window
            window = _Window({}, {}, 0)
    if window.characters:
        yield window


def _parts(keys: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    return (keys[first : first + size] for first in range(0, len(keys), size))


def _is_published(writer: Writer, store: Store, model: Model) -> bool:
    try:
        publication = writer.publication()
        vectors.load(store.folder, publication.vectors_file, publication.vectors_digest)
    except (NoIndexError, IndexDamagedError, OSError):
        return False
    return publication.model.id == model.id


def _publish(writer: Writer, store: Store, model: Model, seeds: Mapping[str, int]) -> None:
    with writer.publishing(seeds):
        grains: tuple[Grain, ...] = ("passage", "sentence")
        for grain in grains:
            means = LanguageMeans(model.space.passage_origin)
            for _, language, vector in writer.published_vectors(model.id, grain):
                means.add(language, vector)
            writer.set_language_means(grain, _known(model.space, means.means()))
        samples = writer.sampled_token_codes(model.id, PASSAGES_FOR_A_MEAN)
        writer.set_language_means("token", _known(model.space, token_means(samples, model.dimension)))
        index = build_vector_index(writer, model)
        name, digest = vectors.save(index, store.folder)
        writer.set_publication(model, len(index), name, digest)


def build_vector_index(snapshot: Snapshot, model: Model) -> vectors.VectorIndex:
    """Builds the FAISS index of a snapshot's published passages from their vectors in the database."""
    rows = list(snapshot.published_vectors(model.id, "passage"))
    ids = np.array([identity for identity, _, _ in rows], np.int64)
    stacked = np.stack([vector for _, _, vector in rows]) if rows else np.empty((0, model.dimension), np.float32)
    means = means_of([language for _, language, _ in rows], snapshot.language_means("passage"), model.dimension)
    return vectors.VectorIndex.build(ids, model.space.passages(stacked, means))


def _known(space: LanguageSpace, means: Mapping[str, Vectors]) -> Mapping[str, Vectors]:
    return means if space.neutral else {language: np.zeros_like(mean) for language, mean in means.items()}


def _reason(refusal: Refusal, old: Mapping[str, int]) -> str:
    was_there = refusal.path in old or any(path.startswith(refusal.path.rstrip("/") + "/") for path in old)
    return f"{refusal.reason} (the version indexed before stays)" if was_there else refusal.reason


def _refusals_of(refused: Iterable[Refusal]) -> Callable[[str], bool]:
    """Returns what tells whether a path is refused, by its own name or with the folder it lies in."""
    paths = {refusal.path for refusal in refused}
    # What is no folder now (a link, say) may stand where one stood, and its articles are not forgotten for that.
    folders = tuple(f"{path.rstrip('/')}/".removeprefix("./") for path in paths)
    return lambda path: path in paths or path.startswith(folders)
