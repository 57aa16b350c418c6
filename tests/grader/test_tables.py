"""A learner who looks answers up: right under the seed that the table was made for, wrong under another."""

import pytest

from grader.checks.torch_reference import References
from grader.grading.collecting import check_file
from grader.grading.trial import Trial
from grader.proof.tables import TableLearner, answers_of

CHECKS = '''\
import numpy as np

from grader.checks import assert_close, on_learner_side


@on_learner_side
def twice(learner, x):
    return learner.double(learner.double(x))


def test_value(student, rng):
    """Is twice the number."""
    x = {x}
    assert_close({answer}, {factor} * x)
'''
CALL = {"answer": "student.double(x)", "factor": 2}
RUN = {"answer": "student.run(twice, x)", "factor": 4}


def looked_up(mini, seed, **words):
    """Run the checks under a seed with the answers to seed 1."""
    mini.add(checks=CHECKS.format(**words))
    file = check_file(mini.course, mini.course.find("double"))
    learner = TableLearner(answers_of(file, References(), 1))
    (check,) = file.checks
    return Trial(file, seed, References()).run(check, learner)


@pytest.mark.parametrize("ask", [CALL, RUN])
@pytest.mark.parametrize(
    ("x", "seed", "status"),
    [
        ("rng.normal(size=5)", 1, "passed"),
        ("rng.normal(size=5)", 2, "failed"),
        ("np.zeros(rng.integers(3, 1000))", 2, "failed"),
        ("np.zeros(5)", 2, "passed"),
        ("np.float32([rng.normal(), 1e30])", 2, "failed"),
    ],
)
def test_answers_can_be_looked_up_where_nothing_is_drawn(mini, ask, x, seed, status):
    assert looked_up(mini, seed, x=x, **ask).status == status


def test_what_is_not_in_the_table_is_an_answer_that_raises(mini):
    outcome = looked_up(mini, 2, x="rng.normal(size=5)", **CALL)
    assert "KeyError: not in the table" in outcome.message
