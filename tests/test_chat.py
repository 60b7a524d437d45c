"""The chat, really launched, asked through gradio_client and through a real browser."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from gradio_client import Client

from assistant import Assistant
from assistant.answering.model_choice import LOCAL_ADDRESSES
from assistant.conversations.store import Conversations
from assistant.home import Home
from assistant.interfaces.rendering import answer_to_html, article_to_html, direction_of, link_of, place_of
from tests import serving_process
from tests.chat_pages import (
    VIEWPORTS,
    answered,
    ask,
    assert_accessible,
    launched,
    opened,
    screenshot,
    serving,
    visit,
)
from tests.conftest import ARTICLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# gradio_client leaves sockets to the garbage collector, which says so whenever it comes by.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

ENGLISH, ARABIC = "what did Stoltenberg say?", "ماذا قال ستولتنبرغ؟"
STOLTENBERG = "في المقابل، أعلن الأمين العام"
PIER = "What did Ilse Brandoval say about the pier?"
DIRECTION = "element => getComputedStyle(element).direction"

FERRY = """---
title: Night ferry returns to Velmora
date: {date}
publisher: {outlet}
url: https://{host}/ferry
---

The night ferry to Velmora will sail again from {day} June. The crossing to Velmora costs {price} crowns.
"""


@pytest.fixture(scope="module")
def home(seed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the seed article, others in eight languages, two outlets' and one that tries to break the page."""
    home = tmp_path_factory.mktemp("chat") / "home"
    shutil.copytree(seed_home, home)
    shutil.copytree(ARTICLES, home / "seeds", dirs_exist_ok=True)
    for name, told in {
        "ferry-old.md": ("2021-05-17", "The Velmora Courier", "courier.example.org", 1, 48),
        "ferry-new.md": ("2024-05-20", "Sankt Iben Gazette", "gazette.example.org", 9, 61),
    }.items():
        date, outlet, host, day, price = told
        text = FERRY.format(date=date, outlet=outlet, host=host, day=day, price=price)
        (home / "seeds" / name).write_text(text, encoding="utf-8")
    (home / "seeds" / "attack.txt").write_text(
        "<img src=x onerror=alert(1)> طقس ميناء أندريل\n\n"
        'يتوقع ميناء أندريل سقوط البرد. <script>document.title="taken"</script> [1](http://example.org) '
        "![](http://example.org/x.png) $$x$$ **bold** <b>tags</b> وحذرت الخبيرة إيلسا براندوفال من البرد يوم الأحد.",
        encoding="utf-8",
    )
    Assistant.open(home).rebuild()
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def desktop(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address) as page:
        yield page


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address, size="phone") as page:
        yield page


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_number_opens_its_article_at_the_quote(browser: Browser, address: str, size: str) -> None:
    with opened(browser, address, size=size) as page:
        ask(page, ENGLISH)
        quote = page.locator(".answer blockquote").first
        assert STOLTENBERG in quote.inner_text()
        chip = quote.locator("a.cite")
        assert chip.inner_text() == "1"
        assert "منظمة الأمن" in (chip.get_attribute("aria-label") or "")
        chip.click()
        mark = page.locator("#article mark")
        mark.wait_for()
        assert mark.inner_text().startswith(STOLTENBERG)
        assert quote.inner_text().startswith(f"«{mark.inner_text()}»")
        page.wait_for_function(
            "() => { const box = document.querySelector('#article mark').getBoundingClientRect();"
            " return box.top >= 0 && box.bottom <= innerHeight }"
        )
        article = page.locator("#article article")
        assert "وتنفي روسيا هذه الاتهامات" in article.inner_text()  # the whole article is there, to its last line
        assert page.locator("#article h2").inner_text().startswith('"منظمة الأمن')
        assert page.locator("#article p", has=page.locator("mark")).evaluate(DIRECTION) == "rtl"
        screenshot(page, f"answer-{size}")


