"""Work is shared out among processes, and what comes back is the same as from one."""

from functools import partial

import pytest

pytest.importorskip("torch")

from grader.proof.verify import verify_exercise
from grader.proof.workers import Worker, share_out
from grader.sandbox.protocol.limits import LIMITS


@pytest.fixture
def katas(mini):
    """An exercise with the wrong answer, one whose checks are no Python, and one whose checks cannot be collected."""
    for name in ("wrong", "broken", "odd"):
        mini.add(name)
    mini.note()
    mini.change("solutions/basics/wrong.py", "return 2 * x", "return 3 * x")
    mini.write("tests/basics/test_broken.py", "def test_it(student:\n")
    mini.change("tests/basics/test_odd.py", "import numpy as np", "import nonsense")
    return mini


@pytest.mark.slow
def test_several_processes_find_what_one_finds_in_the_order_of_the_tasks(katas):
    course = katas.course
    tasks = [course.find(name) for name in ("odd", "broken", "wrong", "odd")]
    work = partial(verify_exercise, seeds=())
    alone = list(share_out(work, iter(tasks), course, course.exercises, 1))
    together = list(share_out(work, iter(tasks), course, course.exercises, 2))
    assert alone == together
    assert [{problem.about for problem in found} for found in alone] == [{"odd"}, {"broken"}, {"wrong"}, {"odd"}]
    (reason,) = {problem.reason for problem in alone[1]}
    assert reason.startswith("a file of it is no Python text: '(' was never closed")


def test_checks_that_cannot_be_collected_keep_nobody_else_from_working(katas):
    course = katas.course
    worker = Worker.start(course, course.exercises, LIMITS)
    worker.close()
    assert set(worker.files) == {"wrong"}
    assert set(worker.broken) == {"broken", "odd"}
    assert "No module named 'nonsense'" in worker.broken["odd"]
    assert not any("\n" in reason for reason in worker.broken.values())
