"""A request's path → whether there is such a page, and what kind: everything else is refused before it is read."""

from __future__ import annotations

import re

# What Gradio's page and gradio_client ask for. Gradio has more doors, one of which fetches any address for anyone.
GRADIO = re.compile(
    r"/|/config|/info|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/(?:assets|static|svelte)/.*"
    r"|/gradio_api/(?:info|config|startup-events|heartbeat/\w+|queue/(?:join|data)|cancel|reset|app_id|component_server"
    r"|call/query(?:/\w+)?)/?"
)
PROGRAMS = re.compile(
    r"/api/query|/api/search|/api/articles(?:/[^/]*)?|/healthz|/openapi\.json"
    r"|/v1/models(?:/[^/]*)?|/v1/chat/completions|/mcp"
)
PAGES = frozenset({"/", "/docs", "/login", "/logout"})  # where a link from anywhere may lead
ALWAYS_OPEN = frozenset({"/login", "/healthz"})  # also to those who have not logged in


def is_known(path: str) -> bool:
    """Tells whether the server has this path."""
    return path in PAGES or bool(GRADIO.fullmatch(path) or PROGRAMS.fullmatch(path))


def is_plain_page(path: str) -> bool:
    """Tells whether this is a page that needs no script."""
    return path in PAGES and path != "/"
