"""Have the place where an answer goes wrong looked for beside a watch, which never waits for it."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from grader.course import Course
from grader.learning.watching.checker import Answer
from grader.report import ExerciseResult
from grader.sandbox.ours.isolation import ENVIRONMENT

Results = queue.SimpleQueue[ExerciseResult | None]  # None at the end of the process


class Locator:
    """One that looks for places in a process of its own, which is killed as soon as its answer is no longer wanted.

    Between two answers the process stays, with its checks and its sandbox.

    Parameters
    ----------
    course : Course
    wake : callable
        Called from another thread when there is something to `take`.
    """

    def __init__(self, course: Course, wake: Callable[[], None]) -> None:
        self._course = course
        self._wake = wake
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._results: Results = queue.SimpleQueue()
        self._asked: ExerciseResult | None = None

    def __enter__(self) -> Locator:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        if self._reader is not None:
            self._reader.join(1)

    def look(self, answer: Answer) -> None:
        """Begin to look for the place of an answer, if it has one; the process is started in any case."""
        # only now: the first verdict does not wait for this
        from grader.learning.watching.locating import Wanted
        from grader.mending.place import SECONDS

        self.give_up()
        (result,) = answer.report.exercises
        process = self._process if self._process and self._process.poll() is None else self._start()
        if answer.text is None or not result.mendable:
            return
        self._asked = result
        wanted = Wanted(result, answer.text, answer.report.run.seed, time.monotonic() + SECONDS)
        assert process.stdin is not None
        with suppress(OSError):  # it has just ended by itself: no place is found
            process.stdin.write(pickle.dumps(wanted))
            process.stdin.flush()

    @property
    def busy(self) -> bool:
        """Whether there will be something to `take`."""
        return self._asked is not None

    def take(self) -> ExerciseResult | None:
        """Return the result, with its place if one was found, once after each `look`; None until the search is over."""
        if self._asked is None or self._results.empty():
            return None
        asked, self._asked = self._asked, None
        return self._results.get() or asked

    def give_up(self) -> None:
        """Look no further, and forget what was found but not taken."""
        if self.busy and self.take() is None:
            self._end()
        self._asked = None

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.learning.watching.locating", self._course.root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **ENVIRONMENT},
            start_new_session=True,  # Ctrl-C and Ctrl-Z are for the watch
        )
        self._results = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, args=(self._process, self._results), daemon=True)
        self._reader.start()
        return self._process

    def _read(self, process: subprocess.Popen[bytes], results: Results) -> None:
        """Pass on what a process finds, until its end."""
        assert process.stdout is not None
        with suppress(EOFError, OSError, pickle.UnpicklingError), process.stdout:
            while True:
                results.put(pickle.load(process.stdout))
                self._wake()
        process.wait()
        results.put(None)
        self._wake()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            assert self._process.stdin is not None
            with suppress(OSError):
                self._process.stdin.close()
            self._process = None
