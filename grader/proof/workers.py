"""Share work out among processes, each of which has at hand what is slow to get: collected checks and a sandbox."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from grader.course import Course, Exercise
from grader.errors import GradingError
from grader.grading.collecting import CheckFile, check_file
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.limits import LIMITS, Limits

Task = TypeVar("Task")
Answer = TypeVar("Answer")

CORES = os.cpu_count() or 1
AHEAD = 32  # tasks for each process that wait, so that making many of them does not delay the first answers


@dataclass
class Worker:
    """One that works on exercises, with all that it needs.

    Attributes
    ----------
    course : Course
    files : dict
        The checks by the names of the exercises.
    broken : dict
        Why checks could not be collected, by the names of the exercises.
    sandbox : Sandbox
    memory : dict
        For what is worth keeping between two tasks.
    """

    course: Course
    files: dict[str, CheckFile]
    broken: dict[str, str]
    sandbox: Sandbox
    memory: dict[Any, Any]

    @classmethod
    def start(cls, course: Course, exercises: Sequence[Exercise], limits: Limits) -> Worker:
        """Start a sandbox and collect the checks of these exercises."""
        worker = cls(course, {}, {}, Sandbox("auto", limits=limits), {})
        for exercise in exercises:
            try:
                worker.files[exercise.name] = check_file(course, exercise)
            except GradingError as error:
                worker.broken[exercise.name] = " ".join(str(error).split())
        return worker

    def close(self) -> None:
        """End the sandbox."""
        self.sandbox.close()


def share_out(
    work: Callable[[Worker, Task], Answer],
    tasks: Iterable[Task],
    course: Course,
    exercises: Sequence[Exercise],
    jobs: int,
    limits: Limits = LIMITS,
) -> Iterator[Answer]:
    """Yield the answers to all tasks in their order.

    Parameters
    ----------
    work : callable
        A function at the top of a module, or a `partial` of one.
    tasks : iterable
    course : Course
    exercises : sequence of Exercise
        Those whose checks are needed.
    jobs : int
        How many processes; with one, the work is done in this one.
    limits : Limits
        Of the sandboxes.
    """
    if jobs == 1:
        worker = Worker.start(course, exercises, limits)
        try:
            yield from (work(worker, task) for task in tasks)
        finally:
            worker.close()
        return
    processes = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, processes, _start, (course, exercises, limits)) as pool:
        try:
            waiting: deque[Future[Answer]] = deque()
            for task in tasks:
                waiting.append(pool.submit(_work, work, task))
                if len(waiting) > AHEAD * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)  # and wait: a pool that is left running trips over its own end at exit


_worker: Worker | None = None


def _start(course: Course, exercises: Sequence[Exercise], limits: Limits) -> None:
    """Begin a process of the pool; its sandbox ends with it."""
    import torch

    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits for this one
    torch.set_num_threads(1)
    _worker = Worker.start(course, exercises, limits)


def _work(work: Callable[[Worker, Task], Answer], task: Task) -> Answer:
    assert _worker is not None
    return work(_worker, task)
