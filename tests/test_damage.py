"""A damaged index gives the right answer or a clear error, never a wrong answer; the next rebuild repairs it."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answering.gathering import gather, rank_sentences
from assistant.corpus.languages import detect_language
from assistant.errors import AssistantError, IndexDamagedError, NoIndexError
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.searching import Searcher
from assistant.retrieval.store import FILE_NAME, Store

QUESTIONS = ("what did Stoltenberg say?", "Combien de soldats près de la frontière ukrainienne ?")
Outcome = list[tuple[str, int, int, float]]


def _ask(home: Path, embedder: Embedder) -> Outcome:
    searcher = Searcher(Store(home / "index"), embedder)
    evidence = [
        piece
        for question in QUESTIONS
        for piece in gather(rank_sentences(searcher.search(question, detect_language(question), 5).hits), 4)
    ]
    return [(piece.article.path + piece.article.title, piece.start, piece.end, piece.score) for piece in evidence]


@pytest.fixture
def home(seed_home: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(seed_home, copy)
    return copy


def _damages(content: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    generator = random.Random(seed)
    for _ in range(250):
        place = generator.randrange(len(content))
        changed = bytearray(content)
        changed[place] ^= 1 << generator.randrange(8)
        yield f"bit flipped in byte {place}", bytes(changed)
    for page in range(0, len(content), 4096):
        yield f"page at {page} zeroed", content[:page] + bytes(4096) + content[page + 4096 :]
    for _ in range(60):
        length = generator.randrange(len(content))
        yield f"cut to {length} bytes", content[:length]


def test_no_damage_to_the_database_gives_a_wrong_answer(home: Path, embedder: Embedder) -> None:
    file = home / "index" / FILE_NAME
    whole, right = file.read_bytes(), _ask(home, embedder)
    noticed = 0
    for what, content in _damages(whole, seed=1):
        file.write_bytes(content)
        try:
            assert _ask(home, embedder) == right, what
        except (IndexDamagedError, NoIndexError):
            noticed += 1
            assert _find_damage(home) or not content, what  # so that a rebuild would make it anew
    assert noticed > 100


def _find_damage(home: Path) -> str | None:
    try:
        with Store(home / "index").write() as writer:
            return writer.find_damage()
    except IndexDamagedError as problem:
        return str(problem)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passage SET start = start + 1",
        "UPDATE sentence SET end = end - 1 WHERE id = (SELECT max(id) FROM sentence)",
        "DELETE FROM sentence WHERE id = (SELECT min(id) FROM sentence)",
        "UPDATE seed SET path = 'other.txt'",
        "UPDATE model SET space = x'00'",
        "UPDATE model SET checksum = checksum + 1",
        "UPDATE language_mean SET value = zeroblob(length(value))",
        "DELETE FROM article",
        "DELETE FROM vector",
        "DELETE FROM token_code WHERE id = (SELECT min(id) FROM token_code)",
        "UPDATE passage_words SET names = 'strtnbrg'",
        "DELETE FROM passage_words",
    ],
)
def test_rows_that_do_not_belong_together_are_noticed_and_made_anew(
    home: Path, embedder: Embedder, statement: str
) -> None:
    right = _ask(home, embedder)
    connection = sqlite3.connect(home / "index" / FILE_NAME)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(IndexDamagedError):
        _ask(home, embedder)
    Assistant.open(home).rebuild()
    assert _ask(home, embedder) == right


TOLD = """---
date: 2031-05-01
outlet: Velmora Herald
link: https://velmora.example/dam
---

# Dam holds

The dam above Velmora held, said engineer Ilka Sorrin.
"""


@pytest.fixture(scope="module")
def told_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed home whose only article tells its date, outlet and link. Tests must not change it."""
    home = tmp_path_factory.mktemp("told")
    (home / "seeds").mkdir()
    (home / "seeds" / "dam.md").write_text(TOLD)
    Assistant.open(home).rebuild()
    return home


