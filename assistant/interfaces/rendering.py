"""Answers, hits and reports → text for a terminal and HTML for the chat: one place, so that all interfaces agree."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.conversations.records import KeptTurn
from assistant.corpus.provenance import front_matter_of, header_lines_of, host_of
from assistant.display import TURNING, direction_of_own_words, harmless
from assistant.display import direction_of as direction_of  # offered here too
from assistant.display import printable as printable
from assistant.interfaces.excerpts import excerpt
from assistant.types import QUOTING_WRITER, Answer, Article, Citation, Hit, RebuildReport, Statement

# Whatever could mean something to a Markdown renderer becomes a character reference; letters of any script stay.
MARKDOWN = re.compile(r"[!-/:-@\[-`{-~]")

CITED_MARK = "cited-passage"

WRITTEN_BY = "✎"  # before the language model that wrote the claims, in any language
UNDERSTOOD = "› {question}"  # around the question as the turns before complete it, where no language is chosen


def answer_to_text(answer: Answer, understood: str = UNDERSTOOD) -> str:
    """Returns the answer and its sources, for a terminal.

    `understood` stands around the question that was searched for, where it is another than the one asked.
    """
    lines = []
    if _is_completed(answer):
        lines += [understood.format(question=printable(answer.understood)), ""]
    grouped = any(statement.kind == "heading" for statement in answer.statements)
    for position, statement in enumerate(answer.statements):
        # What is said of the whole answer is not part of the last group.
        apart = statement.kind == "heading" or (grouped and statement.kind == "remark")
        lines += [""] if apart and position else []
        lines.append(_statement_to_line(statement))
    if answer.citations:
        lines += ["", *(f"[{citation.number}] {_source(citation)}" for citation in answer.citations)]
    if answer.nearest:
        lines += ["", answer.nearest_heading]
        lines += [f"  {excerpt(hit)}\n    {_source(hit)}" for hit in answer.nearest]
    if answer.writer != QUOTING_WRITER:
        lines += ["", f"{WRITTEN_BY} {printable(answer.writer)}"]
    if answer.note:
        lines += ["", _flat(answer.note)]
    return harmless("\n".join(lines))


def _is_completed(answer: Answer) -> bool:
    return answer.understood not in ("", answer.question)


def _statement_to_line(statement: Statement) -> str:
    marks = "".join(f"[{number}]" for number in statement.citations)
    return f"{_flat(statement.text)} {marks}".rstrip()


def _flat(text: str) -> str:
    # What goes on in another line is indented, so that it cannot pass for a line of the assistant's own.
    return TURNING.sub("", text).replace("\n", "\n    ")


def hits_to_text(hits: Sequence[Hit]) -> str:
    """Returns the passages, best first, with their places, for a terminal."""
    blocks = [
        f"{position}. {_source(hit)}, score {hit.score:.2f}\n    {_flat(hit.text.strip())}{_alike(hit)}"
        for position, hit in enumerate(hits, 1)
    ]
    return harmless("\n\n".join(blocks)) if blocks else "There are no passages to show."


def _alike(hit: Hit) -> str:
    paths = dict.fromkeys(printable(other.article.path) for other in hit.alike)
    return f"\n    (Nearly the same: {', '.join(paths)})" if paths else ""


def report_to_text(report: RebuildReport) -> str:
    """Returns what a rebuild did, one line a file that failed, for a terminal."""
    counts = f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed"
    lines = [f"{counts}, {len(report.unchanged)} unchanged, {len(report.failed)} failed; {report.seconds:.1f} s"]
    lines += report.notes
    lines += [f"{printable(path)}: {printable(reason)}" for path, reason in report.failed.items()]
    return "\n".join(lines)


def feedback_to_text(turns: Sequence[KeptTurn]) -> str:
    """Returns what readers liked and disliked, one line an answer, with their notes, for a terminal."""
    counts = Counter(turn.feedback.verdict for turn in turns)
    lines = [f"{counts['like']} liked, {counts['dislike']} disliked"]
    for turn in turns:
        mark = "+" if turn.feedback.verdict == "like" else "-"
        note = f" ({printable(turn.feedback.note)})" if turn.feedback.note else ""
        lines.append(f"{mark} {turn.asked:%Y-%m-%d} {printable(turn.question)}{note}")
    return "\n".join(lines)


def to_json(content: Mapping[str, Any]) -> str:
    """Returns what a program gets: the JSON of an answer's, report's or search's dictionary."""
    shown = json.dumps(content, ensure_ascii=False, indent=2)
    return re.sub(
        r"[\x7f-\x9f]", lambda match: f"\\u{ord(match.group()):04x}", shown
    )  # JSON leaves these controls as they are


