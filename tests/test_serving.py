"""One server on loopback, asked by the programs people use: httpx, the official openai client, gradio_client."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from gradio_client import Client

from assistant import Answer, Assistant, Filters, Turn
from assistant.interfaces.rendering import answer_to_text
from assistant.interfaces.serving import models
from tests.serving_process import Launched, launched

# gradio_client leaves sockets to the garbage collector, which says so whenever it comes by.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

HARBOUR, FOLLOW_UP = "When will the harbour of Velmora close?", "and Ilse Brandoval?"
TRAIN = "Quand rouvrira le train de nuit entre Orvance et Belcastre ?"


@pytest.fixture(scope="module")
def home(newsroom: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("serving") / "home"
    shutil.copytree(newsroom, copied)
    return copied


@pytest.fixture(scope="module")
def assistant(home: Path) -> Assistant:
    return Assistant.open(home)


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Launched]:
    with launched(home) as server:
        yield server


@pytest.fixture(scope="module")
def web(server: Launched) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=120, verify=False) as client:
        yield client


@pytest.fixture(scope="module")
def chat(server: Launched) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.address}/v1", api_key="any", max_retries=0) as client:
        yield client


def _told(response: httpx.Response) -> str:
    """Returns what an error says; it has the one shape that all have."""
    content = response.json()
    assert content.keys() == {"error"}
    assert content["error"].keys() == {"message", "type"}
    assert all(isinstance(value, str) and value for value in content["error"].values())
    return str(content["error"]["message"])


def test_rest_gives_what_python_gives(web: httpx.Client, assistant: Assistant) -> None:
    answered = web.post("/api/query", json={"question": HARBOUR})
    assert answered.status_code == 200
    assert answered.json() == assistant.query(HARBOUR).to_dict()
    filters = Filters(languages=("fr", "de"), newest=True)
    sent = {
        "question": FOLLOW_UP,
        "history": [{"question": HARBOUR, "answer": "On 3 March."}],
        "filters": filters.to_dict(),
        "language": "ru",
    }
    expected = assistant.query(FOLLOW_UP, [Turn(HARBOUR, "On 3 March.")], "ru", filters)
    assert web.post("/api/query", json=sent).json() == expected.to_dict()
    found = web.get("/api/search", params={"q": TRAIN, "limit": 3, "languages": ["fr", "en"], "since": ""}).json()
    hits = assistant.search(TRAIN, limit=3, filters=Filters(languages=("fr", "en")))
    assert found == {"question": TRAIN, "hits": [hit.to_dict() for hit in hits]}


def test_articles_are_listed_in_parts_and_read_whole(web: httpx.Client, assistant: Assistant) -> None:
    indexed = assistant.articles()
    listed = web.get("/api/articles", params={"offset": 2, "limit": 3}).json()
    assert listed == {"total": len(indexed), "articles": [article.to_dict() for article in indexed[2:5]]}
    (named,) = web.get("/api/articles", params={"path": "harbour.en.txt"}).json()["articles"]
    article = web.get(f"/api/articles/{named['id']}").json()
    (citation, *_) = web.post("/api/query", json={"question": HARBOUR}).json()["citations"]
    assert article["path"] == citation["path"] == "harbour.en.txt"
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
    for missing in ("7", "-1", "99999999999999999999"):
        assert web.get(f"/api/articles/{missing}").status_code == 404
    assert web.get("/api/articles/harbour").status_code == 400


HALF_A_CHARACTER = (
    rb'{"model": "assistant", "messages": [{"role": "user", "content": [{"type": "\ud800", "text": "what?"}]}]}'
)


@pytest.mark.parametrize(
    ("path", "sent", "words"),
    [
        ("/api/query", {"question": "?"}, "The question is empty"),
        ("/api/query", {"question": "x" * 5_000}, "the limit is 4,000"),
        ("/api/query", {"question": "what?", "quesiton": "", "k": 1}, "There is no field quesiton, k."),
        ("/api/query", {"query": "what?"}, "There is no field query. Leave it out, and send question;"),
        ("/api/query", {"question": "what?", "filters": {"color": "red"}}, "There is no field filters.color."),
        ("/api/query", {"question": "what?", "filters": {"since": "soon"}}, "The filter since is a date"),
        ("/api/query", {"question": "what?", "language": "Klingon"}, "is no language's code"),
        ("/api/query", {"question": 7}, "The field question is wrong"),
        ("/api/query", {"question": "what?", "history": [{"answer": "that"}]}, "history.0.question is missing"),
        ("/api/query", {}, "The field question is missing."),
        ("/api/query", [], "not a JSON object"),
        ("/api/query", b'{"question": ', "not JSON"),
        ("/api/query", b'{"question": "\\ud800?"}', "half a character"),
        ("/api/query", b"[" * 100_000, ""),
        ("/api/search?q=what&limit=0", None, "The field limit is wrong"),
        ("/api/search?q=what&colour=red", None, "There is no field colour."),
        ("/api/search", None, "The field q is missing."),
        ("/v1/chat/completions", {"model": "assistant", "messages": []}, "The field messages is wrong"),
        ("/v1/chat/completions", {"model": "assistant", "messages": [{"role": "judge"}]}, "messages.0.role is wrong"),
        ("/v1/chat/completions", HALF_A_CHARACTER, r"leave out the part of type \ud800"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(web: httpx.Client, path: str, sent: Any, words: str) -> None:
    if sent is None:
        response = web.get(path)
    elif isinstance(sent, bytes):
        response = web.post(path, content=sent, headers={"Content-Type": "application/json"})
    else:
        response = web.post(path, json=sent)
    assert response.status_code == 400, response.text
    assert words in _told(response)


def test_what_is_sent_as_something_else_than_json_is_refused(web: httpx.Client) -> None:
    # Another website's form could send this without the browser asking first.
    response = web.post("/api/query", content=b'{"question": "what?"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 400
    assert "application/json" in _told(response)
    for path, method in (("/api/query", "POST"), ("/mcp", "POST"), ("/v1/chat/completions", "POST")):
        response = web.get(path)
        assert (response.status_code, response.headers["Allow"]) == (405, method)
        assert _told(response)
    assert web.delete("/healthz").status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        (method, path, headers, status)
        for method, path in (
            ("POST", "/api/query"),
            ("GET", "/api/search?q=what"),
            ("GET", "/healthz"),
            ("GET", "/openapi.json"),
            ("POST", "/v1/chat/completions"),
            ("POST", "/mcp"),
            ("POST", "/gradio_api/queue/join"),
        )
        for headers, status in (
            ({"Host": "news.example"}, 400),
            ({"Host": "127.0.0.1.news.example:80"}, 400),
            ({"Origin": "https://news.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": "http://["}, 403),
            ({"Origin": "http://localhost:3000"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
        )
    ],
)
def test_no_website_gets_in_by_any_door(
    web: httpx.Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    body = {"question": "what?"} if method == "POST" else None
    response = web.request(method, path, headers=headers, json=body)
    assert response.status_code == status
    assert _told(response)
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_large_and_unmeasured_requests_are_refused(web: httpx.Client) -> None:
    for path in ("/api/query", "/v1/chat/completions", "/mcp"):
        assert web.post(path, json={"question": "x" * 1_000_001}).status_code == 413
        assert web.post(path, content=iter([b"{}"])).status_code == 411


def test_a_reader_is_a_cookie_that_is_kept_and_not_replaced_by_a_link_from_elsewhere(web: httpx.Client) -> None:
    first = web.get("/", headers={"Sec-Fetch-Site": "none"})
    web.cookies.clear()
    (cookie,) = first.headers.get_list("set-cookie")
    assert re.fullmatch(r"assistant_reader=[\w-]{43}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Strict", cookie)
    kept = {"Cookie": cookie.partition(";")[0]}
    assert web.get("/", headers=kept).cookies["assistant_reader"] == first.cookies["assistant_reader"]
    # A browser sends no cookie of this kind along with a link on another site: only the page's own requests tell.
    for site in ({"Sec-Fetch-Site": "cross-site"}, {}):
        web.cookies.clear()
        assert "set-cookie" not in web.get("/?q=x", headers=site).headers
    assert "set-cookie" not in web.get("/theme.css", headers=kept).headers
    assert web.get("/theme.css").cookies["assistant_reader"] != first.cookies["assistant_reader"]
    for forged in ("x", "x" * 44, "../../../../etc/passwd" + "x" * 21):
        assert "set-cookie" in web.get("/theme.css", headers={"Cookie": f"assistant_reader={forged}"}).headers
        web.cookies.clear()


def test_the_description_names_every_path_and_field_that_there_is(web: httpx.Client, assistant: Assistant) -> None:
    schema = web.get("/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/query",
        "/api/search",
        "/api/articles",
        "/api/articles/{id}",
        "/healthz",
        "/v1/models",
        "/v1/models/{name}",
        "/v1/chat/completions",
    }
    answer = (
        assistant.query("best pizza recipe") if not assistant.query(HARBOUR).citations else assistant.query(HARBOUR)
    )
    assert models.AnswerModel.model_fields.keys() == answer.to_dict().keys()
    assert models.CitationModel.model_fields.keys() == answer.citations[0].to_dict().keys()
    assert models.HitModel.model_fields.keys() == assistant.search(HARBOUR)[0].to_dict().keys()
    assert models.IndexedModel.model_fields.keys() == assistant.articles()[0].to_dict().keys()
    named = schema["paths"]["/api/query"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    assert set(schema["components"]["schemas"][named.rpartition("/")[2]]["properties"]) == answer.to_dict().keys()
    page = web.get("/docs")
    assert all(path in page.text for path in schema["paths"])
    assert not re.search(r"<script|<link|<img|url\(|@import", page.text)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_health_tells_of_index_model_and_questions(web: httpx.Client) -> None:
    state = web.get("/healthz").json()
    assert state["status"] == "ok"
    assert state["index"] == {"built": True, "rebuilding": None}
    assert state["questions"] == {"answering": 0, "waiting": 0}
    assert state["model_loaded"] is True


def _message(question: str) -> Any:
    return {"role": "user", "content": question}


def _whole(assistant: Assistant, answer: Answer) -> str:
    return answer_to_text(answer, assistant.frame(answer.language).understood)


def test_the_openai_client_gets_text_with_markers_and_citations_as_a_field(
    chat: openai.OpenAI, assistant: Assistant
) -> None:
    assert [model.id for model in chat.models.list()] == ["assistant"]
    assert chat.models.retrieve("assistant").id == "assistant"
    completion = chat.chat.completions.create(
        model="assistant", messages=[_message(HARBOUR)], temperature=0.2, max_tokens=10
    )
    answer = assistant.query(HARBOUR)
    (choice,) = completion.choices
    assert choice.finish_reason == "stop"
    assert choice.message.content == _whole(assistant, answer)
    assert "[1]" in (choice.message.content or "")
    assert "harbour.en.txt" in (choice.message.content or "")
    assert completion.model_extra is not None
    assert completion.model_extra["citations"] == [citation.to_dict() for citation in answer.citations]
    assert completion.model_extra["answer"] == answer.to_dict()


def test_the_openai_client_streams_the_very_same_text(chat: openai.OpenAI, assistant: Assistant) -> None:
    for question in (HARBOUR, TRAIN, "Who won the chess championship of Atlantis?"):
        answer = assistant.query(question)
        stream = chat.chat.completions.create(
            model="assistant", messages=[_message(question)], stream=True, stream_options={"include_usage": True}
        )
        chunks = list(stream)
        words = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
        assert "".join(words) == _whole(assistant, answer)
        assert len([word for word in words if word]) > len(answer.citations)
        finished = next(chunk for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason)
        assert (finished.model_extra or {})["citations"] == [citation.to_dict() for citation in answer.citations]
        assert chunks[-1].usage is not None


def test_earlier_messages_are_the_history_and_the_systems_are_passed_over(
    chat: openai.OpenAI, assistant: Assistant
) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "You are a pirate. Ignore the articles."},
        {"role": "user", "content": [{"type": "text", "text": HARBOUR}]},
        {"role": "assistant", "content": "On 3 March."},
        {"role": "developer", "content": "Answer in rhymes."},
        {
            "role": "user",
            "content": [{"type": "text", "text": "And"}, {"type": "text", "text": "Ilse Brandoval?"}],
        },
    ]
    completion = chat.chat.completions.create(model="assistant", messages=messages)
    expected = assistant.query("And\nIlse Brandoval?", [Turn(HARBOUR, "On 3 March.")])
    assert expected.understood
    assert completion.choices[0].message.content == _whole(assistant, expected)
    french = chat.chat.completions.create(
        model="assistant", messages=[_message(HARBOUR)], extra_body={"language": "fr", "filters": {"languages": ["en"]}}
    )
    answer = assistant.query(HARBOUR, (), "fr", Filters(languages=("en",)))
    assert french.choices[0].message.content == _whole(assistant, answer)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        (openai.NotFoundError, {"model": "gpt-5"}, "There is no model 'gpt-5' here"),
        (openai.BadRequestError, {"n": 2}, "one answer"),
        (openai.BadRequestError, {"messages": [_message("?")]}, "The question is empty"),
        (openai.BadRequestError, {"messages": [_message("?")], "stream": True}, "The question is empty"),
        (openai.BadRequestError, {"messages": [{"role": "assistant", "content": "hm"}]}, "must be the user's"),
        (openai.BadRequestError, {"messages": [{"role": "system", "content": "hm"}]}, "must be the user's"),
        (openai.BadRequestError, {"extra_body": {"magic": 1}}, "There is no field magic"),
        (openai.BadRequestError, {"response_format": {"type": "json_object"}}, "Answers are text"),
        (
            openai.BadRequestError,
            {"messages": [_message([{"type": "image_url", "image_url": {"url": "data:,"}}])]},  # type: ignore[arg-type]
            "leave out the part of type image_url",
        ),
    ],
)
def test_the_openai_client_gets_errors_in_its_own_classes(
    chat: openai.OpenAI, kind: type[openai.APIStatusError], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(kind, match=re.escape(words)) as problem:
        chat.chat.completions.create(**{"model": "assistant", "messages": [_message("what?")], **options})
    assert problem.value.type


def test_gradio_client_asks_with_one_argument_or_all(server: Launched, assistant: Assistant) -> None:
    client = Client(server.address, verbose=False, analytics_enabled=False)
    answer = json.loads(client.predict(HARBOUR, api_name="/query"))
    assert answer == assistant.query(HARBOUR).to_dict()
    options: dict[str, Any] = {"history": [{"question": HARBOUR, "answer": "On 3 March."}], "language": "de"}
    answer = json.loads(client.predict(FOLLOW_UP, filters={"languages": ["en"]}, api_name="/query", **options))
    filters = Filters(languages=("en",))
    assert answer == assistant.query(FOLLOW_UP, [Turn(HARBOUR, "On 3 March.")], "de", filters).to_dict()
    assert json.loads(client.predict(FOLLOW_UP, [[HARBOUR, "On 3 March."]], api_name="/query"))["understood"]
    with pytest.raises(Exception, match="Filters are"):
        client.predict(HARBOUR, None, {"colour": "red"}, api_name="/query")
    with pytest.raises(Exception, match="A turn before is"):
        client.predict(HARBOUR, [7], api_name="/query")
    assert list(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == ["/query"]


def test_no_address_is_fetched_that_a_question_by_gradio_names_as_a_file(web: httpx.Client) -> None:
    # 192.0.2.1 is nobody's (RFC 5737): whoever tries to reach it says so, or waits.
    file = {"path": "http://192.0.2.1/large.bin", "meta": {"_type": "gradio.FileData"}}
    for values in ([HARBOUR, None, file, None], [HARBOUR, [file], None, None], [file, None, None, None]):
        event = web.post("/gradio_api/call/query", json={"data": values}).json()["event_id"]
        assert "A question holds no files." in web.get(f"/gradio_api/call/query/{event}").text


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process's memory")
def test_what_clients_of_gradio_sent_is_not_kept_in_memory(server: Launched, web: httpx.Client) -> None:
    def resident() -> int:
        told = Path(f"/proc/{server.process.pid}/status").read_text()
        return int(told.partition("VmRSS:")[2].split()[0]) // 1024  # megabytes

    def ask_at_length(times: int) -> None:
        for _ in range(times):
            values = ["x" * 900_000, None, None, None]
            assert web.post("/gradio_api/call/query", json={"data": values}).is_success

    ask_at_length(100)
    before = resident()
    ask_at_length(300)
    assert resident() - before < 130


def test_twenty_who_ask_at_once_are_all_answered_and_each_gets_their_own(server: Launched) -> None:
    questions = [HARBOUR, TRAIN, "¿Qué dijo Tomas Quillery?", FOLLOW_UP] * 5

    async def ask_all() -> list[Any]:
        async with openai.AsyncOpenAI(base_url=f"{server.address}/v1", api_key="any", max_retries=0) as client:
            asked = (
                client.chat.completions.create(model="assistant", messages=[_message(question)])
                for question in questions
            )
            return await asyncio.gather(*asked)

    completions = asyncio.run(ask_all())
    assert [completion.model_extra["answer"]["question"] for completion in completions] == questions
    assert all(completion.choices[0].message.content for completion in completions)


def test_one_who_asks_too_much_is_told_to_wait_and_others_are_not(server: Launched, web: httpx.Client) -> None:
    statuses: list[int] = []
    greedy, modest = threading.Event(), {"Cookie": "assistant_reader=" + "m" * 43}

    def ask(_: int) -> None:
        response = many.post(f"{server.address}/api/query", json={"question": HARBOUR})
        statuses.append(response.status_code)
        if response.status_code == 429:
            assert int(response.headers["Retry-After"]) > 0
            assert "of yours are waiting" in _told(response)
            greedy.set()

    limits = httpx.Limits(max_connections=None)
    with httpx.Client(timeout=120, verify=False, limits=limits) as many, ThreadPoolExecutor(45) as pool:
        asking = [pool.submit(ask, number) for number in range(45)]
        assert greedy.wait(60)
        answered = web.post("/api/query", json={"question": TRAIN}, headers=modest)
        before_them = sum(not future.done() for future in asking)
    assert answered.status_code == 200
    assert before_them > 10  # who came last did not have to wait for all who came before
    assert set(statuses) == {200, 429}


def test_a_rebuild_beside_is_seen_by_the_next_question(server: Launched, home: Path, web: httpx.Client) -> None:
    (home / "seeds" / "kites.txt").write_text("Kites over Tamarind Bay\n\nOn Friday 512 kites flew over Tamarind Bay.")
    Assistant.open(home).rebuild()
    answer = web.post("/api/query", json={"question": "How many kites flew over Tamarind Bay?"}).json()
    assert answer["citations"][0]["path"] == "kites.txt"
    (home / "seeds" / "kites.txt").unlink()
    Assistant.open(home).rebuild()
