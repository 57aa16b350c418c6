"""Read a table of CSV cell by cell, each with its place in the bytes, so that one can be changed and the others not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

DELIMITERS = ",;\t"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Cell:
    """What a cell says, and the bytes in which it says so, quotes included."""

    text: str
    start: int
    end: int


Row = tuple[Cell, ...]


def delimiter_of(data: bytes) -> str:
    """Return the character that makes the most cells of the first line."""
    return max(DELIMITERS, key=lambda delimiter: len(rows(data, delimiter)[0]))


def rows(data: bytes, delimiter: str) -> list[Row]:
    """Return the cells of every line; an empty line has one, which says nothing, and there is always a first line."""
    text = data.decode("latin-1")  # a character for each byte; what matters here is ASCII in every encoding
    word = re.compile(rf'("[^"]*(?:""[^"]*)*"(?=[{delimiter}\r\n]|\Z)|[^{delimiter}\r\n]*)({delimiter}|\r\n|\r|\n|\Z)')
    found: list[Row] = []
    row: list[Cell] = []
    place = len(BOM) if data.startswith(BOM) else 0
    while match := word.match(text, place):
        row.append(Cell(_said(match[1]), match.start(1), match.end(1)))
        place = match.end()
        if match[2] != delimiter:
            found.append(tuple(row))
            row = []
            if place == len(text):
                break
    return found


def replaced(data: bytes, changes: Mapping[Cell, str], delimiter: str) -> bytes:
    """Return the table with other words in some cells, and every other byte as it was."""
    parts, place = [], 0
    for cell in sorted(changes, key=lambda cell: cell.start):
        quoted = data[cell.start : cell.end].startswith(b'"') or delimiter in changes[cell]
        word = changes[cell].encode()
        parts += [data[place : cell.start], b'"' + word + b'"' if quoted else word]
        place = cell.end
    return b"".join([*parts, data[place:]])


def _said(written: str) -> str:
    if len(written) > 1 and written[0] == written[-1] == '"':
        written = written[1:-1].replace('""', '"')
    return written.encode("latin-1").decode("utf-8", "replace").strip()
