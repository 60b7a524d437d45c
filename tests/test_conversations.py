"""Conversations are kept whole, found in any language, seen by their own reader only, and gone when deleted."""

from __future__ import annotations

import inspect
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import Answer, Article, Assistant, ConversationError, Filters, NoConversationError
from assistant.conversations.records import Feedback
from assistant.conversations.store import Conversations
from assistant.home import Home
from assistant.interfaces.rendering import answer_to_html, answer_to_text
from assistant.types import Hit, ScoredSpan
from tests.conftest import REPOSITORY, MakeHome
from tests.ferry import FERRY, REPAIRED, written

MIRA, TOMAS = "cookie-of-mira", "cookie-of-tomas"


@pytest.fixture
def home(make_home: MakeHome) -> Home:
    return Home(make_home({"a.txt": "Something."}))


@pytest.fixture
def kept(home: Home) -> Conversations:
    return Conversations.open(home)


@pytest.fixture(scope="module")
def asked(newsroom: Path) -> list[Answer]:
    assistant = Assistant.open(newsroom)
    first = assistant.query("What did the harbour master of Velmora say?")
    return [
        first,
        assistant.query("Why?", [first]),
        assistant.query("ماذا قالت سلوى البرقاوي؟"),
        assistant.query("蜜蜂数量增加了多少?"),
        assistant.query("How do I bake a cheesecake?"),
    ]


def test_a_conversation_is_shown_again_exactly_as_it_was(kept: Conversations, asked: list[Answer]) -> None:
    place = kept.append(MIRA, asked[0])
    for answer in asked[1:]:
        kept.append(MIRA, answer, conversation=place.conversation)
    again = kept.read(MIRA, place.conversation)
    assert asked[1].understood, "a follow-up is among them"
    assert asked[4].abstained
    assert asked[4].nearest
    for turn, answer in zip(again.turns, asked, strict=True):
        assert turn.question == answer.question
        assert turn.answer.to_dict() == answer.to_dict()
        assert answer_to_html(turn.answer) == answer_to_html(answer)
        assert answer_to_text(turn.answer) == answer_to_text(answer)
        assert turn.turn == answer.turn


def test_nothing_of_an_answer_is_lost_but_the_rest_of_its_articles(kept: Conversations) -> None:
    hit = Hit(FERRY, 0, 40, 1.5, (ScoredSpan(0, 40, 1.5),), (Hit(replace(FERRY, id=42, path="x.txt"), 3, 9, 1.25),))
    answer = written(
        "Does it sail?",
        "The engine is repaired.",
        nearest=(hit,),
        nearest_heading="Near:",
        understood="Does the ferry sail?",
        searched="Does the ferry sail? The ferry",
        writer="some-model",
        note="One sentence was left out.",
    )
    for field in fields(Answer):  # so that this test speaks of every field there is
        assert getattr(answer, field.name) not in ((), "") or field.name == "abstained", field.name
    place = kept.append(MIRA, answer)
    again = kept.read(MIRA, place.conversation).turns[0].answer

    def blanked(article: Article) -> Article:
        return replace(article, text="")

    def told(it: Answer) -> object:
        citations = [(replace(c, article=blanked(c.article)), c.quote, c.speaker_name) for c in it.citations]
        hits = [
            (h.text, blanked(h.article), h.score, h.sentences, [blanked(o.article) for o in h.alike])
            for h in it.nearest
        ]
        return replace(it, citations=(), nearest=()), citations, hits

    assert told(again) == told(answer)
    assert again.citations[0].article.text.split() != FERRY.text.split()


def test_a_conversation_is_readable_after_its_article_is_gone(make_home: MakeHome) -> None:
    home = make_home({"bridge.txt": "The bridge at Lower Quill was closed on Friday, the engineer Oona Feld said."})
    assistant = Assistant.open(home)
    assistant.rebuild()
    answer = assistant.query("Who said that the bridge at Lower Quill was closed?")
    assert answer.citations
    kept = Conversations.open(assistant.home)
    place = kept.append(MIRA, answer)
    (home / "seeds" / "bridge.txt").write_text("A wholly different text about gardens.", encoding="utf-8")
    assistant.rebuild()
    citation = kept.read(MIRA, place.conversation).turns[0].answer.citations[0]
    assert citation.quote == answer.citations[0].quote
    assert (citation.article.path, citation.article.title) == ("bridge.txt", answer.citations[0].article.title)
    assert assistant.article(citation.article.id) is None


