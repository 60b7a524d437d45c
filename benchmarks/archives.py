"""Archives to measure with: a folder of JSON lines, or news invented on the spot, the same on every machine.

`articles.jsonl` holds {article, language, text}; `questions.jsonl` {question, language, answerable, article}, of which
an unanswerable question has no article. This module imports nothing heavy: see `benchmarks.quickstart` on memory.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, product
from pathlib import Path
from typing import Any

LANGUAGES = ("ar", "en", "fr", "ru")
SCRIPTS = {"en": 0, "fr": 0, "ru": 1, "ar": 2}  # a name's column in invented.toml
EVENTS = ("bridge", "library", "ferry", "museum", "race", "wind", "school", "observatory")
SHORTEST_ARTICLE = 600  # characters; with one more sentence it stays below the 900 that make a second passage

# Of a crowd of articles: the names are as many as a large archive has, and a few of them are in very many articles.
CROWDED_TOWNS = 60_000
TOWNS_LIKE_THE_FIRST = 20  # the town after so many is named half as often as the first

Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """An article by its file name, or a passage by its article's; `language` is what the archive calls it."""

    article: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the article that answers it, if one does."""

    text: str
    language: str
    article: str | None


@dataclass(frozen=True, slots=True)
class Archive:
    """Articles and the questions that were written for them."""

    name: str
    articles: tuple[Text, ...]
    questions: tuple[Question, ...]

    def first(self, count: int | None) -> Archive:
        """Returns the archive of the first `count` articles; questions about the others have no answer in it."""
        articles = self.articles[:count]
        left = {article.article for article in articles}
        questions = (
            question if question.article in left else Question(question.text, question.language, None)
            for question in self.questions
        )
        return Archive(self.name, articles, tuple(questions))

    def answerable(self) -> list[Question]:
        """Returns the questions that an article answers."""
        return [question for question in self.questions if question.article is not None]


def read_archive(folder: Path) -> Archive:
    """Reads an archive; one without `questions.jsonl` has none."""
    articles = tuple(read_texts(folder / "articles.jsonl"))
    rows = _read_lines(folder / "questions.jsonl") if (folder / "questions.jsonl").is_file() else []
    questions = (
        Question(row["question"], row["language"], row["article"] if row["answerable"] else None) for row in rows
    )
    return Archive(folder.name, articles, tuple(questions))


def read_texts(file: Path) -> list[Text]:
    """Reads articles or passages, one a line."""
    return [Text(row["article"], row["language"], row["text"]) for row in _read_lines(file)]


def write_texts(file: Path, texts: Iterable[Text]) -> None:
    """Writes articles or passages, one a line."""
    with file.open("w", encoding="utf-8") as opened:
        for text in texts:
            row = {"article": text.article, "language": text.language, "text": text.text}
            opened.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_home(home: Path, articles: Iterable[Text]) -> None:
    """Makes a home of these articles."""
    seeds = home / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    for article in articles:
        (seeds / article.article).write_bytes(article.text.encode())


def invent_archive(count: int) -> Archive:
    """Returns `count` invented articles of 600 to 850 characters with a question each.

    A town has one article for each kind of event, in alternating languages. Every other town's questions are asked in
    another language than the article's.
    """
    templates = tomllib.loads(Path(__file__).with_name("invented.toml").read_text(encoding="utf-8"))
    generator = random.Random(0)
    towns = _invent_towns(templates["names"], generator)
    articles, questions = [], []
    for number in range(count):
        town, event = divmod(number, len(EVENTS))
        language = LANGUAGES[(town + event) % len(LANGUAGES)]
        asked_in = LANGUAGES[(town + event + town % 2) % len(LANGUAGES)]
        values = _invent_values(templates["names"], towns, town, generator)
        name = f"{EVENTS[event]}-{number:04}.{language}.txt"
        text = _write_article(templates[language], EVENTS[event], _in_script(values, language), generator)
        articles.append(Text(name, language, text))
        question = templates[asked_in][EVENTS[event]]["question"].format(**_in_script(values, asked_in))
        questions.append(Question(question, asked_in, name))
    return Archive("invented news", tuple(articles), tuple(questions))


def invent_crowd(kinds: int) -> Iterator[tuple[int, Text, Question]]:
    """Yields invented articles without an end, each with its kind, `number % kinds`, and a question.

    Articles of a kind have the same sentences, with other names and numbers in them. Some towns are in the news all the
    time, most of them once or never, and a question is in any language.
    """
    templates = tomllib.loads(Path(__file__).with_name("invented.toml").read_text(encoding="utf-8"))
    names = templates["names"]
    generator = random.Random(0)
    towns = [
        _joined([*generator.choices(names["syllables"], k=4), generator.choice(names["endings"])])
        for _ in range(CROWDED_TOWNS)
    ]
    shares = list(accumulate(1 / (rank + TOWNS_LIKE_THE_FIRST) for rank in range(CROWDED_TOWNS)))
    for number in count():
        kind = number % kinds
        event, language = EVENTS[kind // len(LANGUAGES) % len(EVENTS)], LANGUAGES[kind % len(LANGUAGES)]
        place, other = generator.choices(towns, cum_weights=shares, k=2)
        people = {role: _invent_person(names, generator, syllables=3) for role in ("person", "critic")}
        values = _invent_values(names, towns, 0, generator) | people | {"place": place, "other": other}
        name = f"{event}-{number:07}.{language}.txt"
        text = _write_article(templates[language], event, _in_script(values, language), random.Random(kind))
        asked_in = generator.choice(LANGUAGES)
        question = templates[asked_in][event]["question"].format(**_in_script(values, asked_in))
        yield kind, Text(name, language, text), Question(question, asked_in, name)


def _read_lines(file: Path) -> list[dict[str, Any]]:
    # Not splitlines(): a text may hold other line separators, which JSON leaves as they are.
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def _invent_towns(names: Mapping[str, Any], generator: random.Random) -> list[Name]:
    parts = list(product(names["syllables"], names["syllables"], names["endings"]))
    return [_joined(part) for part in generator.sample(parts, len(parts))]


def _invent_values(
    names: Mapping[str, Any], towns: list[Name], town: int, generator: random.Random
) -> dict[str, Name | int]:
    year = generator.randrange(1991, 2024)
    return {
        "place": towns[town],
        "other": towns[-1 - generator.randrange(len(towns) // 2)],  # a town that has no article of its own
        "person": _invent_person(names, generator),
        "critic": _invent_person(names, generator),
        "year": year,
        "next_year": year + 1,
        "number": _countable(generator, 115, 990),
        "cost": _countable(generator, 215, 990),
        "names": _countable(generator, 315, 990),
        "share": _countable(generator, 15, 80),
        "people": _countable(generator, 15, 99),
        "distance": _countable(generator, 15, 99),
    }


def _invent_person(names: Mapping[str, Any], generator: random.Random, syllables: int = 2) -> Name:
    given = generator.choice(names["given"])
    family = _joined(generator.sample(names["syllables"], syllables))
    return _spaced(given, family)


def _countable(generator: random.Random, least: int, most: int) -> int:
    # Russian and Arabic nouns change with the number before them, but not among these.
    return generator.choice([number for number in range(least, most) if number % 10 >= 5 and number % 100 >= 15])


def _joined(parts: Sequence[Sequence[str]]) -> Name:
    latin, cyrillic, arabic = ("".join(part[script] for part in parts).capitalize() for script in range(3))
    return latin, cyrillic, arabic


def _spaced(given: Sequence[str], family: Name) -> Name:
    latin, cyrillic, arabic = (f"{given[script]} {family[script]}" for script in range(3))
    return latin, cyrillic, arabic


def _in_script(values: Mapping[str, Name | int], language: str) -> dict[str, str]:
    script = SCRIPTS[language]
    return {name: value[script] if isinstance(value, tuple) else str(value) for name, value in values.items()}


def _write_article(
    templates: Mapping[str, Any], event: str, values: Mapping[str, str], generator: random.Random
) -> str:
    own = templates[event]
    text = "\n\n".join((own["headline"], f"{own['opening']} {own['detail']}")).format(**values)
    further = generator.sample(templates["further"], len(templates["further"]))
    for sentence in further:
        if len(text) >= SHORTEST_ARTICLE:
            break
        text += " " + sentence.format(**values)
    return text + "\n"
