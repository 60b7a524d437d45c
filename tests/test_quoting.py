"""Evidence → the answer's form: order, groups, headings, joins, repeats; and articles that try to change it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from assistant.answering.frames import Frames, load_frames
from assistant.answering.gathering import Evidence
from assistant.answering.quoting import LONGEST_JOINED, write_answer, write_nothing
from assistant.interfaces.rendering import answer_to_html, answer_to_text
from assistant.types import Answer, Article, Citation, Hit, Span, Statement
from tests.conftest import REPOSITORY

ISOLATES = re.compile("[\u2068\u2069]")

HARBOUR = Article(
    "harbour.txt",
    "Velmora harbour to close",
    "en",
    "Velmora harbour to close\n\n"
    "The harbour of Velmora will close on 3 March. The repairs take eleven weeks and cost 42 million crowns.\n"
    "“We cannot wait another winter,” said harbour master Ilse Brandoval. “The pier has moved four centimetres.” "
    "“We shall open again in May.”\n"
    "Tomas Quillery, who speaks for the ninety boats, said that no one had asked them. Brandoval denies it. "
    "“We wrote to every one of them,” she said.\n",
    id=1,
    date="2024-02-19",
    outlet="Velmora Post",
)
WIRE = Article(
    "wire.txt",
    "Harbour of Velmora closes",
    "en",
    "The repairs take eleven weeks, and they cost 42 million crowns.\n"
    "Fishermen say that the repairs take twenty weeks and cost 90 million crowns.\n",
    id=2,
)
COPY = Article(
    "copy.txt",
    "Closed in March",
    "en",
    "(Velmora) The repairs of the northern pier at the harbour of Velmora take eleven weeks and cost 42 million "
    "crowns, the port authority said on Monday evening.\n",
    id=3,
)
ORIGINAL = Article(
    "original.txt",
    "Repairs from March",
    "en",
    "The repairs of the northern pier at the harbour of Velmora take eleven weeks and cost 42 million crowns, "
    "the port authority said on Monday evening.\n"
    "The repairs of the northern pier at the harbour of Velmora take eleven weeks and cost 57 million crowns, "
    "the port authority said on Monday evening.\n",
    id=4,
)
ARABIC = Article(
    "library.ar.txt",
    "مكتبة عائمة في ميناء أندريل",
    "ar",
    "مكتبة عائمة في ميناء أندريل\n\nقالت مديرة المكتبة سلمى الداودي إن السفينة تحمل ستة آلاف كتاب.\n",
    id=5,
    date="2024-05-03",
    outlet="صدى أندريل",
)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return load_frames([REPOSITORY / "prompts"])


def _evidence(article: Article, words: str, score: float = 2.0, speaker: str = "") -> Evidence:
    start = article.text.index(words)
    named = article.text.index(speaker) if speaker else 0
    return Evidence(article, start, start + len(words), score, Span(named, named + len(speaker)) if speaker else None)


def _answer(frames: Frames, *evidence: Evidence, language: str = "en", missing: Sequence[str] = ()) -> Answer:
    *_, answer = write_answer("How long?", language, 0.9, evidence, frames, missing)
    _assert_proven(answer)
    return answer


def _assert_proven(answer: Answer) -> None:
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    shown = [number for statement in answer.statements for number in statement.citations]
    assert shown == [citation.number for citation in answer.citations]
    for statement in answer.statements:
        assert bool(statement.citations) == (statement.kind == "quote"), statement
        for number in statement.citations:
            citation = answer.citations[number - 1]
            assert citation.quote == citation.article.text[citation.start : citation.end] in statement.text


def _headings(answer: Answer) -> list[str]:
    return [ISOLATES.sub("", it.text) for it in answer.statements if it.kind == "heading"]


def _quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


REPAIRS = "The repairs take eleven weeks and cost 42 million crowns."
CLOSES = "The harbour of Velmora will close on 3 March."
WINTER = "“We cannot wait another winter,” said harbour master Ilse Brandoval."
PIER = "“The pier has moved four centimetres.”"
MAY = "“We shall open again in May.”"
ASKED = "Tomas Quillery, who speaks for the ninety boats, said that no one had asked them."
WROTE = "“We wrote to every one of them,” she said."
DEARER = "Fishermen say that the repairs take twenty weeks and cost 90 million crowns."


def test_one_quote_of_nobody_in_particular_stands_alone(frames: Frames) -> None:
    answer = _answer(frames, _evidence(HARBOUR, REPAIRS))
    assert answer.text == f"“{REPAIRS}” [1]"
    assert [statement.kind for statement in answer.statements] == ["quote"]


def test_one_speaker_is_named_before_their_words(frames: Frames) -> None:
    answer = _answer(frames, _evidence(HARBOUR, WINTER, speaker="Ilse Brandoval"))
    assert answer.text == f"According to Ilse Brandoval:\n“{WINTER}” [1]"
    assert answer.citations[0].speaker_name == "Ilse Brandoval"


def test_speakers_of_one_article_have_a_heading_each_without_its_title(frames: Frames) -> None:
    answer = _answer(
        frames,
        _evidence(HARBOUR, ASKED, 2.5, "Tomas Quillery"),
        _evidence(HARBOUR, WROTE, 2.4, "Ilse Brandoval"),
    )
    assert _headings(answer) == ["According to Tomas Quillery:", "According to Ilse Brandoval:"]
    assert _quotes(answer) == [ASKED, WROTE]


def test_what_the_article_says_itself_does_not_stand_under_a_speaker_s_name(frames: Frames) -> None:
    answer = _answer(frames, _evidence(HARBOUR, MAY, 2.5, "Ilse Brandoval"), _evidence(HARBOUR, REPAIRS, 2.4))
    assert _headings(answer) == [
        "According to Ilse Brandoval:",
        "From “Velmora harbour to close” (Velmora Post, 2024-02-19):",
    ]
    assert answer.statements[-1].text == f"“{REPAIRS}”"


def test_articles_stand_under_their_titles_and_disagreement_side_by_side(frames: Frames) -> None:
    answer = _answer(frames, _evidence(WIRE, DEARER, 2.5), _evidence(HARBOUR, REPAIRS, 2.4))
    assert _headings(answer) == [
        "From “Harbour of Velmora closes”:",
        "From “Velmora harbour to close” (Velmora Post, 2024-02-19):",
    ]
    assert _quotes(answer) == [DEARER, REPAIRS]
    assert [statement.kind for statement in answer.statements] == ["heading", "quote"] * 2


def test_speakers_of_several_articles_are_named_with_the_article(frames: Frames) -> None:
    answer = _answer(
        frames,
        _evidence(HARBOUR, WINTER, 2.5, "Ilse Brandoval"),
        _evidence(WIRE, DEARER, 2.4, "Fishermen"),
    )
    assert _headings(answer) == [
        "According to Ilse Brandoval, in “Velmora harbour to close” (Velmora Post, 2024-02-19):",
        "According to Fishermen, in “Harbour of Velmora closes”:",
    ]


def test_the_best_evidence_is_quoted_first_and_its_group_stands_first(frames: Frames) -> None:
    answer = _answer(
        frames,
        _evidence(HARBOUR, WROTE, 2.9, "Ilse Brandoval"),
        _evidence(WIRE, DEARER, 2.8),
        _evidence(HARBOUR, WINTER, 2.7, "Ilse Brandoval"),
    )
    assert _quotes(answer) == [WROTE, WINTER, DEARER]
    assert len(_headings(answer)) == 2


def test_a_group_is_in_reading_order_where_its_first_is_the_best(frames: Frames) -> None:
    answer = _answer(
        frames, _evidence(HARBOUR, CLOSES, 2.9), _evidence(HARBOUR, ASKED, 2.8), _evidence(HARBOUR, WINTER, 2.7)
    )
    assert _quotes(answer) == [CLOSES, WINTER, ASKED]


def test_the_three_best_quotes_of_a_group_stand_before_the_others(frames: Frames) -> None:
    answer = _answer(
        frames,
        _evidence(HARBOUR, WINTER, 2.9),
        _evidence(HARBOUR, WROTE, 2.8),
        _evidence(HARBOUR, MAY, 2.7),
        _evidence(HARBOUR, CLOSES, 2.6),
    )
    assert _quotes(answer) == [WINTER, MAY, WROTE, CLOSES]


def test_groups_keep_the_order_of_their_best_evidence(frames: Frames) -> None:
    answer = _answer(
        frames,
        _evidence(WIRE, DEARER, 2.9),
        _evidence(ARABIC, "ستة آلاف كتاب", 2.8),
        _evidence(HARBOUR, REPAIRS, 2.7),
    )
    assert [citation.article.path for citation in answer.citations] == ["wire.txt", "library.ar.txt", "harbour.txt"]


def test_words_that_go_on_are_one_quote_with_the_better_score(frames: Frames) -> None:
    answer = _answer(
        frames,
        _evidence(HARBOUR, PIER, 2.6, "Ilse Brandoval"),
        _evidence(HARBOUR, WINTER, 2.5, "harbour master Ilse Brandoval"),
        _evidence(HARBOUR, MAY, 2.4, "Brandoval"),
    )
    assert _quotes(answer) == [f"{WINTER} {PIER} {MAY}"]
    assert answer.citations[0].score == 2.6
    assert _headings(answer) == ["According to harbour master Ilse Brandoval:"]


def test_a_quote_that_goes_on_and_holds_the_best_sentence_stays_first(frames: Frames) -> None:
    answer = _answer(
        frames, _evidence(HARBOUR, PIER, 2.9), _evidence(HARBOUR, CLOSES, 2.8), _evidence(HARBOUR, WINTER, 2.7)
    )
    assert _quotes(answer) == [f"{WINTER} {PIER}", CLOSES]


def test_words_of_two_speakers_are_not_joined(frames: Frames) -> None:
    answer = _answer(
        frames,
        _evidence(HARBOUR, WINTER, 2.9, "Ilse Brandoval"),
        _evidence(HARBOUR, PIER, 2.8, "Tomas Quillery"),
    )
    assert _quotes(answer) == [WINTER, PIER]


def test_lines_and_sentences_that_lie_apart_are_not_joined(frames: Frames) -> None:
    across_lines = _answer(frames, _evidence(HARBOUR, REPAIRS, 2.9), _evidence(HARBOUR, WINTER, 2.8))
    assert _quotes(across_lines) == [REPAIRS, WINTER]
    apart = _answer(frames, _evidence(HARBOUR, WINTER, 2.9), _evidence(HARBOUR, MAY, 2.8))
    assert _quotes(apart) == [WINTER, MAY]


@pytest.mark.parametrize("separator", ["\n", "\r", "\u2028", "\x85", "\n\n"])
def test_no_kind_of_line_break_is_joined_over(frames: Frames, separator: str) -> None:
    article = Article("a.txt", "A", "en", f"The bridge is open.{separator}The ferry sails on.")
    answer = _answer(frames, _evidence(article, "The bridge is open."), _evidence(article, "The ferry sails on."))
    assert len(answer.citations) == 2


def test_a_joined_quote_stays_short(frames: Frames) -> None:
    sentences = [f"Boat {letter * 180} left the quay." for letter in "abcdefgh"]
    article = Article("boats.txt", "Boats", "en", " ".join(sentences))
    answer = _answer(frames, *(_evidence(article, sentence) for sentence in sentences))
    assert all(citation.end - citation.start <= LONGEST_JOINED for citation in answer.citations)
    assert sorted(_quotes(answer)) == [" ".join(sentences[at : at + 2]) for at in range(0, 8, 2)]


def test_a_sentence_longer_than_that_is_quoted_whole(frames: Frames) -> None:
    article = Article("long.txt", "Long", "en", "x" * 900)
    assert _quotes(_answer(frames, Evidence(article, 0, 900, 2.0))) == ["x" * 900]
    inside = _answer(frames, Evidence(article, 10, 300, 2.0), Evidence(article, 0, 900, 1.9))
    assert _quotes(inside) == ["x" * 900]


def test_evidence_that_overlaps_is_one_quote(frames: Frames) -> None:
    start = HARBOUR.text.index(REPAIRS)
    answer = _answer(
        frames, Evidence(HARBOUR, start, start + 30, 2.9), Evidence(HARBOUR, start + 20, start + len(REPAIRS), 2.8)
    )
    assert _quotes(answer) == [REPAIRS]


def test_chinese_sentences_are_joined_without_a_space_between(frames: Frames) -> None:
    article = Article("bees.txt", "蜜蜂", "zh", "养蜂人林岚说蜂蜜减产。今年雨水太多。")
    answer = _answer(frames, _evidence(article, "今年雨水太多。"), _evidence(article, "养蜂人林岚说蜂蜜减产。"))
    assert _quotes(answer) == [article.text]


def test_a_wire_copy_is_quoted_once(frames: Frames) -> None:
    first, copy = ORIGINAL.text.splitlines()[0], COPY.text.strip()
    answer = _answer(frames, _evidence(COPY, copy, 2.9), _evidence(ORIGINAL, first, 2.8))
    assert [citation.article.path for citation in answer.citations] == ["copy.txt"]
    assert _headings(answer) == []  # what is left is of one article


def test_equal_words_that_differ_in_a_number_are_both_quoted(frames: Frames) -> None:
    one, other = ORIGINAL.text.splitlines()
    answer = _answer(frames, _evidence(ORIGINAL, one, 2.9), _evidence(ORIGINAL, other, 2.8))
    assert _quotes(answer) == [one, other]


def test_equal_words_of_two_speakers_are_both_quoted(frames: Frames) -> None:
    article = Article("a.txt", "A", "en", "“We shall not pay,” said Ole Varn.\n“We shall not pay,” said Mira Tolk.")
    words = "“We shall not pay,”"
    start, named = article.text.rindex(words), article.text.index("Mira Tolk")
    second = Evidence(article, start, start + len(words), 1.9, Span(named, named + len("Mira Tolk")))
    answer = _answer(frames, _evidence(article, words, 2.0, "Ole Varn"), second)
    assert _quotes(answer) == [words, words]
    assert [citation.speaker_name for citation in answer.citations] == ["Ole Varn", "Mira Tolk"]


def test_the_same_place_given_twice_is_quoted_once(frames: Frames) -> None:
    assert _quotes(_answer(frames, _evidence(HARBOUR, PIER), _evidence(HARBOUR, PIER))) == [PIER]


def test_a_short_name_belongs_to_the_full_one_of_the_same_article(frames: Frames) -> None:
    answer = _answer(
        frames,
        _evidence(HARBOUR, WROTE, 2.9, "Brandoval"),
        _evidence(HARBOUR, WINTER, 2.8, "Ilse Brandoval"),
    )
    assert _headings(answer) == ["According to Ilse Brandoval:"]


def test_a_short_name_that_two_people_share_belongs_to_neither(frames: Frames) -> None:
    article = Article(
        "a.txt", "A", "en", "Varn said it rained. Ole Varn came. Mira Varn left.\nIt snowed.\nIt was hot.\n"
    )
    answer = _answer(
        frames,
        _evidence(article, "Varn said it rained.", 2.9, "Varn"),
        _evidence(article, "It snowed.", 2.8, "Ole Varn"),
        _evidence(article, "It was hot.", 2.7, "Mira Varn"),
    )
    assert _headings(answer) == ["According to Varn:", "According to Ole Varn:", "According to Mira Varn:"]


def test_the_same_name_in_two_articles_is_named_with_each(frames: Frames) -> None:
    other = Article("b.txt", "A year on", "en", "“I was right,” said Ilse Brandoval.")
    answer = _answer(
        frames,
        _evidence(HARBOUR, WINTER, 2.9, "Ilse Brandoval"),
        _evidence(other, "“I was right,” said Ilse Brandoval.", 2.8, "Ilse Brandoval"),
    )
    assert len(_headings(answer)) == 2
    assert _headings(answer)[1] == "According to Ilse Brandoval, in “A year on”:"


def test_the_frame_is_in_the_question_s_language_and_the_quote_in_the_article_s_marks(frames: Frames) -> None:
    words = "قالت مديرة المكتبة سلمى الداودي إن السفينة تحمل ستة آلاف كتاب."
    evidence = [_evidence(ARABIC, words, 2.9, "سلمى الداودي"), _evidence(HARBOUR, REPAIRS, 2.8)]
    answer = _answer(frames, *evidence, language="de", missing=["1987"])
    assert _headings(answer)[0] == "Dazu سلمى الداودي in „مكتبة عائمة في ميناء أندريل“ (صدى أندريل, 2024-05-03):"
    assert answer.statements[1].text == f"«{words}»"
    assert answer.statements[3].text == f"“{REPAIRS}”"
    assert answer.statements[-1] == Statement("Dazu wurde nichts gefunden: 1987.", "de")
    assert [statement.language for statement in answer.statements] == ["de", "ar", "de", "en", "de"]
    unknown = _answer(frames, *evidence, language="eo")
    assert unknown.statements[0].language == "en"  # the words are English, and say so


def test_what_no_quote_holds_is_the_last_line(frames: Frames) -> None:
    answer = _answer(frames, _evidence(HARBOUR, REPAIRS), missing=("Quillery", "1987"))
    assert answer.text == f"“{REPAIRS}” [1]\nNothing was found about: Quillery, 1987."
    assert answer.statements[-1].kind == "remark"


def test_an_answer_that_abstains_says_so_and_shows_what_is_nearest(frames: Frames) -> None:
    hit = Hit(HARBOUR, 0, 20, 0.4)
    answer = write_nothing("Who is Quillery?", "fr", 0.1, [hit], frames)
    assert answer.text == "Les articles n’en disent rien."
    assert answer.nearest == (hit,)
    assert answer.nearest_heading == frames.of("fr").nearest
    none = write_nothing("Who is Quillery?", "fr", 0.0, [], frames)
    assert (none.text, none.nearest_heading) == (frames.of("fr").no_articles, "")
    left_out = write_nothing("Who is Quillery?", "fr", 0.0, [], frames, narrow=True)
    assert (left_out.text, left_out.nearest_heading) == ("Aucun article ne correspond aux filtres.", "")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (PIER, PIER),
        (f"{WINTER} {PIER}", f"{WINTER} {PIER}"),
        (WINTER, f"“{WINTER}”"),
        (REPAIRS, f"“{REPAIRS}”"),
    ],
)
def test_words_that_begin_and_end_with_quotation_marks_get_no_second_pair(
    frames: Frames, words: str, shown: str
) -> None:
    assert _answer(frames, _evidence(HARBOUR, words)).text == f"{shown} [1]"


def test_what_is_said_of_the_whole_answer_stands_apart_from_its_last_group(frames: Frames) -> None:
    evidence = [_evidence(WIRE, DEARER, 2.5), _evidence(HARBOUR, REPAIRS, 2.4)]
    lines = answer_to_text(_answer(frames, *evidence, missing=["1987"])).splitlines()
    at = lines.index("Nothing was found about: 1987.")
    assert lines[at - 1] == ""
    assert lines[at - 2].startswith(f"“{REPAIRS}”")


def test_the_stream_grows_by_a_quote_at_a_time_and_ends_whole(frames: Frames) -> None:
    evidence = [
        _evidence(HARBOUR, WINTER, 2.9, "Ilse Brandoval"),
        _evidence(WIRE, DEARER, 2.8),
        _evidence(HARBOUR, ASKED, 2.7, "Tomas Quillery"),
    ]
    grown = list(write_answer("How long?", "en", 0.9, evidence, frames, ["1987"]))
    assert [len(answer.citations) for answer in grown] == [1, 2, 3]
    for shorter, longer in pairwise(grown):
        assert longer.statements[: len(shorter.statements)] == shorter.statements
    assert [answer.statements[-1].kind for answer in grown] == ["quote", "quote", "remark"]


# What an article may try, in its title, its outlet, its date and the name of a speaker.
ATTACKS = [
    "[1] See “proof” [2](http://example.org) [[3]]",
    "Title\n[9] forged.txt (forged.txt, en, 0-9)\n\nAccording to nobody:",
    "{quote} {speaker} {0} {speaker.__class__} {{x}} {",
    "<script>alert(1)</script><img src=x onerror=alert(1)></p><h1>big</h1>",
    "# Heading **bold** `code` | table | ![i](http://example.org/i.png) $$x$$",
    "\u202eDLROW\u2066 turned \u202c\u2067around",
    "\x1b[31mred\x07\x00\x9b31m",
    "a" * 5_000,
    "Line\u2028separator\u2029paragraph\x85next\r\nend",
    "&lt;b&gt; &amp; &#60;",
]


def _hostile(attack: str) -> Article:
    # The speaker's name and the quote carry the attack as well; nothing stands in the article twice.
    text = f"NAME:{attack}:NAME\n\nQUOTE:{attack}:QUOTE\n"
    return Article("odd.txt", attack, "en", text, id=7, date=attack, outlet=attack)


def _hostile_answer(frames: Frames, attack: str, language: str) -> Answer:
    article = _hostile(attack)
    quote = Evidence(
        article, article.text.index("QUOTE:"), article.text.rindex(":QUOTE"), 2.9, Span(5, article.text.index(":NAME"))
    )
    return _answer(frames, quote, _evidence(HARBOUR, REPAIRS, 2.8), language=language, missing=[attack])


@pytest.mark.parametrize("language", ["en", "ar", "ja"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_article_cannot_change_the_answer_s_form_or_numbering(frames: Frames, attack: str, language: str) -> None:
    answer = _hostile_answer(frames, attack, language)
    assert [it.kind for it in answer.statements] == ["heading", "quote", "heading", "quote", "remark"]
    assert answer.citations[0].quote == f"QUOTE:{attack}"
    for statement in answer.statements:
        if statement.kind != "quote":
            assert statement.text.isprintable() or ISOLATES.search(statement.text), statement
            assert len(statement.text.splitlines()) == 1
            assert not set("[]") & set(statement.text)
            assert len(statement.text) < 600
            assert statement.text.count("\u2068") == statement.text.count("\u2069")
            assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066\u2067]", statement.text)
    assert answer.statements[2].text == _hostile_answer(frames, "plain", language).statements[2].text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert all(name in ("class", "dir", "lang", "href", "title", "aria-label") for name, _ in attrs), attrs


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_article_cannot_change_the_page(frames: Frames, attack: str) -> None:
    page = _Tags()
    page.feed(answer_to_html(_hostile_answer(frames, attack, "en")))
    assert [tag for tag in page.tags if tag not in ("bdi", "br")] == [
        "p",
        "blockquote",
        "a",
        "p",
        "blockquote",
        "a",
    ] + ["p"] * 3  # the remark and two sources
    assert all(link.startswith("#cite-") for link in page.links)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_article_cannot_command_the_terminal_or_forge_a_line(frames: Frames, attack: str) -> None:
    lines = answer_to_text(_hostile_answer(frames, attack, "en")).split("\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "\n".join(lines))
    marked = [line for line in lines if line.startswith("[")]
    assert [line[:3] for line in marked] == ["[1]", "[2]"]
    assert "harbour.txt" in marked[1]


def _rendered(**changes: object) -> Answer:
    citation = Citation(1, ARABIC, ARABIC.text.index("قالت"), len(ARABIC.text) - 1, 2.0)
    other = Citation(2, HARBOUR, 0, 24, 1.0)
    statements = (
        Statement("The ship carries six thousand books.", "en", (1, 2), "claim"),
        Statement(f"«{citation.quote}»", "ar", (1,), "quote"),
        Statement(f"“{other.quote}”", "en", (2,), "quote"),
        Statement("Not “more”.", "en", (), "remark"),
    )
    answer: dict[str, object] = {"statements": statements, "citations": (citation, other), "writer": "small-model"}
    return Answer("And the ship?", "en", False, 0.9, **(answer | changes))  # type: ignore[arg-type]


def test_a_claim_stands_with_its_original_quotes_below_it() -> None:
    answer = _rendered()
    page = answer_to_html(answer)
    claim, first, second = re.findall(r"<(?:p|blockquote) .*?</(?:p|blockquote)>", page)[:3]
    assert claim.startswith('<p dir="ltr" lang="en">')
    assert claim.count('class="cite"') == 2
    assert first.startswith('<blockquote dir="rtl" lang="ar">')
    assert "سلمى الداودي" in first
    assert ">1</a>" in first
    assert ">2</a>" in second
    assert '<p class="remark" dir="ltr" lang="en">' in page
    lines = answer_to_text(answer).splitlines()
    assert lines[0] == "The ship carries six thousand books. [1][2]"
    assert lines[1] == f"«{answer.citations[0].quote}» [1]"
    assert lines[3] == "Not “more”."
    assert page.count("<blockquote") == len(answer.citations)  # each quote once


def test_the_question_as_understood_comes_first_and_the_note_last(frames: Frames) -> None:
    answer = _rendered(understood="How many <books> does the ship carry?", note="small-model timed out <b>")
    page = answer_to_html(answer)
    assert page.startswith('<p class="understood" dir="ltr" lang="en">')
    assert page.endswith("timed out &#60;b&#62;</p>")
    assert '<p class="note"' in page
    text = answer_to_text(answer, frames.of("en").understood)
    assert text.startswith("Understood as: How many <books> does the ship carry?\n\n")
    assert text.endswith("\n\nsmall-model timed out <b>")
    same = _rendered(understood="And the ship?")
    assert "understood" not in answer_to_html(same)
    assert answer_to_text(same) == answer_to_text(_rendered())


def test_a_heading_runs_the_way_its_own_words_do_whatever_the_names_in_it(frames: Frames) -> None:
    words = "قالت مديرة المكتبة سلمى الداودي إن السفينة تحمل ستة آلاف كتاب."
    evidence = [_evidence(ARABIC, words, 2.9, "سلمى الداودي"), _evidence(HARBOUR, REPAIRS, 2.8)]
    directions = {}
    for language in ("en", "ar", "he", "fa", "ur", "ru"):
        page = answer_to_html(_answer(frames, *evidence, language=language))
        directions[language] = re.findall(r'<p class="said-by" dir="(\w+)"', page)
    assert directions == {
        "en": ["ltr", "ltr"],
        "ar": ["rtl", "rtl"],
        "he": ["rtl", "rtl"],
        "fa": ["rtl", "rtl"],
        "ur": ["rtl", "rtl"],
        "ru": ["ltr", "ltr"],
    }


def test_a_blank_line_stands_before_every_heading_but_the_first_in_a_terminal(frames: Frames) -> None:
    answer = _answer(frames, _evidence(WIRE, DEARER, 2.5), _evidence(HARBOUR, REPAIRS, 2.4))
    lines = answer_to_text(answer).splitlines()
    assert lines[0].startswith("From “Harbour of Velmora closes”")
    assert lines[1:4] == [f"“{DEARER}” [1]", "", "From “Velmora harbour to close” (Velmora Post, 2024-02-19):"]


@pytest.mark.parametrize("language", sorted(file.stem for file in (REPOSITORY / "prompts" / "frames").glob("*.toml")))
def test_every_language_writes_a_whole_answer(frames: Frames, language: str) -> None:
    answer = _answer(
        frames,
        _evidence(HARBOUR, WINTER, 2.9, "Ilse Brandoval"),
        _evidence(WIRE, DEARER, 2.8),
        language=language,
        missing=["1987"],
    )
    assert [it.kind for it in answer.statements] == ["heading", "quote", "heading", "quote", "remark"]
    assert {it.language for it in answer.statements if it.kind != "quote"} == {language}
    assert "Ilse Brandoval" in answer.statements[0].text
    assert "1987" in answer.statements[-1].text


def test_ten_pieces_of_evidence_are_written_in_a_moment(frames: Frames) -> None:
    sentences = [
        f"Boat number {at} of the fleet left the quay of Velmora with {at} barrels of salt." for at in range(10)
    ]
    articles = [Article(f"{at}.txt", f"Boat {at}", "en", sentences[at] * 20, id=at) for at in range(10)]
    evidence = [Evidence(it, 0, len(sentences[at]), 2.0, Span(0, 13)) for at, it in enumerate(articles)]
    start = time.perf_counter()
    *_, answer = write_answer("Which boats?", "ar", 0.9, evidence, frames)
    print(f"\n10 pieces of evidence were written in {1_000 * (time.perf_counter() - start):.2f} ms")  # noqa: T201
    assert len(answer.citations) == 10
