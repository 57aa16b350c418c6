"""Tell how far a learner is with each milestone, as far as that shows without training anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.course import Course, Workspace
from grader.course.milestones import Milestone, offered
from grader.grading.texts import read_workspace_texts
from grader.learning.memory import Memory
from grader.learning.states import State


@dataclass(frozen=True)
class Standing:
    """How far a milestone is: the figure with which it is reached, or the parts that are not solved yet."""

    milestone: Milestone
    figure: float | None
    missing: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Whether all parts are solved, and they have not been put together yet."""
        return self.figure is None and not self.missing


def standings(course: Course, workspace: Workspace, states: Mapping[str, State], memory: Memory) -> list[Standing]:
    """Return how far each milestone is that is offered in a workspace, from the states of its exercises by name."""
    found = []
    for milestone in offered(workspace.exercises(course)):
        missing = tuple(part.name for part in milestone.exercises(course.exercises) if states[part.name] != "done")
        figure = None if missing else memory.reached(milestone.name, parts_hash(course, workspace, milestone))
        found.append(Standing(milestone, figure, missing))
    return found


def parts_hash(course: Course, workspace: Workspace, milestone: Milestone) -> str:
    """Return a hash of what a learner wrote for the parts: after an edit a milestone is open again."""
    parts = milestone.exercises(course.exercises)
    return read_workspace_texts(workspace, parts).sha256(parts)
