"""Remember between the submissions of a class what would come out the same again."""

from __future__ import annotations

import pickle
from hashlib import sha256
from pathlib import Path

from grader.course import Course
from grader.grading.budget import spent
from grader.grading.collecting import CheckFile
from grader.grading.texts import Unreadable
from grader.grading.trial import Trial
from grader.report import ExerciseResult
from grader.sandbox.ours.sandbox import Sandbox

RESULT_BYTES = 16 << 20

Text = str | Unreadable | None
Key = tuple[str, int, str, bytes, bool]


class ClassMemory:
    """What grading one submission found that holds for others: torch's answers, those of known mistakes, results.

    It belongs to one process that grades one class: one course, one set of recordings, one set of limits.

    Parameters
    ----------
    most_bytes : int
        Of results; the one that nobody has handed in again for longest goes first. The rest grows with the course only.
    """

    def __init__(self, most_bytes: int = RESULT_BYTES) -> None:
        self._trials: dict[tuple[str, int], Trial] = {}
        self._results: dict[Key, bytes] = {}
        self._room = most_bytes

    def trial(self, course: Course, file: CheckFile, seed: int, recordings: Path | None) -> Trial:
        """Return the trial of an exercise, with what it has learned so far."""
        key = (file.exercise.name, seed)
        if key not in self._trials:
            self._trials[key] = Trial.prepare(course, file, seed, recordings)
        return self._trials[key]

    def result(self, trial: Trial, text: Text, sandbox: Sandbox, *, located: bool = False) -> ExerciseResult | None:
        """Return what grading this very text, or then looking for its place, has found, if that is known."""
        key = _key(trial, text, sandbox, located)
        if key not in self._results:
            return None
        self._results[key] = kept = self._results.pop(key)  # the newest again
        result: ExerciseResult = pickle.loads(kept)
        return result

    def keep(
        self, result: ExerciseResult, trial: Trial, text: Text, sandbox: Sandbox, *, located: bool = False
    ) -> ExerciseResult:
        """Remember a result and return it; one that the clock or the end of a process has shaped is not remembered."""
        statuses = {result.status, *(check.status for check in result.checks)}
        key = _key(trial, text, sandbox, located)
        if key in self._results or statuses & {"error", "timeout"} or spent():
            return result
        self._results[key] = kept = pickle.dumps(result)
        self._room -= len(kept)
        while self._room < 0:
            self._room += len(self._results.pop(next(iter(self._results))))
        return result


def _key(trial: Trial, text: Text, sandbox: Sandbox, located: bool) -> Key:
    written = repr(text).encode()  # None and a file that cannot be read have one as well
    return trial.file.exercise.name, trial.seed, sandbox.isolation, sha256(written).digest(), located
