"""A rebuild that is killed, or runs out of disk, leaves an index that answers; the next rebuild makes it whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.searching import Searcher
from assistant.retrieval.store import Store

QUESTION = "How many storks did ranger Idris Falk count?"

# Kills itself at the nth time Python does something that the system sees: opens, renames, deletes, connects.
KILL_AT_EVENT = """
import os, signal, sys
from assistant import Assistant
wanted, home = int(sys.argv[1]), sys.argv[2]
assistant = Assistant.open(home)
assistant.load()
seen = 0
def watch(event, arguments):
    global seen
    if event in ("open", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect", "os.chmod", "os.scandir"):
        if event == "open" and home not in str(arguments[0]):
            return
        seen += 1
        if seen == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
assistant.rebuild()
print(seen)
"""


def _report(year: int) -> str:
    return f"Report of {year}\n\nIn {year} the village of Oulmes counted {year * 37} storks, said ranger Idris Falk.\n"


def _write(home: Path, years: range) -> None:
    shutil.rmtree(home / "seeds", ignore_errors=True)
    (home / "seeds").mkdir(parents=True)
    for year in years:
        (home / "seeds" / f"{year}.txt").write_text(_report(year))


def _state(home: Path, embedder: Embedder) -> set[str]:
    hits = Searcher(Store(home / "index"), embedder).search(QUESTION, "en", 100).hits
    for hit in hits:
        assert hit.article.text == _report(int(Path(hit.article.path).stem))
    return {hit.article.path for hit in hits}


def _paths(years: range) -> set[str]:
    return {f"{year}.txt" for year in years}


OLD, NEW = range(1900, 1910), range(1905, 1945)


@pytest.fixture(scope="module")
def old_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("old")
    _write(home, OLD)
    Assistant.open(home).rebuild()
    return home


@pytest.fixture
def home(old_home: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(old_home, copy)
    _write(copy, NEW)
    return copy


def _check_and_finish(home: Path, embedder: Embedder) -> None:
    assert _state(home, embedder) in (_paths(OLD), _paths(NEW))
    Assistant.open(home).rebuild(wait=False)
    assert _state(home, embedder) == _paths(NEW)
    assert not list((home / "index").glob(".passages-*"))


def test_a_rebuild_killed_at_a_random_moment_leaves_the_old_state_or_the_new(
    old_home: Path, tmp_path: Path, embedder: Embedder
) -> None:
    generator = random.Random(3)
    states = []
    for trial in range(8):
        home = tmp_path / str(trial)
        shutil.copytree(old_home, home)
        _write(home, NEW)
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "rebuild", "--home", str(home)], stderr=subprocess.DEVNULL
        )
        time.sleep(generator.uniform(0.3, 4.0))
        process.kill()
        process.wait()
        states.append(_state(home, embedder) == _paths(NEW))
        _check_and_finish(home, embedder)
    assert len(states) == 8, states


@pytest.mark.parametrize("event", [7, 9, 30, 51, 52, 53, 54, 55, 57])
def test_a_rebuild_killed_where_it_touches_the_disk_leaves_the_old_state_or_the_new(
    home: Path, embedder: Embedder, event: int
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILL_AT_EVENT, str(event), str(home)], capture_output=True, text=True
    )
    assert killed.returncode in (0, -signal.SIGKILL), killed.stderr
    _check_and_finish(home, embedder)


def test_a_killed_rebuild_does_not_embed_again_what_it_had_finished(home: Path) -> None:
    _write(home, range(1900, 2200))
    process = subprocess.Popen([sys.executable, "-m", "assistant", "rebuild", "--home", str(home)])
    store = Store(home / "index")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with store.read() as snapshot:
            (vectors,) = snapshot._connection.execute("SELECT count(*) FROM vector").fetchone()
        if vectors > 300:
            break
        time.sleep(0.02)
    process.kill()
    process.wait()
    report = Assistant.open(home).rebuild()
    assert report.embedded <= 300 * 3 - vectors + 30


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"this machine lets nobody mount a small disk: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_told_in_one_line_and_the_index_stays_as_it_was(
    small_disk: Path, old_home: Path, embedder: Embedder
) -> None:
    home = small_disk.parent / "home"
    _write(home, range(1900, 2150))
    shutil.copytree(old_home / "index", small_disk / "index")
    (home / "index").symlink_to(small_disk / "index")
    command = [sys.executable, "-m", "assistant", "rebuild", "--home", str(home)]
    failed = subprocess.run(command, capture_output=True, text=True)
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1, failed.stderr
    assert "Free space" in failed.stderr
    assert _state(home, embedder) == _paths(OLD)
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    assert Assistant.open(home).rebuild().embedded < 3 * 250  # what was finished before is still there
    assert len(_state(home, embedder)) == 100  # as many as were asked for


def test_a_limit_on_file_sizes_is_told_in_one_line_and_the_index_stays_as_it_was(
    home: Path, embedder: Embedder
) -> None:
    _write(home, range(1900, 2150))
    size = max(file.stat().st_size for file in (home / "index").iterdir())
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 50_000}, {size + 50_000}))\n"
    program = limited + "import sys; sys.argv[1:] = ['rebuild', '--home', sys.argv[1]]\nimport assistant.__main__"
    failed = subprocess.run([sys.executable, "-c", program, str(home)], capture_output=True, text=True)
    assert failed.returncode == 1, failed.stderr
    assert failed.stderr.count("\n") == 1, failed.stderr
    assert _state(home, embedder) == _paths(OLD)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_an_index_that_may_only_be_read_is_read(old_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "read-only"
    shutil.copytree(old_home, home)
    for folder in (home, *tmp_path.parents[:-2], tmp_path, home / "index", home / "seeds"):
        folder.chmod(0o755)
    program = f"""
import os
from assistant import Assistant
assistant = Assistant.open({str(home)!r})
assistant.load()
os.setuid(65534)
print(assistant.query({QUESTION!r}).citations[0].article.path)
"""
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.strip().endswith(".txt")
