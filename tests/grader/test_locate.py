"""What a learner and an instructor see of the place where an exercise goes wrong."""

import json
import re
import shutil
import sys
from dataclasses import replace

import pytest

from grader.grading.class_memory import ClassMemory
from grader.grading.grade import grade
from grader.grading.texts import Texts
from grader.mending.place import located_report
from grader.report import Place, load
from grader.reports.place import where

WRONG = "def double(x):\n    y = x\n    return y - x\n"


@pytest.fixture
def katas(mini):
    mini.add()
    mini.with_program().kata("record")
    return mini


def locate(katas, *words):
    done = katas.kata("locate", "double", *words)
    return done.returncode, done.stdout, done.stderr


def test_it_says_where_and_of_what_kind_and_no_more(katas):
    katas.write("exercises/basics/double.py", WRONG)
    status, said, _ = locate(katas)
    assert status == 1
    assert said == "double goes wrong in\n  line 3: an operator\n  │ return y - x\n"


def test_the_change_is_shown_when_asked_twice_of_the_same_text(katas):
    katas.write("exercises/basics/double.py", WRONG)
    first, second = locate(katas, "--edit")[1], locate(katas, "--edit")[1]
    assert "Ask once more" in first
    assert "+ " not in first
    assert second.endswith("  - return y - x\n  + return y + x\n")
    katas.write("exercises/basics/double.py", WRONG.replace("- x", "/ x"))
    assert "Ask once more" in locate(katas, "--edit")[1]


def test_a_line_that_changes_in_two_places_is_shown_once_as_it_will_be(katas):
    katas.write("exercises/basics/double.py", "def double(x, y=3):\n    return y + y\n")
    locate(katas, "--edit")
    assert locate(katas, "--edit")[1].endswith("  │ return y + y\n  - return y + y\n  + return x + x\n")


def test_the_text_of_the_solution_is_never_shown(katas):
    katas.write("exercises/basics/double.py", "def double(x):\n    return x.sum() ** 17\n")
    for _ in range(3):
        _, said, _ = locate(katas, "--edit")
        assert not re.search(r"2 \* x|x \* 2", said)
    assert "the change is the solution's own text" in said


def test_no_change_is_shown_where_solutions_are_not(katas):
    katas.write("exercises/basics/double.py", WRONG)
    katas.write("kata.toml", 'course = "Katas"\nsolutions = false\n')
    for _ in range(2):
        status, said, error = locate(katas, "--edit")
        assert (status, said) == (2, "")
        assert error.endswith("no solutions are shown here, nor changes towards one: kata locate double says where\n")
    assert "line 3: an operator" in locate(katas)[1]


def test_what_cannot_be_searched_is_one_clear_line(katas):
    assert "double is not written yet" in locate(katas)[2]
    katas.change("exercises/course.toml", "hints = ", 'forbidden = ["abs"]\nhints = ')
    katas.write("exercises/basics/double.py", "def double(x):\n    return abs(x)\n")
    assert "double cannot be searched yet. Line 2 uses abs, which this exercise" in locate(katas)[2]
    katas.write("exercises/basics/double.py", "def double(x:\n")
    assert "double cannot be searched, since it does not run: kata check double" in locate(katas)[2]
    katas.write("exercises/basics/double.py", "def double(x):\n    return x + x\n")
    assert locate(katas)[:2] == (0, "double is right: there is nothing to mend\n")
    done = katas.kata("locate", "duoble")
    assert (done.returncode, "did you mean 'double'" in done.stderr) == (2, True)


def test_of_two_statements_on_a_line_the_one_that_changes_is_shown_and_nothing_steers_the_terminal(katas):
    katas.write("exercises/basics/double.py", f"def double(x):\n    y = '\x1b[2J\u202e{'z' * 500}'; return x - x\n")
    locate(katas, "--edit")
    said = locate(katas, "--edit")[1]
    assert said.endswith("  - return x - x\n  + return x + x\n")
    assert "│ y = '\\u202ezzz" in said
    assert "\x1b" not in said
    assert max(map(len, said.split("\n"))) <= 80


def test_it_is_said_when_nothing_could_be_tried(katas):
    katas.write("exercises/basics/double.py", f"{WRONG}\n\nX = '{'x' * 30_000}'\n")
    status, said, error = locate(katas)
    assert (status, error) == (1, "")
    assert " ".join(said.split()).startswith("double: no change could be tried, since the file is too long or")
    assert "were tried" not in said


def test_without_solutions_the_learners_own_code_is_changed_alone(katas):
    katas.kata("sync")
    shutil.rmtree(katas.root / "solutions")
    katas.write("exercises/basics/double.py", WRONG)
    assert locate(katas)[1] == "double goes wrong in\n  line 3: an operator\n  │ return y - x\n"
    katas.write("exercises/basics/double.py", "def double(x):\n    return x.sum() ** 17\n")
    status, said, error = locate(katas)
    assert (status, error) == (1, "")
    assert said.startswith("double: no small change mends it")


def test_a_grade_has_the_place_where_it_is_asked_for(katas, tmp_path):
    katas.write("exercises/basics/double.py", WRONG)
    katas.kata("grade", ".", "--json", tmp_path / "plain.json")
    done = katas.kata(
        "grade", ".", "--locate", "--json", tmp_path / "report.json", "--markdown", tmp_path / "report.md",
        "--gradescope", tmp_path / "gradescope.json", "--html", tmp_path / "report.html",
        "--junit", tmp_path / "report.xml",
    )  # fmt: skip
    report, plain = load(tmp_path / "report.json"), load(tmp_path / "plain.json")
    assert plain.exercises[0].place is None
    assert report.exercises[0].place == Place(3, "operator")
    assert report.score == plain.score
    assert 'line="3"' in (tmp_path / "report.xml").read_text()
    files = [tmp_path / name for name in ("report.md", "gradescope.json", "report.html")]
    for text in (done.stdout, *(file.read_text() for file in files)):
        assert where(Place(3, "operator")) in text
        assert "y + x" not in text


def test_a_report_without_places_is_read_and_one_with_an_unknown_kind_is_not(katas, tmp_path):
    katas.write("exercises/basics/double.py", WRONG)
    path = tmp_path / "report.json"
    katas.kata("grade", ".", "--locate", "--json", path)
    data = json.loads(path.read_text())
    del data["exercises"][0]["place"]
    path.write_text(json.dumps(data))
    assert load(path).exercises[0].place is None
    data["exercises"][0]["place"] = {"line": 3, "kind": "<b>"}
    path.write_text(json.dumps(data))
    with pytest.raises(Exception, match=r"place\.kind must be one of"):
        load(path)


def test_a_submission_that_has_used_its_time_is_not_searched(katas, sandbox):
    exercises = [katas.course.find("double")]
    texts = Texts({"double": WRONG})
    report = grade(texts, katas.course, sandbox, exercises=exercises)
    late = replace(report, run=replace(report.run, seconds=sandbox.limits.submission_seconds))
    assert located_report(report, texts, katas.course, sandbox).exercises[0].place == Place(3, "operator")
    assert located_report(late, texts, katas.course, sandbox).exercises == report.exercises


def test_a_text_is_searched_once_for_a_class(katas, sandbox):
    memory, texts = ClassMemory(), Texts({"double": WRONG})
    report = grade(texts, katas.course, sandbox, memory=memory)
    first = located_report(report, texts, katas.course, sandbox, memory=memory)
    assert (first.exercises[0].place, first.run.located) == (Place(3, "operator"), True)
    late = replace(report, run=replace(report.run, seconds=sandbox.limits.submission_seconds))
    assert located_report(late, texts, katas.course, sandbox, memory=memory).exercises == first.exercises
    assert grade(texts, katas.course, sandbox, memory=memory).exercises[0].place is None


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
def test_who_watches_a_check_is_told_the_place_after_the_verdict_or_what_looks_longer(katas):
    katas.write("exercises/basics/double.py", WRONG)
    screen = katas.terminal("check", "double")
    screen.process.wait(60)
    shown = screen.read()
    assert 0 < shown.index("checks fail") < shown.index("It goes wrong in line 3: an operator")
    slow = "import time\n\n\ndef double(x):\n    time.sleep(1.1)\n    return x - 3\n"
    katas.write("exercises/basics/double.py", slow)
    screen = katas.terminal("check", "double")
    screen.process.wait(60)
    assert "No small change is found yet that mends it: kata locate double looks longer." in screen.read()


def test_a_check_that_nobody_watches_does_not_search(katas):
    katas.write("exercises/basics/double.py", WRONG)
    assert "It goes wrong in" not in katas.kata("check", "double").stdout
