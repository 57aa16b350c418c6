"""Binary cross-entropy: the loss of a classifier with two classes, from probabilities."""

import numpy as np


def binary_cross_entropy(p: np.ndarray, y: np.ndarray, reduction: str = "mean") -> float | np.ndarray:
    """Return how surprising the labels ``y`` are to someone who holds the probabilities ``p``.

    A sure and right answer costs nothing, a sure and wrong one a lot: the loss is minus the logarithm of the
    probability that was given to what happened (log loss). Minimizing it is maximum likelihood.

    Parameters
    ----------
    p : ndarray, any shape
        Predicted probabilities of class 1, from 0 to 1, both included.
    y : ndarray, same shape as ``p``
        Labels: 0 or 1, integers or floats, or anything between (soft labels).
    reduction : str
        "mean" for the mean over all elements, "sum" for their sum, "none" for one loss per element. Other
        names are left open.

    Returns
    -------
    float, or ndarray of the shape of ``p`` for "none"
        The loss. For "none", float32 inputs give float32.

    Raises
    ------
    ValueError
        If an element of ``p`` is below 0 or above 1.

    Notes
    -----
    The loss of an element, with the natural logarithm::

        -(y * log(p) + (1 - y) * log(1 - p))

    Both logarithms are limited from below: each is replaced by -100 where it is smaller. A probability of exactly 0 or
    1 therefore costs 0 if it is right and 100 if it is wrong, instead of nan and inf. The probabilities themselves are
    not changed: clipping them to 1e-7, as other libraries do, would limit the loss to 16.1. Same as
    ``torch.nn.functional.binary_cross_entropy``, where only ``log(0)`` and its close neighbourhood are affected. As a
    score of forecasts it is the logarithmic one (Good, 1952).

    Examples
    --------
    >>> binary_cross_entropy(np.array([0.5, 0.75, 0.0]), np.array([1.0, 0.0, 1.0]), reduction="none").round(4)
    array([  0.6931,   1.3863, 100.    ])
    """
    raise NotImplementedError
