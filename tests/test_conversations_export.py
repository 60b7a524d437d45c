"""An exported conversation tells who said what and where, runs the right way, and holds nothing that acts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant import Answer, Article, Citation, Filters, Hit, Statement
from assistant.conversations.answers import values_of
from assistant.conversations.export import answer_with_sources, export_answer, export_conversation, file_name
from assistant.conversations.outline import Labels
from assistant.conversations.plain import one_line
from assistant.conversations.records import ConversationSummary, Feedback, KeptTurn, WholeConversation
from assistant.types import Span
from tests.ferry import FERRY, REPAIRED, written

MOMENT = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)

LIBRARY = Article(
    "أخبار/مكتبة.txt",
    "افتتاح مكتبة عائمة في مدينة زهران",
    "ar",
    "وقالت مديرة المكتبة سلوى البرقاوي إن السفينة NATO-7 ستزور اثنتي عشرة قرية كل شهر.",
    id=12,
    date="2031-03",
    outlet="صحيفة الأفق",
)
SCHOOL = Article("school.he.txt", "בית ספר חדש", "he", "ראש העיר נועה שקד אמרה: ״בית הספר ייפתח ביום ראשון.״", id=13)
BEES = Article(
    "bees.zh.txt", "云岭县蜜蜂数量回升", "zh", "养蜂人高远舟说：“禁用农药起了作用。”", id=14, outlet="云岭日报"
)

SAID_IN_ARABIC = Answer(
    "Who will the floating library visit?",
    "en",
    False,
    0.9,
    (
        Statement(
            "According to \u2068سلوى البرقاوي\u2069, in \u2068افتتاح مكتبة عائمة في مدينة زهران\u2069:",
            "en",
            (),
            "heading",
        ),
        Statement(f"“{LIBRARY.text}”", "ar", (1,), "quote"),
        Statement("אמרה: ״בית הספר ייפתח״", "he", (2,), "quote"),
        Statement("The beekeeper says that the ban works.", "en", (3,), "claim"),
    ),
    (
        Citation(1, LIBRARY, 0, len(LIBRARY.text), 3.0, Span(20, 34)),
        Citation(2, SCHOOL, 18, 40, 2.0, Span(9, 17)),
        Citation(3, BEES, 9, 17, 2.0, Span(3, 6)),
    ),
    writer="some-model",
    note="Sentences left out: 1.",
)
NOTHING = Answer(
    "ماذا عن الطقس؟",
    "ar",
    True,
    0.1,
    (Statement("لا تقول المقالات شيئًا عن ذلك.", "ar"),),
    nearest=(Hit(FERRY, 0, 40, 0.1),),
    nearest_heading="أقرب المقاطع، وقد لا تجيب:",
)


def conversation(*answers: Answer, filters: Filters | None = None, title: str = "Ferries") -> WholeConversation:
    turns = tuple(
        KeptTurn(str(number), it.question, filters or Filters(), MOMENT, Feedback(), values_of(it))
        for number, it in enumerate(answers)
    )
    return WholeConversation(ConversationSummary("x", title, MOMENT, MOMENT, len(turns)), turns)


class Page(HTMLParser):
    """The elements of a page with their attributes, and its visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self._hidden = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self._hidden += tag in ("style", "title")
        if tag not in ("bdi", "a"):
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def rendered(markdown: str) -> list[Token]:
    """Every token of a document, read as GitHub does, those inside lines too."""
    tokens: list[Token] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        tokens += [token, *(token.children or [])]
    return tokens


def shown(markdown: str) -> str:
    """The text that a reader of the rendered document sees."""
    pieces = {"text": None, "softbreak": " ", "hardbreak": " ", "paragraph_close": " ", "heading_close": " "}
    return " ".join("".join(pieces[it.type] or it.content for it in rendered(markdown) if it.type in pieces).split())


