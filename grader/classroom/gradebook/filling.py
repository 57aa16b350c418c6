"""Put the grades of a class into the cells of an exported file, each into the row of the learner whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.classroom.gradebook.cells import replaced
from grader.classroom.gradebook.exported import Exported, Place
from grader.classroom.roster import key
from grader.classroom.table import Grade
from grader.errors import UsageError
from grader.reports.summary import points

KEPT = ("ex", "n/a")  # excused from the assignment, or not given it


@dataclass(frozen=True)
class Filled:
    """A filled copy of an exported file, and who was left out of it.

    Attributes
    ----------
    data : bytes
    filled : int
        How many grades were written.
    kept : tuple of str
        Who has a grade that the file does not want, since it excuses them.
    without_grade : tuple of str
        Whose row was left as it was.
    without_row : tuple of str
        Who has a grade and no row, by id.
    """

    data: bytes
    filled: int
    kept: tuple[str, ...]
    without_grade: tuple[str, ...]
    without_row: tuple[str, ...]


def fill(exported: Exported, grades: Sequence[Grade]) -> Filled:
    """Return a copy in which those who were graded have their grade.

    Raises
    ------
    UsageError
        Where a learner may be two rows, or a row two learners.
    """
    register = _Register(exported)
    owners: dict[Place, Grade] = {}
    without_row = []
    for grade in grades:
        place = register.find(grade)
        if place in owners:
            raise UsageError(
                f"{owners[place].id} and {grade.id} would both be the row of {place.name!r}: correct the roster, "
                "and run 'kata batch' with it again"
            )
        if place is not None:
            owners[place] = grade
        elif grade.score is not None:
            without_row.append(grade.id)
    graded = {place: grade.score for place, grade in owners.items() if grade.score is not None}
    kept = [place for place in graded if place.grade.text.casefold() in KEPT]
    comma = exported.column.decimal_comma
    changes = {
        place.grade: points(score).replace(".", "," if comma else ".")
        for place, score in graded.items()
        if place not in kept
    }
    return Filled(
        data=replaced(exported.data, changes, exported.delimiter),
        filled=len(changes),
        kept=tuple(place.name for place in kept),
        without_grade=tuple(place.name for place in exported.column.places if place not in graded),
        without_row=tuple(without_row),
    )


class _Register:
    """The rows of an exported file, by all that their learners are called."""

    def __init__(self, exported: Exported) -> None:
        self._system = exported.system
        self._places = exported.column.places

    def find(self, grade: Grade) -> Place | None:
        """Return the row of a learner: by what the roster says of the system, else by address, else by id.

        Numbers of other systems stand in the file as well: one of a learner may be the system's own of another.
        """
        given = key(self._system, grade.canvas if self._system == "canvas" else grade.moodle)
        found = (
            self._by_number.get(given)
            or (not given.isdecimal() and self._by_word.get(given))
            or self._by_address.get(key("email", grade.email))
            or self._by_id.get(key("id", grade.id))
        )
        if not (given or grade.email or grade.name):
            # without a roster the id may be the number that came with the file
            found = list(dict.fromkeys([*(found or []), *self._by_number.get(key(self._system, grade.id), [])]))
        if found and len(found) > 1:
            names = " and ".join(repr(place.name) for place in found[:2])
            raise UsageError(f"{grade.id} may be {names}: tell them apart by a column {self._system!r} of the roster")
        return found[0] if found else None

    @cached_property
    def _by_number(self) -> dict[str, list[Place]]:
        return _index(self._system, ((place, (place.number,)) for place in self._places))

    @cached_property
    def _by_word(self) -> dict[str, list[Place]]:
        return _index(self._system, ((place, place.words) for place in self._places))

    @cached_property
    def _by_address(self) -> dict[str, list[Place]]:
        return _index("email", ((place, _given_words(place)) for place in self._places))

    @cached_property
    def _by_id(self) -> dict[str, list[Place]]:
        return _index("id", ((place, _given_words(place)) for place in self._places))


def _given_words(place: Place) -> list[str]:
    """Return what identifies a learner but for the name, which learners may choose: somebody else's address, say."""
    return [word for word in place.words if word != place.name]


def _index(column: str, places: Iterable[tuple[Place, Sequence[str]]]) -> dict[str, list[Place]]:
    """Return the places under each of their words, spelled as words of this column are compared."""
    found: dict[str, list[Place]] = {}
    for place, words in places:
        for word in {key(column, word) for word in words} - {""}:
            found.setdefault(word, []).append(place)
    return found
