"""Make the stubs: the solutions with each solution region taken out."""

from __future__ import annotations

from grader.course.model import Course, Exercise
from grader.errors import CourseError

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"


def stub(solution: str, name: str) -> str:
    """Return the text of a solution with ``raise NotImplementedError`` in the place of each region.

    ``name`` is what the file is called in errors. Whatever could let a part of a solution slip into its stub is one: a
    marker that is missing, misplaced or written otherwise, or no region at all.
    """
    lines = []
    begun = 0
    for number, line in enumerate(solution.splitlines(keepends=True), 1):
        if line.strip() == BEGIN and not begun:
            if line.startswith(BEGIN):
                raise CourseError(
                    f"{name}:{number}: a region stands inside a function, or loading the stub would raise"
                )
            begun = number
            lines.append(line.replace(BEGIN, "raise NotImplementedError"))
        elif line.strip() == END and begun:
            begun = 0
        elif "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            raise CourseError(f"{name}:{number}: expected {END if begun else BEGIN}, on a line of its own")
        elif not begun:
            lines.append(line)
    if begun:
        raise CourseError(f"{name}:{begun}: {BEGIN} without {END}")
    text = "".join(lines)
    if text == solution:
        raise CourseError(f"{name}:1: no region between {BEGIN} and {END}")
    return text


def stub_of(course: Course, exercise: Exercise) -> str:
    """Return the stub that belongs to an exercise's solution as it is now; raises `CourseError`."""
    solution = course.solution(exercise)
    name = course.relative(solution)
    try:
        return stub(solution.read_text("utf-8"), name)
    except FileNotFoundError:
        kept = course.relative(course.kept(exercise))
        raise CourseError(
            f"{name} is missing, and so is {kept}: the stub of {exercise.name} is made from one"
        ) from None


EMPTY = 'raise RuntimeError("this is not the solution")'


def emptied(solution: str) -> str:
    """Return a solution whose regions hold nothing of it: what a call gives is like nothing that a learner writes."""
    lines, inside = [], False
    for line in solution.splitlines(keepends=True):
        if line.strip() == END:
            inside = False
        if not inside:
            lines.append(line)
        if line.strip() == BEGIN:
            inside = True
            lines.append(line.replace(BEGIN, EMPTY))
    return "".join(lines)
