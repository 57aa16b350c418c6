"""He (Kaiming) initialization: random weights that keep the size of signals through ReLU layers."""

import math

import numpy as np


def he_normal(fan_in: int, fan_out: int, rng: np.random.Generator, negative_slope: float = 0.0) -> np.ndarray:
    """Return a weight matrix drawn from a normal distribution with mean 0 and He's standard deviation.

    ReLU sets half of its inputs to 0 and so halves the mean square of a signal. The 2 in He's variance makes up for
    it: through any number of layers the signal keeps its size, where Xavier's smaller weights would let it die out.

    Parameters
    ----------
    fan_in : int
        Number of inputs of the layer, at least 1.
    fan_out : int
        Number of outputs of the layer, at least 1. It has no influence on the size of the weights.
    rng : numpy.random.Generator
        Source of all randomness: the same state gives the same matrix. One independent draw per weight, in any
        order.
    negative_slope : float
        Slope of the negative side of the leaky ReLU that follows, 0 for plain ReLU.

    Returns
    -------
    ndarray, shape (fan_out, fan_in), float64
        The weights, one row per output as in ``torch.nn.Linear``.

    Notes
    -----
    With ``a = negative_slope``::

        std = sqrt(2 / ((1 + a**2) * fan_in))
        Var(w) = std**2 = 2 / ((1 + a**2) * fan_in)

    A leaky ReLU keeps ``(1 + a**2) / 2`` of the mean square of a symmetric input, and the sum over ``fan_in`` inputs
    multiplies it by ``fan_in * Var(w)``: the product is 1 (He, Zhang, Ren and Sun, 2015). The distribution is a plain
    normal one, not truncated. Same distribution as ``torch.nn.init.kaiming_normal_`` with ``mode="fan_in"``,
    ``nonlinearity="leaky_relu"`` and ``a=negative_slope``.

    Examples
    --------
    >>> w = he_normal(200, 50, np.random.default_rng(0))
    >>> w.shape
    (50, 200)
    >>> print(round(float(w.std()), 2))
    0.1
    """
    raise NotImplementedError
