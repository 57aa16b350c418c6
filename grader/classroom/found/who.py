"""Say whose a submission is, and that nobody has two."""

from __future__ import annotations

from dataclasses import dataclass

from grader.classroom.found.files import Collected, Who
from grader.classroom.ids import Ids, file_name
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
        strangers = tuple(file_name(who.id) for who, found in people.items() if not found)
        if len(known) == 1 and not strangers:
            return Place(known[0], known)
        id = self._ids.take(submission.original if len(people) > 1 else submission.who[0].id)
        notes = tuple(f"the roster does not know {stranger}" for stranger in strangers if self._roster)
        return Place(id, (*known, *strangers) if len(people) > 1 or known else (id,), notes=notes)

    def _people(self, who: Who) -> tuple[Person, ...]:
        """Return whom the roster knows by the first of the words that it knows."""
        if self._roster is None:
            return ()
        for column, word in who.words:
            if column == "team":
                people = self._roster.team(word)
            else:
                person = self._roster.find(word, column)
                people = (person,) if person else ()
            if people:
                return people
        return ()
