"""A model's words become the same sentences however they are cut into pieces, and in a time that grows with them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.drafting import LONGEST_WRITTEN, Draft, DraftReader
from assistant.answering.thinking_aloud import ThoughtFilter, without_thoughts

REPLIES: Sequence[tuple[str, str, Sequence[tuple[str, tuple[int, ...]]]]] = [
    (
        "de",
        "Die Brücke bei Lindenau ist seit dem 7. Mai gesperrt [1]. Der Umbau kostet ca. 12 Mio. Euro [2].\nGut so.",
        [
            ("Die Brücke bei Lindenau ist seit dem 7. Mai gesperrt.", (1,)),
            ("Der Umbau kostet ca. 12 Mio. Euro.", (2,)),
            ("Gut so.", ()),
        ],
    ),
    (
        "en",
        "Dr. Orla Finch said: “We saw nothing. We heard it.” [1] It cost approx. 900 pounds [2]. Mr. Tay left [1, 3].",
        [
            ("Dr. Orla Finch said: “We saw nothing. We heard it.”", (1,)),
            ("It cost approx. 900 pounds.", (2,)),
            ("Mr. Tay left.", (1, 3)),
        ],
    ),
    (
        "en",
        'She asked (was it cold? was it dark?) and went [2]. "It was. It is." she said [3]. At 6.30 p.m., rain [1].',
        [
            ("She asked (was it cold? was it dark?) and went.", (2,)),
            ('"It was. It is." she said.', (3,)),
            ("At 6.30 p.m., rain.", (1,)),
        ],
    ),
    (
        "fr",
        "M. Lucien Arvant a payé env. 300 euros [1]. « Nous partons. Adieu. » a-t-il dit [2]. Il pleut [1].",
        [
            ("M. Lucien Arvant a payé env. 300 euros.", (1,)),
            ("« Nous partons. Adieu. » a-t-il dit.", (2,)),
            ("Il pleut.", (1,)),
        ],
    ),
    (
        "es",
        "La Dra. Inés Belmar llegó el 3 de mayo [1]. ¿Quién lo vio? Nadie lo vio [2].",
        [("La Dra. Inés Belmar llegó el 3 de mayo.", (1,)), ("¿Quién lo vio?", ()), ("Nadie lo vio.", (2,))],
    ),
    (
        "pt",
        "O Sr. Tomé Vilar chegou às 6 horas [1]. Custou 3 mil reais [2].",
        [("O Sr. Tomé Vilar chegou às 6 horas.", (1,)), ("Custou 3 mil reais.", (2,))],
    ),
    (
        "ru",
        "Мост закрыт с 7 мая 2019 г. из-за трещин [1]. Ремонт стоит 12 млн. рублей [2]. Так сказал И. Ершов [1].",
        [
            ("Мост закрыт с 7 мая 2019 г. из-за трещин.", (1,)),
            ("Ремонт стоит 12 млн. рублей.", (2,)),
            ("Так сказал И. Ершов.", (1,)),
        ],
    ),
    (
        "uk",
        "Міст закрито з 7 травня [1]. Ремонт коштує 12 млн. гривень [2].",
        [("Міст закрито з 7 травня.", (1,)), ("Ремонт коштує 12 млн. гривень.", (2,))],
    ),
    (
        "pl",
        "Most zamknięto 7. maja [1]. Remont kosztuje 12 mln. złotych [2].",
        [("Most zamknięto 7. maja.", (1,)), ("Remont kosztuje 12 mln. złotych.", (2,))],
    ),
    (
        "tr",
        "Köprü 3. Selim döneminde yapıldı [1]. 12 milyon liraya onarılacak [2].",
        [("Köprü 3. Selim döneminde yapıldı.", (1,)), ("12 milyon liraya onarılacak.", (2,))],
    ),
    (
        "hu",
        "A híd május 7. napján bezárt [1]. Később újra megnyílt [2].",
        [("A híd május 7. napján bezárt.", (1,)), ("Később újra megnyílt.", (2,))],
    ),
    (
        "ar",
        "أُغلق الجسر في 7 مايو [1]. قال د. سامر الحلبي: «سنعود. لا شك.» [2] هل يُفتح؟ نعم [٣].",
        [
            ("أُغلق الجسر في 7 مايو.", (1,)),
            ("قال د. سامر الحلبي: «سنعود. لا شك.»", (2,)),
            ("هل يُفتح؟", ()),
            ("نعم.", (3,)),
        ],
    ),
    (
        "fa",
        "پل در ۷ مه بسته شد [۱]. دوباره باز می‌شود [2].",
        [("پل در ۷ مه بسته شد.", (1,)), ("دوباره باز می‌شود.", (2,))],
    ),
    (
        "he",
        'הגשר נסגר ב-7 במאי [1]. כך אמר דובר צה"ל [2].',
        [("הגשר נסגר ב-7 במאי.", (1,)), ('כך אמר דובר צה"ל.', (2,))],
    ),
    ("hi", "पुल 7 मई से बंद है [1]। वह कल खुलेगा [2]।", [("पुल 7 मई से बंद है।", (1,)), ("वह कल खुलेगा।", (2,))]),
    (
        "zh",
        "大桥自5月7日起关闭[1]。他说：“我们会回来。一定会。”[2]明天开放【3】。",
        [("大桥自5月7日起关闭。", (1,)), ("他说：“我们会回来。一定会。”", (2,)), ("明天开放。", (3,))],
    ),
    ("ja", "橋は5月7日から閉鎖された[1]。明日開く[2]。", [("橋は5月7日から閉鎖された。", (1,)), ("明日開く。", (2,))]),
    (
        "en",
        "<think>Which? [2].</think>\n- **Open** since May [1]\n- [Closed](http://ex.org/a.b(c)) in June [2]\n\n[3]\n",
        [("Open since May", (1,)), ("Closed in June", (2, 3))],
    ),
    (
        "en",
        "all of it is small [1]. the next one too [2].",
        [("all of it is small.", (1,)), ("the next one too.", (2,))],
    ),
    (
        "en",
        "See [1](http://example.org/x). And [2] (not a link). Room [205b] is shut [3].",
        [("See.", (1,)), ("And (not a link).", (2,)), ("Room [205b] is shut.", (3,))],
    ),
]


def read(language: str, pieces: Sequence[str], *, cut: bool = False) -> list[tuple[str, tuple[int, ...]]]:
    reader = DraftReader(language)
    drafts = [draft for piece in pieces for draft in reader.feed(piece)]
    return [(draft.text, draft.numbers) for draft in drafts + reader.finish(cut=cut)]


def cut_at(text: str, places: Sequence[int]) -> list[str]:
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


@pytest.mark.parametrize(("language", "reply", "sentences"), REPLIES)
def test_a_reply_has_the_same_sentences_however_long_its_pieces_are(
    language: str, reply: str, sentences: Sequence[tuple[str, tuple[int, ...]]]
) -> None:
    assert read(language, [reply]) == list(sentences)
    for size in range(1, 40):
        pieces = [reply[at : at + size] for at in range(0, len(reply), size)]
        assert read(language, pieces) == list(sentences), size


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(REPLIES), st.lists(st.integers(0, 10_000), max_size=12))
def test_where_a_reply_is_cut_makes_no_difference(
    case: tuple[str, str, Sequence[tuple[str, tuple[int, ...]]]], places: list[int]
) -> None:
    language, reply, sentences = case
    assert read(language, cut_at(reply, places)) == list(sentences)


FRAGMENTS = (
    *"3.!?。[](“”\"'«»–…7áا字",
    *("[1]", "【2】", "[1,", "(x)", "[3](http://a.b)", "word", "Word", "is", "approx", "U.S."),
    *("<think>", "</think>", "<b>", "**", "\x00", "\u200b", " ", "  ", "\n", "\n\n"),
)
ANYTHING = st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join)


@settings(max_examples=400, deadline=None)
@given(
    ANYTHING,
    st.lists(st.integers(0, 10_000), max_size=12),
    st.sampled_from(["en", "de", "ru", "zh", "ar"]),
    st.booleans(),
)
def test_where_anything_is_cut_makes_no_difference(text: str, places: list[int], language: str, cut: bool) -> None:
    whole = read(language, [text], cut=cut)
    assert read(language, cut_at(text, places), cut=cut) == whole
    assert read(language, list(text), cut=cut) == whole


@settings(max_examples=200, deadline=None)
@given(ANYTHING, st.lists(st.integers(0, 10_000), max_size=12))
def test_where_thoughts_are_cut_makes_no_difference(text: str, places: list[int]) -> None:
    thoughts = ThoughtFilter()
    assert "".join(map(thoughts.feed, cut_at(text, places))) + thoughts.finish() == without_thoughts(text)


def test_a_sentence_is_given_out_soon_after_the_next_has_begun() -> None:
    reader = DraftReader("de")
    assert reader.feed("Das Museum öffnet am 12.") == []
    assert reader.feed(" Juni um neun Uhr [1].") == []
    assert reader.feed(" Der Eintritt ") == []
    assert reader.feed("ist") == [Draft("Das Museum öffnet am 12. Juni um neun Uhr.", (1,))]


def test_a_line_s_end_ends_a_sentence_at_once() -> None:
    reader = DraftReader("en")
    assert reader.feed("The museum opens at nine [1]\nT") == [Draft("The museum opens at nine", (1,))]


@pytest.mark.parametrize(
    "reply",
    [
        "Das Museum öffnet [1]. Am 12.",
        "Das Museum öffnet [1]. Es kostet 3.",
        "Das Museum öffnet [1]. Dr.",
        "Das Museum öffnet [1]. Es [1",
    ],
)
def test_what_was_cut_off_is_no_sentence(reply: str) -> None:
    assert read("de", list(reply), cut=True) == [("Das Museum öffnet.", (1,))]


def test_a_sentence_without_an_end_cites_nothing() -> None:
    endless = "the museum and " * 200 + "the end [1]. It opens at nine [2]."
    first, second = read("en", [endless[at : at + 7] for at in range(0, len(endless), 7)])
    assert len(first[0]) <= LONGEST_WRITTEN
    assert first[1] == ()
    assert second == ("It opens at nine.", (2,))


FLOODS = {
    "one word": "word " * 4_000,
    "sentences": "The museum opens at nine [1]. " * 700,
    "lines": "\n" * 20_000,
    "brackets": "[" * 20_000,
    "marks": "[1]" * 7_000,
    "half a mark": "[1, " * 5_000,
    "thoughts": "<think>" * 3_000,
    "half a thought": "<thin" * 4_000,
    "stars": "*" * 20_000,
    "quotes": '"' * 20_000,
    "tags": "<a" * 10_000,
    "links": "[a](" * 5_000,
    "images": "![" * 10_000,
    "full stops": ". " * 10_000,
    "ordinals": "3. " * 7_000,
    "letters": "A. " * 7_000,
    "open brackets": "(Yes. " * 3_500,
    "spaces": " " * 20_000,
    "spaces and a bracket": (" " * 50 + "[") * 400,
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_read_in_no_time(flood: str) -> None:
    text = FLOODS[flood]
    started = time.process_time()
    read("en", [text[at : at + 4] for at in range(0, len(text), 4)])
    assert time.process_time() - started < 5
