"""Checks of random answers: shares, distributions, seeds. Each fails by chance less than once in a million runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks.closeness import EXACT
from grader.checks.comparison import assert_close, close

DEVIATIONS = 5.0
# Kolmogorov's distribution: the distance of n draws exceeds 2.8 / sqrt(n) by chance 3 times in 10 million
DISTANCE = 2.8


def assert_share(hits: Any, p: float, what: str) -> None:
    """Fail unless the share of True in ``hits`` is ``p``, within five standard deviations of independent draws.

    Parameters
    ----------
    hits : array of bool, any shape
    p : float
        The probability of each, between 0 and 1.
    what : str
        What is counted, for the message: "dropped elements".

    Examples
    --------
    >>> assert_share(mask == 0, 0.2, "dropped elements")
    """
    share, slack = float(np.mean(hits)), DEVIATIONS * math.sqrt(p * (1 - p) / np.size(hits))
    assert abs(share - p) <= slack, f"the share of {what} is {share:.4f}, expected {p:g} within {slack:.4f}"


def assert_distribution(values: Any, cdf: Callable[[np.ndarray], Any], name: str) -> None:
    """Fail unless independent draws follow a distribution, by the test of Kolmogorov and Smirnov.

    Parameters
    ----------
    values : array of float, any shape
    cdf : callable
        The distribution function: takes the sorted values, shape (n,), and returns n probabilities.
    name : str
        What the distribution is called, for the message: "the normal one".

    Examples
    --------
    >>> assert_distribution(w, lambda x: (x + bound) / (2 * bound), "the uniform one")
    """
    ordered = np.sort(np.asarray(values), axis=None)
    n = ordered.size
    wanted, ranks = np.asarray(cdf(ordered)), np.arange(n + 1) / n
    distance = float(max(np.max(ranks[1:] - wanted), np.max(wanted - ranks[:-1])))
    most = DISTANCE / math.sqrt(n)
    assert distance < most, (
        f"the distribution function is up to {distance:.4f} away from {name}, expected less than {most:.4f}"
    )


def assert_repeatable(call: Callable[[np.random.Generator], Any], rng: np.random.Generator) -> Any:
    """Fail unless answers depend on the generator they are given: on its seed, and on what was drawn from it before.

    Parameters
    ----------
    call : callable
        Takes a generator, calls the learner's function with it and returns the answer.
    rng : numpy.random.Generator
        From which the seeds are drawn.

    Returns
    -------
    object
        The first answer.

    Examples
    --------
    >>> assert_repeatable(lambda generator: student.he_normal(60, 40, generator, 0.2), rng)
    """
    seed = int(rng.integers(2**32))
    generator = np.random.default_rng(seed)
    first = call(generator)
    following = call(generator)
    assert_close(call(np.random.default_rng(seed)), first)
    other = call(np.random.default_rng(seed + 1))
    assert not close(other, first, EXACT), "two generators with different seeds gave the same answer"
    assert not close(following, first, EXACT), "two calls with one generator gave the same answer"
    return first
