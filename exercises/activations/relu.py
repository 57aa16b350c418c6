"""ReLU: positive numbers pass, negative ones become 0."""

import numpy as np


def relu(x: np.ndarray) -> np.ndarray:
    """Return ``x`` where it is positive and 0 elsewhere, as a new array.

    ReLU is cheap, and on its positive side the gradient passes undiminished through any number of layers. On the
    negative side it is exactly 0: a unit whose inputs are all negative no longer learns.

    Parameters
    ----------
    x : ndarray, any shape
        Pre-activations, floats or integers.

    Returns
    -------
    ndarray, same shape as ``x``
        ``max(x, 0)`` of every element, in an array that shares no memory with ``x``; ``x`` itself is left as it is.
        float32 stays float32, float64 stays float64. ``nan`` stays ``nan``, ``-inf`` becomes 0.

    Notes
    -----
    Formula: ``max(x, 0)`` (Nair and Hinton, 2010), as in ``torch.relu``. At 0 (and -0.0) the value is 0.

    A ``nan`` stands for something that went wrong earlier, and an activation should not hide it. Comparisons with
    ``nan`` are False, so it depends on how the condition is written whether it survives.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.5]))
    array([0. , 0. , 3.5])
    >>> relu(np.array([-1.0, np.nan]))
    array([ 0., nan])
    """
    raise NotImplementedError
