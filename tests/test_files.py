"""`find_seeds` and `read_bytes` on real files, links, pipes and sockets: nothing hangs, nothing outside is read."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.corpus.files import SeedFile, find_seeds, read_bytes
from assistant.errors import ReadingError

LIMIT = 1_000_000
NOBODY = 65534


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    return folder


@pytest.fixture
def public_seeds() -> Iterator[Path]:
    """A folder that any user may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder = Path(name) / "seeds"
        folder.mkdir(mode=0o755)
        yield folder


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may read everything, so what is inside runs as nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def write(file: Path, content: bytes = b"text") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def found(seeds: Path) -> list[str]:
    return [seed.path for seed in find_seeds(seeds)[0]]


def refused(seeds: Path) -> dict[str, str]:
    return {refusal.path: refusal.reason for refusal in find_seeds(seeds)[1]}


def only_seed(seeds: Path) -> SeedFile:
    (seed,) = find_seeds(seeds)[0]
    return seed


def within_seconds(function: Callable[[], None]) -> None:
    """Calls the function in a thread, so that one that hangs fails the test rather than stopping it."""
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def test_files_in_nested_folders_are_found_sorted_by_their_paths(seeds: Path) -> None:
    names = ["z.txt", "a/b/c/deep.md", "a.txt", "a/b.txt", "no ending", "with space.txt", "new\nline.txt"]
    for name in names:
        write(seeds / name, name.encode())
    found_seeds, refusals = find_seeds(seeds)
    assert [seed.path for seed in found_seeds] == sorted(names)
    assert [read_bytes(seed, LIMIT).decode() for seed in found_seeds] == sorted(names)
    assert refusals == []


@pytest.mark.parametrize(
    "name", ["مقالات/ضمانات أمنية.txt", "云岭/蜜蜂.txt", "плотина.md", "ا" * 120 + ".txt", "n" * 255, "🐝.txt"]
)
def test_a_name_in_any_script_and_of_any_length_is_found_and_read(seeds: Path, name: str) -> None:
    write(seeds / name, b"text")
    assert only_seed(seeds).path == name
    assert read_bytes(only_seed(seeds), LIMIT) == b"text"


def test_a_path_far_longer_than_most_is_found_and_read(seeds: Path) -> None:
    write(seeds.joinpath(*["d" * 200] * 12, "a.txt"))
    assert only_seed(seeds).path == "/".join(["d" * 200] * 12 + ["a.txt"])
    assert read_bytes(only_seed(seeds), LIMIT) == b"text"


def test_folders_within_folders_are_walked_however_deep_they_are(seeds: Path) -> None:
    folders = [seeds]
    for _ in range(1_200):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    file = write(folders[-1] / "a.txt")
    try:
        assert found(seeds) == ["d/" * 1_200 + "a.txt"]
    finally:  # shutil.rmtree cannot
        file.unlink()
        for folder in reversed(folders[1:]):
            folder.rmdir()


def test_names_that_start_with_a_dot_are_passed_over_without_a_word(seeds: Path) -> None:
    for name in (".DS_Store", ".hidden/a.txt", "sub/.gitkeep", ".a.txt.swp"):
        write(seeds / name)
    (seeds / ".link").symlink_to("/")
    assert find_seeds(seeds) == ([], [])


def test_an_empty_folder_holds_no_seeds(seeds: Path) -> None:
    (seeds / "empty").mkdir()
    assert find_seeds(seeds) == ([], [])


def test_a_folder_that_is_missing_or_a_file_is_refused_as_a_whole(tmp_path: Path) -> None:
    for folder in (tmp_path / "missing", write(tmp_path / "file")):
        assert found(folder) == []
        assert refused(folder)["./"].startswith("cannot be listed: ")


