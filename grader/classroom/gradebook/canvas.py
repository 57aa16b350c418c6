"""Find the grades of an assignment in the file that Canvas exports, as its ``gradebook_importer.rb`` does.

Canvas finds columns by their place and by English names, and an assignment by its title and number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.classroom.gradebook.exported import Column, Place, Table, words
from grader.errors import UsageError, did_you_mean

_TITLE_AND_NUMBER = re.compile(r"(.*) \(\d+\)")
_TOTAL = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_NO_LEARNER = re.compile(r"(Muted|Manual Posting.*)?", re.IGNORECASE)


def is_canvas(table: Table) -> bool:
    """Tell whether the headings are those of Canvas."""
    headings = table.headings
    return headings[0] in ("Student", "LastName") and "ID" in headings[1:3] and "Section" in headings


def find_column(table: Table, titles: Sequence[str]) -> Column:
    """Return the column of the assignment that has one of the titles; raises `UsageError` where it is not clear."""
    first, section = table.headings.index("ID"), table.headings.index("Section")
    points = next((line for line in table.lines if "Points Possible" in line[0].text), None)
    columns = [
        index
        for index in range(section + 1, len(table.headings))
        if not _TOTAL.search(table.headings[index]) and not (points and "read only" in table.cell(points, index).text)
    ]
    index = _titled(table, columns, titles)
    places = []
    for line in table.lines:
        if line is not points and not all(_NO_LEARNER.fullmatch(cell.text) for cell in line):
            name = ", ".join(cell.text for cell in line[:first])
            identity = (name, *words(line[first + 1 : section]))
            places.append(Place(name, table.cell(line, first).text, identity, table.cell(line, index)))
    return Column(table.headings[index], table.cell(points, index) if points else None, tuple(places))


def _titled(table: Table, columns: list[int], titles: Sequence[str]) -> int:
    wanted = {title.casefold() for title in titles}
    found = [index for index in columns if _names(table.headings[index]) & wanted]
    if len(found) == 1:
        return found[0]
    known = [table.headings[index] for index in found or columns]
    which = f"say which with --column: {_listed(known)}"
    if found:
        raise UsageError(f"{table.path} has more than one column called {titles[0]!r}: {which}")
    nearest = did_you_mean(titles[0], [*known, *(_TITLE_AND_NUMBER.sub(r"\1", heading) for heading in known)])
    if not known:
        raise UsageError(f"{table.path} has no column of an assignment")
    raise UsageError(f"{table.path} has no column called {titles[0]!r}{nearest or f': {which}'}")


def _listed(headings: Sequence[str], most: int = 8) -> str:
    return ", ".join([*map(repr, headings[:most]), *(["..."] if len(headings) > most else [])])


def _names(heading: str) -> set[str]:
    return {heading.casefold(), _TITLE_AND_NUMBER.sub(r"\1", heading).casefold()}
