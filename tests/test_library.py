"""The library of a home: real files, real rebuilds, a real server for addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.corpus.reading import read_markdown
from assistant.errors import LibraryError
from assistant.library.composing import Details, checked, compose
from assistant.library.library import Addition, Library
from assistant.library.naming import safe_name
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