def test_turns_keep_their_filters_and_their_order(kept: Conversations) -> None:
    filters = Filters(("ar", "en"), ("Harbour Herald",), since="2031-01", newest=True)
    before = datetime.now(UTC)
    place = kept.append(MIRA, REPAIRED, filters)
    second = kept.append(MIRA, replace(REPAIRED, question="And what does it cost?"), conversation=place.conversation)
    again = kept.read(MIRA, place.conversation)
    assert [(turn.id, turn.question, turn.filters) for turn in again.turns] == [
        (place.turn, "Does the ferry sail?", filters),
        (second.turn, "And what does it cost?", Filters()),
    ]
    assert before - timedelta(seconds=1) < again.turns[0].asked <= again.turns[1].asked <= datetime.now(UTC)
    assert again.summary.created == again.turns[0].asked
    assert again.summary.changed == again.turns[1].asked


def test_an_edited_question_replaces_its_turn_and_all_after_it(kept: Conversations) -> None:
    place = kept.append(MIRA, REPAIRED)
    second = kept.append(MIRA, replace(REPAIRED, question="Second?"), conversation=place.conversation)
    third = kept.append(MIRA, replace(REPAIRED, question="Third?"), conversation=place.conversation)
    kept.judge(MIRA, second.turn, "dislike")
    edited = kept.replace_from(MIRA, place.conversation, second.turn, replace(REPAIRED, question="Second, edited?"))
    again = kept.read(MIRA, place.conversation)
    assert [turn.question for turn in again.turns] == ["Does the ferry sail?", "Second, edited?"]
    assert again.turns[1].id == edited.turn != second.turn
    assert again.turns[1].feedback == Feedback()
    for gone in (second.turn, third.turn):
        with pytest.raises(NoConversationError):
            kept.replace_from(MIRA, place.conversation, gone, REPAIRED)
    kept.replace_from(MIRA, place.conversation, place.turn, replace(REPAIRED, question="First, edited?"))
    assert kept.read(MIRA, place.conversation).summary.title == "First, edited?"


def test_nothing_is_replaced_that_whoever_replaces_has_not_seen(kept: Conversations) -> None:
    place = kept.append(MIRA, REPAIRED)
    second = kept.append(MIRA, replace(REPAIRED, question="Second?"), conversation=place.conversation)
    with pytest.raises(NoConversationError, match="went on"):
        kept.replace_from(MIRA, place.conversation, place.turn, REPAIRED, last=place.turn)
    assert len(kept.read(MIRA, place.conversation).turns) == 2
    kept.replace_from(MIRA, place.conversation, place.turn, REPAIRED, last=second.turn)
    assert len(kept.read(MIRA, place.conversation).turns) == 1


def test_the_list_begins_with_what_was_changed_last_and_comes_in_pages(kept: Conversations) -> None:
    places = [kept.append(MIRA, replace(REPAIRED, question=f"Question {number}?")) for number in range(7)]
    kept.append(MIRA, REPAIRED, conversation=places[2].conversation)
    kept.rename(MIRA, places[0].conversation, "Renaming is no change")
    expected = [places[number].conversation for number in (2, 6, 5, 4, 3, 1, 0)]
    page = kept.list(MIRA, limit=3)
    listed = list(page.conversations)
    kept.append(MIRA, replace(REPAIRED, question="Meanwhile?"))  # does not move what comes after
    while page.next:
        page = kept.list(MIRA, limit=3, page=page.next)
        listed += page.conversations
    assert [summary.id for summary in listed] == expected
    assert listed[0].turns == 2
    assert listed[1].title == "Question 6?"
    assert listed[-1].title == "Renaming is no change"
    assert kept.list(MIRA, limit=8).next == ""


@pytest.mark.parametrize("page", ["x", "1.", "1.a b", "9" * 30 + ".a", "-1.a", "١.a"])
def test_a_page_that_was_never_given_is_refused(kept: Conversations, page: str) -> None:
    with pytest.raises(ConversationError, match="no such page"):
        kept.list(MIRA, page=page)


