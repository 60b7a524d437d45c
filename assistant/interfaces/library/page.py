"""A library and the words of a language → the HTML of the tab, part by part; whatever articles say is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from assistant.corpus.provenance import host_of
from assistant.display import direction_of, printable
from assistant.interfaces.library.listing import COLUMNS, Rows, Wish
from assistant.interfaces.texts import Texts
from assistant.library.library import LibraryState
from assistant.types import IndexedArticle, Progress, RebuildReport

MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the tab in one language, escaped when they are filled in."""

    texts: Texts

    def __call__(self, entry: str, **values: object) -> str:
        """Returns a text as HTML; each value stands in its own direction."""
        filled = {name: f"<bdi>{escape(printable(str(value)))}</bdi>" for name, value in values.items()}
        return escape(self.texts[entry]).format(**filled)

    def plain(self, entry: str, **values: object) -> str:
        """Returns a text for an attribute."""
        return escape(self.texts[entry].format(**{name: printable(str(value)) for name, value in values.items()}))


def shell(words: Words, largest: int, *, may_change: bool) -> str:
    """Returns the frame of the tab, with the forms; its parts are filled in and renewed by the script."""
    return (
        f'<h1>{words("library")}</h1><div data-part="status" aria-live="polite"></div>'
        + (_forms(words, largest) if may_change else f'<p class="soft">{words("not_allowed")}</p>')
        + f'<p data-part="told" role="status"></p>'
        f'<div data-part="failures"></div>'
        f"<section><h2>{words('articles')}</h2>"
        f'<input type="search" name="find" placeholder="{words.plain("find")}" aria-label="{words.plain("find")}">'
        '<div data-part="table"></div></section>'
        '<div data-part="figures"></div>'
    )


def status(
    words: Words, state: LibraryState, report: RebuildReport | None, waiting: Sequence[str], change: bool
) -> str:
    """Returns how the library is, with what to do about it, and what the last rebuild changed."""
    if state.kind == "building":
        told = words("building" if state.articles else "building_first")
        stop = _button("stop", words("stop"), "plain") if change else ""
        return f'<p class="row"><span>{told}</span>{stop}</p>{_bar(words, state.progress)}'
    shown = [f"<p class='row'><span>{words(state.kind, count=state.articles)}</span>{_rebuild(words, change)}</p>"]
    if state.problem:
        shown.append(_english(state.problem, "grave"))
    if waiting:
        shown.append(_names(words("new_files", count=len(waiting)), waiting, words))
    if report and state.kind != "failed":
        shown.append(_changes(words, report))
    return "".join(shown)


def table(words: Words, rows: Rows, wish: Wish, seeds: Path, *, may_change: bool) -> str:
    """Returns one page of the articles. Rows whose file has gone since say so."""
    if not rows.count:
        return f'<p class="soft">{words("none_found")}</p>' if wish.find else ""
    heads = "".join(_head(words, column, wish) for column in COLUMNS)
    action = f'<th><span class="aside">{words("delete")}</span></th>' if may_change else ""
    lines = "".join(_row(words, article, seeds, may_change=may_change) for article in rows.articles)
    place = words("page", first=rows.first + 1, last=rows.last, count=rows.count)
    turns = "".join(
        f'<button type="button" class="plain" data-turn="{step}"{"" if possible else " disabled"}>'
        f"{words(name)}</button>"
        for name, step, possible in (("previous", -1, rows.first > 0), ("next", 1, rows.last < rows.count))
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{words.plain("articles")}">'
        f"<table><thead><tr>{heads}{action}</tr></thead><tbody>{lines}</tbody></table></div>"
        f'<p class="row"><span class="soft">{place}</span><span>{turns}</span></p>'
    )


def failures(words: Words, failed: Iterable[tuple[str, str]], *, may_change: bool) -> str:
    """Returns the files that could not be read, with why and what to do."""
    lines = [
        f"<li><span><bdi>{escape(printable(path))}</bdi>{_english(why, 'soft')}</span>"
        f"{_delete(words, [path], path) if may_change else ''}</li>"
        for path, why in failed
    ]
    if not lines:
        return ""
    return f"<section><h2>{words('failures', count=len(lines))}</h2><ul>{''.join(lines)}</ul></section>"


