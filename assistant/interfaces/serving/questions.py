"""Questions of many clients → answers, a few at a time; whoever leaves is answered no further."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from assistant.assistant import Assistant
from assistant.errors import AssistantError, BusyError, NoIndexError
from assistant.interfaces.serving.turnstile import Ticket, Turnstile
from assistant.library.rebuilds import Rebuilds, told
from assistant.types import Answer, Filters, Hit, Turn

WAITING, WAITING_EACH = 128, 32  # in line altogether, and of one client
WAITING_IN_THREADS = 12  # that each of Gradio's two doors lets wait: it has 40 threads for everything
LONGEST_WAIT = 60.0  # seconds in line
HEARTBEAT = 0.5  # seconds after which whoever waits for an answer hears that there is none yet

STOPPING = "The server is stopping. Ask again in a moment."

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what belongs to it, as `Assistant.query` takes it."""

    question: str
    history: Sequence[Turn] = ()
    language: str | None = None
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class _End:
    """The end of an answer, and why it came too early."""

    problem: BaseException | None


class Questions:
    """Asks one assistant for many clients, from event loops and threads alike.

    Search, model, SQLite and FAISS run in threads of their own. `client` tells whose turn it is: a reader's key, an
    address. All of it raises `BusyError` when too many wait, and what `Assistant.query` raises.
    """

    def __init__(self, assistant: Assistant, rebuilds: Rebuilds) -> None:
        at_once = assistant.settings.questions_at_once
        self._assistant, self._rebuilds = assistant, rebuilds
        self._turnstile = Turnstile(at_once, WAITING, WAITING_EACH)
        self._closed = False
        self._pool = ThreadPoolExecutor(at_once, "question")
        # Twice for a language model, which may complete the question and write the answer, and once for the rest.
        self._longest = 2 * assistant.settings.llm_timeout_seconds + LONGEST_WAIT

    def counts(self) -> tuple[int, int]:
        """Returns how many questions are being answered, and how many wait."""
        return self._turnstile.counts()

    async def answer(self, client: str, asked: Asked) -> Answer:
        """Returns the whole answer. When the task is cancelled, so is the work."""
        answer = None
        async with contextlib.aclosing(self.stream(client, asked)) as answers:
            async for grown in answers:
                answer = grown or answer
        assert answer is not None  # every stream has an answer or raises
        return answer

    async def stream(self, client: str, asked: Asked) -> AsyncGenerator[Answer | None, None]:
        """Yields the answer as it grows, and None while it does not; close it, and the work ends at the next step."""
        ticket = await self._enter(client)
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[Answer | _End] = asyncio.Queue()  # whole answers are small: no reader holds up the work
        left = threading.Event()

        def tell(piece: Answer | _End) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and with it everybody who listened
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        self._submit(ticket, lambda: self._produce(asked, left, tell))
        deadline = time.monotonic() + self._longest
        try:
            while True:
                try:
                    piece = await asyncio.wait_for(pieces.get(), HEARTBEAT)
                except TimeoutError:
                    self._check(deadline)
                    yield None
                    continue
                if isinstance(piece, _End):
                    if piece.problem:
                        raise self._explained(piece.problem)
                    return
                yield piece
        finally:
            left.set()

    async def search(self, client: str, question: str, limit: int, filters: Filters | None) -> list[Hit]:
        """Returns the at most `limit` passages that fit the question, best first."""
        return await self._run(client, lambda: self._assistant.search(question, limit=limit, filters=filters))

    def stream_in_thread(self, client: str, asked: Asked) -> Generator[Answer, None, None]:
        """Yields the answer as it grows, to a thread that may wait for its turn; close it, and the work ends."""
        ticket = self._turnstile.join(client)
        try:
            try:
                ticket.admitted.result(LONGEST_WAIT)
            except TimeoutError:
                raise _too_long_in_line() from None
            deadline = time.monotonic() + self._longest
            with contextlib.closing(self._stream(asked)) as answers:
                for answer in answers:
                    self._check(deadline)
                    yield answer
        except NoIndexError as problem:
            raise self._explained(problem) from problem
        finally:
            ticket.leave()

    def close(self) -> None:
        """Lets nothing more begin; what is under way ends within a heartbeat, with a `BusyError`."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, client: str, work: Callable[[], Result]) -> Result:
        ticket = await self._enter(client)
        done: asyncio.Future[Result] = asyncio.wrap_future(self._submit(ticket, work))
        try:
            return await done
        except AssistantError as problem:
            raise self._explained(problem) from problem

    async def _enter(self, client: str) -> Ticket:
        ticket = self._turnstile.join(client)
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(ticket.admitted)), LONGEST_WAIT)
        except TimeoutError:
            ticket.leave()
            raise _too_long_in_line() from None
        except BaseException:
            ticket.leave()
            raise
        return ticket

    def _submit(self, ticket: Ticket, work: Callable[[], Result]) -> Future[Result]:
        def run() -> Result:
            try:
                return work()
            finally:
                ticket.leave()  # only now: a thread is busy until its work ends, whether anybody waits for it or not

        try:
            return self._pool.submit(run)
        except RuntimeError:  # the pool is closed
            ticket.leave()
            raise BusyError(STOPPING, retry_after=5) from None

    def _check(self, deadline: float) -> None:
        if self._closed:
            raise BusyError(STOPPING, retry_after=5)
        if time.monotonic() > deadline:
            raise BusyError("The answer took too long. Ask again.", retry_after=5)

    def _produce(self, asked: Asked, left: threading.Event, tell: Callable[[Answer | _End], None]) -> None:
        problem: BaseException | None = None
        try:
            # Closing the generator cuts the connection to a language model that is still writing.
            with contextlib.closing(self._stream(asked)) as answers:
                for answer in answers:
                    if left.is_set():
                        return
                    tell(answer)
        except BaseException as raised:
            problem = raised
        finally:
            tell(_End(problem))

    def _stream(self, asked: Asked) -> Generator[Answer, None, None]:
        return self._assistant.stream(asked.question, asked.history, asked.language, asked.filters)

    def _explained(self, problem: BaseException) -> BaseException:
        progress = self._rebuilds.progress
        if isinstance(problem, NoIndexError) and progress is not None:
            return NoIndexError(f"The index is being built ({told(progress)}). Ask again in a moment.")
        return problem


def _too_long_in_line() -> BusyError:
    return BusyError("Too many others are asking. Ask again in a moment.", retry_after=int(LONGEST_WAIT / 4))
