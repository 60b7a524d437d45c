"""What readers liked can be evaluated with; what they disliked is there to be looked at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant import Answer, Article, Assistant, EvaluationError, Filters
from assistant.conversations.feedback import CHANGED, DISLIKED, UNQUOTED, archive_of, indexed_articles, write_archive
from assistant.conversations.store import Conversations
from assistant.evaluation.datasets import read_archive
from assistant.home import Home
from tests.conftest import MakeHome
from tests.ferry import FERRY, REPAIRED, written
from tests.test_command_line import run

QUESTION = "What did the harbour master of Velmora say?"


@pytest.fixture(scope="module")
def judged(newsroom: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A newsroom whose readers have judged some answers."""
    home = tmp_path_factory.mktemp("judged") / "home"
    shutil.copytree(newsroom, home)
    assistant = Assistant.open(home)
    kept = Conversations.open(assistant.home)
    arabic = Filters(languages=("ar",))
    first = assistant.query(QUESTION)
    place = kept.append("mira", first)
    kept.judge("mira", place.turn, "like", "exactly\nthis")
    same = kept.append("tomas", first)
    kept.judge("tomas", same.turn, "like")
    follow_up = assistant.query("And Vadim Olshantsev?", [first])
    assert follow_up.understood
    turn = kept.append("mira", follow_up, conversation=place.conversation)
    kept.judge("mira", turn.turn, "like")
    library = assistant.query("ماذا قالت سلوى البرقاوي؟", filters=arabic)
    kept.judge("mira", kept.append("mira", library, arabic).turn, "like")
    nothing = assistant.query("How do I bake a cheesecake?")
    assert nothing.abstained
    kept.judge("tomas", kept.append("tomas", nothing).turn, "like")
    kept.judge("tomas", kept.append("tomas", assistant.query("蜜蜂数量增加了多少?")).turn, "dislike", "不对\x1b[31m")
    kept.append("tomas", assistant.query("Who relit the lighthouse?"))  # nobody said what they think of it
    return home


def test_evaluate_runs_on_what_readers_liked(judged: Path, tmp_path: Path) -> None:
    target = tmp_path / "a" / "liked"
    done = run("feedback", "--home", str(judged), "--export", str(target))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Written into {target}: 8 articles, 4 questions, 1 to review\n"
    results = ("--json", str(tmp_path / "e.json"), "--picture", str(tmp_path / "e.svg"))
    evaluated = run("evaluate", str(target), *results)
    assert evaluated.returncode == 0, evaluated.stderr
    assert "8 articles, 4 questions, 3 of them with an answer" in evaluated.stdout
    mean = json.loads((tmp_path / "e.json").read_text())["mean"]
    assert mean["recall_at_1"] == mean["evidence_at_1"] == 1.0, "these answers are those that were liked"


def test_the_archive_holds_the_first_quote_as_evidence_and_the_filters(judged: Path, tmp_path: Path) -> None:
    assistant = Assistant.open(judged)
    archive = archive_of(Conversations.open(Home(judged)).judged(), indexed_articles(assistant))
    write_archive(tmp_path, archive)
    read = read_archive(tmp_path)
    by_text = {question.text: question for question in read.questions}
    assert len(by_text) == len(read.questions) == 4
    citation = assistant.query(QUESTION).citations[0]
    assert (by_text[QUESTION].article, by_text[QUESTION].start) == (citation.article.path, citation.start)
    assert by_text["ماذا قالت سلوى البرقاوي؟"].filters == Filters(languages=("ar",))
    assert by_text["How do I bake a cheesecake?"].article is None
    completed = [text for text in by_text if "Olshantsev" in text]
    assert completed != ["And Vadim Olshantsev?"], "it stands alone, as it was understood"
    liked = next(line for line in archive.questions if line["question"] == QUESTION)
    assert (liked["verdict"], liked["note"], liked["answer"]) == ("like", "exactly\nthis", citation.quote)
    (disliked,) = archive.review
    assert (disliked["reason"], disliked["note"]) == (DISLIKED, "不对[31m")
    assert disliked["citations"][0]["path"] == "bees.zh.txt"


def test_feedback_is_shown_a_line_an_answer(judged: Path) -> None:
    shown = run("feedback", "--home", str(judged)).stdout.splitlines()
    assert shown[0] == "5 liked, 1 disliked"
    assert len(shown) == 7
    assert sum(line.startswith("+ ") for line in shown) == 5
    assert f"{QUESTION} (exactly\\nthis)" in shown[1]
    told = json.loads(run("feedback", "--home", str(judged), "--json").stdout)
    assert (len(told["questions"]), len(told["review"])) == (4, 1)


def test_a_look_at_feedback_that_is_not_there_begins_nothing(make_home: MakeHome) -> None:
    home = make_home({"a.txt": "Something."})
    assert run("feedback", "--home", str(home)).stdout == "0 liked, 0 disliked\n"
    Assistant.open(home).rebuild()
    exported = run("feedback", "--home", str(home), "--export", str(home / "liked")).stdout
    assert exported == f"Written into {home / 'liked'}: 1 article, 0 questions, 0 to review\n"
    assert not (home / "conversations.sqlite3").exists()
    (home / "conversations.sqlite3").write_bytes(b"no database, long enough to be taken for one" * 30)
    done = run("feedback", "--home", str(home))
    assert (done.returncode, done.stdout) == (1, "")
    assert "are damaged" in done.stderr


def _liked(make_home: MakeHome, *answers: Answer) -> Conversations:
    kept = Conversations.open(Home(make_home({"a.txt": "Something."})))
    for answer in answers:
        kept.judge("mira", kept.append("mira", answer).turn, "like")
    return kept


def test_what_no_longer_stands_in_its_article_is_to_be_reviewed(make_home: MakeHome) -> None:
    elsewhere = written("Who spoke?", "Lidia Marsh", Article("gone.txt", "T", "en", FERRY.text, id=2))
    unquoted = Answer("What?", "en", False, 0.9, ())
    kept = _liked(make_home, REPAIRED, elsewhere, unquoted)
    changed = Article(FERRY.path, "T", "en", FERRY.text.replace("again", "once more"), id=99)
    archive = archive_of(kept.judged(), [changed])
    assert archive.questions == ()
    assert [line["reason"] for line in archive.review] == [CHANGED, CHANGED, UNQUOTED]
    assert archive.review[0]["citations"][0]["quote"] == "The engine is repaired."
    after = Article(FERRY.path, "T", "en", FERRY.text + " More was added.", id=99)
    assert [line["start"] for line in archive_of(kept.judged(), [after]).questions] == [REPAIRED.citations[0].start]


def test_an_article_that_an_archive_cannot_name_is_left_out(make_home: MakeHome, tmp_path: Path) -> None:
    odd = Article("a\\b.txt", "T", "en", "Some words.", id=1)
    archive = archive_of(_liked(make_home, REPAIRED).judged(), [odd, FERRY])
    assert archive.left_out == (odd.path,)
    write_archive(tmp_path, archive)
    assert [article.name for article in read_archive(tmp_path).articles] == [FERRY.path]
    (tmp_path / "file").touch()
    with pytest.raises(EvaluationError, match="cannot be made"):
        write_archive(tmp_path / "file" / "x", archive)
