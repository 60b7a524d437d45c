"""The assistant against LlamaIndex's own quickstart, in one run: same weights, same passages, same machine.

    python -m benchmarks.quickstart [--archive DIR] [--articles N] [--json FILE]

measures how fast each builds its index and in how much memory, how often its first hit is the right article, how long
a question takes in a new process, and how long the assistant takes to find that nothing has changed. Every build is a
process of its own; the two sides take turns, and the medians count. Nothing is fetched from the network.

This process and what it imports must stay small: a new process on Linux inherits the peak memory of the one that
started it (the kernel carries `ru_maxrss` over `exec`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import fmean, median
from typing import Any

from benchmarks.archives import Archive, Question, invent_archive, read_archive, write_texts
from benchmarks.calm import Calm, Sample, cores

REPOSITORY = Path(__file__).parent.parent
INVENTED_ARTICLES = 200
UNCHANGED_ARTICLES = 1_000
PACKAGES = ("llama-index-core", "llama-index-embeddings-huggingface", "sentence-transformers", "torch", "ctranslate2")

Samples = dict[str, list[Sample]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `ratio` is how many times better the assistant is; `reached` tells of the target."""

    what: str
    quickstart: float | None
    ours: float
    digits: int = 1
    ratio: float | None = None
    target: str = ""
    reached: bool | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the run keeps its files, and what it measures with."""

    folder: Path
    model: Path
    archive: Archive
    calm: Calm
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def articles(self) -> Path:
        """The articles of the archive."""
        return self.folder / "articles.jsonl"

    @property
    def passages(self) -> Path:
        """The passages of the archive, which both sides embed."""
        return self.folder / "passages.jsonl"

    @property
    def home(self) -> Path:
        """The assistant's home."""
        return self.folder / "home"

    @property
    def quickstart(self) -> Path:
        """The folder in which the quickstart keeps its index."""
        return self.folder / "quickstart"


def main() -> None:
    """Measures, and prints the table."""
    arguments = _parse()
    archive = read_archive(arguments.archive) if arguments.archive else invent_archive(INVENTED_ARTICLES)
    if arguments.articles:
        archive = archive.first(arguments.articles) if arguments.archive else invent_archive(arguments.articles)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        models = (arguments.model_folder or Path(folder, "models")).absolute()
        _set_environment(models)
        bench = Bench(Path(folder), models / "sentence-transformer", archive, Calm(60 * arguments.patience))
        _prepare(bench)
        builds = _measure_builds(bench, arguments.rounds)
        asked = _measure_hits(bench)
        cold = _measure_cold_queries(bench, arguments.cold_rounds)
        unchanged = _measure_unchanged(bench, arguments.rounds)
    rows = [*_build_rows(bench, builds), *_hit_rows(archive, asked), _cold_row(cold), *_unchanged_rows(unchanged)]
    samples = {**builds, **cold, **unchanged}
    print(_report(bench, rows, samples))
    if arguments.json:
        content = {**bench.facts, "rows": [asdict(row) for row in rows], "samples": samples}
        arguments.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures the assistant against LlamaIndex's own quickstart.")
    parser.add_argument("--archive", type=Path, metavar="DIR", help="articles.jsonl and questions.jsonl; else invented")
    parser.add_argument("--articles", type=int, metavar="N", help="how many articles of it; else all (200 invented)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure into FILE as well")
    parser.add_argument("--model-folder", type=Path, metavar="DIR", help="keep both forms of the model there (610 MB)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="builds on each side (3)")
    parser.add_argument("--cold-rounds", type=int, default=5, metavar="N", help="cold questions on each side (5)")
    parser.add_argument(
        "--patience", type=float, default=0, metavar="MINUTES", help="wait for a calm machine, repeat disturbed jobs"
    )
    return parser.parse_args()


def _set_environment(models: Path) -> None:
    # The user's own settings, and a model that is unpacked anew because another version used it, change the figures.
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        del os.environ[name]
    os.environ["ASSISTANT_CACHE"] = os.fspath(models)
    os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "PYTHONIOENCODING": "utf-8"})


def _prepare(bench: Bench) -> None:
    _tell("unpacking the models, splitting the articles")
    if not (bench.model / "modules.json").is_file():
        _run([sys.executable, "-m", "assistant.retrieval.embedding.unpacking", os.fspath(bench.model)])
    write_texts(bench.articles, bench.archive.articles)
    counts = _job("prepare", articles=bench.articles, passages=bench.passages)
    bench.facts.update(
        date=datetime.now(UTC).date().isoformat(),
        machine=_describe_machine(),
        versions={package: version(package) for package in PACKAGES},
        archive=bench.archive.name,
        articles=len(bench.archive.articles),
        questions=len(bench.archive.answerable()),
        **counts,
    )


