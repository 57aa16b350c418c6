"""Attention with a key-value cache: what earlier tokens have computed is kept, not computed again."""

import math

import numpy as np


def kv_cache_step(
    q: np.ndarray, k_new: np.ndarray, v_new: np.ndarray, k_cache: np.ndarray, v_cache: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put new keys and values behind the cached ones, and let the new queries attend causally to all of them.

    Keys and values of earlier tokens never change under a causal mask, so a model that writes token by token keeps
    them. Many tokens and an empty cache are the prompt; one token and a long cache are a step of generation.

    Parameters
    ----------
    q : ndarray of shape (..., S, d)
        Queries of the S >= 1 new tokens. The leading axes (batch, heads, or none at all) are the same everywhere.
    k_new : ndarray of shape (..., S, d)
        Their keys.
    v_new : ndarray of shape (..., S, dv)
        Their values.
    k_cache : ndarray of shape (..., P, d)
        Keys of the P tokens before them, the first token first; P may be 0.
    v_cache : ndarray of shape (..., P, dv)
        Values of those.

    Returns
    -------
    out : ndarray of shape (..., S, dv)
        What the new tokens get. Finite for scores of any size.
    k : ndarray of shape (..., P + S, d)
        The cache for the next step: the old keys, then the new ones.
    v : ndarray of shape (..., P + S, dv)
        Likewise the values. All three are float32 where the arguments are, and the caches passed in stay as they are.

    Notes
    -----
    New token ``i`` stands at position ``P + i`` and may look at the keys 0 to ``P + i``, its own included::

        out[i] = softmax over j <= P + i of (q[i] @ k[j] / sqrt(d)) @ v

    These are the last S rows of the causal attention of all P + S tokens (Vaswani et al., "Attention Is All You Need",
    2017). ``is_causal=True`` of ``torch.nn.functional.scaled_dot_product_attention`` is something else: it lets query i
    look at the keys 0 to i.

    Examples
    --------
    Queries of 0 like all keys equally: each token gets the mean of the values up to its own.

    >>> k_cache, v_cache = np.ones((1, 2)), np.array([[6.0]])
    >>> out, k, v = kv_cache_step(np.zeros((2, 2)), np.ones((2, 2)), np.array([[2.0], [1.0]]), k_cache, v_cache)
    >>> out
    array([[4.],
           [3.]])
    >>> k.shape, v.ravel().tolist()
    ((3, 2), [6.0, 2.0, 1.0])
    """
    ### BEGIN SOLUTION
    k = np.concatenate([k_cache, k_new], axis=-2)
    v = np.concatenate([v_cache, v_new], axis=-2)
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
    seen = np.tril(np.ones_like(scores, dtype=bool), k_cache.shape[-2])
    scores = np.where(seen, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ v, k, v
    ### END SOLUTION
