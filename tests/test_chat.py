"""The chat, really launched, asked through gradio_client and through a real browser."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gradio_client import Client

from assistant import Assistant
from assistant.interfaces.rendering import answer_to_html, article_to_html, direction_of, link_of, place_of
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# gradio_client leaves sockets to the garbage collector, which says so whenever it comes by.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

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

ENGLISH, ARABIC = "what did Stoltenberg say?", "ماذا قال ستولتنبرغ؟"
STOLTENBERG = "في المقابل، أعلن الأمين العام"
VIEWPORTS = {"desktop": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="module")
def home(seed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the seed article and one that tries to break the page."""
    home = tmp_path_factory.mktemp("chat") / "home"
    shutil.copytree(seed_home, home)
    (home / "seeds" / "attack.txt").write_text(
        "<img src=x onerror=alert(1)> طقس ميناء أندريل\n\n"
        'يتوقع ميناء أندريل سقوط البرد. <script>document.title="taken"</script> [1](http://example.org) '
        "![](http://example.org/x.png) $$x$$ **bold** <b>tags</b> وحذرت الخبيرة إيلسا براندوفال من البرد يوم الأحد."
    )
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """A chat in a process of its own, as `assistant chat` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "chat", "--home", str(home), "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "The chat is open at" in line:
            break
    else:
        pytest.fail("".join(lines))
    yield line.split()[5]
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=30)[0]
    assert process.returncode in (0, 130), rest
    assert "Traceback" not in rest


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield launched
        launched.close()


@pytest.fixture(params=VIEWPORTS)
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    yield from _open_page(browser, address, request.param)


@pytest.fixture
def desktop(browser: Browser, address: str) -> Iterator[Page]:
    yield from _open_page(browser, address, "desktop")


def _open_page(browser: Browser, address: str, viewport: str) -> Iterator[Page]:
    width, height = VIEWPORTS[viewport]
    page = browser.new_page(viewport={"width": width, "height": height})
    requested: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    page.goto(address)
    page.wait_for_selector("#question textarea")
    yield page
    page.close()
    assert problems == []
    assert [url for url in requested if not url.startswith((f"{address}/", "data:", "blob:"))] == []


def _ask(page: Page, question: str) -> None:
    before = page.locator("#conversation .bot").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.locator("#conversation .bot").nth(before).wait_for()
    page.wait_for_function("document.querySelector('#question textarea').value === ''")


def _client(address: str) -> Client:
    return Client(address, verbose=False, analytics_enabled=False)


def _screenshot(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def test_a_question_is_answered_and_its_citation_opens_the_article_at_the_quote(page: Page) -> None:
    _ask(page, ENGLISH)
    quote = page.locator("#conversation blockquote").first
    assert STOLTENBERG in quote.inner_text()
    chip = quote.locator("a.cite")
    assert chip.inner_text() == "1"
    chip.click()
    mark = page.locator("#article mark")
    mark.wait_for()
    assert mark.inner_text().startswith(STOLTENBERG)
    assert quote.inner_text().startswith(f"«{mark.inner_text()}»")
    page.wait_for_function(
        "() => { const box = document.querySelector('#article mark').getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight }"
    )
    article = page.locator("#article article").inner_text()
    assert "وتنفي روسيا هذه الاتهامات" in article  # the whole article is there, to its last line
    assert page.locator("#article h2").inner_text().startswith('"منظمة الأمن')
    _screenshot(page, f"answer-{page.viewport_size['width'] if page.viewport_size else 0}")


def test_arabic_runs_right_to_left_and_english_left_to_right_on_one_page(desktop: Page) -> None:
    _ask(desktop, ENGLISH)
    _ask(desktop, ARABIC)
    _ask(desktop, "best pizza recipe")
    direction = "element => getComputedStyle(element).direction"
    assert desktop.locator("#conversation blockquote").first.evaluate(direction) == "rtl"
    assert desktop.locator("#conversation .bot p", has_text="The articles say nothing").evaluate(direction) == "ltr"
    bubbles = desktop.locator("#conversation .user p")
    assert bubbles.filter(has_text=ENGLISH).evaluate(direction) == "ltr"
    assert bubbles.filter(has_text=ARABIC).evaluate(direction) == "rtl"
    desktop.locator("a.cite").first.click()
    desktop.locator("#article mark").wait_for()
    assert desktop.locator("#article p", has=desktop.locator("mark")).evaluate(direction) == "rtl"
    _screenshot(desktop, "directions")


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("what did NATO say?", "ltr"),
        ("ماذا قال الناتو؟", "rtl"),
        ("NATO قال إن الحلف مهتم", "rtl"),
        ('"ستولتنبرغ" is how Stoltenberg is written', "ltr"),
        ("מה אמר NATO?", "rtl"),
        ("1984", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_text_runs_the_way_most_of_its_letters_do(text: str, direction: str) -> None:
    assert direction_of(text) == direction


def test_silence_shows_the_nearest_passages_as_such(desktop: Page) -> None:
    _ask(desktop, "Кто выиграл чемпионат мира?")
    said = desktop.locator("#conversation .bot").inner_text()
    assert "В статьях об этом ничего не сказано." in said
    assert "Ближайшие отрывки" in said
    desktop.locator("a.cite").first.click()
    desktop.locator("#article mark").first.wait_for()


def test_an_example_asks_itself_and_there_are_some_in_several_languages(desktop: Page) -> None:
    examples = desktop.locator("#conversation .example")
    assert examples.count() >= 5
    assert ARABIC in examples.all_inner_texts()
    examples.filter(has_text=ARABIC).click()
    desktop.locator("#conversation blockquote").first.wait_for()
    assert STOLTENBERG in desktop.locator("#conversation blockquote").first.inner_text()


def test_an_article_cannot_change_the_page(desktop: Page) -> None:
    _ask(desktop, "ماذا توقعت الخبيرة إيلسا براندوفال لميناء أندريل؟")
    quote = desktop.locator("#conversation blockquote", has_text="**bold**").first
    quote.wait_for()
    whole = desktop.locator("#conversation .bot").inner_text()
    assert "[1](http://example.org)" in whole
    assert "$$x$$ **bold** <b>tags</b>" in whole
    quote.locator("a.cite").first.click()
    desktop.locator("#article mark").wait_for()
    assert "<img src=x onerror=alert(1)>" in desktop.locator("#article article").inner_text()
    assert desktop.title() == "Article Assistant"
    assert desktop.locator("#article img, #article script, #conversation .bot img, #article b").count() == 0
    links = desktop.locator("#conversation a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert all(link.startswith("#cite-") for link in links), links
    _screenshot(desktop, "attack")


def test_a_problem_is_told_in_the_conversation(desktop: Page) -> None:
    _ask(desktop, "!?!")
    assert "The question is empty" in desktop.locator("#conversation .bot").inner_text()
    _ask(desktop, "x" * 5000)
    assert "the limit is 4,000" in desktop.locator("#conversation .bot").last.inner_text()


def test_the_page_is_readable_in_the_dark(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="dark")
    page.goto(f"{address}/?__theme=dark")
    page.wait_for_selector("#question textarea")
    _ask(page, ENGLISH)
    page.locator("a.cite").first.click()
    page.locator("#article mark").wait_for()
    _screenshot(page, "dark")
    page.close()


def test_the_browser_and_the_programs_get_the_answer_that_python_gives(address: str, home: Path) -> None:
    answer = Assistant.open(home).query(ENGLISH)
    client = _client(address)
    assert json.loads(client.predict(ENGLISH, api_name="/query")) == answer.to_dict()
    assert list(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == ["/query"]
    with pytest.raises(Exception, match="The question is empty"):
        client.predict("", api_name="/query")


def test_a_running_chat_picks_up_a_new_article(address: str, home: Path) -> None:
    question = "How many kites flew over Tamarind Bay?"
    client = _client(address)
    (home / "seeds" / "kites.txt").write_text("Kites over Tamarind Bay\n\nOn Friday 512 kites flew over Tamarind Bay.")
    Assistant.open(home).rebuild()
    answer = json.loads(client.predict(question, api_name="/query"))
    assert answer["citations"][0]["path"] == "kites.txt"
    (home / "seeds" / "kites.txt").unlink()
    Assistant.open(home).rebuild()
    answer = json.loads(client.predict(question, api_name="/query"))
    assert all(citation["path"] != "kites.txt" for citation in answer["citations"])


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("GET", "/", {"Host": "news.example"}, 400),
        ("POST", "/gradio_api/queue/join", {"Origin": "https://news.example"}, 403),
        ("POST", "/gradio_api/queue/join", {"Origin": "null"}, 403),
        ("POST", "/gradio_api/upload", {}, 404),
        ("POST", "/gradio_api/run/query", {}, 404),
        ("POST", "/gradio_api/queue/join", {"Origin": "http://localhost:3000"}, 403),
        ("POST", "/gradio_api/component_server", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("GET", "/config", {"Sec-Fetch-Site": "same-site"}, 403),
        ("GET", "/", {"Sec-Fetch-Site": "cross-site"}, 200),
        ("POST", "/gradio_api/queue/join", {"Content-Length": "9000000"}, 413),
        ("GET", "/gradio_api/file=/etc/passwd", {}, 404),
        ("GET", "/gradio_api/file=http://127.0.0.1:9/x.png", {}, 404),
        ("GET", "/gradio_api/proxy=http://127.0.0.1:9/x.png", {}, 404),
        ("GET", "/gradio_api/openapi.json", {}, 404),
    ],
)
def test_only_this_machine_may_ask_and_only_questions(
    address: str, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    host = address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=20)
    body = json.dumps({"data": ["what?"]}) if method == "POST" else None
    connection.request(method, path, body, {"Content-Type": "application/json"} | headers)
    response = connection.getresponse()
    assert response.status == status, response.read()[:300]
    if status == 200:
        policy = response.getheader("Content-Security-Policy") or ""
        assert "default-src 'self'" in policy
        assert "http" not in policy
    connection.close()


def test_a_port_that_is_taken_is_passed_over_and_bad_ports_are_told() -> None:
    from assistant.errors import PortError
    from assistant.interfaces.serving.listening import PORTS_TO_TRY, listen

    with (
        listen("127.0.0.1", 7860, tries=PORTS_TO_TRY) as first,
        listen("127.0.0.1", first.getsockname()[1], tries=PORTS_TO_TRY) as second,
    ):
        assert second.getsockname()[1] > first.getsockname()[1]
        assert second.getsockname()[0] == "127.0.0.1"
    with pytest.raises(PortError, match="--port"):
        listen("127.0.0.1", 70_000)


def test_rendering_marks_exactly_the_quote_and_links_lead_back(home: Path) -> None:
    assistant = Assistant.open(home)
    answer = assistant.query(ENGLISH)
    citation = answer.citations[0]
    assert place_of(link_of(citation)) == (citation.article.id, citation.start, citation.end)
    assert place_of("#cite-1-2") is None
    assert place_of("#cite-1-2-3-4<script>") is None
    shown = article_to_html(citation.article, citation.start, citation.end)
    assert shown.count("<mark") == 1
    assert f'<mark id="cited-passage">{citation.quote.replace(chr(34), "&quot;")}</mark>' in shown
    across_lines = article_to_html(citation.article, 0, len(citation.article.text))
    assert across_lines.count("<mark") == across_lines.count("</mark>") == 16
    assert across_lines.count('id="cited-passage"') == 1
    assert answer_to_html(answer).count('class="cite"') == len(answer.citations)
