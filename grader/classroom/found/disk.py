"""Find the files of a folder on disk, without following a link."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from grader.classroom.found.files import FILES, Entry, File, is_noise
from grader.errors import SubmissionError, UsageError
from grader.grading.texts import Unreadable, read_bytes

DEPTH = 32


def entries(folder: Path) -> list[Entry]:
    """Return what lies in a folder, in the order of the names; raises `UsageError` where that cannot be seen."""
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from None
    return [_entry(each) for each in found if not is_noise(each.name)]


def _entry(found: os.DirEntry[str]) -> Entry:
    path, name = Path(found.path), os.fsencode(found.name).decode("utf-8", "replace")
    if found.is_dir(follow_symlinks=False):
        return Entry(name, partial(files, path), partial(entries, path), path)
    if found.is_dir():
        return Entry(name, _refuse_link, list)
    return Entry(name, lambda: iter([_file(path.parent, (found.name,))]))


def _refuse_link() -> Iterator[File]:
    raise SubmissionError("the folder is a link; links are not followed")


def files(root: Path) -> Iterator[File]:
    """Find the files below a folder, what is in a folder in the order of the names; raises `SubmissionError`."""
    waiting: list[tuple[str, ...]] = [()]
    seen = 0
    while waiting:
        path = waiting.pop()
        try:
            found = sorted(os.scandir(root.joinpath(*path)), key=lambda entry: entry.name)
        except OSError as error:
            if not path:
                raise SubmissionError(f"the folder cannot be read: {error.strerror}") from None
            continue
        seen += len(found)
        if seen > FILES:
            raise SubmissionError(f"it holds more than {FILES:,} files")
        for each in found:
            if is_noise(each.name):
                continue
            if not each.is_dir(follow_symlinks=False):
                yield _file(root, (*path, each.name))
            elif len(path) < DEPTH:
                waiting.append((*path, each.name))


def _file(root: Path, path: tuple[str, ...]) -> File:
    def read(most: int) -> bytes | Unreadable:
        data = read_bytes(root, *path, most=most)
        return Unreadable("the file is gone") if data is None else data

    return File(path, read)
