"""A password → a session's cookie: the pages on which people log in and out."""

from __future__ import annotations

import asyncio
import html
from importlib.resources import files
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.interfaces.serving import access as doors
from assistant.interfaces.serving.gate import TOO_MANY_GUESSES
from assistant.interfaces.serving.readers import cookie
from assistant.interfaces.serving.sessions import DAYS

PAUSE = 0.5  # seconds after a wrong password
LARGEST_FORM = 10_000  # bytes

WORDS = {
    "en": {
        "title": "Article Assistant",
        "password": "Password",
        "enter": "Log in",
        "wrong": "That is not the password.",
        "limited": TOO_MANY_GUESSES,
        "leave": "Log out",
    },
    "ar": {
        "title": "مساعد المقالات",
        "password": "كلمة المرور",
        "enter": "تسجيل الدخول",
        "wrong": "كلمة المرور غير صحيحة.",
        "limited": "محاولات خاطئة كثيرة. انتظر دقيقة.",
        "leave": "تسجيل الخروج",
    },
}


def login_routes(access: doors.Access) -> APIRouter:
    """Returns the pages for logging in and out."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login")
    async def show_login(request: Request) -> Response:
        if request.state.welcome:
            return RedirectResponse(_safe(request.query_params.get("next", "")), 303)
        return _page(request, "login")

    @routes.post("/login")
    async def log_in(request: Request) -> Response:
        form = parse_qs((await request.body())[:LARGEST_FORM].decode("utf-8", "replace"))
        verdict = access.log_in(form.get("password", [""])[0], request.state.address)
        if verdict == "limited":
            wait = str(access.attempts.wait(request.state.address))
            return _page(request, "login", "limited", 429, {"Retry-After": wait})
        if verdict == "stranger":
            await asyncio.sleep(PAUSE)
            return _page(request, "login", "wrong", 401)
        response = RedirectResponse(_safe(request.query_params.get("next", "")), 303)
        if not access.is_open:
            _set(response, request, access.sessions.issue(), DAYS * 86_400)
        return response

    @routes.get("/logout")
    async def show_logout(request: Request) -> Response:
        return _page(request, "logout")

    @routes.post("/logout")
    async def log_out(request: Request) -> Response:
        access.sessions.end(request.cookies.get(doors.COOKIE, ""))
        response = RedirectResponse("/login", 303)
        _set(response, request, "", 0)
        return response

    return routes


def _set(response: Response, request: Request, session: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    response.headers.append("Set-Cookie", cookie(doors.COOKIE, session, seconds=seconds, secure=secure))


def _safe(target: str) -> str:
    """Returns where to go after logging in: a page of this server, and never another one's."""
    is_own = target.startswith("/") and not target.startswith(("//", "/\\", "/login")) and target.isprintable()
    return target if is_own else "/"


def _page(
    request: Request, name: str, problem: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> HTMLResponse:
    language = "ar" if request.headers.get("accept-language", "").casefold().startswith("ar") else "en"
    words = {key: html.escape(value) for key, value in WORDS[language].items()}
    pages = files("assistant.interfaces.serving") / "pages"
    shell, form = ((pages / f"{part}.html").read_text(encoding="utf-8") for part in ("shell", name))
    shown = f'<p role="alert">{words[problem]}</p>' if problem else ""
    direction = "rtl" if language == "ar" else "ltr"
    action = html.escape(str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""), quote=True)
    filled = form.format(action=action, problem=shown, **words)
    page = shell.format(language=language, direction=direction, form=filled, **words)
    return HTMLResponse(page, status, {"Cache-Control": "no-store", **(headers or {})})
