"""Say whose a submission is, and that nobody has two."""

from __future__ import annotations

from dataclasses import dataclass

from grader.classroom.found.files import Collected, Who
from grader.classroom.ids import Ids
from grader.classroom.roster import Person, Roster


@dataclass(frozen=True)
class Place:
    """What a submission is called, whose it is, which other one they have, and what is to be said about that."""

    id: str
    members: tuple[str, ...]
    taken_by: str = ""
    notes: tuple[str, ...] = ()


class Register:
    """The people of a class, with what each of them has handed in so far."""

    def __init__(self, roster: Roster | None) -> None:
        self._roster = roster
        self._ids = Ids(person.id for person in roster.people) if roster else Ids()
        self._handed: dict[str, str] = {}

    def place(self, submission: Collected) -> Place:
        """Return where a submission belongs."""
        people = {who: self._people(who) for who in submission.who}
        known = tuple(dict.fromkeys(person.id for found in people.values() for person in found))
        for member in known:
            if member in self._handed:
                return Place(self._ids.take(submission.original), (member,), self._handed[member])
        self._handed |= dict.fromkeys(known, submission.original)
        strangers = tuple(self._ids.take(who.id) for who, found in people.items() if not found)
        notes = tuple(f"the roster does not say who {stranger} is" for stranger in strangers if self._roster)
        members = (*known, *strangers)
        if len(members) == 1:
            return Place(members[0], members, notes=notes)
        id = self._ids.take(submission.original if len(people) > 1 else submission.who[0].id)
        return Place(id, members, notes=notes)

    def _people(self, who: Who) -> tuple[Person, ...]:
        """Return whom the roster knows by the first of the words that it knows.

        Those who hand in under the name of a team that they are in, do so for all of it.
        """
        found = [people for column, word in who.words if (people := self._called(column, word))]
        return next((others for others in found[1:] if set(others) > set(found[0])), found[0]) if found else ()

    def _called(self, column: str, word: str) -> tuple[Person, ...]:
        """Return whom the roster knows by a word."""
        if self._roster is None:
            return ()
        if column == "team":
            return self._roster.team(word)
        person = self._roster.find(word, column)
        return (person,) if person else ()
