"""A mutant is a solution with one small thing changed, in the part that a learner writes."""

import ast
import sys

import pytest

pytest.importorskip("cosmic_ray")

from grader.errors import CourseError
from grader.proof.mutants import mutants

SOLUTION = '''\
"""Two functions."""

SCALE = 2 * 3


def doubled(x, times=2):
    """Return ``x + x``."""
    ### BEGIN SOLUTION
    if x > 0 and times == 2:
        return x * 2
    return -x
    ### END SOLUTION


def given(x):
    return x - 1
'''


@pytest.fixture(scope="module")
def made():
    return list(mutants("doubled", SOLUTION))


def test_only_the_region_changes(made):
    before, after = SOLUTION.split("    ### BEGIN SOLUTION\n")[0], SOLUTION.split("    ### END SOLUTION\n")[1]
    assert made
    for mutant in made:
        assert mutant.text.startswith(before)
        assert mutant.text.endswith(after)


def test_every_mutant_is_another_program(made):
    trees = [ast.dump(ast.parse(mutant.text)) for mutant in made]
    assert len({*trees, ast.dump(ast.parse(SOLUTION))}) == len(made) + 1


@pytest.mark.parametrize(
    ("operator", "line"),
    [
        ("ReplaceBinaryOperator_Mul_Add", "return x + 2"),
        ("ReplaceComparisonOperator_Gt_GtE", "if x >= 0 and times == 2:"),
        ("ReplaceAndWithOr", "if x > 0 or times == 2:"),
        ("AddNot", "if not x > 0 and times == 2:"),
        ("NumberReplacer", "return x * 3"),
        ("NumberReplacer", "return x * 1"),
        ("ReplaceUnaryOperator_Delete_USub", "return x"),
    ],
)
def test_the_operators_are_those_of_cosmic_ray(made, operator, line):
    assert (operator, line) in [(mutant.operator, mutant.line) for mutant in made]


def test_a_diff_has_line_numbers(made):
    (mutant,) = (mutant for mutant in made if mutant.line == "return x + 2")
    assert mutant.diff(SOLUTION, "solutions/a/doubled.py").splitlines() == [
        "--- solutions/a/doubled.py",
        "+++ solutions/a/doubled.py (ReplaceBinaryOperator_Mul_Add)",
        "@@ -9,3 +9,3 @@",
        "     if x > 0 and times == 2:",
        "-        return x * 2",
        "+        return x + 2",
        "     return -x",
    ]


def test_without_cosmic_ray_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "cosmic_ray.ast", None)
    with pytest.raises(CourseError, match="pip install 'cosmic-ray"):
        next(mutants("doubled", SOLUTION))
