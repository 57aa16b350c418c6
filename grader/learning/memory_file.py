"""Read and write the file of what is remembered, whatever else is done to it meanwhile.

It is ``.kata/progress.json`` of the workspace or, where that cannot be written, one in the user's own state folder.
It may be missing or broken; then nothing is remembered, and what is broken is kept aside.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Literal

from grader.course import Workspace, write_whole

VERSION = 2  # the first held the exercises alone
Section = Literal["exercises", "cards", "days", "milestones"]
Sections = dict[str, dict[str, dict[str, Any]]]
SECTIONS: tuple[Section, ...] = ("exercises", "cards", "days", "milestones")


def paths(workspace: Workspace) -> list[Path]:
    """Return the two files, the one that is tried first to begin with."""
    return [workspace.memory / "progress.json", _elsewhere(workspace)]


def empty() -> Sections:
    """Return what is remembered in the beginning."""
    return {section: {} for section in SECTIONS}


def load(paths: Sequence[Path]) -> Sections:
    """Return what the files hold; of an entry in both, what was written last counts."""
    sections = empty()
    for path in sorted(paths, key=_written):
        for section, entries in _read(path).items():
            sections[section] |= entries
    return sections


def save(paths: Sequence[Path], changes: Sections) -> None:
    """Write changed fields to the first file that can be written; what another program has written meanwhile stays.

    That no file can be written is no error: a verdict is worth more than a memory.
    """
    sections = load(paths)
    for section, entries in changes.items():
        for key, fields in entries.items():
            sections[section].setdefault(key, {}).update(fields)
    text = json.dumps({"version": VERSION, **sections}, separators=(",", ":")) + "\n"
    for path in paths:
        try:
            write_whole(path, text)
            return
        except OSError:
            continue


def _elsewhere(workspace: Workspace) -> Path:
    """Return a file of this workspace's in the folder where programs of this user keep their state."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    name = sha256(str(workspace.root.resolve()).encode("utf-8", "surrogatepass")).hexdigest()
    return base / "deep-learning-katas" / f"{name[:16]}.json"


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> Sections:
    try:
        data = json.loads(path.read_bytes())
    except OSError:
        return {}
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        _put_aside(path)
        return {}
    if "version" not in data:
        data = {"exercises": data}
    return {section: _entries(data.get(section)) for section in SECTIONS}


def _entries(value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict):
        return {}
    return {key: entry for key, entry in value.items() if isinstance(entry, dict)}


def _put_aside(path: Path) -> None:
    """Keep a file that cannot be read under another name, and say so: then it is said once."""
    names = (path.with_name(f"{path.stem}.broken-{number}{path.suffix}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    try:
        path.replace(aside)
    except OSError:
        return
    print(f"kata: what was remembered cannot be read: it begins anew, and the file is kept as {aside}", file=sys.stderr)
