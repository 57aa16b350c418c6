"""Layer normalization: give the features of every example mean 0 and variance 1, then rescale them."""

import numpy as np


def layer_norm(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Normalize ``x`` along its last axis, then scale it by ``gamma`` and shift it by ``beta``.

    Batch normalization takes its statistics over the examples of a batch; this one takes them over the features of
    each example. An answer does not depend on what else is in the batch, training and evaluation are the same, and
    there are no running statistics: good for sequences of any length and for batches of one.

    Parameters
    ----------
    x : ndarray, shape (..., D)
        Any number of leading axes, also none: (D,), (N, D), or (N, T, D) for sequences.
    gamma, beta : ndarray, shape (D,)
        Scale and shift of each feature. They are learned.
    eps : float
        Added to the variance, under the square root.

    Returns
    -------
    ndarray, same shape as ``x``
        float32 where all inputs are float32; where ``x`` holds integers, floats. The inputs are left as they are.

    Notes
    -----
    Mean and variance run over the last axis only, so that each of the other positions has its own (Ba, Kiros and
    Hinton, 2016)::

        y = gamma * (x - mean) / sqrt(var + eps) + beta

    with the biased variance, ``var = sum((x - mean)**2) / D``, as in ``torch.nn.functional.layer_norm(x, (D,))``.
    Features that are all equal become ``beta``. The mean may be large against the spread: there the variance needs
    the squares of ``x - mean``, since ``mean(x**2) - mean**2`` has lost all digits.

    Examples
    --------
    Both rows have the same shape, so they look the same once mean and size are gone.

    >>> x = np.array([[1.0, 3.0, 5.0, 7.0], [-40.0, -20.0, 0.0, 20.0]])
    >>> layer_norm(x, np.ones(4), np.zeros(4), 0.0).round(3)
    array([[-1.342, -0.447,  0.447,  1.342],
           [-1.342, -0.447,  0.447,  1.342]])
    """
    raise NotImplementedError
