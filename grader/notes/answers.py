"""Read an answer of the notes in its three depths: what is said in twenty seconds, the whole, what is asked next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.notes.markdown import ANSWERS, Page, Section

SHORT_WORDS = 50  # some twenty seconds
FOLLOW_UPS = range(2, 5)
_BOLD = re.compile(r"\s*\*\*((?:(?!\*\*).)+)\*\*\n\n", re.DOTALL)
_FOLDED = re.compile(r"<details><summary>They will ask next</summary>\n(.*?)\n</details>", re.DOTALL)
_ITEM = re.compile(r"^- \*\*(.+?)\*\*\s+(.+?)(?=\n- \*\*|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class FollowUp:
    """A question that an interviewer asks after the answer, and what to say, in Markdown."""

    question: str
    answer: str


@dataclass(frozen=True)
class Answer:
    """An answer in Markdown: one sentence or two, the paragraphs after them, and what is asked next.

    ``short`` is empty and there are no ``follow_ups`` where the notes give the whole answer only.
    """

    short: str
    text: str
    follow_ups: tuple[FollowUp, ...]


def answer(section: Section) -> Answer:
    """Return the answer that stands under a question."""
    text = ANSWERS.sub("", section.text)
    bold = _BOLD.match(text)
    folded = _FOLDED.search(text)
    items = _ITEM.findall(folded[1]) if folded else []
    return Answer(
        _one_line(bold[1]) if bold else "",
        _FOLDED.sub("", text[bold.end() :] if bold else text).strip(),
        tuple(FollowUp(_one_line(question), _one_line(text)) for question, text in items),
    )


def depth_problems(page: Page) -> Iterator[tuple[int, str]]:
    """Yield the line of every question that lacks a depth, and what it lacks, in notes that have any."""
    found = [(section, answer(section)) for section in page.questions]
    if not any(read.short or read.follow_ups for _, read in found):
        return
    for section, read in found:
        if not read.short:
            yield section.line, "has no short answer: a paragraph in bold after the question"
        if len(read.short.split()) > SHORT_WORDS:
            yield section.line, f"has a short answer of more than {SHORT_WORDS} words"
        if len(read.follow_ups) not in FOLLOW_UPS:
            yield section.line, f"has {len(read.follow_ups)} questions that are asked next, not two to four"


def _one_line(text: str) -> str:
    return " ".join(text.split())
