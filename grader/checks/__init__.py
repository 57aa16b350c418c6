"""The vocabulary that check authors write with; tests/README.md explains it."""

from grader.checks.comparison import assert_close, assert_new_arrays, assert_pure, assert_raises, unpack
from grader.checks.marks import core, weight
from grader.checks.misconceptions import misconception, reference, statistic
from grader.checks.student import on_learner_side
from grader.checks.torch_reference import from_torch

__all__ = [
    "assert_close",
    "assert_new_arrays",
    "assert_pure",
    "assert_raises",
    "core",
    "from_torch",
    "misconception",
    "on_learner_side",
    "reference",
    "statistic",
    "unpack",
    "weight",
]
