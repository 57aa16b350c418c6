"""Remember between two commands: the last check of an exercise, the hints seen.

It is kept in ``.kata/progress.json`` of the workspace or, where that cannot be written, in the user's own state folder.
The file may be missing or broken; then nothing is remembered.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.course import Workspace, write_whole


class Memory:
    """What is remembered of one workspace. Changes last once `save` is called."""

    def __init__(self, workspace: Workspace) -> None:
        self._paths = [workspace.memory / "progress.json", _elsewhere(workspace)]
        self._entries: dict[str, dict[str, Any]] = {}
        for path in reversed(self._paths):
            self._entries |= _read(path)

    def status(self, name: str, text: str) -> str | None:
        """Return what the last check of this exercise gave, if it was a check of the same text."""
        entry = self._entries.get(name, {})
        return entry.get("status") if entry.get("sha256") == _hash(text) else None

    def last(self, name: str) -> str | None:
        """Return what the last check of this exercise gave, whatever its text is now."""
        status = self._entries.get(name, {}).get("status")
        return status if isinstance(status, str) else None

    def passing(self, name: str) -> list[str] | None:
        """Return the names of the checks that passed the last time; None where nothing is remembered."""
        names = self._entries.get(name, {}).get("passing")
        return [word for word in names if isinstance(word, str)] if isinstance(names, list) else None

    def checked(self, name: str, text: str, status: str, passing: Sequence[str] = ()) -> None:
        """Remember what checking a text gave: an exercise's status, as in the report, and the checks that passed."""
        self._entries.setdefault(name, {}).update(sha256=_hash(text), status=status, passing=list(passing))
        self.opened(name)

    def opened(self, name: str) -> None:
        """Remember that this exercise is what the learner is at."""
        self._entries.setdefault(name, {})["at"] = time.time()

    def current(self) -> str | None:
        """Return the name of the exercise that the learner was at last."""
        times = {name: at for name, entry in self._entries.items() if isinstance(at := entry.get("at"), (int, float))}
        return max(times, key=times.__getitem__, default=None)

    def hints(self, name: str) -> int:
        """Return how many hints of this exercise have been shown."""
        hints = self._entries.get(name, {}).get("hints")
        return hints if isinstance(hints, int) and hints > 0 else 0

    def hinted(self, name: str) -> None:
        """Remember that one more hint has been shown."""
        self._entries.setdefault(name, {})["hints"] = self.hints(name) + 1

    def save(self) -> None:
        """Write everything to the first of the two files that can be written; a verdict is worth more than a memory."""
        for path in self._paths:
            try:
                write_whole(path, json.dumps(self._entries, indent=1) + "\n")
                return
            except OSError:
                continue


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _elsewhere(workspace: Workspace) -> Path:
    """Return a file of this workspace's in the folder where programs of this user keep their state."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "deep-learning-katas" / f"{_hash(str(workspace.root.resolve()))[:16]}.json"


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        entries = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(entries, dict):
        return {}
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}