def test_a_title_is_one_harmless_line(kept: Conversations) -> None:
    long = kept.append(MIRA, replace(REPAIRED, question="What " * 100 + "?"))
    assert len(kept.read(MIRA, long.conversation).summary.title) <= 80
    renamed = kept.rename(MIRA, long.conversation, " \u202eferries\x00\n<b>of</b>\u2028 spring ")
    assert renamed.title == "ferries <b>of</b> spring"
    assert len(kept.rename(MIRA, long.conversation, "y" * 5000).title) == 200
    assert kept.rename(MIRA, long.conversation, "  ").title.startswith("What What")


# What is searched for, and whether it finds the question or the quote of the conversation beside it.
@pytest.mark.parametrize(
    ("search", "question", "quote"),
    [
        ("engine REPAIRED", "Does it sail?", "The engine is repaired."),
        ("repair", "Does it sail?", "The engine is repaired."),
        ("lidia", "Does it sail?", "The engine is repaired."),
        ("herald", "Does it sail?", "The engine is repaired."),
        ("المكتبه", "ماذا قيل عن المكتبة؟", "فُتحت مكتبة المدينة أمس."),
        ("مكتبة", "What was opened?", "فُتحت مكتبة المدينة أمس."),
        ("図書館", "何が開いた?", "市立図書館が昨日開館した。"),
        ("图书馆", "What was opened?", "城市图书馆昨天开放。"),
        ("馆", "What was opened?", "城市图书馆昨天开放。"),
        ("昨天开放", "What was opened?", "城市图书馆昨天开放。"),
        ("библиотек", "Что открыли?", "Вчера открылась городская библиотека."),
        ("ΒΙΒΛΙΟΘΗΚΗ", "Τι άνοιξε;", "Η βιβλιοθήκη άνοιξε χθες."),
        ("पुस्तकालय", "क्या खुला?", "कल नगर पुस्तकालय खुला।"),
        ("ספרייה", "מה נפתח?", "הספרייה העירונית: ספרייה חדשה נפתחה אתמול."),
        ("ห้องสมุด", "อะไรเปิด", "ห้องสมุดเปิดเมื่อวาน"),
        ("bibliotheque", "Qu’a-t-on ouvert ?", "La bibliothèque a ouvert hier."),
    ],
)
def test_what_was_asked_or_answered_is_found_in_any_language(
    kept: Conversations, search: str, question: str, quote: str
) -> None:
    article = FERRY if quote in FERRY.text else Article("a.txt", "Title", "und", quote, id=3)
    place = kept.append(MIRA, written(question, quote, article))
    kept.append(MIRA, written("Что-нибудь о дожде 下雨 مطر?", "Rain.", Article("b.txt", "Rain", "en", "Rain.", id=4)))
    (found,) = kept.search(MIRA, search).found
    assert (found.summary.id, found.turn, found.question) == (place.conversation, place.turn, question)
    assert found.excerpt


def test_a_search_finds_all_that_is_asked_for_in_one_turn_or_its_title(kept: Conversations) -> None:
    place = kept.append(MIRA, REPAIRED)
    later = kept.append(MIRA, replace(REPAIRED, question="Is the pier safe?"), conversation=place.conversation)
    assert kept.search(MIRA, "pier engine").found[0].turn == later.turn
    assert kept.search(MIRA, "repaired").found[0].turn == later.turn, "the latest of them"
    assert not kept.search(MIRA, "pier sail").found
    kept.rename(MIRA, place.conversation, "Holidays")
    assert kept.search(MIRA, "holidays sail").found[0].turn == place.turn
    for nothing in ("", " \n", "?!", "%", "_", "'", "pier%"):
        assert len(kept.search(MIRA, nothing).found) == (nothing == "pier%"), nothing


def test_a_search_comes_in_pages_and_shows_where_it_found_something(kept: Conversations) -> None:
    text = "Nothing to see. " * 40 + "The lantern of Cape Ulm burns. " + "Nothing more. " * 40
    article = Article("long.txt", "Long", "en", text, id=9)
    for number in range(5):
        kept.append(MIRA, written(f"Question {number}?", text, article))
    page = kept.search(MIRA, "lantern", limit=2)
    found = list(page.found)
    while page.next:
        page = kept.search(MIRA, "lantern", limit=2, page=page.next)
        found += page.found
    assert [it.question for it in found] == [f"Question {number}?" for number in (4, 3, 2, 1, 0)]
    for it in found:
        assert "lantern" in it.excerpt
        assert len(it.excerpt) < 170


