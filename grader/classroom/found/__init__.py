"""Find what a class has handed in, in whatever system has collected it: folders, repositories, zips, notebooks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from grader.classroom.found import archive, canvas, disk, folders, gradescope, moodle
from grader.classroom.found.files import Collected, Entry, split_name
from grader.classroom.found.texts import read
from grader.classroom.found.who import Register
from grader.classroom.roster import Roster
from grader.classroom.submission import Handed, NotGraded
from grader.course import Course, Exercise
from grader.errors import SubmissionError, UsageError
from grader.grading.texts import Texts, commit_of
from grader.reports.text import single_line

LAYOUTS: dict[str, ModuleType] = {"gradescope": gradescope, "moodle": moodle, "canvas": canvas, "folders": folders}
"""How systems lay out what they have collected; the first that recognises it is the one."""


def find(
    source: Path, course: Course, exercises: Sequence[Exercise], roster: Roster | None = None
) -> Iterator[Handed | NotGraded]:
    """Find what each learner, or team, has handed in, one after the other and always in the same order.

    Parameters
    ----------
    source : Path
        A folder, or a zip.
    course : Course
    exercises : sequence of Exercise
        Those that are read.
    roster : Roster, optional
        The people of the class.

    Raises
    ------
    UsageError
        At once, where ``source`` cannot be read, or is the submission of one learner.
    """
    entries = _entries(source, course, roster)
    return _found(LAYOUTS[_layout(entries)].collected(entries), source, exercises, Register(roster))


def layout(source: Path, course: Course, roster: Roster | None = None) -> str:
    """Return which of `LAYOUTS` a folder or zip has; raises `UsageError` as `find` does."""
    return _layout(_entries(source, course, roster))


def _layout(entries: Sequence[Entry]) -> str:
    return next(name for name, module in LAYOUTS.items() if module.recognises(entries))


def _entries(source: Path, course: Course, roster: Roster | None) -> Sequence[Entry]:
    """Return what lies in a folder or zip, or in the one folder there, if that is the class and nobody's."""
    entries: Sequence[Entry] = disk.entries(source) if source.is_dir() else _zip_entries(source)
    if len(entries) == 1 and entries[0].inside and not (roster and roster.find(entries[0].name)):
        inner = entries[0].inside()
        several = sum(entry.is_folder or entry.name.lower().endswith(".zip") for entry in inner) > 1
        if not _is_one_submission(inner, course) and (several or _layout(inner) != "folders"):
            return inner
    if _is_one_submission(entries, course):
        raise UsageError(f"{source} is what one learner has handed in, not a class: 'kata grade DIR' grades it")
    return entries


def _zip_entries(source: Path) -> list[Entry]:
    if not source.exists():
        raise UsageError(f"there is no folder or zip {source}")
    try:
        return archive.entries(archive.open_archive(source))
    except SubmissionError as error:
        raise UsageError(f"{source} is not a folder, and {error}") from None


def _is_one_submission(entries: Sequence[Entry], course: Course) -> bool:
    folders = {"exercises", *(topic.name for topic in course.topics)}
    names = {exercise.name for exercise in course.exercises}
    files = (split_name(entry.name) for entry in entries if not entry.is_folder)
    return any(entry.is_folder and entry.name in folders for entry in entries) or any(
        name in names and suffix == ".py" for name, _, suffix in files
    )


def _found(
    submissions: Iterator[Collected], source: Path, exercises: Sequence[Exercise], register: Register
) -> Iterator[Handed | NotGraded]:
    for each in submissions:
        place = register.place(each)
        if place.taken_by:
            reason = f"{', '.join(place.members)} has handed in {place.taken_by} as well, which is taken: keep one"
            yield NotGraded(place.id, single_line(reason), (), each.original)
            continue
        try:
            found = read(each.files(), exercises)
        except SubmissionError as error:
            yield NotGraded(place.id, single_line(str(error)), place.members, each.original)
            continue
        commit = commit_of(each.folder) if each.folder and os.path.lexists(each.folder / ".git") else None
        texts = Texts(found.texts, str(each.folder or source / each.original), commit)
        notes = tuple(map(single_line, (*place.notes, *found.notes)))
        yield Handed(place.id, texts, place.members, found.attempt, each.late, each.original, notes)
