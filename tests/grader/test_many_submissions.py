"""A grader that stays up for a whole class: nothing grows with the number of submissions."""

# ruff: noqa: E501

import json
import os
import subprocess
import sys

import pytest

from grader.course import root

CLASS = """
import ctypes, gc, json, os, sys
from pathlib import Path
from grader.course import own_course
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts
from grader.sandbox.ours.sandbox import Sandbox

course = own_course()
exercise = course.find("leaky_relu")
checks = collect(course, [exercise])
right = course.solution(exercise).read_text()
kinds = [
    right,
    right.replace("negative_slope * x", "negative_slope + x"),
    right + "\\nleaky_relu = lambda x, negative_slope=0.01: [x] * 40\\n",
    right + "\\ndef leaky_relu(x, negative_slope=0.01):\\n    raise ValueError('x' * 3000)\\n",
    right + "\\ndef leaky_relu(x, negative_slope=0.01):\\n    import numpy as np\\n    return np.zeros(400_000)\\n",
    right + "\\ndef leaky_relu(x, negative_slope=0.01):\\n    import os\\n    os._exit(3)\\n",
    "def leaky_relu(:\\n",
]

def children():
    found = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found += path.read_text().rpartition(")")[2].split()[1] == str(os.getpid())
        except OSError:
            continue
    return found

def now():
    gc.collect()
    getattr(ctypes.CDLL(None), "malloc_trim", int)(0)  # what the allocator keeps in reserve is no growth
    status = Path("/proc/self/status").read_text()
    return {
        "rss": int(status.partition("VmRSS:")[2].split()[0]) / 1024,
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "children": children(),
        "threads": int(status.partition("Threads:")[2].split()[0]),
    }

found, scores = [], set()
for number in range(200):
    with Sandbox(sys.argv[1]) as sandbox:
        report = grade(Texts({"leaky_relu": kinds[number % len(kinds)]}), course, sandbox, exercises=[exercise], checks=checks)
    scores.add((number % len(kinds), report.score))
    if number + 1 in (20, 100, 200):
        found.append(now())
assert len(scores) == len(kinds), scores
print(json.dumps(found))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("isolation", ["auto", "process"])
def test_two_hundred_submissions_leave_nothing_behind(isolation):
    done = subprocess.run(
        [sys.executable, "-c", CLASS, isolation], env={**os.environ, "PYTHONPATH": str(root())}, capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    early, _, late = json.loads(done.stdout)
    print(done.stdout)
    assert late["rss"] - early["rss"] < 4, (early, late)
    for kind in ("files", "children", "threads"):
        assert late[kind] == early[kind], (early, late)
    assert late["children"] == 0
