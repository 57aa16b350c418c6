"""Which saves are noticed: those of exercises, however an editor writes them."""

import threading
import time

import pytest

from grader.learning.watching.saves import Saves


@pytest.fixture(params=[False, True], ids=["events", "poll"])
def saves(mini, request):
    """What is saved in a course with two exercises, told by events or found by looking."""
    mini.add()
    mini.add("twofold", solution=mini.read("solutions/basics/double.py").replace("double", "twofold"))
    woken = threading.Event()
    with Saves(mini.workspace, mini.course.exercises, woken.set, poll=request.param) as saves:
        mini.write("exercises/basics/double.py", "# the first\n")
        assert names(saves, woken) == ["double"]  # also where it was saved before anybody looked
        yield mini, saves, woken


def names(saves, woken, seconds=20):
    """Return the names of what was saved, once something was."""
    end = time.monotonic() + seconds
    found = []
    while not found and time.monotonic() < end:
        woken.wait(0.2)
        woken.clear()
        found = [exercise.name for exercise in saves.take()]
    return found


def test_a_file_that_is_renamed_over_another_is_a_save(saves):
    mini, saves, woken = saves
    mini.write("exercises/basics/.double.py.tmp", "# by an editor\n").replace(mini.root / "exercises/basics/double.py")
    assert names(saves, woken) == ["double"]


def test_a_file_that_goes_is_noticed(saves):
    mini, saves, woken = saves
    (mini.root / "exercises/basics/double.py").unlink()
    assert names(saves, woken) == ["double"]


def test_what_is_no_exercise_is_not_looked_at(saves):
    mini, saves, woken = saves
    for name in (".double.py.swp", "4913", "double.py~", "#double.py#", "other.py", "__pycache__/double.pyc"):
        mini.write(f"exercises/basics/{name}", "x")
    mini.write("exercises/basics/twofold.py", "# y\n")
    assert names(saves, woken) == ["twofold"]


def test_several_are_told_once_each_the_latest_last(saves):
    mini, saves, woken = saves
    for name in ("twofold", "double", "twofold", "double"):
        mini.write(f"exercises/basics/{name}.py", f"# {time.monotonic()}\n")
        time.sleep(0.3)
    found = names(saves, woken)
    assert sorted(set(found)) == sorted(found)
    assert found[-1] == "double"


def test_where_no_events_can_be_had_it_looks(mini, monkeypatch):
    import watchfiles

    def fail(*_, **__):
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr(watchfiles, "watch", fail)
    mini.add()
    woken = threading.Event()
    with Saves(mini.workspace, mini.course.exercises, woken.set) as saves:
        mini.write("exercises/basics/double.py", "# saved\n")
        assert names(saves, woken) == ["double"]
