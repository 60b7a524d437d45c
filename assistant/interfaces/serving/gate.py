"""A request → the application behind, if host, path, origin, size and credentials allow it.

It stands before everything, so no door can forget it. Each answer leaves with the headers that keep a browser from
loading anything from elsewhere, and from showing the page inside another one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.interfaces.serving import readers
from assistant.interfaces.serving.access import Access, Verdict
from assistant.interfaces.serving.hosts import HostNames
from assistant.interfaces.serving.paths import ALWAYS_OPEN, FIRST_REQUESTS, PAGES, is_plain_page, methods_of
from assistant.interfaces.serving.problems import FORBIDDEN, INVALID, LIMITED, NOT_FOUND, UNAUTHORISED, Problem

LARGEST_REQUEST = 1_000_000  # bytes: a question and the conversation before it
BODY_SECONDS = 30.0  # until a request has told all it has to tell

SECURITY_HEADERS = {
    # Gradio's own page needs inline scripts and styles; what matters is that nothing comes from or goes to elsewhere.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" a browser would send the login form with an origin of "null", like another site's.
    "Referrer-Policy": "same-origin",
}
PLAIN_PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

# A link on another site brings no cookies of ours along; the page asks for itself again, and then they come.
AGAIN = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0"><title>Article Assistant</title>'


class Gate:
    """The ASGI application before the application."""

    def __init__(self, application: ASGIApp, names: HostNames, access: Access, close: Callable[[], None]) -> None:
        self._application, self._names, self._access = application, names, access
        self._close, self._closed = close, False

    def close(self) -> None:
        """Lets what is under way come to its end at once; to be called when the server begins to stop."""
        self._closed = True
        self._close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
        elif scope["type"] == "http":
            try:
                await self._pass(scope, receive, send)
            except asyncio.CancelledError:
                if not self._closed:  # an open page waits for news for as long as it is open, and must be let go of
                    raise
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        address = readers.address_of(request)
        scope.setdefault("state", {})
        scope["state"]["address"] = address
        scope["state"]["client"] = readers.client_of(request)
        if (refused := self._refuse(request)) is not None:
            allowed = {"Allow": ", ".join(sorted(methods_of(request.url.path)))} if refused.status == 405 else None
            await refused.to_response(allowed)(scope, receive, _with_headers(send, request))
            return
        verdict = self._access.judge(request.headers, request.cookies, address)
        scope["state"]["welcome"] = verdict == "welcome"
        turned = self._turn_away(request, verdict, address)
        if turned is not None:
            await turned(scope, receive, _with_headers(send, request))
        else:
            await self._application(scope, _in_time(receive), _with_headers(send, request, _new_reader(request)))

    def _refuse(self, request: Request) -> Problem | None:
        if not self._names.allow(request.headers.get("host", "")):
            return Problem(
                400, INVALID, "This server does not answer to that host's name. Its setting allowed_hosts can add it."
            )
        methods = methods_of(request.url.path)
        if not methods:
            return Problem(404, NOT_FOUND, "There is no such page. /docs lists what there is.")
        if request.method not in methods:
            return Problem(405, INVALID, f"This address takes {' and '.join(sorted(methods))} only.")
        if _is_foreign(request):
            return Problem(403, FORBIDDEN, "Another website may not use this server.")
        length = request.headers.get("content-length")
        if length is None and request.headers.get("transfer-encoding"):
            return Problem(411, INVALID, "A request must tell its length.")
        if length is not None and (not length.isdecimal() or int(length) > LARGEST_REQUEST):
            return Problem(413, INVALID, f"The request is too large; the limit is {LARGEST_REQUEST:,} bytes.")
        return None

    def _turn_away(self, request: Request, verdict: Verdict, address: str) -> Response | None:
        path, is_visit = request.url.path, request.method == "GET" and request.url.path in PAGES
        if verdict == "welcome" or path in ALWAYS_OPEN:
            return None
        if is_visit and request.headers.get("sec-fetch-site") == "cross-site":
            return HTMLResponse(AGAIN)
        if verdict == "limited":
            return Problem(429, LIMITED, TOO_MANY_GUESSES, self._access.attempts.wait(address)).to_response()
        if is_visit:
            return RedirectResponse(f"/login?next={quote(_target(request), safe='')}", 303)
        return Problem(
            401,
            UNAUTHORISED,
            "This server asks for its token: send the header Authorization: Bearer TOKEN. People log in at /login.",
        ).to_response({"WWW-Authenticate": "Bearer"})


TOO_MANY_GUESSES = "Too many wrong attempts. Wait a minute."


def _is_foreign(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return True
    # Browsers tell of requests without an origin where they come from; a link to a page is welcome from anywhere.
    site = request.headers.get("sec-fetch-site")
    return site in ("cross-site", "same-site") and not (request.method == "GET" and request.url.path in PAGES)


def _target(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _new_reader(request: Request) -> str:
    """Returns the header that makes whoever opens the chat a reader, or renews it; empty for all else.

    A visit by a link on another site comes without the cookie, so that the page's own first requests tell whether there
    is one; visits of which the browser tells that they are none of those need not wait for them.
    """
    key, path = readers.reader_of(request.cookies), request.url.path
    is_own = request.headers.get("sec-fetch-site") in ("none", "same-origin")
    if request.method != "GET" or not ((path == "/" and (key or is_own)) or (path in FIRST_REQUESTS and not key)):
        return ""
    return readers.cookie(readers.COOKIE, key or readers.new_reader(), secure=request.url.scheme == "https")


def _with_headers(send: Send, request: Request, new_cookie: str = "") -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(SECURITY_HEADERS)
            if is_plain_page(request.url.path):
                headers["Content-Security-Policy"] = PLAIN_PAGE_POLICY
            if new_cookie and message["status"] == 200:
                headers.append("Set-Cookie", new_cookie)
        await send(message)

    return send_with_headers


def _in_time(receive: Receive) -> Receive:
    deadline = time.monotonic() + BODY_SECONDS
    whole = False

    async def receive_in_time() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            whole = True
            return {"type": "http.disconnect"}
        whole = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    return receive_in_time
