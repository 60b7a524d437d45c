"""Bytes → text, title, provenance: old encodings are read to the letter, and what is no text is refused with advice."""

from __future__ import annotations

import gzip
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assistant.corpus.provenance import UNKNOWN, Provenance
from assistant.corpus.reading import LONGEST_TITLE, decode, read_markdown, read_plain_text, reader_for
from assistant.errors import ReadingError
from tests.conftest import ARTICLES, REPOSITORY, SEED

# Short texts, each of some 40 to 150 characters, as someone might leave them in an old file.
SHORT = {
    "ar": [
        "أعلنت بلدية زهران افتتاح جسر جديد فوق وادي السمر يوم الخميس.",
        "قال الوزير نبيل الشهابي إن المصنع سيبدأ العمل في الربيع المقبل.",
        "ارتفعت أسعار القمح في أسواق مدينة تل الريم بنسبة 12 في المئة.",
        "عُقد الاجتماع في قاعة البلدية، وحضره 45 عضواً من سبع قرى مجاورة؛ وانتهى من دون اتفاق.",
        "هل تُغلق مدرسة الوادي أبوابها؟ الأهالي يطالبون بترميم السقف قبل حلول الشتاء.",
    ],
    "fa": [  # with ي for ی, which Windows-1256 lacks
        "شهرداري گلدره روز دوشنبه پل تازه‌اي را بر رود سپيدآب گشود.",
        "مريم پارسافر گفت که اين کتابخانه از پاييز آينده باز خواهد شد.",
        "کشاورزان چهارده روستا مي‌گويند که آب چشمه‌ها امسال کم شده است؛ شهرداري گزارش را نپذيرفت.",
    ],
    "ru": [
        "Власти города Камнеград открыли новый мост через реку Лысву.",
        "Директор школы Антонина Версилова пообещала ремонт к сентябрю.",
        "В порту Северодольска разгрузили 14 судов с зерном и углём.",
        "Цены на хлеб в Лугонске выросли на 7 процентов за месяц.\nМэр Пётр Заболотников винит засуху.",
    ],
    "zh-Hans": [
        "云岭县政府周三宣布，新桥将于明年春天通车，全长八百米。市长高远舟表示，工程没有超支。",
        "白沙镇小学的屋顶在暴雨中受损，三百名学生暂时在图书馆上课，校长说下月可以修好。",
        "记者从青石港获悉，今年的渔获量比去年减少两成，渔民要求政府发放补贴。",
    ],
    "zh-Hant": [
        "雲嶺縣政府週三宣布，新橋將於明年春天通車，全長八百公尺。縣長高遠舟表示，工程沒有超支。",
        "白沙鎮小學的屋頂在暴雨中受損，三百名學生暫時在圖書館上課，校長說下個月可以修好。",
        "記者從青石港獲悉，今年的漁獲量比去年減少兩成，漁民要求政府發放補貼。",
    ],
    "fr": [
        "Le maire de Belcastre a inauguré une école près de la rivière.",
        "La pêche a été mauvaise à Orvance : les filets étaient vides.",
        "À Montferrel, l’été dernier, l’orage a détruit cinq cents hectares de blé. « Plus rien », dit-elle.",
    ],
    "en": [
        "The mayor of Velmora opened a new school – “at last”, he said.",
        "The café in Port Andrel won’t reopen before March, its owner said.",
        "Ticket prices rose to €12; the “night line” isn’t running any more, says Tomas Quillery.",
    ],
    "de": [
        "Die Bürgermeisterin von Tannau eröffnete am Dienstag die neue Brücke über die Wälse.",
        "Für das Gasthaus „Zum Bären“ fand sich kein Käufer, erklärte Jörg Hübschle.",
    ],
}
LONG = {
    "ar": [(ARTICLES / "library.ar.txt").read_text("utf-8"), (REPOSITORY / "seeds" / SEED).read_text("utf-8")],
    "fa": ["\n".join(SHORT["fa"] * 8)],
    "ru": [(ARTICLES / "dam.ru.txt").read_text("utf-8").translate(str.maketrans("«»—", '""-'))],  # for KOI8-R
    "zh-Hans": [(ARTICLES / "bees.zh.txt").read_text("utf-8")],
    "zh-Hant": ["雲嶺縣蜜蜂數量回升\n\n" + "\n".join(SHORT["zh-Hant"] * 3) + "\n他說：「今年產蜜 2 噸。」\n"],
    "fr": [(ARTICLES / "train.fr.txt").read_text("utf-8")],
    "en": [(ARTICLES / "harbour.en.txt").read_text("utf-8")],
    "de": [(ARTICLES / "vaccine.de.txt").read_text("utf-8")],
}
OLD_ENCODINGS = {
    "windows-1256": ["ar", "fa"],
    "iso8859-6": ["ar"],
    "windows-1251": ["ru"],
    "koi8-r": ["ru"],
    "gb18030": ["zh-Hans"],
    "big5": ["zh-Hant"],
    "windows-1252": ["fr", "en", "de"],
}


