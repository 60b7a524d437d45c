"""`assistant evaluate`: what it measures, prints, writes and refuses, on a small archive of invented places."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant import Assistant
from assistant.errors import EvaluationError
from assistant.evaluation.datasets import Archive, ArchiveArticle, ArchiveQuestion, read_archive
from assistant.evaluation.measures import area_under_curve, mean_reciprocal_rank, recall_at, share
from assistant.evaluation.picture import colour_of, ink_on, matrix_to_svg
from assistant.evaluation.report import (
    Cell,
    evaluation_to_dict,
    evaluation_to_text,
    matrix_of,
    mean_scores,
    scores_by_language,
    width_of,
    worst_scores,
)
from assistant.evaluation.running import Evaluation, Observation, evaluate
from assistant.types import Progress
from tests.conftest import REPOSITORY
from tests.misbehaving_server import serving
from tests.test_command_line import COMMAND

ARTICLES = {
    "torvald.en.txt": (
        "en",
        "The lighthouse of Cape Torvald\n\nThe lighthouse at Cape Torvald was relit on 4 May by its keeper, Anselm "
        "Vorrick. It had been dark for nineteen years after a storm broke the lamp.\n",
    ),
    "bree.en.txt": (
        "en",
        "The orchard of Bree Hollow\n\nThe orchard of Bree Hollow grows eleven kinds of pear. Its owner, Odile "
        "Marrane, sells them only on Thursdays at the market in Quennel.\n",
    ),
    "valmeurin.fr.txt": (
        "fr",
        "Le pont de Valmeurin\n\nLe pont de Valmeurin a été fermé en mars pour des travaux. L'ingénieure Solène "
        "Tarquet a trouvé une fissure de deux mètres dans le troisième pilier.\n",
    ),
    "ostrelle.fr.txt": (
        "fr",
        "La bibliothèque d'Ostrelle\n\nLa bibliothèque d'Ostrelle prête désormais des violons. Le directeur Baptiste "
        "Quérel en a reçu quarante d'un luthier à la retraite.\n",
    ),
    "zarechye.ru.txt": (
        "ru",
        "Музей в Заречье-Вольном\n\nМузей чайников в Заречье-Вольном открылся в старой пекарне. Его основала Марфа "
        "Дроздецкая, которая собрала шестьсот чайников за тридцать лет.\n",
    ),
    "lukomorsk.ru.txt": (
        "ru",
        "Паром в Лукоморске\n\nПаром «Стриж» в Лукоморске теперь ходит на электричестве. Капитан Егор Пламенев "
        "говорит, что рейс стал короче на семь минут.\n",
    ),
}

QUESTIONS = (  # question, language, article, answer
    ("Who relit the lighthouse at Cape Torvald?", "en", "torvald.en.txt", "Anselm Vorrick"),
    ("Кто снова зажёг маяк на мысе Торвальд?", "ru", "torvald.en.txt", "Anselm Vorrick"),
    ("Who owns the orchard of Bree Hollow?", "en", "bree.en.txt", "Odile Marrane"),
    ("Qui a trouvé une fissure dans le pont de Valmeurin ?", "fr", "valmeurin.fr.txt", "Solène Tarquet"),
    ("Who found a crack in the bridge of Valmeurin?", "en", "valmeurin.fr.txt", "Solène Tarquet"),
    ("Qu'est-ce que la bibliothèque d'Ostrelle prête ?", "fr", "ostrelle.fr.txt", "violons"),
    ("Кто основал музей чайников в Заречье-Вольном?", "ru", "zarechye.ru.txt", "Марфа Дроздецкая"),
    ("Who is the captain of the ferry in Lukomorsk?", "en", "lukomorsk.ru.txt", "Егор Пламенев"),
    ("How do volcanoes change the acidity of the ocean?", "en", None, None),
    ("Combien de satellites tournent autour de Jupiter ?", "fr", None, None),
    ("Как приготовить бетон для фундамента дома?", "ru", None, None),
)


def _article(name: str) -> dict[str, Any]:
    language, text = ARTICLES[name]
    return {"article": name, "language": language, "text": text}


def _question(question: str, language: str, article: str | None, answer: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {"question": question, "language": language, "answerable": article is not None}
    if article is not None and answer is not None:
        start = ARTICLES[article][1].index(answer)
        row |= {"article": article, "article_language": ARTICLES[article][0]}
        row |= {"answer": answer, "start": start, "end": start + len(answer)}
    return row


def _write(folder: Path, articles: Sequence[Any], questions: Sequence[Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("articles", articles), ("questions", questions)):
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "evaluate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**os.environ})


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archives") / "invented places"
    return _write(folder, [_article(name) for name in ARTICLES], [_question(*row) for row in QUESTIONS])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the tests of this module share, so that the articles are embedded once."""
    return tmp_path_factory.mktemp("kept") / "home"


