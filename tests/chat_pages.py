"""A chat in a process of its own and pages of it in a real browser, which must not ask anybody else for anything."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ARTIFACTS = REPOSITORY / "artifacts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWPORTS = {"desktop": (1360, 850), "phone": (390, 844)}


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[str]:
    """Gives the address of a chat, as `assistant chat` starts it; it must end as it is told to, without a word."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "chat", "--home", str(home), "--port", str(port), "--no-browser"]
    told = os.environ | environment
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=told)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "The chat is open at" in line:
            break
    else:
        pytest.fail("".join(lines))
    try:
        yield lines[-1].split()[5]
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=30)[0]
    assert process.returncode in (0, 130), rest
    assert "Traceback" not in rest


@contextmanager
def launched() -> Iterator[Browser]:
    """Gives Chromium; where there is none the tests that need it are skipped, but not in CI."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Browser,
    address: str,
    path: str = "/",
    *,
    size: str = "desktop",
    locale: str = "en-GB",
    dark: bool = False,
) -> Iterator[Page]:
    """Gives a page of a reader of its own; nothing may go wrong in it, and nothing may come from elsewhere."""
    width, height = VIEWPORTS[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=locale,
        color_scheme="dark" if dark else "light",
        has_touch=size == "phone",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    requested: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    visit(page, address + path)
    yield page
    context.close()
    assert problems == []
    assert [url for url in requested if not url.startswith((f"{address}/", "data:", "blob:"))] == []


def visit(page: Page, address: str) -> None:
    """Goes to an address of the chat and waits until it can be used."""
    page.goto(address)
    page.locator("#question").wait_for()


def ask(page: Page, question: str) -> Locator:
    """Asks, and returns the turn when its answer is there."""
    count = page.locator(".turn").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    return answered(page, count)


def answered(page: Page, position: int) -> Locator:
    """Returns the turn at a position, from 0 on, when its answer is there."""
    turn = page.locator(".turn").nth(position)
    turn.locator(".actions").wait_for()
    return turn


def screenshot(page: Page, name: str) -> None:
    """Keeps what a page looks like, to be looked at."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def assert_accessible(page: Page) -> None:
    """Asserts that axe finds nothing serious."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    grave = [
        (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == []
