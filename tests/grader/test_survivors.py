"""Mutants of a solution that the checks do not notice are found, unless they are listed as equivalent."""

import re
import zlib

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("cosmic_ray")

from grader.authoring.recordings import record
from grader.checks.torch_reference import PUBLIC_SEED
from grader.course.stubs import stub_of
from grader.errors import CourseError, GradingError
from grader.proof import survivors as module
from grader.proof.mutants import Mutant
from grader.proof.survivors import equivalents, survivors

CHECKS, SOLUTION, LIST = "tests/basics/test_double.py", "solutions/basics/double.py", "tests/equivalent_mutants.toml"
BENT = "(x > 0) * x + 3 * x"
LISTED = f"""\
[[mutants]]
exercise = "double"
operator = "ReplaceComparisonOperator_Gt_GtE"
line = "return {BENT.replace(">", ">=")}"
reason = "At 0 both give 0."
"""


@pytest.fixture
def katas(mini, sandbox):
    """An exercise of whose mutants one, at 0, does what the solution does."""
    mini.add()
    mini.change(SOLUTION, ">>> double(3)\n    6", ">>> double(3)\n    12")
    for path in (SOLUTION, CHECKS):
        mini.change(path, "return 2 * x\n", f"return {BENT}\n")
    mini.note()
    record(mini.course, mini.course.exercises, sandbox)
    return mini


def found(katas):
    course = katas.course
    ((exercise, what),) = survivors(course, course.exercises, jobs=1)
    assert exercise.name == "double"
    return what


def test_a_survivor_is_found_until_it_is_listed_as_equivalent(katas):
    what = found(katas)
    assert [mutant.line for mutant in what.survivors] == [f"return {BENT.replace('>', '>=')}"]
    assert (what.killed > 20, what.equivalent, what.stale) == (True, 0, [])
    katas.write(LIST, LISTED)
    again = found(katas)
    assert (again.survivors, again.equivalent, again.stale, again.killed) == ([], 1, [], what.killed)


def test_weak_checks_let_more_survive(katas):
    katas.change(CHECKS, "expected(x))", "student.double(x))")
    assert len(found(katas).survivors) > 10


def only(katas, monkeypatch, body, line=""):
    """Judge a single mutant, with this body."""
    text = stub_of(katas.course, katas.course.find("double")).replace("raise NotImplementedError", body)
    monkeypatch.setattr(module, "mutants", lambda name, _: [Mutant(name, "Operator", text, line)])
    return found(katas)


@pytest.mark.parametrize("body", ["while True: pass", "return 1 / 0", "return x\nraise ValueError", "return (x"])
def test_a_mutant_that_never_ends_or_breaks_is_killed(katas, monkeypatch, body):
    monkeypatch.setattr(module, "SECONDS", 0.5)
    what = only(katas, monkeypatch, body)
    assert (what.killed, what.survivors) == (1, [])


def test_a_mutant_that_is_right_for_the_public_seed_only_is_killed(katas, monkeypatch):
    rng = np.random.default_rng([PUBLIC_SEED, zlib.crc32(b"double::test_agrees_with_torch")])
    first = float(rng.normal(size=rng.integers(3, 9, size=2)).flat[0])
    what = only(katas, monkeypatch, f"return {BENT} if x.ndim == 1 or x.flat[0] == {first!r} else x")
    assert (what.killed, what.survivors) == (1, [])
    what = only(katas, monkeypatch, f"return {BENT} if x.ndim == 1 or x.flat[0] != {first!r} else x")
    assert (what.killed, what.survivors) == (1, [])
    assert only(katas, monkeypatch, f"return {BENT} if x.ndim == 1 or x.size else x").killed == 0


@pytest.mark.parametrize(("old", "new"), [("x + 3 * x", "x + 4 * x"), ("Gt_GtE", "Gt_Lt"), ("x >= 0", "y >= 0")])
def test_an_entry_that_does_not_survive_is_stale(katas, monkeypatch, old, new):
    katas.write(LIST, LISTED.replace(old, new, 1))
    what = only(katas, monkeypatch, "return None")
    assert (what.killed, what.equivalent, what.survivors) == (1, 0, [])
    assert [entry.exercise for entry in what.stale] == ["double"]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('reason = "At 0 both give 0."', 'reason = " "', "has no reason"),
        ('reason = "At 0 both give 0."', "", "each of"),
        ("double", "doubel", "did you mean 'double'"),
        ("exercise =", "exercise", "equivalent_mutants.toml: "),
    ],
)
def test_a_list_that_is_not_right_is_refused_before_anything_is_run(mini, old, new, error):
    mini.add()
    mini.write(LIST, LISTED.replace(old, new))
    for ask in (equivalents, lambda course: next(survivors(course, course.exercises, jobs=1))):
        with pytest.raises(CourseError, match=error):
            ask(mini.course)


def test_checks_that_are_broken_end_the_hunt_with_a_line(katas, monkeypatch):
    katas.change(CHECKS, "import numpy as np", "import nonsense")
    with pytest.raises(GradingError, match="nonsense"):
        only(katas, monkeypatch, "return x")


@pytest.mark.slow
def test_the_command_shows_a_diff_of_what_survives_and_its_status_says_so(katas):
    katas.write(LIST, LISTED.replace("Gt_GtE", "Gt_Lt"))
    result = katas.kata("verify", "double", "--mutants")
    assert result.returncode == 1, result.stderr
    first, *lines, stale, last = result.stdout.splitlines()
    assert first == "1 exercise verified, 0 problems found"
    assert [line for line in lines if line[:1] in "+-"] == [
        f"--- {SOLUTION}",
        f"+++ {SOLUTION} (ReplaceComparisonOperator_Gt_GtE)",
        f"-    return {BENT}",
        f"+    return {BENT.replace('>', '>=')}",
    ]
    assert stale.startswith(f"double: {LIST} lists a mutant that does not survive: ReplaceComparisonOperator_Gt_Lt: ")
    killed, made = map(
        int, re.fullmatch(r"killed (\d+) of (\d+) mutants; 0 more are listed as equivalent", last).groups()
    )
    assert made == killed + 1

    katas.write(LIST, LISTED)
    result = katas.kata("verify", "--mutants")
    assert (result.returncode, result.stdout.splitlines()) == (0, [
        "1 exercise verified, 0 problems found",
        f"killed {killed} of {killed} mutants; 1 more are listed as equivalent",
    ])  # fmt: skip
