"""Hits → the same hits in the order of a cross-encoder, which reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError
from assistant.retrieval.embedding.sentence_transformer import loading
from assistant.types import Hit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# A cross-encoder takes as long for each passage as embedding it anew.
RERANKED = 20


class Reranker:
    """A cross-encoder by its hub's name or its folder, loaded with the first question."""

    def __init__(self, model: str) -> None:
        self._model_name = model
        self._loading = Lock()

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Returns the hits with the first twenty in the cross-encoder's order.

        Its scores have no unit that means anything elsewhere, so the hits' own scores are dealt out again, best first.
        Raises `ModelError` when the model cannot be loaded or gives more than one score a pair.
        """
        first = list(hits[:RERANKED])
        if len(first) < 2:
            return list(hits)
        with self._loading:
            model = self._model
        scores = np.asarray(model.predict([(question, hit.text) for hit in first], show_progress_bar=False))
        if scores.shape != (len(first),):
            raise ModelError(
                f"The reranker {self._model_name} gives {scores.shape[1:]} scores for each passage, not one. Set "
                "reranker to a cross-encoder with one label, or leave it empty."
            )
        order = np.argsort(-scores, kind="stable")
        dealt = [replace(first[place], score=hit.score) for place, hit in zip(order, first, strict=True)]
        return [*dealt, *hits[RERANKED:]]

    @cached_property
    def _model(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        remedy = (
            "Set reranker to a folder or a name that sentence-transformers loads as a cross-encoder, or leave it empty."
        )
        with loading(f"The reranker {self._model_name}", remedy):
            model: CrossEncoder = CrossEncoder(self._model_name, local_files_only=Path(self._model_name).is_dir())
        return model
