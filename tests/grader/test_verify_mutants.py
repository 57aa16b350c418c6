import shutil
import sys

import pytest

pytest.importorskip("torch")
pytest.importorskip("cosmic_ray")

from grader.authoring import verify_mutants
from grader.authoring.index import sync_index
from grader.authoring.mutants import Mutant
from grader.authoring.sync import sync
from grader.authoring.verify_mutants import hunts
from grader.cli import main, prove
from grader.course import CourseError, load, root

COURSE = """\
title = "A kata"

[[topics]]
name = "activations"
title = "Activations"
summary = "Slopes."

[[topics.exercises]]
name = "leaky_relu"
title = "Leaky ReLU"
difficulty = 1
points = 1
prerequisites = []
questions = []
hints = ["Two cases.", "np.where"]
"""
CHECKS = "tests/activations/test_leaky_relu.py"
SOLUTION = "solutions/activations/leaky_relu.py"
EQUIVALENT = """\
[[mutants]]
exercise = "leaky_relu"
operator = "ReplaceComparisonOperator_Gt_GtE"
line = "return np.where(x >= 0, x, negative_slope * x)"
reason = "At 0 both branches give 0."
"""


@pytest.fixture
def copy(tmp_path):
    for path in (CHECKS, SOLUTION, "tests/recordings/leaky_relu.rec"):
        (tmp_path / path).parent.mkdir(parents=True)
        shutil.copy(root() / path, tmp_path / path)
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/course.toml").write_text(COURSE)
    sync(load(tmp_path))
    (tmp_path / "exercises/activations/README.md").write_text("[`leaky_relu`](leaky_relu.py)\n")
    sync_index(load(tmp_path))
    _forget_checks()
    yield tmp_path
    _forget_checks()


def _forget_checks():
    """Let pytest import the checks of another copy under the same names."""
    for name in [name for name in sys.modules if name.startswith("tests.activations")]:
        del sys.modules[name]


def hunted(copy):
    course = load(copy)
    ((exercise, hunt),) = hunts(course, course.exercises, jobs=1)
    assert exercise.name == "leaky_relu"
    return hunt


def test_a_survivor_is_found(copy):
    hunt = hunted(copy)
    assert [mutant.line for mutant in hunt.survivors] == ["return np.where(x >= 0, x, negative_slope * x)"]
    assert hunt.killed > 10


def test_weak_checks_let_more_survive(copy):
    text = (copy / CHECKS).read_text()
    (copy / CHECKS).write_text(text.replace(", expected(x, ", ", student.leaky_relu(x, "))
    assert len(hunted(copy).survivors) > 1


def test_a_survivor_may_be_listed_as_equivalent(copy):
    (copy / "tests/equivalent_mutants.toml").write_text(EQUIVALENT)
    hunt = hunted(copy)
    assert (hunt.survivors, hunt.equivalent, hunt.stale) == ([], 1, [])


@pytest.mark.parametrize(("old", "new"), [("x >= 0, x, neg", "x > 1, x, neg"), ("x >= 0", "y >= 0")])
def test_an_entry_that_is_stale(copy, old, new):
    (copy / "tests/equivalent_mutants.toml").write_text(EQUIVALENT.replace(old, new))
    hunt = hunted(copy)
    assert len(hunt.survivors) == len(hunt.stale) == 1


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('reason = "At 0 both branches give 0."', 'reason = " "', "has no reason"),
        ('reason = "At 0 both branches give 0."', "", "each of"),
        ("leaky_relu", "leaky_rely", "did you mean 'leaky_relu'"),
        ("exercise =", "exercise", "equivalent_mutants.toml: "),
    ],
)
def test_a_list_that_is_not_right(copy, old, new, error):
    (copy / "tests/equivalent_mutants.toml").write_text(EQUIVALENT.replace(old, new))
    with pytest.raises(CourseError, match=error):
        hunted(copy)


@pytest.mark.parametrize(
    "body", ["    while True:\n        pass\n", "    return 1 / 0\n", "    return x\nraise ValueError\n", "("]
)
def test_a_mutant_that_never_ends_or_breaks_is_killed(copy, monkeypatch, body):
    text = "def leaky_relu(x, negative_slope=0.01):\n" + body
    monkeypatch.setattr(verify_mutants, "mutants", lambda name, solution: [Mutant(name, "Operator", text, "")])
    monkeypatch.setattr(verify_mutants, "SECONDS", 0.3)
    hunt = hunted(copy)
    assert (hunt.killed, hunt.survivors) == (1, [])


def test_the_command_shows_a_diff(copy, monkeypatch, capfd):
    monkeypatch.setattr(sys, "argv", ["kata", "verify", "--mutants"])
    monkeypatch.setattr(prove, "root", lambda: copy)
    assert main() == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "1 exercise verified, 0 problems found"
    assert "+    return np.where(x >= 0, x, negative_slope * x)" in lines
    assert lines[-1].startswith("killed 17 of 18 mutants")
    (copy / "tests/equivalent_mutants.toml").write_text(EQUIVALENT)
    assert main() == 0
    assert capfd.readouterr().out.splitlines()[-1] == "killed 17 of 17 mutants; 1 more are listed as equivalent"
