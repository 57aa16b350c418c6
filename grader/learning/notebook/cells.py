"""Keep a cell and the file of its exercise in step."""

from __future__ import annotations

import os

from grader.course import Course, Exercise, Workspace, write_whole
from grader.course.stubs import stub_of
from grader.grading.texts import read_text
from grader.learning.memory import Memory
from grader.learning.resetting import replace
from grader.sandbox.protocol.code import same_code


def keep(course: Course, workspace: Workspace, exercise: Exercise, cell: str, *, force: bool = False) -> str:
    """Save a cell as the file of its exercise, unless something was written there that no cell holds.

    Parameters
    ----------
    course : Course
    workspace : Workspace
    exercise : Exercise
    cell : str
    force : bool
        Whether to save it in any case; what was there is kept in ``.kata/old``.

    Returns
    -------
    str
        What the learner has to know about it; nothing where the file holds what the cell does.
    """
    memory, stub = Memory(workspace), stub_of(course, exercise)
    old = read_text(workspace.root, *exercise.path.split("/"))
    if old == cell or same_code(cell, stub):
        return ""
    ours = old is None
    if isinstance(old, str):
        ours = same_code(old, stub) or memory.is_of_a_notebook(exercise.name, old)
    where = os.path.relpath(workspace.file(exercise))
    if not ours and not force:
        return (
            f"{where} holds something that was not written in a notebook, and stays as it is: '%load {where}' brings "
            f"it here, '%%kata {exercise.name} --force' puts this cell in its place."
        )
    try:
        kept = None
        if ours:
            write_whole(workspace.file(exercise), cell)
        else:
            kept = replace(course, workspace, exercise, cell)
    except OSError as error:
        return f"{where} could not be saved: {error.strerror}."
    memory.written_in_a_notebook(exercise.name, cell)
    memory.save()
    return f"What {where} held is kept as {os.path.relpath(kept)}." if kept else ""
