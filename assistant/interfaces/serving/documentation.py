"""The application → its description for programs (OpenAPI) and for people: a page that loads nothing."""

from __future__ import annotations

import html
import json
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse

import assistant as package

DESCRIPTION = (
    "Answers from a folder of articles, in any language, made of exact quotes with their places. MCP clients connect "
    "to /mcp (streamable HTTP); gradio_client to this address, api_name=/query."
)


def describe(application: FastAPI) -> dict[str, Any]:
    """Returns the OpenAPI description of every path for programs; it is made once."""
    if application.openapi_schema is None:
        schema = get_openapi(
            title="Article Assistant",
            version=package.__version__,
            description=DESCRIPTION,
            routes=application.routes,
        )
        components = schema.setdefault("components", {})
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{}, {"token": []}]  # a server without a password or token asks for none
        application.openapi_schema = schema
    return application.openapi_schema


def documentation_routes(application: FastAPI) -> APIRouter:
    """Returns the page `/docs`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    def show() -> HTMLResponse:
        return HTMLResponse(_page(application.openapi()))

    return routes


def _page(schema: dict[str, Any]) -> str:
    template = files("assistant.interfaces.serving").joinpath("pages", "docs.html").read_text(encoding="utf-8")
    operations = [
        _operation(method, path, operation, schema)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    told = {"title": schema["info"]["title"], "version": schema["info"]["version"], "description": DESCRIPTION}
    return template.format(operations="".join(operations), **{key: html.escape(value) for key, value in told.items()})


def _operation(method: str, path: str, operation: dict[str, Any], schema: dict[str, Any]) -> str:
    name = html.escape(f"{method.upper()} {path}")
    told = "".join(f"<p>{html.escape(part)}</p>" for part in operation.get("description", "").split("\n\n"))
    rows = [_row(it["name"], it["schema"], it.get("required", False)) for it in operation.get("parameters", [])]
    sent = _properties(operation.get("requestBody", {}), schema)
    rows += [_row(key, value, key in sent.get("required", ())) for key, value in sent.get("properties", {}).items()]
    taken = f"<table><tr><th>Field</th><th>Kind</th><th></th></tr>{''.join(rows)}</table>" if rows else ""
    got = _properties(operation["responses"].get("200", {}), schema).get("properties", {})
    gives = f"<p>Gives: {', '.join(f'<code>{html.escape(key)}</code>' for key in got)}.</p>" if got else ""
    summary = html.escape(operation.get("summary", ""))
    return f"<section><h2><code>{name}</code></h2><h3>{summary}</h3>{told}{taken}{gives}</section>"


def _properties(content: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema of a body, which lies among the components."""
    named = content.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    found: dict[str, Any] = schema["components"]["schemas"].get(named.rpartition("/")[2], {})
    return found


def _row(name: str, schema: dict[str, Any], required: bool) -> str:
    kinds = [_kind(part) for part in schema.get("anyOf", [schema])]
    default = json.dumps(schema.get("default"), ensure_ascii=False)
    told = schema.get("description", "") + (" Required." if required else f" Default: {default}.")
    cells = (f"<code>{html.escape(name)}</code>", html.escape(" or ".join(kinds)), html.escape(told))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    kind = str(schema.get("type", "any"))
    return f"list of {_kind(schema['items'])}" if kind == "array" and "items" in schema else kind
