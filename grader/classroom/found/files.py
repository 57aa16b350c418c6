"""Say what stands in what was collected, before anything of it is read: files, what lies at its top, submissions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.grading.texts import Unreadable

FILES = 50_000  # of one submission; whoever has more has handed in something else
_SKIPPED = {"__MACOSX", "__pycache__", "site-packages", "node_modules", "Thumbs.db"}


@dataclass(frozen=True)
class File:
    """A file that is not read yet.

    Attributes
    ----------
    path : tuple of str
        The folders that it is in, from the submission's, and its name.
    read : callable
        Returns its at most so many bytes, or why there are none.
    """

    path: tuple[str, ...]
    read: Callable[[int], bytes | Unreadable]


@dataclass(frozen=True)
class Entry:
    """What lies at the top of what was collected: a file, or a folder with all that is below it.

    Attributes
    ----------
    name : str
    files : callable
        Finds the file itself, or those of the folder; raises `SubmissionError` where they are too many.
    inside : callable or None
        Finds what lies in it, where it is a folder.
    folder : Path or None
        The folder, where it is one on disk.
    """

    name: str
    files: Callable[[], Iterator[File]]
    inside: Callable[[], Sequence[Entry]] | None = None
    folder: Path | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.inside is not None


@dataclass(frozen=True)
class Who:
    """A learner or a team, as the system calls them that their files were collected by.

    Attributes
    ----------
    id : str
        What they are called where no roster knows them.
    words : tuple of (str, str)
        By what a roster may know them, the surest first: its column, and what stands in it.
    """

    id: str
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Collected:
    """One submission, as it was collected.

    Attributes
    ----------
    original : str
        See `grader.classroom.submission.Handed`.
    who : tuple of Who
        More than one, where the system says who the members of a team are.
    files : callable
        Finds its files.
    late : bool
    folder : Path or None
        Where it is, if that is a folder on disk.
    """

    original: str
    who: tuple[Who, ...]
    files: Callable[[], Iterable[File]]
    late: bool = False
    folder: Path | None = None


def is_noise(name: str) -> bool:
    """Return whether a system or a tool has put this there, not a learner: hidden files are noise."""
    return name.startswith(".") or name in _SKIPPED


def split_name(name: str) -> tuple[str, tuple[int, int], str]:
    """Return a file's name without what was added to make it unique, the numbers that were added, its suffix.

    Canvas adds ``-1`` to the name of a file that was handed in before (after seven of them, a UUID), a browser
    `` (1)`` to one that was downloaded before.
    """
    stem, dot, suffix = name.rpartition(".")
    match = _ADDED.fullmatch(stem)
    assert match is not None  # it matches everything
    attempt, download = match["attempt"] or "0", match["download"] or "0"
    return match["stem"], (int(attempt) if attempt.isdigit() else 8, int(download)), f"{dot}{suffix.lower()}"


_ADDED = re.compile(
    r"(?P<stem>.*?)"
    r"(?:-(?P<attempt>[0-9]{1,4}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?"
    r"(?: ?\((?P<download>[0-9]{1,4})\))?",
    re.DOTALL,
)
