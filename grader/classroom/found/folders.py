"""Take each folder, each zip and each loose file of what was collected for one learner's or team's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from grader.classroom.found.files import Collected, Entry, Who

_LOOSE = (".zip", ".ipynb", ".py", ".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz")  # what cannot be read is listed

_OTHERS = ("email", "name", "team")  # columns of a roster that are asked after those for an id and a login


def recognises(entries: Sequence[Entry]) -> bool:
    """Return whether it could be so: it always could."""
    return True


def collected(entries: Sequence[Entry]) -> Iterator[Collected]:
    """Find the submissions."""
    mine = [entry for entry in entries if entry.is_folder or entry.name.lower().endswith(_LOOSE)]
    names = [entry.name if entry.is_folder else entry.name.rpartition(".")[0] for entry in mine]
    assignment = _assignment(names)
    for entry, name in zip(mine, names, strict=True):
        words = [(column, name) for column in ("id", "github", *_OTHERS)]
        words += [(column, login) for login in _logins(name, assignment) for column in ("github", "id", *_OTHERS)]
        who = Who(name, tuple(words))
        yield Collected(entry.name, (who,), entry.files, folder=entry.folder)


def _assignment(names: Sequence[str]) -> str:
    """Return what the names of most repositories of an assignment on GitHub begin with, up to a hyphen."""
    shared = Counter(name[: i + 1] for name in names for i, letter in enumerate(name) if letter == "-")
    return max((beginning for beginning, count in shared.items() if 1 < count > len(names) / 2), key=len, default="")


def _logins(name: str, assignment: str) -> Iterator[str]:
    """Find what the login may be in the name of a repository, the longest first.

    Assignments and logins both may hold hyphens: what most names begin with may be the beginning of a login as well.
    """
    hyphens = (i for i, letter in enumerate(assignment) if letter == "-")
    yield from (name[i + 1 :] for i in hyphens if name.startswith(assignment[: i + 1]))
