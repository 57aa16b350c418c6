"""Read a submission's files as text, once, trusting nothing about them."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course, Exercise, Workspace
from grader.errors import SubmissionError
from grader.sandbox.protocol.limits import SOURCE_BYTES

GIT_SECONDS = 1.0  # the .git of a submission may be anything, a pipe that nobody writes to included


@dataclass(frozen=True)
class Unreadable:
    """A file of the submission that is there but is not a plain text file, and why."""

    reason: str


@dataclass(frozen=True)
class Texts:
    """What was submitted: score, hash and memory all speak of these texts, whatever happens to the files meanwhile.

    Attributes
    ----------
    texts : mapping of str to str or Unreadable
        By the names of the exercises; one that is missing was not submitted.
    path : str
        Where they come from, as it stands in the report.
    commit : str or None
        The commit that is checked out there, where there is one.
    """

    texts: Mapping[str, str | Unreadable]
    path: str = "(texts)"
    commit: str | None = None

    def sha256(self, exercises: Iterable[Exercise]) -> str:
        """Return a hash of all that was submitted for these exercises."""
        digest = hashlib.sha256()
        for exercise in exercises:
            text = self.texts.get(exercise.name)
            if isinstance(text, Unreadable):
                text = f"unreadable: {text.reason}"
            if text is not None:
                digest.update(f"{exercise.topic}/{exercise.name}\0{text}\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def read_folder(
    path: Path, course: Course, exercises: Sequence[Exercise] | None = None, commit: str | None = None
) -> Texts:
    """Return the texts in a folder.

    Parameters
    ----------
    path : Path
        Laid out like ``exercises/``, a repository that holds such a folder, or a flat folder of files that are named
        like exercises.
    course : Course
    exercises : sequence of Exercise, optional
        Those that are read; all of the course by default.
    commit : str, optional
        The commit that the files are from, where git cannot tell.

    Raises
    ------
    SubmissionError
        Where there are no exercises.
    """
    if not path.is_dir():
        raise SubmissionError(f"there is no folder {path}")
    exercises = course.exercises if exercises is None else exercises
    inner = path / "exercises"
    root = inner if inner.is_dir() and not inner.is_symlink() else path
    flat = not any((root / topic.name).is_dir() for topic in course.topics)
    texts = {}
    for exercise in exercises:
        folders = () if flat else (exercise.topic,)
        text = read_text(root, *folders, f"{exercise.name}.py")
        if text is not None:
            texts[exercise.name] = text
    if flat and not texts:
        topics = ", ".join(topic.name for topic in course.topics[:3])
        raise SubmissionError(
            f"no exercises in {path}: looked for a folder 'exercises', topic folders ({topics}, ...), "
            "or files named like exercises"
        )
    return Texts(texts, str(path), commit or commit_of(root))


def read_workspace_texts(workspace: Workspace, exercises: Iterable[Exercise]) -> Texts:
    """Return what a learner has written in a workspace; nobody asks for its commit, for which git would have to run."""
    texts = {exercise.name: read_text(workspace.root, *exercise.path.split("/")) for exercise in exercises}
    found = {name: text for name, text in texts.items() if text is not None}
    return Texts(found, str(workspace.root / "exercises"))


def read_text(root: Path, *parts: str) -> str | Unreadable | None:
    """Return the text of ``root/parts``, or None if nothing is there; no link is followed."""
    data = read_bytes(root, *parts, most=SOURCE_BYTES)
    return decoded(data) if isinstance(data, bytes) else data


def read_bytes(root: Path, *parts: str, most: int) -> bytes | Unreadable | None:
    """Return the at most ``most`` bytes of ``root/parts``, or None if nothing is there; no link is followed."""
    path = root
    for part in parts:
        path = path / part
        try:
            mode = os.lstat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return Unreadable(f"the file cannot be read: {error.strerror}")
        if stat.S_ISLNK(mode):
            return Unreadable("the file is a link, or in a folder that is one; links are not followed")
    if not stat.S_ISREG(mode):
        return Unreadable("the file is not a regular file")
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Unreadable("the file is not a regular file")
            data = bytearray()  # grows with what is there: one read of so many bytes would make room for them all
            while len(data) <= most and (more := file.read(min(SOURCE_BYTES, most + 1 - len(data)))):
                data += more
    except OSError as error:
        return Unreadable(f"the file cannot be read: {error.strerror}")
    return bytes(data) if len(data) <= most else too_large(most)


def too_large(most: int) -> Unreadable:
    """Return what is said of a file that has more than so many bytes."""
    return Unreadable(f"the file is larger than {most // 1024} KB")


def decoded(data: bytes) -> str | Unreadable:
    """Return the text that bytes hold, its line ends as Python reads them."""
    if len(data) > SOURCE_BYTES:
        return too_large(SOURCE_BYTES)
    if b"\0" in data:
        return Unreadable("the file holds NUL bytes")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return Unreadable(f"the file is not UTF-8 text (byte {error.start})")


def commit_of(folder: Path) -> str | None:
    """Return the commit that is checked out, where the folder is part of a git work tree that holds this commit.

    The folder may bring a ``.git`` that somebody has written by hand. So its words are believed only where git finds a
    commit under that hash; and it looks for it with settings of ours, since theirs could name a program that git runs
    to fetch what is missing.
    """
    head = _head(folder)
    if head is None:
        return None
    objects, commit = head
    with tempfile.TemporaryDirectory(prefix="kata-") as ours:
        for name in ("objects", "refs"):
            Path(ours, name).mkdir()
        Path(ours, "HEAD").write_text("ref: refs/heads/none\n")
        if len(commit) == 64:
            Path(ours, "config").write_text(
                "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n"
            )
        found = _git(
            "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}", GIT_DIR=ours, GIT_OBJECT_DIRECTORY=objects
        )
    return commit if found == commit else None


def _head(folder: Path) -> tuple[str, str] | None:
    """Return where git would look for objects, and what it calls the commit that is checked out."""
    where = ["-C", str(folder), "-c", "core.fsmonitor=false", "rev-parse", "--path-format=absolute"]
    words = (_git(*where, "--git-path", "objects", "HEAD") or "").split("\n")
    if len(words) != 2 or not re.fullmatch(r"[0-9a-f]{40}([0-9a-f]{24})?", words[1]):
        return None
    return words[0], words[1]


def _git(*words: str, **environment: str) -> str | None:
    """Return what git says within a moment, else None."""
    surroundings = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    surroundings |= {"GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0", **environment}
    try:
        done = subprocess.run(
            ["git", *words],
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=GIT_SECONDS,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
