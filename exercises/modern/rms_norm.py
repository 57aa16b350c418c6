"""RMSNorm: give the features of every token a mean square of 1, then rescale them."""

import numpy as np


def rms_norm(x: np.ndarray, gamma: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Divide ``x`` by its root mean square along the last axis, then scale it by ``gamma``.

    This is layer normalization without the mean and without a shift. The size of a token's features is what has to be
    kept in bounds; where their mean lies turned out to matter little.

    Parameters
    ----------
    x : ndarray, shape (..., D)
        Any number of leading axes, also none: (D,), (N, D), or (N, T, D) for sequences.
    gamma : ndarray, shape (D,)
        Scale of each feature. It is learned.
    eps : float
        Added to the mean square, under the square root.

    Returns
    -------
    ndarray, same shape as ``x``
        float32 where all inputs are float32; where ``x`` holds integers, floats. The inputs are left as they are.

    Notes
    -----
    Each position along the leading axes has a mean square of its own::

        y = gamma * x / sqrt(mean(x**2) + eps)

    (Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019), as in ``torch.nn.functional.rms_norm``. Features
    that are all 0 stay 0.

    Examples
    --------
    The mean square of the first row is (9 + 16) / 2. The second row is the first one, ten times as large.

    >>> rms_norm(np.array([[3.0, 4.0], [30.0, 40.0]]), np.ones(2), 0.0).round(4)
    array([[0.8485, 1.1314],
           [0.8485, 1.1314]])
    """
    raise NotImplementedError