def test_a_folder_that_is_itself_a_link_is_followed(tmp_path: Path, seeds: Path) -> None:
    write(seeds / "a.txt")
    (tmp_path / "link").symlink_to(seeds)
    assert found(tmp_path / "link") == ["a.txt"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("../outside.txt", "leads out of seeds/"),
        ("../outside", "leads out of seeds/"),
        ("/etc/hosts", "leads out of seeds/"),
        ("/dev/zero", "leads out of seeds/"),
        ("way-out/outside.txt", "leads out of seeds/"),
        ("nowhere.txt", "leads nowhere"),
        ("a.txt/below-a-file", "leads nowhere"),
        ("link.txt", "leads in a circle"),
        (".", "a folder above it"),
        (".stored/b.txt", "something hidden"),
    ],
)
def test_a_symbolic_link_to_no_seed_is_refused_with_its_reason(
    tmp_path: Path, seeds: Path, target: str, reason: str
) -> None:
    write(tmp_path / "outside.txt")
    write(tmp_path / "outside" / "inner.txt")
    write(seeds / "a.txt")
    write(seeds / ".stored" / "b.txt")
    (seeds / "way-out").symlink_to("..")
    (seeds / "link.txt").symlink_to(target)
    assert found(seeds) == ["a.txt"]
    assert reason in refused(seeds)["link.txt"]
    assert ";" in refused(seeds)["link.txt"]  # what is wrong; what to do


def test_links_that_lead_to_each_other_are_refused(seeds: Path) -> None:
    (seeds / "one.txt").symlink_to("two.txt")
    (seeds / "two.txt").symlink_to("one.txt")
    assert found(seeds) == []
    assert all("circle" in reason for reason in refused(seeds).values())
    assert list(refused(seeds)) == ["one.txt", "two.txt"]


def test_a_link_to_the_folder_above_it_does_not_go_round_for_ever(seeds: Path) -> None:
    write(seeds / "sub" / "a.txt")
    (seeds / "sub" / "up").symlink_to("..")
    assert found(seeds) == ["sub/a.txt"]
    assert "a folder above it" in refused(seeds)["sub/up"]


def test_links_to_a_seed_or_a_folder_of_seeds_are_passed_over(seeds: Path) -> None:
    write(seeds / "sub" / "a.txt")
    (seeds / "again.txt").symlink_to("sub/a.txt")
    (seeds / "again").symlink_to("sub")
    assert found(seeds) == ["sub/a.txt"]
    assert refused(seeds) == {}


def test_a_hard_link_is_a_file_of_its_own(seeds: Path) -> None:
    (seeds / "b.txt").hardlink_to(write(seeds / "a.txt"))
    assert found(seeds) == ["a.txt", "b.txt"]


def test_a_named_pipe_and_a_socket_are_refused_and_nothing_hangs(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(seeds / "a.txt")
    os.mkfifo(seeds / "pipe.txt")
    monkeypatch.chdir(seeds)  # a socket's address is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        within_seconds(lambda: find_seeds(seeds) and None)
        assert found(seeds) == ["a.txt"]
        assert refused(seeds) == {
            "pipe.txt": "is a named pipe, not a file; take it out of seeds/",
            "socket.txt": "is a socket, not a file; take it out of seeds/",
        }


@pytest.mark.parametrize("name", [b"caf\xe9.txt", b"\xff\xfe"])
def test_a_name_that_is_not_utf_8_is_refused_and_shown_printably(seeds: Path, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(seeds) + b"/" + name)).write_bytes(b"text")
    write(seeds / "a.txt")
    assert found(seeds) == ["a.txt"]
    (path,) = refused(seeds)
    assert path == name.decode("utf-8", "backslashreplace")
    assert "not valid UTF-8; rename it" in refused(seeds)[path]


def test_nothing_below_a_folder_whose_name_is_not_utf_8_is_read(seeds: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(seeds) + b"/\xe9t\xe9"))
    write(folder / "a.txt")
    assert found(seeds) == []
    assert list(refused(seeds)) == [r"\xe9t\xe9"]


def test_a_folder_that_may_not_be_entered_is_refused_for_all_below_it(public_seeds: Path) -> None:
    write(public_seeds / "a.txt")
    write(public_seeds / "locked" / "b.txt")
    (public_seeds / "locked").chmod(0)
    try:
        with ordinary_user():
            assert found(public_seeds) == ["a.txt"]
            assert refused(public_seeds) == {
                "locked/": "cannot be listed: Permission denied; allow reading it and rebuild"
            }
    finally:
        (public_seeds / "locked").chmod(0o755)