def texts(*languages: str) -> list[str]:
    return [text for language in languages for text in SHORT[language] + LONG[language]]


def refusal(content: bytes) -> str:
    with pytest.raises(ReadingError) as raised:
        decode(content)
    return str(raised.value)


@pytest.mark.parametrize("language", SHORT)
def test_utf_8_is_read_to_the_letter(language: str) -> None:
    for text in texts(language):
        assert decode(text.encode()) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", SHORT)
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(encoding: str, language: str) -> None:
    for text in texts(language):
        assert decode(("\ufeff" + text).encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", SHORT)
def test_utf_16_without_a_mark_is_read_to_the_letter(encoding: str, language: str) -> None:
    for text in LONG[language] if language.startswith("zh") else texts(language):
        assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_few_chinese_words_in_utf_16_without_a_mark_are_refused_rather_than_misread(encoding: str) -> None:
    for text in SHORT["zh-Hans"] + SHORT["zh-Hant"]:
        assert refusal(text.encode(encoding)) == "is binary, not text; export its text as .txt"


@pytest.mark.parametrize(
    ("encoding", "language"),
    [(encoding, language) for encoding, languages in OLD_ENCODINGS.items() for language in languages],
)
def test_an_old_encoding_is_read_to_the_letter(encoding: str, language: str) -> None:
    for text in texts(language):
        assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("language", ["ar", "ru", "zh-Hans", "fr", "de"])
def test_utf_8_with_a_broken_byte_is_refused_rather_than_read_as_something_else(language: str) -> None:
    content = LONG[language][0].encode()
    middle = content.index(b" ", len(content) // 2) if language != "zh-Hans" else content.index(b"\n")
    for broken in (b"\xff", b"\xa0", "é".encode("latin-1")):
        assert refusal(content[:middle] + broken + content[middle:]) == (
            f"is UTF-8, but byte {middle} is not; mend that place and save it as UTF-8"
        )
    assert refusal((SHORT[language][0] + "…").encode()[:-1]).startswith("is UTF-8, but byte ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xef\xbb\xbfabc\xff", "starts like UTF-8, but byte 6 is not; save it as UTF-8"),
        (b"\xff\xfea\0b", "starts like UTF-16-LE, but byte 4 is not; save it as UTF-8"),
        (b"\xfe\xff\xd8\0\0a", "starts like UTF-16-BE, but byte 2 is not; save it as UTF-8"),
        (b"\xff\xfe\0\0a\0\0\0\0\0\x11\0", "starts like UTF-32-LE, but byte 8 is not; save it as UTF-8"),
    ],
)
def test_bytes_that_break_the_promise_of_their_mark_are_refused_with_the_place(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


@pytest.mark.parametrize(
    "text",
    [
        "lone\rcarriage return",
        "\n\n  leading and trailing \t \n\n",
        "next\x85line, separators \u2028 and \u2029, \v and \f",
        "no\xa0break, soft\xadhyphen, \u200fmarks\u200e, \ufeff in the middle",
        "decomposed e\u0301 and composed \xe9, ligature ﷺ, full width Ａ",
        "tatweel مـحـمـد, presentation ﻻ, digits ٣ ۳ 3",
        "\x1b[1mcolours\x1b[0m and a \ufffd",
        "🐝👩‍👩‍👧 \U0010ffff",
    ],
)
def test_nothing_but_crlf_is_changed(text: str) -> None:
    assert decode(text.encode()) == text
    assert decode(("\ufeff" + text).encode("utf-16-be")) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_crlf_becomes_lf_in_every_encoding(encoding: str) -> None:
    text = "Première ligne, déjà\r\nDeuxième\r\n\r\nTroisième\rsuite\n\r\n"
    assert decode(text.encode(encoding)) == "Première ligne, déjà\nDeuxième\n\nTroisième\rsuite\n\n"


@pytest.mark.parametrize("text", ["", " ", "\n", " \t\r\n\v\f ", "\xa0\u3000\u2028", "\u200b\u200f\u2060", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_text_without_a_visible_character_is_refused_as_empty(text: str, encoding: str) -> None:
    assert refusal(text.encode(encoding)) == "is empty; write the article into it, or delete it"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_nul_in_a_text_is_refused_with_its_place(encoding: str) -> None:
    content = "The harbour of Velmora\0 will close to all ships from 3 March.".encode(encoding)
    assert refusal(content) == (
        "holds a NUL at character 22, so it is no plain text; remove the NULs or export it as text"
    )


def database(folder: Path) -> bytes:
    with closing(sqlite3.connect(folder / "a.db")) as connection, connection:
        connection.execute("CREATE TABLE article (text)")
        connection.execute("INSERT INTO article VALUES (?)", [LONG["en"][0]])
    return (folder / "a.db").read_bytes()


def test_a_database_is_refused_as_binary(tmp_path: Path) -> None:
    assert refusal(database(tmp_path)) == ("is binary (application/x-sqlite3), not text; export its text as .txt")


NOISE = random.Random(20_211_217).randbytes(100_000)


BINARIES = {
    "program": (Path(sys.executable).read_bytes()[:1_000_000], ""),
    "ELF": (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0" + NOISE[:3000], "application/x-elf"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + NOISE[:3000], "image/png"),
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + NOISE[:3000], "image/jpeg"),
    "gzip": (gzip.compress(LONG["en"][0].encode()), "application/gzip"),
    "zip": (b"PK\x03\x04\x14\0\0\0\x08\0" + NOISE[:3000], "application/zip"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nstream\n" + NOISE[:3000], "application/pdf"),
    "WAV": (b"RIFF\x24\x08\0\0WAVEfmt " + NOISE[:3000], "audio/wav"),
    "NULs": (bytes(1000), ""),
    "NULs and letters": (b"T\0h\0e" * 3 + bytes(100), ""),
    "noise": (NOISE, ""),
}


@pytest.mark.parametrize("name", BINARIES)
def test_a_program_a_picture_an_archive_or_noise_is_refused_with_advice(name: str) -> None:
    content, kind = BINARIES[name]
    assert kind in refusal(content)
    assert refusal(content).endswith(("export its text as .txt", "save it as UTF-8"))


def test_signs_without_words_in_an_old_encoding_are_refused_rather_than_guessed_at() -> None:
    text = "=-=-+*" * 20 + "é"
    assert refusal(text.encode("latin-1")).startswith("does not look like text in any encoding (")
    assert decode(text.encode()) == text


@pytest.mark.parametrize("size", range(200, 1000, 50))
def test_noise_is_never_taken_for_text(size: int) -> None:
    for seed in range(20):
        refusal(random.Random(seed).randbytes(size))


@pytest.mark.parametrize(
    ("path", "reader"),
    [
        ("a.txt", read_plain_text),
        ("sub.pdf/A.TXT", read_plain_text),
        ("a.text", read_plain_text),
        ("a", read_plain_text),
        ("مقال.txt", read_plain_text),
        ("a.b.md", read_markdown),
        ("a.Markdown", read_markdown),
    ],
)
def test_the_ending_names_the_reader(path: str, reader: object) -> None:
    assert reader_for(path) is reader


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".html", ".rtf", ".zip", ".jpeg", ".txt~"])
def test_an_unknown_ending_is_refused_by_name_with_advice(ending: str) -> None:
    with pytest.raises(ReadingError) as raised:
        reader_for(f"folder/article{ending.upper()}")
    assert str(raised.value) == (
        f"is a {ending} file, which cannot be read yet (only .markdown, .md, .text, .txt); save its text as .txt"
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Dam holds\nThe dam held.", "Dam holds"),
        ("\n\n \t Dam holds \t\nThe dam held.", "Dam holds"),
        ("***\n-----\n\nDam holds\n", "Dam holds"),
        ("…\n٣ سدود\n", "٣ سدود"),
        ("One line only", "One line only"),
        ("Old\rMac lines", "Old"),
        ("🐝\n🐝", "🐝"),
        ("# no Markdown here", "# no Markdown here"),
        ('"منظمة الأمن" تبحث\nنص', '"منظمة الأمن" تبحث'),
    ],
)
def test_the_title_of_plain_text_is_its_first_line_with_a_letter_or_digit(text: str, title: str) -> None:
    assert read_plain_text(text.encode()).title == title
    assert read_plain_text(text.encode()).text == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Dam holds\n\nThe dam held.", "Dam holds"),
        ("Reuters\n\n## Dam holds\n", "Dam holds"),
        ("   ###   Dam holds   ###   \n", "Dam holds"),
        ("Dam holds\n===\n\nThe dam held.", "Dam holds"),
        ("Dam holds\n---\n", "Dam holds"),
        ("Dam holds\n===\n\n# Later", "Dam holds"),
        ("# First\n\nLater\n===", "First"),
        ("# The **dam** on the [Surma](https://example.org/a_b) `holds`", "The dam on the Surma holds"),
        ("**Dam _holds_**\n======", "Dam holds"),
        ("# ![The dam](dam.png)", "The dam"),
        ("# snake_case and __init__", "snake_case and init"),
        ("# Learning C#", "Learning C#"),
        ("# ***\n\n# Dam holds", "Dam holds"),
        ("***\n\nDam holds\n", "Dam holds"),
        ("#hashtag of the day\n\ntext", "#hashtag of the day"),
        ("- a list\n---\n\n# Dam holds", "Dam holds"),
        ("text\n\n---\n\nmore text", "text"),
        ('---\ntitle: "Dam: it holds"\ndate: 2031-05-01\n---\n# Other', "Dam: it holds"),
        ("---\ndate: 2031-05-01\n---\n\n# Dam holds", "Dam holds"),
        ("---\ndate: 2031-05-01\n---\nDam holds", "Dam holds"),
        ("---\ntitle:\n---\n", "title:"),
        ("---\nTitle: 'The ''old'' dam' # working title\n---\n# Other", "The 'old' dam"),
        ('---\ntitle: "The \\"old\\" dam"\n---\n# Other', 'The "old" dam'),
        ('---\ntitle: "Old" dam holds: a report\n---\n# Other', '"Old" dam holds: a report'),
        ("---\ntitle: Learning C#\n---\n# Other", "Learning C#"),
        ("---\ntitle: [Update] Dam holds\n---\n# Other", "[Update] Dam holds"),
        ("---\ntitle: >-\n  Dam\n  holds\n---\n# Dam holds", "Dam holds"),
        ("---\ntitle: A\nThe dam held.\n---\n\n# Dam holds", "The dam held."),
        ("---\ntitle: عنوان المقال\n---\nنص", "عنوان المقال"),
        ("No heading\n\nThe dam held.", "No heading"),
        ("# عنوان المقال\n\nنص", "عنوان المقال"),
    ],
)
def test_the_title_of_markdown_is_its_first_heading_without_the_marks(text: str, title: str) -> None:
    assert read_markdown(text.encode()).title == title
    assert read_markdown(text.encode()).text == text


