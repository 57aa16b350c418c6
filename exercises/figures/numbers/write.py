"""Write the worked numbers of the notes: ``python exercises/figures/numbers/write.py`` fills in their tables.

Beside this file stands one for each topic that has numbers. Its ``tables()`` returns tables under their names, for the
places in the notes between ``<!-- worked: NAME -->`` and ``<!-- /worked -->``; its ``phrases()`` returns pieces of the
notes' sentences with the numbers that they hold, which tests/grader/test_worked_numbers.py compares.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent
NOTES = FOLDER.parent.parent
WORKED = re.compile(r"(<!-- worked: (\w+) -->\n).*?(<!-- /worked -->)", re.DOTALL)

Row = Sequence[object]
Table = Sequence[Row]


def topics() -> list[str]:
    """Return the topics that have numbers here."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "write")


def numbers(topic: str) -> dict[str, object]:
    """Return the functions of a topic's file."""
    return runpy.run_path(str(FOLDER / f"{topic}.py"))


def note(topic: str) -> Path:
    """Return the file of a topic's notes: those of a folder, or a page beside the index."""
    page = NOTES / f"{topic}.md"
    return page if page.is_file() else NOTES / topic / "README.md"


def filled(text: str, tables: Mapping[str, Table]) -> str:
    """Return the text of a note with its tables as they are computed, or raise `ValueError` if one has no place."""
    places = [name for _, name, _ in WORKED.findall(text)]
    if sorted(places) != sorted(tables):
        raise ValueError(f"there are tables {sorted(tables)}, and places for {sorted(places)}")
    return WORKED.sub(lambda place: f"{place[1]}\n{_markdown(tables[place[2]])}\n{place[3]}", text)


def _markdown(table: Table) -> str:
    head, *rows = table
    return "".join(map(_line, [head, ["---"] * len(head), *rows]))


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |\n"


def _cell(value: object) -> str:
    """Return a text as it is, and a number with four digits that count."""
    if not isinstance(value, float):
        return str(value)
    mantissa, _, exponent = f"{value:.4g}".partition("e")
    return rf"${mantissa} \cdot 10^{{{int(exponent)}}}$" if exponent else mantissa


if __name__ == "__main__":
    for topic in topics():
        path = note(topic)
        path.write_text(filled(path.read_text("utf-8"), numbers(topic)["tables"]()), "utf-8", newline="\n")