def test_feedback_is_kept_changed_and_taken_back(kept: Conversations) -> None:
    place = kept.append(MIRA, REPAIRED)
    for verdict, note in (("dislike", "wrong\nferry\x00"), ("like", ""), ("", "a note alone says nothing")):
        kept.judge(MIRA, place.turn, verdict, note)  # type: ignore[arg-type]
        expected = Feedback(verdict, note.replace("\x00", "") if verdict else "")  # type: ignore[arg-type]
        assert kept.read(MIRA, place.conversation).turns[0].feedback == expected
    with pytest.raises(ConversationError, match="like, dislike or nothing"):
        kept.judge(MIRA, place.turn, "love")  # type: ignore[arg-type]
    with pytest.raises(ConversationError, match="limit is 2,000"):
        kept.judge(MIRA, place.turn, "like", "x" * 2001)
    assert kept.judged() == ()
    kept.judge(MIRA, place.turn, "like")
    assert [turn.id for turn in kept.judged()] == [place.turn]


def test_no_function_shows_or_changes_what_another_reader_has(kept: Conversations) -> None:
    place = kept.append(MIRA, REPAIRED)
    kept.judge(MIRA, place.turn, "like", "mine")
    kept.append(TOMAS, replace(REPAIRED, question="Of Tomas?"))
    before = kept.read(MIRA, place.conversation)
    own = kept.list(TOMAS).conversations[0].id
    attempts: dict[str, Callable[[], object]] = {
        "append": lambda: kept.append(TOMAS, REPAIRED, conversation=place.conversation),
        "replace_from": lambda: kept.replace_from(TOMAS, place.conversation, place.turn, REPAIRED),
        "read": lambda: kept.read(TOMAS, place.conversation),
        "rename": lambda: kept.rename(TOMAS, place.conversation, "Taken"),
        "delete": lambda: kept.delete(TOMAS, place.conversation),
        "judge": lambda: kept.judge(TOMAS, place.turn, "dislike"),
    }
    for name, attempt in attempts.items():
        with pytest.raises(NoConversationError):
            attempt()
        assert kept.read(MIRA, place.conversation) == before, name
    with pytest.raises(NoConversationError):  # another's turn in one's own conversation
        kept.replace_from(TOMAS, own, place.turn, REPAIRED)
    shown: dict[str, Callable[[], list[str]]] = {
        "list": lambda: [it.title for it in kept.list(TOMAS).conversations],
        "search": lambda: [it.question for it in kept.search(TOMAS, "engine repaired").found],
    }
    for name, show in shown.items():
        assert show() == ["Of Tomas?"], name
    page = kept.list(MIRA, limit=1)
    assert kept.list("somebody new", page=page.next or "9999999999999999.a").conversations == ()
    assert kept.delete_all(TOMAS) == 1
    assert kept.read(MIRA, place.conversation) == before
    offered = {name for name, it in inspect.getmembers(Conversations, inspect.isfunction) if not name.startswith("_")}
    assert offered == attempts.keys() | shown.keys() | {"delete_all", "judged"}, "this test speaks of every function"
    for name in offered - {"judged"}:
        assert list(inspect.signature(getattr(Conversations, name)).parameters)[1] == "reader", name


@pytest.mark.parametrize("key", ["", "x" * 1001])
def test_a_conversation_needs_a_reader(kept: Conversations, key: str) -> None:
    with pytest.raises(ConversationError, match="name its reader"):
        kept.append(key, REPAIRED)


def test_no_key_is_in_the_file_and_no_id_can_be_guessed(kept: Conversations, home: Home) -> None:
    places = [kept.append(MIRA, REPAIRED) for _ in range(50)]
    ids = {it for place in places for it in (place.conversation, place.turn)}
    assert len(ids) == 100
    assert all(len(it) == 22 for it in ids)
    assert MIRA.encode() not in home.conversations.read_bytes()


def _bytes_on_disk(home: Home) -> bytes:
    return b"".join(file.read_bytes() for file in home.root.glob("conversations.sqlite3*"))


