"""Leaky ReLU: a ReLU whose negative side still passes a little gradient."""

import numpy as np


def leaky_relu(x: np.ndarray, negative_slope: float = 0.01) -> np.ndarray:
    """Return ``x`` where it is positive and ``negative_slope * x`` elsewhere.

    Because the negative side keeps a slope, a unit whose inputs are all negative still receives a
    gradient and can recover; under plain ReLU it would stay silent for good.

    Parameters
    ----------
    x : ndarray, any shape
        Pre-activations.
    negative_slope : float
        Slope of the negative side. Any number; it may be larger than 1.

    Returns
    -------
    ndarray, same shape as ``x``; float32 stays float32, integers become floats
        ``x`` where ``x > 0``, ``negative_slope * x`` elsewhere.

    Notes
    -----
    Formula: ``max(0, x) + negative_slope * min(0, x)`` (Maas, Hannun and Ng, 2013), as in
    ``torch.nn.functional.leaky_relu``.

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), negative_slope=0.1)
    array([-0.2,  0. ,  3. ])
    """
    raise NotImplementedError
