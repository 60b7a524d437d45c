"""The door to LlamaIndex: the index as a retriever and as a read-only vector store, for anyone's pipeline.

from assistant import Assistant
from assistant.interfaces.llama_index import ArticleRetriever

nodes = ArticleRetriever(Assistant.open("home")).retrieve("what did Stoltenberg say?")
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode, NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import BasePydanticVectorStore, VectorStoreQuery, VectorStoreQueryResult

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.types import Hit


class ArticleRetriever(BaseRetriever):
    """Retrieves passages as `Assistant.search` finds them; scores have the unit of `Hit.score`."""

    def __init__(self, assistant: Assistant, *, limit: int = 10) -> None:
        super().__init__()
        self._assistant = assistant
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.search(query_bundle.query_str, limit=self._limit)
        return [NodeWithScore(node=node_of(hit), score=hit.score) for hit in hits]


class ArticleVectorStore(BasePydanticVectorStore):
    """The index as a vector store that can be asked, and filled only by `Assistant.rebuild`.

    Use it with the assistant's own model:
    `VectorStoreIndex.from_vector_store(ArticleVectorStore(assistant), embed_model=ArticleEmbedding(assistant))`.
    """

    stores_text: bool = True
    is_embedding_query: bool = True
    _assistant: Assistant = PrivateAttr()

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(stores_text=True)
        self._assistant = assistant

    @property
    def client(self) -> Assistant:
        """The assistant behind the store."""
        return self._assistant

    def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:
        """Returns the passages nearest to the query's embedding, scored together with their sentences.

        Raises `AssistantError` for a query without an embedding and for filters, which this index does not have yet.
        """
        if query.query_embedding is None:
            raise AssistantError(
                "This vector store is asked with an embedding. Use ArticleEmbedding as the embed_model."
            )
        if query.filters is not None or query.doc_ids or query.node_ids:
            raise AssistantError("This vector store has no filters yet. Filter the nodes that it returns.")
        vector = np.asarray(query.query_embedding, np.float32)
        hits = self._assistant.search_vector(vector, limit=query.similarity_top_k)
        nodes: list[BaseNode] = [node_of(hit) for hit in hits]
        return VectorStoreQueryResult(
            nodes=nodes, similarities=[hit.score for hit in hits], ids=[node.node_id for node in nodes]
        )

    def add(self, nodes: list[BaseNode], **_: Any) -> list[str]:  # type: ignore[override]
        """Refuses: articles come from `seeds/`."""
        raise AssistantError(
            f"{len(nodes)} nodes were not added: put the articles into seeds/ and call Assistant.rebuild."
        )

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        """Refuses: articles go with their file in `seeds/`."""
        raise AssistantError(f"{ref_doc_id} was not deleted: delete its file from seeds/ and call Assistant.rebuild.")


class ArticleEmbedding(BaseEmbedding):
    """The assistant's embedding model as LlamaIndex asks for it."""

    _assistant: Assistant = PrivateAttr()

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(model_name=assistant.embedder.name)
        self._assistant = assistant

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._floats(self._assistant.embedder.embed_questions([query]))[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._floats(self._assistant.embedder.embed_passages(texts))

    def _floats(self, vectors: np.ndarray[Any, np.dtype[np.float32]]) -> list[list[float]]:
        floats: list[list[float]] = vectors.tolist()
        return floats


def node_of(hit: Hit) -> TextNode:
    """Returns a hit as LlamaIndex carries it: its text is the slice of the article from start to end."""
    article = hit.article
    metadata = {"path": article.path, "title": article.title, "language": article.language}
    return TextNode(
        id_=f"{article.id}-{hit.start}-{hit.end}",
        text=hit.text,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        metadata=metadata,
        excluded_embed_metadata_keys=list(metadata),
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article.path)},
    )
