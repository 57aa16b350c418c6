"""Bring the stubs in exercises/ up to date with the solutions, without losing what a learner wrote."""

from __future__ import annotations

import subprocess
from pathlib import Path

from grader.course import Course, CourseError, write_whole
from grader.course.stubs import stub, stub_of


def sync(course: Course, *, check: bool = False, force: bool = False) -> list[str]:
    """Write the stubs that differ from what the solutions give, or only list them if ``check``.

    A file that is neither missing nor the stub of the last commit's solution may be a solved exercise. If there is
    one, nothing is written and `CourseError` names all of them, unless ``force``.

    Returns
    -------
    list of str
        The stubs that differ, as paths from the root.
    """
    new = {course.stub(exercise): stub_of(course, exercise) for exercise in course.exercises}
    differing = [path for path, text in new.items() if not _holds(path, text)]
    if not check:
        precious = [] if force else [path for path in differing if path.exists() and not _is_old_stub(course, path)]
        if precious:
            names = ", ".join(_from_root(course, path) for path in precious)
            raise CourseError(f"not a stub, so perhaps somebody's work: {names}; --force overwrites")
        for path in differing:
            write_whole(path, new[path])
    return [_from_root(course, path) for path in differing]


def _is_old_stub(course: Course, path: Path) -> bool:
    """Tell whether the file is the stub that the solution of the last commit gives; without git it is not."""
    solution = _from_root(course, path).replace("exercises/", "solutions/", 1)
    try:
        shown = subprocess.run(["git", "show", f"HEAD:./{solution}"], cwd=course.root, capture_output=True, check=True)
        return _holds(path, stub(shown.stdout.decode().replace("\r\n", "\n"), solution))
    except (FileNotFoundError, subprocess.CalledProcessError, UnicodeDecodeError, CourseError):
        return False


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_bytes().replace(b"\r\n", b"\n") == text.encode()


def _from_root(course: Course, path: Path) -> str:
    return path.relative_to(course.root).as_posix()
