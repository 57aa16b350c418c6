"""Prove what a maintainer asks of the checks before a learner meets them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.place import own_checkout
from grader.cli.progress import progress
from grader.cli.screen import count, say
from grader.course import Course, Exercise, Problem, choose
from grader.errors import TorchMissing

if TYPE_CHECKING:
    from grader.course.milestones import Milestone


def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", show_default=False)] = None,
    mutants: Annotated[
        bool,
        typer.Option(
            "--mutants",
            help="Also break the solutions and list what goes unnoticed; train milestones with every known mistake.",
        ),
    ] = False,
) -> None:
    """Prove checks and milestones: right answers pass, wrong ones fail; exit with 1 if not. Needs torch."""
    from grader.course.milestones import offered

    course, _ = own_checkout()
    milestones = [each for each in offered(course.exercises) if not names or each.name in names]
    others = [name for name in names or () if name not in {each.name for each in milestones}]
    exercises = choose(others, course.exercises) if others or not names else []
    if find_spec("torch") is None:
        raise TorchMissing
    problems = _verify(course, exercises) if exercises else []
    if not names:
        problems += _verify_course(course)
    problems += _verify_milestones(course, milestones, thorough=mutants)
    found = [(len(exercises), "exercise"), (len(milestones), "milestone")]
    verified = " and ".join(count(number, word) for number, word in found if number)
    say(f"{verified} verified, {count(len(problems), 'problem')} found")
    unsound = {problem.about for problem in problems}
    unnoticed = _mutants(course, exercises, unsound) if mutants and exercises else 0
    if problems or unnoticed:
        raise typer.Exit(1)


def _verify_course(course: Course) -> list[Problem]:
    """Say everything that is wrong with the course as a whole, and return it."""
    from grader.proof.verify import verify_course

    problems = list(verify_course(course))
    _say(problems)
    return problems


def _verify_milestones(course: Course, milestones: Sequence[Milestone], *, thorough: bool) -> list[Problem]:
    """Say everything that is wrong with milestones, and return it."""
    from grader.proof.milestones import milestone_problems

    problems = []
    for problem in milestone_problems(course, milestones, thorough=thorough):
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
