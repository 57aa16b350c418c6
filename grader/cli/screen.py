"""Write to the terminal: in colour, unless the output goes to a file or a pipe or NO_COLOR asks for none."""

from __future__ import annotations

import os

import typer

WIDTH = 80


def say(text: str = "") -> None:
    """Print a line, its colours only where they are wanted."""
    typer.echo(text, color=False if os.environ.get("NO_COLOR") else None)


def count(number: float, noun: str) -> str:
    """Return ``1 point``, ``2 points`` or ``0.5 points``."""
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
