"""Take nbgrader's place where it would run a learner's notebook: restore its cells, grade their text in the sandbox.

The lines that 'kata nbgrader' writes into nbgrader_config.py call `configure`. nbgrader runs its commands in the folder
of its course, where `kata/ASSIGNMENT` has what 'kata nbgrader' has kept. An assignment without it is none of ours, and
another notebook beside ours is not either: nbgrader does with them what it always does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.api import Gradebook
from nbgrader.api import Notebook as Handout
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets.config import Config

from grader.classroom.leaks import refuse_leaks
from grader.classroom.nbgrader_grading import KATA, grade_cells
from grader.classroom.out import Out
from grader.classroom.restoring import HIDDEN, Known, restore
from grader.classroom.source_notebook import CHECKS
from grader.course import own_course
from grader.errors import CourseError

NOT_RUN = (
    "kata runs no cell of this notebook but those of its exercises. Make it one that a person grades, or put it into "
    "another notebook of the assignment.\n"
)
Resources = Mapping[str, Any]
Converted = tuple[NotebookNode, Resources]


def configure(config: Config) -> None:
    """Put the steps of this module between nbgrader's own, or those that the instructor has chosen before."""
    sanitize = _steps(config, Autograde, "sanitize_preprocessors")
    grade = _steps(config, Autograde, "autograde_preprocessors")
    config.Autograde.sanitize_preprocessors = [KataRestore, *sanitize]
    config.Autograde.autograde_preprocessors = [KataGrade if step is Execute else step for step in grade]
    config.GenerateAssignment.preprocessors = [*_steps(config, GenerateAssignment, "preprocessors"), KataRelease]


class KataRestore(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Restore what has become of the cells: metadata lost, cells deleted, doubled, retyped or marked otherwise."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Converted:
        """Return the notebook with the cells that the gradebook knows."""
        out = _out(resources)
        if out is None:
            return nb, resources
        place = resources["nbgrader"]
        with Gradebook(place["db_url"]) as gradebook:
            known = _known(gradebook.find_notebook(place["notebook"], place["assignment"]))
        restored = restore(nb.get("cells", []), known, out.read().exercises)
        made = {"cells": restored, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        return _node(made), resources


class KataGrade(Execute):  # type: ignore[misc]
    """Write into each cell of checks what a run of it would have left: words for the learner, and the points."""

    def preprocess(self, nb: NotebookNode, resources: Resources, **more: Any) -> Converted:
        """Return the notebook with the results as outputs; raises `KataError` where grading itself fails."""
        out = _out(resources)
        if out is None:
            return super().preprocess(nb, resources, **more)  # type: ignore[no-any-return]
        texts = {cell.metadata.nbgrader.grade_id: cell.source for cell in nb.cells if "nbgrader" in cell.metadata}
        told = grade_cells(out, resources["nbgrader"]["student"], texts)
        for cell in filter(_is_run, nb.cells):
            marks = cell.metadata.nbgrader
            words, share = told.get(marks.grade_id.removesuffix(CHECKS), (NOT_RUN, 0.0))
            cell.outputs = _outputs(words, round(share * float(marks.points), 2))
            cell.source = cell.source.partition(HIDDEN)[0].rstrip()  # what was not run would only puzzle a learner
        return nb, resources


class KataRelease(NbGraderPreprocessor):  # type: ignore[misc]
    """Refuse to hand out a line of a solution, a check or a hint, and a cell for points that nothing would give."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Converted:
        """Return the notebook as it is; raises `CourseError`."""
        out = _out(resources)
        if out is None:
            return nb, resources
        course = own_course()
        exercises = [course.find(name) for name in out.read().exercises]
        text = "\n".join(cell.source for cell in nb.cells)
        refuse_leaks({resources["nbgrader"]["notebook"]: text.encode()}, course, exercises)
        ours = {exercise.name + CHECKS for exercise in exercises}
        for cell in filter(_is_run, nb.cells):
            if cell.metadata.nbgrader.grade_id not in ours:
                raise CourseError(f"the cell {cell.metadata.nbgrader.grade_id!r} cannot be graded: {NOT_RUN.strip()}")
        return nb, resources


def _out(resources: Resources) -> Out | None:
    """Return the folder in which what belongs to this notebook is kept, or None for one that is not ours."""
    assignment = resources["nbgrader"]["assignment"]
    out = Out(Path(KATA, assignment))
    return out if resources["nbgrader"]["notebook"] == assignment and out.batch.exists() else None


def _is_run(cell: NotebookNode) -> bool:
    """Tell whether nbgrader reads the points of a cell from what running it has left."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def _steps(config: Config, converter: type[Autograde | GenerateAssignment], name: str) -> list[Any]:
    chosen = config[converter.__name__].get(name)
    return list(chosen if chosen is not None else converter.class_traits()[name].default())


def _known(handout: Handout) -> list[Known]:
    """Return the cells of a notebook as the gradebook has them."""
    points = {cell.name: cell.max_score for cell in [*handout.grade_cells, *handout.task_cells]}
    graded, tasks = ({cell.name for cell in cells} for cells in (handout.grade_cells, handout.task_cells))
    solutions = {cell.name for cell in handout.solution_cells}
    return [
        Known(
            cell.name,
            cell.cell_type,
            cell.source,
            {
                "schema_version": 3,
                "grade_id": cell.name,
                "grade": cell.name in graded,
                "solution": cell.name in solutions,
                "locked": cell.locked,
                "task": cell.name in tasks,
                "checksum": cell.checksum,
                "cell_type": cell.cell_type,
                **({"points": points[cell.name]} if cell.name in points else {}),
            },
        )
        for cell in handout.source_cells
    ]


def _outputs(words: str, points: float) -> list[NotebookNode]:
    """Return outputs that `nbgrader.utils.determine_grade` reads as these points."""
    result = {"output_type": "execute_result", "data": {"text/plain": repr(points)}}
    return [
        _node({"output_type": "stream", "name": "stdout", "text": words}),
        _node({**result, "metadata": {}, "execution_count": None}),
    ]


def _node(data: dict[str, Any]) -> NotebookNode:
    return from_dict(data)  # type: ignore[no-any-return]
