"""Grade one submission after another in a process of its own, which keeps what is slow to get: checks and a sandbox.

The process that shares the work out sends a `Kit` first and then texts; for each it gets a `Graded` or a `Failure`.
When its end of the pipe is gone, this process ends, and the sandbox with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from grader.classroom.likeness import Form, forms_of
from grader.course import load
from grader.errors import KataError, SandboxError
from grader.grading.class_memory import ClassMemory
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts
from grader.report import Report
from grader.sandbox.ours.isolation import INSTALL, bubblewrap
from grader.sandbox.ours.sandbox import Sandbox


@dataclass(frozen=True)
class Kit:
    """What a class is graded with: all that a process needs, and no torch.

    Attributes
    ----------
    root : Path
        Of the course: its table, and the stubs, checks and recordings of these exercises.
    exercises : tuple of str
    seed : int
    recordings : Path or None
        A folder of what torch answered under this seed; None for the public seed, whose recordings the course has.
    locate : bool
        Whether to look for where an exercise goes wrong.
    """

    root: Path
    exercises: tuple[str, ...]
    seed: int
    recordings: Path | None
    locate: bool = False


@dataclass(frozen=True)
class Graded:
    """What came of a submission: its report, and the form of each answer that has one, by exercise."""

    report: Report
    forms: Mapping[str, Form]


@dataclass(frozen=True)
class Failure:
    """Why a submission has no report."""

    reason: str


def require_bubblewrap() -> None:
    """Raise `SandboxError` where no learner's code can be isolated: a class is never graded without."""
    if bubblewrap() is None:
        raise SandboxError(f"a class is graded under bubblewrap, which is not installed here: {INSTALL}")
    with Sandbox("bubblewrap") as sandbox:
        sandbox.learner().close()


class Grader:
    """One that grades with a kit, one submission after another."""

    def __init__(self, kit: Kit) -> None:
        self._sandbox = Sandbox("bubblewrap")
        self._kit = kit
        self._course = load(kit.root)
        self._exercises = [self._course.find(name) for name in kit.exercises]
        self._checks = collect(self._course, self._exercises)
        self._memory = ClassMemory()

    def grade(self, texts: Texts) -> Report:
        """Return the report of a submission; raises `GradingError`."""
        report = grade(
            texts,
            self._course,
            self._sandbox,
            exercises=self._exercises,
            seed=self._kit.seed,
            recordings=self._kit.recordings,
            checks=self._checks,
            memory=self._memory,
        )
        if not self._kit.locate:
            return report
        from grader.mending.place import located_report

        return located_report(
            report,
            texts,
            self._course,
            self._sandbox,
            recordings=self._kit.recordings,
            checks=self._checks,
            memory=self._memory,
        )

    def close(self) -> None:
        """End the sandbox."""
        self._sandbox.close()


def main(descriptor: int) -> None:
    """Grade what comes through a pipe until it is closed."""
    pipe = Connection(descriptor)
    grader: Grader | None = None
    try:
        kit = pipe.recv()
        while True:
            texts = pipe.recv()
            try:
                grader = grader or Grader(kit)
                pipe.send(Graded(grader.grade(texts), forms_of(texts, kit.exercises)))
            except KataError as error:
                pipe.send(Failure(" ".join(str(error).split())))
            except Exception as error:  # one submission must not keep the others from being graded
                pipe.send(Failure(f"grading itself failed: {type(error).__name__}: {' '.join(str(error).split())}"))
    except (EOFError, OSError):
        return
    finally:
        if grader is not None:
            grader.close()