@pytest.fixture(scope="module")
def evaluation(archive: Path, kept: Path) -> Evaluation:
    return evaluate(read_archive(archive), kept)


# The measures


def test_measures_are_what_a_hand_computes() -> None:
    assert recall_at([1, 3, None, 6], 1) == 1 / 4
    assert recall_at([1, 3, None, 6], 5) == 2 / 4
    assert mean_reciprocal_rank([1, 4, None, 11], 10) == pytest.approx((1 + 1 / 4) / 4)
    assert share([True, False, False, False]) == 1 / 4
    assert area_under_curve([0.9, 0.4], [0.4, 0.1]) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert area_under_curve([0.1], [0.9]) == 0


def test_what_has_no_questions_is_not_measured() -> None:
    assert recall_at([], 1) is None
    assert mean_reciprocal_rank([], 10) is None
    assert share([]) is None
    assert area_under_curve([0.5], []) is None
    assert area_under_curve([], [0.5]) is None


confidences = some.lists(some.floats(0, 1).map(lambda value: round(value, 1)), min_size=1, max_size=30)


@given(confidences, confidences)
def test_the_area_under_the_curve_counts_pairs(with_answer: list[float], without: list[float]) -> None:
    pairs = np.subtract.outer(with_answer, without)
    assert area_under_curve(with_answer, without) == pytest.approx(float(((np.sign(pairs) + 1) / 2).mean()))


# The tables


def _seen(language: str, article_language: str | None, rank: int | None = None, **more: Any) -> Observation:
    article = None if article_language is None else f"{article_language}.txt"
    start = None if article is None else 3
    return Observation(ArchiveQuestion("?", language, article, article_language, start), rank, **more)


@pytest.fixture
def by_hand() -> Evaluation:
    """Eight questions in two languages, whose measures can be computed in one's head."""
    seen = (
        _seen("aa", "aa", 1, abstained=False, confidence=0.9, evidence=1),
        _seen("aa", "aa", 2, abstained=False, confidence=0.8, evidence=3),
        _seen("aa", "bb", None, abstained=True, confidence=0.2, evidence=None),
        _seen("aa", None, abstained=True, confidence=0.1),
        _seen("aa", None, abstained=False, confidence=0.5),
        _seen("bb", "aa", 6, abstained=False, confidence=0.6, evidence=4),
        _seen("bb", "aa", 1, abstained=False, confidence=0.7, evidence=2),
        _seen("bb", None, abstained=False, confidence=0.9),
    )
    article = ArchiveArticle("aa.txt", "aa", "words")
    archive = Archive("by hand", (article,), tuple(one.question for one in seen))
    return Evaluation(archive, seen, {"x.pdf": "is no text"}, {"skip_steps": ["words", "names"]}, 1.5)


def test_each_language_has_its_measures(by_hand: Evaluation) -> None:
    scores = scores_by_language(by_hand)
    assert scores["aa"] == pytest.approx({
        "recall_at_1": 1 / 3,
        "recall_at_1_same_language": 1 / 2,
        "recall_at_1_cross_language": 0,
        "recall_at_5": 2 / 3,
        "mean_reciprocal_rank_at_10": (1 + 1 / 2) / 3,
        "evidence_at_1": 1 / 3,
        "evidence_at_3": 2 / 3,
        "auroc": (2 + 2 + 1) / 6,
        "answered_without_an_answer": 1 / 2,
        "refused_with_one": 1 / 3,
    })  # fmt: skip
    assert scores["bb"]["recall_at_1_same_language"] is None
    assert scores["bb"]["mean_reciprocal_rank_at_10"] == pytest.approx((1 / 6 + 1) / 2)
    assert scores["bb"]["auroc"] == 0


