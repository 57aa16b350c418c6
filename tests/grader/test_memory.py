"""What is remembered between two commands, and how far a learner is by it."""

import json
import sys
from datetime import date, timedelta

import pytest

from grader.course import Workspace
from grader.learning.memory import Memory
from grader.learning.progress import streak
from grader.learning.states import state

ANSWER = "def double(x):\n    return x + x\n"


@pytest.fixture
def katas(mini, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    mini.add()
    return mini


def how_far(katas):
    course = katas.course
    return state(course, katas.workspace, course.find("double"), Memory(katas.workspace))


def remember(katas, status, text=ANSWER):
    memory = Memory(katas.workspace)
    memory.checked("double", text, status)
    memory.save()


@pytest.mark.parametrize(
    ("status", "expected"),
    [("passed", "done"), ("failed", "attempted"), ("error", "attempted"), ("timeout", "attempted")],
)
def test_a_verdict_is_remembered_for_the_text_that_it_is_about(katas, status, expected):
    katas.write("exercises/basics/double.py", ANSWER)
    remember(katas, status)
    assert how_far(katas) == expected
    katas.write("exercises/basics/double.py", ANSWER + "\n")
    assert how_far(katas) == "attempted"
    katas.write("exercises/basics/double.py", ANSWER)
    assert how_far(katas) == expected


def test_the_line_ends_of_windows_are_no_other_text(katas):
    (katas.root / "exercises/basics/double.py").write_bytes(ANSWER.replace("\n", "\r\n").encode())
    remember(katas, "passed")
    assert how_far(katas) == "done"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"# a comment\n%s", "not attempted"),
        (b"%s\n\nx = 1\n", "attempted"),
        (b"def double(x:\n", "attempted"),
        (b"\xff\x00", "attempted"),
        (b"x = " + b"(" * 5000 + b")" * 5000, "attempted"),
        (b"", "attempted"),
        (None, "not attempted"),
    ],
)
def test_attempted_means_other_code_than_the_stubs(katas, text, expected):
    file = katas.root / "exercises/basics/double.py"
    stub = file.read_bytes()
    if text is None:
        file.unlink()
    else:
        file.write_bytes(text.replace(b"%s", stub))
    assert how_far(katas) == expected


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"double": 3}', '{"double": {"sha256": [], "status": 1, "hints": "x"}}', "\x00", "[" * 9999]
)
def test_a_broken_memory_is_forgotten_and_then_replaced(katas, text):
    katas.write(".kata/progress.json", text)
    memory = Memory(katas.workspace)
    assert memory.hints("double") == 0
    assert how_far(katas) == "not attempted"
    memory.hinted("double")
    memory.save()
    assert Memory(katas.workspace).hints("double") == 1


@pytest.mark.parametrize("text", ["{", "[]", "\x00", "[" * 9999])
def test_a_file_that_cannot_be_read_is_kept_aside_and_that_is_said_once(katas, capsys, text):
    for number in (1, 2):
        katas.write(".kata/progress.json", text)
        Memory(katas.workspace)
        aside = katas.root / f".kata/progress.broken-{number}.json"
        assert aside.read_text() == text
        said = capsys.readouterr().err
        assert said.startswith("kata: what was remembered cannot be read")
        assert said.endswith(f"{aside}\n")
        Memory(katas.workspace)
        assert capsys.readouterr().err == ""


def test_a_file_of_the_first_version_is_read(katas):
    katas.write(".kata/progress.json", '{"double": {"hints": 2, "status": "failed", "at": 3.5}}')
    memory = Memory(katas.workspace)
    assert (memory.hints("double"), memory.last("double"), memory.current()) == (2, "failed", "double")
    memory.hinted("double")
    memory.save()
    assert Memory(katas.workspace).hints("double") == 3


def test_two_programs_at_once_forget_nothing_of_each_other(katas):
    one, other = Memory(katas.workspace), Memory(katas.workspace)
    one.hinted("double")
    other.saw_solution("double")
    other.scheduled("basics#why", {"due": "2026-01-01T00:00:00+00:00"})
    one.save()
    other.save()
    memory = Memory(katas.workspace)
    assert (memory.hints("double"), memory.seen("double"), list(memory.cards())) == (1, True, ["basics#why"])


def test_tries_and_time_count_until_an_exercise_is_solved(katas, monkeypatch):
    memory = Memory(katas.workspace)
    for at, text, status in [(0, "a", "failed"), (60, "b", "failed"), (90, "b", "failed"), (9000, "c", "passed")]:
        monkeypatch.setattr("grader.learning.memory.time.time", lambda at=at: 1e6 + at)
        memory.checked("double", text, status)
    assert (memory.tries("double"), memory.seconds("double"), memory.solved("double")) == (3, 90, 1e6 + 9000)
    memory.checked("double", "d", "failed")
    assert memory.solved("double") == 1e6 + 9000


@pytest.mark.parametrize(
    ("days", "expected"), [([], 0), ([0], 1), ([1], 1), ([2], 0), ([0, 1, 2, 4], 3), ([1, 2, 3], 3)]
)
def test_days_in_a_row_end_today_or_yesterday(days, expected):
    today = date(2026, 3, 1)
    assert streak({today - timedelta(days=ago) for ago in days}, today) == expected


def test_hints_and_verdicts_do_not_forget_each_other(katas):
    memory = Memory(katas.workspace)
    memory.hinted("double")
    memory.save()
    katas.write("exercises/basics/double.py", ANSWER)
    remember(katas, "passed")
    assert Memory(katas.workspace).hints("double") == 1
    assert how_far(katas) == "done"


@pytest.mark.skipif(sys.platform == "win32", reason="has another folder for states")
def test_what_cannot_be_kept_in_the_workspace_is_kept_in_the_users_state(katas, tmp_path):
    katas.write(".kata", "in the way")
    memory = Memory(katas.workspace)
    memory.hinted("double")
    memory.save()
    (kept,) = (tmp_path / "state/deep-learning-katas").iterdir()
    assert json.loads(kept.read_text())["exercises"] == {"double": {"hints": 1}}
    assert Memory(katas.workspace).hints("double") == 1
    assert Memory(Workspace(tmp_path / "another")).hints("double") == 0


def test_what_can_be_kept_nowhere_is_no_error(katas, tmp_path):
    katas.write(".kata", "in the way")
    (tmp_path / "state").write_text("in the way, too")
    remember(katas, "passed")
    assert how_far(katas) == "not attempted"


def test_the_checks_that_passed_and_where_the_learner_was_are_remembered(katas):
    memory = Memory(katas.workspace)
    assert memory.passing("double") is memory.last("double") is memory.current() is None
    memory.checked("double", ANSWER, "failed", ["test_pure"])
    memory.save()
    memory = Memory(katas.workspace)
    assert memory.passing("double") == ["test_pure"]
    assert memory.last("double") == "failed"
    assert memory.current() == "double"
    memory.opened("other")
    assert memory.current() == "other"


@pytest.mark.parametrize("entry", [{"passing": 3, "at": "x", "status": []}, {"passing": [1, None], "at": None}, {}])
def test_a_memory_that_is_odd_says_nothing(katas, entry):
    katas.write(".kata/progress.json", json.dumps({"double": entry}))
    memory = Memory(katas.workspace)
    assert not memory.passing("double")
    assert memory.last("double") is memory.current() is None
