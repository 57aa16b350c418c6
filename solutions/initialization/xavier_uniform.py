"""Xavier (Glorot) initialization: random weights that keep the size of signals and gradients."""

import math

import numpy as np


def xavier_uniform(fan_in: int, fan_out: int, rng: np.random.Generator, gain: float = 1.0) -> np.ndarray:
    """Return a weight matrix drawn uniformly between ``-a`` and ``a``, with Xavier's bound ``a``.

    A layer multiplies the variance of its input by ``fan_in * Var(w)`` on the way forward, and the
    variance of the gradient by ``fan_out * Var(w)`` on the way back. Both cannot be 1 unless the two are
    equal; Xavier's variance is the compromise between them.

    Parameters
    ----------
    fan_in : int
        Number of inputs of the layer, at least 1.
    fan_out : int
        Number of outputs of the layer, at least 1.
    rng : numpy.random.Generator
        Source of all randomness: the same state gives the same matrix. One independent draw per weight,
        in any order.
    gain : float
        Positive. Multiplies the bound, and so the standard deviation, to make up for the nonlinearity that
        follows (1 for none, 5/3 for tanh, sqrt(2) for ReLU).

    Returns
    -------
    ndarray, shape (fan_out, fan_in), float64
        The weights, one row per output as in ``torch.nn.Linear``.

    Notes
    -----
    The bound and the resulting variance are::

        a = gain * sqrt(6 / (fan_in + fan_out))
        Var(w) = a**2 / 3 = gain**2 * 2 / (fan_in + fan_out)

    A uniform distribution between ``-a`` and ``a`` has variance ``a**2 / 3``, which is where the 6 comes
    from (Glorot and Bengio, 2010). Same distribution as ``torch.nn.init.xavier_uniform_``.

    Examples
    --------
    >>> w = xavier_uniform(100, 50, np.random.default_rng(0))
    >>> w.shape
    (50, 100)
    >>> bool(np.abs(w).max() <= 0.2)
    True
    """
    ### BEGIN SOLUTION
    a = gain * math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_out, fan_in))
    ### END SOLUTION
