"""Say what a learner was at, and what comes next."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from grader.course import Course, Exercise, Workspace
from grader.course.stubs import stub_of
from grader.grading.texts import read_text
from grader.learning.memory import Memory
from grader.learning.states import State
from grader.sandbox.protocol.code import same_code


def upcoming(exercises: Sequence[Exercise], states: Mapping[str, State], current: Exercise | None) -> Exercise | None:
    """Return what to do next; None where everything is done.

    That is what the learner is at, else what is begun, else the first untouched exercise behind it whose prerequisites
    are done, else the first such exercise, else any that is left.

    Parameters
    ----------
    exercises : sequence of Exercise
        In the order of the course.
    states : mapping of str to State
        Of each exercise by its name.
    current : Exercise or None
        What the learner is at.
    """
    left = [exercise for exercise in exercises if states[exercise.name] != "done"]
    begun = [exercise for exercise in left if states[exercise.name] == "attempted"]
    ready = [
        exercise for exercise in left if all(states.get(name, "done") == "done" for name in exercise.prerequisites)
    ]
    place = exercises.index(current) if current in exercises else -1
    behind = [exercise for exercise in ready if exercises.index(exercise) > place]
    at = [current] if current in begun else []
    return next(iter([*at, *begun, *behind, *ready, *left]), None)


def current_exercise(course: Course, workspace: Workspace, memory: Memory) -> Exercise | None:
    """Return the exercise that was saved, checked or opened last; None where nothing was.

    A file counts as saved if what is written in it has not been checked: a clone or a merge writes files, too.
    """
    exercises = workspace.exercises(course)
    last = next((exercise for exercise in exercises if exercise.name == memory.current()), None)
    since = memory.at(last.name) if last else 0.0
    saved = {exercise: _saved(workspace, exercise) for exercise in exercises}
    for exercise in sorted(exercises, key=saved.__getitem__, reverse=True):
        if saved[exercise] <= since:
            break
        text = read_text(workspace.root, *exercise.path.split("/"))
        if not isinstance(text, str) or memory.status(exercise.name, text) is not None:
            continue
        if not same_code(text, stub_of(course, exercise)):
            return exercise
    return last


def _saved(workspace: Workspace, exercise: Exercise) -> float:
    try:
        return os.lstat(workspace.file(exercise)).st_mtime
    except OSError:
        return 0.0
