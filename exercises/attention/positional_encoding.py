"""Sinusoidal positional encoding: tell a transformer, which sees a set, where each token stands."""

import numpy as np


def positional_encoding(length: int, d: int) -> np.ndarray:
    """Return a vector of ``d`` sines and cosines for each of the positions 0 to ``length - 1``.

    Attention takes no notice of order: permute the tokens and the outputs are permuted alike. Adding a pattern that
    differs from position to position to the embeddings makes the order visible. Fast waves tell neighbours apart, slow
    ones distant places, much as the digits of a number do.

    Parameters
    ----------
    length : int
        Number of positions; at least 1.
    d : int
        Number of features of the model; even and at least 2.

    Returns
    -------
    ndarray of shape (length, d), float64
        Row t is the encoding of position t. Sines are in the even columns, cosines in the odd ones.

    Notes
    -----
    Column pair i (0 <= i < d / 2) is a wave of one frequency, and positions count from 0::

        angle = t / 10000 ** (2 * i / d)
        pe[t, 2 * i] = sin(angle)
        pe[t, 2 * i + 1] = cos(angle)

    The wavelengths grow from ``2 * pi`` towards ``10000 * 2 * pi``. Moving by s positions rotates each pair by a fixed
    angle, so the dot product of two encodings depends on their distance only (Vaswani et al., 2017). torch has no
    function for it; the checks compute the formula with ``torch.sin`` and ``torch.cos``.

    Examples
    --------
    >>> positional_encoding(3, 4).round(4)
    array([[ 0.    ,  1.    ,  0.    ,  1.    ],
           [ 0.8415,  0.5403,  0.01  ,  1.    ],
           [ 0.9093, -0.4161,  0.02  ,  0.9998]])
    """
    raise NotImplementedError
