"""Do what a maintainer of the course asks: begin a new exercise, bring what is generated up to date."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.place import own_checkout
from grader.cli.progress import progress
from grader.cli.screen import count, say
from grader.course import choose
from grader.errors import UsageError

Names = Annotated[list[str] | None, typer.Argument(metavar="NAME", show_default=False)]


def new(exercise: Annotated[str, typer.Argument(metavar="TOPIC/NAME", show_default=False)]) -> None:
    """Begin a new exercise with an example to replace."""
    topic, slash, name = exercise.partition("/")
    if not slash:
        raise UsageError(f"write it as TOPIC/NAME, as in activations/leaky_relu, not {exercise!r}")
    course, _ = own_checkout()
    from grader.authoring import scaffold

    for path in scaffold.new(course, topic, name):
        say(f"wrote {path}")
    say()
    say("Next: replace what says TODO, link to the exercise from the notes of its topic, then run")
    say(f"  kata sync {name} && kata record {name} && kata verify {name} --mutants")


def sync(
    names: Names = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if a file is out of date.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is written in these files, too.")] = False,
) -> None:
    """Bring what is generated up to date: the stubs, what is kept of solutions, the index of the course."""
    course, workspace = own_checkout()
    exercises = choose(names or [], course.exercises)
    from grader.authoring.sync import keep, sync
    from grader.notes.index import sync_index

    differing = sync(course, workspace, exercises, check=check, force=exercises if force else ())
    differing += keep(course, exercises, check=check)
    differing += sync_index(course, check=check)
    for path in differing:
        say(f"{'out of date:' if check else 'wrote'} {path}")
    if not differing:
        say(f"{count(len(exercises), 'stub')} and the index up to date")
    elif check:
        raise typer.Exit(1)


def record(
    names: Names = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if a recording differs.")] = False,
) -> None:
    """Bring the recordings of torch's answers up to date; needs torch."""
    course, _ = own_checkout()
    exercises = choose(names or [], course.exercises)
    from grader.authoring.recordings import record
    from grader.sandbox.ours.sandbox import Sandbox

    with Sandbox("auto") as sandbox, progress(len(exercises), "recording") as advance:
        differing = record(course, exercises, sandbox, check=check, progress=advance)
    for line in differing:
        say(line if check else f"recorded {line.partition(':')[0]}")
    if not differing:
        say(f"{count(len(exercises), 'recording')} up to date")
    elif check:
        raise typer.Exit(1)