def test_mean_and_worst_are_over_the_languages_that_were_measured(by_hand: Evaluation) -> None:
    rows = list(scores_by_language(by_hand).values())
    mean, worst = mean_scores(rows), worst_scores(rows)
    assert mean["recall_at_1"] == pytest.approx((1 / 3 + 1 / 2) / 2)
    assert mean["recall_at_1_same_language"] == worst["recall_at_1_same_language"] == 1 / 2
    assert worst["recall_at_1"] == 1 / 3
    assert (worst["answered_without_an_answer"], worst["refused_with_one"]) == (1, 1 / 3)  # more is worse here


def test_the_matrix_pairs_the_languages(by_hand: Evaluation) -> None:
    assert matrix_of(by_hand) == {
        "aa": {"aa": Cell(1 / 2, 2), "bb": Cell(0, 1)},
        "bb": {"aa": Cell(1 / 2, 2), "bb": None},
    }


def test_the_text_has_every_number_in_line(by_hand: Evaluation) -> None:
    summary, table, matrix = evaluation_to_text(by_hand).split("\n\n")
    assert summary.splitlines()[0] == (
        "by hand: 1 article, 8 questions, 5 of them with an answer; indexed in 1.5 s"
    )  # fmt: skip
    assert summary.splitlines()[1] == "x.pdf is not indexed: is no text"
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()[-4:]}
    assert rows["aa"] == ["0.333", "0.500", "0.000", "0.667", "0.500", "0.333", "0.667", "0.833", "0.500", "0.333"]
    assert rows["bb"] == ["0.500", "–", "0.500", "0.500", "0.583", "0.000", "0.500", "0.000", "1.000", "0.000"]
    assert rows.keys() == {"aa", "bb", "mean", "worst"}
    assert [line.split() for line in matrix.splitlines()[-2:]] == [["aa", "0.500", "0.000"], ["bb", "0.500", "–"]]
    assert len({width_of(line) for line in table.splitlines()[-5:]}) == 1
    assert max(map(width_of, table.splitlines())) <= 100
    assert not any(line.endswith(" ") for line in table.splitlines())


def test_json_has_the_counts_and_what_was_not_measured_as_null(by_hand: Evaluation) -> None:
    content = evaluation_to_dict(by_hand)
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["questions"] == {
        "asked": 8,
        "answerable": 5,
        "unanswerable": 3,
        "with_start": 5,
        "in_the_archive": 8,
    }
    assert content["languages"]["bb"]["recall_at_1_same_language"] is None
    assert content["languages"]["aa"]["auroc"] == 0.8333
    assert content["matrix"]["aa"]["bb"] == {"recall_at_1": 0.0, "questions": 1}
    assert content["matrix"]["bb"]["bb"] is None
    assert content["seconds"] == {"indexing": 1.5, "search": None, "answer": None}
    assert content["settings"] == {"skip_steps": ["names", "words"]}


# The picture


def test_the_picture_has_a_cell_for_every_pair() -> None:
    languages = [f"l{number:02}" for number in range(24)]
    matrix = {
        row: {column: Cell(down / 23, 7) if down != at else None for at, column in enumerate(languages)}
        for down, row in enumerate(languages)
    }
    root = ET.fromstring(matrix_to_svg(matrix, "many <languages> & more"))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("–") == 24
    assert texts.count("7") == 24 * 23
    assert "many <languages> & more" in texts
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 <= float(element.attrib["x"]) <= width
        assert 0 <= float(element.attrib["y"]) <= height