@pytest.mark.parametrize("text", ["word " * 1_000, "# " + "word " * 1_000, "w" * 5_000, "ا" * 201])
def test_a_very_long_title_is_shortened(text: str) -> None:
    title = read_markdown(text.encode()).title
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("…")
    assert text.removeprefix("# ").startswith(title[:-1])


def test_a_title_of_just_the_longest_length_is_kept() -> None:
    assert read_plain_text(b"w" * LONGEST_TITLE).title == "w" * LONGEST_TITLE


@pytest.mark.parametrize(
    "text",
    [
        "# " + "#" * 300_000 + "x",
        "# a" + " " * 300_000 + "b",
        "# " + "[a](" * 100_000,
        "---\n" + "title: \n" * 100_000,
        "---\n" + "title: \n" * 10_000 + "---\n",
        "---\ntitle: '" + "''" * 40_000 + "\n---\n",
        '---\ntitle: "' + '\\"' * 40_000 + "\n---\n",
        "Title: a\n" * 100_000,
        "Date: " + "1 " * 100_000 + "\n\n",
    ],
)
def test_a_strange_heading_is_soon_read(text: str) -> None:
    assert read_markdown(text.encode()).title
    assert read_plain_text(text.encode()).title


HERALD = Provenance("2031-05-01", "Velmora Herald", "https://velmora.example/dam")


