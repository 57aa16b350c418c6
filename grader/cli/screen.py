"""Write to the terminal: in colour, unless the output goes to a file or a pipe or NO_COLOR asks for none."""

from __future__ import annotations

import os
import shutil
import sys

from grader.reports.layout import Part, Screen

WIDTH = 80


def is_terminal() -> bool:
    """Tell whether somebody sits at both ends, and can be drawn for."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def screen() -> Screen:
    """Return what the standard output is, as far as text is laid out for it."""
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    colours = not os.environ.get("NO_COLOR") and (terminal or bool(os.environ.get("FORCE_COLOR")))
    return Screen(shutil.get_terminal_size().columns, colours, sys.stdout.encoding)


def say(*parts: Part) -> None:
    """Print a line of text, parts of it perhaps with a style."""
    print(screen().line(*parts))


def count(number: float, noun: str) -> str:
    """Return ``1 point``, ``2 points`` or ``0.5 points``."""
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
