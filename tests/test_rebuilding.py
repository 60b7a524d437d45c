"""A rebuild embeds only what is new, loses nothing, and shows readers one state or the next."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from assistant import Assistant, IndexBusyError, NoIndexError, Progress
from assistant.retrieval.rebuilding import HOLDER_NAME, LOCK_NAME
from tests.conftest import MakeHome

LIGHTHOUSE = "Lighthouse at Cape Torvald relit\n\nThe lighthouse at Cape Torvald was relit by keeper Anselm Vorrick.\n"
TOLD = "---\ndate: 2031-05-01\noutlet: Torvald Post\nlink: https://torvald.example/relit\n---\n"
MARKET = (
    "Market of Jendouba moves\n\nThe market of Jendouba moves to the old mill in April, mayor Rania Keltoum said.\n"
)


def test_the_first_rebuild_adds_every_article_and_the_next_embeds_nothing(make_home: MakeHome) -> None:
    assistant = Assistant.open(make_home({"a.txt": LIGHTHOUSE, "sub/b.md": MARKET}))
    first = assistant.rebuild()
    assert (first.added, first.changed, first.removed, first.unchanged) == (("a.txt", "sub/b.md"), (), (), ())
    assert first.embedded == 6  # two passages, each with two sentences
    assert dict(first.failed) == {}
    second = assistant.rebuild()
    assert (second.added, second.unchanged, second.embedded) == ((), ("a.txt", "sub/b.md"), 0)


def test_an_edit_embeds_only_the_texts_that_changed(make_home: MakeHome) -> None:
    home = make_home({"a.txt": LIGHTHOUSE, "b.txt": MARKET})
    assistant = Assistant.open(home)
    assistant.rebuild()
    (home / "seeds" / "a.txt").write_text(LIGHTHOUSE + "It had been dark for nine years.\n")
    report = assistant.rebuild()
    assert (report.changed, report.unchanged) == (("a.txt",), ("b.txt",))
    assert report.embedded == 2  # the passage and the new sentence
    answer = assistant.query("How long had the lighthouse been dark?")
    assert answer.citations[0].quote == "It had been dark for nine years."


def test_a_rename_and_a_copy_embed_nothing(make_home: MakeHome) -> None:
    home = make_home({"a.txt": LIGHTHOUSE, "b.txt": MARKET})
    assistant = Assistant.open(home)
    assistant.rebuild()
    (home / "seeds" / "a.txt").rename(home / "seeds" / "renamed.txt")
    (home / "seeds" / "copy.txt").write_text(MARKET)
    report = assistant.rebuild()
    assert (report.added, report.removed, report.embedded) == (("copy.txt", "renamed.txt"), ("a.txt",), 0)
    hit = assistant.search("Who relit the lighthouse?")[0]
    assert hit.article.path == "renamed.txt"
    hit = assistant.search("Where does the market move?")[0]
    assert (hit.article.path, hit.article.copies) == ("b.txt", ("copy.txt",))


def test_an_article_s_date_outlet_and_link_come_with_its_quotes(make_home: MakeHome) -> None:
    assistant = Assistant.open(make_home({"a.md": TOLD + LIGHTHOUSE, "b.txt": MARKET}))
    assistant.rebuild()
    citation = assistant.query("Who relit the lighthouse at Cape Torvald?").citations[0]
    article = citation.article
    assert (article.date, article.outlet, article.link) == (
        "2031-05-01",
        "Torvald Post",
        "https://torvald.example/relit",
    )
    assert article.text == TOLD + LIGHTHOUSE
    assert article.text[citation.start : citation.end] == citation.quote
    told = citation.to_dict()
    assert (told["date"], told["outlet"], told["link"]) == (article.date, article.outlet, article.link)
    silent = assistant.query("Where does the market of Jendouba move?").citations[0].article
    assert (silent.date, silent.outlet, silent.link) == ("", "", "")


def test_a_new_date_embeds_only_the_passage_that_says_it(make_home: MakeHome) -> None:
    body = "\n".join(f"Keeper Anselm Vorrick wrote line {n} into the book of the lighthouse.\n" for n in range(60))
    home = make_home({"a.md": f"{TOLD}\n{LIGHTHOUSE}\n{body}"})
    assistant = Assistant.open(home)
    first = assistant.rebuild()
    (home / "seeds" / "a.md").write_text(f"{TOLD.replace('2031', '2032')}\n{LIGHTHOUSE}\n{body}")
    report = assistant.rebuild()
    assert first.embedded > 60
    assert 0 < report.embedded <= 6
    assert assistant.search("lighthouse")[0].article.date == "2032-05-01"


def test_the_same_text_that_is_read_another_way_embeds_nothing(make_home: MakeHome) -> None:
    home = make_home({"a.txt": TOLD + LIGHTHOUSE})
    assistant = Assistant.open(home)
    assistant.rebuild()
    assert assistant.search("lighthouse")[0].article.outlet == ""
    (home / "seeds" / "a.txt").rename(home / "seeds" / "a.md")  # Markdown has a front matter, plain text has none
    report = assistant.rebuild()
    assert (report.added, report.removed, report.embedded) == (("a.md",), ("a.txt",), 0)
    assert assistant.search("lighthouse")[0].article.outlet == "Torvald Post"


def test_an_article_that_another_version_read_is_read_anew_and_embeds_nothing(make_home: MakeHome) -> None:
    home = make_home({"a.md": TOLD + LIGHTHOUSE, "b.txt": MARKET})
    assistant = Assistant.open(home)
    assistant.rebuild()
    connection = sqlite3.connect(home / "index" / "articles.sqlite")
    connection.execute("UPDATE article SET digest = randomblob(32)")  # it holds the versions of all that reads
    connection.commit()
    connection.close()
    report = assistant.rebuild()
    assert (report.changed, report.embedded) == (("a.md", "b.txt"), 0)
    assert {hit.article.outlet for hit in assistant.search("lighthouse")} == {"Torvald Post", ""}


def test_a_deleted_article_is_never_cited_again(make_home: MakeHome) -> None:
    home = make_home({"a.txt": LIGHTHOUSE, "b.txt": MARKET})
    assistant = Assistant.open(home)
    assistant.rebuild()
    old = assistant.search("Who relit the lighthouse?")[0].article
    (home / "seeds" / "a.txt").unlink()
    report = assistant.rebuild()
    assert report.removed == ("a.txt",)
    assert {hit.article.path for hit in assistant.search("Who relit the lighthouse?")} == {"b.txt"}
    assert assistant.article(old.id) is None


def test_another_assistant_picks_up_the_new_index_by_itself(make_home: MakeHome) -> None:
    home = make_home({"b.txt": MARKET})
    reader = Assistant.open(home)
    Assistant.open(home).rebuild()
    assert {hit.article.path for hit in reader.search("lighthouse keeper")} == {"b.txt"}
    (home / "seeds" / "a.txt").write_text(LIGHTHOUSE)
    Assistant.open(home).rebuild()
    assert reader.search("lighthouse keeper")[0].article.path == "a.txt"


def test_every_bad_file_is_named_and_every_good_one_indexed(make_home: MakeHome, tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("Nobody may read this.")
    home = make_home(
        {
            "good.txt": LIGHTHOUSE,
            "arabic.txt": "أعلنت بلدية زهران افتتاح مكتبة جديدة في الميناء القديم يوم الخميس.".encode("cp1256"),
            "empty.txt": b"",
            "spaces.txt": b" \n \n",
            "binary.txt": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20,
            "nul.txt": b"The harbour\0 of Velmora will close in March, they said on Monday in the town hall.",
            "page.html": b"<p>Hello</p>",
        }
    )
    os.mkfifo(home / "seeds" / "pipe.txt")
    (home / "seeds" / "out.txt").symlink_to(outside)
    (home / "seeds" / "circle").symlink_to(home / "seeds" / "circle")
    with (home / "seeds" / "line.txt").open("wb") as file:
        file.truncate(50_000_000)
    report = Assistant.open(home).rebuild()
    assert report.added == ("arabic.txt", "good.txt")
    reasons = {
        "binary.txt": "binary",
        "circle": "in a circle",
        "empty.txt": "is empty",
        "line.txt": "is 50.0 MB; the limit is 20 MB",
        "nul.txt": "holds a NUL at character 11",
        "out.txt": "leads out of seeds/",
        "page.html": "is a .html file",
        "pipe.txt": "is a named pipe",
        "spaces.txt": "is empty",
    }
    assert report.failed.keys() == reasons.keys()
    for path, reason in reasons.items():
        assert reason in report.failed[path], path


@pytest.mark.parametrize("content", [b"", b"\x7fELF\0\0\0\0" * 100, b"\xff\xfe\x00\xd8"])
def test_an_article_whose_file_cannot_be_read_any_more_stays_indexed(make_home: MakeHome, content: bytes) -> None:
    home = make_home({"a.txt": LIGHTHOUSE, "b.txt": MARKET})
    assistant = Assistant.open(home)
    assistant.rebuild()
    (home / "seeds" / "a.txt").write_bytes(content)
    report = assistant.rebuild()
    assert "the version indexed before stays" in report.failed["a.txt"]
    assert (report.removed, report.unchanged) == ((), ("b.txt",))
    assert assistant.search("Who relit the lighthouse?")[0].article.path == "a.txt"


def test_articles_in_a_folder_that_became_a_link_stay_indexed(make_home: MakeHome, tmp_path: Path) -> None:
    home = make_home({"news/a.txt": LIGHTHOUSE, "b.txt": MARKET})
    assistant = Assistant.open(home)
    assistant.rebuild()
    (home / "seeds" / "news").rename(tmp_path / "moved")
    (home / "seeds" / "news").symlink_to(tmp_path / "moved")
    report = assistant.rebuild()
    assert (
        "leads out of seeds/; copy the article there instead (the version indexed before stays)"
        in report.failed["news"]
    )
    assert (report.removed, report.unchanged) == ((), ("b.txt",))
    assert assistant.search("Who relit the lighthouse?")[0].article.path == "news/a.txt"


def test_what_an_interrupted_rebuild_left_is_swept_out(make_home: MakeHome) -> None:
    home = make_home({"b.txt": MARKET})
    assistant = Assistant.open(home)
    assistant.rebuild()
    (home / "seeds" / "secret.txt").write_text(LIGHTHOUSE)

    def interrupt(progress: Progress) -> None:
        if progress.stage == "publishing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assistant.rebuild(progress=interrupt)
    (home / "seeds" / "secret.txt").unlink()
    assert assistant.rebuild().unchanged == ("b.txt",)
    assert _articles(home) == 1


def _articles(home: Path) -> int:
    connection = sqlite3.connect(home / "index" / "articles.sqlite")
    (count,) = connection.execute("SELECT count(*) FROM article").fetchone()
    connection.close()
    return int(count)


def test_an_index_is_built_from_no_articles_and_says_that_there_are_none(make_home: MakeHome) -> None:
    assistant = Assistant.open(make_home({}))
    assistant.rebuild()
    answer = assistant.query("anything at all?")
    assert answer.abstained
    assert answer.text.startswith("There are no articles yet.")
    assert (answer.citations, answer.nearest, answer.confidence) == ((), (), 0.0)
    assert assistant.search("anything at all?") == []


def test_a_home_without_an_index_says_how_to_build_it(make_home: MakeHome) -> None:
    assistant = Assistant.open(make_home({"a.txt": LIGHTHOUSE}))
    assert not assistant.is_built()
    with pytest.raises(NoIndexError, match=r"Build it with: assistant rebuild"):
        assistant.query("Who relit the lighthouse?")


def test_progress_counts_up_to_the_end_of_each_stage(make_home: MakeHome) -> None:
    seen: list[Progress] = []
    Assistant.open(make_home({"a.txt": LIGHTHOUSE, "b.txt": MARKET})).rebuild(progress=seen.append)
    for stage in ("reading", "embedding", "publishing"):
        steps = [progress for progress in seen if progress.stage == stage]
        assert [step.done for step in steps] == sorted(step.done for step in steps)
        assert steps[-1].done == steps[-1].total > 0


def test_a_second_rebuild_waits_or_says_that_it_would_have_to(make_home: MakeHome) -> None:
    home = make_home({"a.txt": LIGHTHOUSE})
    first, second = Assistant.open(home), Assistant.open(home)
    second.rebuild()
    (home / "seeds" / "b.txt").write_text(MARKET)
    inside, leave = threading.Event(), threading.Event()

    def hold(progress: Progress) -> None:
        if progress.stage == "embedding":
            inside.set()
            leave.wait(60)

    builder = threading.Thread(target=first.rebuild, kwargs={"progress": hold})
    builder.start()
    assert inside.wait(60)
    with pytest.raises(IndexBusyError, match=rf"process {os.getpid()}"):
        second.rebuild(wait=False)
    assert [hit.article.path for hit in second.search("the market")] == ["a.txt"]  # readers see the state before
    told: list[Progress] = []

    def let_go(progress: Progress) -> None:
        told.append(progress)
        leave.set()

    report = second.rebuild(progress=let_go)
    builder.join(60)
    assert told[0].stage == "waiting"
    assert report.unchanged == ("a.txt", "b.txt")


def test_an_interrupted_rebuild_goes_on_where_it_stopped(make_home: MakeHome) -> None:
    articles = {
        f"{n}.txt": f"Report {n}\n\n" + "".join(f"Item {n}-{m} was seen in Torvald.\n" for m in range(60))
        for n in range(8)
    }
    home = make_home(articles)
    assistant = Assistant.open(home)

    def interrupt(progress: Progress) -> None:
        if progress.stage == "embedding" and progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assistant.rebuild(progress=interrupt)
    with pytest.raises(NoIndexError):
        assistant.search("item")
    rest = assistant.rebuild()
    whole = Assistant.open(make_home_beside(home, articles)).rebuild()
    assert 0 < rest.embedded < whole.embedded


def make_home_beside(home: Path, articles: dict[str, str]) -> Path:
    other = home.parent / "other"
    (other / "seeds").mkdir(parents=True)
    for path, text in articles.items():
        (other / "seeds" / path).write_text(text)
    return other


def test_the_lock_file_does_not_keep_anyone_out_once_its_holder_is_gone(make_home: MakeHome) -> None:
    home = make_home({"a.txt": LIGHTHOUSE})
    (home / "index").mkdir()
    (home / "index" / LOCK_NAME).touch()
    (home / "index" / HOLDER_NAME).write_text("999999")
    assert Assistant.open(home).rebuild(wait=False).added == ("a.txt",)


def test_whatever_happened_before_the_index_is_that_of_a_rebuild_from_nothing(make_home: MakeHome) -> None:
    import random

    generator = random.Random(7)
    home = make_home({})
    seeds = home / "seeds"
    grown = Assistant.open(home)
    texts = [
        f"Report {n}\n\nIn {n} the village of Oulmes counted {n * 37} storks, said ranger Idris Falk.\n"
        for n in range(12)
    ]
    for _ in range(30):
        file = seeds / f"{generator.randrange(6)}.txt"
        match generator.choice(("write", "write", "delete", "rename")):
            case "write":
                file.write_text(generator.choice(texts))
            case "delete":
                file.unlink(missing_ok=True)
            case "rename" if file.exists():
                file.rename(seeds / f"{generator.randrange(6)}.txt")
        if generator.random() < 0.4:
            grown.rebuild()
    grown.rebuild()
    fresh = Assistant.open(make_home_beside(home, {file.name: file.read_text() for file in seeds.iterdir()}))
    fresh.rebuild()
    for question in ("How many storks were counted?", "Wie viele Störche gab es im Jahr 7?"):
        ours, theirs = (
            [(hit.article.path, hit.start, hit.end, round(hit.score, 4)) for hit in it.search(question)]
            for it in (grown, fresh)
        )
        assert ours == theirs
        assert len(ours) > 2