def test_markdown_tells_questions_statements_and_sources() -> None:
    document = export_conversation(conversation(REPAIRED, filters=Filters(("en",), since="2031")), "markdown")
    assert document == (
        "# Ferries\n\n*2031-05-06 07:08 UTC*\n\n"
        "## Does the ferry sail?\n\n"
        "*Asked of: en · 2031 –*\n\n"
        "> “The engine is repaired.” \\[1\\]\n\n"
        "**Sources**\n\n"
        "\\[1\\] “The engine is repaired.”\\\n"
        "Lidia Marsh · The ferry to Ostrava Island · Harbour Herald · 2031-04-02 · <https://herald.example/ferry>\n"
    )


def test_both_formats_hold_the_same_words() -> None:
    whole = conversation(
        replace(REPAIRED, understood="Does the ferry to Ostrava Island sail?"), SAID_IN_ARABIC, NOTHING
    )
    document, page = shown(export_conversation(whole, "markdown")), Page(export_conversation(whole, "html"))
    assert re.sub(r"\[\d\] (?=“)", "", document) == page.text  # a page numbers the list of sources by itself
    for words in (
        "Understood as: Does the ferry to Ostrava Island sail?",
        "According to سلوى البرقاوي, in افتتاح مكتبة عائمة في مدينة زهران:",
        f"“{LIBRARY.text}” [1]",
        "The beekeeper says that the ban works. [3]",
        "سلوى البرقاوي · افتتاح مكتبة عائمة في مدينة زهران · صحيفة الأفق · 2031-03 · أخبار/مكتبة.txt",
        "高远舟 · 云岭县蜜蜂数量回升 · 云岭日报 · bees.zh.txt",
        "✎ some-model",
        "Sentences left out: 1.",
        "أقرب المقاطع، وقد لا تجيب:",
        "2031-05-06 07:08 UTC",
    ):
        assert words in document, words


def test_every_block_of_a_page_runs_its_own_way() -> None:
    page = export_conversation(conversation(SAID_IN_ARABIC, NOTHING), "html")
    for block in (
        '<h2 dir="ltr">Who will',
        '<p class="heading" dir="ltr" lang="en">According to <bdi>سلوى البرقاوي</bdi>, in <bdi>افتتاح',
        '<blockquote dir="rtl" lang="ar">“وقالت',
        '<blockquote dir="rtl" lang="he">אמרה',
        '<p class="claim" dir="ltr" lang="en">The beekeeper',
        '<p dir="ltr" lang="zh">“禁用农药起了作用',
        '<h2 dir="rtl">ماذا عن الطقس؟</h2>',
        '<p class="remark" dir="rtl" lang="ar">لا تقول',
        '<p dir="ltr" lang="en">“The ferry',
    ):
        assert block in page, block


def test_what_runs_from_right_to_left_says_so_in_markdown() -> None:
    document = export_answer(SAID_IN_ARABIC, "markdown")
    assert f'<div dir="rtl" lang="ar">\n\n> “{LIBRARY.text}” \\[1\\]\n\n</div>' in document
    assert document.count('<div dir="rtl" lang="he">') == 2
    assert '<div dir="rtl"' not in export_answer(REPAIRED, "markdown")
    blocks = {token.content.strip() for token in rendered(document) if token.type == "html_block"}
    assert blocks == {'<div dir="rtl" lang="ar">', '<div dir="rtl" lang="he">', "</div>"}


def test_a_number_leads_to_its_source_in_the_page() -> None:
    page = Page(export_conversation(conversation(SAID_IN_ARABIC, REPAIRED), "html"))
    targets = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    leading = [attributes["href"] for tag, attributes in page.elements if tag == "a" and attributes["href"][:1] == "#"]  # type: ignore[index]
    assert leading == ["#s1-1", "#s1-2", "#s1-3", "#s2-1"]
    assert {str(it)[1:] for it in leading} == targets
    values = [attributes["value"] for tag, attributes in page.elements if tag == "li"]
    assert values == ["1", "2", "3", "1"]