def test_a_link_into_a_folder_that_may_not_be_entered_says_so(public_seeds: Path) -> None:
    secret = write(public_seeds.parent / "secret" / "a.txt")
    (public_seeds / "link.txt").symlink_to(secret)
    secret.parent.chmod(0)
    try:
        with ordinary_user():
            assert "may not be entered" in refused(public_seeds)["link.txt"]
    finally:
        secret.parent.chmod(0o755)


def test_a_file_that_may_not_be_read_is_reported(public_seeds: Path) -> None:
    write(public_seeds / "a.txt").chmod(0)
    with ordinary_user(), pytest.raises(ReadingError, match="permission denied; allow reading it"):
        read_bytes(only_seed(public_seeds), LIMIT)


def test_a_file_just_as_large_as_the_limit_is_read_and_one_byte_more_is_not(seeds: Path) -> None:
    file = write(seeds / "a.txt", b"x" * LIMIT)
    assert read_bytes(only_seed(seeds), LIMIT) == b"x" * LIMIT
    write(file, b"x" * (LIMIT + 1))
    with pytest.raises(ReadingError, match=r"is 1\.0 MB; the limit is 1 MB\. Split it, or raise"):
        read_bytes(only_seed(seeds), LIMIT)


def test_a_file_too_large_for_any_memory_is_refused_unread(seeds: Path) -> None:
    size = 1 << 42
    file = write(seeds / "a.txt")
    try:
        os.truncate(file, size)  # sparse: it takes no room on the disk
    except OSError:
        pytest.skip("the file system has no files of four terabytes")
    with pytest.raises(ReadingError, match="MB; the limit is"):
        read_bytes(only_seed(seeds), size - 1)


def test_a_file_that_vanishes_before_it_is_read_is_reported(seeds: Path) -> None:
    file = write(seeds / "a.txt")
    seed = only_seed(seeds)
    file.unlink()
    with pytest.raises(ReadingError, match=r"vanished .* rebuild again"):
        read_bytes(seed, LIMIT)


def make_pipe(file: Path) -> None:
    os.mkfifo(file)


def make_link(file: Path) -> None:
    file.symlink_to("/etc/hosts")


def make_folder(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize("replace", [make_pipe, make_link, make_folder])
def test_a_file_replaced_by_something_else_is_reported_and_does_not_hang(
    seeds: Path, replace: Callable[[Path], None]
) -> None:
    file = write(seeds / "a.txt")
    seed = only_seed(seeds)
    file.unlink()
    replace(file)

    def read() -> None:
        with pytest.raises(ReadingError, match="rebuild"):
            read_bytes(seed, LIMIT)
        done.set()

    done = threading.Event()
    within_seconds(read)
    assert done.is_set()


def overwrite(file: Path, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.write(content)


def replace_at_once(file: Path, content: bytes) -> None:
    write(file.with_name(".new"), content).replace(file)


@pytest.mark.parametrize("save", [overwrite, replace_at_once])
def test_a_file_that_is_written_all_the_time_is_read_whole_or_reported(
    seeds: Path, save: Callable[[Path, bytes], None]
) -> None:
    versions = [letter * 300_000 for letter in (b"a", b"b")]
    file = write(seeds / "a.txt", versions[0])
    stop = threading.Event()

    def rewrite() -> None:
        while not stop.is_set():
            for version in versions:
                save(file, version)

    thread = threading.Thread(target=rewrite)
    thread.start()
    outcomes: list[bytes | str] = []
    end = time.monotonic() + 3
    try:
        while time.monotonic() < end:
            try:
                outcomes.append(read_bytes(only_seed(seeds), LIMIT))
            except ReadingError as problem:
                outcomes.append(str(problem))
    finally:
        stop.set()
        thread.join()
    changing = "keeps changing while it is read; rebuild when nothing writes to it any more"
    assert set(outcomes) <= {*versions, changing}
    assert read_bytes(only_seed(seeds), LIMIT) in versions


def test_a_file_dated_in_the_future_is_read(seeds: Path) -> None:
    file = write(seeds / "a.txt")
    os.utime(file, (4_000_000_000, 4_000_000_000))
    assert read_bytes(only_seed(seeds), LIMIT) == b"text"
