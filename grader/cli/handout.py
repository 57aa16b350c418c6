"""Hand out an assignment: as a starter repository, or as what a service needs to grade it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.screen import count, say
from grader.course import choose_assignment, own_course

Name = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Of course.toml, or a topic.", show_default=False)]


def release(
    name: Name,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where to write it.", show_default=False)],
    workflow: Annotated[bool, typer.Option("--workflow", help="Have GitHub run the examples at every push.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write among other files as well; overwrites none that others wrote in.")
    ] = False,
) -> None:
    """Write a starter repository: stubs with public examples, without checks, solutions and hints."""
    course = own_course()
    assignment = choose_assignment(name, course)
    from grader.classroom.release import release

    made = release(to, course, assignment, workflow=workflow, force=force)
    points = sum(exercise.points for exercise in assignment.exercises)
    exercises = count(len(assignment.exercises), "exercise")
    say(f"{to}: {assignment.title}, {exercises}, {count(points, 'point')}")
    say(f"wrote {count(len(made.new), 'new file')}, {count(len(made.refreshed), 'file')} brought up to date")
    for path in made.kept:
        say(f"kept {path}, in which something else was written")
    say("No line of a solution, a check or a hint is in it.")
    say()
    say(f"Next: cd {shlex.quote(str(to))} && git init, then push it as the template of the class")
