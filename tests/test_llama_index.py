"""The index in a LlamaIndex pipeline: its own retriever and vector store, LlamaIndex's own classes around them."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

from llama_index.core import VectorStoreIndex  # noqa: E402
from llama_index.core.schema import MetadataMode, TextNode  # noqa: E402

from assistant import Assistant, AssistantError  # noqa: E402
from assistant.interfaces.llama_index import ArticleEmbedding, ArticleRetriever, ArticleVectorStore  # noqa: E402

QUESTION = "How long will the harbour repairs take?"


@pytest.fixture(scope="module")
def news(newsroom: Path) -> Assistant:
    return Assistant.open(newsroom)


def test_the_retriever_gives_the_hits_of_a_search_as_nodes(news: Assistant) -> None:
    nodes = ArticleRetriever(news, limit=3).retrieve(QUESTION)
    hits = news.search(QUESTION, limit=3)
    assert [(node.text, node.score) for node in nodes] == [(hit.text, hit.score) for hit in hits]
    first = nodes[0].node
    assert isinstance(first, TextNode)
    assert (first.start_char_idx, first.end_char_idx) == (hits[0].start, hits[0].end)
    assert first.ref_doc_id == "harbour.en.txt"
    assert first.get_content(MetadataMode.EMBED) == hits[0].text


def test_the_vector_store_serves_a_vector_store_index(news: Assistant) -> None:
    index = VectorStoreIndex.from_vector_store(ArticleVectorStore(news), embed_model=ArticleEmbedding(news))
    nodes = index.as_retriever(similarity_top_k=2).retrieve(QUESTION)
    assert [node.node.node_id for node in nodes] == [
        node.node.node_id for node in ArticleRetriever(news, limit=2).retrieve(QUESTION)
    ]


def test_the_vector_store_is_filled_by_a_rebuild_alone(news: Assistant) -> None:
    store = ArticleVectorStore(news)
    with pytest.raises(AssistantError, match="seeds/"):
        store.add([TextNode(text="a")])
    with pytest.raises(AssistantError, match="seeds/"):
        store.delete("harbour.en.txt")
