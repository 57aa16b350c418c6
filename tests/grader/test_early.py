"""The learner's side starts before anything else is imported, and ends even if nobody comes to need it."""

from pathlib import Path

import pytest

from grader.cli import early

CHILDREN = list(Path("/proc/self/task").glob("*/children"))
pytestmark = pytest.mark.skipif(not CHILDREN, reason="needs /proc with the children of a process")


def children():
    return {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = children()
    yield
    early.close()
    assert children() <= before


@pytest.mark.parametrize("words", [[], ["list"], ["hint", "check"], ["check", "--help"], ["grade", ".", "-h"]])
def test_a_command_that_needs_no_sandbox_starts_none(words):
    before = children()
    early.start(words)
    assert children() <= before


@pytest.mark.parametrize("words", [["check"], ["grade", "."], ["watch"], ["try", "relu"]])
def test_one_that_nobody_takes_is_ended(words):
    before = children()
    early.start(words)
    assert len(children() - before) == 1


def test_one_that_fits_is_taken_once():
    early.start(["check"])
    started = children()
    with early.sandbox("auto") as sandbox:
        assert children() == started
        assert sandbox.learner().load("def f():\n    return 1\n", "f.py").failure is None
        early.close()
        assert children() >= started


def test_one_of_another_isolation_takes_its_place():
    early.start(["grade", "."])
    (first,) = {early._started}
    with early.sandbox("process") as sandbox:
        assert sandbox is not first
        assert sandbox.isolation == "process"
