"""Find the mutants that survive: solutions broken in a small way that the checks do not notice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from random import SystemRandom

from grader.checks.torch_reference import PUBLIC_SEED
from grader.course import Course, Exercise
from grader.course.stubs import stub_of
from grader.errors import CourseError, GradingError
from grader.grading.attempt import Attempt
from grader.grading.trial import Trial
from grader.proof.mutants import Mutant, mutants
from grader.proof.workers import CORES, Worker, share_out
from grader.sandbox.protocol.limits import LIMITS

FILE = "tests/equivalent_mutants.toml"
SECONDS = 2.0  # for a call: less than a learner has, since many mutants never end


@dataclass(frozen=True)
class Equivalent:
    """A mutant that no check can notice, since it computes the same; ``line`` is the changed line as it is then."""

    exercise: str
    operator: str
    line: str
    reason: str

    def covers(self, mutant: Mutant) -> bool:
        """Tell whether this speaks of ``mutant``."""
        return (self.exercise, self.operator, self.line) == (mutant.exercise, mutant.operator, mutant.line)


@dataclass
class Found:
    """What became of the mutants of some exercises.

    Attributes
    ----------
    killed : int
    equivalent : int
        Survivors that are listed as equivalent.
    survivors : list of Mutant
        The others.
    stale : list of Equivalent
        Listed, but killed or no longer made.
    """

    killed: int
    equivalent: int
    survivors: list[Mutant]
    stale: list[Equivalent]


def equivalents(course: Course) -> list[Equivalent]:
    """Return the mutants that are listed as equivalent; raises `CourseError` where the list is not right."""
    path = course.root / FILE
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("mutants", []) if path.exists() else []
        found = [Equivalent(**entry) for entry in entries]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{FILE}: {error}") from None
    except TypeError:
        raise CourseError(f"{FILE}: each of [[mutants]] has exercise, operator, line and reason") from None
    for entry in found:
        if not str(entry.reason).strip():
            raise CourseError(f"{FILE}: the mutant {entry.line!r} of {entry.exercise} has no reason")
        course.find(entry.exercise)
    return found


def survivors(course: Course, exercises: Sequence[Exercise], jobs: int = CORES) -> Iterator[tuple[Exercise, Found]]:
    """Grade all mutants of the solutions and yield what became of them, exercise by exercise.

    Raises
    ------
    GradingError
        Where a check is broken, or a solution has no recording.
    CourseError
        Where the list of equivalent mutants is not right, or cosmic-ray is missing.
    """
    equivalents(course)
    made = (
        mutant
        for exercise in exercises
        for mutant in mutants(exercise.name, course.solution(exercise).read_text("utf-8"))
    )
    judge = partial(_judge, seed=SystemRandom().randrange(PUBLIC_SEED + 1, 2**32))
    judged = share_out(judge, made, course, exercises, jobs, replace(LIMITS, call_seconds=SECONDS))
    left = {exercise.name: exercise for exercise in exercises}
    for name, pairs in groupby(judged, lambda pair: pair[0].exercise):
        exercise = left.pop(name)
        yield exercise, _found(course, exercise, list(pairs))
    yield from ((exercise, _found(course, exercise, [])) for exercise in left.values())


def _found(course: Course, exercise: Exercise, judged: Sequence[tuple[Mutant, bool]]) -> Found:
    listed = [entry for entry in equivalents(course) if entry.exercise == exercise.name]
    alive = [mutant for mutant, survives in judged if survives]
    unlisted = [mutant for mutant in alive if not any(entry.covers(mutant) for entry in listed)]
    stale = [entry for entry in listed if not any(entry.covers(mutant) for mutant in alive)]
    return Found(len(judged) - len(alive), len(alive) - len(unlisted), unlisted, stale)


def _judge(worker: Worker, mutant: Mutant, seed: int) -> tuple[Mutant, bool]:
    """Return a mutant with whether it survives."""
    if mutant.exercise in worker.broken:
        raise GradingError(worker.broken[mutant.exercise])
    try:
        return mutant, all(_passes(worker, mutant, number) for number in (PUBLIC_SEED, seed))
    except GradingError as error:
        raise GradingError(f"{mutant.exercise} with the line {mutant.line!r} cannot be graded: {error}") from None


def _passes(worker: Worker, mutant: Mutant, seed: int) -> bool:
    """Tell whether a mutant passes every check; the first that it does not pass ends it."""
    key = mutant.exercise, seed
    if key not in worker.memory:
        worker.memory[key] = Trial.prepare(worker.course, worker.files[mutant.exercise], seed)
    trial: Trial = worker.memory[key]
    attempt = Attempt(mutant.text, stub_of(worker.course, trial.file.exercise), trial, worker.sandbox)
    try:
        return attempt.load() is None and all(attempt.run(check).status == "passed" for check in trial.file.checks)
    finally:
        attempt.close()
