"""Check one exercise again and again: its checks stay collected, the sandbox stays warm."""

from __future__ import annotations

from dataclasses import dataclass

from grader.course import Course, Exercise, Workspace
from grader.grading.collecting import CheckFile, check_file
from grader.grading.grade import grade
from grader.grading.texts import Texts, Unreadable, read_workspace_texts
from grader.learning.verdicts import Verdict, remember
from grader.report import Report
from grader.sandbox.ours.sandbox import Sandbox


@dataclass(frozen=True)
class Answer:
    """What checking a text gave, to be shown; no text where the file could not be read."""

    report: Report
    verdict: Verdict
    text: str | None

    @property
    def right(self) -> bool:
        """Whether the exercise is solved."""
        return self.report.exercises[0].status == "passed"


class Checker:
    """What is kept between two checks.

    Parameters
    ----------
    course : Course
    workspace : Workspace
    sandbox : Sandbox
    """

    def __init__(self, course: Course, workspace: Workspace, sandbox: Sandbox) -> None:
        self.course = course
        self.workspace = workspace
        self._sandbox = sandbox
        self._files: dict[str, CheckFile] = {}
        self._texts: Texts | None = None

    def read(self, exercise: Exercise) -> str | Unreadable | None:
        """Read an exercise's file for the next `check`; None where it is gone."""
        self._texts = read_workspace_texts(self.workspace, [exercise])
        return self._texts.texts.get(exercise.name)

    def take(self, exercise: Exercise, text: str) -> None:
        """Take a text in the place of an exercise's file for the next `check`."""
        self._texts = Texts({exercise.name: text}, str(self.workspace.root / "exercises"))

    def check(self, exercise: Exercise) -> Answer:
        """Check the text that was read or taken; raises `GradingError`."""
        assert self._texts is not None
        if exercise.name not in self._files:
            self._files[exercise.name] = check_file(self.course, exercise)
        report = grade(self._texts, self.course, self._sandbox, exercises=[exercise], checks=self._files)
        text = self._texts.texts.get(exercise.name)
        verdict = remember(self.course, self.workspace, self._texts, report)
        return Answer(report, verdict, text if isinstance(text, str) else None)
