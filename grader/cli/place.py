"""Say where a command was typed, where that is not obvious, and refuse what does not belong there."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.course import Course, Exercise, Workspace, choose, find_workspace, is_checkout, own_course, root
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


def one_exercise(word: str | None, course: Course, workspace: Workspace) -> Exercise:
    """Return the exercise that a word means.

    Without a word that is the one that was saved, checked or opened last; for a topic what comes next in it.
    """
    from grader.learning.memory import Memory
    from grader.learning.states import states
    from grader.learning.upcoming import current_exercise, upcoming

    exercises = workspace.exercises(course)
    if not exercises:
        raise UsageError(f"{workspace.root} holds no exercises")
    chosen = choose([] if word is None else [word], exercises)
    if word is not None and len(chosen) == 1:
        return chosen[0]
    memory = Memory(workspace)
    current = current_exercise(course, workspace, memory)
    if word is None and current:
        return current
    return upcoming(chosen, states(course, workspace, exercises, memory), current) or chosen[0]


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
