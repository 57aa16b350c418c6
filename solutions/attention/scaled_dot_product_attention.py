"""Scaled dot-product attention: each query mixes the values, by how well their keys match it."""

import math

import numpy as np


def scaled_dot_product_attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None, is_causal: bool = False
) -> np.ndarray:
    """Return, for each query, the average of the values, weighted by a softmax of its scores with the keys.

    Attention is a lookup that can be differentiated: instead of the one entry whose key fits, it returns a blend of
    all. Any position reaches any other in one step, however far apart they are.

    Parameters
    ----------
    q : ndarray of shape (..., Tq, d)
        Queries. The leading axes (batch, heads, or none at all) are the same for q, k and v.
    k : ndarray of shape (..., Tk, d)
        Keys.
    v : ndarray of shape (..., Tk, dv)
        Values; value j belongs to key j.
    mask : boolean ndarray that broadcasts to (..., Tq, Tk), or None
        True *keeps*: query i may look at key j where ``mask[..., i, j]`` is True. None: at all keys.
    is_causal : bool
        Whether query i may look at the keys 0 to i only (counted from the first key, also where Tq and Tk differ).
        With a mask as well, a key is seen where both allow it.

    Returns
    -------
    ndarray of shape (..., Tq, dv)
        Zeros for a query that may look at no key at all. Float32 where q, k and v are float32, floats for integers, and
        finite for scores of any size.

    Notes
    -----
    Formula: ``softmax(q @ k.T / sqrt(d)) @ v`` for each entry of the leading axes, with the softmax over the keys, so
    that the weights of each query add up to 1 over the keys it may look at (Vaswani et al., 2017). d is the number of
    features of a query: a sum of d products of size 1 has size sqrt(d), and dividing by it keeps the softmax from
    picking a single key. Agrees with ``torch.nn.functional.scaled_dot_product_attention``. Mind the mask: True keeps
    here and *ignores* in ``torch.nn.MultiheadAttention``.

    Examples
    --------
    The first query may look at the first key only; the second fits both keys equally well and takes the average.

    >>> q, k = np.array([[5.0], [0.0]]), np.array([[1.0], [2.0]])
    >>> v = np.array([[1.0, 10.0, 0.0], [3.0, 20.0, 0.0]])
    >>> scaled_dot_product_attention(q, k, v, None, True)
    array([[ 1., 10.,  0.],
           [ 2., 15.,  0.]])

    A mask may hide every key.

    >>> scaled_dot_product_attention(q, k, v, np.array([[False, False], [False, True]]))
    array([[ 0.,  0.,  0.],
           [ 3., 20.,  0.]])
    """
    ### BEGIN SOLUTION
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
    keep = np.ones(scores.shape, dtype=bool)
    if is_causal:
        keep = np.tril(keep)
    if mask is not None:
        keep = keep & mask
    scores = np.where(keep, scores, -np.inf)
    largest = np.nan_to_num(scores.max(axis=-1, keepdims=True))  # finite, also where no key is kept
    weights = np.exp(scores - largest)  # all 0 where no key is kept; otherwise the largest is 1
    return weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1) @ v
    ### END SOLUTION
