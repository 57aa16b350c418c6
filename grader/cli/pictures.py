"""Show what a learner's function does beside what torch's does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli import early
from grader.cli.place import here
from grader.cli.screen import screen
from grader.course import choose_one


def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An exercise.", show_default=False)],
    to: Annotated[Path | None, typer.Option("--to", metavar="PATH", help="Write it there: .svg or .png.")] = None,
) -> None:
    """Draw what your function does on what torch's does."""
    course, workspace = here()
    exercise = choose_one(name, workspace.exercises(course))
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
    if sys.stdout.isatty() and (shown := showing.in_terminal(drawn, os.environ)):
        print(shown)
        return
    path = showing.keep(drawn, workspace)
    print(path)
    if sys.stdout.isatty():
        showing.view(path)
