"""Search for the smallest change that mends a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.course import Course
from grader.course.stubs import stub_of
from grader.grading.attempt import Attempt
from grader.grading.budget import Exhausted, bounded
from grader.grading.trial import Outcome, Trial
from grader.mending.candidates import Candidates
from grader.mending.edits import Edit
from grader.mending.source import Source, overlap
from grader.mending.trying import OutOfTime, Tries, Wrong
from grader.sandbox.ours.sandbox import Sandbox

MOST_PAIRED = 60  # likely edits that are tried two at a time
MOST_REFINED = 40
FARTHER = 2.5  # by how much less likely a change may be to be preferred to one of the reference


@dataclass(frozen=True)
class Mend:
    """A change with which a text passes every check.

    Attributes
    ----------
    edits : tuple of Edit
        One, or two at once, in the order of their lines.
    text : str
        The changed text.
    """

    edits: tuple[Edit, ...]
    text: str


@dataclass
class Found:
    """What a search came to: the mend, if there is one, and how many changed texts were tried."""

    mend: Mend | None = None
    tried: int = 0


def search(course: Course, trial: Trial, text: str, sandbox: Sandbox, seconds: float) -> Found:
    """Look for the smallest change of a learner's text that passes every check.

    Parameters
    ----------
    course : Course
    trial : Trial
    text : str
        The learner's, which fails some check.
    sandbox : Sandbox
    seconds : float
        For the whole search: wall-clock time, and no more of our processor's.

    Raises
    ------
    GradingError
        Where a check is broken or the sandbox cannot be had.
    """
    found = Found()
    try:
        with bounded(seconds):
            _search(course, trial, text, sandbox, seconds, found)
    except (Exhausted, OutOfTime, ValueError, RecursionError):
        pass
    return found


def _search(course: Course, trial: Trial, text: str, sandbox: Sandbox, seconds: float, found: Found) -> None:
    exercise = trial.file.exercise
    source = Source(text)
    stub = stub_of(course, exercise)
    outcomes = _outcomes(Attempt(text, stub, trial, sandbox, seconds), trial)
    if outcomes is None or all(outcome.status == "passed" for outcome in outcomes.values()):
        return
    tries = Tries(text, stub, trial, outcomes, sandbox, seconds)
    edits = Candidates(source, Source(course.solution(exercise).read_text("utf-8"))).likely()
    try:
        _Search(source, tries, edits, found).run()
    finally:
        found.tried = tries.count
        tries.close()


def _outcomes(attempt: Attempt, trial: Trial) -> dict[str, Outcome] | None:
    """Return what the learner's own text does in each check, or None where it cannot be run."""
    try:
        if attempt.load() is not None:
            return None
        outcomes = {}
        for check in trial.file.checks:
            outcomes[check.name] = attempt.run(check)
            if outcomes[check.name].status == "timeout":
                return None
        return outcomes
    finally:
        attempt.close()


class _Search:
    """The stages of a search, each of which goes on where the one before it found nothing."""

    def __init__(self, source: Source, tries: Tries, edits: Sequence[Edit], found: Found) -> None:
        self._source = source
        self._tries = tries
        self._edits = edits
        self._found = found
        self._halves: list[tuple[Edit, Wrong]] = []

    def run(self) -> None:
        """Look for one edit, then for two that mend different things, then for any two likely ones."""
        for edit in self._edits:
            if self._try(edit):
                self._refine(edit)
                return
        for pair in self._pairs():
            if self._try(*pair):
                return

    def _try(self, *edits: Edit) -> bool:
        text = self._source.with_([splice for edit in edits for splice in edit.splices])
        wrong = self._tries.wrong_with(text)
        if wrong and len(edits) == 1 and wrong < self._tries.wrong:
            self._halves.append((edits[0], wrong))
        if wrong != frozenset() or not self._tries.mends(text):
            return False
        self._found.mend = Mend(tuple(sorted(edits, key=lambda edit: edit.line)), text)
        return True

    def _refine(self, mend: Edit) -> None:
        """Look for a smaller mend inside of one that comes from the reference, which could be told."""
        if not mend.reference or len(mend.splices) != 1:
            return
        (whole,) = mend.splices
        inside = [
            edit
            for edit in self._edits
            if mend.cost < edit.cost <= mend.cost + FARTHER
            and all(whole.start <= splice.start and splice.end <= whole.end for splice in edit.splices)
        ]
        told = [edit for edit in inside if not edit.reference][:MOST_REFINED]
        smaller = [edit for edit in inside if edit.reference and _length(edit) < _length(mend)]
        for edit in [*told, *smaller[:MOST_REFINED]]:
            if self._try(edit):
                return

    def _pairs(self) -> Iterator[tuple[Edit, Edit]]:
        for (one, left), (other, left_too) in combinations(self._halves, 2):
            if not left & left_too and not overlap(one.splices, other.splices):
                yield one, other
        halves = [edit for edit, _ in self._halves]
        likely = [edit for edit in self._edits if edit not in halves][:MOST_PAIRED]
        pairs = [*((half, edit) for half in halves for edit in self._edits), *combinations(likely, 2)]
        for one, other in sorted(pairs, key=lambda pair: pair[0].cost + pair[1].cost):
            if not overlap(one.splices, other.splices):
                yield one, other


def _length(edit: Edit) -> int:
    return sum(splice.end - splice.start for splice in edit.splices)
