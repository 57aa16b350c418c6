"""Find the grades in a grading worksheet of Moodle.

Moodle's ``importgradeslib.php`` finds columns by headings in the language of the site. The numbers are the same in all
of them: before the column in which every cell says what can be had, stands the one with the grades.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.classroom.gradebook.exported import NUMBER, Column, Place, Table, words
from grader.errors import UsageError

_PARTICIPANT = re.compile(r"(\D+)(\d+)")  # "Participant 12", "Teilnehmer/in12"


def is_moodle(table: Table) -> bool:
    """Tell whether every line begins with one word and a number."""
    matches = [_PARTICIPANT.fullmatch(line[0].text) for line in table.lines]
    return len({match and match[1] for match in matches}) == 1 and all(matches)


def find_column(table: Table, titles: Sequence[str]) -> Column:
    """Return the column of the grades: of several that it may be, the one with one of the titles.

    Raises
    ------
    UsageError
        Where it is not clear.
    """
    wanted = {title.casefold() for title in titles}
    columns = [index for index in range(1, len(table.headings) - 1) if _holds_grades(table, index)]
    found = [index for index in columns if table.headings[index].casefold() in wanted] or columns
    if not found:
        raise UsageError(f"{table.path} has no column for a number of points; a scale of words cannot be filled")
    if len(found) > 1:
        known = ", ".join(repr(table.headings[index]) for index in found)
        raise UsageError(f"{table.path}: the grades may be {known}: say which with --column")
    (index,) = found
    places = []
    for line in table.lines:
        number = _PARTICIPANT.sub(r"\2", line[0].text)
        name = line[1].text if index > 1 else line[0].text
        places.append(Place(name, number, words(line[1:index]), line[index]))
    return Column(table.headings[index], table.lines[0][index + 1], tuple(places))


def _holds_grades(table: Table, index: int) -> bool:
    """Tell whether a column holds nothing but numbers, and the next one everywhere the same number."""
    most = {table.cell(line, index + 1).text for line in table.lines}
    grades = {table.cell(line, index).text for line in table.lines} - {"", "-"}
    return len(most) == 1 and all(NUMBER.fullmatch(text) for text in grades | most)
