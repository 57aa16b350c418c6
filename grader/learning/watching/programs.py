"""Run other programs in the terminal that a watch has given back: an editor, a pager, a command of ours."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.errors import UsageError


def editor(file: Path) -> list[str] | None:
    """Return the command that opens a file in the learner's editor; None where nobody has said which."""
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    return [*shlex.split(chosen), str(file)] if chosen else None


def pager(file: Path) -> list[str]:
    """Return the command that shows a file page by page."""
    return [*shlex.split(os.environ.get("PAGER") or ("more" if sys.platform == "win32" else "less")), str(file)]


@contextmanager
def readable(note: Path) -> Iterator[Path]:
    """Yield a file with a topic's notes as a terminal can show them, or as they were written without the extra ask."""
    from grader.learning.asking.page import Page

    try:
        text = Page(styled=False).readable(note.read_text("utf-8"))
    except UsageError:
        yield note
        return
    with TemporaryDirectory() as folder:
        file = Path(folder, f"{note.parent.name}.txt")
        file.write_text(text, "utf-8")
        yield file


def kata(*words: str) -> list[str]:
    """Return a command of this program, which looks for no module in the folder that it runs in."""
    return [sys.executable, "-P", "-m", "grader.cli", *words]


def run(command: Sequence[str], *, stay: bool) -> str:
    """Run a program to its end, and stay until the learner has read what it said; return why it could not be run.

    A program to stay for begins on an empty screen; what was there before can be scrolled back to.
    """
    if stay:
        print("\n" * shutil.get_terminal_size().lines + "\x1b[H", end="", flush=True)
    try:
        subprocess.run(command)
    except OSError as error:
        return f"{command[0]} cannot be run: {error.strerror}"
    if stay:
        print("\nEnter goes back.", end="", flush=True)
        sys.stdin.readline()
    return ""
