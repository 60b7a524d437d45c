"""The library's tab in a real browser, and what its handlers refuse."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant import Assistant
from assistant.assistant import package_prompts
from assistant.errors import LibraryError
from assistant.interfaces.library.handling import Handling
from assistant.interfaces.library.texts import load_library_texts
from assistant.library.library import Library
from tests.chat_pages import ask, assert_accessible, launched, opened, screenshot, serving
from tests.conftest import REPOSITORY, MakeHome

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARTIFACTS = REPOSITORY / "artifacts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip

ENGLISH = """---
title: "<b>Ferry</b> sails again"
date: 2026-02-10
outlet: Bay Post
link: https://post.example.org/a
---

The ferry sails again, harbour master Ilse Brandt said.
"""
ARABIC = """---
title: المنارة القديمة تفتح أبوابها
date: 2026-03-02
outlet: صحيفة الميناء
---

قالت مديرة الميناء سلمى الحداد إن المنارة ستُفتح للزوار في الربيع.
"""


@contextmanager
def _serving(home: Path, kind: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.library_process", str(home), str(port), kind]
    process = subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)})
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_articles_are_added_rebuilt_found_and_deleted_in_the_browser(make_home: MakeHome, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    home = make_home({"ferry.md": ENGLISH, "scan.pdf": "%PDF-1.7"})
    Assistant.open(home).rebuild()
    upload = tmp_path / "المنارة.md"
    upload.write_text(ARABIC, encoding="utf-8")
    ARTIFACTS.mkdir(exist_ok=True)
    requested: list[str] = []
    with _serving(home, "may-change") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport={"width": 1100, "height": 1000}, locale="en-GB")
        page.on("request", lambda request: requested.append(request.url))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(address)
        page.wait_for_selector(".library td")
        # What an article says is shown, never obeyed.
        assert page.locator(".library td a").inner_text() == "<b>Ferry</b> sails again"
        assert "scan.pdf" in page.locator('[data-part="failures"]').inner_text()

        page.set_input_files(".library input[type=file]", [upload, home / "seeds" / "scan.pdf"])
        page.wait_for_selector('[data-part="told"] .grave')
        assert "Added: المنارة.md" in _told(page)
        assert "cannot be read yet" in _told(page)
        page.get_by_text("Text", exact=True).click()
        page.fill("textarea[name=text]", "The northern pier was mended in four months, Jan Horak said.")
        page.fill("input[name=title]", "Pier mended")
        page.fill("input[name=date]", "1 January 2026")
        page.get_by_role("button", name="Add this text").click()
        page.wait_for_function("document.querySelector('[data-part=told]').textContent.includes('Pier mended.md')")
        page.wait_for_function(
            "document.querySelector('[data-part=status]').textContent.includes('New files, not yet read: 2')"
        )

        page.get_by_role("button", name="Rebuild").click()
        page.wait_for_function(
            "document.querySelector('[data-part=status]').textContent.includes('2 added')", timeout=90_000
        )
        _wait(lambda: page.locator(".library tbody tr").count() >= 3)
        assert page.locator('td[dir="rtl"] bdi[dir="rtl"]').first.inner_text() == "المنارة القديمة تفتح أبوابها"
        assert page.locator(".library svg rect.bar").count() >= 2
        page.screenshot(path=ARTIFACTS / "library.png", full_page=True)

        page.evaluate("document.documentElement.lang = 'ar'")
        page.wait_for_selector('.library[dir="rtl"] td')
        page.screenshot(path=ARTIFACTS / "library-arabic.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        page.evaluate("document.documentElement.lang = 'en'; document.body.classList.add('dark')")
        page.wait_for_selector('.library[dir="ltr"] td')
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.screenshot(path=ARTIFACTS / "library-phone-dark.png", full_page=True)

        page.fill(".library input[name=find]", "pier")
        _wait(lambda: page.locator(".library tbody tr").count() == 1)
        page.get_by_role("button", name="Delete Pier mended").click()
        page.wait_for_selector(".library td em")
        assert next((home / "trash").rglob("*.md")).name == "Pier mended.md"
        browser.close()
    # Blobs and data are the page's own; everything that was asked for was asked of this server.
    assert [url for url in requested if not url.startswith((address, "data:", "blob:"))] == []


def test_a_rebuild_is_watched_and_stopped_by_keys_while_questions_are_answered(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "seeds").mkdir(parents=True)
    (home / "seeds" / "ferry.md").write_text(ENGLISH, encoding="utf-8")
    Assistant.open(home).rebuild()
    for number in range(150):
        days = (f"Keeper {number * 31 + day} of the lamp said on day {day} that it burned well. " for day in range(40))
        text = f"The lamp of lighthouse {number}\n\n{''.join(days)}"
        (home / "seeds" / f"light-{number}.txt").write_text(text, encoding="utf-8")
    with launched() as browser, serving(home, ASSISTANT_LLM="none") as address, opened(browser, address) as page:
        page.get_by_role("button", name="Library").press("Enter")
        bar = page.get_by_role("progressbar")
        bar.wait_for()  # the chat brings the index in line when it starts
        assert_accessible(page)
        screenshot(page, "library-building")
        first = bar.get_attribute("aria-valuenow")
        _wait(lambda: bar.get_attribute("aria-valuenow") not in (first, "0"))

        page.get_by_role("button", name="Ask").press("Enter")
        assert "sails again" in ask(page, "What did Ilse Brandt say?").locator("blockquote").inner_text()
        page.get_by_role("button", name="Library").press("Enter")
        assert bar.is_visible()

        page.get_by_role("button", name="Stop").press("Enter")
        bar.wait_for(state="detached")
        status = page.locator('[data-part="status"]')
        _wait(lambda: "New files, not yet read: 150" in status.inner_text())
        page.get_by_role("button", name="Rebuild").press("Enter")
        bar.wait_for()
        page.get_by_role("button", name="Stop").press("Enter")
        bar.wait_for(state="detached")


@pytest.mark.parametrize(("size", "dark", "locale"), [("desktop", False, "en-GB"), ("phone", True, "ar-EG")])
def test_nothing_in_the_library_keeps_anybody_out(make_home: MakeHome, size: str, dark: bool, locale: str) -> None:
    home = make_home({"ferry.md": ENGLISH, "lighthouse.md": ARABIC, "scan.pdf": "%PDF-1.7"})
    Assistant.open(home).rebuild()
    (home / "seeds" / "new.txt").write_text("The pier was mended.", encoding="utf-8")
    with (
        launched() as browser,
        serving(home, ASSISTANT_LLM="none") as address,
        opened(browser, address, size=size, dark=dark, locale=locale) as page,
    ):
        page.locator("nav.tabs button").nth(1).press("Enter")
        page.locator(".library td").first.wait_for()
        for summary in page.locator(".library summary").all():
            if not summary.evaluate("element => element.parentElement.open"):
                summary.press("Enter")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(page, f"library-{size}")


def _told(page: Page) -> str:
    return page.locator('[data-part="told"]').inner_text()


def _wait(fact: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < until
        time.sleep(0.05)


def _handling(home: Path, *, may_change: bool) -> Handling:
    return Handling(Library(Assistant.open(home)), load_library_texts([package_prompts()]), may_change=may_change)


@pytest.mark.parametrize(
    "act", ["rebuild", "stop", "delete", "add_text", "add_address", "upload", "told", "", "__init__"]
)
def test_who_may_only_look_changes_nothing(make_home: MakeHome, act: str) -> None:
    home = make_home({"ferry.md": ENGLISH})
    handling = _handling(home, may_change=False)
    with pytest.raises(LibraryError, match="cannot be done here"):
        handling.library_act({"act": act, "paths": "ferry.md", "text": "More words."})
    shown = handling.library_shell({})["html"] + json.dumps(handling.library_parts({}))
    assert "<form" not in shown
    assert "data-act" not in shown
    assert list((home / "seeds").iterdir()) == [home / "seeds" / "ferry.md"]


def test_values_that_are_none_are_refused_or_passed_over(make_home: MakeHome) -> None:
    handling = _handling(make_home({}), may_change=True)
    for values in ({"find": 3}, {"act": ["rebuild"]}, {"find": "a" * 20_000}):
        with pytest.raises(LibraryError, match="no usable"):
            handling.library_act(values) if "act" in values else handling.library_parts(values)
    handling.library_parts({"page": "7", "column": "__class__", "language": "../en", "descending": "yes"})
    with pytest.raises(LibraryError, match="There is no file"):
        handling.library_act({"act": "delete", "paths": "a" * 5_000})
    with pytest.raises(LibraryError, match="no usable address"):
        handling.library_act({"act": "add_address", "address": "https://\ud800.example.org"})
    with pytest.raises(LibraryError, match="arrive whole"):
        handling.library_act({"act": "upload", "key": "a", "number": 1, "piece": "", "name": "a.txt", "last": True})


def test_every_language_of_the_library_says_everything() -> None:
    folder = package_prompts() / "interface" / "library"
    texts = load_library_texts([package_prompts()])
    lines = {
        file.stem: {line.split(" = ")[0] for line in file.read_text("utf-8").splitlines() if " = " in line}
        for file in folder.glob("*.toml")
    }
    assert lines.keys() == texts.keys() >= {"en", "ar"}
    assert all(entries == lines["en"] for entries in lines.values())
