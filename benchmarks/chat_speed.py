"""How heavy the chat's page is, how soon the first words of an answer are on the screen, and how long a crowd waits.

    python -m benchmarks.chat_speed [--home DIR] [--questions 40] [--visits 5] [--people 20] [--rounds 5]

The chat runs in a process of its own, as `assistant chat` starts it, with the quoting writer. Bytes are those that the
browser's own log of requests says came over the line, compressed, for a visit with an empty cache; what came from
elsewhere is counted too, and must be nothing. The time of an answer runs from the press of Enter in the page to the
first frame that shows words of it, by the browser's clock. The crowd are clients of REST, each with a cookie of its
own, who ask at the same moment; their time runs to the whole answer. Without `--home` the articles are invented.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from assistant import Assistant
from benchmarks.archives import invent_archive, write_home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARTICLES = 200
WARMING = 5  # questions before those that are measured

# Bytes of a visit; milliseconds to the first words; milliseconds to the answers of those who ask at once.
AIMS = {"bytes": 1_500_000, "p50": 300.0, "crowd_p95": 3_000.0}

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

# Types nothing and waits for nothing that a reader would not: the box holds the question, Enter is pressed, and the
# clock stops in the frame after the one in which the new turn's answer has words.
MEASURE = """question => new Promise(resolve => {
  const box = document.querySelector("#question");
  const before = document.querySelectorAll(".turn").length;
  const began = performance.now();
  const look = () => {
    const turn = document.querySelectorAll(".turn")[before];
    const words = turn?.querySelector(".answer > :not(.searching)");
    if (words) requestAnimationFrame(() => resolve(performance.now() - began));
    else requestAnimationFrame(look);
  };
  box.value = question;
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  look();
})"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit with an empty cache took: bytes over the line, requests, those to elsewhere, milliseconds."""

    bytes: int
    requests: int
    elsewhere: int
    milliseconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, and returns 0 when the aims are reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a home with an index; its prompts/examples.txt is what is asked")
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    with _home(given.home) as (home, questions), _serving(home) as address:
        asked = [questions[at % len(questions)] for at in range(given.questions)]
        visits, waits = _measure(address, asked, given.visits)
        crowd, failed = _crowd(address, questions, given.people, given.rounds)
    heaviest, p50, p95 = max(visit.bytes for visit in visits), median(waits), float(np.percentile(waits, 95))
    elsewhere = sum(visit.elsewhere for visit in visits)
    print(f"a visit: {heaviest / 1000:,.0f} kB in {visits[0].requests} requests, {elsewhere} of them to elsewhere")
    print(f"the page can be used after {median(visit.milliseconds for visit in visits):,.0f} ms")
    print(f"first words of an answer after {p50:,.0f} ms (p50), {p95:,.0f} ms (p95), {len(waits)} questions")
    crowd_p50, crowd_p95 = median(crowd), float(np.percentile(crowd, 95))
    print(f"{given.people} who ask at once: {crowd_p50:,.0f} ms (p50), {crowd_p95:,.0f} ms (p95), {failed} failed")
    light = heaviest <= AIMS["bytes"] and not elsewhere
    return 0 if light and p50 <= AIMS["p50"] and crowd_p95 <= AIMS["crowd_p95"] and not failed else 1


@contextmanager
def _home(given: Path | None) -> Iterator[tuple[Path, list[str]]]:
    if given is not None:
        yield given, (given / "prompts" / "examples.txt").read_text(encoding="utf-8").splitlines()
        return
    with tempfile.TemporaryDirectory(prefix="chat-speed-") as folder:
        archive, home = invent_archive(ARTICLES), Path(folder)
        write_home(home, archive.articles)
        Assistant.open(home).rebuild()
        yield home, [question.text for question in archive.questions]


@contextmanager
def _serving(home: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "chat", "--home", str(home), "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"ASSISTANT_LLM": "none"})
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "The chat is open at" in line)
        yield line.split()[5]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _measure(address: str, questions: Sequence[str], visits: int) -> tuple[list[Visit], list[float]]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = browser.new_page()
        _open(page, address)
        for question in [*questions, *questions][:WARMING]:
            page.evaluate(MEASURE, question)
            _finish(page)
        visited = [_visit(browser, address) for _ in range(visits)]
        waits = []
        for question in questions:
            page.get_by_role("button", name="New conversation").click()
            waits.append(float(page.evaluate(MEASURE, question)))
            _finish(page)
        browser.close()
    return visited, waits


def _crowd(address: str, questions: Sequence[str], people: int, rounds: int) -> tuple[list[float], int]:
    """Returns the milliseconds of each answer, and how many failed."""
    clients = [httpx.Client(base_url=address, timeout=60) for _ in range(people)]
    for client in clients:
        client.get("/").raise_for_status()  # which gives it a cookie
    waits: list[float] = []
    failed = 0

    def ask(client: httpx.Client, question: str) -> tuple[float, bool]:
        began = time.perf_counter()
        answer = client.post("/api/query", json={"question": question})
        return (time.perf_counter() - began) * 1000, answer.status_code == 200 and "citations" in answer.json()

    with ThreadPoolExecutor(people) as together:
        for number in range(rounds):
            asked = [questions[(number * people + at) % len(questions)] for at in range(people)]
            for milliseconds, answered in together.map(ask, clients, asked):
                waits.append(milliseconds)
                failed += not answered
    for client in clients:
        client.close()
    return waits, failed


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#question").wait_for()


def _finish(page: Page) -> None:
    page.locator(".turn").last.locator(".actions").wait_for()


def _visit(browser: Browser, address: str) -> Visit:
    context = browser.new_context()  # with a cache of its own
    page = context.new_page()
    log = context.new_cdp_session(page)
    log.send("Network.enable")
    asked: dict[str, str] = {}
    loaded: list[int] = []

    def hear_request(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]

    def hear_end(event: dict[str, Any]) -> None:
        loaded.append(int(event["encodedDataLength"]))

    log.on("Network.requestWillBeSent", hear_request)
    log.on("Network.loadingFinished", hear_end)
    began = time.perf_counter()
    _open(page, address)
    milliseconds = (time.perf_counter() - began) * 1000
    page.wait_for_load_state("networkidle")
    elsewhere = [url for url in asked.values() if not url.startswith((f"{address}/", "data:", "blob:"))]
    context.close()
    return Visit(sum(loaded), len(asked), len(elsewhere), milliseconds)


if __name__ == "__main__":
    sys.exit(main())
