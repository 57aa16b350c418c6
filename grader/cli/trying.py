"""Run the smallest failing case in a process of the learner's own, where print, breakpoint() and debuggers work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Annotated

import typer

from grader.cli import early
from grader.cli.place import here, one_exercise
from grader.cli.screen import say


def try_case(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None,
    check: Annotated[str | None, typer.Argument(metavar="[CHECK]", show_default=False)] = None,
    interactive: Annotated[bool, typer.Option("-i", help="Stay in Python, with x, answer and all the rest.")] = False,
) -> int:
    """Run the smallest failing case in your own Python: print, breakpoint() and debuggers work."""
    course, workspace = here()
    exercise = one_exercise(name, course, workspace)
    with early.sandbox("auto") as sandbox:
        from grader.learning.trying import told, write_case

        written = write_case(course, workspace, exercise, sandbox, check)
    for line in written.passed_over:
        say((line, "dim"))
    say((f"{written.check.title}  {os.path.relpath(written.path)}", "dim"))
    sys.stdout.flush()
    # Ctrl-C is for the script and for its debugger; a handler is not inherited
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        status = subprocess.run([sys.executable, *(["-i"] if interactive else []), str(written.path)]).returncode
    finally:
        signal.signal(signal.SIGINT, before)
    if not (status and written.case.kind == "raised"):  # Python has said it
        for line in told(written.case):
            say((line, "dim"))
    return status if status >= 0 else 1
