"""Bring the stubs in exercises/ up to date with the solutions, without losing what somebody wrote."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from grader.course import Course, Exercise, Workspace, write_whole
from grader.course.stubs import emptied, stub_of
from grader.errors import CourseError
from grader.sandbox.protocol.code import same_code


def sync(
    course: Course,
    workspace: Workspace,
    exercises: Sequence[Exercise],
    *,
    check: bool = False,
    force: Collection[Exercise] = (),
) -> list[str]:
    """Write the stubs that differ from what the solutions give, or only list them if ``check``.

    A file whose code is not that of its stub may be a solved exercise. If there is one, nothing is written at all and
    `CourseError` names all of them.

    Parameters
    ----------
    course : Course
    workspace : Workspace
        Whose files are written.
    exercises : sequence of Exercise
    check : bool
    force : collection of Exercise
        Whose files are overwritten whatever they hold.

    Returns
    -------
    list of str
        The stubs that differ, as paths from the root of the workspace.
    """
    stubs = {exercise: stub_of(course, exercise) for exercise in exercises}
    texts = {exercise: _text_of(workspace, exercise) for exercise in exercises}
    differing = [exercise for exercise in exercises if texts[exercise] != stubs[exercise]]
    if not check:
        written = [
            exercise
            for exercise in differing
            if exercise not in force and (text := texts[exercise]) is not None and not same_code(text, stubs[exercise])
        ]
        if written:
            names = ", ".join(exercise.path for exercise in written)
            words = " ".join(exercise.name for exercise in written)
            raise CourseError(
                f"something is written in {names}: it may be somebody's work; 'kata sync --force {words}' overwrites it"
            )
        for exercise in differing:
            write_whole(workspace.file(exercise), stubs[exercise])
    return [exercise.path for exercise in differing]


def keep(course: Course, exercises: Sequence[Exercise], *, check: bool = False) -> list[str]:
    """Keep each solution but for its regions beside its recording, so that all can be graded where solutions are not.

    Returns
    -------
    list of str
        The files that differ from what the solutions give, as paths from the course's root.
    """
    differing = []
    for exercise in exercises:
        text, path = emptied(course.solution(exercise).read_text("utf-8")), course.kept(exercise)
        if not path.is_file() or path.read_text("utf-8") != text:
            differing.append(course.relative(path))
            if not check:
                path.parent.mkdir(exist_ok=True)
                write_whole(path, text)
    return differing


def _text_of(workspace: Workspace, exercise: Exercise) -> str | None:
    """Return the text of a learner's file, None where there is none."""
    try:
        return workspace.file(exercise).read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return None
