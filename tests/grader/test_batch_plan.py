"""A class has one seed, and recordings that belong to it, whatever happens meanwhile."""

import sys
from pathlib import Path

import pytest

from grader.classroom.out import Out
from grader.classroom.plan import prepare, settle
from grader.classroom.process import Process
from grader.classroom.work import Grader
from grader.course import choose_assignment
from grader.errors import UnknownName, UsageError
from grader.grading import references
from grader.grading.texts import Texts

pytest.importorskip("torch")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")

RIGHT = Texts({"double": "def double(x):\n    return x + x\n", "triple": "def triple(x):\n    return x * 3\n"})


@pytest.fixture
def katas(mini):
    mini.add()
    solution, checks = (mini.read(path).replace("double", "triple").replace("2 * x", "3 * x") for path in (
        "solutions/basics/double.py", "tests/basics/test_double.py",
    ))  # fmt: skip
    mini.add("triple", solution=solution, checks=checks)
    return mini


@pytest.fixture
def out(tmp_path):
    return Out(tmp_path / "out")


def score(kit):
    grader = Grader(kit)
    try:
        return grader.grade(RIGHT).score
    finally:
        grader.close()


class Stopped(BaseException):
    pass


def test_a_new_seed_that_is_interrupted_leaves_the_recordings_of_the_old_one(katas, out, monkeypatch):
    course = katas.course
    first = settle(out, course)
    assert score(prepare(out, first, course)) == 2
    second = settle(out, course, seed=first.seed + 1)

    def stop(*_):
        raise Stopped

    for where, name in ((Out, "write"), (Path, "rename"), (references, "record")):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, stop)
            with pytest.raises(Stopped):
                prepare(out, second, course)
        assert settle(out, course) == first
        assert score(prepare(out, settle(out, course), course)) == 2
    assert score(prepare(out, second, course)) == 2
    assert settle(out, course) == second
    assert sorted(path.name for path in out.root.iterdir()) == ["batch.json", "recordings"]


def test_torch_is_asked_once(katas, out):
    course = katas.course
    asked = []
    batch = settle(out, course)
    prepare(out, batch, course, asked.append)
    prepare(out, settle(out, course), course, asked.append)
    assert [exercise.name for exercise in asked] == ["double", "triple"]
    katas.change("tests/basics/test_double.py", "Agrees with torch.", "Agrees.")
    prepare(out, settle(out, course), course, asked.append)
    assert len(asked) == 4


def test_the_folder_remembers_what_is_graded(katas, out):
    katas.write("exercises/course.toml", katas.read("exercises/course.toml") + ASSIGNMENT)
    course = katas.course
    batch = settle(out, course, choose_assignment("week_1", course))
    assert (batch.title, batch.exercises) == ("The first week", ("double",))
    prepare(out, batch, course)
    assert settle(out, course) == batch
    with pytest.raises(UsageError, match="holds week_1, not basics: name another folder"):
        settle(out, course, choose_assignment("basics", course))
    with pytest.raises(UsageError, match="holds week_1, not triple: name another folder"):
        settle(out, course, only=[course.find("triple")])

    katas.change("exercises/course.toml", '["double"]', '["double", "triple"]')
    assert settle(out, katas.course).exercises == ("double", "triple")
    katas.change("exercises/course.toml", '"week_1"', '"week_2"')
    with pytest.raises(UnknownName, match="no assignment or topic is called 'week_1'; did you mean 'week_2'"):
        settle(out, katas.course)


ASSIGNMENT = """
[[assignments]]
name = "week_1"
title = "The first week"
exercises = ["double"]
"""


def test_what_was_handed_in_is_never_imported_by_the_process_that_grades(katas, out, tmp_path, monkeypatch):
    trap = tmp_path / "class"
    trap.mkdir()
    for name in ("numpy", "grader", "json", "sitecustomize"):
        (trap / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w').write({name!r})\n")
    course = katas.course
    kit = prepare(out, settle(out, course, seed=3), course)
    monkeypatch.chdir(trap)
    process = Process(kit)
    try:
        assert process.grade(RIGHT).report.score == 2
    finally:
        process.close()
    assert not (tmp_path / "imported").exists()
    assert not (trap / "__pycache__").exists()
