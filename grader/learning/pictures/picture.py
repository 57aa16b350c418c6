"""Make the picture of an exercise: call the learner's code and the reference on the same inputs, say what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.checks.student import Learner
from grader.checks.torch_reference import PUBLIC_SEED
from grader.course import Course, Exercise
from grader.course.stubs import stub_of
from grader.errors import GradingError, UsageError
from grader.grading.attempt import Attempt
from grader.grading.collecting import check_file
from grader.grading.texts import Unreadable
from grader.grading.trial import Trial
from grader.learning.pictures.answers import Fitted, Reference
from grader.learning.pictures.palette import dark_style
from grader.learning.pictures.panels import Curve, Panel, Scene
from grader.learning.pictures.sentences import difference, is_seen
from grader.learning.pictures.table import SCENES
from grader.sandbox.ours.sandbox import Sandbox

INSTALL = "pip install matplotlib"


@dataclass(frozen=True)
class Picture:
    """What is drawn of an exercise.

    Attributes
    ----------
    name : str
        The exercise's.
    title : str
        Says what differs.
    pairs : sequence of pair of Panel
        Yours and torch's.
    """

    name: str
    title: str
    pairs: Sequence[tuple[Panel, Panel]]

    def svg(self) -> str:
        """Return an SVG for both themes; raises `UsageError` where it takes matplotlib, which is missing."""
        try:
            text = self._drawn("svg").decode()
        except ImportError:
            if not all(isinstance(yours, Curve) for yours, _ in self.pairs):
                raise UsageError(f"the picture of {self.name} is drawn by matplotlib: {INSTALL}") from None
            from grader.learning.pictures.plain import draw

            with np.errstate(all="ignore"):
                text = draw(self.title, self.pairs)
        return text.replace("</svg>", f"{dark_style()}</svg>")

    def png(self) -> bytes:
        """Return a PNG; raises `UsageError` where there is no matplotlib."""
        try:
            return self._drawn("png")
        except ImportError:
            raise UsageError(f"a PNG is drawn by matplotlib: {INSTALL}") from None

    def _drawn(self, form: str) -> bytes:
        from grader.learning.pictures import plots

        with np.errstate(all="ignore"):
            return plots.save(plots.draw(self.title, self.pairs), form)


def picture(course: Course, exercise: Exercise, text: str | Unreadable | None, sandbox: Sandbox) -> Picture:
    """Return the picture of what somebody has written.

    Parameters
    ----------
    course : Course
    exercise : Exercise
    text : str, Unreadable or None
        Called in the sandbox only. Answers that cannot be drawn are told in the title.
    sandbox : Sandbox

    Raises
    ------
    UsageError
        Where there is nothing to draw: no picture of this exercise, nothing written, a file that cannot be loaded.
    """
    scene = scene_of(exercise)
    if course.solution(exercise) == course.kept(exercise):
        raise UsageError("there are no solutions in this copy of the course to draw yours on")
    trial = Trial.prepare(course, check_file(course, exercise), PUBLIC_SEED)
    stub = stub_of(course, exercise)
    right = Attempt(course.solution(exercise).read_text("utf-8"), stub, trial, sandbox)
    try:
        if right.load() is not None:
            raise GradingError(f"the solution of {exercise.name} cannot be loaded")
        reference = Reference(right.learner)
        torch = scene(reference)
    finally:
        right.close()  # a sandbox holds one process at a time
    attempt = Attempt(text, stub, trial, sandbox)
    try:
        if (not_run := attempt.load()) is not None:
            reason = (not_run.message or "").partition("\n")[0]
            raise UsageError(reason or f"nothing is written in {exercise.path} yet, so there is nothing to draw")
        return compare(exercise.name, scene, torch, reference, attempt.learner)
    finally:
        attempt.close()


def scene_of(exercise: Exercise) -> Scene:
    """Return what is drawn of an exercise; raises `UsageError` where nothing is."""
    if exercise.name not in SCENES:
        raise UsageError(f"{exercise.name} has no picture: its numbers say more; 'kata check {exercise.name}' does")
    return SCENES[exercise.name]


def compare(name: str, scene: Scene, torch: Sequence[Panel], reference: Reference, learner: Learner) -> Picture:
    """Return the picture of a learner's answers beside the reference's."""
    fitted = Fitted(learner, reference.answers)
    with np.errstate(all="ignore"):  # a learner's numbers may be anything
        pairs = list(zip(scene(fitted), torch, strict=True))
        title = _title(fitted.faults, pairs)
    return Picture(name, title if title.startswith(name) else f"{name}: {title}", pairs)


def _title(faults: Sequence[str], pairs: Sequence[tuple[Panel, Panel]]) -> str:
    """Return a sentence about what to look for: the first fault or difference, and how many others there are."""
    if faults:
        return f"{'; '.join(faults[:2])}."
    said = [
        (yours.title, words, is_seen(yours, torch)) for yours, torch in pairs if (words := difference(yours, torch))
    ]
    if not said:
        return "no difference shows."
    part, words = next(((part, words) for part, words, seen in said if seen), said[0][:2])
    more = len(said) - 1
    also = f"; {more} more {'part differs' if more == 1 else 'parts differ'}" if more else ""
    return f"{f'{part}: ' if len(pairs) > 1 else ''}yours {words}{also}."
