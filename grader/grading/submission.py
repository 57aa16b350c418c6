"""Read a submission's files as text, trusting nothing about them."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from grader.course import Course, Exercise
from grader.grading.errors import GradingError
from grader.sandbox.limits import SOURCE_BYTES


class Unreadable(Exception):
    """A file of the submission that is there but is not a plain text file; the message says why."""


class Submission(Protocol):
    """Where the texts to be graded come from."""

    @property
    def path(self) -> str:
        """The folder, as it stands in the report."""

    @property
    def commit(self) -> str | None:
        """The commit that is checked out, where there is one."""

    def text(self, exercise: Exercise) -> str | None:
        """Return what was written for an exercise, or None; raises `Unreadable`."""


class Folder:
    """A folder laid out like ``exercises/``, or a repository that holds one.

    Parameters
    ----------
    path : Path
    course : Course

    Raises
    ------
    GradingError
        Where there are no exercises.
    """

    def __init__(self, path: Path, course: Course) -> None:
        self.path = str(path)
        if not path.is_dir():
            raise GradingError(f"there is no folder {path}")
        inner = path / "exercises"
        self._root = inner if inner.is_dir() and not inner.is_symlink() else path
        if not any((self._root / topic.name).is_dir() for topic in course.topics):
            names = ", ".join(topic.name for topic in course.topics[:3])
            raise GradingError(
                f"no exercises in {path}: looked for a folder 'exercises', or topic folders ({names}, ...)"
            )

    @property
    def commit(self) -> str | None:
        """The commit that is checked out, where the folder is part of a git work tree."""
        command = [
            "git",
            "-C",
            str(self._root),
            "-c",
            "core.fsmonitor=false",
            "rev-parse",
            "--verify",
            "--quiet",
            "HEAD",
        ]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.strip() or None
        except (OSError, subprocess.SubprocessError):
            return None

    def text(self, exercise: Exercise) -> str | None:
        """Return what was written for an exercise, or None if there is no file; raises `Unreadable`."""
        return read_text(self._root, exercise.topic, f"{exercise.name}.py")


class Texts:
    """Texts that are in no folder, such as the mutants of a solution.

    Parameters
    ----------
    texts : dict
        By the names of exercises.
    """

    path = "(texts)"
    commit = None

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def text(self, exercise: Exercise) -> str | None:
        """Return the text for an exercise, or None."""
        return self._texts.get(exercise.name)


def read_text(root: Path, *parts: str) -> str | None:
    """Return the text of ``root/parts``, or None if nothing is there; raises `Unreadable`."""
    path = root
    for part in parts:
        path = path / part
        try:
            mode = os.lstat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Unreadable(f"the file cannot be read: {error.strerror}") from None
        if stat.S_ISLNK(mode):
            raise Unreadable("the file is a link, or in a folder that is one; links are not followed")
    if not stat.S_ISREG(mode):
        raise Unreadable("the file is not a regular file")
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable("the file is not a regular file")
            data = file.read(SOURCE_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"the file cannot be read: {error.strerror}") from None
    if len(data) > SOURCE_BYTES:
        raise Unreadable(f"the file is larger than {SOURCE_BYTES // 1024} KB")
    if b"\0" in data:
        raise Unreadable("the file holds NUL bytes")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not UTF-8 text (byte {error.start})") from None


def texts_hash(submission: Submission, exercises: Iterable[Exercise]) -> str:
    """Return a hash of all that was submitted for these exercises."""
    digest = hashlib.sha256()
    for exercise in exercises:
        try:
            text = submission.text(exercise)
        except Unreadable as error:
            text = f"unreadable: {error}"
        if text is not None:
            digest.update(f"{exercise.topic}/{exercise.name}\0{text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
