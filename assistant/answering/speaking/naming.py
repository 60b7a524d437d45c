"""Words → the phrase that names somebody: with title, place and apposition, and which of its words are the name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answering.speaking.entries import (
    ACCORDING,
    AUXILIARY,
    GROUP,
    HE,
    HONORIFIC,
    JOINER,
    OBLIQUE,
    PREPOSITION,
    PRONOUN,
    RELATIVE,
    SHE,
    SMALL,
    SUFFIX,
    THAT,
    TIME,
    TITLE,
    VERB,
    WHILE,
)
from assistant.answering.speaking.lexicon import Lexicon
from assistant.answering.speaking.reading import Token

# Small words inside names: Ursula von Kast, Omar bin Salem.
_PARTICLES = (
    "van von der den de da di do dos del della la le ter ten zu af bin ibn bint al el ben y e d "
    "بن ابن ابو عبد بنت آل ال בן בת אל אבו ан ар ас аш аль эль ель бен бин ибн ван фон де ла да "
    "अल अन बिन इब्न"
)
PARTICLES = frozenset(_PARTICLES.split())
ENDS = VERB | THAT | WHILE | RELATIVE | AUXILIARY | PRONOUN | ACCORDING
STOPS = ENDS | SMALL | PREPOSITION
LONGEST_PHRASE = 12  # tokens
MOST_GIVEN = 2  # words of an Arabic name, behind which one with the article or a preposition is no part of it
WIDEST_LEFT = 4  # tokens before a title: "the Velmora city council's"
OBJECT_FOLLOWS = "را"  # Persian
MOST_LOWERCASE = 3  # words behind a title: "ministre des affaires sociales"
ACADEMIC = frozenset({"doctor", "professor"})  # "Dr Velt"

# What these say they say for somebody: the name behind "of" is never theirs.
FOR_OTHERS = frozenset({"spokesperson", "adviser", "lawyer", "assistant", "deputy"})


@dataclass(slots=True)
class Phrase:
    """A phrase that names somebody or stands for them.

    `names` are the words of the proper name, `others` the remaining words that tell it apart (a place, an office).
    `gender` is "m", "f" or "" and only of pronouns and verbs.
    """

    start: int
    end: int
    names: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    group: bool = False
    pronoun: bool = False
    gender: str = ""
    last: int = -1  # index of the last token


def find_phrase(
    tokens: Sequence[Token], low: int, high: int, lexicon: Lexicon, *, loose: bool = True, oblique_too: bool = False
) -> Phrase | None:
    """Returns the first phrase between two tokens that can be a subject: not behind a preposition.

    With `oblique_too`, no ending makes an object of it. With `loose`, "local residents" count, too.
    """
    oblique, at, seen = False, low, False
    while at < high:
        token = tokens[at]
        if token.mark:
            oblique = False
        elif token.roles & (TITLE | GROUP) or token.name:
            phrase = read_phrase(tokens, at, low, high, lexicon)
            following = tokens[phrase.last + 1] if phrase.last + 1 < len(tokens) else token
            owned = following.roles & SUFFIX or following.word == OBJECT_FOLLOWS
            object_ = owned or bool(token.roles & OBLIQUE) or _is_postposed(tokens, phrase, high, lexicon)
            if not oblique and phrase.group and owned and token.roles & GROUP and phrase.last > at:
                return read_phrase(tokens, at, low, at + 1, lexicon)  # Turkish "villagers accused Velt"
            if not oblique and (oblique_too or not object_):
                return phrase
            oblique, at, seen = False, phrase.last, True
        elif token.roles & PREPOSITION or token.roles & (JOINER | SMALL) == JOINER:
            oblique, seen = True, True
        elif token.roles & TIME:
            oblique = False
        elif token.roles & PRONOUN and not token.roles & ACCORDING:
            stands_for = at + 1 >= high or not tokens[at + 1].name  # Vietnamese "ông Velt" is Velt
            if not (oblique and tokens[at - 1].roles & (PREPOSITION | JOINER)) and stands_for:
                return Phrase(token.start, token.end, pronoun=True, gender=gender_of_pronoun(token), last=at)
            oblique = False
        at += 1
    return _plain(tokens, low, high) if loose and not seen and lexicon.cased else None


def _is_postposed(tokens: Sequence[Token], phrase: Phrase, high: int, lexicon: Lexicon) -> bool:
    """In languages with postpositions, what stands before one is no subject."""
    following = tokens[phrase.last + 1] if phrase.last + 1 < high else None
    return bool(lexicon.verb_last and following and following.roles & PREPOSITION and "marked" in lexicon.subject)


def _plain(tokens: Sequence[Token], low: int, high: int) -> Phrase | None:
    words = [at for at in range(low, high) if not tokens[at].mark and not tokens[at].roles]
    if not words or len(words) > MOST_LOWERCASE or words[-1] - words[0] >= len(words) + 1:
        return None
    if any(character.isdigit() for at in words for character in tokens[at].word):
        return None
    return Phrase(
        tokens[words[0]].start, tokens[words[-1]].end, others=[tokens[at].word for at in words], last=words[-1]
    )


def gender_of_pronoun(token: Token) -> str:
    """Returns the gender that a pronoun tells: "f", "m" or nothing."""
    return {HE: "m", SHE: "f"}.get(token.roles & PRONOUN, "")


def read_phrase(tokens: Sequence[Token], head: int, low: int, high: int, lexicon: Lexicon) -> Phrase:
    """Returns the phrase around a title, an institution or a name: its words from `low` up to `high` at most."""
    first = _first_qualifier(tokens, head, low, lexicon)
    phrase = Phrase(tokens[first].start, tokens[head].end, last=head)
    phrase.others += [tokens[at].word for at in range(first, head)]
    behind: list[str] = []  # names behind "of"
    joined, lowercase, at = False, 0, head
    while at < min(high, head + LONGEST_PHRASE):
        token = tokens[at]
        part = _part(tokens, at, high, phrase, lowercase, lexicon)
        if part == "joiner":
            if lexicon.owner_first:  # 维尔特的发言人: whoever stands before does not speak
                phrase.others, phrase.names = phrase.others + phrase.names, []
            joined = not lexicon.owner_first
        elif part == "title":
            joined = bool(token.roles & PREPOSITION and phrase.keys & FOR_OTHERS)  # Arabic "spokesman to the president"
            phrase.keys |= set(token.keys)
            phrase.group = phrase.group or (bool(token.roles & GROUP) and not phrase.names)
        elif part == "name":
            (behind if joined else phrase.names).append(token.word)
        elif part == "other":
            phrase.others.append(token.word)
        elif not part:
            break
        lowercase += part == "other"
        if token.held and at > head and part:  # the name of a thing: «Nato»
            phrase.end, phrase.last = token.end, at
            break
        if part != "joiner":
            phrase.end, phrase.last = token.end, at
        at += 1
    return _finished(tokens, head, phrase, behind, lexicon)


def _first_qualifier(tokens: Sequence[Token], head: int, low: int, lexicon: Lexicon) -> int:
    """Returns where what stands before a head begins that tells it apart: "the Velmora city council"."""
    if lexicon.cased and tokens[head].keys and set(tokens[head].keys) <= ACADEMIC:
        return head
    if lexicon.article_prefix:  # Arabic and Hebrew tell apart behind it
        return head
    first = head
    while first > low and head - first < WIDEST_LEFT and _qualifies(tokens[first - 1]):
        first -= 1
    return first


def _part(tokens: Sequence[Token], at: int, high: int, phrase: Phrase, lowercase: int, lexicon: Lexicon) -> str:
    """Returns what a word adds to the phrase before it, or nothing where the phrase ends."""
    token = tokens[at]
    if lexicon.article_prefix and token.roles & (TITLE | GROUP) == GROUP and len(phrase.names) >= MOST_GIVEN:
        return ""  # "النائبة سلمى العطار الشركة": whom she speaks of
    if token.roles & (TITLE | GROUP):
        return "title"
    if token.name and not _is_object(tokens, at, phrase, lexicon):
        return "name"
    if token.roles & HONORIFIC or _continues_name(tokens, at, high):
        return "particle"
    if _joins(tokens, at, high, phrase):
        return "joiner"
    return "other" if _adds(tokens, at, phrase, lowercase, lexicon) else ""


def _finished(tokens: Sequence[Token], head: int, phrase: Phrase, behind: list[str], lexicon: Lexicon) -> Phrase:
    if len(behind) >= 3 and not phrase.keys & FOR_OTHERS:  # "le maire de Velmora Anna Velt"
        behind, phrase.names = behind[:-2], behind[-2:]
    phrase.others += behind
    if not lexicon.spaced and phrase.keys and len(phrase.names) > 1:  # 港务局长沈怀舟
        phrase.others, phrase.names = phrase.others + phrase.names[:-1], phrase.names[-1:]
    groups = {key for token in tokens[head : phrase.last + 1] if token.roles & GROUP for key in token.keys}
    phrase.group = phrase.group and not phrase.keys - groups
    if phrase.group:
        phrase.others, phrase.names = phrase.others + phrase.names, []
    return phrase


def _is_object(tokens: Sequence[Token], at: int, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Whether, in Arabic, a word behind two names begins what the verb is about, whose article or preposition tells it.

    A family's name with the article ends the name, too: "النائب فارس الدمنهوري كلفة المشروع".
    """
    article, word = lexicon.article_prefix, tokens[at].word
    names = [name for name in phrase.names if not name.startswith(article)] if article else []
    if not names or names[0].startswith("ل"):  # "of the …" goes on with the office
        return False
    if len(phrase.names) < MOST_GIVEN or PARTICLES & set(names):
        return False
    if phrase.names[-1].startswith(article) and not word.startswith(article):
        return lexicon.language == "ar" and bool(phrase.keys)
    if len(names) < MOST_GIVEN or word.startswith(article):
        return len(names) >= MOST_GIVEN
    said = (token.word.lstrip(lexicon.conjunction_prefixes) for token in tokens[max(0, at - LONGEST_PHRASE) : at])
    return word[0] in lexicon.preposition_prefixes and not lexicon.object_verbs.isdisjoint(said)