def test_a_page_is_in_the_interface_s_language() -> None:
    labels = Labels("ar", "المصادر", "فُهم على أنه: {question}", "من بين: {filters}", "الأحدث أولًا")
    page = export_answer(replace(REPAIRED, understood="Does it {filters} sail?"), "html", Filters(newest=True), labels)
    assert '<html lang="ar">' in page
    assert '<body dir="rtl">' in page
    assert '<p class="heading" dir="rtl">المصادر</p>' in page
    assert '<p class="aside" dir="rtl" lang="ar">فُهم على أنه: <bdi>Does it {filters} sail?</bdi></p>' in page
    assert '<p class="aside" dir="rtl" lang="ar">من بين: <bdi>الأحدث أولًا</bdi></p>' in page


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</blockquote></div><h1>Fake</h1>",
    "[click](javascript:alert(1))",
    "![x](https://tracker.example/x.png)",
    "<https://evil.example>",
    "https://evil.example www.evil.example",
    "[ref]: https://evil.example",
    "# Heading",
    "Heading\n===",
    "- item\n- item",
    "1. one\n2) two",
    "> quoted",
    "```\ncode\n```",
    "    indented code",
    "| a | b |\n| - | - |\n| c | d |",
    "**bold** _em_ ~~gone~~ `code` $x^2$ :smile: @someone",
    "[^1]: note",
    "&lt;b&gt; &#60; &amp;",
    "\\<b\\> \\[x\\](y)",
    "a\x00b\x1b[31mred\x07\x9b",
    "\u202ereversed\u202c \u2067isolated\u2069",
    "one\u2028two\u2029three\r\nfour",
    "<!-- comment --> <!DOCTYPE x> <?php ?> <![CDATA[x]]>",
    "---\ntitle: x\n---",
    ":::note\n+++",
    "{{ 7*7 }} {% raw %} {.class}",
    "half \ud800 a character",
]


def quoting(text: str, link: str = "") -> Answer:
    article = Article(f"{one_line(text)[:20]}.txt", text, "en", f"x{text}x", id=3, date=text, outlet=text, link=link)
    citation = Citation(1, article, 1, 1 + len(text), 1.0, Span(1, 1 + len(text)))
    statements = (
        Statement(f"“{text}”", "en", (1,), "quote"),
        Statement(text, "en", (1,), "claim"),
        Statement(text, "en", (), "heading"),
        Statement(text, "en"),
    )
    hit = Hit(article, 1, 1 + len(text), 0.5)
    return Answer(text, "en", False, 0.9, statements, (citation,), (hit,), text, f"So: {text}", text, text)


TAGS = "html head meta title style body h1 h2 p blockquote ul ol li bdi a br"
ATTRIBUTES = "href rel dir lang class id value charset http-equiv content name"
TOKENS = "heading inline text text_special paragraph em strong blockquote hardbreak softbreak html_block"


def assert_inert(text: str) -> None:
    answer = quoting(text)
    filters = Filters(outlets=(text,))
    wanted = one_line(text)
    page = Page(export_conversation(conversation(answer, title=text, filters=filters), "html"))
    assert {tag for tag, _ in page.elements} <= set(TAGS.split())
    for tag, attributes in page.elements:
        assert attributes.keys() <= set(ATTRIBUTES.split())
        assert str(attributes.get("href", "#"))[0] == "#", tag
    document = export_conversation(conversation(answer, title=text, filters=filters), "markdown")
    tokens = rendered(document)
    assert {it.type.removesuffix("_open").removesuffix("_close") for it in tokens} <= set(TOKENS.split())
    written_by_us = {'<div dir="rtl">', '<div dir="rtl" lang="en">', "</div>"}
    assert {it.content.strip() for it in tokens if it.type == "html_block"} <= written_by_us
    copied = answer_with_sources(answer)
    for said in (page.text, shown(document), " ".join(copied.split())):
        assert said.count(wanted) >= 6, said
        assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", said)
    for exported in (page.text, document, copied):
        exported.encode()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_words_of_an_article_do_nothing_in_an_export(text: str) -> None:
    assert_inert(text)