def _measure_builds(bench: Bench, rounds: int) -> Samples:
    jobs: dict[str, Callable[[], Sample]] = {
        "build": lambda: _build_anew(bench),
        "quickstart": lambda: _job(
            "build_quickstart", passages=bench.passages, model=bench.model, folder=bench.quickstart
        ),
        "passage_vectors": lambda: _job("build_passage_vectors", passages=bench.passages, folder=bench.folder),
    }
    samples = _take_turns(bench, jobs, rounds)
    _check_same_work(bench, samples)
    return samples


def _take_turns(bench: Bench, jobs: Mapping[str, Callable[[], Sample]], rounds: int) -> Samples:
    samples: Samples = {side: [] for side in jobs}
    for number in range(rounds):
        for side, job in jobs.items():
            _tell(f"{side}, round {number + 1} of {rounds}")
            samples[side].append(bench.calm.measure(job))
    return samples


def _build_anew(bench: Bench) -> Sample:
    shutil.rmtree(bench.home, ignore_errors=True)
    return _job("build", articles=bench.articles, home=bench.home)


def _check_same_work(bench: Bench, samples: Samples) -> None:
    embedded, texts = samples["build"][0]["embedded"], bench.facts["texts"]
    nodes, passages = samples["quickstart"][0]["nodes"], bench.facts["passages"]
    if (embedded, nodes) != (texts, passages):
        raise SystemExit(
            f"Not the same work: the rebuild embedded {embedded} texts instead of {texts}, the quickstart made {nodes} "
            f"nodes of {passages} passages. Take an archive whose passages are below 1,024 tokens."
        )
    bench.facts["device"] = samples["quickstart"][0]["device"]


def _measure_hits(bench: Bench) -> dict[str, Sample]:
    questions = [question.text for question in bench.archive.answerable()]
    if not questions:
        return {}
    jobs: dict[str, Callable[[], Sample]] = {
        "ours": lambda: _job("ask", home=bench.home, questions=questions),
        "quickstart": lambda: _job("ask_quickstart", folder=bench.quickstart, model=bench.model, questions=questions),
    }
    _tell(f"asking {len(questions)} questions on each side")
    return {side: bench.calm.measure(job) for side, job in jobs.items()}


def _measure_cold_queries(bench: Bench, rounds: int) -> Samples:
    asked = [question.text for question in bench.archive.questions] or [bench.archive.articles[0].text[:80]]
    command = [sys.executable, "-m", "assistant", "query", asked[0], "--home", os.fspath(bench.home)]
    jobs: dict[str, Callable[[], Sample]] = {
        "cold": lambda: {"process_seconds": _clocked(command)[1]},
        "cold_quickstart": lambda: _job(
            "ask_quickstart", folder=bench.quickstart, model=bench.model, questions=asked[:1]
        ),
    }
    return _take_turns(bench, jobs, rounds)


def _measure_unchanged(bench: Bench, rounds: int) -> Samples:
    _tell(f"building an index of {UNCHANGED_ARTICLES:,} invented articles, then again without a change")
    articles, home = bench.folder / "many.jsonl", bench.folder / "home-of-many"
    write_texts(articles, invent_archive(UNCHANGED_ARTICLES).articles)
    _job("build", articles=articles, home=home)
    samples = _take_turns(bench, {"unchanged": lambda: _job("rebuild_unchanged", home=home)}, rounds)
    assert all(sample["unchanged"] == UNCHANGED_ARTICLES for sample in samples["unchanged"]), samples
    return samples


def _build_rows(bench: Bench, builds: Samples) -> list[Row]:
    speeds = {
        side: bench.facts["passages"] / median(sample["seconds"] for sample in samples)
        for side, samples in builds.items()
    }
    peaks = {side: median(sample["peak_bytes"] for sample in samples) / 1e6 for side, samples in builds.items()}
    walls = {side: median(sample["process_seconds"] for sample in samples) for side, samples in builds.items()}
    ratio = walls["quickstart"] / walls["build"]
    return [
        _more("passages/s, passage and sentence vectors", speeds["quickstart"], speeds["build"], 2.5),
        _more("passages/s, passage vectors alone", speeds["quickstart"], speeds["passage_vectors"], 4),
        Row("build from the process's start to its end, s", walls["quickstart"], walls["build"], 1, ratio),
        _less("peak memory of the build, MB", peaks["quickstart"], peaks["build"], 2, digits=0),
    ]


