"""Tell how far a learner is with an exercise, as far as that shows without running anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from grader.course import Course, Exercise, Workspace
from grader.course.stubs import stub_of
from grader.grading.texts import read_text
from grader.learning.memory import Memory
from grader.sandbox.protocol.code import same_code

State = Literal["done", "attempted", "not attempted"]


def state(course: Course, workspace: Workspace, exercise: Exercise, memory: Memory) -> State:
    """Return ``done`` if the file passed its last check unchanged, ``not attempted`` if nothing is written in it."""
    text = read_text(workspace.root, *exercise.path.split("/"))
    if text is None:
        return "not attempted"
    if not isinstance(text, str):
        return "attempted"
    match memory.status(exercise.name, text):
        case "passed":
            return "done"
        case "failed" | "error" | "timeout":
            return "attempted"
    return "not attempted" if same_code(text, stub_of(course, exercise)) else "attempted"


def states(course: Course, workspace: Workspace, exercises: Sequence[Exercise], memory: Memory) -> dict[str, State]:
    """Return the state of each exercise by its name."""
    return {exercise.name: state(course, workspace, exercise, memory) for exercise in exercises}


def remembered_state(exercise: Exercise, memory: Memory) -> State:
    """Return the state that an exercise was left in by its last check, without a look at its file."""
    match memory.last(exercise.name):
        case None:
            return "not attempted"
        case "passed":
            return "done"
    return "attempted"
