"""Write what is read outside of a terminal: the site of the course, a notebook of a topic."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Annotated

import typer

from grader.cli.place import here
from grader.cli.screen import count, say
from grader.course import meant
from grader.errors import UsageError


def notebook(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Write it anew, with what your files hold.")] = False,
) -> None:
    """Write a notebook of a topic: its ideas, a cell for each exercise that checks itself, the questions."""
    try:
        from grader.learning.notebook.topic import path_of, write
    except ImportError as error:
        raise UsageError(f"a notebook needs {error.name}: pip install 'deep-learning-katas[notebook]'") from None
    course, workspace = here()
    topics = {each.name: each for each in course.topics}
    chosen = topics[meant("topic", PurePath(topic).name, topics)]
    path = path_of(workspace, chosen)
    if path.exists() and not force:
        raise UsageError(f"{os.path.relpath(path)} exists; --force writes it anew, with what your files hold")
    say(f"{os.path.relpath(write(course, workspace, chosen))}: open it in Jupyter or in your editor")


def site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Write among other files as well.")] = False,
) -> None:
    """Write notes, questions, figures, stubs and your progress as pages for a browser without a network."""
    try:
        from grader.notes.site.pages import MARK, Site
    except ImportError as error:
        raise UsageError(f"the pages need {error.name}: pip install 'deep-learning-katas[site]'") from None
    from grader.learning.memory import Memory
    from grader.learning.states import state

    course, workspace = here()
    start = folder / "index.html"
    ours = start.is_file() and MARK in start.read_text("utf-8", errors="replace")[:1000]
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder to write the pages to")
    if folder.is_dir() and any(folder.iterdir()) and not ours and not force:
        raise UsageError(f"{folder} is not empty; --force writes the pages among what is there")
    memory = Memory(workspace)
    states = {each.name: state(course, workspace, each, memory) for each in workspace.exercises(course)}
    pages = Site(course, states).write(folder)
    say(f"{count(pages, 'page')}; open {start} in a browser")
