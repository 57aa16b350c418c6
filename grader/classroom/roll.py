"""Keep account of what a class has handed in and of what came of it, without the texts themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.classroom.submission import Handed, NotGraded


@dataclass(frozen=True)
class Entry:
    """One submission: as in `Handed`, and why it has no report, where it has none."""

    id: str
    members: tuple[str, ...]
    attempt: int | None = None
    late: bool | None = None
    original: str = ""
    reason: str | None = None
    notes: tuple[str, ...] = ()


@dataclass
class Roll:
    """All submissions of a class that were found in one run.

    Attributes
    ----------
    entries : list of Entry
    graded, as_before, not_graded : int
        How many were graded in this run, how many have a report that still holds, and how many have none.
    """

    entries: list[Entry] = field(default_factory=list)
    graded: int = 0
    as_before: int = 0
    not_graded: int = 0

    def grade(self, handed: Handed) -> None:
        """Note one that was graded."""
        self.graded += 1
        self._add(handed)

    def keep(self, handed: Handed) -> None:
        """Note one whose report still holds."""
        self.as_before += 1
        self._add(handed)

    def fail(self, handed: Handed, reason: str) -> None:
        """Note one that could not be graded."""
        self.not_graded += 1
        self._add(handed, reason)

    def refuse(self, found: NotGraded) -> None:
        """Note what was found and is no submission that can be graded."""
        self.not_graded += 1
        self.entries.append(Entry(found.id, found.members, original=found.original, reason=found.reason))

    def _add(self, handed: Handed, reason: str | None = None) -> None:
        self.entries.append(
            Entry(handed.id, handed.members, handed.attempt, handed.late, handed.original, reason, handed.notes)
        )
