"""Give feedback back through the system that the submissions came from, as one zip to upload there."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from grader.classroom.roll import Entry
from grader.classroom.roster import Roster, key
from grader.classroom.submission import Handed

FEEDBACK = "feedback.md"


def write_return(
    path: Path, layout: str, feedback: Iterable[tuple[Handed | Entry, str]], roster: Roster | None = None
) -> list[str] | None:
    """Write the zip and return the ids of those whom it cannot reach; None, and no zip, where the system takes none.

    Parameters
    ----------
    path : Path
    layout : str
        See `grader.classroom.found.layout`.
    feedback : iterable of (Handed or Entry, str)
        Markdown, one after the other: not all of them are held at once.
    roster : Roster, optional
        Knows the number of a team's members in Moodle.
    """
    names = _NAMES.get(layout)
    if names is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unreached = []
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for handed, text in feedback:
                found = list(names(handed, roster))
                for name in found:
                    archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
                if not found or (layout == "moodle" and len(found) < len(handed.members)):
                    unreached.append(handed.id)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return unreached


def _canvas(handed: Handed | Entry, roster: Roster | None) -> Iterator[str]:
    """Canvas knows a file by two numbers in its name, the learner's and that of a file they have handed in."""
    if re.search(r"_[0-9]+_$", handed.original):
        yield f"{handed.original}{FEEDBACK}"


def _moodle(handed: Handed | Entry, roster: Roster | None) -> Iterator[str]:
    """Moodle knows a folder by the number of a participant; that of a group could be somebody's as well."""
    match = re.fullmatch(r"(.+)_[0-9]+_assignsubmission_file", handed.original, re.DOTALL)
    people = roster.team(match[1]) if roster and match else ()
    for person in people:
        number = key("moodle", person.moodle)
        if number.isdecimal():
            yield f"Participant_{number}_assignsubmission_file/{FEEDBACK}"
    if match and not people:
        yield f"{handed.original}/{FEEDBACK}"


_NAMES: dict[str, Callable[[Handed | Entry, Roster | None], Iterator[str]]] = {"canvas": _canvas, "moodle": _moodle}
