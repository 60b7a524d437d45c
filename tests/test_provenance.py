"""What a file says of its article's date, outlet and link is read where it is sure, and is shown harmlessly."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from assistant.corpus.dates import MONTHS, read_date
from assistant.corpus.months import month_names
from assistant.corpus.provenance import LONGEST_LINK, LONGEST_OUTLET, host_of, read_link, read_outlet
from assistant.interfaces.rendering import answer_to_html, answer_to_text, article_to_html, hits_to_text
from assistant.types import Answer, Article, Citation, Hit, Statement


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2031", "2031"),
        ("2031-05", "2031-05"),
        (" 2031-05-01 ", "2031-05-01"),
        ("2031-05-01T08:30", "2031-05-01T08:30"),
        ("2031-05-01 08:30:15 +0300", "2031-05-01T08:30:15+03:00"),
        ("2031-05-01T08:30:15.123Z", "2031-05-01T08:30:15+00:00"),
        ("2031-05-01t08:30:15-03:00", "2031-05-01T08:30:15-03:00"),
        ("2031-05-01 08:30 UTC", "2031-05-01T08:30+00:00"),
        ("٢٠٣١-٠٥-٠١", "2031-05-01"),
        ("۲۰۳۱-۰۵-۰۱", "2031-05-01"),
        ("Thu, 01 May 2031 08:30:15 +0300", "2031-05-01T08:30:15+03:00"),
        ("1 May 2031 08:30 GMT", "2031-05-01T08:30+00:00"),
        ("Thu, 1 May 2031 08:30:15 EST", "2031-05-01T08:30:15-05:00"),
        ("May 1, 2031", "2031-05-01"),
        ("Thursday, Dec. 11th, 2031", "2031-12-11"),
        ("11th of December 2031", "2031-12-11"),
        ("May 2031", "2031-05"),
        ("1er mai 2031", "2031-05-01"),
        ("Donnerstag, 11. Dezember 2031", "2031-12-11"),
        ("11 de diciembre de 2031", "2031-12-11"),
        ("1º de dezembro de 2031", "2031-12-01"),
        ("11 dicembre 2031", "2031-12-11"),
        ("11 Aralık 2031", "2031-12-11"),
        ("четверг, 11 декабря 2031 г.", "2031-12-11"),
        ("11 грудня 2031 року", "2031-12-11"),
        ("11 Δεκεμβρίου 2031", "2031-12-11"),
        ("11 בדצמבר 2031", "2031-12-11"),
        ("الخميس، ١١ ديسمبر/كانون الأول ٢٠٣١", "2031-12-11"),
        ("11 كانون الثاني 2031", "2031-01-11"),
        ("۱۱ دسامبر ۲۰۳۱", "2031-12-11"),
        ("11 دسمبر 2031", "2031-12-11"),
        ("गुरुवार, ११ दिसंबर २०३१", "2031-12-11"),
        ("2031年12月11日", "2031-12-11"),
        ("2031 年 12 月", "2031-12"),
        ("2031년 12월 11일", "2031-12-11"),
    ],
)
def test_a_date_is_read_with_what_is_known_of_it(written: str, date: str) -> None:
    assert read_date(written) == date


@pytest.mark.parametrize(
    "written",
    [
        "",
        "03/04/2031",
        "3.4.2031",
        "03-04-2031",
        "31/12/2031",
        "2031/04/03",
        "2031-4-3",
        "20310403",
        "203104",
        "2031-02-30",
        "2031-13",
        "2031-05-01T25:00",
        "1410-09-26",
        "2574-05-01",
        "26 آذر 1410",
        "11 ديسمبر 1452",
        "11 يناير/شباط 2031",
        "11 listopada 2031",
        "30 February 2031",
        "Thu, 01 May 0031 08:30:15 GMT",
        "Thu, 01 May 2031 08:30:15 MSK",
        "May 1",
        "May 1, 31",
        "Updated May 1 2031 by the desk",
        "yesterday",
        "true",
        "1700000000",
        "2031-05-01" + " " * 200,
        "1 " * 100_000,
    ],
)
def test_a_date_that_is_not_sure_stays_unread(written: str) -> None:
    assert read_date(written) == ""


def test_a_name_of_two_months_is_no_month_of_a_date() -> None:
    numbers: dict[str, set[int]] = {}
    for number, name in month_names():
        numbers.setdefault(name.casefold(), set()).add(number)
    assert set(range(1, 13)) == set().union(*numbers.values())
    assert {name for name, months in numbers.items() if len(months) > 1} == {"listopad", "listopada"}
    assert not MONTHS.keys() & {"listopad", "listopada"}
    assert read_date("11 grudnia 2031") == "2031-12-11"


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://news.velmora.example/2031/dam?id=1#top", "news.velmora.example"),
        ("HTTP://Velmora.Example:8080/", "velmora.example"),
        ("https://пример.рф/плотина", "пример.рф"),
        ("https://समाचार.भारत/बाँध", "समाचार.भारत"),
        ("https://velmora.example/السد", "velmora.example"),
        ("https://velmora.example/l'eau_(1)*", "velmora.example"),
    ],
)
def test_a_web_address_is_kept_as_it_is_written(link: str, host: str) -> None:
    assert read_link(link) == link
    assert host_of(link) == host


@pytest.mark.parametrize(
    "link",
    [
        "",
        "velmora.example/dam",
        "/2031/dam",
        "//velmora.example/dam",
        "https://",
        "ftp://velmora.example/dam",
        "javascript:alert(1)",
        "javascript://velmora.example/%0aalert(1)",
        "data:text/html,<p>",
        "file:///etc/passwd",
        "https://reader:secret@velmora.example/",
        "https://velmora.example@other.example/",
        "https://velmora.example\\@other.example/",
        "https://other.example\\.velmora.example/",
        "https://velmora.example⁄dam.other.example/",
        "https://velm%6fra.example/",
        "https://localhost/dam",
        "https://192.168.1.1/dam",
        "https://[::1]/dam",
        "https://[velmora/dam",
        "https://velmora..example/",
        "https://velmora.example:99999/",
        "https://velmora.example:x/",
        "https://velmora.example/the dam",
        "https://velmora.example/the\ndam",
        "https://velmora.example/\x1b[31m",
        "https://velmora.example/\u202etxt.mad",
        "https://velmora.example/\u200bdam",
        'https://velmora.example/"onclick="alert(1)',
        "https://velmora.example/<b>",
        "https://velmora.example/" + "a" * LONGEST_LINK,
        "https://" + "é" * 1_500 + ".example",
    ],
)
def test_an_address_that_is_not_plainly_of_the_web_is_not_read(link: str) -> None:
    assert read_link(link) == ""


@pytest.mark.parametrize(
    ("written", "outlet"),
    [
        ("Velmora Herald", "Velmora Herald"),
        ("  صحيفة \t تل الريم ", "صحيفة تل الريم"),
        ("o" * LONGEST_OUTLET, "o" * LONGEST_OUTLET),
        ("o" * (LONGEST_OUTLET + 1), ""),
        ("https://velmora.example/", ""),
        ("—", ""),
        ("Velmora \x1b[31m Herald", ""),
    ],
)
def test_an_outlet_is_a_name_on_one_line(written: str, outlet: str) -> None:
    assert read_outlet(written) == outlet


DAM = Article(
    "dam.md",
    "Dam holds",
    "en",
    "The dam held.\n",
    id=7,
    date="2031-05-01",
    outlet="Velmora Herald",
    link="https://news.velmora.example/dam?a=1&b=_2_",
)
ATTACK = Article(
    "attack.md",
    "Dam holds",
    "en",
    "The dam held.\n",
    date="2031\x1b[31m<b>",
    outlet='<img src=x onerror=alert(1)> **bold** [1](http://example.org) "',
    link="javascript:alert(1)",
)
LINK = (
    '<a href="https&#58;&#47;&#47;news&#46;velmora&#46;example&#47;dam&#63;a&#61;1&#38;b&#61;&#95;2&#95;" '
    'rel="noopener noreferrer nofollow" target="_blank"><bdi>news&#46;velmora&#46;example</bdi></a>'
)


def answer_about(article: Article) -> Answer:
    statements = (Statement("“The dam held.”", "en", (1,), "quote"),)
    return Answer("Did it hold?", "en", False, 0.9, statements, (Citation(1, article, 0, 13, 5.0),))


class Page(HTMLParser):
    """What a browser finds in HTML: its tags with their attributes, and its text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_terminal_shows_outlet_date_and_link_with_each_source() -> None:
    shown = "Dam holds, Velmora Herald, 2031-05-01, https://news.velmora.example/dam?a=1&b=_2_ (dam.md, en, 0-13)"
    assert shown in answer_to_text(answer_about(DAM))
    assert f"1. {shown}, score 5.00" in hits_to_text([Hit(DAM, 0, 13, 5.0)])


