"""Hold what `kata new` writes: a small exercise that works, to be replaced wherever it says TODO."""

from string import Template

SOLUTION = Template('''\
"""TODO: the exercise in one line."""

import numpy as np


def $name(x: np.ndarray) -> np.ndarray:
    """Return TODO.

    Parameters
    ----------
    x : ndarray, any shape
        TODO.

    Returns
    -------
    ndarray, same shape and dtype as ``x``
        TODO.

    Examples
    --------
    >>> $name(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION
''')

CHECKS = Template('''\
import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception


@from_torch
def expected(x):
    from torch.nn.functional import relu  # TODO

    return relu(x)


def test_agrees_with_torch(student, rng):
    """TODO: Agrees with torch.nn.functional.relu."""
    x = rng.normal(size=rng.integers(3, 9, size=2))
    assert_close(student.$name(x), expected(x))


@contract(expected, "float32", "integers", "views", "pure")
def $name(rng):
    return (rng.normal(size=(6, 4)),)


@misconception("TODO: what is computed instead, why it is not the thing, when the two agree")
def absolute_value(x):
    return np.abs(x)
''')

ENTRY = Template("""
[[topics.exercises]]
name = "$name"
title = "$title"
difficulty = 1
points = 1
prerequisites = []
questions = ["TODO"]
hints = [
    "TODO: a nudge",
    "TODO: nearly the line",
]
""")
