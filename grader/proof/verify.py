"""Verify an exercise: a list of steps, each of which says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from random import SystemRandom

from grader.checks.torch_reference import PUBLIC_SEED
from grader.course import Course, Exercise, Problem
from grader.course.stubs import stub_of
from grader.errors import CourseError
from grader.grading.collecting import CheckFile
from grader.notes.index import index_problems
from grader.notes.links import link_problems, unlinked
from grader.notes.questions import question_problems
from grader.proof.checks import assert_problems, hint_problems, misconception_problems, title_problems
from grader.proof.docstrings import docstring_problems
from grader.proof.examples import example_problems
from grader.proof.scores import Scores
from grader.proof.todos import todos
from grader.proof.trees import missing_files, recording_size_problems, stub_problems, unexpected_files
from grader.proof.workers import CORES, Worker, share_out

SEEDS = 5


@dataclass(frozen=True)
class Subject:
    """The exercise that is proven, and what the steps need to know of it."""

    worker: Worker
    exercise: Exercise
    seeds: Sequence[int]

    @property
    def course(self) -> Course:
        """The course that it belongs to."""
        return self.worker.course

    @cached_property
    def solution(self) -> str:
        """The text of the solution."""
        return self.course.solution(self.exercise).read_text("utf-8")

    @cached_property
    def checks(self) -> str:
        """The text of the checks."""
        return self.course.checks(self.exercise).read_text("utf-8")

    @property
    def file(self) -> CheckFile:
        """The checks, once they are known to be collected."""
        return self.worker.files[self.exercise.name]

    @cached_property
    def scores(self) -> Scores:
        """What grades right and wrong answers."""
        return Scores(self.course, self.file, self.worker.sandbox, self.seeds)


def _readable(subject: Subject) -> Iterator[str]:
    """Yield why the exercise cannot even be read: a file that is no Python, regions that are not right."""
    try:
        stub_of(subject.course, subject.exercise)
        for text, name in ((subject.solution, "solution"), (subject.checks, "checks")):
            compile(text, f"the {name}", "exec", dont_inherit=True)
    except CourseError as error:
        yield str(error)
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        yield f"a file of it is no Python text: {error}"


def _collected(subject: Subject) -> Iterator[str]:
    if subject.exercise.name in subject.worker.broken:
        yield subject.worker.broken[subject.exercise.name]


@dataclass(frozen=True)
class Step:
    """One thing that must hold of an exercise; where it does not and is ``needed``, no later step is taken."""

    find: Callable[[Subject], Iterator[str]]
    needed: bool = False


STEPS = (
    Step(lambda it: (f"{path} is missing" for path in missing_files(it.course, it.exercise)), needed=True),
    Step(_readable, needed=True),
    Step(lambda it: todos(it.course, it.exercise)),
    Step(lambda it: stub_problems(it.course, it.exercise)),
    Step(lambda it: recording_size_problems(it.course, it.exercise)),
    Step(lambda it: unlinked(it.course, it.exercise)),
    Step(lambda it: hint_problems(it.exercise)),
    Step(lambda it: docstring_problems(it.solution)),
    Step(lambda it: example_problems(it.solution, f"{it.exercise.name}.py", it.worker.sandbox)),
    Step(lambda it: assert_problems(it.checks)),
    Step(_collected, needed=True),
    Step(lambda it: title_problems(it.file)),
    Step(lambda it: misconception_problems(it.file, it.checks)),
    Step(lambda it: it.scores.stub()),
    Step(lambda it: it.scores.solution(), needed=True),
    Step(lambda it: it.scores.recording(), needed=True),
    Step(lambda it: it.scores.misconceptions()),
    Step(lambda it: it.scores.trivial_answers()),
    Step(lambda it: it.scores.tables()),
)
COURSE_STEPS: tuple[Callable[[Course], Iterator[Problem]], ...] = (
    unexpected_files,
    question_problems,
    link_problems,
    index_problems,
)


def verify_course(course: Course) -> Iterator[Problem]:
    """Yield what is wrong with the course as a whole, beyond what reading course.toml refuses."""
    for step in COURSE_STEPS:
        yield from step(course)


def verify_exercises(course: Course, exercises: Sequence[Exercise], jobs: int = CORES) -> Iterator[list[Problem]]:
    """Yield for each exercise in turn what is wrong with it."""
    draw = SystemRandom()
    seeds = [draw.randrange(PUBLIC_SEED + 1, 2**32) for _ in range(SEEDS)]
    yield from share_out(
        partial(verify_exercise, seeds=seeds), exercises, course, exercises, min(jobs, max(len(exercises), 1))
    )


def verify_exercise(worker: Worker, exercise: Exercise, seeds: Sequence[int]) -> list[Problem]:
    """Return what is wrong with one exercise."""
    subject = Subject(worker, exercise, seeds)
    problems: list[Problem] = []
    for step in STEPS:
        found = [Problem(exercise.name, reason) for reason in step.find(subject)]
        problems += found
        if found and step.needed:
            break
    return problems
