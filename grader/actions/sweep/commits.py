"""Read the list of commits that one job hands to the next."""

from __future__ import annotations

import json
from pathlib import Path

from grader.actions.runner import is_commit
from grader.actions.sweep.find import LIST
from grader.errors import StepError


def commits(out: Path) -> list[str]:
    """Return the commits of the list in a folder; raises `StepError` for what is no list of hashes."""
    try:
        found = json.loads((out / LIST).read_text("utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, list) or not all(map(is_commit, found)):
        raise StepError(f"{LIST} is no list of commits")
    return found
