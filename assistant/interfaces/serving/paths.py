"""A request's path → whether there is such a page, and for which methods: all else is refused before it is read."""

from __future__ import annotations

import re

# What Gradio's page and gradio_client ask for. Gradio has more doors, one of which fetches any address for anyone.
_GRADIO = re.compile(
    r"/|/config|/info|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/(?:assets|static|svelte)/.*"
    r"|/gradio_api/(?:info|config|startup-events|heartbeat/\w+|queue/(?:join|data)|cancel|reset|app_id|component_server"
    r"|call/query(?:/\w+)?)/?"
)
_ASKED = re.compile(r"/api/query|/v1/chat/completions|/mcp")
_READ = re.compile(r"/api/search|/api/articles(?:/[^/]*)?|/healthz|/openapi\.json|/v1/models(?:/[^/]*)?|/docs")
_FORMS = re.compile(r"/login|/logout")

PAGES = frozenset({"/", "/docs", "/login", "/logout"})  # where a link from anywhere may lead
ALWAYS_OPEN = frozenset({"/login", "/healthz"})  # also to those who have not logged in
FIRST_REQUESTS = frozenset({"/theme.css", "/config", "/gradio_api/startup-events"})  # what the chat's page asks for


def methods_of(path: str) -> frozenset[str]:
    """Returns the methods by which a path may be asked for; none for a path that the server does not have."""
    for pattern, methods in ((_ASKED, {"POST"}), (_READ, {"GET"}), (_FORMS, {"GET", "POST"})):
        if pattern.fullmatch(path):
            return frozenset(methods)
    return frozenset({"GET", "HEAD", "POST"}) if _GRADIO.fullmatch(path) else frozenset()


def is_plain_page(path: str) -> bool:
    """Tells whether this is a page that needs no script."""
    return path in PAGES and path != "/"
