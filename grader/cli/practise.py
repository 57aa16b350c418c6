"""Look at the reference, go back to the stub and forth again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.place import here, one_exercise
from grader.cli.screen import say, screen
from grader.course import Course, Exercise
from grader.errors import UsageError

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)]


def solution(name: Name = None) -> None:
    """Show the reference beside your answer: after you have solved it, or when you ask twice."""
    from grader.learning.memory import Memory
    from grader.learning.states import state

    course, workspace = here()
    exercise = one_exercise(name, course, workspace)
    if not workspace.solutions:
        raise UsageError("the solutions are not shown here: kata.toml says solutions = false")
    if course.solution(exercise) == course.kept(exercise):
        raise UsageError("there are no solutions in this copy of the course")
    memory = Memory(workspace)
    how_far = state(course, workspace, exercise, memory)
    if how_far != "done" and not memory.asked(exercise.name):
        memory.asked_for_solution(exercise.name)
        memory.save()
        text = f"{exercise.name} is not solved yet. Ask again to see the reference beside what you have; "
        text += "kata list then says so."
        print("\n".join(screen().paragraph(text)))
        return
    memory.saw_solution(exercise.name)
    memory.save()
    written = workspace.file(exercise).read_text("utf-8", "replace") if how_far != "not attempted" else None
    for line in _compared(course, exercise, written):
        print(line)


def _compared(course: Course, exercise: Exercise, written: str | None) -> list[str]:
    from grader.cli.side_by_side import draw
    from grader.learning.comparing import compare, pieces

    reference = course.solution(exercise).read_text("utf-8")
    rows = None if written is None else compare(written, reference)
    where = course.solution(exercise)
    if rows is None:
        why = "" if written is None else "; yours is no program that could be compared"
        lines = [screen().line(("The reference", "bold"), why)]
        return [*lines, *(line for piece in pieces(reference) for line in piece.lines), "", _dim(_from_here(where))]
    lines = list(draw(rows, screen()))
    alike = all(mine and theirs and mine.same for mine, theirs in rows)
    told = (
        "Both say the same."
        if alike
        else "What is marked differs; names, layout, comments and docstrings do not count."
    )
    return [*lines, *screen().paragraph((told, "dim")), _dim(_from_here(where))]


def reset(
    name: Name = None,
    back: Annotated[bool, typer.Option("--back", help="Restore what was there before.")] = False,
) -> None:
    """Go back to the stub; what you wrote is kept, and --back restores it."""
    from grader.learning import resetting

    course, workspace = here()
    exercise = one_exercise(name, course, workspace)
    if back:
        restored, kept = resetting.restore(course, workspace, exercise)
        say(f"{exercise.path} is what {_from_here(restored)} holds")
    else:
        kept = resetting.reset(course, workspace, exercise)
        say(f"{exercise.path} is the stub again")
    if kept:
        say(
            f"What was there is kept in {_from_here(kept)}", *([] if back else [f": kata reset {exercise.name} --back"])
        )


def _from_here(path: Path) -> str:
    """Return a path as it can be typed."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)


def _dim(text: str) -> str:
    return screen().line((text, "dim"))