def answer_to_html(answer: Answer, understood: str = UNDERSTOOD) -> str:
    """Returns the answer for the chat: a block a statement, in its own direction, with its numbers as links.

    `understood` stands around the question that was searched for, where it is another than the one asked.
    """
    citations = {citation.number: citation for citation in answer.citations}
    blocks = []
    if _is_completed(answer):
        completed = understood.format(question=f"\u2068{answer.understood}\u2069")
        blocks.append(_own_words(completed, answer.language, "understood"))
    blocks += [_statement_to_block(statement, citations) for statement in answer.statements]
    if answer.citations:
        blocks += [_sources(answer.citations)]
    if answer.nearest:
        blocks.append(_block("p", answer.nearest_heading, text_to_html(answer.nearest_heading)))
        blocks += [_nearest(hit) for hit in answer.nearest]
    if answer.writer != QUOTING_WRITER:
        blocks.append(_own_words(f"{WRITTEN_BY} {printable(answer.writer)}", answer.language, "note"))
    if answer.note:
        blocks.append(_own_words(answer.note, answer.language, "note"))
    return "".join(blocks)


def _statement_to_block(statement: Statement, citations: Mapping[int, Citation]) -> str:
    cited = [citations[number] for number in statement.citations]
    if statement.kind == "quote":
        return _cited_block("blockquote", statement.text, statement.language, cited)
    if statement.kind == "claim":  # the quotes that prove it are statements of their own
        return _cited_block("p", statement.text, statement.language, cited)
    return _own_words(statement.text, statement.language, "said-by" if statement.kind == "heading" else "remark")


def _cited_block(tag: str, text: str, language: str, cited: Sequence[Citation]) -> str:
    # Isolated, so that a mark of direction in an article's words ends with them and not with the numbers.
    words = f'<bdi dir="{direction_of(text)}">{text_to_html(text)}</bdi>'
    # The space does not break: a number alone in a line looks lost.
    return _block(tag, text, f"{words}&nbsp;{''.join(map(_chip, cited))}", language)


def _own_words(text: str, language: str, role: str) -> str:
    direction = direction_of_own_words(text)
    return f'<p class="{role}" dir="{direction}" lang="{_attribute(language)}">{text_to_html(text)}</p>'


def article_to_html(article: Article, start: int, end: int) -> str:
    """Returns the whole article, each line in its own direction, with the code points from `start` to `end` marked."""
    paths = ", ".join(printable(path) for path in (article.path, *article.copies))
    shown = [f"<bdi>{html.escape(paths)}</bdi>", html.escape(article.language), *_provenance(article)]
    place = f'<p class="place">{" · ".join(shown)}</p>'
    lines = _lines(article, start, end)
    title = "" if lines and lines[0].startswith("<h2") else _block("h2", article.title, html.escape(article.title))
    return f'<article lang="{_attribute(article.language)}">{place}{title}{"".join(lines)}</article>'


def text_to_html(text: str) -> str:
    """Returns text so that neither HTML nor Markdown finds anything in it; a line's end stays one."""
    return MARKDOWN.sub(lambda match: f"&#{ord(match.group())};", text.strip()).replace("\n", "<br>")


