"""Lay styled text out in the columns, colours and characters that a screen has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

Part = str | tuple[str, str]  # text, perhaps with the name of a style

_STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "bold yellow": "1;33",
    "grey": "90",
}
TIE = "\u00a0"  # a space at which no line ends
ASCII = str.maketrans(
    {
        TIE: " ",
        "✓": "+",
        "✗": "x",
        "○": "o",
        "│": "|",
        "→": ">",
        "…": "...",
        "·": "-",
        "•": "*",
        "↑": "^",
        "↓": "v",
        "≠": "!",
        "█": "#",
        "░": ".",
        "⌖": "@",
    }
    | dict.fromkeys("▁▂▃", ".")
    | dict.fromkeys("▄▅▆▇", ":")
)
_NARROWEST = 30


class Screen(NamedTuple):
    """What text is laid out for.

    Attributes
    ----------
    width : int
        In columns.
    colours : bool
    encoding : str
        Of the characters that can be shown; unless it is a form of Unicode, marks are drawn in ASCII.
    """

    width: int = 80
    colours: bool = False
    encoding: str = "utf-8"

    def line(self, *parts: Part) -> str:
        """Return parts of text as one line, however long."""
        return "".join(self._styled(text, style) for text, style in self._shown(parts))

    def cut(self, *parts: Part) -> str:
        """Return parts of text as one line that ends where the screen does."""
        shown = self._shown(parts)
        if columns("".join(text for text, _ in shown)) <= self.width:
            return self.line(*parts)
        end = "…" if self._unicode else ""
        room = self.width - len(end)
        kept: list[Part] = []
        for text, style in shown:
            kept.append((_chop(text, room), style))
            room -= columns(kept[-1][0])
        return self.line(*kept, (end, shown[-1][1])).rstrip()

    def paragraph(self, *parts: Part, indent: str = "", hang: str = "", indent_style: str = "") -> Iterator[str]:
        """Yield parts of text wrapped into lines; ``hang`` begins every line but the first."""
        hang = hang or indent
        shown = self._shown(parts)
        width = max(self.width - max(len(indent), len(hang)), _NARROWEST)
        whole = "".join(text for text, _ in shown)
        for start, end in wrap(whole, width):
            yield self.line((hang if start else indent, indent_style), *_slice(shown, start, end)).rstrip()

    @property
    def _unicode(self) -> bool:
        return self.encoding.lower().startswith("utf")

    def _shown(self, parts: tuple[Part, ...]) -> list[tuple[str, str]]:
        """Return parts of text in what characters the screen has."""
        pairs = [(part, "") if isinstance(part, str) else part for part in parts]
        if self._unicode:
            return pairs
        return [(self._spelled(text), style) for text, style in pairs]

    def _spelled(self, text: str) -> str:
        return text.translate(ASCII).encode(self.encoding, "backslashreplace").decode(self.encoding)

    def _styled(self, text: str, style: str) -> str:
        text = text.replace(TIE, " ")
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if text and style and self.colours else text


def columns(text: str) -> int:
    """Return how many columns a text takes: two for a wide character, none for a mark on another."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrap(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield where each line of a text begins and ends if none may be wider; a word that is wider itself is cut.

    Words with a `TIE` between them are one.
    """
    start = place = used = 0
    for word in re.findall(rf"[^\S{TIE}]*[\S{TIE}]+[^\S{TIE}]*", text):
        wide = columns(word.rstrip())
        if used and used + wide > width:
            yield start, place
            start, used = place, 0
        while wide > width:
            cut = len(_chop(word, width))
            yield start, place + cut
            place += cut
            word, start = word[cut:], place
            wide = columns(word.rstrip())
        place += len(word)
        used += columns(word)
    yield start, len(text)


def _chop(text: str, width: int) -> str:
    """Return the beginning of a text that fits."""
    used = 0
    for place, character in enumerate(text):
        used += _columns(character)
        if used > width:
            return text[:place]
    return text


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _slice(parts: list[tuple[str, str]], start: int, end: int) -> Iterator[tuple[str, str]]:
    """Yield what of the parts stands between two places of the whole, without the space at its end."""
    end = start + len("".join(text for text, _ in parts)[start:end].rstrip())
    place = 0
    for text, style in parts:
        yield text[max(start - place, 0) : max(end - place, 0)], style
        place += len(text)
