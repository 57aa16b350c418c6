"""Answer what a learner asks at the beginning: where can I begin, which version is this, what is the next hint."""

from __future__ import annotations

import shlex
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from grader import __version__
from grader.cli.place import here, one_exercise
from grader.cli.screen import WIDTH, count, say
from grader.course import own_course


def show_version() -> None:
    """Say which program and which course this is."""
    course = own_course()
    say(f"kata {__version__}, {course.title}: {count(len(course.exercises), 'exercise')}")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Write among other files as well; overwrites none.")] = False,
) -> None:
    """Make a folder with all exercises to learn in, or bring it up to date; what you have written stays."""
    from grader.learning import workspaces

    made = workspaces.make(folder, own_course(), force=force)
    stubs = [path for path in made.new if path.endswith(".py")]
    say(f"{folder}: {count(len(stubs), 'new exercise')}, {count(len(made.refreshed), 'file')} brought up to date")
    for path in made.kept:
        say(f"kept {path}, in which something else was written")
    say()
    say(f"Next: cd {shlex.quote(str(folder))} && kata")


def show_list(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", show_default=False)] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only what is not done, exercise by exercise.")] = False,
) -> None:
    """Show how far you are, and what to do next; with a topic, each of its exercises."""
    from grader.cli import listing

    listing.show_list(topic, only_open=only_open)


def show_next() -> None:
    """Say what to do next: what you were at, else the first that you can do."""
    from grader.cli import listing

    listing.show_next()


def show_hint(name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None) -> None:
    """Show the next hint for an exercise, without a name for the one that you are at."""
    from grader.learning.memory import Memory

    course, workspace = here()
    exercise = one_exercise(name, course, workspace)
    hints = exercise.hints
    memory = Memory(workspace)
    seen = memory.hints(exercise.name)
    if seen >= len(hints):
        say(f"There are no more hints for {exercise.name}. Once more, all of them:")
        for number, hint in enumerate(hints, 1):
            say(fill(hint, WIDTH, initial_indent=f"{number}. ", subsequent_indent="   ", break_on_hyphens=False))
        return
    say((f"{exercise.name}, hint {seen + 1} of {len(hints)}", "bold"))
    say(fill(hints[seen], WIDTH, break_on_hyphens=False))
    memory.hinted(exercise.name)
    memory.save()
