"""Questions asked of some of the articles, and of the newest."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Filters, IndexedArticle, QuestionError, query
from assistant.answering.recency import asks_for_newest
from assistant.question import read_filters
from assistant.retrieval.catalogue import is_within
from tests.conftest import MakeHome

BRIDGE = "How high is the toll on the bridge of Ostrel?"


def _report(day: str, outlet: str, toll: int) -> str:
    return (
        f"Title: The toll on the bridge of Ostrel\nDate: {day}\nOutlet: {outlet}\n\n"
        f"The toll on the bridge of Ostrel is {toll} crowns, said the bridge master Ivo Lantern.\n"
    )


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("dated")
    files = {
        "spring.txt": _report("2031-04-02", "Ostrel Courier", 3),
        "winter.txt": _report("2032-12-24", "Ostrel Courier", 9),
        "summer.txt": _report("2032-07", "The Lamp", 5),
        "undated.txt": "The toll on the bridge of Ostrel\n\nThe toll on the bridge of Ostrel was 2 crowns, they say.\n",
        "pont.fr.txt": "Le péage du pont d’Ostrel\n\nLe péage du pont d’Ostrel est de 7 couronnes, dit Ivo Lantern.\n",
    }
    for path, text in files.items():
        (home / "seeds").mkdir(exist_ok=True)
        (home / "seeds" / path).write_text(text, encoding="utf-8")
    assistant = Assistant.open(home)
    assistant.rebuild()
    return assistant


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(languages=("fr",)), {"pont.fr.txt"}),
        (Filters(outlets=("ostrel courier",)), {"spring.txt", "winter.txt"}),
        (Filters(articles=("undated.txt", "pont.fr.txt")), {"undated.txt", "pont.fr.txt"}),
        (Filters(since="2032"), {"summer.txt", "winter.txt"}),
        (Filters(until="2032-07-15"), {"spring.txt", "summer.txt"}),
        (Filters(since="2032-08", until="2032"), {"winter.txt"}),
        (Filters(outlets=("The Lamp",), languages=("fr",)), set()),
    ],
    ids=lambda value: str(value.to_dict()) if isinstance(value, Filters) else "",
)
def test_only_the_articles_that_the_filters_let_through_are_searched(
    dated: Assistant, filters: Filters, paths: set[str]
) -> None:
    hits = dated.search(BRIDGE, filters=filters)
    answer = dated.query(BRIDGE, filters=filters)

    assert {path for hit in hits for path in _paths(hit.article.path, hit.alike)} == paths
    assert {citation.article.path for citation in answer.citations} <= paths
    assert answer.abstained == (not paths)
    assert (answer.text == "No article fits the filters.") == (not paths)


def _paths(path: str, alike: tuple[object, ...]) -> set[str]:
    return {path, *(hit.article.path for hit in alike)}  # type: ignore[attr-defined]


def test_the_newest_comes_first_when_it_is_asked_for(dated: Assistant) -> None:
    in_words = dated.query("What is the latest on the toll of the bridge of Ostrel?")
    chosen = dated.query(BRIDGE, filters=Filters(newest=True))

    assert "9 crowns" in in_words.citations[0].quote
    assert "9 crowns" in chosen.citations[0].quote
    assert dated.search(BRIDGE, limit=1, filters=Filters(newest=True))[0].article.date == "2032-12-24"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What are the latest news about Ostrel?", "en"),
        ("Was ist das Neueste über Ostrel?", "de"),
        ("Quelles sont les dernières nouvelles d'Ostrel ?", "fr"),
        ("¿Cuáles son las últimas noticias de Ostrel?", "es"),
        ("Какие последние новости об Остреле?", "ru"),
        ("ما آخر الأخبار عن أوستريل؟", "ar"),
        ("关于奥斯特雷尔的最新消息是什么?", "zh"),
        ("ओस्ट्रेल की ताज़ा ख़बर क्या है?", "hi"),
        ("Ostrel hakkında en son haberler neler?", "tr"),
        ("آخرین اخبار درباره اوسترل چیست؟", "fa"),
        ("Quais são as últimas notícias de Ostrel?", "pt"),
        ("Які останні новини про Острел?", "uk"),
        ("מה החדשות האחרונות על אוסטרל?", "he"),
    ],
)
def test_a_question_for_the_latest_is_understood(question: str, language: str) -> None:
    assert asks_for_newest(question, language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who was the last king of Ostrel?", "en"),
        ("Wer war der letzte König?", "de"),
        ("Que s'est-il passé l'année dernière ?", "fr"),
        ("Кто был последним королём?", "ru"),
        ("من كان آخر ملك؟", "ar"),
        ("他最后说了什么?", "zh"),
        ("When was the platest harvest?", "en"),
    ],
)
def test_what_was_last_is_not_the_latest(question: str, language: str) -> None:
    assert not asks_for_newest(question, language)


@pytest.mark.parametrize(
    ("day", "since", "until", "within"),
    [
        ("2032-07-09", "2032-07-09", "2032-07-09", True),
        ("2032-07-09T23:59+02:00", "2032-07", "2032-07", True),
        ("2032", "2032-07-09", "", True),
        ("2032-07", "", "2032-06-30", False),
        ("2031", "2032-01", "", False),
        ("", "", "", True),
        ("", "1900", "", False),
    ],
)
def test_a_date_lies_in_a_range_as_far_as_it_is_known(day: str, since: str, until: str, within: bool) -> None:
    assert is_within(day, since, until) is within


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"language": "en"}, "languages, outlets"),
        ({"languages": ["English"]}, "no language's code"),
        ({"since": "tomorrow"}, "a date such as"),
        ({"since": "2032-02-30"}, "a date such as"),
        ({"since": "٢٠٣٢"}, "a date such as"),
        ({"since": "2033", "until": "2032-12"}, "No day is after"),
        ({"outlets": [3]}, "is text"),
        ({"newest": "yes"}, "true or false"),
        ({"articles": ["a"] * 1_001}, "1,001 values"),
    ],
)
def test_filters_that_are_none_are_refused_in_a_sentence(values: dict[str, object], told: str) -> None:
    with pytest.raises(QuestionError, match=told):
        read_filters(values)


def test_filters_are_the_same_after_a_way_through_json() -> None:
    filters = Filters(("ar", "ru"), ("The Lamp",), ("a/b.txt",), "2031", "2032-04", newest=True)

    assert read_filters(filters.to_dict()) == filters
    assert read_filters({"languages": "ar"}) == Filters(languages=("ar",))


def test_the_index_tells_what_it_holds(dated: Assistant) -> None:
    articles = dated.articles()

    assert [article.path for article in articles] == sorted(article.path for article in articles)
    summer = next(article for article in articles if article.path == "summer.txt")
    assert summer == IndexedArticle(
        summer.id,
        "summer.txt",
        "The toll on the bridge of Ostrel",
        "en",
        (),
        "2032-07",
        "The Lamp",
        "",
        1,
        summer.characters,
    )
    assert dated.article(summer.id) is not None


def test_a_rebuild_changes_what_filters_let_through(make_home: MakeHome) -> None:
    home = make_home({"a.txt": _report("2031-04-02", "Ostrel Courier", 3)})
    assistant = Assistant.open(home)
    assistant.rebuild()
    assert assistant.search(BRIDGE, filters=Filters(outlets=("The Lamp",))) == []

    make_home({"b.txt": _report("2031-05-02", "The Lamp", 4)})
    assistant.rebuild()

    assert [hit.article.path for hit in assistant.search(BRIDGE, filters=Filters(outlets=("The Lamp",)))] == ["b.txt"]
    assert query(BRIDGE, home, filters=Filters(until="2031-04")).citations[0].article.path == "a.txt"


def test_filters_find_what_lies_behind_many_nearer_passages(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number in range(60):
        (seeds / f"{number}.txt").write_text(_report("2031-04-02", "Ostrel Courier", number), encoding="utf-8")
    far = "Title: Bakers\nDate: 2030-01-01\nOutlet: The Lamp\n\nThe bakers of Mell bake bread.\n"
    (seeds / "far.txt").write_text(far, encoding="utf-8")
    assistant = Assistant.open(tmp_path)
    assistant.rebuild()

    assert [hit.article.path for hit in assistant.search(BRIDGE, filters=Filters(outlets=("The Lamp",)))] == ["far.txt"]
