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
from typing import NamedTuple

from grader.course import Course
from grader.learning.watching.checker import Answer
from grader.report import ExerciseResult
from grader.sandbox.ours.isolation import ENVIRONMENT


class Wanted(NamedTuple):
    """A result, the text that it is about, the seed of its checks, and until when to look, on the monotonic clock."""

    result: ExerciseResult
    text: str
    seed: int
    until: float


Questions = queue.SimpleQueue[Wanted | None]  # None where nothing more is wanted
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
        self._asker: threading.Thread | None = None
        self._wanted: Questions = queue.SimpleQueue()
        self._results: Results = queue.SimpleQueue()
        self._asked: ExerciseResult | None = None

    def __enter__(self) -> Locator:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        if self._asker is not None:
            self._asker.join(1)

    def look(self, answer: Answer) -> None:
        """Begin to look for the place of an answer, if it has one; the process is started in any case."""
        from grader.mending.place import SECONDS  # only now: the first verdict does not wait for this

        self.give_up()
        (result,) = answer.report.exercises
        if self._process is None or self._process.poll() is not None:
            self._start()
        if answer.text is None or not result.mendable:
            return
        self._asked = result
        self._wanted.put(Wanted(result, answer.text, answer.report.run.seed, time.monotonic() + SECONDS))

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

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.learning.watching.locating", self._course.root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **ENVIRONMENT},
            start_new_session=True,  # Ctrl-C and Ctrl-Z are for the watch
        )
        self._wanted, self._results = queue.SimpleQueue(), queue.SimpleQueue()
        # a pipe may be full, as long as the process starts: the watch does not wait for that either
        asker = threading.Thread(target=self._ask, args=(self._process, self._wanted, self._results), daemon=True)
        asker.start()
        self._asker = asker

    def _ask(self, process: subprocess.Popen[bytes], wanted: Questions, results: Results) -> None:
        """Pass on what is wanted and what is found, until nothing more is wanted or the process has ended."""
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            while question := wanted.get():
                process.stdin.write(pickle.dumps(question))
                process.stdin.flush()
                results.put(pickle.load(process.stdout))
                self._wake()
        with suppress(OSError):
            process.stdin.close()
        process.stdout.close()
        process.wait()
        results.put(None)
        self._wake()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._wanted.put(None)
            self._process = None
