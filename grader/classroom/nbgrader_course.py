"""Prepare an assignment in the folder of an nbgrader course: its source notebook, its configuration, its seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from grader.classroom.feedback import Level
from grader.classroom.nbgrader_grading import KATA
from grader.classroom.out import Batch, Out
from grader.classroom.plan import prepare, settle
from grader.classroom.source_notebook import source_notebook
from grader.course import Assignment, Course, Exercise, write_whole
from grader.errors import UsageError
from grader.grading import seeds

LINES = """\
# Of 'kata nbgrader': the points come from kata's checks, outside of the notebook; other assignments are run as ever.
from grader.classroom.nbgrader_plugin import configure

configure(c)  # noqa: F821
"""


@dataclass(frozen=True)
class NbgraderCourse:
    """The folder of an nbgrader course."""

    root: Path

    @property
    def config(self) -> Path:
        """What nbgrader reads before it does anything."""
        return self.root / "nbgrader_config.py"

    def source(self, assignment: Assignment) -> Path:
        """Return the notebook that nbgrader makes an assignment from."""
        return self.root / "source" / assignment.name / f"{assignment.name}.ipynb"

    def out(self, assignment: Assignment) -> Out:
        """Return what we keep of an assignment: it is laid out like the folder of a batch, and read like one."""
        return Out(self.root / KATA / assignment.name)

    def settle(self, course: Course, assignment: Assignment, seed: int | None, feedback: Level) -> Batch:
        """Return how the class is graded: under the seed that it has, unless another is asked for or needed.

        Raises
        ------
        UsageError
            Where values under the seed that is asked for were shown, and the next are not to be.
        """
        out = self.out(assignment)
        given = out.read() if out.batch.exists() else None
        if given is not None and given.feedback == "full" and feedback != "full" and seed in (None, given.seed):
            if seed is not None:
                raise UsageError(f"the values of seed {seed} were told in full: --seed random draws another for all")
            seed = seeds.draw()
        return settle(out, course, assignment, seed=seed)

    def prepare(
        self, course: Course, assignment: Assignment, batch: Batch, feedback: Level, ask: Callable[[Exercise], None]
    ) -> None:
        """Keep how the class is graded, and torch's answers; raises `UsageError` where torch is missing."""
        prepare(self.out(assignment), batch, course, ask)
        self.out(assignment).write(replace(batch, feedback=feedback))

    def write_source(self, course: Course, assignment: Assignment, question_points: float, force: bool) -> bool:
        """Write the source notebook; one that an instructor has changed is kept unless ``force``.

        Returns
        -------
        bool
            Whether it is there now as asked for.
        """
        path, text = self.source(assignment), source_notebook(course, assignment, question_points)
        if path.exists() and not force:
            return path.read_text("utf-8", "replace") == text
        write_whole(path, text)
        return True

    def write_config(self) -> bool:
        """Write the configuration where there is none; return whether it has our lines now."""
        if not self.config.exists():
            write_whole(self.config, f"c = get_config()  # noqa: F821\n\n{LINES}")
        return "grader.classroom.nbgrader_plugin" in self.config.read_text("utf-8", "replace")
