"""What a maintainer of the course asks: begin a new exercise, bring the stubs up to date."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from grader.cli.screen import count, say
from grader.course import CourseError, load, root


def new(exercise: Annotated[str, typer.Argument(metavar="TOPIC/NAME", show_default=False)]) -> None:
    """Begin a new exercise with an example to replace."""
    from grader.authoring import scaffold

    topic, slash, name = exercise.partition("/")
    if not slash:
        raise CourseError(f"write it as TOPIC/NAME, as in activations/leaky_relu, not {exercise!r}")
    for path in scaffold.new(load(root()), topic, name):
        say(f"wrote {path}")
    say()
    say("Next: replace what says TODO, then run")
    say(f"  kata sync && kata record && kata verify {name}")


def sync(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if a file is out of date.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are not stubs as well.")] = False,
) -> None:
    """Bring what is generated in exercises/ up to date: the stubs, and the index of exercises and questions."""
    from grader.authoring.index import sync_index
    from grader.authoring.sync import sync

    course = load(root())
    differing = sync(course, check=check, force=force) + sync_index(course, check=check)
    for path in differing:
        say(f"{'out of date:' if check else 'wrote'} {path}")
    if not differing:
        say(f"{count(len(course.exercises), 'stub')} and the index up to date")
    elif check:
        raise typer.Exit(1)


def record(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", show_default=False)] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if a recording differs.")] = False,
) -> None:
    """Bring the recordings of torch's answers up to date; needs torch."""
    from grader.authoring.recordings import record
    from grader.sandbox.sandbox import Sandbox

    course = load(root())
    exercises = [course.find(name) for name in dict.fromkeys(names or [])] or list(course.exercises)
    with (
        Sandbox("auto") as sandbox,
        typer.progressbar(exercises, file=sys.stderr, label="recording", hidden=not sys.stderr.isatty()) as bar,
    ):
        differing = record(course, exercises, sandbox, check=check, progress=lambda _: bar.update(1))
    for line in differing:
        say(line if check else f"recorded {line}")
    if not differing:
        say(f"{count(len(exercises), 'recording')} up to date")
    elif check:
        raise typer.Exit(1)
