"""Offer the vocabulary that check authors write with; tests/README.md explains it."""

from grader.checks.comparison import assert_close, assert_new_arrays, assert_pure, assert_raises, assert_shape, unpack
from grader.checks.contract import contract
from grader.checks.marks import core, parametrize, weight
from grader.checks.misconceptions import misconception, reference, statistic
from grader.checks.optimizer import sgd_step
from grader.checks.statistics import assert_distribution, assert_repeatable, assert_share
from grader.checks.student import Student, on_learner_side
from grader.checks.torch_reference import from_torch

__all__ = [
    "Student",
    "assert_close",
    "assert_distribution",
    "assert_new_arrays",
    "assert_pure",
    "assert_raises",
    "assert_repeatable",
    "assert_shape",
    "assert_share",
    "contract",
    "core",
    "from_torch",
    "misconception",
    "on_learner_side",
    "parametrize",
    "reference",
    "sgd_step",
    "statistic",
    "unpack",
    "weight",
]
