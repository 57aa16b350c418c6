"""Say where a command was typed, where that is not obvious, and refuse what does not belong there."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.course import Course, Exercise, Workspace, choose_one, find_workspace, is_checkout, own_course, root
from grader.course.workspace import MARK
from grader.errors import UsageError


def here() -> tuple[Course, Workspace]:
    """Return this program's course and the workspace in which the command was typed."""
    workspace = find_workspace(Path.cwd())
    inside = Path.cwd().resolve().is_relative_to(workspace.root.resolve())
    if not inside:
        _note(f"in {workspace.root}, the checkout of this kata")
    elif not (workspace.root / MARK).is_file() and not _is_own(workspace):
        _note(f"the exercises of {workspace.root}, with the checks of this kata's own {root()}")
    return own_course(), workspace


def one_exercise(name: str | None, course: Course, workspace: Workspace) -> Exercise:
    """Return the exercise that a word means; without a word the one that the learner was at last, else the first."""
    from grader.learning.memory import Memory

    exercises = workspace.exercises(course)
    if name is not None:
        return choose_one(name, exercises)
    if not exercises:
        raise UsageError(f"{workspace.root} holds no exercises")
    current = Memory(workspace).current()
    return next((exercise for exercise in exercises if exercise.name == current), exercises[0])


def own_checkout() -> tuple[Course, Workspace]:
    """Return the course and the workspace of this program's checkout, for those who make and prove exercises."""
    workspace = find_workspace(Path.cwd())
    if not is_checkout():
        raise UsageError("this kata was installed without its checkout: clone the repository, then 'pip install -e .'")
    if not _is_own(workspace):
        raise UsageError(
            f"{workspace.root} is not the checkout of this kata, which is {root()}: go there, or install this one with "
            "'pip install -e .'"
        )
    return own_course(), workspace


def _is_own(workspace: Workspace) -> bool:
    return workspace.root.resolve() == root().resolve()


def _note(text: str) -> None:
    print(f"kata: {text}", file=sys.stderr)
