"""The measured work, one job a process: `python -m benchmarks.workers JOB`, its arguments as JSON on standard input.

The last line of standard output is the result as JSON. A build's `seconds` begin when the model is loaded and end when
the index lies on the disk. `peak_bytes` is the most memory that was resident until then, loading included.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.archives import Text, read_texts, write_home, write_texts

if TYPE_CHECKING:
    from llama_index.core.indices.base import BaseIndex

HITS = 10
INSTRUCTIONS = {"query_instruction": "query: ", "text_instruction": "passage: "}  # as the model was trained

Result = dict[str, Any]


def prepare(articles: str, passages: str) -> Result:
    """Writes the passages that the assistant makes of the articles, for the others; unpacks its model if need be."""
    from assistant.corpus.languages import detect_language
    from assistant.corpus.splitting import split_text
    from assistant.retrieval.embedding.unpacking import runtime_folder
    from assistant.settings import Settings

    runtime_folder()
    size = Settings.model_fields["passage_characters"].default
    found: list[Text] = []
    sentences: set[str] = set()
    for article in read_texts(Path(articles)):
        for passage in split_text(article.text, detect_language(article.text), size):
            found.append(Text(article.article, article.language, article.text[passage.start : passage.end]))
            sentences.update(article.text[span.start : span.end] for span in passage.sentences)
    write_texts(Path(passages), found)
    return {"passages": len(found), "texts": len(sentences.union(passage.text for passage in found))}


def build(articles: str, home: str) -> Result:
    """Runs the assistant's own rebuild. It runs twice: the first time without any article, which loads the model."""
    from assistant.assistant import Assistant

    write_home(Path(home), [])
    assistant = Assistant.open(home)
    assistant.rebuild()
    write_home(Path(home), read_texts(Path(articles)))
    started = time.perf_counter()
    report = assistant.rebuild()
    return {**_built(started), "embedded": report.embedded}


def build_passage_vectors(passages: str, folder: str) -> Result:
    """Embeds and indexes the passages alone with the assistant's embedder and index: what the quickstart does."""
    import numpy as np

    from assistant.retrieval import vectors
    from assistant.retrieval.embedding import open_embedder

    texts = [passage.text for passage in read_texts(Path(passages))]
    embedder = open_embedder("bundled")
    embedder.embed_questions(["?"])
    started = time.perf_counter()
    index = vectors.VectorIndex.build(np.arange(len(texts)), embedder.embed_passages(texts))
    vectors.save(index, Path(folder))
    return _built(started)


def build_quickstart(passages: str, model: str, folder: str) -> Result:
    """Builds LlamaIndex's index as its quickstart does; every passage is a document, so that it splits none."""
    from llama_index.core import Document, Settings, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    found = read_texts(Path(passages))
    documents = [
        Document(text=passage.text, doc_id=f"{number} {passage.article}") for number, passage in enumerate(found)
    ]
    Settings.embed_model = HuggingFaceEmbedding(model_name=model, **INSTRUCTIONS)
    started = time.perf_counter()
    index = VectorStoreIndex.from_documents(documents)
    index.storage_context.persist(folder)
    return {**_built(started), "nodes": len(index.docstore.docs), "device": Settings.embed_model._device}


def rebuild_unchanged(home: str) -> Result:
    """Rebuilds an index that is up to date, from opening its home on."""
    from assistant.assistant import Assistant

    started = time.perf_counter()
    report = Assistant.open(home).rebuild()
    return {**_built(started), "embedded": report.embedded, "unchanged": len(report.unchanged)}


def ask(home: str, questions: Sequence[str]) -> Result:
    """Asks the assistant; returns the article of each first hit and how long each search took."""
    from assistant.assistant import Assistant

    assistant = Assistant.open(home)
    assistant.load()

    def first(question: str) -> str:
        return assistant.search(question, limit=HITS)[0].article.path

    return _asked(first, questions)


def ask_quickstart(folder: str, model: str, questions: Sequence[str]) -> Result:
    """Asks LlamaIndex's index after loading it from the disk."""
    from llama_index.core import Settings, StorageContext, load_index_from_storage
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    Settings.embed_model = HuggingFaceEmbedding(model_name=model, **INSTRUCTIONS)
    index: BaseIndex[Any] = load_index_from_storage(StorageContext.from_defaults(persist_dir=folder))
    retriever = index.as_retriever(similarity_top_k=HITS)

    def first(question: str) -> str:
        return str(retriever.retrieve(question)[0].node.ref_doc_id).partition(" ")[2]

    return _asked(first, questions)


def _built(started: float) -> Result:
    seconds = time.perf_counter() - started
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
    return {"seconds": seconds, "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}


def _asked(first: Callable[[str], str], questions: Sequence[str]) -> Result:
    articles, seconds = [], []
    for question in questions:
        started = time.perf_counter()
        articles.append(first(question))
        seconds.append(time.perf_counter() - started)
    return {"articles": articles, "seconds": seconds}


JOBS: dict[str, Callable[..., Result]] = {
    job.__name__: job
    for job in (prepare, build, build_passage_vectors, build_quickstart, ask, ask_quickstart, rebuild_unchanged)
}


def main() -> None:
    """Does one job."""
    arguments = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):  # libraries may print what they like
        result = JOBS[sys.argv[1]](**arguments)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
