"""Words and names: what is folded together, what is kept apart, and that any text can be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus.words import find_names, find_sounds, find_words
from assistant.retrieval.lexical import NameBook, measure_coverage, read_wording
from assistant.retrieval.store import Snapshot, Words


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ar", "المُعَلِّمَةُ", "معلمه"),
        ("ar", "والأزمـــة", "ازمة"),
        ("ar", "إلى", "الي"),
        ("fa", "ایران", "إيران"),
        ("en", "Running", "run"),
        ("de", "Häuser", "HAUSER"),
        ("fr", "libérées", "Liberee"),
        ("ru", "городами", "город"),
        ("tr", "kitapları", "kitaplar"),
        ("el", "Αθήνα", "αθηνα"),
        ("en", "ﬁnal", "final"),
        ("zh", "東京２０２１", "東京2021"),
    ],
)
def test_ways_to_write_a_word_are_one(language: str, one: str, other: str) -> None:
    assert find_words(one, language) == find_words(other, language)


def test_vowel_signs_of_indian_scripts_are_letters() -> None:
    assert find_words("दिन", "hi") != find_words("दान", "hi")


def test_scripts_without_spaces_give_pairs_of_letters() -> None:
    assert find_words("养蜂人", "zh") == ["养蜂", "蜂人"]
    assert find_words("ビール3本", "ja") == ["ビー", "ール", "3", "本"]


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Stoltenberg", ["ستولتنبرغ", "شتولتنبرغ", "Столтенберг", "Στόλτενμπεργκ"]),
        ("Vorushkina", ["Ворушкина", "فوروشكينا"]),
        ("Tarakhovsky", ["Тараховский", "تاراخوفسكي"]),
        ("Zelmerlund", ["Зелмерлунд", "زيلمرلوند"]),
    ],
)
def test_a_name_is_like_itself_in_other_scripts(name: str, others: list[str]) -> None:
    (skeleton,) = find_names(name)
    for other in others:
        book = NameBook(dict.fromkeys([*find_names(other), *find_names("government minister president")], 1))
        assert set(find_names(other)) & set(book.like(skeleton)), other


def test_a_name_is_not_like_every_other() -> None:
    book = NameBook(dict.fromkeys(find_names("Salzburg Stockholm Steinmeier Stolpersteine Standard"), 1))
    assert set(book.like(next(iter(find_names("Stoltenberg"))))) == set(find_names("Stoltenberg"))


@pytest.mark.parametrize(
    ("question", "passage", "heard"),
    [
        ("Who is Stoltenberg?", "斯托尔滕贝格周三发表讲话", True),
        ("斯托尔滕贝格说了什么?", "Stoltenberg spoke on Wednesday", True),
        ("斯托尔滕贝格说了什么?", "تحدث ستولتنبرغ يوم الأربعاء", True),
        ("Was sagte Gao Yuanzhou?", "养蜂人高远舟今年", True),
        ("Who is Stoltenberg?", "养蜂人高远舟今年说蜜蜂很多", False),
        ("养蜂人说了什么?", "Stoltenberg spoke on Wednesday", False),
    ],
)
def test_names_are_heard_in_scripts_without_spaces(question: str, passage: str, heard: bool, empty: Snapshot) -> None:
    wording = read_wording(question, "und", empty, NameBook({}), 1)
    words = Words("", " ".join(find_names(passage)), " ".join(find_sounds(passage)))
    assert (measure_coverage(wording, {1: words})[1].heard > 0.4) == heard


@given(st.text())
@settings(max_examples=300)
def test_any_text_gives_terms_without_spaces_or_quotes(text: str) -> None:
    for term in (*find_words(text, "und"), *find_words(text, "ar"), *find_names(text), *find_sounds(text)):
        assert '"' not in term
        assert not any(letter.isspace() for letter in term)
