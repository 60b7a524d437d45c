"""The door to sentence-transformers: any model or folder that it loads is an embedding model here."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.retrieval.embedding import Encoding, own_tokens

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Where a model keeps its prompts, in the order in which sentence-transformers looks for them.
QUERY_PROMPTS, DOCUMENT_PROMPTS = ("query",), ("document", "passage", "corpus")

TEXTS_A_BATCH = 8  # on a CPU small batches of like length are quicker: 11.5 passages/s against 8.9 with the default 32


class SentenceTransformerEmbedder:
    """A model by its hub's name or its folder. A prefix left at `None` is the prompt that the model itself carries."""

    def __init__(self, model: str, *, query_prefix: str | None = None, passage_prefix: str | None = None) -> None:
        self._model_name = model
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix

    @property
    def name(self) -> str:
        """What the settings call the model."""
        return self._model_name

    @cached_property
    def fingerprint(self) -> str:
        """The digest of the weights, the tokenizer and the prompts: the same wherever the model lies, however named."""
        model = self._model
        digest = hashlib.sha256()
        for name, tensor in sorted(model.state_dict().items()):
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
            digest.update(tensor.detach().cpu().contiguous().flatten().view(_bytes_type()).numpy().data)
        backend = getattr(model.tokenizer, "backend_tokenizer", None)
        if backend is not None:
            digest.update(backend.to_str().encode())
        for module in model:  # pooling has no weights, and yet decides
            config: dict[str, object] = getattr(module, "get_config_dict", dict)()
            digest.update(f"{type(module).__name__} {json.dumps(config, sort_keys=True, default=str)}".encode())
        digest.update(
            json.dumps([model.prompts, self._query_prefix, self._passage_prefix, model.max_seq_length]).encode()
        )
        return f"sentence-transformers:{digest.hexdigest()}"

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self.embed_questions(["?"]).shape[1])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns a vector of length one for each passage or sentence, (texts, dimension)."""
        return self._embedded(self._model.encode_document, texts, self._passage_prefix)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns a vector of length one for each question, (texts, dimension)."""
        return self._embedded(self._model.encode_query, texts, self._query_prefix)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Returns each passage's vector and its tokens' vectors; no tokens where the model gives none."""
        return self._encoded(self._model.encode_document, texts, self._prompt(self._passage_prefix, DOCUMENT_PROMPTS))

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Returns each question's vector and its tokens' vectors; no tokens where the model gives none."""
        return self._encoded(self._model.encode_query, texts, self._prompt(self._query_prefix, QUERY_PROMPTS))

    def _encoded(self, encode: object, texts: Sequence[str], prompt: str) -> list[Encoding]:
        assert callable(encode)
        rows = encode(list(texts), prompt=prompt, batch_size=TEXTS_A_BATCH, output_value=None, show_progress_bar=False)
        return [self._encoding(prompt, text, row) for text, row in zip(texts, rows, strict=True)]

    def _encoding(self, prompt: str, text: str, row: Mapping[str, Any]) -> Encoding:
        whole = row["sentence_embedding"].float().cpu().numpy()
        vector = whole / np.linalg.norm(whole)
        backend = getattr(self._model.tokenizer, "backend_tokenizer", None)
        states = row.get("token_embeddings")
        if backend is None or states is None:  # a model without tokens of its own, such as a bag of words
            return Encoding(vector, *_no_tokens(len(vector)))
        tokens = states.float().cpu().numpy()[row["attention_mask"].cpu().numpy().astype(bool)]
        offsets = backend.encode(prompt + text).offsets[: len(tokens)]
        if len(offsets) != len(tokens):  # read otherwise than by its tokenizer alone
            return Encoding(vector, *_no_tokens(len(vector)))
        own, ends = own_tokens(offsets, prompt)
        return Encoding(vector, tokens[own], ends, np.ones(len(own), np.float32))

    def _prompt(self, prefix: str | None, names: Sequence[str]) -> str:
        if prefix is not None:
            return prefix
        prompts = self._model.prompts
        return next((prompt for name in names if (prompt := prompts.get(name))), "")

    def _embedded(self, encode: object, texts: Sequence[str], prefix: str | None) -> NDArray[np.float32]:
        assert callable(encode)
        vectors = encode(
            list(texts),
            prompt=prefix,
            batch_size=TEXTS_A_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        remedy = 'Set embedding_model to a folder or a name that sentence-transformers loads, or to "bundled".'
        with loading(f"The embedding model {self._model_name}", remedy):
            return SentenceTransformer(self._model_name, local_files_only=Path(self._model_name).is_dir())


@contextlib.contextmanager
def loading(what: str, remedy: str) -> Iterator[None]:
    """Turns whatever the library raises while it loads a model into a `ModelError` that says what to do."""
    try:
        yield
    except Exception as problem:  # the library raises whatever the layer below it raised
        reason = str(problem).strip().partition("\n")[0]
        raise ModelError(f"{what} cannot be loaded: {reason} {remedy}") from problem


def _no_tokens(dimension: int) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]:
    return np.empty((0, dimension), np.float32), np.empty(0, np.int32), np.empty(0, np.float32)


def _bytes_type() -> object:
    import torch

    return torch.uint8
