"""Start the learner's side before anything heavy is imported on ours: both take a tenth of a second."""

from __future__ import annotations

from typing import Literal

from grader.sandbox.ours.sandbox import Sandbox

IsolationChoice = Literal["auto", "bubblewrap", "process"]

NEED_IT = ("check", "grade", "locate", "watch", "try", "show")

_started: Sandbox | None = None


def start(arguments: list[str]) -> None:
    """Start a sandbox if the words typed are a command that will need one."""
    global _started
    if arguments and arguments[0] in NEED_IT and not {"--help", "-h"} & set(arguments):
        _started = Sandbox("auto")


def sandbox(isolation: IsolationChoice) -> Sandbox:
    """Return the sandbox that was started, or one of the isolation that is asked for."""
    global _started
    early, _started = _started, None
    if early is not None and isolation == "auto":
        return early
    if early is not None:
        early.close()
    return Sandbox(isolation)


def close() -> None:
    """End a sandbox that nobody took, as when the words typed were wrong."""
    if _started is not None:
        _started.close()