@pytest.mark.parametrize("way", ["delete", "delete_all", "replace_from", "judge"])
def test_what_is_deleted_is_gone_from_the_disk(kept: Conversations, home: Home, way: str) -> None:
    secret = "Zyxwvutsrq"
    article = Article("z.txt", "Z", "en", f"{secret} was here. " * 400, id=5)
    # Somebody else has the file open, which keeps the log beside it, with what was written before.
    with closing(sqlite3.connect(home.conversations)) as other:
        other.execute("SELECT count(*) FROM turn").fetchone()
        stays = kept.append(MIRA, REPAIRED)
        place = kept.append(TOMAS, written(f"Where is {secret}?", f"{secret} was here. " * 400, article))
        kept.judge(TOMAS, place.turn, "like", "Qwertzuiop")
        before = _bytes_on_disk(home).lower()
        assert secret.lower().encode() in before
        if way == "delete":
            kept.delete(TOMAS, place.conversation)
        elif way == "delete_all":
            kept.delete_all(TOMAS)
        elif way == "replace_from":
            kept.replace_from(TOMAS, place.conversation, place.turn, REPAIRED)
        else:
            kept.judge(TOMAS, place.turn, "")
        after = _bytes_on_disk(home).lower()
    assert b"qwertzuiop" in before
    assert b"qwertzuiop" not in after
    assert (secret.lower().encode() in after) == (way == "judge")
    assert kept.read(MIRA, stays.conversation).turns[0].answer.text == REPAIRED.text


@pytest.mark.skipif(os.name != "posix", reason="rights are told otherwise there")
def test_the_file_is_its_owner_s_alone(kept: Conversations, home: Home) -> None:
    kept.append(MIRA, REPAIRED)
    for file in home.root.glob("conversations.sqlite3*"):
        assert file.stat().st_mode & 0o077 == 0


