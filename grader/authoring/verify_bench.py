"""What proving needs and what is slow to get: the collected checks and a sandbox, once in each process."""

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
from grader.grading.collecting import CheckFile, collect
from grader.grading.errors import GradingError
from grader.sandbox.sandbox import Sandbox

Task = TypeVar("Task")
Answer = TypeVar("Answer")

CORES = os.cpu_count() or 1
AHEAD = 32  # tasks for each process that wait, so that making many of them does not delay the first answers


@dataclass
class Bench:
    """The course, its checks, and a sandbox.

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
    def open(cls, course: Course, exercises: Sequence[Exercise]) -> Bench:
        """Collect the checks of these exercises, one by one if together they cannot be collected."""
        sandbox = Sandbox("auto")
        broken = {}
        try:
            files = collect(course, exercises) if exercises else {}
        except GradingError:
            files = {}
            for exercise in exercises:
                try:
                    files |= collect(course, [exercise])
                except GradingError as error:
                    broken[exercise.name] = " ".join(str(error).split())
        return cls(course, files, broken, sandbox, {})

    def close(self) -> None:
        """End the sandbox."""
        self.sandbox.close()


def share_out(
    work: Callable[[Bench, Task], Answer],
    tasks: Iterable[Task],
    course: Course,
    exercises: Sequence[Exercise],
    jobs: int,
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
    """
    if jobs == 1:
        bench = Bench.open(course, exercises)
        try:
            yield from (work(bench, task) for task in tasks)
        finally:
            bench.close()
        return
    processes = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, processes, _open, (course, exercises)) as pool:
        try:
            waiting: deque[Future[Answer]] = deque()
            for task in tasks:
                waiting.append(pool.submit(_work, work, task))
                if len(waiting) > AHEAD * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_bench: Bench | None = None


def _open(course: Course, exercises: Sequence[Exercise]) -> None:
    """Begin a process of the pool; its sandbox ends with it."""
    import torch

    global _bench
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits for this one
    torch.set_num_threads(1)
    _bench = Bench.open(course, exercises)


def _work(work: Callable[[Bench, Task], Answer], task: Task) -> Answer:
    assert _bench is not None
    return work(_bench, task)
