"""Write files into somebody's folder, and bring them up to date later without touching what was written in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from grader.course.writing import write_whole


@dataclass
class Made:
    """What was done to a folder, as paths from its root.

    ``kept`` are files in which somebody has written and that a newer version would replace.
    """

    new: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


class Written:
    """The hashes of what was written to a folder before, by which a file that was changed since is known."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / ".kata" / "written.json"
        try:
            hashes = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            hashes = {}
        self._hashes: dict[str, str] = hashes if isinstance(hashes, dict) else {}

    def update(
        self, path: str, text: str, made: Made, alike: Callable[[str, str], bool] = lambda old, new: old == new
    ) -> None:
        """Write a file unless somebody else has written in it.

        Parameters
        ----------
        path : str
            From the folder.
        text : str
        made : Made
            Where what was done is noted.
        alike : callable
            Tells of the old and the new text whether nothing was written in the old one, should it be no text of ours.
        """
        file = self._folder / path
        old = file.read_text("utf-8", errors="replace") if file.exists() else None
        if old is not None and not alike(old, text) and _hash(old) != self._hashes.get(path):
            made.kept.append(path)
            return
        self._hashes[path] = _hash(text)
        if old != text:
            (made.new if old is None else made.refreshed).append(path)
            write_whole(file, text)

    def save(self) -> None:
        """Remember the hashes."""
        write_whole(self._path, json.dumps(self._hashes, indent=1) + "\n")


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