@settings(deadline=None)  # one at a time is quick; on a busy machine a case may wait
@given(
    st.lists(
        st.sampled_from([*HOSTILE, *"<>&\\`*_[]()#+-.!|~^$@{}:=%\n \t", "word", "كلمة", "7"]), min_size=1, max_size=8
    )
)
def test_no_mixture_of_marks_does_anything_in_an_export(pieces: list[str]) -> None:
    text = "".join(pieces)
    if one_line(text):
        assert_inert(text)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "https://a.example/ b",
        'https://a.example/"onclick="x',
        "https://user@a.example/",
        "/x",
        "data:,x",
    ],
)
def test_a_link_that_is_not_safe_is_not_one(link: str) -> None:
    answer = quoting("Plain words.", link)
    assert 'href="#' in export_answer(answer, "html")
    assert not re.search(r'href="(?!#)', export_answer(answer, "html"))
    assert "link_open" not in {it.type for it in rendered(export_answer(answer, "markdown"))}
    assert link not in answer_with_sources(answer)


def test_a_source_s_own_link_can_be_followed() -> None:
    link = "https://herald.example/ferry?a=1&b=(2)_3"
    answer = written("Does it sail?", "The engine is repaired.", replace(FERRY, link=link))
    links = [it.attrs["href"] for it in rendered(export_answer(answer, "markdown")) if it.type == "link_open"]
    assert links == [link]
    page = Page(export_answer(answer, "html"))
    (followed,) = [it for tag, it in page.elements if tag == "a" and str(it["href"])[0] != "#"]
    assert followed == {"href": link, "rel": "noopener noreferrer nofollow"}


def test_a_page_runs_and_loads_nothing() -> None:
    page = export_answer(REPAIRED, "html")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|<img|@import|url\(|src=", page)
    assert "<title>Does the ferry sail?</title>" in page


def test_a_copy_names_its_sources() -> None:
    assert answer_with_sources(REPAIRED) == (
        "“The engine is repaired.” [1]\n\n"
        "Sources:\n"
        "[1] Lidia Marsh, The ferry to Ostrava Island, Harbour Herald, 2031-04-02, https://herald.example/ferry"
    )
    claimed = answer_with_sources(SAID_IN_ARABIC, Labels(sources="المصادر")).splitlines()
    assert claimed[0] == "According to سلوى البرقاوي, in افتتاح مكتبة عائمة في مدينة زهران:"
    assert "المصادر:" in claimed
    assert claimed[-1] == "[3] “禁用农药起了作用” — 高远舟, 云岭县蜜蜂数量回升, 云岭日报, bees.zh.txt"
    assert answer_with_sources(NOTHING).splitlines()[1:] == [
        "أقرب المقاطع، وقد لا تجيب:",
        "– “The ferry to Ostrava Island sails again.” — The ferry to Ostrava Island, Harbour Herald, 2031-04-02, "
        "https://herald.example/ferry",
    ]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What did she say?", "What-did-she-say.md"),
        ("ماذا قالت؟", "ماذا-قالت.md"),
        ("养蜂人说了什么？", "养蜂人说了什么.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("C:\\windows\\x", "C-windows-x.md"),
        (".hidden\x00\n\u202etxt.exe", "hidden-txt-exe.md"),
        ("CON", "conversation-CON.md"),
        ("com1", "conversation-com1.md"),
        ("?!", "conversation.md"),
        ("", "conversation.md"),
        ("x" * 500, "x" * 80 + ".md"),
        ("ब" * 500, "ब" * 66 + ".md"),
    ],
)
def test_a_file_s_name_is_safe_everywhere(title: str, name: str) -> None:
    assert file_name(title, "markdown") == name
    assert file_name(title, "html") == name.removesuffix(".md") + ".html"