def test_programs_get_outlet_date_and_link_of_quotes_and_passages_alike() -> None:
    for given in (answer_about(DAM).citations[0].to_dict(), Hit(DAM, 0, 13, 5.0).to_dict()):
        assert (given["outlet"], given["date"], given["link"]) == (DAM.outlet, DAM.date, DAM.link)


def test_an_article_that_says_nothing_of_itself_is_shown_by_its_title_and_place() -> None:
    plain = Article("dam.txt", "Dam holds", "en", "The dam held.\n")
    assert "Dam holds (dam.txt, en, 0-13)" in answer_to_text(answer_about(plain))
    assert Page(article_to_html(plain, 0, 13)).text.startswith("dam.txt · en")
    assert '<p class="source" dir="ltr">— Dam holds · <bdi>dam&#46;txt</bdi></p>' in answer_to_html(answer_about(plain))


@pytest.mark.parametrize("shown", [answer_to_html(answer_about(DAM)), article_to_html(DAM, 0, 13)])
def test_the_chat_shows_outlet_and_date_and_a_link_that_tells_its_host(shown: str) -> None:
    assert " · <bdi>Velmora Herald</bdi> · <bdi>2031&#45;05&#45;01</bdi> · " in shown
    assert LINK in shown
    links = [attributes for tag, attributes in Page(shown).tags if tag == "a" and attributes.get("class") != "cite"]
    assert links == [{"href": DAM.link, "rel": "noopener noreferrer nofollow", "target": "_blank"}]


@pytest.mark.parametrize("shown", [answer_to_html(answer_about(ATTACK)), article_to_html(ATTACK, 0, 13)])
def test_what_an_article_says_of_itself_cannot_change_the_page(shown: str) -> None:
    page = Page(shown)
    assert ATTACK.outlet in page.text
    assert "2031\\x1b[31m<b>" in page.text
    assert not {"img", "b"} & {tag for tag, _ in page.tags}
    assert all((attributes["href"] or "").startswith("#cite-") for tag, attributes in page.tags if tag == "a")
    assert "javascript" not in shown


def test_what_an_article_says_of_itself_cannot_command_the_terminal() -> None:
    assert "\x1b" not in answer_to_text(answer_about(ATTACK)) + hits_to_text([Hit(ATTACK, 0, 13, 1.0)])