def test_labels_of_any_length_have_their_room() -> None:
    for label in ("en", "a very long name of a language 中文"):
        root = ET.fromstring(matrix_to_svg({label: {label: Cell(1, 1), "ru": None}}, "x"))
        for element in root.iter("{http://www.w3.org/2000/svg}text"):
            letter = 10 if element.get("class") == "title" else 8  # pixels, more than most letters take
            taken = width_of(element.text or "") * letter
            before = {"start": 0, "middle": taken / 2, "end": taken}[element.attrib["text-anchor"]]
            left = float(element.attrib["x"]) - before
            assert left >= 0, element.text
            assert left + taken <= float(root.attrib["width"]), element.text


def test_a_picture_of_nothing_is_a_picture() -> None:
    assert ET.fromstring(matrix_to_svg({}, "nothing")).attrib["width"]


def test_every_number_can_be_read_on_its_colour() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4) for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lightness = []
    for share_of_questions in np.linspace(0, 1, 101):
        colour = colour_of(float(share_of_questions))
        darker, lighter = sorted((luminance(colour), luminance(ink_on(colour))))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5
        lightness.append(luminance(colour))
    assert lightness == sorted(lightness, reverse=True)  # more is darker, everywhere


# Asking


def test_a_run_agrees_with_asking_by_hand(archive: Path, kept: Path, evaluation: Evaluation) -> None:
    assistant = Assistant.open(kept)
    assert len(evaluation.observations) == len(QUESTIONS)
    for (question, language, article, answer), seen in zip(QUESTIONS, evaluation.observations, strict=True):
        asked = assistant.query(question)
        assert (seen.question.text, seen.question.language) == (question, language)
        assert (seen.abstained, seen.confidence) == (asked.abstained, asked.confidence)
        if article is None:
            assert (seen.rank, seen.evidence) == (None, None)
            continue
        order = list(dict.fromkeys(hit.article.path for hit in assistant.search(question, limit=10)))
        assert seen.rank == (order.index(article) + 1 if article in order else None)
        quoted = [citation.article.path == article and str(answer) in citation.quote for citation in asked.citations]
        assert seen.evidence == (quoted.index(True) + 1 if any(quoted) else None)
    first = [seen.rank == 1 for seen in evaluation.observations if seen.question.article is not None]
    assert sum(first) >= 7, first  # of eight; it is an easy archive
    assert any(seen.evidence is not None for seen in evaluation.observations)


