"""Watch an exercise: on a terminal with keys, anywhere else with one answer below the other."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from grader.cli import early
from grader.cli.place import here, one_exercise
from grader.cli.screen import is_terminal, screen
from grader.errors import UsageError


def watch(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None,
    poll: Annotated[bool, typer.Option("--poll", help="For a file system that does not tell of saves.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No keys: every answer below the last.")] = False,
) -> None:
    """Check an exercise again at every save; one-letter keys do the rest."""
    course, workspace = here()
    exercise = one_exercise(name, course, workspace)
    if not (workspace.root / "exercises").is_dir():
        raise UsageError(f"{workspace.root / 'exercises'} is gone: 'kata init .' there brings it back")
    with early.sandbox("auto") as sandbox:
        from grader.learning.watching.checker import Checker
        from grader.learning.watching.locator import Locator
        from grader.learning.watching.saves import Saves

        checker, exercises = Checker(course, workspace, sandbox), workspace.exercises(course)
        if plain or not is_terminal():
            from grader.learning.watching.plain import watch_plainly

            woken = threading.Event()
            with (
                Saves(workspace, exercises, woken.set, poll=poll) as saves,
                Locator(course, woken.set) as locator,
            ):
                watch_plainly(checker, locator, saves, woken, exercise, screen())
        else:
            from grader.learning.watching.display import Display
            from grader.learning.watching.keyboard import keyboard
            from grader.learning.watching.watch import Watch

            display = Display(keyboard(), screen())
            with (
                Saves(workspace, exercises, display.wake, poll=poll) as saves,
                Locator(course, display.wake) as locator,
                display,
            ):
                Watch(checker, locator, display, saves, exercise).run()
