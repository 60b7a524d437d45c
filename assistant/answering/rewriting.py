"""Question, turns before → the question that stands alone, by a language model, where it holds no words but theirs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Final

import regex

from assistant.answering.drafting import plain_text
from assistant.answering.inert import inert_words
from assistant.answering.language_model import LanguageModel, Message
from assistant.answering.prompts import Prompts
from assistant.answering.rewritten_words import adds_nothing
from assistant.answering.thinking_aloud import without_thoughts
from assistant.types import Turn

TURNS_SHOWN = 3  # of a conversation
LONGEST_TURN = 300  # characters of a question or answer in it
LONGEST_QUESTION = 300  # characters of a rewritten question

_NO_QUESTION: Final = regex.compile(r"[<>{}\[\]]|://|\bwww\.")


def rewrite(question: str, language: str, history: Sequence[Turn], model: LanguageModel, prompts: Prompts) -> str:
    """Returns the question as it stands alone, in one line, as the model understands it from the turns before.

    What the model gives may be no question, or hold what nobody asked: then it is empty. `language` is the question's.
    Raises `LanguageModelError` when the model fails.
    """
    told, asked = prompts.follow_up.fill(history=show_turns(history), question=inert_words(question))
    with closing(model.stream([Message("system", told), Message("user", asked)])) as pieces:
        written = "".join(pieces)
    lines = [line for line in without_thoughts(written).splitlines() if line.strip()]
    text = plain_text(lines[0]).strip('"“”«»„ ') if lines else ""
    if not any(map(str.isalnum, text)) or len(text) > LONGEST_QUESTION or len(lines) > 1 or _NO_QUESTION.search(text):
        return ""
    shown = [Turn(turn.question[:LONGEST_TURN], turn.answer[:LONGEST_TURN]) for turn in history[-TURNS_SHOWN:]]
    return text if adds_nothing(text, question, shown, language) else ""


def show_turns(history: Sequence[Turn]) -> str:
    """Returns the last questions and answers, shortened, for a prompt."""
    return "\n".join(
        f"Asked before: {inert_words(turn.question)[:LONGEST_TURN]}\n"
        f"Answered: {inert_words(turn.answer)[:LONGEST_TURN]}"
        for turn in history[-TURNS_SHOWN:]
    )
