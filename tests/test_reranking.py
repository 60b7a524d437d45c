"""A cross-encoder puts the hits in its own order: a real one, of the bundled weights under a head of chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, ModelError
from assistant.retrieval.embedding.unpacking import write_sentence_transformer


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    plain, folder = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("cross-encoder")
    write_sentence_transformer(plain)
    torch.manual_seed(0)
    AutoModelForSequenceClassification.from_pretrained(plain, num_labels=1).save_pretrained(folder)
    AutoTokenizer.from_pretrained(plain).save_pretrained(folder)
    return folder


def test_the_hits_come_in_the_cross_encoders_order(newsroom: Path, cross_encoder: Path) -> None:
    from sentence_transformers import CrossEncoder

    question = "How many people were evacuated?"
    plain = Assistant.open(newsroom).search(question, limit=50)
    reranked = Assistant.open(newsroom, reranker=str(cross_encoder)).search(question, limit=50)
    model = CrossEncoder(str(cross_encoder), local_files_only=True)
    scores = model.predict([(question, hit.text) for hit in plain], show_progress_bar=False)
    expected = [hit.text for _, hit in sorted(zip(scores, plain, strict=True), key=lambda pair: -pair[0])]
    assert [hit.text for hit in reranked] == expected
    assert [hit.text for hit in reranked] != [hit.text for hit in plain]
    assert [hit.score for hit in reranked] == [hit.score for hit in plain]


def test_a_reranker_that_cannot_be_loaded_is_told_in_a_sentence(newsroom: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"reranker .* cannot be loaded"):
        Assistant.open(newsroom, reranker=str(tmp_path)).search("How many people were evacuated?")
