"""The command `assistant`: it parses and prints, and leaves everything else to `Assistant`.

Nothing heavy is imported before a command needs it, so that `assistant --help` is there at once.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import __version__
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.types import Filters

DONE, FAILED, INTERRUPTED = 0, 1, 130


class ToldInterruptionError(SystemExit):
    """An interruption of which everything has been said."""


HELP = """Ask a folder of articles, in any language. Every statement is an exact quote with its place.

\b
Examples:
  assistant rebuild                                   index the articles in ./seeds
  assistant query "what did Stoltenberg say?"         an answer made of quotes
  assistant query "ماذا قال ستولتنبرغ؟" --json         the same for a program
  assistant search "security guarantees" --limit 5    the passages that fit best
  assistant chat                                      the chat, in the browser
  assistant serve --port 8000                         the chat, REST, OpenAI's API and MCP on one port
  assistant mcp                                       the tools for an MCP client that starts this command
  assistant evaluate ./archive                        how good the answers are, with questions you know
  assistant feedback --export ./liked                 questions to evaluate with, from what readers liked
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
LanguagesOption = Annotated[
    list[str] | None,
    typer.Option("--in", metavar="CODE", help="Only articles in this language; may be repeated.", show_default=False),
]
OutletsOption = Annotated[
    list[str] | None,
    typer.Option("--outlet", metavar="NAME", help="Only articles of this outlet; may be repeated.", show_default=False),
]
ArticlesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--article", metavar="PATH", help="Only this article, below seeds/; may be repeated.", show_default=False
    ),
]
SinceOption = Annotated[
    str, typer.Option("--since", metavar="DATE", help="Only articles dated then or later.", show_default=False)
]
UntilOption = Annotated[
    str, typer.Option("--until", metavar="DATE", help="Only articles dated then or earlier.", show_default=False)
]
NewestOption = Annotated[bool, typer.Option("--newest", help="The newest that bears on the question first.")]
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
    """Bring the index in line with the articles in seeds/.

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
def query_command(
    question: Question,
    home: HomeOption = None,
    as_json: JsonOption = False,
    language: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Answer in this language (en, ar, fr, …).", show_default=False),
    ] = None,
    languages: LanguagesOption = None,
    outlets: OutletsOption = None,
    articles: ArticlesOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    newest: NewestOption = False,
) -> None:
    """Answer a question with quotes from the articles.

    \b
    Examples:
      assistant query "what did Stoltenberg say?"
      assistant query "Что сказал Столтенберг?" --json
      assistant query "what did Stoltenberg say?" --language fr
      assistant query "who spoke about Ukraine?" --in ar --in ru --since 2021-12 --newest

    A date is a year, a month or a day: 2021, 2021-12, 2021-12-31.
    """
    from assistant.interfaces.rendering import answer_to_text, to_json

    assistant = _open(home)
    filters = _filters(languages, outlets, articles, since, until, newest)
    answer = assistant.query(question, language=language, filters=filters)
    _print(
        to_json(answer.to_dict()) if as_json else answer_to_text(answer, assistant.frame(answer.language).understood)
    )


@application.command("search")
def search_command(
    question: Question,
    home: HomeOption = None,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option(metavar="N", help="How many passages at most.")] = 10,
    languages: LanguagesOption = None,
    outlets: OutletsOption = None,
    articles: ArticlesOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    newest: NewestOption = False,
) -> None:
    """Show the passages that fit a question, best first.

    \b
    Examples:
      assistant search "security guarantees"
      assistant search "security guarantees" --limit 3 --json
    """
    from assistant.interfaces.rendering import hits_to_text, to_json

    filters = _filters(languages, outlets, articles, since, until, newest)
    hits = _open(home).search(question, limit=limit, filters=filters)
    found = {"question": question, "hits": [hit.to_dict() for hit in hits]}
    _print(to_json(found) if as_json else hits_to_text(hits))


@application.command("chat")
def chat_command(
    home: HomeOption = None,
    port: Annotated[
        int,
        typer.Option(metavar="N", min=0, max=65_535, help="The port on 127.0.0.1; the next free one if it is taken."),
    ] = 7860,
    browser: Annotated[bool, typer.Option(help="Open the chat in the browser.")] = True,
) -> None:
    """Open the chat in the browser, and bring the index in line with seeds/ meanwhile.

    \b
    Examples:
      assistant chat
      assistant chat --home ~/news --port 8000 --no-browser
    """
    run_chat(home, port=port, browser=browser)


@application.command("serve")
def serve_command(
    home: HomeOption = None,
    host: Annotated[str, typer.Option(help="The address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65_535, help="The port; 0 for any that is free.")] = 7860,
    rebuild: Annotated[bool, typer.Option(help="Bring the index in line with seeds/ while serving.")] = True,
) -> None:
    """Serve people and programs on one port: the chat, REST, OpenAI's API, MCP.

    \b
    Examples:
      assistant serve --home ~/news --port 8000
      ASSISTANT_PASSWORD=… ASSISTANT_TOKEN=… assistant serve --host 0.0.0.0

    Where others than this machine can reach it, people need the password and programs the token, from the environment
    or assistant.toml. docs/serving.md tells of the addresses, of several users, and of TLS.
    """
    from assistant.interfaces.serving.access import check_access

    assistant = _open(home)
    check_access(assistant.settings, host)  # before anything heavy is loaded
    from assistant.interfaces.serving.application import build_application
    from assistant.interfaces.serving.listening import listen, serve

    with listen(host, port) as listener:
        serve(build_application(assistant, host, rebuild=rebuild), listener)


@application.command("mcp")
def mcp_command(home: HomeOption = None) -> None:
    """Serve the tools query, search, read_article and rebuild over standard input and output, for MCP clients.

    \b
    A client's configuration:
      {"mcpServers": {"articles": {"command": "assistant", "args": ["mcp", "--home", "/home/me/news"]}}}
    """
    import asyncio

    from assistant.interfaces.serving.mcp_tools import serve_stdio

    asyncio.run(serve_stdio(_open(home)))


@application.command("evaluate")
def evaluate_command(
    archive: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A folder with articles.jsonl and questions.jsonl.", show_default=False),
    ],
    home: Annotated[
        Path | None,
        typer.Option("--home", metavar="DIR", help="Keep the index here for the next time.", show_default=False),
    ] = None,
    json_file: Annotated[
        Path, typer.Option("--json", metavar="FILE", help="Everything that was measured, for programs.")
    ] = Path("evaluation.json"),
    picture: Annotated[
        Path, typer.Option("--picture", metavar="FILE", help="A heat map of the languages, in SVG.")
    ] = Path("evaluation.svg"),
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Ask so many questions at most, drawn evenly.", show_default=False),
    ] = None,
    answers: Annotated[bool, typer.Option(help="Ask for answers too, not only for passages.")] = True,
) -> None:
    """Measure how good the answers are, with articles and questions of yours.

    \b
    Examples:
      assistant evaluate ./archive
      assistant evaluate ./archive --limit 200 --home ./kept --json new.json --picture new.svg

    docs/evaluation.md tells what the two files hold and what is measured. Files of the results' names are replaced.
    """
    from assistant.evaluation.datasets import read_archive
    from assistant.evaluation.picture import matrix_to_svg
    from assistant.evaluation.report import evaluation_to_dict, evaluation_to_text, matrix_of
    from assistant.evaluation.running import evaluate
    from assistant.evaluation.writing import check_target, write_target
    from assistant.interfaces.progress import ProgressBar
    from assistant.interfaces.rendering import printable, to_json

    check_target(json_file)
    check_target(picture, suffix=".svg")
    read = read_archive(archive)
    with _home_of_an_evaluation(home) as folder, ProgressBar() as bar:
        measured = evaluate(read, folder, limit=limit, answers=answers, progress=bar)
    _print(evaluation_to_text(measured))
    write_target(json_file, to_json(evaluation_to_dict(measured)) + "\n")
    write_target(picture, matrix_to_svg(matrix_of(measured), read.name))
    _print(f"\nWritten: {printable(str(json_file))}, {printable(str(picture))}")


@application.command("feedback")
def feedback_command(
    home: HomeOption = None,
    as_json: JsonOption = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write an archive for evaluate into this folder.", show_default=False),
    ] = None,
) -> None:
    """Show which answers readers liked and disliked; make an archive of them.

    \b
    Examples:
      assistant feedback
      assistant feedback --export ./liked && assistant evaluate ./liked

    What was liked becomes questions with known evidence, what was disliked is listed in review.jsonl.
    docs/conversations.md tells more. Files of the archive's names are replaced.
    """
    from assistant.conversations.feedback import archive_of, indexed_articles, write_archive
    from assistant.conversations.store import Conversations
    from assistant.evaluation.report import counted
    from assistant.interfaces.rendering import feedback_to_text, printable, to_json

    assistant = _open(home)
    # A look at what is not there yet must not begin it.
    kept = assistant.home.conversations
    turns = Conversations.open(assistant.home).judged() if kept.exists() else ()
    if export is None and not as_json:
        _print(feedback_to_text(turns))
        return
    archive = archive_of(turns, indexed_articles(assistant))
    if export is not None:
        write_archive(export, archive)
    if as_json:
        _print(to_json({"questions": list(archive.questions), "review": list(archive.review)}))
        return
    articles, questions = counted(len(archive.articles), "article"), counted(len(archive.questions), "question")
    _print(f"Written into {printable(str(export))}: {articles}, {questions}, {len(archive.review)} to review")


@contextlib.contextmanager
def _home_of_an_evaluation(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield Path(os.path.expanduser(kept))  # noqa: PTH111 - Path's own raises for an unknown user
        return
    try:
        with tempfile.TemporaryDirectory(prefix="evaluation-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except KeyboardInterrupt:
        print("Interrupted. Nothing is kept; with --home DIR the index would be.", file=sys.stderr)  # noqa: T201
        raise ToldInterruptionError(INTERRUPTED) from None


def run_chat(home: str | None = None, *, port: int = 7860, browser: bool = True) -> None:
    """Serves the chat of a home until it is interrupted, and brings its index up to date meanwhile: the page tells."""
    assistant = _open(home)
    from assistant.interfaces.serving.application import build_application
    from assistant.interfaces.serving.listening import PORTS_TO_TRY, listen, serve

    application = build_application(assistant, rebuild=True)
    with listen("127.0.0.1", port, tries=PORTS_TO_TRY) as listener:
        serve(application, listener, browser=browser)


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
    except ToldInterruptionError:
        return INTERRUPTED
    except SystemExit as finished:
        # Typer has already turned an interruption into its exit code, without a word.
        return _interrupted() if finished.code == INTERRUPTED else int(finished.code or DONE)
    return DONE


def _filters(
    languages: list[str] | None,
    outlets: list[str] | None,
    articles: list[str] | None,
    since: str,
    until: str,
    newest: bool,
) -> Filters:
    from assistant.question import read_filters

    return read_filters(
        {
            "languages": languages or [],
            "outlets": outlets or [],
            "articles": articles or [],
            "since": since,
            "until": until,
            "newest": newest,
        }
    )


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
