"""Search for the smallest change that mends a text."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import combinations, count, islice
from operator import itemgetter

from grader.course import Course
from grader.course.stubs import stub_of
from grader.grading.attempt import Attempt
from grader.grading.budget import Exhausted, bounded
from grader.grading.trial import Outcome, Trial
from grader.mending.candidates import Candidates
from grader.mending.edits import Edit
from grader.mending.source import Source, overlap
from grader.mending.trying import MENDED, Left, OutOfTime, Tries
from grader.sandbox.ours.sandbox import Sandbox

BESIDE = 1.0  # what a change costs beside one that gets farther
EACH_BESIDE = 0.5  # and beside each further one
MOST_PAIRED = 150  # likely edits that are tried two at a time though neither gets farther
PAIRED = 6.0  # what that costs
MOST_REFINED = 40
FARTHER = 2.5  # by how much less likely a change may be to be preferred to one of the reference

Stream = Iterator[tuple[float, tuple[Edit, ...]]]  # edits that are made at once, and what they cost, rising


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
        source = Source(text)
    except ValueError:
        return found
    with suppress(Exhausted, OutOfTime, RecursionError), bounded(seconds):
        _search(course, trial, source, sandbox, seconds, found)
    return found


def _search(course: Course, trial: Trial, source: Source, sandbox: Sandbox, seconds: float, found: Found) -> None:
    exercise = trial.file.exercise
    stub = stub_of(course, exercise)
    outcomes = _outcomes(Attempt(source.text, stub, trial, sandbox, seconds), trial)
    if outcomes is None or all(outcome.status == "passed" for outcome in outcomes.values()):
        return
    tries = Tries(source.text, stub, trial, outcomes, sandbox, seconds)
    reference = Source(course.solution(exercise).read_text("utf-8"))
    with _uncollected():
        edits = Candidates(source, reference).likely()
    try:
        _Search(source, tries, edits, found).run()
    finally:
        found.tried = tries.count
        tries.close()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: of so many new trees there is none, and looking takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


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
    """Tries single changes and pairs in the order of their costs."""

    def __init__(self, source: Source, tries: Tries, edits: Sequence[Edit], found: Found) -> None:
        self._source = source
        self._tries = tries
        self._edits = edits
        self._found = found
        self._halves: list[tuple[Edit, Left]] = []  # that get farther, with what they leave

    def run(self) -> None:
        """Look for one edit, or two."""
        for edits in self._in_order():
            if self._try(*edits):
                if len(edits) == 1:
                    self._refine(*edits)
                return

    def _in_order(self) -> Iterator[tuple[Edit, ...]]:
        """Yield edits and pairs, the least costly first; what gets farther opens a stream of pairs with it."""
        ahead: list[tuple[float, int, tuple[Edit, ...], Stream]] = []
        numbers = count()

        def push(stream: Stream) -> None:
            for cost, edits in islice(stream, 1):
                heappush(ahead, (cost, next(numbers), edits, stream))

        push((edit.cost, (edit,)) for edit in self._edits)
        push(self._likely_pairs())
        opened = 0
        while ahead:
            _, _, edits, stream = heappop(ahead)
            yield edits
            push(stream)
            for half, left in self._halves[opened:]:
                yield from ((half, other) for other, theirs in self._halves[:opened] if left.completes(theirs))
                push(self._beside(half, BESIDE + EACH_BESIDE * opened))
                opened += 1

    def _beside(self, half: Edit, cost: float) -> Stream:
        return ((edit.cost + cost, (half, edit)) for edit in self._edits if edit is not half)

    def _likely_pairs(self) -> Stream:
        pairs = combinations(self._edits[:MOST_PAIRED], 2)
        return iter(sorted(((one.cost + other.cost + PAIRED, (one, other)) for one, other in pairs), key=itemgetter(0)))

    def _try(self, *edits: Edit) -> bool:
        if len(edits) == 2 and overlap(edits[0].splices, edits[1].splices):
            return False
        text = self._source.with_([splice for edit in edits for splice in edit.splices])
        left = self._tries.left_by(text)
        if left is not None and left != MENDED and len(edits) == 1:
            self._halves.append((edits[0], left))
        if left != MENDED or not self._tries.mends(text):
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


def _length(edit: Edit) -> int:
    return sum(splice.end - splice.start for splice in edit.splices)
