"""The library of a home: real files, real rebuilds, a real server for addresses."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.corpus.reading import read_markdown
from assistant.errors import HomeError, IndexBusyError, LibraryError, RebuildCancelledError
from assistant.library.composing import Details, checked, compose
from assistant.library.library import Addition, Library, LibraryState
from assistant.library.naming import safe_name
from assistant.types import Progress
from tests.conftest import MakeHome

FERRY = "The ferry to Ostrava Bay sails again from Monday, harbour master Ilse Brandt said."
LIGHTHOUSE = "قالت مديرة الميناء سلمى الحداد إن المنارة القديمة ستُفتح للزوار في الربيع."


@pytest.fixture
def library(make_home: MakeHome) -> Library:
    return Library(Assistant.open(make_home({})))


def _seeds(library: Library) -> dict[str, bytes]:
    seeds = library.assistant.home.seeds
    return {file.relative_to(seeds).as_posix(): file.read_bytes() for file in seeds.rglob("*") if file.is_file()}


class TestNames:
    @pytest.mark.parametrize(
        ("given_name", "safe"),
        [
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\Users\\Lea\\Bericht.txt", "Bericht.txt"),
            ("منارة الميناء.md", "منارة الميناء.md"),
            ("می\u200cروم.txt", "می\u200cروم.txt"),
            (".hidden.txt", "hidden.txt"),
            ("CON.txt", "_CON.txt"),
            ("a\u202etxt.exe\0.md", "a txt.exe.md"),
            ("...", "article"),
            ("", "article"),
            ("what? <now>: 5*5.txt", "what now 5 5.txt"),
            ("e\u0301cole.txt", "école.txt"),
        ],
    )
    def test_are_made_safe_and_keep_their_letters(self, given_name: str, safe: str) -> None:
        assert safe_name(given_name) == safe

    @given(st.text())
    def test_never_name_a_folder_or_something_hidden(self, name: str) -> None:
        safe = safe_name(name)
        assert safe
        assert not safe.startswith(".")
        assert not set(safe) & set("/\\\0\n")
        assert len(safe.encode()) <= 170
        assert Path(safe).name == safe


class TestAddingFiles:
    def test_keeps_the_bytes_and_the_arabic_name(self, library: Library) -> None:
        added = library.add_file("تقرير المنارة.txt", LIGHTHOUSE.encode("cp1256"))
        assert added == Addition("تقرير المنارة.txt", LIGHTHOUSE)
        assert _seeds(library) == {"تقرير المنارة.txt": LIGHTHOUSE.encode("cp1256")}
        assert library.waiting() == ("تقرير المنارة.txt",)

    def test_never_overwrites(self, library: Library) -> None:
        library.add_file("ferry.txt", b"One ferry.")
        assert library.add_file("ferry.txt", b"Another ferry.").path == "ferry (2).txt"
        assert _seeds(library) == {"ferry.txt": b"One ferry.", "ferry (2).txt": b"Another ferry."}

    def test_tells_what_is_there_already(self, library: Library) -> None:
        library.add_file("ferry.txt", FERRY.encode())
        assert library.add_file("again.md", FERRY.encode()) == Addition("ferry.txt", FERRY, known=True)
        assert list(_seeds(library)) == ["ferry.txt"]

    def test_stays_within_the_seeds(self, library: Library) -> None:
        library.add_file("../../outside.txt", FERRY.encode())
        home = library.assistant.home.root
        assert _seeds(library) == {"outside.txt": FERRY.encode()}
        assert sorted(path.name for path in home.iterdir()) == ["seeds"]

    @pytest.mark.parametrize(
        ("name", "content", "why"),
        [
            ("scan.pdf", b"%PDF-1.7", "cannot be read yet"),
            ("empty.txt", b" \n", "is empty"),
            ("picture.txt", bytes(range(256)) * 40, "is binary|no plain text|look like text|no encoding"),
        ],
    )
    def test_refuses_what_is_no_article(self, library: Library, name: str, content: bytes, why: str) -> None:
        with pytest.raises(LibraryError, match=why):
            library.add_file(name, content)
        assert not _seeds(library)

    def test_keeps_to_the_size_of_the_settings(self, make_home: MakeHome) -> None:
        library = Library(Assistant.open(make_home({}), maximum_file_megabytes=0.001))
        with pytest.raises(LibraryError, match="maximum_file_megabytes"):
            library.add_file("long.txt", b"word " * 300)

    def test_tells_when_the_folder_cannot_be_written(self, library: Library) -> None:
        seeds = library.assistant.home.seeds
        seeds.rmdir()
        with pytest.raises(LibraryError, match="cannot be written"):
            library.add_file("ferry.txt", FERRY.encode())


line = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60).map(lambda text: " ".join(text.split()))


class TestAddingText:
    def test_writes_what_is_known_so_that_it_is_read_back(self, library: Library) -> None:
        details = Details(
            'Port: "open" \\ #1', "The Harbour Post", "31 March 2026", "https://post.example.org/port?a=1"
        )
        added = library.add_text(FERRY, details)
        assert added.path == "Port open #1.md"
        document = read_markdown(_seeds(library)[added.path])
        assert document.title == details.title
        assert (document.provenance.date, document.provenance.outlet) == ("2026-03-31", "The Harbour Post")
        assert document.provenance.link == details.link
        assert document.text.endswith(f"---\n\n{FERRY}\n")

    @given(title=line, outlet=line)
    def test_reads_any_title_and_outlet_back(self, title: str, outlet: str) -> None:
        try:
            known = checked(Details(title, outlet))
        except LibraryError:
            return
        document = read_markdown(compose("Some words.", known).encode())
        assert document.title == (known.title or document.title)
        assert document.provenance.outlet == known.outlet

    def test_is_named_after_its_first_line_without_a_title(self, library: Library) -> None:
        added = library.add_text(f"# {LIGHTHOUSE[:20]}\r\n\r\n{LIGHTHOUSE}")
        assert added.path == f"{LIGHTHOUSE[:20].strip()}.md"
        assert b"\r" not in _seeds(library)[added.path]

    @pytest.mark.parametrize(
        ("text", "details", "why"),
        [
            ("  \n", Details("A title"), "no text"),
            (FERRY, Details(date="03/04/2026"), "cannot be read as a date"),
            (FERRY, Details(link="javascript:alert(1)"), "no web address"),
            (FERRY, Details(outlet="https://post.example.org"), "no outlet's name"),
            (FERRY, Details("long " * 50), "Shorten it"),
            ("half \ud83d", Details(), "Copy it anew"),
        ],
    )
    def test_refuses_what_would_not_be_read_back(self, library: Library, text: str, details: Details, why: str) -> None:
        with pytest.raises(LibraryError, match=why):
            library.add_text(text, details)
        assert not _seeds(library)


class TestDeleting:
    def test_moves_the_file_to_the_trash(self, make_home: MakeHome) -> None:
        library = Library(Assistant.open(make_home({"port/ferry.txt": FERRY})))
        kept = library.delete("port/ferry.txt")
        assert kept.read_text() == FERRY
        assert kept.is_relative_to(library.assistant.home.trash)
        assert kept.parts[-2:] == ("port", "ferry.txt")
        assert not _seeds(library)

    def test_keeps_both_of_two_of_the_same_name(self, library: Library) -> None:
        kept = []
        for text in ("One ferry.", "Another ferry."):
            library.add_file("ferry.txt", text.encode())
            kept.append(library.delete("ferry.txt").read_text())
        assert kept == ["One ferry.", "Another ferry."]

    @pytest.mark.parametrize(
        "path",
        ["", ".", "..", "../assistant.toml", "/etc/hostname", "none.txt", ".hidden", "out/secret.txt", "a\0b", "port"],
    )
    def test_reaches_nothing_but_seeds(self, make_home: MakeHome, tmp_path: Path, path: str) -> None:
        home = make_home({"port/ferry.txt": FERRY, ".hidden": "x"})
        (home / "assistant.toml").write_text("")
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "secret.txt").write_text("secret")
        (home / "seeds" / "out").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(LibraryError, match="There is no file"):
            Library(Assistant.open(home)).delete(path)
        assert not (home / "trash").exists()


class TestRebuilding:
    def test_makes_what_was_added_answerable(self, library: Library) -> None:
        assert library.state() == LibraryState("empty", 0)
        library.add_text(FERRY, Details("The ferry", date="2026-03-27"))
        assert library.state() == LibraryState("waiting", 0)
        heard: list[Progress] = []
        report = library.rebuilds.start(heard.append).result(60)
        assert report.added == ("The ferry.md",)
        assert heard[0].stage == "reading"
        assert heard[-1] == Progress("publishing", 1, 1)
        assert (library.rebuilds.report, library.rebuilds.progress) == (report, None)
        assert library.state() == LibraryState("ready", 1)
        assert [(article.title, article.date) for article in library.articles()] == [("The ferry", "2026-03-27")]
        assert library.waiting() == ()

    def test_forgets_what_was_deleted_and_finds_the_last_of_all_gone(self, library: Library) -> None:
        library.add_file("ferry.txt", FERRY.encode())
        library.rebuilds.start().result(60)
        library.delete("ferry.txt")
        assert library.rebuilds.start().result(60).removed == ("ferry.txt",)
        assert library.state() == LibraryState("empty", 0)

    def test_tells_what_failed_and_why_to_whoever_looks_later(self, make_home: MakeHome) -> None:
        home = make_home({"ferry.txt": FERRY, "empty.txt": "", "scan.pdf": "%PDF-1.7"})
        Assistant.open(home).rebuild()
        library = Library(Assistant.open(home))
        last = library.last_rebuild()
        assert last
        assert (last.added, last.unchanged, len(last.failed)) == (1, 0, 2)
        assert list(library.failures()) == ["empty.txt", "scan.pdf"]
        assert "cannot be read yet" in library.failures()["scan.pdf"]
        assert library.waiting() == ()
        library.delete("scan.pdf")
        assert list(library.failures()) == ["empty.txt"]

    def test_tells_too_of_what_has_failed_that_is_no_file_or_has_no_proper_name(self, make_home: MakeHome) -> None:
        home = make_home({"ferry.txt": FERRY})
        (home / "seeds" / os.fsdecode(b"caf\xe9.txt")).write_text(FERRY)
        (home / "seeds" / "gone.txt").symlink_to("nowhere.txt")
        library = Library(Assistant.open(home))
        library.rebuilds.start().result(60)
        assert list(library.failures()) == [r"caf\xe9.txt", "gone.txt"]
        (home / "seeds" / "gone.txt").unlink()
        assert list(library.failures()) == [r"caf\xe9.txt"]

    @pytest.mark.parametrize("content", ["", "{}", "[]", '{"version": 1, "failed": 3}', '{"version": 9}', "\udcff"])
    def test_passes_over_a_record_that_is_none(self, make_home: MakeHome, content: str) -> None:
        home = make_home({})
        (home / "index").mkdir()
        (home / "index" / "last-rebuild.json").write_bytes(content.encode(errors="surrogateescape"))
        assert Library(Assistant.open(home)).last_rebuild() is None

    def test_is_one_at_a_time_and_can_be_stopped_and_gone_on_with(self, library: Library) -> None:
        library.add_file("ferry.txt", FERRY.encode())
        at_work, go_on = Event(), Event()

        def hold(progress: Progress) -> None:
            if progress.stage == "embedding":
                at_work.set()
                assert go_on.wait(60)

        assert not library.rebuilds.cancel()
        done = library.rebuilds.start(hold)
        assert at_work.wait(60)
        assert library.state().kind == "building"
        with pytest.raises(IndexBusyError, match="at work already"):
            library.rebuilds.start()
        assert library.rebuilds.cancel()
        go_on.set()
        with pytest.raises(RebuildCancelledError, match="goes on where it stopped"):
            done.result(60)
        assert library.state().kind == "failed"
        assert "was stopped" in library.state().problem
        assert library.articles() == ()
        assert library.rebuilds.start().result(60).added == ("ferry.txt",)
        assert library.state() == LibraryState("ready", 1)

    def test_that_fails_says_why_and_leaves_what_was(self, library: Library) -> None:
        library.add_file("ferry.txt", FERRY.encode())
        library.rebuilds.start().result(60)
        seeds = library.assistant.home.seeds
        seeds.rename(seeds.with_name("moved"))
        with pytest.raises(HomeError):
            library.rebuilds.start().result(60)
        assert library.state().kind == "failed"
        assert library.state().articles == 1
        assert "has gone" in library.state().problem
