"""A server with a password and a token: who gets in by which door, who does not, and what guessing brings."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import openai
import pytest
from gradio_client import Client
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from assistant.errors import SettingsError
from assistant.interfaces.serving.access import COOKIE, Access, check_access
from assistant.interfaces.serving.attempts import FAILURES, Attempts
from assistant.interfaces.serving.hosts import host_names, is_loopback
from assistant.interfaces.serving.listening import listen
from assistant.interfaces.serving.sessions import Sessions, session_key
from assistant.settings import load_settings
from tests.serving_process import COMMAND, Launched, launched

# gradio_client leaves sockets to the garbage collector, which says so whenever it comes by.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD, TOKEN = "correct horse éé بطارية", "0123456789abcdef0123456789abcdef"
SECRETS = {"ASSISTANT_PASSWORD": PASSWORD, "ASSISTANT_TOKEN": TOKEN, "ASSISTANT_ALLOWED_HOSTS": '["news.example"]'}
QUESTION = "When will the harbour of Velmora close?"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def home(newsroom: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("access") / "home"
    shutil.copytree(newsroom, copied)
    return copied


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Launched]:
    """A server for others; every test comes from an address of its own, as a reverse proxy would tell."""
    with launched(home, "--host", "0.0.0.0", "--no-rebuild", **SECRETS) as server:
        yield server


def _web(server: Launched, address: str) -> httpx.Client:
    return httpx.Client(base_url=server.address, timeout=60, verify=False, headers={"X-Forwarded-For": address})


def test_it_tells_where_others_reach_it(server: Launched) -> None:
    assert f"Others reach it at http://{socket.gethostname()}:{server.port}" in server.output
    with _web(server, "198.51.100.20") as web:
        assert web.get("/", headers={"Host": f"{socket.gethostname()}:{server.port}"}).status_code != 421


def test_it_does_not_start_for_others_without_a_password(home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    command = [*COMMAND, "serve", "--home", str(home), "--host", "0.0.0.0", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "Set ASSISTANT_PASSWORD or ASSISTANT_TOKEN" in done.stderr
    settings = load_settings(home / "assistant.toml")
    for host in ("::", "", "192.0.2.7", "news.example"):
        with pytest.raises(SettingsError, match="Others than this machine"):
            check_access(settings, host)
    check_access(settings, "::1")


@pytest.mark.parametrize(("name", "value"), [("password", "s3cr3t"), ("token", "x" * 15)])
def test_a_short_secret_is_refused_and_not_shown(tmp_path: Path, name: str, value: str) -> None:
    settings = load_settings(tmp_path / "none.toml", **{name: value})
    with pytest.raises(SettingsError, match=f"The {name} is too short") as problem:
        check_access(settings, "127.0.0.1")
    assert value not in str(problem.value)
    with pytest.raises(SettingsError) as problem:
        load_settings(tmp_path / "none.toml", **{name: ["s3cret-s3cret"]})
    assert "s3cret" not in str(problem.value)


DOORS = [
    ("GET", "/", 303),
    ("GET", "/docs", 303),
    ("GET", "/logout", 303),
    ("GET", "/openapi.json", 401),
    ("GET", "/config", 401),
    ("GET", "/theme.css", 401),
    ("GET", "/gradio_api/info", 401),
    ("POST", "/gradio_api/queue/join", 401),
    ("POST", "/gradio_api/call/query", 401),
    ("POST", "/gradio_api/component_server", 401),
    ("POST", "/api/query", 401),
    ("GET", "/api/search?q=what", 401),
    ("GET", "/api/articles", 401),
    ("GET", "/api/articles/1", 401),
    ("GET", "/v1/models", 401),
    ("POST", "/v1/chat/completions", 401),
    ("POST", "/mcp", 401),
    ("POST", "/logout", 401),
]


@pytest.mark.parametrize(("method", "path", "status"), DOORS)
def test_strangers_get_in_by_no_door(server: Launched, method: str, path: str, status: int) -> None:
    with _web(server, "198.51.100.1") as web:
        for cookie in ("", f"{COOKIE}=", f"{COOKIE}=9999999999.x.y", f"{COOKIE}={'9' * 30}.a.{'0' * 64}"):
            response = web.request(method, path, headers={"Cookie": cookie} if cookie else {})
            assert response.status_code == status
            if status == 401:
                assert response.headers["WWW-Authenticate"] == "Bearer"
                assert response.json()["error"]["type"] == "authentication_error"
            else:
                assert response.headers["Location"].startswith("/login?next=%2F")


def test_strangers_hear_of_health_its_status_and_no_more(server: Launched) -> None:
    with _web(server, "198.51.100.2") as web:
        assert web.get("/healthz").json() == {"status": "ok"}
        assert web.get("/healthz", headers=BEARER).json()["version"]


def test_only_listed_names_and_addresses_are_answered_to(server: Launched) -> None:
    with _web(server, "198.51.100.3") as web:
        for host, status in (
            ("news.example", 200),
            ("NEWS.example.:443", 200),
            ("192.0.2.1:80", 200),
            ("[2001:db8::1]:80", 200),
            ("evil.example", 400),
            ("news.example.evil", 400),
            ("", 400),
        ):
            assert web.get("/healthz", headers={"Host": host}).status_code == status, host


def test_a_person_logs_in_asks_and_logs_out(server: Launched) -> None:
    with _web(server, "198.51.100.4") as web:
        page = web.get("/login?next=%2F%3Fq%3Dhello", headers={"Accept-Language": "ar,en"})
        assert 'dir="rtl"' in page.text
        assert "script" not in page.text
        entered = web.post("/login?next=%2F%3Fq%3Dhello", data={"password": PASSWORD})
        assert (entered.status_code, entered.headers["Location"]) == (303, "/?q=hello")
        (cookie,) = entered.headers.get_list("set-cookie")
        assert "HttpOnly; SameSite=Strict" in cookie
        assert "Secure" not in cookie
        assert PASSWORD not in cookie
        assert web.get("/").status_code == 200
        assert web.post("/api/query", json={"question": QUESTION}).json()["citations"]
        assert web.get("/login").headers["Location"] == "/"
        kept = web.cookies[COOKIE]
        assert web.post("/logout", headers={"Origin": "https://evil.example"}).status_code == 403
        assert web.post("/logout").headers["Location"] == "/login"
        assert COOKIE not in web.cookies
        assert web.get("/config", headers={"Cookie": f"{COOKIE}={kept}"}).status_code == 401


def test_logging_in_behind_tls_makes_a_secure_cookie_and_never_leads_elsewhere(server: Launched) -> None:
    with _web(server, "198.51.100.5") as web:
        for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "/login", "/\r\nx: y"):
            entered = web.post(
                "/login",
                params={"next": target},
                data={"password": PASSWORD},
                headers={"X-Forwarded-Proto": "https", "Origin": "https://news.example", "Host": "news.example"},
            )
            assert entered.headers["Location"] == "/", target
            assert entered.headers["set-cookie"].endswith("; Secure")


def test_programs_get_in_with_the_token(server: Launched, home: Path) -> None:
    with openai.OpenAI(base_url=f"{server.address}/v1", api_key=TOKEN, max_retries=0) as client:
        completion = client.chat.completions.create(model="assistant", messages=[{"role": "user", "content": QUESTION}])
        assert completion.choices[0].message.content
    headers = {"X-Forwarded-For": "198.51.100.6"}
    with (
        openai.OpenAI(
            base_url=f"{server.address}/v1", api_key="wrong", max_retries=0, default_headers=headers
        ) as stranger,
        pytest.raises(openai.AuthenticationError, match="asks for its token"),
    ):
        stranger.models.list()
    gradio = Client(server.address, headers=BEARER, verbose=False, analytics_enabled=False)
    assert json.loads(gradio.predict(QUESTION, api_name="/query"))["citations"]

    async def list_tools(token: str) -> int:
        async with (
            httpx.AsyncClient(headers={"Authorization": f"Bearer {token}", **headers}) as http,
            streamable_http_client(f"{server.address}/mcp", http_client=http) as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return len((await session.list_tools()).tools)

    assert asyncio.run(list_tools(TOKEN)) == 4


@pytest.mark.parametrize("door", ["login", "bearer"])
def test_who_guesses_is_made_to_wait_and_the_others_are_not(server: Launched, door: str) -> None:
    address = f"2001:db8:{door.encode().hex()[:4]}::"
    statuses = []
    with _web(server, "") as web:
        for guess in range(40):
            sender = {"X-Forwarded-For": f"{address}{guess + 1:x}"}  # all in one network
            if door == "login":
                response = web.post("/login", data={"password": f"guess {guess}"}, headers=sender)
            else:
                response = web.get("/api/articles", headers={"Authorization": f"Bearer guess{guess}", **sender})
            statuses.append(response.status_code)
            assert response.status_code == 401 or int(response.headers["Retry-After"]) > 0
    assert statuses == [401] * FAILURES + [429] * (40 - FAILURES)
    with _web(server, f"{address}1") as web:
        assert web.post("/login", data={"password": PASSWORD}).status_code == 429  # not even a right one tells
        assert web.get("/api/articles", headers=BEARER).status_code == 200
    with _web(server, "198.51.100.7") as web:
        assert web.post("/login", data={"password": PASSWORD}).status_code == 303


def test_no_secret_is_shown_anywhere(server: Launched) -> None:
    with _web(server, "198.51.100.8") as web:
        for path in ("/", "/config", "/docs", "/openapi.json", "/healthz", "/login", "/gradio_api/info"):
            shown = web.get(path, headers=BEARER).text
            assert TOKEN not in shown
            assert PASSWORD not in shown


def test_who_has_logged_in_stays_so_in_the_next_process_until_the_password_changes(
    server: Launched, home: Path
) -> None:
    with _web(server, "198.51.100.9") as web:
        web.post("/login", data={"password": PASSWORD})
        session = web.cookies[COOKIE]
    with launched(home, "--no-rebuild", **SECRETS) as another:
        cookies = {"Cookie": f"{COOKIE}={session}"}
        assert httpx.get(f"{another.address}/config", headers=cookies, verify=False).status_code == 200
    assert (home / "session.key").stat().st_mode & 0o777 == 0o600
    assert Sessions(session_key(home / "session.key", f"{PASSWORD}\0{TOKEN}")).holds(session)
    assert not Sessions(session_key(home / "session.key", f"changed\0{TOKEN}")).holds(session)


def test_a_session_is_its_own_and_ends() -> None:
    sessions = Sessions(b"key")
    session = sessions.issue()
    assert sessions.holds(session)
    assert not Sessions(b"other key").holds(session)
    until, number, signature = session.split(".")
    for forged in (f"{int(until) + 1}.{number}.{signature}", f"{until}.{number}.", "", "..", "é.é.é", f"{until}"):
        assert not sessions.holds(forged)
    past = f"1.{number}"
    assert not sessions.holds(f"{past}.{sessions._sign(past)}")
    sessions.end(session)
    assert not sessions.holds(session)


def test_attempts_are_counted_by_sender_and_forgotten_after_a_right_one() -> None:
    attempts = Attempts()
    for _ in range(FAILURES):
        assert attempts.wait("192.0.2.1") == 0
        attempts.failed("192.0.2.1")
    assert 0 < attempts.wait("192.0.2.1") <= 60
    assert attempts.wait("192.0.2.2") == 0
    attempts.succeeded("192.0.2.1")
    assert attempts.wait("192.0.2.1") == 0


def test_one_secret_alone_opens_both_doors() -> None:
    people = Access("a long password")
    assert people.judge({"authorization": "bearer a long password"}, {}, "a") == "welcome"
    assert people.judge({"authorization": "Basic a long password"}, {}, "a") == "stranger"
    programs = Access(token=TOKEN)
    assert programs.log_in(TOKEN, "a") == "welcome"
    assert programs.log_in("", "a") == "stranger"
    both = Access("a long password", TOKEN)
    assert both.log_in(TOKEN, "a") == "stranger"
    assert both.judge({"authorization": "Bearer a long password"}, {}, "a") == "stranger"
    assert TOKEN not in repr(both)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("127.1", False),
        ("0", False),
        ("localhost.example", False),
        ("::ffff:192.0.2.1", False),
    ],
)
def test_loopback_is_told_from_all_else(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_on_loopback_only_its_names_count_and_those_that_are_set() -> None:
    names = host_names("127.0.0.1", ["News.Example:8000"])
    for known in ("127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860", "news.example"):
        assert names.allow(known)
    for unknown in ("192.0.2.1", "example", "127.0.0.1.example", "", "localhost.evil.example"):
        assert not names.allow(unknown)


def test_an_address_of_ipv6_can_be_served_on() -> None:
    with listen("::1", 0) as listener:
        assert listener.getsockname()[0] == "::1"


@pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed")
def test_in_a_browser_a_person_logs_in_once_and_stays_the_same_reader_by_a_link_from_elsewhere(
    server: Launched, tmp_path: Path
) -> None:
    from playwright.sync_api import sync_playwright

    (tmp_path / "index.html").write_text(f'<a href="{server.address}/?q=hello">to the chat</a>')
    handler = partial(QuietHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as other, sync_playwright() as playwright:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(extra_http_headers={"X-Forwarded-For": "198.51.100.10"})
        page.goto(f"{server.address}/?q=hello")
        assert page.url == f"{server.address}/login?next=%2F%3Fq%3Dhello"
        page.fill("#password", "wrong password")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        page.fill("#password", PASSWORD)
        # The page asks what the link asks, and then takes it out of its address.
        with page.expect_navigation(url=f"{server.address}/?q=hello", wait_until="commit"):
            page.keyboard.press("Enter")
        page.wait_for_selector("textarea")
        before = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
        page.goto(f"http://localhost:{other.server_address[1]}/")  # another site, for a browser
        with page.expect_navigation(url=f"{server.address}/?q=hello", wait_until="commit"):
            page.click("a")
        page.wait_for_selector("textarea")
        assert {cookie["name"]: cookie["value"] for cookie in page.context.cookies()} == before
        assert before.keys() == {COOKIE, "assistant_reader"}
        page.goto(f"{server.address}/logout")
        page.click("button")
        page.wait_for_selector("#password")
        # A page that is still open says so.
        page.goto(f"{server.address}/login")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#question")
        page.context.clear_cookies()
        page.fill("#question", QUESTION)
        page.keyboard.press("Enter")
        page.get_by_text("People log in at /login.").wait_for()
        browser.close()
        other.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Says nothing of what it serves."""
