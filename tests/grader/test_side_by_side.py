"""Two processes grade what one would, and say the same; whatever ends one ends both."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from grader.bench.diagnoses import cases
from grader.course import own_course, root
from grader.errors import GradingError
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.side_by_side import FEWEST, side_by_side
from grader.grading.texts import Texts, read_folder
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.limits import LIMITS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")

FIRST = os.getpid()


@pytest.fixture(scope="module")
def course():
    return own_course()


@pytest.fixture(scope="module")
def checks(course):
    return collect(course, course.exercises)


def wrong(course):
    """A wrong solution for each exercise, the first or the last in turn, of those that answer the same each time."""
    texts = {}
    for number, exercise in enumerate(course.exercises):
        found = [case.code for case in cases(course, exercise) if case.true and "np.random." not in case.code]
        if found:
            texts[exercise.name] = found[-(number % 2)]
    assert len(texts) > FEWEST
    return Texts(texts)


@pytest.mark.parametrize("what", ["right", "wrong"])
def test_one_process_and_two_write_the_same_report(course, checks, what, monkeypatch, without_times):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})  # also on a machine with one core
    texts = read_folder(root() / "solutions", course) if what == "right" else wrong(course)
    reports, orders = [], ([], [])
    for jobs, order in enumerate(orders, 1):
        with Sandbox("auto") as sandbox:
            reports.append(grade(texts, course, sandbox, checks=checks, jobs=jobs, progress=order.append))
    assert without_times(reports[0]) == without_times(reports[1])
    for order in orders:
        assert [result.name for result in order] == [exercise.name for exercise in course.exercises]


@pytest.fixture
def own_sandbox():
    with Sandbox("process") as sandbox:
        yield sandbox


def test_both_work_and_results_come_in_their_order(own_sandbox):
    def work(number, _):
        time.sleep(0.05 if number % 3 else 0.1)
        return number, os.getpid()

    found = list(side_by_side(work, 12, own_sandbox))
    assert [number for number, _ in found] == list(range(12))
    assert FIRST in {pid for _, pid in found}
    assert len({pid for _, pid in found}) == 2


def test_large_results_do_not_get_stuck_between_the_two(own_sandbox):
    def work(number, _):
        time.sleep(0.02)
        return "x" * 300_000

    assert [len(result) for result in side_by_side(work, 20, own_sandbox)] == 20 * [300_000]


@pytest.mark.parametrize("first_fails", [True, False])
def test_an_error_in_one_of_them_ends_both(own_sandbox, first_fails):
    def work(number, _):
        time.sleep(0.02)
        if (os.getpid() == FIRST) == first_fails:
            raise GradingError("the check is broken")
        return number

    with pytest.raises(GradingError, match=r"\Athe check is broken\Z"):
        list(side_by_side(work, 10_000, own_sandbox))


@pytest.mark.parametrize("end", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: 1 / 0])
def test_a_second_process_that_ends_early_is_noticed(own_sandbox, end):
    def work(number, _):
        time.sleep(0.02)
        return number if os.getpid() == FIRST else end()

    with pytest.raises(GradingError, match="has ended before its work was done"):
        list(side_by_side(work, 10_000, own_sandbox))


def test_what_ran_less_isolated_in_one_of_them_is_said_of_the_whole(own_sandbox):
    own_sandbox.isolation = "bubblewrap"

    def work(number, sandbox):
        time.sleep(0.02)
        if os.getpid() != FIRST:
            sandbox.isolation = "process"
        return number

    own_sandbox._fallback = True
    list(side_by_side(work, 20, own_sandbox))
    assert own_sandbox.isolation == "process"


CHECKS = """
from grader.checks import assert_close

def test_double(student, rng):
    for x in rng.normal(size=20):
        assert_close(student.double(x), 2 * x)
"""
BURNS = "import os\n\nfor _ in range(2):\n    os.fork()\nwhile True:\n    pass\n"


def test_what_one_exercise_burns_costs_those_beside_it_no_marks(mini, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    texts = {}
    for number in range(FEWEST):
        exercise = mini.add(f"double_{number}", checks=CHECKS)
        texts[exercise.name] = BURNS if number % 8 == 3 else "def double(x):\n    return x + x\n"
    with Sandbox("auto", limits=replace(LIMITS, load_seconds=2.0)) as sandbox:
        report = grade(Texts(texts), mini.course, sandbox, jobs=2)
    statuses = ["timeout" if texts[result.name] == BURNS else "passed" for result in report.exercises]
    assert [result.status for result in report.exercises] == statuses


ALONE = """
import os, time
from grader.grading.side_by_side import side_by_side
from grader.sandbox.ours.sandbox import Sandbox

FIRST = os.getpid()

def work(number, _):
    if os.getpid() == FIRST:
        time.sleep(1)
        os.kill(FIRST, 9)
    return "x" * 300_000

with Sandbox("process") as sandbox:
    list(side_by_side(work, 100, sandbox))
"""

INTERRUPTED = """
import ctypes, os, signal, subprocess, sys, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # whoever is orphaned becomes a child of this process
words = [sys.executable, *sys.argv[3:]]
kata = subprocess.Popen(words, start_new_session=True, stderr=subprocess.PIPE)
time.sleep(float(sys.argv[2]))
(os.killpg if sys.argv[1] == "SIGINT" else os.kill)(kata.pid, getattr(signal, sys.argv[1]))
print(kata.wait(), kata.stderr.read().decode().count("Traceback"))
until = time.monotonic() + 20
while time.monotonic() < until:
    try:
        if not os.waitpid(-1, os.WNOHANG)[0]:
            time.sleep(0.05)
    except ChildProcessError:
        print("nobody is left")
        break
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize("after", [1.0, 2.0])
def test_nothing_is_left_of_a_run_that_is_interrupted(name, after):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, name, str(after)], cwd=root(), capture_output=True, text=True
    )
    assert done.stdout.endswith("nobody is left\n"), done.stdout + done.stderr
    assert done.stdout.split()[1] == "0"
