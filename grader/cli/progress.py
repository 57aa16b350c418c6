"""What is remembered between two commands, in ``.kata/progress.json``: the last check of an exercise, hints seen.

The file may be missing or broken; then nothing is remembered.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.course import write_whole


class Progress:
    """The memory of one repository. Changes last once `save` is called."""

    def __init__(self, root: Path) -> None:
        self._path = root / ".kata" / "progress.json"
        self._entries = _read(self._path)

    def status(self, name: str, source: bytes) -> str | None:
        """Return what the last check of this exercise gave, if the learner's file was the same as ``source`` now."""
        entry = self._entries.get(name, {})
        return entry.get("status") if entry.get("sha256") == sha256(source).hexdigest() else None

    def checked(self, name: str, source: bytes, status: str) -> None:
        """Remember what checking a learner's file gave: an exercise's status, as in the report."""
        self._entries.setdefault(name, {}).update(sha256=sha256(source).hexdigest(), status=status)

    def hints(self, name: str) -> int:
        """Return how many hints of this exercise have been shown."""
        hints = self._entries.get(name, {}).get("hints")
        return hints if isinstance(hints, int) and hints > 0 else 0

    def hinted(self, name: str) -> None:
        """Remember that one more hint has been shown."""
        self._entries.setdefault(name, {})["hints"] = self.hints(name) + 1

    def save(self) -> None:
        """Write everything to the file."""
        write_whole(self._path, json.dumps(self._entries, indent=1) + "\n")


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        entries = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(entries, dict):
        return {}
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}
