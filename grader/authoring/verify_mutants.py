"""Whether the checks notice when a solution is broken in a small way."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from random import SystemRandom

from grader.authoring.mutants import Mutant, mutants
from grader.authoring.verify_bench import CORES, Bench, share_out
from grader.checks.recording import RecordedReferences
from grader.checks.torch_reference import PUBLIC_SEED, References
from grader.course import Course, CourseError, Exercise
from grader.grading.errors import GradingError
from grader.grading.grade import Attempt
from grader.grading.submission import Texts
from grader.sandbox import limits

FILE = "tests/equivalent_mutants.toml"
SECONDS = 2.0


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
class Hunt:
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


def hunts(course: Course, exercises: Sequence[Exercise], jobs: int = CORES) -> Iterator[tuple[Exercise, Hunt]]:
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
    fate = partial(_fate, seed=SystemRandom().randrange(PUBLIC_SEED + 1, 2**32))
    left = {exercise.name: exercise for exercise in exercises}
    for name, fates in groupby(share_out(fate, made, course, exercises, jobs), lambda pair: pair[0].exercise):
        exercise = left.pop(name)
        yield exercise, _hunt(course, exercise, list(fates))
    yield from ((exercise, _hunt(course, exercise, [])) for exercise in left.values())


def _hunt(course: Course, exercise: Exercise, fates: Sequence[tuple[Mutant, bool]]) -> Hunt:
    listed = [entry for entry in equivalents(course) if entry.exercise == exercise.name]
    alive = [mutant for mutant, survived in fates if survived]
    unlisted = [mutant for mutant in alive if not any(entry.covers(mutant) for entry in listed)]
    stale = [entry for entry in listed if not any(entry.covers(mutant) for mutant in alive)]
    return Hunt(len(fates) - len(alive), len(alive) - len(unlisted), unlisted, stale)


def _fate(bench: Bench, mutant: Mutant, seed: int) -> tuple[Mutant, bool]:
    """Return a mutant with whether it survives."""
    if mutant.exercise in bench.broken:
        raise GradingError(bench.broken[mutant.exercise])
    try:
        with _less_patience():
            return mutant, all(_passes(bench, mutant, number) for number in (PUBLIC_SEED, seed))
    except GradingError as error:
        raise GradingError(f"{mutant.exercise} with the line {mutant.line!r} cannot be graded: {error}") from None


def _passes(bench: Bench, mutant: Mutant, seed: int) -> bool:
    """Tell whether a mutant passes every check; the first that it does not pass ends it."""
    file = bench.files[mutant.exercise]
    attempt = Attempt(Texts({mutant.exercise: mutant.text}), bench.course, bench.sandbox, file)
    try:
        if attempt.load() is not None:
            return False
        references = _references(bench, mutant.exercise, seed)
        return all(attempt.check(check, references, seed).status == "passed" for check in file.checks)
    finally:
        attempt.close()


def _references(bench: Bench, exercise: str, seed: int) -> References:
    key = exercise, seed
    if key not in bench.memory:
        path = bench.course.recording(bench.course.find(exercise))
        bench.memory[key] = RecordedReferences(path) if seed == PUBLIC_SEED else References()
    found: References = bench.memory[key]
    return found


@contextmanager
def _less_patience() -> Iterator[None]:
    """Give a call less time than a learner has, since many mutants never end."""
    before = limits.CALL_SECONDS
    limits.CALL_SECONDS = SECONDS
    try:
        yield
    finally:
        limits.CALL_SECONDS = before
