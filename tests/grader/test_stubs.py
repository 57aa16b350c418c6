"""A stub is its solution with each region taken out; `sync` writes stubs and never over what somebody wrote."""

import pytest

from grader.authoring.sync import sync
from grader.course import own_course
from grader.course.stubs import stub, stub_of
from grader.errors import CourseError

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


@pytest.fixture
def course(mini):
    """A course of two exercises whose stubs are up to date."""
    for name in ("double", "twice"):
        mini.add(name)
    return mini.course


PATHS = ["exercises/basics/double.py", "exercises/basics/twice.py"]
WRITTEN = "def double(x):\n    return x + x\n"


def synced(mini, **options):
    return sync(mini.course, mini.workspace, mini.course.exercises, **options)


def test_sync_writes_what_is_missing_and_then_nothing(mini, course):
    missing = mini.root / PATHS[0]
    missing.unlink()
    assert synced(mini, check=True) == PATHS[:1]
    assert not missing.exists()
    assert synced(mini) == PATHS[:1]
    assert missing.read_text() == stub_of(course, course.find("double"))
    assert synced(mini) == synced(mini, check=True) == []


@pytest.mark.parametrize("change", ["{}", "# a comment\n{}", "{}\n\n", '"""Other words."""\n\n\n{}'])
def test_sync_renews_a_stub_in_which_no_code_is_written(mini, course, change):
    mini.write(PATHS[0], change.format(mini.read(PATHS[0]).removeprefix('"""Twice a number."""\n\n\n')))
    mini.change("solutions/basics/double.py", "Return 2 * x.", "Return the double.")
    assert synced(mini) == PATHS[:1]
    assert mini.read(PATHS[0]) == stub_of(course, course.find("double"))
    assert "Return the double." in mini.read(PATHS[0])


@pytest.mark.parametrize("written", [WRITTEN.encode(), b"def double(x:\n", b"\xff\x00", b""])
def test_sync_writes_nothing_at_all_where_it_would_lose_something(mini, course, written):
    (mini.root / PATHS[0]).write_bytes(written)
    (mini.root / PATHS[1]).unlink()
    with pytest.raises(CourseError, match=r"double\.py: it may be somebody's work; 'kata sync --force double' over"):
        synced(mini)
    assert (mini.root / PATHS[0]).read_bytes() == written
    assert not (mini.root / PATHS[1]).exists()
    assert synced(mini, force=[course.find("double")]) == PATHS
    assert mini.read(PATHS[0]) == stub_of(course, course.find("double"))


def test_sync_overwrites_only_what_it_is_told_to(mini, course):
    for path in PATHS:
        mini.write(path, WRITTEN)
    with pytest.raises(CourseError, match=r"written in exercises/basics/twice\.py: .*'kata sync --force twice'"):
        synced(mini, force=[course.find("double")])
    with pytest.raises(
        CourseError, match=r"double\.py, exercises/basics/twice\.py: .*'kata sync --force double twice'"
    ):
        synced(mini)
    assert [mini.read(path) for path in PATHS] == [WRITTEN, WRITTEN]


def test_every_solution_of_this_course_has_a_stub_that_can_be_loaded():
    course = own_course()
    for exercise in course.exercises:
        compile(stub_of(course, exercise), exercise.name, "exec")
