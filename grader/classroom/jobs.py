"""Share a class out among processes of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue

from grader.classroom.process import Process
from grader.classroom.work import Graded, Kit, require_bubblewrap
from grader.grading.texts import Texts


@dataclass(frozen=True)
class Workers:
    """Those who grade.

    Attributes
    ----------
    submit : callable
        Takes what was handed in; the future has what comes of it, or a `GradingError` that is about this submission;
        with any other error nothing more can be graded.
    ahead : int
        How many submissions are at most with them at a time.
    """

    submit: Callable[[Texts], Future[Graded]]
    ahead: int


@contextmanager
def processes(kit: Kit, jobs: int) -> Iterator[Workers]:
    """Start so many processes, each with a sandbox of its own, and end them; raises `SandboxError` where none works."""
    require_bubblewrap()
    started = [Process(kit) for _ in range(jobs)]
    idle: SimpleQueue[Process] = SimpleQueue()
    for process in started:
        idle.put(process)

    def grade(texts: Texts) -> Graded:
        process = idle.get()
        try:
            return process.grade(texts)
        finally:
            idle.put(process)

    with ThreadPoolExecutor(jobs) as executor:
        try:
            yield Workers(lambda texts: executor.submit(grade, texts), ahead=2 * jobs)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            for process in started:  # those who still wait for an answer hear that there is none
                process.close()
