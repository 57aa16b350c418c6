"""Softmax: scores become probabilities."""

import numpy as np


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return ``exp(x)`` divided by its sum along ``axis``.

    The answers are positive and add up to 1 along the axis, so they can be read as the probabilities of classes that
    exclude each other. Softmax is an activation, not a loss: the cross-entropy is minus the logarithm of the
    probability that it gives to the right class.

    Parameters
    ----------
    x : ndarray, one axis or more
        Scores (logits). They may be large, in the thousands, and may contain ``-inf`` as long as one score along the
        axis is finite.
    axis : int
        The axis along which the answers add up to 1; negative numbers count from the last axis.

    Returns
    -------
    ndarray, same shape as ``x``
        Probabilities. float32 stays float32, float64 stays float64; integers give floats. A score of ``-inf`` gets
        the probability 0.

    Notes
    -----
    Formula: ``exp(x_i) / sum_j exp(x_j)`` with ``j`` along ``axis`` (Bridle, 1990), as in
    ``torch.nn.functional.softmax``.

    Adding the same number to all scores along the axis changes nothing, because ``exp(c)`` cancels. Taken from
    ``x - max(x)``, with a maximum of its own for every slice along the axis, the exponentials cannot overflow and
    their sum is at least 1.

    Examples
    --------
    >>> softmax(np.array([[1.0, 2.0, 3.0], [1000.0, 1000.0, 1000.0]])).round(3)
    array([[0.09 , 0.245, 0.665],
           [0.333, 0.333, 0.333]])
    """
    ### BEGIN SOLUTION
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
    ### END SOLUTION
