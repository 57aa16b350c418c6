"""Read what a step of a workflow is told by its runner, and tell it: variables, outputs, the summary, commands."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeGuard

from grader.errors import KataError, StepError
from grader.reports.text import single_line

OUT = "KATA_OUT"
REPORT = "report.json"
FAILURE = "failure.txt"


def run(step: Callable[[], None]) -> int:
    """Run a step and return its exit status.

    What goes wrong is one line in the log and, where the step has a folder for its results, in a file there, so that
    the step that publishes the result can say why there is none.
    """
    try:
        step()
    except KataError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
    return 0


def _failed(message: str) -> int:
    message = single_line(message, characters=1000)
    print(command("error", message), flush=True)
    if os.environ.get(OUT):
        folder = Path(os.environ[OUT])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / FAILURE).write_text(message + "\n", "utf-8")
        except OSError as error:
            print(f"{folder}: {error.strerror}", file=sys.stderr)
    return 1


def variable(name: str, default: str | None = None) -> str:
    """Return a variable of the environment; raises `StepError` if it is missing or empty and has no default."""
    value = os.environ.get(name) or default
    if value is None:
        raise StepError(f"the variable {name} is not set")
    return value


def is_commit(text: object) -> TypeGuard[str]:
    """Tell whether this is the full hash of a commit."""
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{40}([0-9a-f]{24})?", text) is not None


def output(name: str, value: str) -> None:
    """Set an output of the step, where there is a runner; the value is one line."""
    _append("GITHUB_OUTPUT", f"{name}={single_line(value, characters=1000)}\n")


def summarize(markdown: str) -> None:
    """Add to the summary of the run, where there is a runner."""
    _append("GITHUB_STEP_SUMMARY", markdown)


def _append(variable_name: str, text: str) -> None:
    if path := os.environ.get(variable_name):
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)


def command(name: str, message: str, **properties: str | int) -> str:
    """Return a workflow command, a line in which nothing of the message or the properties is a command of its own."""
    text = ",".join(f"{key}={_escape(str(value), ':', ',')}" for key, value in properties.items())
    return f"::{name}{' ' if text else ''}{text}::{_escape(message)}"


def _escape(text: str, *others: str) -> str:
    for character in ("%", "\r", "\n", *others):  # the percent sign first
        text = text.replace(character, f"%{ord(character):02X}")
    return text
