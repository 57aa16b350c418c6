"""Keep the tables of the notes readable on a narrow screen: one that does not fit becomes a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

TABLE = re.compile(r"^\|(.*)\|\n\|[-:| ]+\|\n((?:\|.*\|(?:\n|\Z))+)", re.MULTILINE)
BETWEEN = 2  # columns that stay empty beside each cell


def fitted(markdown: str, width: int) -> str:
    """Return Markdown in which every table whose words would be cut at this width is a list, an item for each row."""

    def table(match: re.Match[str]) -> str:
        head, *rows = [_cells(line) for line in (match[1], *(line[1:-1] for line in match[2].splitlines()))]
        columns = zip(head, *rows, strict=True)
        words = [max(map(len, " ".join(column).split()), default=0) for column in columns]
        if sum(words) + BETWEEN * len(words) <= width:
            return match[0]
        return "".join(f"- **{row[0]}**: {_told(head[1:], row[1:])}\n" for row in rows)

    return TABLE.sub(table, markdown)


def _told(titles: Sequence[str], cells: Sequence[str]) -> str:
    return "; ".join(f"{title}: {cell}" for title, cell in zip(titles, cells, strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
