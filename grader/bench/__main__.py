"""Measure the grader against its budgets and against plain pytest with torch on the same checks."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec

from grader.course import own_course, root

ROUNDS = 3
SUBMISSIONS = 5
PYTHON = sys.executable


def seconds(*command: str) -> float:
    """Return the median wall-clock time of a command, after one run that warms the disk's cache."""
    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=root(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def peak_memory(*command: str) -> float:
    """Return the peak memory of a command's own process in MB."""
    process = subprocess.Popen(command, cwd=root(), stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def throughput() -> float:
    """Return how many submissions of the whole course a core grades in a minute, the learners' own code included."""
    from grader.grading.collecting import collect
    from grader.grading.grade import grade
    from grader.grading.texts import read_folder
    from grader.sandbox.ours.sandbox import Sandbox

    course = own_course()
    checks = collect(course, course.exercises)
    before = _cpu_seconds()
    for _ in range(SUBMISSIONS):
        with Sandbox("auto") as sandbox:
            grade(read_folder(root() / "solutions", course), course, sandbox, checks=checks)
    return 60 * SUBMISSIONS / (_cpu_seconds() - before)


def _cpu_seconds() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    """Print a table: what was measured, its budget, and how many times longer plain pytest takes."""
    kata = (PYTHON, "-m", "grader.cli")
    everything = [exercise.name for exercise in own_course().exercises]
    print(
        f"{len(everything)} exercises, {os.cpu_count()} cores, Python {sys.version.split()[0]}, median of {ROUNDS} runs"
    )
    rows = [
        (
            "one exercise, cold, recorded",
            "0.5 s",
            seconds(*kata, "grade", "solutions", "--only", "leaky_relu"),
            ["leaky_relu"],
        ),
        ("the whole course, recorded", "2.0 s", seconds(*kata, "grade", "solutions"), []),
    ]
    live = find_spec("torch") is not None
    if live:
        rows.append(("the whole course, live torch", "4.0 s", seconds(*kata, "grade", "solutions", "--seed", "1"), []))
    for name, budget, taken, exercises in rows:
        line = f"{name:32} {taken:6.2f} s   budget {budget}"
        if live:
            plain = seconds(PYTHON, "-m", "grader.bench.yardstick", *(exercises or everything))
            line += f"   plain pytest with torch {plain:6.2f} s   {plain / taken:4.1f} times as long"
        print(line, flush=True)
    print(f"{'class, recorded':32} {throughput():6.0f} submissions a minute a core   budget 100")
    print(f"{'peak memory of the grader':32} {peak_memory(*kata, 'grade', 'solutions'):6.0f} MB   budget 150 MB")


if __name__ == "__main__":
    main()