def test_many_threads_keep_all_their_turns(kept: Conversations) -> None:
    shared = kept.append(MIRA, REPAIRED)
    problems: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(6):
                kept.append(MIRA, replace(REPAIRED, question=f"{name} {number}?"), conversation=shared.conversation)
                own = kept.append(name, REPAIRED)
                kept.search(name, "engine")
                kept.read(MIRA, shared.conversation)
                if number % 2:
                    kept.delete(name, own.conversation)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(f"thread {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    questions = [turn.question for turn in kept.read(MIRA, shared.conversation).turns]
    assert len(questions) == len(set(questions)) == 1 + 8 * 6
    for number in range(8):
        mine = [question for question in questions if question.startswith(f"thread {number} ")]
        assert mine == [f"thread {number} {turn}?" for turn in range(6)]
        assert len(kept.list(f"thread {number}").conversations) == 3


WRITE_FROM_ELSEWHERE = """
import sys, threading
from pathlib import Path
from assistant.conversations.store import Conversations
from assistant.home import Home
from assistant.types import Answer

kept = Conversations.open(Home(Path(sys.argv[1])))
def work(name):
    for number in range(5):
        kept.append("shared", Answer(f"{name} {number}?", "en", True, 0.0, ()))
threads = [threading.Thread(target=work, args=(f"{sys.argv[2]}.{it}",)) for it in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_two_processes_begin_and_fill_one_file(home: Home) -> None:
    command = [sys.executable, "-c", WRITE_FROM_ELSEWHERE, str(home.root)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    started = [subprocess.Popen([*command, name], stderr=subprocess.PIPE, env=environment) for name in "ab"]
    for process in started:
        _, told = process.communicate(timeout=120)
        assert (process.returncode, told) == (0, b"")
    page = Conversations.open(home).list("shared", limit=200)
    assert len({summary.title for summary in page.conversations}) == 2 * 3 * 5


def test_a_change_that_fails_leaves_everything_as_it_was(kept: Conversations) -> None:
    place = kept.append(MIRA, REPAIRED)
    with pytest.raises(ConversationError, match="half a character"):
        kept.replace_from(MIRA, place.conversation, place.turn, replace(REPAIRED, question="\ud800?"))
    assert kept.read(MIRA, place.conversation).turns[0].question == REPAIRED.question
    with pytest.raises(ConversationError, match="half a character"):
        kept.read(MIRA, "\ud800")


def _change(file: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement, values)


def _replace_with_another_database(file: Path) -> None:
    file.unlink()
    _change(file, "CREATE TABLE a (b)")


def _replace_with_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: file.write_bytes(b"no database at all, but long enough to be one" * 50), "are damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 8192), "are damaged"),
        (lambda file: _change(file, "PRAGMA user_version = 99"), "kept by a later version of this program (format 99"),
        (_replace_with_another_database, "another program's database"),
        (_replace_with_a_folder, "cannot be kept or read"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_left_alone_and_the_chat_goes_on(
    kept: Conversations, home: Home, spoil: Callable[[Path], object], words: str
) -> None:
    kept.append(MIRA, REPAIRED)
    file = home.conversations
    spoil(file)
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(ConversationError) as problem:
        Conversations.open(home)
    assert words in str(problem.value)
    assert str(file) in str(problem.value)
    remembering = Conversations.open_or_remember(home)
    assert "only until this program stops" in remembering.notice
    assert words in remembering.notice
    place = remembering.append(MIRA, REPAIRED)
    assert remembering.read(MIRA, place.conversation).turns[0].answer.to_dict() == REPAIRED.to_dict()
    assert remembering.search(MIRA, "engine").found
    with pytest.raises(NoConversationError):
        remembering.read(TOMAS, place.conversation)
    assert (file.read_bytes() if file.is_file() else None) == before


READ_ONLY = """
import os, sys
from pathlib import Path
from assistant.conversations.store import Conversations
from assistant.home import Home
from assistant.types import Answer
import assistant.corpus.words
os.setgroups([]); os.setgid(65534); os.setuid(65534)

kept = Conversations.open_or_remember(Home(Path(sys.argv[1])))
kept.append("me", Answer("Kept?", "en", True, 0.0, ()))
print(kept.notice, [it.title for it in kept.list("me").conversations])
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_in_a_read_only_home_conversations_live_in_memory(home: Home) -> None:
    folder = home.root
    for it in (folder, *list(folder.parents)[:2]):
        it.chmod(0o755)
    command = [sys.executable, "-c", READ_ONLY, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "unable to open" in done.stdout
    assert done.stdout.strip().endswith("['Kept?']")
    assert not home.conversations.exists()


def test_a_usable_file_has_no_notice(home: Home) -> None:
    first = Conversations.open_or_remember(home)
    place = first.append(MIRA, REPAIRED)
    again = Conversations.open_or_remember(home)
    assert (first.notice, again.notice) == ("", "")
    assert again.read(MIRA, place.conversation).summary.title == REPAIRED.question


@pytest.mark.parametrize("column", ["question", "filters", "answer"])
def test_a_turn_that_is_not_what_was_kept_is_never_shown(kept: Conversations, home: Home, column: str) -> None:
    damaged, sound = kept.append(MIRA, REPAIRED), kept.append(MIRA, REPAIRED)
    kind = "BLOB" if column == "answer" else "TEXT"
    changed = f"UPDATE turn SET {column} = CAST(replace({column}, 'i', 'o') || ' ' AS {kind}) WHERE id = ?"
    _change(home.conversations, changed, damaged.turn)
    with pytest.raises(ConversationError, match="not what was kept"):
        kept.read(MIRA, damaged.conversation)
    assert kept.read(MIRA, sound.conversation).turns
    kept.delete(MIRA, damaged.conversation)


def test_an_answer_of_another_version_keeps_what_this_one_knows(kept: Conversations) -> None:
    place = kept.append(MIRA, REPAIRED)
    (turn,) = kept.read(MIRA, place.conversation).turns
    later = json.loads(json.dumps({**turn.stored, "mood": "calm"}))
    assert replace(turn, stored=later).answer == turn.answer
    for broken in ({}, {**turn.stored, "citations": [{}]}, {**turn.stored, "articles": []}):
        with pytest.raises(ConversationError, match="cannot read"):
            _ = replace(turn, stored=broken).answer


def test_a_conversation_and_a_reader_have_limits(kept: Conversations, home: Home) -> None:
    place = kept.append(MIRA, REPAIRED)
    _change(
        home.conversations,
        "INSERT INTO turn (id, conversation, position, asked, words, question, filters, answer, checksum)"
        " WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
        " SELECT i, conversation, i, asked, words, question, filters, answer, checksum FROM turn, n",
    )
    with pytest.raises(ConversationError, match="1,000 turns at most"):
        kept.append(MIRA, REPAIRED, conversation=place.conversation)
    _change(
        home.conversations,
        "INSERT INTO conversation (id, reader, created, changed, title, words)"
        " WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
        " SELECT i, reader, 0, 0, '', '' FROM conversation, n",
    )
    with pytest.raises(ConversationError, match="10,000 conversations"):
        kept.append(MIRA, REPAIRED)
    kept.append(TOMAS, REPAIRED)
    for limit in (0, 201):
        with pytest.raises(ConversationError, match="1 to 200"):
            kept.list(MIRA, limit=limit)
