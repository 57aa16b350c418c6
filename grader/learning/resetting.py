"""Go back to the stub of an exercise and forth again; every text that was there is kept."""

from __future__ import annotations

import re
from pathlib import Path

from grader.course import Course, Exercise, Workspace, write_whole
from grader.course.stubs import stub_of
from grader.errors import UsageError
from grader.grading.texts import Unreadable, read_bytes

MOST_BYTES = 64 * 1024 * 1024


def reset(course: Course, workspace: Workspace, exercise: Exercise) -> Path | None:
    """Put the stub in the place of what the learner wrote, and return where that is kept.

    Returns
    -------
    Path or None
        The file in ``.kata/old``; None where nothing was written.

    Raises
    ------
    UsageError
        Where a folder or a link stands in the file's place.
    OSError
        Where something cannot be written; then nothing has changed.
    """
    return replace(course, workspace, exercise, stub_of(course, exercise))


def replace(course: Course, workspace: Workspace, exercise: Exercise, text: str) -> Path | None:
    """Put a text in the place of what the learner wrote; returns and raises what `reset` does."""
    kept = _keep(workspace, exercise, stub_of(course, exercise))
    write_whole(workspace.file(exercise), text)
    return kept


def restore(course: Course, workspace: Workspace, exercise: Exercise) -> tuple[Path, Path | None]:
    """Put back the newest text that was kept and is not there already.

    Returns
    -------
    tuple of Path and (Path or None)
        The file in ``.kata/old`` whose text is back, and the one in which that which was there is kept.

    Raises
    ------
    UsageError
        Where nothing else is kept, or a folder or a link stands in the file's place.
    OSError
        Where something cannot be written; then nothing has changed.
    """
    now = _content(workspace, exercise)
    older = [path for path in _kept(workspace, exercise) if path.read_bytes() != now]
    if not older:
        raise UsageError(f"no other text of {exercise.name} is kept: 'kata reset {exercise.name}' keeps one")
    kept = _keep(workspace, exercise, stub_of(course, exercise))
    write_whole(workspace.file(exercise), older[-1].read_bytes())
    return older[-1], kept


def _keep(workspace: Workspace, exercise: Exercise, stub: str) -> Path | None:
    """Keep what is there, once; the stub need not be kept."""
    content = _content(workspace, exercise)
    if content is None or content == stub.encode():
        return None
    kept = _kept(workspace, exercise)
    for path in kept:
        if path.read_bytes() == content:
            return path
    number = _number(kept[-1]) + 1 if kept else 1
    path = workspace.memory / "old" / f"{exercise.name}.{number}.py"
    write_whole(path, content)
    return path


def _content(workspace: Workspace, exercise: Exercise) -> bytes | None:
    """Return what the file holds, text or not, None where there is none; raises `UsageError`."""
    content = read_bytes(workspace.root, *exercise.path.split("/"), most=MOST_BYTES)
    if isinstance(content, Unreadable):
        raise UsageError(f"{exercise.path} cannot be kept: {content.reason}")
    return content


def _kept(workspace: Workspace, exercise: Exercise) -> list[Path]:
    """Return the files in which texts of an exercise are kept, the newest last."""
    found = (workspace.memory / "old").glob(f"{exercise.name}.*.py")
    return sorted((path for path in found if _number(path)), key=_number)


def _number(path: Path) -> int:
    match = re.fullmatch(r"[a-z0-9_]+\.(\d+)\.py", path.name)
    return int(match[1]) if match else 0
