"""Prove what a maintainer asks of the checks before a learner meets them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Annotated

import typer

from grader.cli.place import own_checkout
from grader.cli.progress import progress
from grader.cli.screen import count, say
from grader.course import Course, Exercise, Problem, choose
from grader.errors import TorchMissing


def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", show_default=False)] = None,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Also break the solutions and list what goes unnoticed.")
    ] = False,
) -> None:
    """Prove the checks: right answers pass, wrong ones fail and are named; exit with 1 if not. Needs torch."""
    course, _ = own_checkout()
    exercises = choose(names or [], course.exercises)
    if find_spec("torch") is None:
        raise TorchMissing
    problems = _verify(course, exercises)
    if not names:
        problems += _verify_course(course, thorough=mutants)
    say(f"{count(len(exercises), 'exercise')} verified, {count(len(problems), 'problem')} found")
    unsound = {problem.about for problem in problems}
    unnoticed = _mutants(course, exercises, unsound) if mutants else 0
    if problems or unnoticed:
        raise typer.Exit(1)


def _verify_course(course: Course, *, thorough: bool) -> list[Problem]:
    """Say everything that is wrong with the course as a whole and its milestones, and return it."""
    from grader.proof.milestones import milestone_problems
    from grader.proof.verify import verify_course

    problems = list(verify_course(course))
    _say(problems)
    for problem in milestone_problems(course, thorough=thorough):
        _say([problem])
        problems.append(problem)
    return problems


def _verify(course: Course, exercises: Sequence[Exercise]) -> list[Problem]:
    """Say everything that is wrong with exercises, and return it."""
    from grader.proof.verify import verify_exercises

    problems: list[Problem] = []
    with progress(len(exercises), "verifying") as advance:
        for found in verify_exercises(course, exercises):
            _say(found)
            problems += found
            advance(found)
    return problems


def _say(problems: Sequence[Problem]) -> None:
    for problem in problems:
        say(f"{problem.about}: {problem.reason}")


def _mutants(course: Course, exercises: Sequence[Exercise], unsound: set[str]) -> int:
    """Show the mutants that survive and what is stale in the list of equivalent ones; return how many both are."""
    from grader.proof.survivors import FILE, survivors

    sound = [exercise for exercise in exercises if exercise.name not in unsound]
    for exercise in exercises:
        if exercise.name in unsound:
            say(f"{exercise.name}: no mutants are tried before it is sound")
    killed = equivalent = survived = stale = 0
    with progress(len(sound), "mutants") as advance:
        for exercise, found in survivors(course, sound):
            path = course.solution(exercise)
            for mutant in found.survivors:
                say(mutant.diff(path.read_text("utf-8"), course.relative(path)))
            for entry in found.stale:
                say(f"{entry.exercise}: {FILE} lists a mutant that does not survive: {entry.operator}: {entry.line}")
            killed += found.killed
            equivalent += found.equivalent
            survived += len(found.survivors)
            stale += len(found.stale)
            advance(found)
    if sound:
        say(f"killed {killed} of {killed + survived} mutants; {equivalent} more are listed as equivalent")
    return survived + stale
