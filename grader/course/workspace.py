"""Find where a learner works: a checkout, or a folder that ``kata init`` or ``kata release`` has made."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course.home import is_checkout, root
from grader.course.model import Course, Exercise
from grader.course.tables import FILE
from grader.errors import UsageError, did_you_mean

MARK = "kata.toml"
KEYS = ("course", "assignment", "exercises", "solutions")


@dataclass(frozen=True)
class Workspace:
    """A folder with a learner's files. Only what they wrote in it counts: ``exercises`` and ``.kata``.

    Attributes
    ----------
    root : Path
    names : tuple of str or None
        The exercises that were handed out; None for all of the course.
    solutions : bool
        Whether the learner may look at the solutions: a courtesy and not a lock, since the program holds them all.
    """

    root: Path
    names: tuple[str, ...] | None = None
    solutions: bool = True

    def file(self, exercise: Exercise) -> Path:
        """Return the file that the learner edits."""
        return self.root / exercise.path

    @property
    def memory(self) -> Path:
        """The folder of what is remembered between two commands."""
        return self.root / ".kata"

    def exercises(self, course: Course) -> tuple[Exercise, ...]:
        """Return the exercises that are here to be solved, in the order of the course."""
        if self.names is None:
            return course.exercises
        return tuple(exercise for exercise in course.exercises if exercise.name in self.names)


def find_workspace(start: Path) -> Workspace:
    """Return the workspace that ``start`` is in, else this program's own checkout; raises `UsageError`."""
    for folder in (start, *start.parents):
        if (folder / MARK).is_file():
            return read_workspace(folder)
        if (folder / FILE).is_file():
            return Workspace(folder)
    if is_checkout():
        return Workspace(root())
    raise UsageError("there are no exercises here: 'kata init DIR' makes a folder with all of them")


def read_workspace(folder: Path) -> Workspace:
    """Return the workspace that is marked by ``folder/kata.toml``; raises `UsageError` where that is not right."""
    path = folder / MARK
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    for key in data:
        if key not in KEYS:
            raise UsageError(f"{path}: unknown key {key!r}{did_you_mean(key, KEYS)}")
    names, solutions = data.get("exercises"), data.get("solutions", True)
    if names is not None and not _are_texts(names):
        raise UsageError(f"{path}: exercises must be a list of names")
    if not isinstance(solutions, bool):
        raise UsageError(f"{path}: solutions must be true or false")
    return Workspace(folder, None if names is None else tuple(names), solutions)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