def _forms(words: Words, largest: int) -> str:
    def field(name: str, hint: str = "", kind: str = "text") -> str:
        return f'<label>{words(name)}<input type="{kind}" name="{name}" placeholder="{hint}" dir="auto"></label>'

    return (
        f"<section><h2>{words('add')}</h2>"
        f'<details open><summary>{words("add_files")}</summary><label class="drop">'
        f'<span class="firm">{words("choose_files")}</span>'
        f'<span class="soft">{words("drop_files", size=f"{largest / 1e6:g}")}</span>'
        '<input type="file" multiple accept=".txt,.text,.md,.markdown,text/plain,text/markdown"></label></details>'
        f'<details><summary>{words("add_text")}</summary><form data-do="add_text">'
        f'<label>{words("text")}<textarea name="text" rows="8" dir="auto" required></textarea></label>'
        f"<div class='fields'>{field('title')}{field('outlet')}{field('date', words.plain('date_hint'))}"
        f"{field('link', 'https://…', 'url')}</div>"
        f'<button type="submit" class="firm">{words("save_text")}</button></form></details>'
        f'<details><summary>{words("add_address")}</summary><form data-do="add_address">'
        f'<label>{words("address")}<input type="url" name="address" placeholder="{words.plain("address_hint")}" '
        f'dir="ltr" required></label><p class="soft">{words("address_more")}</p>'
        f'<button type="submit" class="firm">{words("save_address")}</button></form></details></section>'
    )


def _bar(words: Words, progress: Progress | None) -> str:
    if progress is None:
        return ""
    share = 100 * progress.done / progress.total if progress.total else 0
    stage = f"stage_{progress.stage}"
    label = words.plain(stage)
    # Characters are counted while texts are embedded, which tells nobody anything but the share.
    count = f"{share:.0f} %" if progress.stage == "embedding" else ""
    if progress.stage == "reading" and progress.total:
        count = words("progress", done=progress.done, total=progress.total)
    return (
        f'<div class="bar" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share:.0f}"><div style="width:{share:.1f}%"></div></div>'
        f'<p class="row soft"><span>{words(stage)}</span><span>{count}</span></p>'
    )


def _changes(words: Words, report: RebuildReport) -> str:
    lists = (("list_added", report.added), ("list_changed", report.changed), ("list_removed", report.removed))
    counts = {"added": len(report.added), "changed": len(report.changed), "removed": len(report.removed)}
    told = f'<p class="soft">{words("changed", **counts, failed=len(report.failed))}</p>'
    return told + "".join(_names(words(name), paths, words) for name, paths in lists if paths)


def _names(title: str, paths: Sequence[str], words: Words) -> str:
    lines = "".join(f"<li><bdi>{escape(printable(path))}</bdi></li>" for path in paths[:MOST_NAMES])
    more = f"<li>{words('and_more', count=len(paths) - MOST_NAMES)}</li>" if len(paths) > MOST_NAMES else ""
    return f"<details><summary>{title}</summary><ul>{lines}{more}</ul></details>"


def _head(words: Words, column: str, wish: Wish) -> str:
    order = ("descending" if wish.descending else "ascending") if wish.column == column else "none"
    return f'<th aria-sort="{order}"><button type="button" data-sort="{column}">{words(column)}</button></th>'


def _row(words: Words, article: IndexedArticle, seeds: Path, *, may_change: bool) -> str:
    paths = [article.path, *article.copies]
    there = [path for path in paths if (seeds / path).is_file()]
    also = f" · {words('also', paths=', '.join(article.copies))}" if article.copies else ""
    note = f" · <em>{words('gone')}</em>" if not there else ""
    title = f'<bdi dir="{direction_of(article.title)}">{escape(printable(article.title))}</bdi>'
    if host_of(article.link):
        title = f'<a href="{escape(article.link)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    language = f'<span data-language="{escape(article.language)}">{escape(article.language)}</span>'
    cells = (
        f'<td dir="{direction_of(article.title)}">{title}<small>'
        f"<bdi>{escape(printable(article.path))}</bdi>{also}{note}</small></td>",
        f"<td>{language if article.language != 'und' else words('unknown_language')}</td>",
        f"<td><bdi>{escape(article.date[:10]) or words('no_date')}</bdi></td>",
        f'<td dir="{direction_of(article.outlet)}">{escape(printable(article.outlet))}</td>'
        if article.outlet
        else "<td></td>",
        f'<td class="number">{article.passages}</td>',
        f"<td>{_delete(words, there, article.title) if there else ''}</td>" if may_change else "",
    )
    return f"<tr>{''.join(cells)}</tr>"


def _delete(words: Words, paths: Sequence[str], name: str) -> str:
    told = " ".join(quote(path, safe="/") for path in paths)  # apart, whatever the names hold
    return (
        f'<button type="button" class="plain grave" data-delete="{escape(told)}" '
        f'data-question="{words.plain("delete_question", name=name)}" '
        f'aria-label="{words.plain("delete_named", name=name)}">{words("delete")}</button>'
    )


def _rebuild(words: Words, may_change: bool) -> str:
    return _button("rebuild", words("rebuild"), "firm") if may_change else ""


def _button(act: str, label: str, kind: str) -> str:
    return f'<button type="button" class="{kind}" data-act="{act}">{label}</button>'


def _english(text: str, kind: str) -> str:
    # What goes wrong is told in English, and its own direction keeps the full stop in its place.
    return f'<p class="{kind}" lang="en" dir="ltr">{escape(printable(text))}</p>'