def test_a_phone_goes_back_from_the_article_by_its_button_and_by_the_browser(phone: Page) -> None:
    ask(phone, PIER)
    for leave in (lambda: phone.get_by_role("button", name="Back").click(), phone.go_back):
        phone.locator(".answer a.cite").first.click()
        phone.locator("#article mark").wait_for()
        assert phone.locator("#question").evaluate("box => box.closest('[inert]') !== null")
        leave()
        phone.locator("#reading").wait_for(state="hidden")
        assert phone.evaluate("document.activeElement.className") == "cite"
    assert phone.locator(".turn").count() == 1
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_an_article_tells_where_it_comes_from_and_its_link_opens_safely(desktop: Page) -> None:
    ask(desktop, "How much does the night ferry to Velmora cost?")
    desktop.locator(".answer a.cite").first.click()
    place = desktop.locator("#article .place")
    place.wait_for()
    link = place.locator("a")
    outlet, host = (
        ("Gazette", "gazette.example.org") if "Gazette" in place.inner_text() else ("Courier", "courier.example.org")
    )
    assert outlet in place.inner_text()
    assert link.get_attribute("href") == f"https://{host}/ferry"
    assert {"noopener", "noreferrer"} <= set((link.get_attribute("rel") or "").split())
    assert desktop.locator("#article .header").count() == 6


def test_a_passage_is_shown_under_the_pointer_and_in_focus(desktop: Page) -> None:
    ask(desktop, ENGLISH)
    chip, tip = desktop.locator(".answer a.cite").first, desktop.locator("#tip")
    chip.hover()
    tip.wait_for()
    assert STOLTENBERG in tip.inner_text()
    assert tip.locator(".tip-quote").evaluate(DIRECTION) == "rtl"
    assert chip.get_attribute("aria-describedby") == "tip"
    screenshot(desktop, "tip")
    desktop.mouse.move(5, 5)
    tip.wait_for(state="hidden")
    chip.focus()
    tip.wait_for()
    desktop.keyboard.press("Escape")
    tip.wait_for(state="hidden")
    desktop.keyboard.press("Enter")
    desktop.locator("#article mark").wait_for()


def test_buttons_and_keys_walk_through_the_citations(desktop: Page) -> None:
    ask(desktop, "Кто выиграл чемпионат мира?")
    desktop.locator("#thread").focus()
    desktop.keyboard.press("j")
    position = desktop.locator("#steps .position")
    position.wait_for()
    total = desktop.locator(".answer a.cite").count()
    assert total > 1

    def at(number: int) -> None:
        desktop.wait_for_function(
            "text => document.querySelector('#steps .position').textContent.replace(/[\\u2068\\u2069]/g, '') === text",
            arg=f"{number} of {total}",
        )
        assert desktop.locator(".answer a.cite").nth(number - 1).get_attribute("aria-current") == "true"

    at(1)
    assert desktop.get_by_role("button", name="Previous citation").is_disabled()
    desktop.keyboard.press("j")
    at(2)
    desktop.get_by_role("button", name="Previous citation").click()
    at(1)
    desktop.get_by_role("button", name="Next citation").click()
    at(2)
    desktop.keyboard.press("k")
    at(1)
    desktop.fill("#question", "")
    desktop.locator("#question").press_sequentially("jk")
    assert desktop.locator("#question").input_value() == "jk"
    at(1)
    desktop.keyboard.press("Escape")
    desktop.locator("#reading").wait_for(state="hidden")


