"""Rotary position embedding: turn queries and keys by angles that grow with the position."""

import numpy as np


def rope(x: np.ndarray, positions: np.ndarray, base: float = 10000.0) -> np.ndarray:
    """Turn each pair of neighboring features by the position times the frequency of the pair.

    Queries and keys are turned alike. The product of two turned vectors depends on their positions by the distance
    only: attention sees how far apart two tokens are, whatever stands before them.

    Parameters
    ----------
    x : ndarray, shape (..., T, d)
        Queries or keys, one for each token; d is even. The leading axes (batch, heads, or none at all) share the
        positions.
    positions : ndarray of integers, shape (T,)
        The position of each token, counted from 0: in any order, with gaps, or repeated.
    base : float
        Above 1. The larger it is, the slower are the slow pairs.

    Returns
    -------
    ndarray, same shape as ``x``
        float32 for float32, floats for integers. The inputs are left as they are.

    Notes
    -----
    Pair ``i``, for i from 0 to d / 2 - 1, holds the features ``2i`` and ``2i + 1``. At position ``t``::

        angle   = t * base**(-2i / d)
        y[2i]   = x[2i] * cos(angle) - x[2i+1] * sin(angle)
        y[2i+1] = x[2i] * sin(angle) + x[2i+1] * cos(angle)

    which is a multiplication of the complex number ``x[2i] + 1j * x[2i+1]`` by ``exp(1j * angle)``. At position 0
    nothing changes, and no length ever does. These are the pairs of the paper (Su et al., "RoFormer: Enhanced
    Transformer with Rotary Position Embedding", 2021). Many libraries pair feature ``i`` with ``i + d / 2`` instead,
    which is the same for other weights.

    Examples
    --------
    With base 100 the pairs turn by 1 and by 0.1 radian for each position.

    >>> rope(np.array([[1.0, 0.0, 1.0, 0.0]] * 3), np.array([0, 1, 10]), 100.0).round(3)
    array([[ 1.   ,  0.   ,  1.   ,  0.   ],
           [ 0.54 ,  0.841,  0.995,  0.1  ],
           [-0.839, -0.544,  0.54 ,  0.841]])
    """
    raise NotImplementedError