def link_of(place: Hit | Citation) -> str:
    """Returns the fragment that leads to a place in an article; `place_of` reads it."""
    return f"#cite-{place.article.id}-{place.start}-{place.end}"


def place_of(link: str) -> tuple[int, int, int] | None:
    """Returns the article's id, start and end in a fragment made by `link_of`, or None for any other."""
    found = re.fullmatch(r"#cite-(\d{1,18})-(\d{1,18})-(\d{1,18})", link)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _source(place: Hit | Citation) -> str:
    article = place.article
    told = filter(None, (article.title, article.outlet, article.date, article.link))
    named = ", ".join(map(printable, told))
    return f"{named} ({printable(article.path)}, {article.language}, {place.start}-{place.end})"


def _chip(citation: Citation) -> str:
    return _leading(citation, str(citation.number), citation.article.title)


def _leading(place: Hit | Citation, shown: str, title: str) -> str:
    # The page shows the passage beside it; who listens to the page hears where it leads.
    name = html.escape(f"{shown}, {printable(title)}", quote=True)
    return f'<a class="cite" href="{link_of(place)}" aria-label="{name}">{shown}</a>'


def _sources(citations: Sequence[Citation]) -> str:
    # Each article once, in the order in which it is cited.
    articles = {citation.article.path: citation.article for citation in citations}
    return "".join(map(_source_line, articles.values()))


def _source_line(article: Article) -> str:
    path = f"<bdi>{text_to_html(printable(article.path))}</bdi>"
    shown = " · ".join([text_to_html(article.title), path, *_provenance(article)])
    return f'<p class="source" dir="{direction_of(article.title)}">— {shown}</p>'


def _provenance(article: Article) -> list[str]:
    told = [f"<bdi>{text_to_html(printable(part))}</bdi>" for part in (article.outlet, article.date) if part]
    host = host_of(article.link)
    if not host:
        return told
    attributes = f'href="{text_to_html(article.link)}" rel="noopener noreferrer nofollow" target="_blank"'
    return [*told, f"<a {attributes}><bdi>{text_to_html(host)}</bdi></a>"]


def _nearest(hit: Hit) -> str:
    shown = excerpt(hit)
    words = f'<bdi dir="{direction_of(shown)}">{text_to_html(shown)}</bdi>'
    link = _leading(hit, "→", hit.article.title)
    return _block("blockquote", shown, f"{words}&nbsp;{link}", hit.article.language)


def _lines(article: Article, start: int, end: int) -> list[str]:
    # A block for every line with something on it; the title's own line is the heading.
    lines: list[str] = []
    position, marked = 0, False
    header = (front_matter_of(article.text) if _is_markdown(article) else header_lines_of(article.text)).end
    for line in article.text.split("\n"):
        first, last = max(start - position, 0), min(end - position, len(line))
        position += len(line) + 1
        if not line.strip():
            continue
        shown = html.escape(line)
        if first < last:
            identity = "" if marked else f' id="{CITED_MARK}"'
            before, quote, after = (html.escape(part) for part in (line[:first], line[first:last], line[last:]))
            shown, marked = f"{before}<mark{identity}>{quote}</mark>{after}", True
        if position <= header + 1:
            lines.append(_block("p", line, shown, role="header"))
        else:
            lines.append(_block("h2" if not lines and line.strip() == article.title else "p", line, shown))
    return lines


def _is_markdown(article: Article) -> bool:
    return article.path.lower().endswith((".md", ".markdown"))


def _block(tag: str, text: str, content: str, language: str | None = None, role: str = "") -> str:
    named = f' lang="{_attribute(language)}"' if language else ""
    named += f' class="{role}"' if role else ""
    return f'<{tag} dir="{direction_of(text)}"{named}>{content}</{tag}>'


def _attribute(language: str) -> str:
    return html.escape(language, quote=True)