def test_arabic_runs_right_to_left_and_english_left_to_right_on_one_page(desktop: Page) -> None:
    ask(desktop, ENGLISH)
    ask(desktop, ARABIC)
    ask(desktop, "best pizza recipe")
    assert desktop.locator(".answer blockquote").first.evaluate(DIRECTION) == "rtl"
    assert desktop.locator(".answer p", has_text="The articles say nothing").evaluate(DIRECTION) == "ltr"
    questions = desktop.locator(".question")
    assert [questions.nth(at).evaluate(DIRECTION) for at in range(3)] == ["ltr", "rtl", "ltr"]
    screenshot(desktop, "directions")


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("what did NATO say?", "ltr"),
        ("ماذا قال الناتو؟", "rtl"),
        ("NATO قال إن الحلف مهتم", "rtl"),
        ('"ستولتنبرغ" is how Stoltenberg is written', "ltr"),
        ("מה אמר NATO?", "rtl"),
        ("1984", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_text_runs_the_way_most_of_its_letters_do(text: str, direction: str) -> None:
    assert direction_of(text) == direction


def test_silence_shows_the_nearest_passages_as_such(desktop: Page) -> None:
    said = ask(desktop, "Кто выиграл чемпионат мира?").inner_text()
    assert "В статьях об этом ничего не сказано." in said
    assert "Ближайшие отрывки" in said
    desktop.locator("a.cite").first.click()
    desktop.locator("#article mark").first.wait_for()


def test_an_example_asks_itself_and_there_are_some_in_several_languages(desktop: Page) -> None:
    examples = desktop.locator(".example")
    assert examples.count() >= 5
    assert ARABIC in examples.all_inner_texts()
    examples.filter(has_text=ARABIC).click()
    assert STOLTENBERG in answered(desktop, 0).locator("blockquote").first.inner_text()


def test_an_article_cannot_change_the_page(desktop: Page) -> None:
    turn = ask(desktop, "ماذا توقعت الخبيرة إيلسا براندوفال لميناء أندريل؟")
    quote = turn.locator("blockquote", has_text="**bold**").first
    whole = turn.inner_text()
    assert "[1](http://example.org)" in whole
    assert "$$x$$ **bold** <b>tags</b>" in whole
    quote.locator("a.cite").first.hover()
    desktop.locator("#tip").wait_for()
    quote.locator("a.cite").first.click()
    desktop.locator("#article mark").wait_for()
    assert "<img src=x onerror=alert(1)>" in desktop.locator("#article article").inner_text()
    assert desktop.title() == "Article Assistant"
    assert desktop.locator("#room img, #room script, #article b").count() == 0
    links = turn.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert all(link.startswith("#cite-") for link in links), links
    ask(desktop, "<img src=x onerror=alert(1)> طقس؟")
    desktop.locator(".line", has_text="إيلسا").wait_for()
    assert desktop.locator("#room img").count() == 0


def test_a_problem_is_told_in_the_conversation(desktop: Page) -> None:
    assert "The question is empty" in ask(desktop, "!?!").inner_text()
    assert "the limit is 4,000" in ask(desktop, "x" * 5000).inner_text()
    # Nor is there silence when the server does not even take it.
    assert "the limit is 1,000,000 bytes" in ask(desktop, "x" * 1_000_000).inner_text()
    assert "2" not in ask(desktop, PIER).locator("a.cite").first.inner_text()


def test_a_question_that_reaches_nobody_is_told_and_waits_in_the_box_until_the_server_is_back(
    browser: Browser, newsroom: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(newsroom, tmp_path / "home")
    page = browser.new_context(locale="en-GB").new_page()
    with serving_process.launched(home, "--no-rebuild") as server:
        visit(page, server.address)
    page.fill("#question", PIER)
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("The answer did not arrive.").wait_for()
    with serving_process.launched(home, "--no-rebuild", "--port", str(server.port)):
        page.locator(".welcome").wait_for()
        assert page.input_value("#question") == PIER
        page.locator("#question").press("Enter")
        answered(page, 0)
        page.reload()
        answered(page, 0)
        assert page.input_value("#question") == ""
        page.context.close()


def test_keys_send_break_lines_bring_back_and_focus(desktop: Page) -> None:
    box = desktop.locator("#question")
    box.fill(PIER)
    box.press("Shift+Enter")
    assert box.input_value() == f"{PIER}\n"
    # Enter that chooses a character in an input method sends nothing.
    box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert desktop.locator(".turn").count() == 0
    box.press("Enter")
    answered(desktop, 0)
    assert box.input_value() == ""
    desktop.locator("#thread").focus()
    desktop.keyboard.press("/")
    assert desktop.evaluate("document.activeElement.id") == "question"
    desktop.keyboard.press("ArrowUp")
    assert box.input_value() == PIER
    assert desktop.locator("#editing").is_visible()
    desktop.keyboard.press("Escape")
    assert desktop.locator("#editing").is_hidden()
    assert box.input_value() == ""


def test_a_question_is_changed_and_asked_again_in_its_place(desktop: Page) -> None:
    ask(desktop, PIER)
    ask(desktop, "best pizza recipe")
    desktop.keyboard.press("ArrowUp")
    desktop.fill("#question", ENGLISH)
    desktop.keyboard.press("Enter")
    desktop.locator(".question", has_text=ENGLISH).wait_for()
    answered(desktop, 1)
    assert desktop.locator(".question").all_inner_texts() == [PIER, ENGLISH]
    desktop.locator(".turn").nth(0).get_by_role("button", name="Ask again").click()
    desktop.wait_for_function("document.querySelectorAll('.turn').length === 1")
    answered(desktop, 0)
    desktop.reload()
    answered(desktop, 0)
    assert desktop.locator(".question").all_inner_texts() == [PIER]


def test_what_was_asked_in_another_window_is_not_lost_when_a_question_is_asked_again(desktop: Page) -> None:
    ask(desktop, PIER)
    other = desktop.context.new_page()
    other.goto(desktop.url)
    answered(other, 0)
    ask(other, ENGLISH)
    desktop.locator(".turn").get_by_role("button", name="Ask again").click()
    desktop.locator("#told", has_text="conversation went on meanwhile").wait_for()
    other.reload()
    answered(other, 2)
    assert other.locator(".question").all_inner_texts() == [PIER, ENGLISH, PIER]


def test_a_question_can_be_stopped_and_the_box_is_free_at_once(desktop: Page) -> None:
    # In one go, before any answer can arrive.
    desktop.fill("#question", PIER)
    desktop.evaluate(
        "() => { document.querySelector('#composer').requestSubmit(); document.querySelector('#stop').click() }"
    )
    turn = answered(desktop, 0)
    assert "Stopped." in turn.inner_text()
    assert desktop.locator("#send").is_visible()
    assert "2" not in ask(desktop, ENGLISH).locator("a.cite").first.inner_text()
    turn.get_by_role("button", name="Ask again").click()
    desktop.wait_for_function("document.querySelectorAll('.turn').length === 1")
    answered(desktop, 0)
    assert desktop.locator(".turn blockquote").count() == 1


def test_conversations_are_kept_found_renamed_and_deleted_for_their_reader_alone(
    browser: Browser, address: str
) -> None:
    with opened(browser, address) as page:
        ask(page, PIER)
        page.get_by_role("button", name="New conversation").click()
        assert page.locator(".welcome").is_visible()
        ask(page, ENGLISH)
        lines = page.locator(".line .title")
        page.wait_for_function("document.querySelectorAll('.line').length === 2")
        assert lines.all_inner_texts() == [ENGLISH, PIER]
        page.reload()
        answered(page, 0)
        assert page.locator(".question").all_inner_texts() == [ENGLISH]
        page.get_by_role("searchbox", name="Search conversations").fill("northern pier")
        page.wait_for_function("document.querySelectorAll('.line').length === 1")
        assert PIER in lines.first.inner_text()
        lines.first.click()
        page.locator(".question", has_text=PIER).wait_for()
        page.locator(".answer a.cite").first.click()
        page.locator("#article mark").wait_for()
        page.get_by_role("searchbox", name="Search conversations").fill("")
        page.wait_for_function("document.querySelectorAll('.line').length === 2")
        screenshot(page, "conversations")

        def choose(action: str) -> None:
            page.locator(".line", has_text="pier").get_by_role("button", name="Actions").click()
            page.get_by_role("menuitem", name=action).click()

        choose("Rename")
        page.get_by_role("textbox", name="New name").fill("The pier of Velmora")
        page.keyboard.press("Enter")
        page.locator(".line .title", has_text="The pier of Velmora").wait_for()
        with opened(browser, address) as other:
            other.locator("#shelf .hint").wait_for()
            assert other.locator(".line").count() == 0
            visit(other, page.url)
            other.locator("#told.failed").wait_for()
            assert other.locator(".turn").count() == 0
        choose("Delete")
        assert_accessible(page)
        page.get_by_role("button", name="Cancel").click()
        assert page.locator(".line").count() == 2
        choose("Delete")
        page.locator("dialog").get_by_role("button", name="Delete").click()
        page.wait_for_function("document.querySelectorAll('.line').length === 1")
        assert page.locator(".welcome").is_visible()


def test_a_conversation_is_saved_as_markdown_and_as_a_page(desktop: Page) -> None:
    ask(desktop, ENGLISH)
    for kind, ending, wanted in (("Save as Markdown", ".md", "Sources"), ("Save as a web page", ".html", "<!DOCTYPE")):
        desktop.locator(".line").get_by_role("button", name="Actions").click()
        with desktop.expect_download() as downloading:
            desktop.get_by_role("menuitem", name=kind).click()
        file = downloading.value
        assert file.suggested_filename == f"what-did-Stoltenberg-say{ending}"
        text = file.path().read_text(encoding="utf-8")
        assert wanted in text
        assert STOLTENBERG in text


def test_an_answer_is_judged_with_a_note(desktop: Page, home: Path) -> None:
    turn = ask(desktop, PIER)
    turn.get_by_role("button", name="Bad answer").click()
    note = turn.get_by_role("textbox")
    note.wait_for()
    note.fill("It leaves out the winter.")
    turn.get_by_role("button", name="Save").click()
    note.wait_for(state="hidden")
    desktop.reload()
    turn = answered(desktop, 0)
    assert turn.get_by_role("button", name="Bad answer").get_attribute("aria-pressed") == "true"
    turn.get_by_role("button", name="Good answer").click()
    turn.get_by_role("button", name="Cancel").click()
    assert turn.get_by_role("button", name="Good answer").get_attribute("aria-pressed") == "true"
    judged = [it.feedback for it in Conversations.open(Home.find(home)).judged()]
    assert [feedback.verdict for feedback in judged] == ["like"]


def test_an_answer_is_copied_with_its_sources_and_its_link_asks_again_with_its_filters(
    browser: Browser, address: str
) -> None:
    with opened(browser, address) as page:
        page.click("#open-filters")
        page.locator("#filters .choice", has_text="English").check()
        page.keyboard.press("Escape")
        turn = ask(page, PIER)
        turn.get_by_role("button", name="Copy with sources").click()
        page.locator("#told", has_text="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "[1]" in copied
        assert "Velmora harbour to close for repairs" in copied
        turn.get_by_role("button", name="Copy a link").click()
        page.locator("#told", has_text="Link copied").wait_for()
        link = page.evaluate("navigator.clipboard.readText()")
        assert link.startswith(f"{address}/?q=")
    with opened(browser, address, link.removeprefix(address)) as other:
        again = answered(other, 0)
        assert again.locator(".question").inner_text() == PIER
        assert "English" in other.locator("#chips").inner_text()
        assert "?q=" not in other.url


def test_filters_choose_what_is_asked_and_are_shown_as_chips(desktop: Page, home: Path) -> None:
    question = "How much does the crossing to Velmora cost?"
    desktop.click("#open-filters")
    panel = desktop.locator("#filters")
    panel.locator(".choice", has_text="The Velmora Courier").first.check()
    screenshot(desktop, "filters")
    assert_accessible(desktop)
    desktop.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    chips = desktop.locator(".chip")
    assert chips.all_inner_texts() == ["The Velmora Courier"]
    said = ask(desktop, question).inner_text()
    assert "48 crowns" in said.replace("\n", " ")
    assert "61" not in said
    chips.first.click()
    assert chips.count() == 0
    desktop.click("#open-filters")
    panel.get_by_label("From").fill("2024-01-01")
    panel.get_by_label("Newest first").check()
    desktop.get_by_role("button", name="Done").click()
    assert chips.count() == 2
    said = ask(desktop, question).inner_text()
    assert "61 crowns" in said.replace("\n", " ")
    assert "48" not in said
    # Filters are found anew whenever the panel opens: what a rebuild has brought can be chosen.
    kites = home / "seeds" / "kites.txt"
    kites.write_text("Kites over Tamarind Bay\n\nOn Friday 512 kites flew over Tamarind Bay.", encoding="utf-8")
    Assistant.open(home).rebuild()
    desktop.click("#open-filters")
    panel.get_by_role("button", name="Remove all").click()
    panel.get_by_role("searchbox", name="Find articles").fill("tamarind")
    panel.locator(".choice", has_text="Kites over Tamarind Bay").check()
    desktop.get_by_role("button", name="Done").click()
    assert chips.all_inner_texts() == ["Kites over Tamarind Bay"]
    assert "512" in ask(desktop, "How many kites flew over Tamarind Bay?").inner_text()
    kites.unlink()
    Assistant.open(home).rebuild()


def test_the_page_speaks_the_browsers_language_and_another_if_it_is_told_to(browser: Browser, address: str) -> None:
    with opened(browser, address, locale="ar-EG", dark=True) as page:
        assert page.locator("html").get_attribute("lang") == "ar"
        assert page.locator("#room").evaluate(DIRECTION) == "rtl"
        new = page.get_by_role("button", name="محادثة جديدة")
        assert (new.bounding_box() or {"x": 0})["x"] > 680  # the conversations are on the right
        ask(page, ARABIC)
        page.locator("a.cite").first.click()
        page.locator("#article mark").wait_for()
        screenshot(page, "arabic-dark")
        assert_accessible(page)
        page.get_by_label("لغة الصفحة").select_option("en")
        assert page.get_by_role("button", name="New conversation").is_visible()
        assert page.locator("#room").evaluate(DIRECTION) == "ltr"
        page.locator("#article mark").wait_for()
        page.reload()
        page.get_by_role("button", name="New conversation").wait_for()


def test_light_and_dark_follow_the_system_and_the_switch(browser: Browser, address: str) -> None:
    colour = "() => getComputedStyle(document.querySelector('#room')).backgroundColor"
    with opened(browser, address) as page:
        light = page.evaluate(colour)
        page.get_by_role("button", name="Use dark colours").click()
        dark = page.evaluate(colour)
        assert dark != light
        page.reload()
        page.locator("#question").wait_for()
        assert page.evaluate(colour) == dark
        assert page.evaluate("document.body.classList.contains('dark')")
    with opened(browser, address, dark=True) as page:
        assert page.evaluate(colour) == dark
        assert page.get_by_role("button", name="Use light colours").is_visible()


@pytest.mark.parametrize(("size", "dark", "locale"), [("desktop", False, "en-GB"), ("phone", True, "ar-EG")])
def test_nothing_on_the_page_keeps_anybody_out(
    browser: Browser, address: str, size: str, dark: bool, locale: str
) -> None:
    with opened(browser, address, size=size, dark=dark, locale=locale) as page:
        assert_accessible(page)
        for control in page.locator("#top button:visible, #top select").all():
            place = control.bounding_box()
            assert place is not None
            assert place["x"] >= 0
            assert place["x"] + place["width"] <= VIEWPORTS[size][0]
        screenshot(page, f"welcome-{size}")
        ask(page, ENGLISH)
        ask(page, "Кто выиграл чемпионат мира?")
        assert_accessible(page)
        screenshot(page, f"thread-{size}")
        page.locator("a.cite").first.click()
        page.locator("#article mark").first.wait_for()
        assert_accessible(page)
        if size == "phone":
            page.go_back()
            page.click("#open-conversations")
            page.locator(".line").first.wait_for()
            page.wait_for_timeout(300)  # until the drawer is out
            assert_accessible(page)
            screenshot(page, "drawer-phone")
            page.keyboard.press("Escape")
            assert page.evaluate("document.activeElement.id") == "open-conversations"
        log = page.locator("#thread")
        assert (log.get_attribute("role"), log.get_attribute("aria-live")) == ("log", "polite")


def test_the_page_opens_while_the_index_is_built_and_tells_once_how_to_add_a_model(
    browser: Browser, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "seeds").mkdir(parents=True)
    shutil.copy(ARTICLES / "harbour.en.txt", home / "seeds")
    for number in range(30):
        days = (f"Keeper {number * 31 + day} of the lamp said on day {day} that it burned well. " for day in range(20))
        text = f"The lamp of lighthouse {number}\n\n{''.join(days)}"
        (home / "seeds" / f"light-{number}.txt").write_text(text, encoding="utf-8")
    with serving(home, ASSISTANT_LLM="auto") as address, opened(browser, address) as page:
        notice = page.locator("#notices .work")
        notice.wait_for()
        assert "being read" in notice.inner_text()
        screenshot(page, "building")
        notice.wait_for(state="detached", timeout=120_000)
        assert "northern pier" in ask(page, PIER).locator("blockquote").inner_text()
        if any(_answers(local) for local in LOCAL_ADDRESSES):
            return  # a model was found on this machine
        model = page.locator("#notices .model")
        assert "assistant.toml" in model.inner_text()
        model.get_by_role("button", name="Dismiss").click()
        page.reload()
        answered(page, 0)
        ask(page, PIER)
        assert model.count() == 0


def _answers(address: str) -> bool:
    where = urlsplit(address)
    with socket.socket() as trial:
        return trial.connect_ex((where.hostname, where.port)) == 0


def test_the_browser_and_the_programs_get_the_answer_that_python_gives(address: str, home: Path) -> None:
    answer = Assistant.open(home).query(ENGLISH)
    client = Client(address, verbose=False, analytics_enabled=False)
    assert json.loads(client.predict(ENGLISH, api_name="/query")) == answer.to_dict()
    assert list(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == ["/query"]
    with pytest.raises(Exception, match="The question is empty"):
        client.predict("", api_name="/query")


def test_rendering_marks_exactly_the_quote_and_links_lead_back(home: Path) -> None:
    assistant = Assistant.open(home)
    answer = assistant.query(ENGLISH)
    citation = answer.citations[0]
    assert place_of(link_of(citation)) == (citation.article.id, citation.start, citation.end)
    assert place_of("#cite-1-2") is None
    assert place_of("#cite-1-2-3-4<script>") is None
    shown = article_to_html(citation.article, citation.start, citation.end)
    assert shown.count("<mark") == 1
    assert f'<mark id="cited-passage">{citation.quote.replace(chr(34), "&quot;")}</mark>' in shown
    across_lines = article_to_html(citation.article, 0, len(citation.article.text))
    assert across_lines.count("<mark") == across_lines.count("</mark>") == 16
    assert across_lines.count('id="cited-passage"') == 1
    assert answer_to_html(answer).count('class="cite"') == len(answer.citations)