def _qualifies(token: Token) -> bool:
    return not token.mark and (token.name or not token.roles) and not token.word.isdigit()


def _continues_name(tokens: Sequence[Token], at: int, high: int) -> bool:
    token = tokens[at]
    if token.mark:
        hyphened = token.mark in "-‐‑.'’ʼ·" and at + 1 < high and tokens[at + 1].start == token.end
        return hyphened and tokens[at - 1].end == token.start and _can_follow(tokens[at + 1])
    return token.word in PARTICLES and tokens[at - 1].name and at + 1 < high and tokens[at + 1].name


def _can_follow(token: Token) -> bool:
    return token.name or bool(token.roles & (TITLE | GROUP)) or (not token.mark and not token.roles)


def _joins(tokens: Sequence[Token], at: int, high: int, phrase: Phrase) -> bool:
    """Whether an "of" or "for" goes on with the phrase, articles behind it included."""
    if not (tokens[at].roles & JOINER and (phrase.keys or phrase.names) and at > 0):
        return False
    ahead = at + 1
    while ahead < high and ahead - at < 3 and tokens[ahead].roles & (SMALL | JOINER):
        ahead += 1
    return ahead < high and _can_follow(tokens[ahead])


def _adds(tokens: Sequence[Token], at: int, phrase: Phrase, lowercase: int, lexicon: Lexicon) -> bool:
    token = tokens[at]
    if token.mark or token.word[:1].isdigit():
        return False
    if token.roles:  # an article behind "of"
        return bool(token.roles & SMALL) and bool(tokens[at - 1].roles & JOINER)
    behind_of = bool(tokens[at - 1].roles & (JOINER | SMALL)) or lexicon.adjectives_after
    return behind_of and bool(phrase.keys) and not phrase.names and lowercase < MOST_LOWERCASE
