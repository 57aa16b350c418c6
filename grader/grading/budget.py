"""Bound what our side spends on what comes back: processor time for an exercise, clock time for a submission."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from grader.sandbox.protocol.limits import Limits

EXERCISE_CPU_SECONDS = 20.0
LEAST_CPU_SECONDS = 5.0  # for an exercise whose submission has used up its time
KEPT_BACK = 1.0  # for each exercise still to come, so that one that is right is always run


class Exhausted(BaseException):
    """Our side has spent all that it may on an exercise. No check catches it, as it would an Exception."""


_spent = False


@contextmanager
def bounded(seconds: float = EXERCISE_CPU_SECONDS) -> Iterator[None]:
    """Raise `Exhausted` once so much processor time of this process is used, as often as work goes on after that.

    Comparing, statistics and naming all run in here. A system without such a timer, or a thread that is not the main
    one, has the caps on answers alone.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    global _spent
    _spent = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        global _spent
        _spent = True
        raise Exhausted

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def spent() -> bool:
    """Tell whether all was spent on the exercise that is or was last graded: what was found since is not to be kept."""
    return _spent


class Clock:
    """The time of a submission as a whole, shared out among its exercises.

    Parameters
    ----------
    limits : Limits
    exercises : int
        How many there are.
    """

    def __init__(self, limits: Limits, exercises: int) -> None:
        self._limits = limits
        self._exercises = exercises
        self._end = time.monotonic() + limits.submission_seconds

    def seconds(self, number: int) -> float:
        """Return how many seconds the exercise of this number may use, which is the next of those still to come."""
        left = self._end - time.monotonic() - KEPT_BACK * (self._exercises - 1 - number)
        return min(self._limits.exercise_seconds, max(left, KEPT_BACK))