@pytest.mark.parametrize(
    ("fields", "provenance"),
    [
        ("date: 2031-05-01\noutlet: Velmora Herald\nlink: https://velmora.example/dam", HERALD),
        ("published: '2031-05-01'\nsource: \"Velmora Herald\"\nurl: 'https://velmora.example/dam'", HERALD),
        ("published_at: 2031-05-01\nsite_name: Velmora Herald\ncanonical: https://velmora.example/dam", HERALD),
        ("datePublished: 2031-05-01\npublisher: Velmora Herald\nurl: https://velmora.example/dam # ours", HERALD),
        ("Published-At: 1 May 2031\nSite Name: Velmora Herald\nURL: https://velmora.example/dam", HERALD),
        ("outlet: Velmora Herald\npublished: May 1, 2031\nsource: https://velmora.example/dam", HERALD),  # a clipper's
        ("published: true\ndate: 2031-05-01", Provenance("2031-05-01")),
        ("date: 2031-05-01\ndate: 2032-01-01", Provenance("2031-05-01")),
        ("date: 03/04/2031\nurl: /dam\nsource: https://[", UNKNOWN),
        ("date:\noutlet:\nlink:", UNKNOWN),
        ("source: [Herald, Post]\nlink: {to: it}\ndate: |\n  2031", UNKNOWN),
        ("source:\n  outlet: Velmora Herald\n  url: https://velmora.example/dam", UNKNOWN),
        ("# date: 2031-05-01\ntags:\n- dams\n\ndate: 2031-05-01", Provenance("2031-05-01")),
        ("date: 2031-05-01\nThe dam held.", UNKNOWN),
        ("link: https://velmora.example/dam#part", Provenance(link="https://velmora.example/dam#part")),
        ("outlet: صحيفة تل الريم\ndate: ١ مايو ٢٠٣١", Provenance("2031-05-01", "صحيفة تل الريم")),
    ],
)
def test_front_matter_tells_date_outlet_and_link(fields: str, provenance: Provenance) -> None:
    text = f"---\n{fields}\n---\n\n# Dam holds\n\nThe dam held.\n"
    document = read_markdown(text.encode())
    assert document.provenance == provenance
    assert document.text == text
    assert read_markdown(text.replace("\n", "\r\n").encode()) == document
    assert read_plain_text(text.encode()).provenance == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "date: 2031-05-01\n\n# Dam holds\n",
        "\n---\ndate: 2031-05-01\n---\n# Dam holds\n",
        "---\ndate: 2031-05-01\n\n# Dam holds\n",
        "# Dam holds\n\n---\ndate: 2031-05-01\n---\n",
        "---\n" + "tag: dams\n" * 20_000 + "date: 2031-05-01\n---\n# Dam holds\n",
    ],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert read_markdown(text.encode()).provenance == UNKNOWN
    assert read_markdown(text.encode()).text == text