def test_no_language_model_writes_unless_it_is_asked_for(
    archive: Path, kept: Path, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving("NOT_IN_SOURCES") as server:
        monkeypatch.setenv("ASSISTANT_LLM", "openai:test-model")
        monkeypatch.setenv("ASSISTANT_LLM_ADDRESS", server.address)
        again = evaluate(read_archive(archive), kept, limit=3)
        assert (server.paths, again.settings["llm"]) == ([], "none")
        asked = evaluate(read_archive(archive), kept, limit=3, llm="openai:test-model")
        assert (bool(server.asked), asked.settings["llm"]) == (True, "openai:test-model")


def test_progress_is_told_while_indexing_and_while_asking(archive: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    evaluate(read_archive(archive), tmp_path / "home", limit=3, answers=False, progress=told.append)
    assert {"reading", "embedding", "asking"} <= {progress.stage for progress in told}
    assert [(progress.done, progress.total) for progress in told if progress.stage == "asking"] == [
        (0, 3),
        (1, 3),
        (2, 3),
        (3, 3),
    ]


def test_a_copy_of_an_article_is_that_article(tmp_path: Path) -> None:
    text = ARTICLES["bree.en.txt"][1]
    names = ("a-copy.txt", "folder/the-original.txt", "z-copy.txt")
    articles = [{"article": name, "language": "en", "text": text} for name in names]
    questions = [
        {"question": "Who owns the orchard?", "language": "en", "answerable": True, "article": name} for name in names
    ]
    read = read_archive(_write(tmp_path / "archive", articles, questions))
    measured = evaluate(read, tmp_path / "home", answers=False)
    assert [seen.rank for seen in measured.observations] == [1, 1, 1]


def test_a_question_is_asked_of_the_articles_that_its_filters_let_through(archive: Path, kept: Path) -> None:
    question = next(_question(*row) for row in QUESTIONS if row[2] == "torvald.en.txt")
    lines = [question | {"filters": filters} for filters in ({}, {"languages": ["en"]}, {"articles": "bree.en.txt"})]
    read = read_archive(_write(archive.parent / "filtered", [_article(name) for name in ARTICLES], lines))
    everywhere, through, without = evaluate(read, kept).observations
    assert everywhere.rank == through.rank == 1
    assert without.rank is None
    assert without.evidence is None


def test_an_answer_is_found_where_line_ends_are_two_characters(tmp_path: Path) -> None:
    text = "\ufeff" + ARTICLES["torvald.en.txt"][1].replace("\n", "\r\n")
    row = _question(*QUESTIONS[0]) | {"start": text.index("Anselm"), "end": text.index(" Vorrick") + 8}
    row["answer"] = text[row["start"] : row["end"]]
    article = _article("torvald.en.txt") | {"text": text}
    read = read_archive(_write(tmp_path / "archive", [article], [row]))
    measured = evaluate(read, tmp_path / "home")
    assert read.questions[0].start == ARTICLES["torvald.en.txt"][1].index("Anselm")
    assert measured.observations[0].evidence is not None


def test_an_article_that_cannot_be_indexed_is_told(tmp_path: Path) -> None:
    articles = [_article("torvald.en.txt"), {"article": "empty.txt", "language": "en", "text": ""}]
    measured = evaluate(
        read_archive(_write(tmp_path / "archive", articles, [_question(*QUESTIONS[0])])), tmp_path / "home"
    )
    assert "is empty" in measured.failed["empty.txt"]
    assert "empty.txt is not indexed: is empty" in evaluation_to_text(measured)


def test_a_home_with_other_articles_is_left_alone(archive: Path, tmp_path: Path) -> None:
    home = tmp_path / "news"
    (home / "seeds" / "deep").mkdir(parents=True)
    (home / "seeds" / "deep" / "mine.txt").write_text("My own article.")
    with pytest.raises(EvaluationError, match=r"mine\.txt is not as the archive has it\. .*--home DIR"):
        evaluate(read_archive(archive), home)
    assert [file.name for file in home.rglob("*") if file.is_file()] == ["mine.txt"]


# Drawing


def test_few_questions_are_drawn_from_every_language() -> None:
    languages = ("aa", "bb", "cc", "dd")
    questions = tuple(
        ArchiveQuestion(f"{number}{language}", language, "a" if number % 3 else None, "aa" if number % 3 else None)
        for number in range(60)
        for language in languages
    )
    archive = Archive("x", (), questions)
    drawn = archive.drawn(24)
    assert len(drawn) == len(set(drawn)) == 24
    for language in languages:
        of_it = [question for question in drawn if question.language == language]
        assert (len(of_it), sum(question.article is None for question in of_it)) == (6, 2)
    assert archive.drawn(240) == archive.drawn(1000) == archive.drawn(None) == questions
    assert all(len(archive.drawn(limit)) == limit for limit in range(1, 241))


# The command


def test_the_command_prints_the_tables_and_writes_both_files(archive: Path, kept: Path, evaluation: Evaluation) -> None:
    folder = archive.parent / "results"
    folder.mkdir()
    done = _run(folder, str(archive), "--home", str(kept))
    assert (done.returncode, done.stderr) == (0, "")
    summary, table, matrix, written = done.stdout.strip().split("\n\n")
    assert summary.startswith("invented places: 6 articles, 11 questions, 8 of them with an answer; indexed in ")
    assert table.splitlines() == evaluation_to_text(evaluation).split("\n\n")[1].splitlines()
    assert matrix == evaluation_to_text(evaluation).split("\n\n")[2]
    assert written == "Written: evaluation.json, evaluation.svg"

    content = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    expected = evaluation_to_dict(evaluation)
    assert content["seconds"]["search"]["median"] > 0
    assert content["seconds"]["answer"]["percentile_95"] >= content["seconds"]["answer"]["median"]
    assert {**content, "seconds": None} == {**expected, "seconds": None}
    assert content["settings"]["abstain_below"] == 0.4

    picture = ET.parse(folder / "evaluation.svg").getroot()
    titles = {element.text for element in picture.iter("{http://www.w3.org/2000/svg}title")}
    for row, cells in matrix_of(evaluation).items():
        for column, cell in cells.items():
            told = f"{cell.recall:.3f} of {cell.questions} questions" if cell else "no questions"
            assert f"question in {row}, article in {column}: {told}" in titles


def test_the_options_do_what_they_say(archive: Path, kept: Path, evaluation: Evaluation, tmp_path: Path) -> None:
    arguments = ["--home", str(kept), "--limit", "6", "--no-answers", "--json", "a.json", "--picture", "b.SVG"]
    done = _run(tmp_path, str(archive), *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.json", "b.SVG"]
    content = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert content["questions"]["asked"] == 6
    assert content["mean"]["auroc"] is content["mean"]["evidence_at_1"] is content["seconds"]["answer"] is None
    assert content["mean"]["recall_at_1"] is not None
    assert "6 of 11 questions" in done.stdout


def test_without_a_home_nothing_stays_behind(tmp_path: Path, archive: Path) -> None:
    temporary, folder = tmp_path / "temporary", tmp_path / "current"
    temporary.mkdir()
    folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary), "ASSISTANT_HOME": "/nowhere"}
    command = [*COMMAND, "evaluate", str(archive), "--limit", "1", "--no-answers"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(temporary.iterdir()) == []
    assert sorted(file.name for file in folder.iterdir()) == ["evaluation.json", "evaluation.svg"]


def test_an_interruption_says_that_nothing_is_kept(tmp_path: Path, archive: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "evaluate", str(archive)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        # Whoever runs the tests in the background may have told all of them to ignore interruptions.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("evaluation-*/index")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (
        130,
        "Interrupted. Nothing is kept; with --home DIR the index would be.\n",
    )
    assert list(tmp_path.iterdir()) == []


# What cannot be evaluated

GOOD_ARTICLE = _article("torvald.en.txt")
GOOD = _question(*QUESTIONS[0])


def _without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


@pytest.mark.parametrize(
    ("articles", "questions", "words"),
    [
        ([GOOD_ARTICLE, "{"], [GOOD], "articles.jsonl, line 2: is no JSON"),
        ([GOOD_ARTICLE], [GOOD, "", "[1]"], "questions.jsonl, line 3: is no JSON object"),
        ([GOOD_ARTICLE], ["[" * 100_000], "questions.jsonl, line 1: is no JSON"),
        ([_without(GOOD_ARTICLE, "text")], [GOOD], "articles.jsonl, line 1: the key text is missing"),
        ([GOOD_ARTICLE], [GOOD, _without(GOOD, "language")], "questions.jsonl, line 2: the key language is missing"),
        ([GOOD_ARTICLE], [_without(GOOD, "article")], "questions.jsonl, line 1: the key article is missing"),
        ([GOOD_ARTICLE], [GOOD | {"answerable": 1}], "line 1: answerable is 1. Make it true or false"),
        ([GOOD_ARTICLE], [GOOD | {"start": True}], "line 1: start is true. Make it a whole number"),
        ([GOOD_ARTICLE], [GOOD | {"question": " "}], "line 1: The question is empty"),
        ([GOOD_ARTICLE], [GOOD | {"language": "e\nn"}], "line 1: language is 'e\\nn'"),
        ([GOOD_ARTICLE | {"text": "half \ud800"}], [GOOD], "line 1: text holds half a character"),
        ([GOOD_ARTICLE, GOOD_ARTICLE], [GOOD], "line 2: the article torvald.en.txt is there already"),
        ([GOOD_ARTICLE], [GOOD | {"article": "nowhere.txt"}], "line 1: the article 'nowhere.txt' is not in"),
        ([GOOD_ARTICLE], [GOOD | {"article_language": "fr"}], "line 1: article_language is 'fr', but"),
        ([GOOD_ARTICLE], [GOOD | {"end": 10_000}], "are no place in torvald.en.txt"),
        ([GOOD_ARTICLE], [GOOD | {"start": -1}], "are no place in torvald.en.txt"),
        ([GOOD_ARTICLE], [GOOD | {"start": GOOD["start"] + 1}], "not the answer. Count in code points"),
        ([GOOD_ARTICLE], [GOOD | {"filters": {"since": "May"}}], "line 1: The filter since is a date"),
        ([GOOD_ARTICLE], [GOOD | {"filters": ["en"]}], "line 1: Filters are languages"),
        ([GOOD_ARTICLE], [], "questions.jsonl is empty"),
        ([], [_question(*QUESTIONS[-1])], "articles.jsonl is empty"),
        *(
            ([GOOD_ARTICLE | {"article": name}], [GOOD], f"line 1: the article's name {name!r} cannot be a file")
            for name in ("", " ", "../x", "/x", "a/../../x", "a//x", "a/", ".hidden", "a/.x", "a\\x", "C:x", "x\ny")
        ),
    ],
)
def test_what_is_wrong_in_an_archive_is_told_with_its_line(
    tmp_path: Path, articles: list[Any], questions: list[Any], words: str
) -> None:
    folder = _write(tmp_path / "archive", [], [])
    _write(folder, [json.dumps(row) if isinstance(row, dict) else row for row in articles], questions)
    with pytest.raises(EvaluationError) as problem:
        read_archive(folder)
    told = str(problem.value)
    assert words in told
    assert str(folder) in told
    assert "\n" not in told


def test_an_answer_may_do_without_its_place(tmp_path: Path) -> None:
    row = {key: GOOD[key] for key in ("question", "language", "answerable", "article")}
    content = b"\xef\xbb\xbf" + json.dumps(GOOD_ARTICLE).encode() + b"\r\n\r\n"
    folder = _write(tmp_path / "archive", [], [row | {"start": None}])
    (folder / "articles.jsonl").write_bytes(content)
    (question,) = read_archive(folder).questions
    assert question == ArchiveQuestion(row["question"], "en", "torvald.en.txt", "en", None)


def test_the_documentation_s_example_can_be_evaluated(tmp_path: Path) -> None:
    documentation = (REPOSITORY / "docs" / "evaluation.md").read_text(encoding="utf-8")
    articles, questions = re.findall(r"```json\n(.*?)\n```", documentation, re.DOTALL)
    read = read_archive(_write(tmp_path / "archive", articles.splitlines(), questions.splitlines()))
    assert (len(read.articles), [question.start for question in read.questions]) == (1, [56, None])


def test_bytes_that_are_no_utf8_are_told_with_their_line(tmp_path: Path) -> None:
    folder = _write(tmp_path / "archive", [GOOD_ARTICLE], [GOOD])
    (folder / "questions.jsonl").write_bytes(json.dumps(GOOD).encode() + b"\n" + '{"question": "é"}'.encode("latin-1"))
    with pytest.raises(EvaluationError, match=r"questions\.jsonl, line 2: is not UTF-8"):
        read_archive(folder)


def test_the_command_refuses_in_one_line_before_it_measures(tmp_path: Path, archive: Path) -> None:
    lonely = tmp_path / "lonely"
    lonely.mkdir()
    (lonely / "articles.jsonl").write_text(json.dumps(GOOD_ARTICLE))
    (tmp_path / "a-file").touch()
    for arguments, words in {
        ("nowhere",): "There is no folder nowhere",
        ("lonely",): "There is no file lonely/questions.jsonl",
        (str(archive), "--picture", "x.png"): "x.png does not end in .svg",
        (str(archive), "--json", "none/x.json"): "There is no folder none",
        (str(archive), "--json", "."): ". is a folder",
        (str(archive), "--home", "a-file"): "The articles cannot be written into a-file/seeds",
    }.items():
        done = _run(tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (1, ""), arguments
        assert done.stderr.startswith("assistant: ")
        assert done.stderr.count("\n") == 1
        assert words in done.stderr
    assert _run(tmp_path, str(archive), "--limit", "0").returncode == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a-file", "lonely"]
