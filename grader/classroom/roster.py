"""Read who is in a class, and know each of them by what other systems call them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from grader.classroom.ids import file_name
from grader.errors import UsageError, did_you_mean


@dataclass(frozen=True)
class Person:
    """One learner of a class; what the roster does not say is empty.

    Attributes
    ----------
    id : str
        What the class's tables call them.
    name, email, github : str
        ``github`` is a login.
    canvas : str
        Their number in Canvas, or their name there as it is sorted: ``Doe, Jane``.
    moodle : str
        Their full name in Moodle, or their number in one assignment: ``Participant 123``.
    team : str
        The name of the team or group that they hand in with.
    """

    id: str
    name: str = ""
    email: str = ""
    github: str = ""
    canvas: str = ""
    moodle: str = ""
    team: str = ""


COLUMNS = tuple(field.name for field in fields(Person))
_SHARED = ("name", "team")  # two people may have the same


@dataclass(frozen=True)
class Roster:
    """The people of a class, in the order of their file."""

    people: tuple[Person, ...]

    @classmethod
    def read(cls, path: Path) -> Roster:
        """Return the people in a CSV file with the column ``id`` and any of `COLUMNS`.

        Raises
        ------
        UsageError
            Where the file cannot be read, a column is unknown, or two people would be taken for each other.
        """
        try:
            text = path.read_text("utf-8-sig")
        except FileNotFoundError:
            raise UsageError(f"there is no file {path}") from None
        except UnicodeDecodeError:
            raise UsageError(f"{path} is not UTF-8 text: save it again as 'CSV UTF-8'") from None
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from None
        return cls(tuple(_people(text, path)))

    def find(self, word: str, *columns: str) -> Person | None:
        """Return the one person who is called so in one of the columns (all by default), else None."""
        found = {
            person.id: person
            for column in columns or [column for column in COLUMNS if column != "team"]
            for person in self._index.get((column, key(column, word)), ())
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def team(self, word: str) -> tuple[Person, ...]:
        """Return the people of a team."""
        return tuple(self._index.get(("team", key("team", word)), ()))

    def missing(self, ids: Iterable[str]) -> tuple[Person, ...]:
        """Return those who are not among these."""
        there = set(ids)
        return tuple(person for person in self.people if person.id not in there)

    @cached_property
    def _index(self) -> dict[tuple[str, str], list[Person]]:
        index: dict[tuple[str, str], list[Person]] = {}
        for person in self.people:
            for column in COLUMNS:
                word = key(column, getattr(person, column))
                if word:
                    index.setdefault((column, word), []).append(person)
        return index


def key(column: str, word: str) -> str:
    """Return what two spellings of the same have in common."""
    word = unicodedata.normalize("NFC", word).casefold().strip()
    if column in ("canvas", "team"):  # as Canvas makes the name of a file from a name
        return re.sub(r"[\W_]", "", word)
    if column in ("moodle", "name"):  # Moodle leaves quotes and slashes out of a file's name
        words = " ".join(re.sub(r"[^\w\s]", "", word.replace("_", " ")).split())
        return re.sub(r"^participant (?=\d+$)", "", words)
    return word.removeprefix("@") if column == "github" else word


def _people(text: str, path: Path) -> Iterable[Person]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        columns = _columns(next(lines, []), path)
        seen: dict[tuple[str, str], int] = {}
        for row in lines:
            if any(cell.strip() for cell in row):
                yield _person(columns, row, path, lines.line_num, seen)
    except csv.Error as error:
        raise UsageError(f"{path}:{lines.line_num}: {error}") from None


def _delimiter(text: str) -> str:
    """Return what stands between the cells; a spreadsheet writes semicolons where commas stand in numbers."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _columns(header: list[str], path: Path) -> list[str]:
    columns = [cell.strip().casefold() for cell in header]
    for column in columns:
        if column not in COLUMNS:
            raise UsageError(
                f"{path}:1: unknown column {column!r}{did_you_mean(column, COLUMNS)} (known: {', '.join(COLUMNS)})"
            )
        if columns.count(column) > 1:
            raise UsageError(f"{path}:1: there are two columns {column!r}")
    if "id" not in columns:
        raise UsageError(f"{path}:1: there is no column 'id'")
    return columns


def _person(columns: list[str], row: list[str], path: Path, line: int, seen: dict[tuple[str, str], int]) -> Person:
    """Return the person of one line, after a look at what others are called."""
    if len(row) > len(columns):
        raise UsageError(f"{path}:{line}: there are {len(row)} cells under {len(columns)} columns")
    person = Person(**{"id": "", **{column: cell.strip() for column, cell in zip(columns, row, strict=False)}})
    if not person.id:
        raise UsageError(f"{path}:{line}: there is no id in this line")
    if person.id != file_name(person.id):
        raise UsageError(f"{path}:{line}: the id {person.id!r} cannot name a file: take {file_name(person.id)!r}")
    for column in COLUMNS:
        word = key(column, getattr(person, column))
        if word and column not in _SHARED and seen.setdefault((column, word), line) != line:
            raise UsageError(
                f"{path}:{line}: the {column} {getattr(person, column)!r} is that of line {seen[column, word]}"
            )
    return person
