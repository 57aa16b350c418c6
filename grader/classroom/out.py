"""The folder that a batch writes: where in it everything is, and what others read of it.

OUT/batch.json            the assignment, its exercises, the seed, the versions (see `Batch`)
OUT/recordings/           what torch answered under the class's seed
OUT/reports/ID.json       one report each
OUT/forms/ID.json         the form of each answer (see `grader.classroom.likeness`)
OUT/feedback/ID.md        what the learner may see of it
OUT/grades.csv            one row for each learner of the class
OUT/not_graded.csv        who has no report, and why
OUT/previous/ID.N.json    the reports that a later one has replaced, N from 1
OUT/return.zip            the feedback in the layout of the system that the submissions came from
OUT/pseudonyms.key        what makes the pseudonyms of this class
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from itertools import count
from pathlib import Path

from grader.course import write_whole
from grader.errors import UsageError


@dataclass(frozen=True)
class Batch:
    """How a class is graded; every submission of a folder OUT is graded in the same way.

    Attributes
    ----------
    course : str
        Its title.
    assignment : str or None
        Its name, where the exercises are those of one.
    title : str
    exercises : tuple of str
    seed : int
    checks_sha256, grader, numpy : str
        What a report must agree with to be kept.
    feedback : str
        The most that was ever given away with this seed: ``score``, ``names`` or ``full``.
    locate : bool
        Whether is looked for where an exercise goes wrong; a folder of version 0.1 does not say.
    """

    course: str
    assignment: str | None
    title: str
    exercises: tuple[str, ...]
    seed: int
    checks_sha256: str
    grader: str
    numpy: str
    feedback: str
    locate: bool = False


@dataclass(frozen=True)
class Out:
    """The folder of a batch."""

    root: Path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs out of the folder, which is made, or raise `UsageError` where one is at work in it."""
        if sys.platform == "win32" or (self.root.exists() and not self.root.is_dir()):
            yield  # to be refused for that
            return
        made = not self.root.exists()
        self.root.mkdir(parents=True, exist_ok=True)
        folder = os.open(self.root, os.O_RDONLY)
        try:
            _lock(folder, self.root)
            yield
        finally:
            os.close(folder)
            if made:
                with suppress(OSError):  # it holds what was written
                    self.root.rmdir()

    @property
    def batch(self) -> Path:
        """How the class is graded."""
        return self.root / "batch.json"

    @property
    def recordings(self) -> Path:
        """What torch answered under the class's seed."""
        return self.root / "recordings"

    @property
    def grades(self) -> Path:
        """One row for each learner: see `grader.classroom.table`."""
        return self.root / "grades.csv"

    @property
    def not_graded(self) -> Path:
        """Who has no report, and why."""
        return self.root / "not_graded.csv"

    @property
    def returned(self) -> Path:
        """The feedback as one zip, to upload where the submissions came from."""
        return self.root / "return.zip"

    def report(self, id: str) -> Path:
        """Return where the report of one submission is."""
        return self.root / "reports" / f"{id}.json"

    def feedback(self, id: str) -> Path:
        """Return where that is which the learner may see."""
        return self.root / "feedback" / f"{id}.md"

    def forms(self, id: str) -> Path:
        """Return where the forms of a submission's answers are."""
        return self.root / "forms" / f"{id}.json"

    @property
    def pseudonyms(self) -> Path:
        """The key that makes the pseudonyms of this class."""
        return self.root / "pseudonyms.key"

    def keep_former(self, id: str) -> None:
        """Keep the report of a submission, which another will replace, under the next number."""
        report = self.report(id)
        if report.exists():
            folder = self.root / "previous"
            free = (folder / f"{id}.{number}.json" for number in count(1))
            write_whole(next(path for path in free if not path.exists()), report.read_text("utf-8", "replace"))

    def put_away(self, id: str) -> None:
        """Keep the report of a submission where it does not count any more, and nothing else of it."""
        self.keep_former(id)
        for path in (self.report(id), self.forms(id), self.feedback(id)):
            path.unlink(missing_ok=True)

    def reports(self) -> dict[str, Path]:
        """Return the reports that are there, by the id of the submission, in order."""
        return {path.stem: path for path in sorted((self.root / "reports").glob("*.json"))}

    def read(self) -> Batch:
        """Return how the class was graded; raises `UsageError` where this is no folder of a batch."""
        try:
            data = json.loads(self.batch.read_text("utf-8"))
            data = {"locate": False, **data}
            batch = Batch(**{field.name: data[field.name] for field in fields(Batch)})
            if not (type(batch.seed) is int and batch.seed >= 0 and isinstance(batch.exercises, list)):
                raise ValueError("somebody has changed it")
        except FileNotFoundError:
            raise UsageError(
                f"{self.root} is not a folder that 'kata batch' has written: it has no batch.json"
            ) from None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise UsageError(f"{self.batch} cannot be read: it was not written by 'kata batch'") from None
        return Batch(**{**asdict(batch), "exercises": tuple(batch.exercises)})

    def write(self, batch: Batch) -> None:
        """Write down how the class is graded."""
        write_whole(self.batch, json.dumps(asdict(batch), indent=2) + "\n")


def _lock(descriptor: int, folder: Path) -> None:
    """Lock a folder until it is closed, wherever this process ends."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"another run is at work in {folder}: wait until it has ended") from None
    except OSError:  # a file system without such locks
        pass
