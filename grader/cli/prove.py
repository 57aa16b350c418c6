"""Prove: what a maintainer asks of the checks before a learner meets them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.screen import count, say
from grader.course import Course, Exercise, load, root

if TYPE_CHECKING:
    from grader.authoring.verify_trees import Problem


def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", show_default=False)] = None,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Also break the solutions and list what goes unnoticed.")
    ] = False,
) -> None:
    """Prove the checks: right answers pass, wrong ones fail and are named; exit with 1 if not. Needs torch."""
    course = load(root())
    exercises = [course.find(name) for name in dict.fromkeys(names or [])] or list(course.exercises)
    _require_torch()
    problems = _verify(course, exercises, whole=not names)
    say(f"{count(len(exercises), 'exercise')} verified, {count(len(problems), 'problem')} found")
    sound = [exercise for exercise in exercises if exercise.name not in {name for name, _ in problems}]
    unnoticed = _hunt(course, sound) if mutants else 0
    if problems or unnoticed:
        raise typer.Exit(1)


def _verify(course: Course, exercises: list[Exercise], whole: bool) -> list[Problem]:
    """Say everything that is wrong, and return it."""
    from grader.authoring.verify import course_problems, exercise_problems

    problems = list(course_problems(course)) if whole else []
    _say(problems)
    with _bar("verifying", exercises) as bar:
        for found in exercise_problems(course, exercises):
            _say(found)
            problems += found
            bar.update(1)
    return problems


def _say(problems: list[Problem]) -> None:
    for name, reason in problems:
        say(f"{name}: {reason}")


def _hunt(course: Course, exercises: list[Exercise]) -> int:
    """Show the mutants that survive and what is stale in the list of equivalent ones; return how many both are."""
    from grader.authoring.verify_mutants import FILE, hunts

    killed = equivalent = survived = stale = 0
    with _bar("mutants", exercises) as bar:
        for exercise, hunt in hunts(course, exercises):
            path = course.solution(exercise)
            for mutant in hunt.survivors:
                say(mutant.diff(path.read_text("utf-8"), path.relative_to(course.root).as_posix()))
            for entry in hunt.stale:
                say(f"{entry.exercise}: {FILE} lists a mutant that does not survive: {entry.operator}: {entry.line}")
            killed += hunt.killed
            equivalent += hunt.equivalent
            survived += len(hunt.survivors)
            stale += len(hunt.stale)
            bar.update(1)
    say(f"killed {killed} of {killed + survived} mutants; {equivalent} more are listed as equivalent")
    return survived + stale


def _bar(label: str, exercises: list[Exercise]) -> Any:
    return typer.progressbar(length=len(exercises), file=sys.stderr, label=label, hidden=not sys.stderr.isatty())


def _require_torch() -> None:
    from importlib.util import find_spec

    if find_spec("torch") is None:
        from grader.checks.torch_reference import TorchMissing
        from grader.grading.errors import GradingError

        raise GradingError(str(TorchMissing()))
