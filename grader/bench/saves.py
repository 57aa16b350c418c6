"""Measure how long a learner waits after a save under `kata watch`."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from grader.bench.measure import environment
from grader.course import own_course

SAVES = 20
PAUSE = 0.3  # in which a person would read


def save_to_answer(name: str, version: Path) -> float:
    """Return the median of the seconds from a save to its answer, right and wrong ones in turn; nan without a watch."""
    if not (version / "grader" / "cli" / "watch.py").exists():
        return math.nan
    course = own_course()
    exercise = course.find(name)
    right = course.solution(exercise).read_text("utf-8")
    wrong = f"{right}\n\ndef {name}(*arguments):\n    return arguments[0]\n"
    file, seconds = version / exercise.path, []
    before = file.read_text("utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "grader.cli", "watch", name, "--plain"],
        cwd=version,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as watch:
        try:
            assert watch.stdout is not None
            _wait_for(name, watch.stdout)
            for number in range(SAVES):
                time.sleep(PAUSE)
                start = time.perf_counter()
                file.write_text(f"{wrong if number % 2 else right}\n# {number}\n", "utf-8")
                _wait_for(name, watch.stdout)
                seconds.append(time.perf_counter() - start)
        finally:
            watch.terminate()
            file.write_text(before, "utf-8")
    return statistics.median(seconds)


def _wait_for(name: str, lines: Iterable[str]) -> None:
    """Read until the line that says how an exercise stands, with which every answer begins."""
    for line in lines:
        if f"{name}  " in line:
            return
