"""Show what a learner's function does beside what torch's does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import early
from grader.cli.place import here, one_exercise
from grader.cli.screen import screen

if TYPE_CHECKING:
    from grader.course import Workspace
    from grader.learning.pictures.showing import Picture


def show(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="PATH", help="Write it there: .svg or .png.")] = None,
) -> None:
    """Draw what your function does on what torch's does, without a name for the one that you are at."""
    course, workspace = here()
    exercise = one_exercise(name, course, workspace)
    with early.sandbox("auto") as sandbox:
        from grader.grading.texts import read_text
        from grader.learning.pictures import showing
        from grader.learning.pictures.picture import picture

        drawn = picture(course, exercise, read_text(workspace.root, *exercise.path.split("/")), sandbox)
    for line in screen().paragraph(drawn.title):
        print(line)
    if to is not None:
        showing.save(drawn, to)
        return
    put(drawn, workspace)


def put(drawn: Picture, workspace: Workspace) -> None:
    """Put a picture where it can be seen, into the terminal or into a file whose name is said."""
    from grader.learning.pictures import showing

    if sys.stdout.isatty() and (shown := showing.in_terminal(drawn, os.environ)):
        print(shown)
        return
    path = showing.keep(drawn, workspace)
    print(path)
    if sys.stdout.isatty():
        showing.view(path)
