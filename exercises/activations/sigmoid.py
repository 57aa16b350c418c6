"""Sigmoid: any number becomes a number between 0 and 1."""

import numpy as np


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return ``1 / (1 + exp(-x))`` for every element, without nan however large ``x`` is.

    The answer can be read as the probability of a yes, which is why a classifier with two classes ends in a sigmoid.
    Far from 0 the curve is flat: hidden layers of sigmoids pass hardly any gradient there.

    Parameters
    ----------
    x : ndarray, any shape, also 0-d
        Pre-activations (logits). They may be in the thousands.

    Returns
    -------
    ndarray, same shape as ``x``
        The sigmoid of every element. float32 stays float32, float64 stays float64; integers give floats.

    Notes
    -----
    Formula: ``1 / (1 + exp(-x))``, which equals ``exp(x) / (1 + exp(x))`` (the logistic function of Verhulst, 1845),
    as in ``torch.sigmoid``.

    ``sigmoid(0)`` is 0.5 and ``sigmoid(-x)`` is ``1 - sigmoid(x)``. At -1000 the answer is 0, at 1000 it is 1. The
    small values in between count too: ``sigmoid(-20)`` is 2e-9 and neither 0 nor 5e-5.

    On paper the two forms are the same. On a computer ``exp`` overflows above 709 in float64 and above 88 in
    float32: ``1 / (1 + inf)`` is still right, but ``inf / (1 + inf)`` is nan. A warning about the overflow costs
    nothing here, a nan does. It cannot happen where ``exp`` is only taken of numbers up to 0.

    Examples
    --------
    >>> sigmoid(np.array([-1.0, 0.0, 2.0])).round(4)
    array([0.2689, 0.5   , 0.8808])
    >>> sigmoid(np.array([-1000.0, 1000.0]))
    array([0., 1.])
    """
    raise NotImplementedError