def _hit_rows(archive: Archive, asked: dict[str, Sample]) -> list[Row]:
    if not asked:
        return []
    questions = archive.answerable()
    languages = {article.article: article.language for article in archive.articles}
    same = [languages[question.article or ""] == question.language for question in questions]
    kinds = {
        "R@1, all questions": [True] * len(questions),
        "R@1, asked in the article's language": same,
        "R@1, asked in another language": [not it for it in same],
    }
    rows = [
        _more(what, shares["quickstart"], shares["ours"], 1, digits=3)
        for what, kept in kinds.items()
        if any(kept)
        for shares in [{side: _share_right(questions, it["articles"], kept) for side, it in asked.items()}]
    ]
    quickstart, ours = (median(asked[side]["seconds"]) for side in ("quickstart", "ours"))
    return [*rows, Row("a question once loaded, ms", 1e3 * quickstart, 1e3 * ours, 0, quickstart / ours)]


def _share_right(questions: Sequence[Question], found: Sequence[str], kept: Sequence[bool]) -> float:
    return fmean(
        article == question.article for question, article, keep in zip(questions, found, kept, strict=True) if keep
    )


def _cold_row(cold: Samples) -> Row:
    seconds = {side: median(sample["process_seconds"] for sample in samples) for side, samples in cold.items()}
    return _less("a question in a new process, s", seconds["cold_quickstart"], seconds["cold"], 3, digits=2)


def _unchanged_rows(unchanged: Samples) -> list[Row]:
    what = f"unchanged rebuild of {UNCHANGED_ARTICLES:,} articles"
    seconds = median(sample["seconds"] for sample in unchanged["unchanged"])
    embedded = max(sample["embedded"] for sample in unchanged["unchanged"])
    return [
        Row(f"{what}, s", None, seconds, 2, target="< 1", reached=seconds < 1),
        Row(f"{what}, texts embedded", None, embedded, 0, target="0", reached=embedded == 0),
    ]


def _more(what: str, quickstart: float, ours: float, target: float, digits: int = 1) -> Row:
    ratio = ours / quickstart if quickstart else None
    return Row(what, quickstart, ours, digits, ratio, f">= {target:g}x", ours >= target * quickstart)


def _less(what: str, quickstart: float, ours: float, target: float, digits: int) -> Row:
    ratio = quickstart / ours
    return Row(what, quickstart, ours, digits, ratio, f">= {target:g}x", ratio >= target)


def _report(bench: Bench, rows: list[Row], samples: Samples) -> str:
    facts = bench.facts
    others = max(sample["others"] or 0 for side in samples.values() for sample in side)
    head = (
        f"{facts['date']}, {facts['machine']}; {facts['archive']}: {facts['articles']} articles, "
        f"{facts['passages']} passages, {facts['questions']} questions; quickstart on {facts['device']}"
    )
    disturbance = f"other programs used at most {others:.0%} of the cores meanwhile"
    versions = ", ".join(f"{package} {number}" for package, number in facts["versions"].items())
    columns = f"{'':52}{'quickstart':>12}{'assistant':>12}{'better by':>12}   target"
    return "\n".join([head, versions, disturbance, "", columns, *map(_line, rows)])


def _line(row: Row) -> str:
    quickstart = "–" if row.quickstart is None else f"{row.quickstart:,.{row.digits}f}"
    ratio = "–" if row.ratio is None else f"{row.ratio:.2f}x"
    verdict = "" if row.reached is None else "reached" if row.reached else "MISSED"
    return f"{row.what:52}{quickstart:>12}{row.ours:>12,.{row.digits}f}{ratio:>12}   {row.target:8}{verdict}".rstrip()


def _describe_machine() -> str:
    try:
        flags = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        flags = set()
    instructions = "AVX-512 VNNI" if "avx512_vnni" in flags else "AVX2" if "avx2" in flags else platform.machine()
    return f"{cores()} cores, {instructions}, Python {platform.python_version()}"


def _job(name: str, **arguments: Any) -> Sample:
    command = [sys.executable, "-m", "benchmarks.workers", name]
    output, seconds = _clocked(command, json.dumps(arguments, default=os.fspath))
    return {**json.loads(output.splitlines()[-1]), "process_seconds": seconds}


def _clocked(command: list[str], text: str = "") -> tuple[str, float]:
    started = time.perf_counter()
    output = _run(command, text)
    return output, time.perf_counter() - started


def _run(command: list[str], text: str = "") -> str:
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", cwd=REPOSITORY, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
