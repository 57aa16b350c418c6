"""Read a Markdown file as GitHub reads it: its sections, anchors, links and answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ANSWERS = re.compile(r"<!--\s*answers:(.*?)-->", re.DOTALL)
QUESTION = 3  # the level of the headings that ask


@dataclass(frozen=True)
class Link:
    """Where a link or a picture points to, and the line on which it stands."""

    target: str
    line: int


@dataclass
class Section:
    """A heading down to the level of questions, and what follows it until the next; level 0 before the first.

    ``text`` is the Markdown after the heading.
    """

    title: str = ""
    level: int = 0
    anchor: str = ""
    line: int = 1
    links: list[Link] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    has_text: bool = False
    text: str = ""


@dataclass
class Page:
    """The sections of a file, all anchors in it, and the lines at which paragraphs with unbalanced math begin."""

    sections: list[Section] = field(default_factory=lambda: [Section()])
    anchors: set[str] = field(default_factory=set)
    unbalanced_math: list[int] = field(default_factory=list)

    @property
    def links(self) -> list[Link]:
        """All links of the page."""
        return [link for section in self.sections for link in section.links]

    @property
    def questions(self) -> list[Section]:
        """The sections whose headings ask."""
        return [section for section in self.sections if section.level == QUESTION]


class Pages(dict[Path, Page]):
    """Files read once: ``pages[path]``."""

    def __missing__(self, path: Path) -> Page:
        self[path] = read(path.read_text("utf-8"))
        return self[path]


def read(text: str) -> Page:
    """Return what there is to know of a Markdown text."""
    # escaped characters stay apart from text, so that an escaped dollar begins no math
    tokens = MarkdownIt("commonmark").enable("table").disable("text_join").parse(text)
    page = Page()
    seen: Counter[str] = Counter()
    line = 1
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else line
        if token.type == "html_block":
            _add_html(page, token.content, line)
            page.sections[-1].answers += _answers(token.content)
        if token.type in ("fence", "code_block"):
            page.sections[-1].has_text = True
        if token.type != "inline":
            continue
        children = token.children or []
        before = tokens[index - 1]
        if before.type == "heading_open":
            title = "".join(child.content for child in children)
            anchor = slug(title)
            unique = f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor
            seen[anchor] += 1
            page.anchors.add(unique)
            level = int(before.tag[1:])
            if level <= QUESTION:
                page.sections.append(Section(token.content.strip(), level, unique, line))
        else:
            page.sections[-1].has_text = True
        _add_inline(page, children, line)
    _add_texts(page, text.splitlines(keepends=True))
    return page


def _add_texts(page: Page, lines: Sequence[str]) -> None:
    ends = [section.line - 1 for section in page.sections[1:]] + [len(lines)]
    for section, end in zip(page.sections, ends, strict=True):
        start = section.line if section.level else 0  # the line after the heading
        section.text = "".join(lines[start:end])


def slug(title: str) -> str:
    """Return the anchor that GitHub gives to a heading, if no heading before it has the same."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def _answers(html: str) -> Iterator[str]:
    for match in ANSWERS.finditer(html):
        yield from filter(None, (" ".join(token.split()) for token in match[1].split(",")))


def _add_inline(page: Page, children: Sequence[Token], line: int) -> None:
    """Take note of the links of a paragraph, but not of what looks like one within math, and of its math."""
    start = line
    dollars = ""
    for child in children:
        dollars += child.content if child.type == "text" else "\0"
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "html_inline":
            _add_html(page, child.content, line)
        elif child.type in ("link_open", "image") and not _in_math(dollars):
            target = child.attrGet("href" if child.type == "link_open" else "src")
            page.sections[-1].links.append(Link(str(target), line))
    if _in_math(dollars):
        page.unbalanced_math.append(start)


def _in_math(text: str) -> bool:
    """Tell whether math is still open at the end of a text without code."""
    opened = ""
    for dollars in re.findall(r"\$\$?", text):
        if not opened:
            opened = dollars
        elif dollars == opened:
            opened = ""
        elif opened == "$$":  # a lone dollar within displayed math
            return True
        # else $$ where one formula ends and the next begins
    return bool(opened)


def _add_html(page: Page, html: str, line: int) -> None:
    tags = _Tags()
    tags.feed(html)
    page.sections[-1].links += [Link(target, line) for target in tags.targets]
    page.anchors |= tags.anchors


class _Tags(HTMLParser):
    """What a piece of HTML points to, and the anchors that it sets."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.targets.append(value or "")
            elif name == "srcset":
                self.targets += [source.split()[0] for source in (value or "").split(",") if source.strip()]
            elif name in ("id", "name") and value:
                self.anchors.add(value)
