"""Grade one submission's exercises in two processes: while one waits for the learner's code, the other compares."""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from grader.errors import GradingError
from grader.report import ExerciseResult
from grader.sandbox.ours.isolation import Isolation
from grader.sandbox.ours.sandbox import Sandbox

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FEWEST = 16  # exercises for which a second sandbox is worth its start
NUMBER_BYTES = 2

Work = Callable[[int, Sandbox], ExerciseResult]  # grades the exercise of this number in this sandbox


def pays(exercises: int) -> bool:
    """Tell whether so many exercises are graded sooner by two processes, here."""
    return exercises >= FEWEST and sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def one_by_one(work: Work, exercises: int, sandbox: Sandbox) -> Iterator[ExerciseResult]:
    """Yield the results of so many exercises in their order."""
    return (work(number, sandbox) for number in range(exercises))


def side_by_side(work: Work, exercises: int, sandbox: Sandbox) -> Iterator[ExerciseResult]:
    """Yield the results of so many exercises in their order, half of them from a fork of this process.

    A process and not a thread: each has an interpreter and a budget of its own, and shares what was collected before.

    Parameters
    ----------
    work : callable
        Is called in both processes, the numbers rising in each.
    exercises : int
    sandbox : Sandbox
        Of this process; the other starts one like it. If that one isolates less, the report must say so: then
        ``sandbox.isolation`` is what it is.

    Raises
    ------
    GradingError
        Where grading fails in one of the two; then the other is ended.
    """
    import multiprocessing  # a hundredth of a second, for a check of one exercise

    waiting = _numbers(exercises)
    fork = multiprocessing.get_context("fork")
    answers, theirs = fork.Pipe(duplex=False)
    second = fork.Process(target=_second, args=(work, waiting, sandbox, answers, theirs), daemon=True)
    second.start()
    theirs.close()
    try:
        found: dict[int, ExerciseResult] = {}
        for due in range(exercises):
            while due not in found:
                number = _next(waiting) if not answers.poll() else None
                if number is not None:
                    found[number] = work(number, sandbox)
                else:  # there is an answer, or nothing is left to do but to wait for one
                    number, result, isolation = _received(answers)
                    found[number] = result
                    if isolation == "process":
                        sandbox.isolation = isolation
            yield found.pop(due)
    except BaseException:
        second.kill()
        raise
    finally:
        second.join()
        answers.close()
        os.close(waiting)


def _numbers(exercises: int) -> int:
    """Return a pipe from which each process takes the number of an exercise that nobody has yet."""
    reading, writing = os.pipe()
    os.write(writing, b"".join(number.to_bytes(NUMBER_BYTES) for number in range(exercises)))
    os.close(writing)
    return reading


def _next(waiting: int) -> int | None:
    number = os.read(waiting, NUMBER_BYTES)
    return int.from_bytes(number) if number else None


def _received(answers: Connection) -> tuple[int, ExerciseResult, Isolation]:
    """Return the next answer of the second process; raises `GradingError` where it failed."""
    try:
        answer = answers.recv()
    except EOFError:
        raise GradingError("a second process of the grader has ended before its work was done") from None
    if isinstance(answer, str):
        raise GradingError(answer)
    number, result, isolation = answer
    return number, result, isolation


def _second(work: Work, waiting: int, first: Sandbox, ours: Connection, answers: Connection) -> None:
    """Grade in the second process, until no exercise is left."""
    ours.close()  # with nobody left to read, an answer is a broken pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first, which ends this one
    gc.freeze()  # what both share would be copied by looking at it
    try:
        with first.another() as sandbox:
            while (number := _next(waiting)) is not None:
                answers.send((number, work(number, sandbox), sandbox.isolation))
    except GradingError as error:
        answers.send(str(error))
    except BrokenPipeError:  # the first is gone
        return
    except Exception:
        traceback.print_exc()
