"""Grid search and random search: which hyper-parameter settings to try."""

import itertools
import math

import numpy as np


def grid_candidates(space: dict[str, list]) -> list[dict]:
    """Return every combination of the listed values.

    Grid search tries them all, so its cost is the product of the lengths: it grows exponentially with the
    number of hyper-parameters.

    Parameters
    ----------
    space : dict
        Maps the name of each hyper-parameter to the list of its values. The values can be anything.

    Returns
    -------
    list of dict
        One dict per combination, from each name to one of its values. Ordered like nested loops over the
        names in the order of ``space``: the last name changes fastest. An empty space has one combination,
        the empty dict; a name with an empty list leaves none, the empty list.

    Notes
    -----
    The combinations are the Cartesian product of the lists, in the order of ``itertools.product``.

    Examples
    --------
    >>> grid_candidates({"lr": [0.1, 0.01], "depth": [2, 3]})  # doctest: +NORMALIZE_WHITESPACE
    [{'lr': 0.1, 'depth': 2}, {'lr': 0.1, 'depth': 3},
     {'lr': 0.01, 'depth': 2}, {'lr': 0.01, 'depth': 3}]
    """
    ### BEGIN SOLUTION
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    ### END SOLUTION


def random_candidates(space: dict[str, list | tuple], n: int, rng: np.random.Generator) -> list[dict]:
    """Return ``n`` random combinations.

    Random search sets its own budget, and where only a few of the hyper-parameters matter it tries ``n``
    different values of each of these, while a grid repeats the same few over and over (Bergstra and
    Bengio, 2012).

    Parameters
    ----------
    space : dict
        Maps the name of each hyper-parameter to the values it may take, in one of two forms:

        - a list, not empty: each entry is as likely as any other;
        - a tuple ``("log", low, high)`` with ``0 < low < high``: a float between ``low`` and ``high``
          whose logarithm is uniformly distributed.
    n : int
        Number of combinations, at least 0.
    rng : numpy.random.Generator
        Source of all randomness: the same state gives the same combinations. All values are drawn
        independently of each other, in any order.

    Returns
    -------
    list of dict
        ``n`` dicts, each from every name to one value. Entries of a list come back as they are, with their
        type: 16 stays a number and (64, 32) a tuple, also where a list mixes types. Duplicates may occur.

    Notes
    -----
    Log-uniform: ``exp(u)`` with ``u ~ Uniform(log(low), log(high))``. Every factor of ten is as likely as
    any other, which suits learning rates: between 1e-5 and 1e-1 half of the draws lie below 1e-3, while
    of uniform draws only 1 % do.

    Examples
    --------
    >>> space = {"lr": ("log", 1e-5, 1e-1), "units": [16, 32, 64]}
    >>> candidates = random_candidates(space, 5, np.random.default_rng(0))
    >>> len(candidates)
    5
    >>> all(1e-5 <= c["lr"] <= 1e-1 and c["units"] in [16, 32, 64] for c in candidates)
    True
    """
    ### BEGIN SOLUTION

    def draw(values):
        if isinstance(values, tuple):
            _, low, high = values
            return math.exp(rng.uniform(math.log(low), math.log(high)))
        return values[rng.integers(len(values))]

    return [{name: draw(values) for name, values in space.items()} for _ in range(n)]
    ### END SOLUTION
