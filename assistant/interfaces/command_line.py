"""The command `assistant`: it parses and prints, and leaves everything else to `Assistant`.

Nothing heavy is imported before a command needs it, so that `assistant --help` is there at once.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import __version__
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.assistant import Assistant

DONE, FAILED, INTERRUPTED = 0, 1, 130

HELP = """Ask a folder of articles, in any language. Every statement is an exact quote with its place.

\b
Examples:
  assistant rebuild                                   index the articles in ./seeds
  assistant query "what did Stoltenberg say?"         an answer made of quotes
  assistant query "ماذا قال ستولتنبرغ؟" --json         the same for a program
  assistant search "security guarantees" --limit 5    the passages that fit best
  assistant chat                                      the chat, in the browser
  assistant query "…" --home ~/news                   another folder of articles

\b
A home is a folder with seeds/ in it: --home, else $ASSISTANT_HOME, else the current folder.
Exit codes: 0 done, 1 a problem (told in one line), 2 wrong usage, 130 interrupted.
"""

application = typer.Typer(
    help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)

HomeOption = Annotated[
    str | None, typer.Option("--home", metavar="DIR", help="The folder that holds seeds/.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Question = Annotated[str, typer.Argument(metavar="QUESTION", help="A question, in any language.", show_default=False)]


@application.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=lambda on: _version(on)),
    ] = False,
) -> None:
    pass


@application.command("rebuild")
def rebuild_command(
    home: HomeOption = None,
    as_json: JsonOption = False,
    wait: Annotated[bool, typer.Option(help="Wait for another rebuild that is at work.")] = True,
) -> None:
    r"""Bring the index in line with the articles in seeds/.

    \b
    Examples:
      assistant rebuild
      assistant rebuild --home ~/news --json

    Only what is new is embedded. Interrupt it at any moment: the next rebuild goes on where it stopped.
    """
    from assistant.interfaces.progress import ProgressBar
    from assistant.interfaces.rendering import report_to_text, to_json

    assistant = _open(home)
    with ProgressBar() as bar:
        report = assistant.rebuild(progress=bar, wait=wait)
    _print(to_json(report.to_dict()) if as_json else report_to_text(report))


@application.command("query")
def query_command(question: Question, home: HomeOption = None, as_json: JsonOption = False) -> None:
    r"""Answer a question with quotes from the articles.

    \b
    Examples:
      assistant query "what did Stoltenberg say?"
      assistant query "Что сказал Столтенберг?" --json
    """
    from assistant.interfaces.rendering import answer_to_text, to_json

    answer = _open(home).query(question)
    _print(to_json(answer.to_dict()) if as_json else answer_to_text(answer))


@application.command("search")
def search_command(
    question: Question,
    home: HomeOption = None,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option(help="How many passages at most.")] = 10,
) -> None:
    r"""Show the passages that fit a question, best first.

    \b
    Examples:
      assistant search "security guarantees"
      assistant search "security guarantees" --limit 3 --json
    """
    from assistant.interfaces.rendering import hits_to_text, to_json

    hits = _open(home).search(question, limit=limit)
    found = {"question": question, "hits": [hit.to_dict() for hit in hits]}
    _print(to_json(found) if as_json else hits_to_text(hits))


@application.command("chat")
def chat_command(
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; the next free one if it is taken.")] = 7860,
    browser: Annotated[bool, typer.Option(help="Open the chat in the browser.")] = True,
) -> None:
    r"""Open the chat in the browser, after bringing the index in line with seeds/.

    \b
    Examples:
      assistant chat
      assistant chat --home ~/news --port 8000 --no-browser
    """
    run_chat(home, port=port, browser=browser)


def run_chat(home: str | None = None, *, port: int = 7860, browser: bool = True) -> None:
    """Brings the index of a home up to date and serves its chat until it is interrupted."""
    from assistant.errors import IndexBusyError, StorageError
    from assistant.interfaces.progress import ProgressBar
    from assistant.interfaces.rendering import report_to_text

    assistant = _open(home)
    try:
        with ProgressBar() as bar:
            report = assistant.rebuild(progress=bar, wait=not assistant.is_built())
        _print(report_to_text(report))
    except (IndexBusyError, StorageError) as problem:
        # What was published before can still be asked, and the chat picks up the next state when there is one.
        if not assistant.is_built():
            raise
        _print(str(problem))
    from assistant.interfaces.chat import serve_chat

    serve_chat(assistant, port=port, browser=browser)


def main() -> None:
    """Runs the command and turns what went wrong into one line and an exit code."""
    sys.exit(run(application))


def run(command: Any, *arguments: Any, **options: Any) -> int:
    """Calls a command; returns the exit code after printing a problem as one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # a terminal that cannot show a letter gets its escape, not a crash
            reconfigure(errors="backslashreplace")
    try:
        command(*arguments, **options)
        sys.stdout.flush()
    except AssistantError as problem:
        return _fail(str(problem))
    except KeyboardInterrupt:
        return _interrupted()
    except SystemExit as finished:
        # Typer has already turned an interruption into its exit code, without a word.
        return _interrupted() if finished.code == INTERRUPTED else int(finished.code or DONE)
    return DONE


def _open(home: str | None) -> Assistant:
    from assistant.assistant import Assistant

    return Assistant.open(home)


def _print(text: str) -> None:
    try:
        print(text, flush=True)  # noqa: T201
    except BrokenPipeError:
        # The reader (head, less) has left; Python would complain once more when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(reason: str) -> int:
    from assistant.interfaces.rendering import printable

    print(f"assistant: {printable(reason)}", file=sys.stderr)  # noqa: T201
    return FAILED


def _interrupted() -> int:
    print("Interrupted. What was finished is kept; run the command again to go on.", file=sys.stderr)  # noqa: T201
    return INTERRUPTED


def _version(asked: bool) -> None:
    if asked:
        _print(__version__)
        raise typer.Exit
