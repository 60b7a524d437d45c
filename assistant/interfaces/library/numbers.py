"""What is indexed, and the last evaluation → the figures of the tab."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from assistant.display import printable
from assistant.interfaces.library.figures import bars_by_language, bars_by_time, lying_bars, standing_bars
from assistant.interfaces.library.page import Words
from assistant.types import IndexedArticle


def figures(words: Words, articles: Sequence[IndexedArticle], evaluation: Path, *, rtl: bool) -> str:
    """Returns the figures; nothing when there is nothing to count."""
    if not articles:
        return ""
    languages = bars_by_language(articles, words.texts["unknown_language"], words.texts["others"])
    times, by_year = bars_by_time(articles)
    title = "by_year" if by_year else "by_month"
    undated = sum(not article.date for article in articles)
    shown = [_figure(words("by_language"), lying_bars(languages, words.texts["by_language"], rtl=rtl))]
    note = f'<p class="soft">{words("without_date", count=undated)}</p>' if undated else ""
    drawn = standing_bars(times, words.texts[title], rtl=rtl) if times else ""
    shown.append(_figure(words(title), f"{drawn}{note}"))
    shown.append(_evaluation(words, evaluation))
    return f'<section><h2>{words("figures")}</h2><div class="figures">{"".join(shown)}</div></section>'


def _figure(title: str, drawn: str) -> str:
    return f"<figure><figcaption>{title}</figcaption>{drawn}</figure>"


def _evaluation(words: Words, file: Path) -> str:
    """Returns the last evaluation by language; the file may be anybody's, and one that is none shows nothing."""
    try:
        measured: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        questions = int(measured["questions"]["asked"])
        rows = [
            (str(language), float(scores["recall_at_1"]))
            for language, scores in measured["languages"].items()
            if scores.get("recall_at_1") is not None
        ]
        archive = str(measured["archive"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return ""
    lines = "".join(
        f'<tr><td><span data-language="{escape(language)}">{escape(language)}</span></td>'
        f'<td class="number">{share:.0%}</td></tr>'
        for language, share in rows
    )
    told = f"<bdi>{escape(printable(archive))}</bdi> · {words('evaluation_questions')}: {questions}"
    head = f"<tr><th>{words('language')}</th><th>{words('evaluation_right')}</th></tr>"
    return _figure(words("evaluation"), f'<p class="soft">{told}</p><table>{head}{lines}</table>')
