"""Draw two answers beside each other where the screen is wide, else below each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from grader.learning.comparing import Piece, Row
from grader.reports.layout import Part, Screen, columns, wrap
from grader.reports.text import visible

WIDE = 100
YOURS, REFERENCE = "Yours", "The reference"
STYLES = {YOURS: "yellow", REFERENCE: "green"}


def draw(rows: Sequence[Row], screen: Screen) -> Iterator[str]:
    """Yield two answers as lines: what both have is dim, what differs has a mark and a colour."""
    if screen.width >= WIDE:
        yield from _beside(rows, screen)
        return
    for title, pieces in ((YOURS, [row[0] for row in rows]), (REFERENCE, [row[1] for row in rows])):
        yield screen.line((title, "bold"))
        for piece in pieces:
            for line in _lines(piece, screen.width - 2):
                yield screen.line(_mark(piece, " "), " ", (line, _style(piece, title))).rstrip()
        yield ""


def _beside(rows: Sequence[Row], screen: Screen) -> Iterator[str]:
    width = (screen.width - 3) // 2
    yield screen.line((_padded(YOURS, width), "bold"), "   ", (REFERENCE, "bold"))
    for mine, theirs in rows:
        mark = _mark(mine or theirs, "│")
        for left, right in zip_longest(_lines(mine, width), _lines(theirs, width), fillvalue=""):
            parts: tuple[Part, ...] = ((_padded(left, width), _style(mine, YOURS)), " ", mark, " ")
            yield screen.line(*parts, (right, _style(theirs, REFERENCE))).rstrip()
    yield ""


def _lines(piece: Piece | None, width: int) -> Iterator[str]:
    """Yield the lines of a statement, those that are too long in several."""
    for line in piece.lines if piece else ():
        text = visible(line).rstrip()
        for start, end in wrap(text, width):
            yield text[start:end].rstrip()


def _mark(piece: Piece | None, same: str) -> Part:
    return (same, "dim") if piece is None or piece.same else ("≠", "bold yellow")


def _style(piece: Piece | None, title: str) -> str:
    return "dim" if piece is None or piece.same else STYLES[title]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))