@pytest.mark.parametrize(
    "change",
    [
        "date = '2031-05-02'",
        "date = ''",
        "outlet = 'Velmora Post'",
        "link = 'https://other.example/dam'",
        "outlet = '', link = outlet || link",
        "outlet = link, link = outlet",
        "date = 2031",
        "date = x'00'",
    ],
)
def test_a_date_outlet_or_link_that_is_not_what_was_written_is_never_shown(
    told_home: Path, tmp_path: Path, change: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(told_home, home)
    connection = sqlite3.connect(home / "index" / FILE_NAME)
    connection.execute(f"UPDATE article SET {change}")
    connection.commit()
    connection.close()
    assistant = Assistant.open(home)
    with pytest.raises(IndexDamagedError):
        assistant.search("Who said that the dam held?")
    assert _find_damage(home)
    assistant.rebuild()
    article = assistant.search("Who said that the dam held?")[0].article
    assert (article.date, article.outlet, article.link) == (
        "2031-05-01",
        "Velmora Herald",
        "https://velmora.example/dam",
    )


def test_a_damaged_vectors_file_changes_no_answer(home: Path, embedder: Embedder) -> None:
    (file,) = (home / "index").glob("*.faiss")
    whole, right = file.read_bytes(), _ask(home, embedder)
    for what, content in list(_damages(whole, seed=2))[::4]:
        file.write_bytes(content)
        assert _ask(home, embedder) == right, what
    file.unlink()
    assert _ask(home, embedder) == right


@pytest.mark.parametrize("damage", ["cut", "zeroed", "replaced", "emptied"])
def test_a_rebuild_sets_a_damaged_database_aside_and_makes_it_anew(home: Path, embedder: Embedder, damage: str) -> None:
    file = home / "index" / FILE_NAME
    whole, right = file.read_bytes(), _ask(home, embedder)
    damaged = {
        "cut": whole[: len(whole) // 2],
        "zeroed": whole[:8192] + bytes(8192) + whole[16384:],
        "replaced": b"this was an index\n" * 1000,
        "emptied": b"",
    }[damage]
    file.write_bytes(damaged)
    report = Assistant.open(home).rebuild()
    assert _ask(home, embedder) == right
    if damaged:
        (kept,) = (home / "index").glob(f"{FILE_NAME}.damaged-*")
        assert kept.read_bytes() == damaged
        assert kept.name in report.notes[0]


def test_a_flipped_bit_in_a_vector_is_noticed_by_the_rebuild(home: Path, embedder: Embedder) -> None:
    file = home / "index" / FILE_NAME
    right = _ask(home, embedder)
    store = Store(home / "index")
    with store.read() as snapshot:
        publication = snapshot.publication()
        identity = next(snapshot.published_vectors(publication.model.id, "passage"))[0]
        key = snapshot.passages([identity])[identity].key
        (value,) = snapshot.vectors(publication.model.id, [key]).values()
    content = file.read_bytes()
    place = content.index(value.astype("float16").tobytes()[:64])
    file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    report = Assistant.open(home).rebuild()
    assert "vector fails its checksum" in report.notes[0]
    assert report.embedded > 0
    assert _ask(home, embedder) == right


def test_an_article_s_id_is_never_used_again(home: Path) -> None:
    old = Assistant.open(home).search("Stoltenberg")[0].article
    shutil.rmtree(home / "index")
    (home / "seeds" / "first.txt").write_text("Stoltenberg is named in this article, too.")
    assistant = Assistant.open(home)
    assistant.rebuild()
    assert old.id not in {hit.article.id for hit in assistant.search("Stoltenberg")}
    assert assistant.article(old.id) is None


def test_a_missing_vectors_file_is_written_again_by_the_next_rebuild(home: Path) -> None:
    (file,) = (home / "index").glob("*.faiss")
    content = file.read_bytes()
    file.unlink()
    report = Assistant.open(home).rebuild()
    assert report.embedded == 0
    assert file.read_bytes() == content


@pytest.mark.parametrize("version", [2, 99])
def test_an_index_of_another_format_says_so_and_is_made_anew(home: Path, embedder: Embedder, version: int) -> None:
    right = _ask(home, embedder)
    connection = sqlite3.connect(home / "index" / FILE_NAME)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    with pytest.raises(AssistantError, match=f"format {version}"):
        Assistant.open(home).query("what did Stoltenberg say?")
    report = Assistant.open(home).rebuild()
    assert f"it has format {version}" in report.notes[0]
    assert _ask(home, embedder) == right
