"""Attention block by block: exact, although no more than one block of scores is ever held."""

import math
from collections.abc import Iterable

import numpy as np


def online_softmax_attention(q: np.ndarray, blocks: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return the attention of the queries to all keys, which come in blocks that are seen once, one after the other.

    The softmax of all scores needs their maximum and their sum, which are known after the last block only. They are
    kept up to date instead: where a larger score comes, what was added up so far is made smaller. This is the heart of
    FlashAttention, which needs memory for a block of scores and not for all.

    Parameters
    ----------
    q : ndarray of shape (T, d)
        Queries.
    blocks : iterable of pairs of ndarrays
        Keys of shape (B, d) and values of shape (B, dv). B >= 1 differs from block to block, d and dv do not; there is
        at least one block. It may be an iterator that *uses its memory again*: once the next block is asked for, the
        arrays of the one before may hold something else.

    Returns
    -------
    ndarray of shape (T, dv)
        Finite for scores of any size. float32 where all arrays are, floats for integers.

    Notes
    -----
    With the scores ``s = q @ k.T / sqrt(d)`` of one block, for each query::

        m'     = max(m, max(s))
        total' = exp(m - m') * total + sum(exp(s - m'))
        out'   = exp(m - m') * out + exp(s - m') @ v

    from ``m = -inf``, ``total = 0`` and ``out = 0``; after the last block the answer is ``out / total``. The running
    maximum is from Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018, the running output from
    Dao et al., "FlashAttention", 2022. The answer is that of ``torch.nn.functional.scaled_dot_product_attention`` with
    all keys at once.

    Examples
    --------
    The scores are 1 and 3, so the weights are 0.119 and 0.881.

    >>> blocks = [(np.array([[1.0]]), np.array([[10.0]])), (np.array([[3.0]]), np.array([[20.0]]))]
    >>> online_softmax_attention(np.array([[1.0]]), iter(blocks)).round(4)
    array([[18.808]])
    """
    raise NotImplementedError
