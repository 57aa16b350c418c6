"""Find out whether a milestone is reached, and if it is not, which part stops it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.course import Course
from grader.course.milestones import Milestone
from grader.grading.texts import Texts
from grader.learning.milestones.training import Training, train
from grader.report import ExerciseResult, Report
from grader.sandbox.ours.sandbox import Sandbox

Progress = Callable[[object], None]


@dataclass(frozen=True)
class Finding:
    """What came of a milestone.

    Attributes
    ----------
    milestone : Milestone
    parts : tuple of ExerciseResult
        What the parts' own checks say, in the order of the course.
    training : Training or None
        With what the learner wrote; None where a part is not attempted.
    exchanged : mapping of str to Training
        By the name of a failing part, the training with the reference's in its place.
    all_exchanged : Training or None
        The training with the reference's in the place of all failing parts, where no single one is enough.
    """

    milestone: Milestone
    parts: tuple[ExerciseResult, ...]
    training: Training | None = None
    exchanged: Mapping[str, Training] = field(default_factory=dict)
    all_exchanged: Training | None = None

    @property
    def missing(self) -> list[str]:
        """The names of the parts that are not attempted."""
        return [part.name for part in self.parts if part.status == "not_attempted"]

    @property
    def failing(self) -> list[ExerciseResult]:
        """The parts that do not pass their own checks."""
        return [part for part in self.parts if part.status not in ("passed", "not_attempted")]

    @property
    def good_enough(self) -> bool:
        """Whether the training reaches the threshold."""
        return self.training is not None and is_enough(self.milestone, self.training)

    @property
    def reached(self) -> bool:
        """Whether the training reaches the threshold and every part is right."""
        return self.good_enough and not self.failing


def is_enough(milestone: Milestone, training: Training) -> bool:
    """Tell whether a training reaches the threshold."""
    return training.figure is not None and milestone.reached_by(training.figure)


def find(
    milestone: Milestone,
    texts: Texts,
    report: Report,
    sandbox: Sandbox,
    progress: Progress = lambda _: None,
) -> Finding:
    """Train with the parts, unless one is missing.

    Parameters
    ----------
    milestone : Milestone
    texts : Texts
        What the learner wrote.
    report : Report
        What checking the parts gave.
    sandbox : Sandbox
        With the limits of a training.
    progress : callable
        Takes each step.
    """
    finding = Finding(milestone, report.exercises)
    if finding.missing:
        return finding
    return replace(finding, training=train(milestone, texts.texts, sandbox, progress=progress))


def blame(
    course: Course, finding: Finding, texts: Texts, sandbox: Sandbox, progress: Progress = lambda _: None
) -> Finding:
    """Put the reference's in the place of each failing part, and see with which a training reaches what was missed.

    Parameters
    ----------
    course : Course
    finding : Finding
    texts : Texts
        What the learner wrote.
    sandbox : Sandbox
        With the limits of a training.
    progress : callable
        Takes each training.
    """
    failing = [part.name for part in finding.failing]
    if finding.training is None or finding.good_enough or not failing:
        return finding

    def exchanged(names: Sequence[str]) -> Training:
        right = {name: course.solution(course.find(name)).read_text("utf-8") for name in names}
        training = train(finding.milestone, {**texts.texts, **right}, sandbox)
        progress(training)
        return training

    single = {name: exchanged([name]) for name in failing}
    enough = any(is_enough(finding.milestone, each) for each in single.values())
    together = None if enough or len(failing) == 1 else exchanged(failing)
    return replace(finding, exchanged=single, all_exchanged=together)
