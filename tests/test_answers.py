"""Questions to real articles: the right sentence is quoted first, exactly; or nothing is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import Answer, Assistant, ModelMismatchError, QuestionError, query

STOLTENBERG = "أعلن الأمين العام لحلف شمال الأطلسي"
DRAFTS = "وكانت روسيا قد نشرت مسوّدة مقترحاتها"
SOLDIERS = "بحشد نحو 100 ألف جندي"
GRUSHKO = "ألكسندر غروشكو، أنّ حلف"
PESKOV = "وقال ديمتري بيسكوف"


@pytest.fixture(scope="module")
def seed(seed_home: Path) -> Assistant:
    return Assistant.open(seed_home)


@pytest.fixture(scope="module")
def news(newsroom: Path) -> Assistant:
    return Assistant.open(newsroom)


def _assert_exact(answer: Answer) -> None:
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert citation.quote == citation.article.text[citation.start : citation.end] != ""
        assert citation.quote in answer.text
    for statement in answer.statements:
        assert bool(statement.citations) == (statement.kind in ("quote", "claim")), statement
    assert [number for statement in answer.statements for number in statement.citations] == [
        citation.number for citation in answer.citations
    ]
    assert answer.citations or answer.abstained


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("what did Stoltenberg say?", "en", STOLTENBERG),
        ("ماذا قال ستولتنبرغ؟", "ar", STOLTENBERG),
        ("Что сказал Столтенберг?", "ru", STOLTENBERG),
        ("斯托尔滕贝格说了什么?", "zh", STOLTENBERG),
        ("When did Russia publish its draft proposals?", "en", DRAFTS),
        ("Combien de soldats près de la frontière ukrainienne ?", "fr", SOLDIERS),
        ("Was sagte Gruschko über die NATO?", "de", GRUSHKO),
        ("What did Peskov say about the American side?", "en", PESKOV),
    ],
)
def test_the_sentence_that_says_it_is_quoted_first(seed: Assistant, question: str, language: str, words: str) -> None:
    answer = seed.query(question)
    assert not answer.abstained, answer
    assert words in answer.citations[0].quote, answer.text
    assert answer.language == language
    _assert_exact(answer)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("who won the world cup?", "The articles say nothing about that."),
        ("best pizza recipe", "The articles say nothing about that."),
        ("ما هي أفضل وصفة للبيتزا؟", "لا تذكر المقالات شيئًا عن ذلك."),
        ("Кто выиграл чемпионат мира по футболу?", "В статьях об этом ничего не сказано."),
        ("最好吃的比萨怎么做？", "这些文章对此没有提及。"),
    ],
)
def test_what_the_article_does_not_say_is_not_answered(seed: Assistant, question: str, words: str) -> None:
    answer = seed.query(question)
    assert answer.abstained, answer
    assert answer.text == words
    assert answer.citations == ()
    assert 0 < len(answer.nearest) <= 3
    assert answer.nearest_heading


@pytest.mark.parametrize(
    ("question", "path", "words"),
    [
        ("How long will the harbour repairs take?", "harbour.en.txt", "eleven weeks"),
        ("Wie viel kosten die Reparaturen im Hafen von Velmora?", "harbour.en.txt", "42 million"),
        ("How many shepherds take part in the study?", "vaccine.de.txt", "240 Hirten"),
        ("Quand le train de nuit circulera-t-il de nouveau ?", "train.fr.txt", "14 juin"),
        ("How many people were evacuated below the dam?", "dam.ru.txt", "870 человек"),
        ("How old is the oldest student of the night school?", "school.hi.txt", "71"),
        ("哪一天韦尔莫拉港口将关闭？", "harbour.en.txt", "3 March"),
    ],
)
def test_an_answer_is_found_in_whatever_language_it_was_written(
    news: Assistant, question: str, path: str, words: str
) -> None:
    answer = news.query(question)
    assert not answer.abstained, answer
    assert answer.citations[0].article.path == path
    assert any(words in citation.quote for citation in answer.citations[:2]), answer.text
    _assert_exact(answer)


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("How many books are on the floating library?", "library.ar.txt"),
        ("When will the comet be visible to the naked eye?", "comet.tr.md"),
    ],
)
def test_the_right_article_is_found_first_across_languages(news: Assistant, question: str, path: str) -> None:
    assert news.search(question)[0].article.path == path


def test_hits_are_exact_slices_best_first(news: Assistant) -> None:
    hits = news.search("How long will the harbour repairs take?", limit=5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == 5
    for hit in hits:
        assert hit.text == hit.article.text[hit.start : hit.end]
        assert all(hit.start <= span.start < span.end <= hit.end for span in hit.sentences)
    assert len(news.search("harbour", limit=1)) == 1


def test_the_stream_grows_to_what_query_returns(seed: Assistant) -> None:
    grown = list(seed.stream("What did Peskov say about the American side?"))
    assert [len(answer.citations) for answer in grown] == list(range(1, len(grown) + 1))
    assert grown[-1] == seed.query("What did Peskov say about the American side?")


def test_the_same_question_gets_the_same_answer_again(seed_home: Path, seed: Assistant) -> None:
    question = "what did Stoltenberg say?"
    assert seed.query(question).to_dict() == Assistant.open(seed_home).query(question).to_dict()
    assert query(question, seed_home).to_dict() == seed.query(question).to_dict()


def test_query_asks_the_home_that_the_environment_names(seed_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(seed_home))
    assert STOLTENBERG in query("what did Stoltenberg say?").citations[0].quote
    monkeypatch.delenv("ASSISTANT_HOME")
    monkeypatch.chdir(seed_home)
    assert STOLTENBERG in query("what did Stoltenberg say?").citations[0].quote


def test_an_answer_is_plain_json(seed: Assistant) -> None:
    answer = seed.query("what did Stoltenberg say?")
    shown = json.loads(json.dumps(answer.to_dict()))
    assert shown.keys() >= {"question", "answer", "language", "abstained", "confidence", "citations"}
    citation = shown["citations"][0]
    assert citation.keys() >= {"number", "quote", "start", "end", "path", "title", "article_language", "score"}
    assert citation["article_language"] == "ar"
    assert citation["title"].startswith('"منظمة الأمن')
    assert shown["answer"] == answer.text
    assert 0 <= shown["confidence"] <= 1
    hit = seed.search("Stoltenberg")[0].to_dict()
    assert hit.keys() >= {"path", "start", "end", "text", "title", "article_language", "score"}


@pytest.mark.parametrize("question", ["", "   ", "?!", "\n\t", "\0\0", "…"])
def test_an_empty_question_is_refused_in_a_sentence(seed: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match="The question is empty"):
        seed.query(question)


def test_other_questions_that_cannot_be_asked_are_refused_in_a_sentence(seed: Assistant) -> None:
    with pytest.raises(QuestionError, match=r"100,000 characters long; the limit is 4,000"):
        seed.query("x" * 100_000)
    with pytest.raises(QuestionError, match="lone surrogate"):
        seed.query("what \ud800 said")
    with pytest.raises(QuestionError, match="not list"):
        seed.query(["what"])  # type: ignore[arg-type]
    with pytest.raises(QuestionError, match="not 0"):
        seed.search("what", limit=0)


@pytest.mark.parametrize(
    "question",
    [
        "what did\0 Stoltenberg\x07 say?",
        "what  did\n\nStoltenberg say?",
        '" OR 1=1; DROP TABLE article; --',
        "{quote} {0} %s $$x$$ <script>alert(1)</script> [1](http://example.org)",
        "א" * 3000,
        "👩‍👩‍👧‍👦 🇺🇦 á̷̛̈ ﷽ 1",
    ],
)
def test_odd_questions_are_answered_like_any_other(seed: Assistant, question: str) -> None:
    _assert_exact(seed.query(question))


def test_a_model_that_did_not_make_the_index_is_refused(seed_home: Path) -> None:
    other = Assistant.open(seed_home, query_prefix="question: ")
    with pytest.raises(ModelMismatchError, match="assistant rebuild"):
        other.query("what did Stoltenberg say?")
