"""Take each folder, each zip and each notebook of what was collected for one learner's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from grader.classroom.found.files import Collected, Entry, Who


def recognises(entries: Sequence[Entry]) -> bool:
    """Return whether it could be so: it always could."""
    return True


def collected(entries: Sequence[Entry]) -> Iterator[Collected]:
    """Find the submissions."""
    mine = [entry for entry in entries if entry.is_folder or entry.name.lower().endswith((".zip", ".ipynb"))]
    names = [entry.name if entry.is_folder else entry.name.rpartition(".")[0] for entry in mine]
    shared = _beginning(min(names), max(names)) if len(names) > 1 else ""
    for entry, name in zip(mine, names, strict=True):
        words = [name, *_logins(name, shared)]
        who = Who(name, tuple((column, word) for word in words for column in ("id", "github", "email", "team")))
        yield Collected(entry.name, (who,), entry.files, folder=entry.folder)


def _logins(name: str, shared: str) -> Iterator[str]:
    """Find what the login may be in the name of a repository on GitHub, which begins with the assignment's.

    Both may hold hyphens. So what all repositories begin with is the assignment and, it may be, a part of the login.
    """
    for i, letter in enumerate(shared):
        if letter == "-":
            yield name[i + 1 :]


def _beginning(first: str, last: str) -> str:
    """Return what two names begin with, and so do all that stand between them in order."""
    pairs = zip(first, last, strict=False)
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
