"""Hand out an assignment: as a starter repository, or as what a service needs to grade it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.progress import progress
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


def autograder(
    service: Annotated[str, typer.Argument(metavar="gradescope|classroom50", show_default=False)],
    name: Name,
    to: Annotated[
        Path, typer.Option("--to", metavar="PATH", help="The zip or the folder to write.", show_default=False)
    ],
    seed: Annotated[
        str | None,
        typer.Option(metavar="N|random", help="Of the checks' inputs; drawn if left out.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
) -> None:
    """Write what Gradescope or Classroom 50 takes to grade an assignment: no solutions are in it."""
    from grader.grading import seeds

    number = None if seed is None else seeds.read(seed)
    course = own_course()
    assignment = choose_assignment(name, course)
    from grader.classroom import autograder

    with progress(len(assignment.exercises), "asking torch") as advance:
        autograder.make(service, to, course, assignment, seed=number, force=force, asked=advance)
    say(f"{to}: grades {assignment.title}, {count(len(assignment.exercises), 'exercise')}, on {service}")
    say()
    say(_NEXT[service].format(to=shlex.quote(str(to)), name=assignment.name))


_NEXT = {
    "gradescope": """\
Next: in the assignment's "Configure Autograder" choose Ubuntu, upload {to},
and test it with a submission before learners see it.
Gradescope's containers may forbid bubblewrap. Then learners get feedback and a
score of 0; export the submissions and score them with 'kata batch'.""",
    "classroom50": """\
Next: copy what is in {to} to CLASSROOM/autograders/{name}/ of your classroom50
repository, and pass {to}/runtime.json to 'gh teacher assignment add --runtime'.
Learners can read this: the checks are in it, the solutions are not.""",
}
