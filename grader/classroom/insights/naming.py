"""Call learners by their names, or by names that only the owner of a key can trace back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from grader.classroom.insights.results import Results
from grader.errors import UsageError

Naming = Callable[[str], str]


def real_names(classes: Iterable[Results]) -> Naming:
    """Return the naming by the names of the roster: of a learner by id, of a submission by all whose it is."""
    known: dict[str, str] = {}
    for results in classes:
        teams: dict[str, list[str]] = {}
        for grade in results.grades:
            known[grade.id] = grade.name or grade.id
            if grade.submission:
                teams.setdefault(grade.submission, []).append(known[grade.id])
        known |= {submission: " and ".join(names) for submission, names in teams.items() if len(names) > 1}
    return lambda id: known.get(id, id)


def pseudonyms(path: Path) -> Naming:
    """Return the naming under the key in a file, which is made if it is not there, for its owner's eyes only.

    Raises
    ------
    UsageError
        Where the file holds no key.
    """
    path.touch(0o600)
    if not path.stat().st_size:
        path.write_text(secrets.token_hex(32) + "\n", "ascii")
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise UsageError(f"{path} holds no key: remove it, and everybody gets a new pseudonym from a new one")
    return lambda id: f"learner {hmac.new(key, id.encode('utf-8', 'replace'), hashlib.sha256).hexdigest()[:8]}"
