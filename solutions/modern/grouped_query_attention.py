"""Grouped-query attention: several heads of queries share one head of keys and values."""

import math

import numpy as np


def grouped_query_attention(q: np.ndarray, k: np.ndarray, v: np.ndarray, is_causal: bool = False) -> np.ndarray:
    """Return the attention of every head of queries, with the keys and values that its group shares.

    Keys and values are what generation has to keep for all tokens and read again at each step. Fewer heads of them make
    that cheaper; the queries, which are used once, keep all their heads.

    Parameters
    ----------
    q : ndarray of shape (N, H, Tq, d)
        Queries of N sequences and H heads.
    k : ndarray of shape (N, G, Tk, d)
        Keys. H is a multiple of G: G = H is multi-head attention, G = 1 multi-query attention.
    v : ndarray of shape (N, G, Tk, dv)
        Values; value j belongs to key j.
    is_causal : bool
        Whether query i may look at the keys 0 to i only.

    Returns
    -------
    ndarray of shape (N, H, Tq, dv)
        Finite for scores of any size. float32 where q, k and v are float32, floats for integers.

    Raises
    ------
    ValueError
        If H is not a multiple of G.

    Notes
    -----
    Neighbors share: head ``h`` of the queries uses the head ``h // (H / G)`` of keys and values, call it g::

        out[n, h] = softmax(q[n, h] @ k[n, g].T / sqrt(d)) @ v[n, g]

    with the softmax over the keys (Ainslie et al., "GQA: Training Generalized Multi-Query Transformer Models from
    Multi-Head Checkpoints", 2023). Agrees with ``torch.nn.functional.scaled_dot_product_attention(q, k, v,
    is_causal=is_causal, enable_gqa=True)``.

    Examples
    --------
    Four heads of queries, two of values, one key each, which then has all the weight.

    >>> q, k = np.zeros((1, 4, 1, 2)), np.zeros((1, 2, 1, 2))
    >>> v = np.array([[[[1.0]], [[2.0]]]])
    >>> grouped_query_attention(q, k, v).ravel()
    array([1., 1., 2., 2.])
    """
    ### BEGIN SOLUTION
    share, rest = divmod(q.shape[1], k.shape[1])
    if rest:
        raise ValueError("the heads of the queries are not a multiple of those of the keys")
    k, v = np.repeat(k, share, axis=1), np.repeat(v, share, axis=1)
    scores = q @ k.swapaxes(2, 3) / math.sqrt(q.shape[-1])
    if is_causal:
        scores = np.where(np.tril(np.ones_like(scores, dtype=bool)), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ v
    ### END SOLUTION
