"""The bench counts what it says, and says what it cannot do."""

import subprocess
import sys

import pytest

from grader.bench.__main__ import Row, show
from grader.course import root

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="whose time counts is known on Linux")

BURN = "import time\nwhile time.process_time() < 0.4:\n    pass\n"
LEAVES_A_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}])"
MEASURE = """
import sys
from pathlib import Path
from grader.bench.measure import {0}
print({0}([sys.executable, "-c", {1!r}], Path()){2})
"""
HOLDS = "import os, time; os.fork(); held = bytearray(os.urandom(1)) * (60 << 20); time.sleep(1)"


def measured(function, code, part=""):
    words = [sys.executable, "-c", MEASURE.format(function, code, part)]
    done = subprocess.run(words, cwd=root(), capture_output=True, text=True, timeout=60, check=True)
    return float(done.stdout)


def test_the_time_of_a_child_that_outlives_its_parent_counts():
    assert measured("run", LEAVES_A_CHILD, ".cpu") > 0.4


def test_the_memory_of_two_processes_is_added():
    assert 110 < measured("peak_memory", HOLDS) < 300


@pytest.mark.parametrize(
    ("row", "values", "end"),
    [
        (Row("a", "s", lambda _: 0.0, most=0.5), [1.0, 4.0], "0.25   at most 0.5"),
        (Row("a", "s", lambda _: 0.0, most=0.5), [3.0, 4.0], "0.75   at most 0.5  MISSED"),
        (Row("a", "/min", lambda _: 0.0, least=3), [8.0, 4.0], "2.00   at least 3  MISSED"),
        (Row("a", "s", lambda _: 0.0), [2.0, 4.0], "0.50"),
        (Row("a", "s", lambda _: 0.0, most=0.5), [2.0], "2.00 s"),
    ],
)
def test_a_line_says_whether_a_budget_is_kept(row, values, end):
    assert show(row, values).endswith(end)


@pytest.mark.parametrize(
    ("words", "said"), [(["--against", "/nowhere"], "/nowhere is no checkout"), (["--people", "0"], "at least 1")]
)
def test_what_cannot_be_measured_is_said_in_a_line(words, said):
    done = subprocess.run([sys.executable, "-m", "grader.bench", *words], cwd=root(), capture_output=True, text=True)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
