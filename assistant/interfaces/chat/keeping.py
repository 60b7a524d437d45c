"""What a reader does with their conversations → the store, and what the page then shows, copies or saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from assistant.conversations.export import ExportFormat, answer_with_sources, export_conversation, file_name
from assistant.conversations.links import question_link, read_link, turn_link
from assistant.conversations.records import KeptTurn, Verdict
from assistant.conversations.store import Conversations
from assistant.errors import ConversationError, NoConversationError
from assistant.interfaces.chat.showing import (
    Shown,
    Understood,
    question_to_values,
    summary_to_values,
    turn_to_values,
)
from assistant.interfaces.chat.texts import labels_of
from assistant.interfaces.chat.values import Handler, Values, filters_in, text_in
from assistant.interfaces.texts import Texts

ON_A_PAGE = 40

FORMATS: tuple[ExportFormat, ...] = ("markdown", "html")


class Keeping:
    """The conversations of whoever asks, and of nobody else. Its methods are handlers of the page."""

    def __init__(self, conversations: Conversations, texts: Mapping[str, Texts], understood: Understood) -> None:
        self._conversations, self._texts, self._understood = conversations, texts, understood

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """What the page can ask for, each by its name."""
        return (
            self.list_conversations,
            self.open_conversation,
            self.rename_conversation,
            self.delete_conversation,
            self.export_conversation,
            self.judge,
            self.copy,
            self.link,
            self.open_link,
        )

    def list_conversations(self, values: Values, reader: str) -> Shown:
        """Returns a page of the conversations, those that say the `text` where there is one."""
        text, page = text_in(values, "text").strip(), text_in(values, "page")
        if text:
            found = self._conversations.search(reader, text, ON_A_PAGE, page)
            lines = [summary_to_values(it.summary, it.excerpt) for it in found.found]
            return {"conversations": lines, "next": found.next, "notice": self._conversations.notice}
        listed = self._conversations.list(reader, ON_A_PAGE, page)
        lines = [summary_to_values(it) for it in listed.conversations]
        return {"conversations": lines, "next": listed.next, "notice": self._conversations.notice}

    def open_conversation(self, values: Values, reader: str) -> Shown:
        """Returns a conversation with its turns."""
        whole = self._conversations.read(reader, text_in(values, "conversation"))
        return {
            **summary_to_values(whole.summary),
            "turns": [turn_to_values(turn, self._understood) for turn in whole.turns],
        }

    def rename_conversation(self, values: Values, reader: str) -> Shown:
        """Gives a conversation another title."""
        return summary_to_values(
            self._conversations.rename(reader, text_in(values, "conversation"), text_in(values, "title"))
        )

    def delete_conversation(self, values: Values, reader: str) -> bool:
        """Deletes a conversation."""
        self._conversations.delete(reader, text_in(values, "conversation"))
        return True

    def export_conversation(self, values: Values, reader: str) -> Shown:
        """Returns a conversation as a file."""
        kind = cast("ExportFormat", text_in(values, "kind"))
        if kind not in FORMATS:
            raise ConversationError(f"A conversation is saved as {' or '.join(FORMATS)}, not {kind!r:.100}.")
        whole = self._conversations.read(reader, text_in(values, "conversation"))
        labels = labels_of(self._texts, text_in(values, "language"))
        return {"name": file_name(whole.summary.title, kind), "text": export_conversation(whole, kind, labels)}

    def judge(self, values: Values, reader: str) -> bool:
        """Keeps what the reader thinks of an answer."""
        verdict = cast("Verdict", text_in(values, "verdict"))
        self._conversations.judge(reader, text_in(values, "turn"), verdict, text_in(values, "note"))
        return True

    def copy(self, values: Values, reader: str) -> Shown:
        """Returns an answer with its sources as plain text."""
        labels = labels_of(self._texts, text_in(values, "language"))
        return {"text": answer_with_sources(self._turn(values, reader).answer, labels)}

    def link(self, values: Values, reader: str) -> Shown:
        """Returns the link that asks a question again, from `/?` on."""
        if text_in(values, "turn"):
            return {"link": turn_link(self._turn(values, reader))}
        return {"link": question_link(text_in(values, "question"), filters_in(values))}

    def open_link(self, values: Values, reader: str) -> Shown:  # noqa: ARG002 - as all handlers
        """Returns what an address's query opens."""
        opened = read_link(text_in(values, "query").removeprefix("?"))
        return {**question_to_values(opened.question, opened.filters), "conversation": opened.conversation}

    def _turn(self, values: Values, reader: str) -> KeptTurn:
        wanted = text_in(values, "turn")
        whole: Any = self._conversations.read(reader, text_in(values, "conversation"))
        for turn in whole.turns:
            if turn.id == wanted:
                return cast("KeptTurn", turn)
        raise NoConversationError("This answer is not kept any more. Ask the question again.")
