import subprocess

import pytest

from grader.authoring.sync import sync
from grader.course import CourseError, load, root
from grader.course.stubs import stub, stub_of

SOLUTION = '''\
"""Two functions."""

import math


def f(x):
    """Return the root."""
    ### BEGIN SOLUTION
    y = math.sqrt(x)

    return y
    ### END SOLUTION


class Value:
    def g(self):
        if True:
            ### BEGIN SOLUTION
            return 1
            ### END SOLUTION
        return 2
'''

STUB = '''\
"""Two functions."""

import math


def f(x):
    """Return the root."""
    raise NotImplementedError


class Value:
    def g(self):
        if True:
            raise NotImplementedError
        return 2
'''

COURSE = """\
title = "Katas"

[[topics]]
name = "roots"
title = "Roots"
summary = "Roots."

[[topics.exercises]]
name = "root"
title = "Root"
difficulty = 1
points = 1
prerequisites = []
questions = []
hints = ["math.sqrt"]
"""


@pytest.fixture
def course(tmp_path):
    for folder in ("exercises", "solutions/roots"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "exercises/course.toml").write_text(COURSE)
    (tmp_path / "solutions/roots/root.py").write_text(SOLUTION)
    return load(tmp_path)


def commit(folder):
    identity = ["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "m"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def test_each_region_becomes_one_line():
    assert stub(SOLUTION, "root.py") == STUB


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("    return y\n    ### END SOLUTION\n", "    return y\n", "root.py:17: expected ### END SOLUTION"),
        ("            ### END SOLUTION\n", "", "root.py:18: ### BEGIN SOLUTION without ### END SOLUTION"),
        ("    ### BEGIN SOLUTION\n", "", "root.py:11: expected ### BEGIN SOLUTION"),
        ("    ### BEGIN SOLUTION", "    # BEGIN SOLUTION", "root.py:8: expected ### BEGIN SOLUTION"),
        ("    y = ", "    ### BEGIN SOLUTION\n    y = ", "root.py:9: expected ### END SOLUTION"),
        ("import math", "### BEGIN SOLUTION\nimport math\n### END SOLUTION", "root.py:3: a region stands inside"),
    ],
)
def test_a_solution_never_slips_into_its_stub(old, new, error):
    assert old in SOLUTION
    with pytest.raises(CourseError) as caught:
        stub(SOLUTION.replace(old, new, 1), "root.py")
    assert str(caught.value).startswith(error)


def test_a_solution_needs_a_region():
    with pytest.raises(CourseError, match=r"^root.py:1: no region"):
        stub("x = 1\n", "root.py")


def test_sync_writes_what_is_missing_and_then_nothing(course):
    assert sync(course, check=True) == ["exercises/roots/root.py"]
    assert not course.stub(course.find("root")).exists()
    assert sync(course) == ["exercises/roots/root.py"]
    assert course.stub(course.find("root")).read_text() == STUB
    assert sync(course) == sync(course, check=True) == []


def test_sync_renews_the_stub_of_the_last_commit(course):
    sync(course)
    commit(course.root)
    solution = course.solution(course.find("root"))
    solution.write_text(SOLUTION.replace("Return the root.", "Return the square root."))
    assert sync(course) == ["exercises/roots/root.py"]
    assert "square root" in course.stub(course.find("root")).read_text()


@pytest.mark.parametrize("git", [True, False])
def test_sync_keeps_a_solved_exercise(course, git):
    sync(course)
    if git:
        commit(course.root)
    mine = course.stub(course.find("root"))
    mine.write_text("def f(x):\n    return x ** 0.5\n")
    with pytest.raises(CourseError, match=r"exercises/roots/root\.py; --force overwrites$"):
        sync(course)
    assert "0.5" in mine.read_text()
    assert sync(course, force=True) == ["exercises/roots/root.py"]
    assert mine.read_text() == STUB


def test_sync_does_not_read_what_it_refuses_to_overwrite(course):
    sync(course)
    course.stub(course.find("root")).write_bytes(b"\xff\x00")
    with pytest.raises(CourseError):
        sync(course)


def test_every_solution_of_this_repository_has_a_stub_that_can_be_loaded():
    course = load(root())
    for exercise in course.exercises:
        compile(stub_of(course, exercise), exercise.name, "exec")
