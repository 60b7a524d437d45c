"""A link reopens a question with its filters, or one's own conversation, and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Filters, QuestionError
from assistant.conversations.links import LONGEST_LINK, Opened, conversation_link, question_link, read_link, turn_link
from assistant.conversations.store import Conversations
from assistant.home import Home
from assistant.question import clean_question
from tests.conftest import MakeHome
from tests.ferry import REPAIRED, written


@pytest.mark.parametrize(
    "question",
    [
        "What did the harbour master say?",
        "ماذا قالت مديرة المكتبة؟",
        "מה אמר ראש העיר?",
        "养蜂人说了什么？",
        "Was kostet 5 % mehr & wie viel #1 + 2 = 3?",
        "क्या हुआ? q=1&since=2020",
    ],
)
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(("ar", "zh"), ("الأفق", "A & B"), ("a/b c.txt", "新闻/蜜蜂.txt"), "2031", "2031-04-30", newest=True),
        Filters(since="2031-04"),
    ],
)
def test_a_link_opens_the_question_it_was_made_of(question: str, filters: Filters) -> None:
    link = question_link(question, filters)
    assert link.isascii()
    assert read_link(urlsplit(f"http://127.0.0.1:7860{link}").query) == Opened(question, filters)


@given(st.text(max_size=200), st.lists(st.text(st.characters(codec="utf-8"), max_size=50), max_size=5))
def test_whatever_can_be_asked_can_be_linked(text: str, articles: list[str]) -> None:
    try:
        question = clean_question(text)
    except QuestionError:
        return
    filters = Filters(articles=tuple(it for article in articles if (it := article.strip())))
    link = question_link(question, filters)
    assert read_link(link.removeprefix("/?")) == Opened(question, filters)


def test_the_link_of_a_turn_asks_the_completed_question_and_tells_no_answer(make_home: MakeHome) -> None:
    kept = Conversations.open(Home(make_home({"a.txt": "Something."})))
    understood = "What do ferry tickets cost?"
    answer = written("And tickets?", "Tickets cost six crowns.", understood=understood, searched="And tickets? cost")
    place = kept.append("somebody", answer, Filters(("en",)))
    (turn,) = kept.read("somebody", place.conversation).turns
    link = turn_link(turn)
    assert link == "/?q=What+do+ferry+tickets+cost%3F&languages=en"
    assert place.conversation not in link
    assert "six" not in link


def test_a_conversation_s_link_opens_it_for_its_reader_only(make_home: MakeHome) -> None:
    kept = Conversations.open(Home(make_home({"a.txt": "Something."})))
    place = kept.append("somebody", REPAIRED)
    opened = read_link(conversation_link(place.conversation).removeprefix("/?"))
    assert opened == Opened(conversation=place.conversation)
    assert REPAIRED.question not in conversation_link(place.conversation)


def test_names_of_other_parts_of_a_page_are_passed_over() -> None:
    assert read_link("__theme=dark&q=What%3F&view=api&languages=en") == Opened("What?", Filters(("en",)))
    assert read_link("") == read_link("__theme=dark") == Opened()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=" + "x" * LONGEST_LINK, "characters long"),
        ("q=%ff%fe", "cannot be read"),
        ("&".join(["outlets=a"] * 501), "cannot be read"),
        ("q=a&q=b", "q more than once"),
        ("q=a&since=2020&since=2021", "since more than once"),
        ("q=%3F%3F", "question is empty"),
        ("q=a&languages=English", "no language's code"),
        ("q=a&since=yesterday", "since is a date"),
        ("q=a&newest=1", "newest is true or false"),
        ("conversation=../../etc", "names no conversation"),
        ("conversation=" + "a" * 65, "names no conversation"),
    ],
)
def test_a_link_that_was_changed_is_told(query: str, words: str) -> None:
    with pytest.raises(QuestionError, match=words):
        read_link(query)


def test_what_is_too_long_for_a_link_is_told_when_it_is_made() -> None:
    assert len(question_link("ج" * 1_300)) < LONGEST_LINK
    with pytest.raises(QuestionError, match="too long for a link"):
        question_link("ج" * 2_000)
    with pytest.raises(QuestionError, match="too long for a link"):
        question_link("What?", Filters(articles=tuple(f"{number}" for number in range(600))))
    with pytest.raises(QuestionError, match="half a character"):
        question_link("What?", Filters(outlets=("\ud800",)))
    with pytest.raises(QuestionError, match="no conversation's id"):
        conversation_link("a&q=b")