@pytest.mark.parametrize(
    ("text", "title", "provenance"),
    [
        (
            "Title: Dam holds\nDate: 2031-05-01\nSource: Velmora Herald\nURL: https://velmora.example/dam\n\nIt did.",
            "Dam holds",
            HERALD,
        ),
        ("Author: I. Falk\nDate: 1 May 2031\nSource: Velmora Herald\n\nDam holds\n\nIt held.", "Dam holds", None),
        ("date: 2031-05-01\noutlet: صحيفة تل الريم\n\nصمد السد\nنص", "صمد السد", None),
        ("TITLE: Dam holds\nDATE: 2031-05-01\n", "Dam holds", None),
    ],
)
def test_header_lines_of_plain_text_tell_title_date_outlet_and_link(
    text: str, title: str, provenance: Provenance | None
) -> None:
    document = read_plain_text(text.encode())
    assert (document.title, document.text) == (title, text)
    assert document.provenance.date == "2031-05-01"
    assert provenance in (None, document.provenance)


@pytest.mark.parametrize(
    "text",
    [
        "Date: 2031-05-01\n\nDam holds\n",  # one line alone may be the article's own
        "Date: 2031-05-01\nDate: 2031-05-02\n\nDam holds\n",
        "Date: 2031-05-01\nSource: Velmora Herald\nDam holds\n",
        "Date: 03/04/2031\nSource: Velmora Herald\n\nDam holds\n",
        "Dam holds\nDate: 2031-05-01\nSource: Velmora Herald\n\nIt held.\n",
        "\nDate: 2031-05-01\nSource: Velmora Herald\n\nIt held.\n",
        "Source: the ministry\nReporter: and who else?\n\nIt held.\n",
        "Date: 2031-05-01\n" + "Source: Velmora Herald\n" * 1_000,
    ],
)
def test_a_plain_text_that_may_just_begin_like_a_header_tells_nothing(text: str) -> None:
    document = read_plain_text(text.encode())
    assert document.provenance == UNKNOWN
    assert document.title == text.strip().split("\n")[0]
