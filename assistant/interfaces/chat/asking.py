"""A question with its conversation and filters → the answer as it grows, kept as the conversation's next turn."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Iterator
from threading import Event, Lock

from assistant.answering.conversation import TURNS
from assistant.assistant import Assistant
from assistant.conversations.records import KeptPlace
from assistant.conversations.store import Conversations
from assistant.errors import AssistantError, ConversationError, NoConversationError
from assistant.interfaces.chat.showing import Shown, answer_to_values, question_to_values
from assistant.interfaces.chat.values import Values, filters_in, text_in
from assistant.interfaces.serving.questions import Asked, Questions
from assistant.types import Answer, Filters, Turn

WENT_ON = "This conversation went on meanwhile; this answer stands at its end. Load the page to see all of it."

STOPS_KEPT = 1_000  # that came before their questions


class Asking:
    """Answers the questions of all readers of the page. Safe to share among threads."""

    def __init__(self, assistant: Assistant, questions: Questions, conversations: Conversations) -> None:
        self._assistant, self._questions, self._conversations = assistant, questions, conversations
        self._under_way: dict[tuple[str, str], Event] = {}  # the queue keeps them few
        self._early: OrderedDict[tuple[str, str], Event] = OrderedDict()
        self._lock = Lock()

    def understood(self, language: str) -> str:
        """Returns the words around a completed question in a language."""
        return self._assistant.frame(language).understood

    def ask(self, values: Values, reader: str) -> Iterator[Shown]:
        """Yields the turn as it grows; the last one is `done`, and tells where it was kept or what went wrong.

        `serial` is the page's own name for the question, with which it can be stopped. `turn` is the one that the
        question replaces, with all that follow up to `last`, the last one that the page knows.
        """
        serial = {"serial": str(values.get("serial", ""))[:64]}
        stopped = self._begin(reader, serial["serial"])
        try:
            for shown in self._ask(values, reader, stopped):
                yield serial | shown
        except AssistantError as problem:
            yield serial | {"problem": str(problem), "done": True}
        finally:
            self._forget(reader, serial["serial"])

    def stop(self, values: Values, reader: str) -> bool:
        """Stops the question of this `serial` at its next step; what was answered is kept."""
        key = reader, text_in(values, "serial")[:64]
        with self._lock:
            event = self._under_way.get(key) or self._early.setdefault(key, Event())
            event.set()
            while len(self._early) > STOPS_KEPT:
                self._early.popitem(last=False)
        return True

    def _ask(self, values: Values, reader: str, stopped: Event) -> Iterator[Shown]:
        question, filters = text_in(values, "question"), filters_in(values)
        conversation, replaced, last = (text_in(values, name) for name in ("conversation", "turn", "last"))
        history = self._history(reader, conversation, replaced)
        answer: Answer | None = None
        told = question_to_values(question, filters)
        try:
            asked = Asked(question, history, None, filters)
            with contextlib.closing(self._questions.stream_in_thread(reader, asked)) as answers:
                for answer in answers:
                    if stopped.is_set():
                        break
                    yield told | answer_to_values(answer, self.understood)
        except GeneratorExit:  # the reader left
            if answer is not None:
                self._keep(reader, answer, filters, conversation, replaced, last)
            raise
        if answer is None:
            yield {"done": True, "stopped": True}
            return
        kept, problem = self._keep(reader, answer, filters, conversation, replaced, last)
        yield {
            **told,
            **answer_to_values(answer, self.understood),
            "done": True,
            "stopped": stopped.is_set(),
            "notice": problem,
            "conversation": kept.conversation if kept else conversation,
            "turn": kept.turn if kept else "",
        }

    def _history(self, reader: str, conversation: str, replaced: str) -> list[Turn]:
        if not conversation:
            return []
        turns = self._conversations.read(reader, conversation).turns
        ids = [turn.id for turn in turns]
        before = turns[: ids.index(replaced)] if replaced in ids else turns
        return [turn.turn for turn in before[-TURNS:]]

    def _keep(
        self, reader: str, answer: Answer, filters: Filters, conversation: str, replaced: str, last: str
    ) -> tuple[KeptPlace | None, str]:
        """Returns where the turn was kept, and what to tell of it: why it was not, if so; it is shown in any case."""
        notice = ""
        try:
            if conversation and replaced:
                try:
                    kept = self._conversations.replace_from(reader, conversation, replaced, answer, filters, last=last)
                except NoConversationError:  # another window has replaced the turn, or added some
                    notice = WENT_ON
                else:
                    return kept, ""
            return self._conversations.append(reader, answer, filters, conversation or None), notice
        except ConversationError as problem:
            return None, str(problem)

    def _begin(self, reader: str, serial: str) -> Event:
        with self._lock:
            event = self._early.pop((reader, serial), None) or Event()
            self._under_way[reader, serial] = event
            return event

    def _forget(self, reader: str, serial: str) -> None:
        with self._lock:
            self._under_way.pop((reader, serial), None)
