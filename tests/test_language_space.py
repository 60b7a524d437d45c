"""One space for all languages: what is taken out, what stays, and that the shipped measures are the model's."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from assistant.retrieval.embedding import Embedder
from assistant.retrieval.language_space import LanguageMeans, LanguageSpace, measure_model, normalised, space_of
from assistant.retrieval.late_interaction import TokenCodes, decode_tokens, encode_tokens, interact, rotated

# The same three statements about invented places, in languages of four scripts.
SAME = [
    ["The harbour of Torvald will close in May.", "Гавань Торвальда закроется в мае.", "سيغلق ميناء تورفالد في مايو."],
    ["Bees make less honey in wet summers.", "Пчёлы дают меньше мёда в дождливое лето.", "潮湿的夏天蜜蜂产蜜较少。"],
    ["The choir sang for two hours.", "Хор пел два часа.", "غنت الجوقة لمدة ساعتين."],
]


@pytest.fixture(scope="module")
def space(embedder: Embedder) -> LanguageSpace:
    return space_of(embedder)


def test_the_shipped_measures_are_the_models(embedder: Embedder, space: LanguageSpace) -> None:
    measured = measure_model(embedder)
    # The directions' signs and order are arbitrary; what they span is not.
    overlap = np.linalg.svd(measured.directions @ space.directions.T)[1]
    assert overlap.min() > 0.9
    origins = [field.name for field in fields(LanguageSpace) if field.name.endswith("origin")]
    assert len(origins) == 6
    for name in origins:
        one, other = getattr(measured, name), getattr(space, name)
        assert float(normalised(one[None])[0] @ normalised(other[None])[0]) > 0.999, name
    assert measured.spread == pytest.approx(space.spread, rel=0.05)
    assert measured.late_level == pytest.approx(space.late_level, rel=0.05)


def test_a_statement_is_nearer_to_its_translations_than_to_others_in_its_language(
    embedder: Embedder, space: LanguageSpace
) -> None:
    vectors = embedder.embed_passages([text for texts in SAME for text in texts])
    plain = vectors @ vectors.T
    placed = space.passages(vectors, space.passage_origin[None])
    neutral = placed @ placed.T
    subject = np.repeat(np.arange(3), 3)
    same, other = subject[:, None] == subject, subject[:, None] != subject
    np.fill_diagonal(same, False)

    def gap(similarities: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> float:
        return float((similarities[same].min() - similarities[other].max()) / similarities[other].std())

    assert gap(neutral) > 0
    assert gap(neutral) > gap(plain)


def test_a_single_vector_keeps_what_it_says(space: LanguageSpace) -> None:
    means = LanguageMeans(space.passage_origin)
    vector = normalised(np.random.default_rng(0).normal(size=(1, len(space.passage_origin))).astype(np.float32))[0]
    means.add("xx", vector)
    placed = space.passages(vector[None], means.means()["xx"][None])[0]
    assert float(placed @ normalised(space.project((vector - space.passage_origin)[None]))[0]) > 0.99


def test_measures_survive_being_kept(space: LanguageSpace) -> None:
    again = LanguageSpace.from_bytes(space.to_bytes())
    assert again.spread == space.spread
    assert np.array_equal(again.directions, space.directions)


def test_codes_keep_cosines(embedder: Embedder, space: LanguageSpace) -> None:
    (encoding,) = embedder.encode_passages([SAME[0][0] + " " + SAME[1][0]])
    exact = space.tokens(encoding.tokens)
    kept = decode_tokens(encode_tokens(encoding, space).bits, exact.shape[1])
    assert np.diag(rotated(exact) @ kept.T).min() > 0.7
    assert np.corrcoef((exact @ exact.T).ravel(), (rotated(exact) @ kept.T).ravel())[0, 1] > 0.97


def test_a_question_meets_the_sentence_that_is_about_it(embedder: Embedder, space: LanguageSpace) -> None:
    texts = [texts[0] for texts in SAME]
    passage = " ".join(texts)
    starts = [passage.index(text) for text in texts]
    codes = encode_tokens(embedder.encode_passages([passage])[0], space)
    assert codes.ends[-1] == len(passage)
    for wanted, question in enumerate(["Когда закроется гавань?", "蜜蜂产多少蜜?", "How long did the choir sing?"]):
        (asked,) = embedder.encode_questions([question])
        (found,) = interact(asked, space, [codes], np.zeros((1, embedder.dimension), np.float32), [starts])
        assert found is not None
        assert found.sentences.index(max(found.sentences)) == wanted
        assert found.passage >= max(found.sentences) - 1e-6


def test_late_interaction_is_the_best_cosine_of_each_token_weighed(embedder: Embedder, space: LanguageSpace) -> None:
    texts = [SAME[0][0], SAME[1][2]]
    codes = [encode_tokens(encoding, space) for encoding in embedder.encode_passages(texts)]
    (asked,) = embedder.encode_questions(["When do bees make honey?"])
    means = (np.random.default_rng(1).normal(size=(2, embedder.dimension)) / 50).astype(np.float32)
    found = interact(asked, space, codes, means, [[0], [0]])
    question = rotated(space.question_tokens(asked.tokens))
    for one, mean, interaction in zip(codes, means, found, strict=True):
        tokens = normalised(decode_tokens(one.bits, embedder.dimension) - mean)
        expected = asked.weights / asked.weights.sum() @ (question @ tokens.T).max(axis=1)
        assert interaction is not None
        assert interaction.passage == pytest.approx(float(expected), abs=1e-5)
        assert interaction.sentences == pytest.approx((interaction.passage,), abs=1e-6)


def test_without_tokens_there_is_no_interaction(embedder: Embedder, space: LanguageSpace) -> None:
    (asked,) = embedder.encode_questions(["When?"])
    empty = encode_tokens(embedder.encode_passages([""])[0], space)
    assert interact(asked, space, [empty], np.zeros((1, embedder.dimension), np.float32), [[0]]) == [None]


def test_a_sentence_has_its_own_tokens_alone_where_no_space_parts_it(embedder: Embedder, space: LanguageSpace) -> None:
    first, second = "潮湿的夏天蜜蜂产蜜较少。", "港口将于五月关闭。"
    codes = encode_tokens(embedder.encode_passages([first + second])[0], space)
    assert len(first) in codes.ends  # a token ends where the second sentence starts
    means = np.zeros((1, embedder.dimension), np.float32)
    (asked,) = embedder.encode_questions([first])
    own = TokenCodes(codes.ends[codes.ends > len(first)], codes.bits[codes.ends > len(first)])
    for place in range(len(asked.weights)):
        one_token = replace(asked, tokens=asked.tokens[[place]], weights=asked.weights[[place]])
        (found,) = interact(one_token, space, [codes], means, [[0, len(first)]])
        (alone,) = interact(one_token, space, [own], means, [[0]])
        assert found is not None
        assert alone is not None
        assert found.sentences[1] == pytest.approx(alone.passage, abs=1e-6)
