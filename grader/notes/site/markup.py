"""Turn a note into the HTML of its sections, with links that lead from page to page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit, urlunsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.notes.markdown import COMMENT, QUESTION, read
from grader.notes.site.formulas import add_formulas

_PAGES = {"README.md": "index.html"}


@dataclass(frozen=True)
class Section:
    """A heading down to the level of questions and what follows it, as HTML; ``words`` is the text to search in."""

    title: str
    level: int
    anchor: str
    body: str
    words: str


def sections(text: str, folder: str = "") -> list[Section]:
    """Return the sections of a note, without what stands before its first heading.

    Parameters
    ----------
    text : str
        In Markdown.
    folder : str
        In which the note is, from ``exercises``: a link to what is outside of that is left out.
    """
    tokens = _parser().parse(text)
    _lead(tokens, folder)
    starts = [i for i, token in enumerate(tokens) if token.type == "heading_open" and int(token.tag[1:]) <= QUESTION]
    ends = [*starts[1:], len(tokens)]
    pairs = zip(starts, ends, read(text).sections[1:], strict=True)
    return [
        Section(
            _html([tokens[start + 1]]), known.level, known.anchor, _html(tokens[start + 3 : end]), _words(known.text)
        )
        for start, end, known in pairs
    ]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    add_formulas(parser)
    box = '<div class="wide" tabindex="0" role="group" aria-label="Table">\n<table>\n'
    parser.add_render_rule("table_open", lambda *_: box)
    parser.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    return parser


def _html(tokens: Sequence[Token]) -> str:
    parser = _parser()
    html: str = parser.renderer.render(tokens, parser.options, {})
    return COMMENT.sub("", html)


def _words(text: str) -> str:
    return " ".join(COMMENT.sub("", text).split()).lower()


def _lead(tokens: Sequence[Token], folder: str) -> None:
    """Let links lead to pages instead of to what they are made from."""
    for token in tokens:
        if token.type == "link_open":
            target = page_of(str(token.attrGet("href")), folder)
            token.attrs = {"href": target} if target else {}
        _lead(token.children or [], folder)


def page_of(target: str, folder: str) -> str | None:
    """Return where a link leads on the site, or None where it leads to nothing that is there."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path:
        return target
    if posixpath.normpath(posixpath.join(folder, parts.path)).startswith(("..", "/")):
        return None
    place, name = posixpath.split(parts.path)
    name = _PAGES.get(name, re.sub(r"\.(py|md)$", ".html", name))
    return urlunsplit(parts._replace(path=posixpath.join(place, name)))
