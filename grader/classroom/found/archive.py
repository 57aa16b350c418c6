"""Find the files of a zip and read them in memory; nothing is ever extracted."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from grader.classroom.found.files import FILES, Entry, File, is_noise
from grader.errors import SubmissionError
from grader.grading.texts import Unreadable, too_large

ARCHIVE_BYTES = 32 << 20  # of what a submission may hold in archives: they are read whole, and their files one by one
_ROW = b"PK\x01\x02"  # begins each row of a zip's table
_Member = tuple[zipfile.ZipInfo, tuple[str, ...]]  # with the names that lead to it
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)


def open_archive(file: Path | IO[bytes]) -> zipfile.ZipFile:
    """Return a zip; raises `SubmissionError` where this is none."""
    try:
        return zipfile.ZipFile(file)
    except _BROKEN as error:
        raise SubmissionError(f"the zip cannot be read: {_reason(error)}") from None


def entries(archive: zipfile.ZipFile) -> list[Entry]:
    """Return what lies at the top of a zip, in the order of the names."""
    return _entries(archive, _members(archive))


def _entries(archive: zipfile.ZipFile, members: Iterable[_Member]) -> list[Entry]:
    tops: dict[str, list[_Member]] = {}
    for info, path in members:
        tops.setdefault(path[0], []).append((info, path))
    return [_entry(archive, name, tops[name]) for name in sorted(tops)]


def _entry(archive: zipfile.ZipFile, name: str, members: list[_Member]) -> Entry:
    def files() -> Iterator[File]:
        if len(members) > FILES:
            raise SubmissionError(f"it holds more than {FILES:,} files")
        return (_file(archive, info, path[1:] or path) for info, path in members)

    def inside() -> list[Entry]:
        return _entries(archive, [(info, path[1:]) for info, path in members if len(path) > 1])

    return Entry(name, files, inside if any(len(path) > 1 for _, path in members) else None)


def _members(archive: zipfile.ZipFile) -> Iterator[_Member]:
    """Find the members of a zip that are files, each with the names that lead to it."""
    for info in archive.infolist():
        path = tuple(part for part in re.split(r"[/\\]", _name(info)) if part not in ("", ".", ".."))
        if path and not info.is_dir() and not any(map(is_noise, path)):
            yield info, path


def _name(info: zipfile.ZipInfo) -> str:
    """Return what a member is called; where a zip does not say how names are written, it mostly is UTF-8."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _file(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: tuple[str, ...]) -> File:
    return File(path, partial(_read, archive, info))


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes | Unreadable:
    """Return the bytes of a member, of which never more than ``most`` are unpacked."""
    if reason := _refused(info):
        return Unreadable(reason)
    try:
        with archive.open(info) as file:
            data = file.read(most + 1)
    except _BROKEN as error:
        return Unreadable(f"the file cannot be unpacked: {_reason(error)}")
    return data if len(data) <= most else too_large(most)


def _refused(info: zipfile.ZipInfo) -> str:
    """Return why a member is not read, or nothing."""
    if info.flag_bits & 0x1:
        return "the file is encrypted"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "the file is a link; links are not followed"
    if re.match(r"[/\\]|[A-Za-z]:", info.filename) or ".." in re.split(r"[/\\]", info.filename):
        return "the file's path leads out of the zip"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack without a bound
        return "the file is packed in a way that is not read: make the zip with your system's own program"
    return ""


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def unfolded(files: Iterable[File]) -> Iterator[File | SubmissionError]:
    """Find files, and in the place of each zip those that it holds, or why there are none; a zip in a zip stays one."""
    budget = _Budget()
    for file in files:
        if not file.path[-1].lower().endswith(".zip"):
            yield file
            continue
        try:
            archive = budget.open(file)
        except SubmissionError as error:
            yield SubmissionError(f"{file.path[-1]}: {error}")
            continue
        yield from (_file(archive, info, (*file.path[:-1], *path)) for info, path in _members(archive))


class _Budget:
    """What the zips of one submission may hold, all of them together."""

    def __init__(self) -> None:
        self._bytes = ARCHIVE_BYTES
        self._files = FILES

    def open(self, file: File) -> zipfile.ZipFile:
        """Return the zip that a file is; raises `SubmissionError`."""
        data = file.read(self._bytes)
        if data == too_large(self._bytes):
            raise SubmissionError(f"zips of more than {ARCHIVE_BYTES >> 20} MB are not read, all of them together")
        if isinstance(data, Unreadable):
            raise SubmissionError(data.reason)
        self._bytes -= len(data)
        self._files -= data.count(_ROW)  # before a table of them is made
        if self._files < 0:
            raise SubmissionError(f"zips of more than {FILES:,} files are not read, all of them together")
        return open_archive(io.BytesIO(data))
