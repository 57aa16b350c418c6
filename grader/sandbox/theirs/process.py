"""Prepare a process of the learner's side: its streams, its limits, its end."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
from collections.abc import Iterator

from grader.sandbox.protocol.limits import Limits


def limit_process(limits: Limits) -> None:
    """Set the limits that hold for every process of an exercise."""
    import resource

    for name, value in (
        ("RLIMIT_AS", limits.address_space),
        ("RLIMIT_NPROC", limits.processes),
        ("RLIMIT_NOFILE", limits.open_files),
        ("RLIMIT_FSIZE", limits.file_size),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, ValueError, OSError):
            continue  # a system without this limit, or one that has set it lower


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Have the line printed in which the code is, shortly before its time is over: the other side then ends it."""
    if not _PRINTS_LINES:
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, 0.9 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


_PRINTS_LINES = False


def print_lines_on_alarm() -> None:
    """Let an alarm print the stack to the standard error; nothing is interrupted, and no thread is needed for it."""
    global _PRINTS_LINES
    if hasattr(faulthandler, "register") and hasattr(signal, "setitimer"):
        faulthandler.register(signal.SIGALRM, file=2, all_threads=False)
        _PRINTS_LINES = True


def standard_streams(output: int) -> None:
    """Give the process nothing to read and one descriptor for all that it prints."""
    null = os.open(os.devnull, os.O_RDONLY) if os.path.exists(os.devnull) else os.pipe()[0]
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdin = open(0, closefd=False)
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent is gone."""
    if sys.platform == "linux":
        import ctypes

        set_pdeathsig = 1
        ctypes.CDLL(None).prctl(set_pdeathsig, signal.SIGKILL, 0, 0, 0)
