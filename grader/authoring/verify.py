"""Prove the checks: everything that must hold of an exercise before a learner meets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from random import SystemRandom

from grader.authoring.index import index_problems
from grader.authoring.notes import link_problems, question_problems
from grader.authoring.verify_bench import CORES, Bench, share_out
from grader.authoring.verify_checks import assert_problems, hint_problems, misconception_problems, title_problems
from grader.authoring.verify_docstrings import docstring_problems
from grader.authoring.verify_examples import example_problems
from grader.authoring.verify_scores import Scores
from grader.authoring.verify_trees import (
    Problem,
    missing_files,
    recording_size_problems,
    stub_problems,
    unexpected_files,
)
from grader.checks.torch_reference import PUBLIC_SEED
from grader.course import Course, CourseError, Exercise

SEEDS = 3


def course_problems(course: Course) -> Iterator[Problem]:
    """Yield what is wrong with the course as a whole, beyond what reading course.toml refuses."""
    yield from unexpected_files(course)
    yield from question_problems(course)
    yield from link_problems(course)
    yield from index_problems(course)


def exercise_problems(course: Course, exercises: Sequence[Exercise], jobs: int = CORES) -> Iterator[list[Problem]]:
    """Yield for each exercise in turn what is wrong with it."""
    whole = [exercise for exercise in exercises if not missing_files(course, exercise)]
    draw = SystemRandom()
    seeds = [draw.randrange(PUBLIC_SEED + 1, 2**32) for _ in range(SEEDS)]
    found = share_out(partial(_prove, seeds=seeds), whole, course, whole, min(jobs, max(len(whole), 1)))
    for exercise in exercises:
        missing = missing_files(course, exercise)
        reasons = [f"{path} is missing" for path in missing] or next(found)
        yield [(exercise.name, reason) for reason in reasons]


def _prove(bench: Bench, exercise: Exercise, seeds: Sequence[int]) -> list[str]:
    try:
        return list(_problems(bench, exercise, seeds))
    except (SyntaxError, UnicodeDecodeError) as error:
        return [f"a file of it is no Python text: {error}"]


def _problems(bench: Bench, exercise: Exercise, seeds: Sequence[int]) -> Iterator[str]:
    course = bench.course
    path = course.solution(exercise)
    solution = path.read_text("utf-8")
    checks = course.checks(exercise).read_text("utf-8")
    try:
        yield from stub_problems(course, exercise)
    except CourseError as error:  # the solution's regions are not right
        yield str(error)
        return
    yield from recording_size_problems(course, exercise)
    yield from hint_problems(exercise)
    yield from docstring_problems(solution)
    yield from example_problems(solution, path.name, bench.sandbox)
    yield from assert_problems(checks)
    if exercise.name in bench.broken:
        yield bench.broken[exercise.name]
        return
    file = bench.files[exercise.name]
    yield from title_problems(file)
    yield from misconception_problems(file, checks)
    yield from Scores(course, file, bench.sandbox, seeds).problems()
