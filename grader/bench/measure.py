"""Measure a command: the time on the clock, the processor time of all that it starts, the memory of its own side."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
LAST_SECONDS = 10.0  # in which whoever the command has left behind must end
SAMPLE_SECONDS = 0.01


@dataclass(frozen=True)
class Cost:
    """What a command took, in seconds: ``cpu`` counts the learners' side as well."""

    wall: float
    cpu: float


def run(words: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder and return what it took; raises `CalledProcessError` if it fails."""
    if sys.platform == "linux":  # a sandbox that is killed leaves a child, whose time nobody else would count
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, start = _cpu_of_children(), time.perf_counter()
    subprocess.run(
        words, cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wall = time.perf_counter() - start
    _reap()
    return Cost(wall, _cpu_of_children() - before)


def environment() -> dict[str, str]:
    """Return the environment without what would have every start compile the program anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _reap() -> None:
    until = time.monotonic() + LAST_SECONDS
    with suppress(ChildProcessError):
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.005)


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak_memory(words: Sequence[str], folder: Path) -> float:
    """Return the peak memory in MB of a command's own processes together, the sandboxes left out, on Linux.

    What two of them share counts once.
    """
    process = subprocess.Popen(words, cwd=folder, env=environment(), stdout=subprocess.DEVNULL, start_new_session=True)
    peak = 0
    while process.poll() is None:
        peak = max(
            peak, sum(_own_kilobytes(each) for each in Path("/proc").glob("[0-9]*") if _session(each) == process.pid)
        )
        time.sleep(SAMPLE_SECONDS)
    return peak / 1024


def _session(process: Path) -> int:
    """Return the session of a process; that of a sandbox is its own."""
    try:
        return os.getsid(int(process.name))
    except ProcessLookupError:
        return 0


def _own_kilobytes(process: Path) -> int:
    try:
        text = (process / "smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
