"""Numerical gradient: the slope of a function, measured instead of derived."""

from collections.abc import Callable

import numpy as np


def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Return the gradient of ``f`` at ``x``, measured with central differences.

    A gradient says how much a number, such as the loss, changes when one of its inputs changes a little. Doing just
    that, input by input, needs two evaluations of ``f`` for each of them: far too slow for training, but the standard
    way to find mistakes in a backward pass.

    Parameters
    ----------
    f : callable
        Takes a float64 array of the shape of ``x`` and returns a number.
    x : ndarray, any shape
        The point at which to measure, of any real dtype, integers included. It is not changed.
    h : float
        The step to either side.

    Returns
    -------
    ndarray of float64, same shape as ``x``
        The partial derivative of ``f`` with respect to each element of ``x``.

    Notes
    -----
    Formula, for each element ``x_i`` with all others left as they are:
    ``(f(x with x_i + h) - f(x with x_i - h)) / (2 * h)``.

    Its error shrinks with ``h**2``; that of the one-sided ``(f(x + h) - f(x)) / h`` only with ``h``. For a smooth
    ``f`` it agrees with the ``backward`` of torch to about seven digits or more. Too small a step is no better: the
    difference of two nearly equal numbers keeps few correct digits, and float32 would not resolve the step at all,
    so the steps are taken in float64 whatever the dtype of ``x``. Baydin et al. (2015) compare this with automatic
    differentiation, which has neither error.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([1.0, -2.0, 0.5]), h=1e-4).round(6)
    array([ 2., -4.,  1.])
    """
    raise NotImplementedError
