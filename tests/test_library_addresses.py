"""Articles from web addresses, from a real server on this machine, and the machines that are never asked."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant import Assistant
from assistant.corpus.reading import read_markdown
from assistant.errors import LibraryError
from assistant.library.addresses import is_public, read_address
from assistant.library.fetching import MOST_REDIRECTS, fetch
from assistant.library.library import Library
from tests.conftest import MakeHome

TITLE = "Harbour of Ostrava Bay reopens"
PARAGRAPHS = [
    "The ferry to Ostrava Bay sails again from Monday, harbour master Ilse Brandt said on Friday evening in the port.",
    "Repairs of the northern pier took four months and cost three million crowns, which the district council paid.",
    "Fishermen had asked for a second crane; the council will vote on that in the spring, its speaker Jan Horak said.",
]
PAGE = f"""<!doctype html><html lang="en"><head><title>{TITLE} | Bay Post</title>
<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="Bay Post">
<meta property="article:published_time" content="2026-03-27T18:00:00+00:00"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport and weather</a></nav>
<article><h1>{TITLE}</h1>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article>
<aside>Subscribe to our newsletter</aside><footer>All rights reserved</footer></body></html>"""
ARABIC = "قالت مديرة الميناء سلمى الحداد يوم الجمعة إن المنارة القديمة ستُفتح للزوار في الربيع المقبل بعد ترميمها."
ARABIC_PAGE = f"""<html lang='ar'><head><title>المنارة</title></head>
<body><article><h1>المنارة</h1><p>{ARABIC}</p><p>{ARABIC}</p></article></body></html>"""

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A web server of this machine; `asked` are the paths that were asked for."""

    address: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def puts(self, path: str, body: bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> str:
        """Puts something at a path and returns its address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            _send(handler, 200, body, {"Content-Type": kind, **headers})

        self.answers[path] = answer
        return self.address + path

    def sends_on(self, path: str, target: str) -> str:
        """Lets a path lead somewhere else and returns its address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            _send(handler, 302, b"", {"Location": target})

        self.answers[path] = answer
        return self.address + path


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    handler.send_response(status)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {"Content-Length": str(len(body)), **named}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            answer = found.answers.get(self.path)
            try:
                if answer:
                    answer(self)
                else:
                    _send(self, 404, b"", {})
            except OSError:  # whoever asked has gone
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Site(f"http://localhost:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def library(make_home: MakeHome) -> Library:
    return Library(Assistant.open(make_home({})), local_addresses=True)


def _read(library: Library, path: str) -> str:
    return (library.assistant.home.seeds / path).read_text(encoding="utf-8")


class TestPages:
    def test_become_an_article_with_what_they_tell_of_themselves(self, library: Library, site: Site) -> None:
        address = site.puts("/port", PAGE.encode())
        added = library.add_address(address)
        assert added.path == f"{TITLE}.md"
        document = read_markdown(_read(library, added.path).encode())
        assert document.title == TITLE
        assert (document.provenance.date[:10], document.provenance.outlet) == ("2026-03-27", "Bay Post")
        assert document.text.partition("---\n\n")[2] == "\n\n".join(PARAGRAPHS) + "\n"
        for aside in ("Sport", "Subscribe", "rights"):
            assert aside not in document.text

    def test_in_old_encodings_are_read(self, library: Library, site: Site) -> None:
        told = site.puts("/told", ARABIC_PAGE.encode("cp1256"), "text/html; charset=windows-1256")
        within = ARABIC_PAGE.replace("<head>", "<head><meta charset='windows-1256'>").replace("الجمعة", "السبت")
        assert ARABIC in _read(library, library.add_address(told).path)
        assert "السبت" in _read(
            library, library.add_address(site.puts("/in", within.encode("cp1256"), "text/html")).path
        )

    def test_of_a_few_words_are_read_too(self, library: Library, site: Site) -> None:
        for path, body in (("/few", "<p>The crane is here.</p>"), ("/whole", "<html><body><p>The crane has gone.</p>")):
            added = library.add_address(site.puts(path, body.encode()))
            assert body.split("<p>")[1].removesuffix("</p>") in _read(library, added.path)

    def test_that_are_plain_text_are_kept_as_they_are(self, library: Library, site: Site) -> None:
        added = library.add_address(site.puts("/text", ARABIC.encode(), "text/plain; charset=utf-8"))
        assert ARABIC in _read(library, added.path)

    def test_may_come_compressed(self, library: Library, site: Site) -> None:
        address = site.puts("/packed", gzip.compress(PAGE.encode()), Content_Encoding="gzip")
        assert PARAGRAPHS[0] in _read(library, library.add_address(address).path)

    def test_are_known_the_second_time(self, library: Library, site: Site) -> None:
        address = site.puts("/port", PAGE.encode())
        first = library.add_address(address)
        again = library.add_address(address)
        assert (again.path, again.known) == (first.path, True)

    @pytest.mark.parametrize(
        ("body", "kind", "why"),
        [
            (b"%PDF-1.7", "application/pdf", "no web page but application/pdf"),
            (b"<html><body><script>draw()</script></body></html>", "text/html", "no article in that page"),
            (b"", "text/html", "no article in that page"),
            (b"\x00\x01\x02", "text/plain", "no text"),
        ],
    )
    def test_without_an_article_are_told(self, library: Library, site: Site, body: bytes, kind: str, why: str) -> None:
        with pytest.raises(LibraryError, match=why):
            library.add_address(site.puts("/none", body, kind))


class TestAsking:
    def test_follows_a_redirect_and_keeps_the_last_address(self, site: Site) -> None:
        site.puts("/port", b"here")
        page = fetch(site.sends_on("/old", "/port"), largest=100, local=True)
        assert (page.content, page.address) == (b"here", f"{site.address}/port")

    def test_follows_so_many_redirects_and_no_more(self, site: Site) -> None:
        with pytest.raises(LibraryError, match="leads on and on"):
            fetch(site.sends_on("/round", "/round"), largest=100, local=True)
        assert len(site.asked) == MOST_REDIRECTS + 1

    @pytest.mark.parametrize("packed", [False, True])
    def test_takes_no_more_than_the_limit(self, site: Site, packed: bool) -> None:
        body = b"a" * 1_000_000
        headers = {"Content_Encoding": "gzip"} if packed else {}
        address = site.puts("/large", gzip.compress(body) if packed else body, **headers)
        assert len(fetch(address, largest=1_000_000, local=True).content) == 1_000_000
        with pytest.raises(LibraryError, match="larger than"):
            fetch(address, largest=999_999, local=True)

    @pytest.mark.parametrize("part", ["headers", "body"])
    def test_waits_no_longer_than_it_should_for_who_sends_byte_by_byte(self, site: Site, part: str) -> None:
        def trickle(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\n" + (b"\r\n" if part == "body" else b"X-Slow: "))
            for _ in range(200):
                handler.wfile.write(b"a")
                time.sleep(0.05)

        site.answers["/slow"] = trickle
        started = time.monotonic()
        with pytest.raises(LibraryError, match=r"took longer than 0\.5 seconds"):
            fetch(f"{site.address}/slow", largest=1_000, seconds=0.5, local=True)
        assert time.monotonic() - started < 5

    def test_takes_no_half_page(self, site: Site) -> None:
        address = site.puts("/half", b"half", Content_Length="1000")
        with pytest.raises(LibraryError, match="broke off"):
            fetch(address, largest=10_000, local=True)

    def test_tells_what_the_server_says(self, site: Site) -> None:
        with pytest.raises(LibraryError, match="answers 404"):
            fetch(f"{site.address}/nothing", largest=100, local=True)


class TestMachinesNearby:
    @pytest.mark.parametrize(
        "host", ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
    )
    def test_are_not_asked(self, site: Site, host: str) -> None:
        address = site.puts("/secret", PAGE.encode()).replace("localhost", host)
        with pytest.raises(LibraryError, match=r"not asked|no host"):
            fetch(address, largest=1_000)
        assert not site.asked

    def test_are_refused_by_a_library_unless_it_is_told_otherwise(self, make_home: MakeHome, site: Site) -> None:
        with pytest.raises(LibraryError, match="its own network"):
            Library(Assistant.open(make_home({}))).add_address(site.puts("/port", PAGE.encode()))
        assert not site.asked

    @pytest.mark.parametrize(
        "numeric",
        ["10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.8.8.8", "0.0.0.0", "224.0.0.1",
         "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:10.0.0.1",
         "2002:7f00:1::", "64:ff9b::a00:1", "198.18.0.1", "192.0.2.1"],
    )  # fmt: skip
    def test_are_known_by_their_number(self, numeric: str) -> None:
        assert not is_public(numeric)

    @pytest.mark.parametrize(
        "numeric", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
    )
    def test_are_told_from_the_rest_of_the_internet(self, numeric: str) -> None:
        assert is_public(numeric)


class TestAddresses:
    @pytest.mark.parametrize(
        "written",
        ["", "port", "ftp://post.example.org", "file:///etc/passwd", "javascript:alert(1)", "http://", "http://[::1",
         "https://me:word@post.example.org", "http://post.example.org:22/", "http://a b.example.org",
         "http://post.example.org:port/", "http://x/" + "a" * 3_000, "http://post.example.org/\r\nHost: other"],
    )  # fmt: skip
    def test_that_are_none_are_refused(self, written: str) -> None:
        with pytest.raises(LibraryError):
            read_address(written)

    def test_in_any_script_are_asked_as_the_web_writes_them(self) -> None:
        target = read_address("https://مثال.إختبار/منارة?س=1#top")
        assert target.host == "xn--mgbh0fb.xn--kgbechtv"
        assert target.path == "/%D9%85%D9%86%D8%A7%D8%B1%D8%A9?%D8%B3=1"
        assert read_address("https://post.example.org/a%20b?q=%C3%A9").path == "/a%20b?q=%C3%A9"
