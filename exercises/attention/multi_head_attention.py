"""Multi-head self-attention: several small attentions side by side, each on its own share of the features."""

import math

import numpy as np


def multi_head_attention(
    x: np.ndarray,
    in_proj_w: np.ndarray,
    in_proj_b: np.ndarray,
    out_w: np.ndarray,
    out_b: np.ndarray,
    n_heads: int,
    key_padding_mask: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Let every token of a sequence attend to all tokens of it, in ``n_heads`` ways at once.

    A softmax mostly picks one thing to look at. With several heads, each working on ``d = E / n_heads`` features of its
    own, a token can look at several things for about the price of one full-size attention.

    Parameters
    ----------
    x : ndarray of shape (N, T, E)
        N sequences of T tokens with E features, batch first. Queries, keys and values are all made from it.
    in_proj_w : ndarray of shape (3E, E)
        Weights of the projections to queries, keys and values: three blocks of E rows, in this order.
    in_proj_b : ndarray of shape (3E,)
        Their biases, in the same order.
    out_w : ndarray of shape (E, E)
        Weights of the output projection. Like those above, they are stored as (outputs, inputs).
    out_b : ndarray of shape (E,)
        Its bias.
    n_heads : int
        Number of heads; divides E.
    key_padding_mask : boolean ndarray of shape (N, T), or None
        True marks a padding token: as a key it is *ignored*, by all queries and all heads. At least one token of each
        sequence is not padding. None: there is no padding.

    Returns
    -------
    out : ndarray of shape (N, T, E)
        The output for each token (padding tokens, too, have one).
    weights : ndarray of shape (N, n_heads, T, T)
        ``weights[n, k, i, j]``: how much query i attends to key j in head k, not averaged over the heads. Each row sums
        to 1. Both are float32 where the inputs are float32, and finite for scores of any size.

    Notes
    -----
    With ``d = E / n_heads``, head k owns the consecutive features ``k * d`` to ``(k + 1) * d - 1`` of the queries, the
    keys and the values::

        q, k, v = the three E-wide blocks of x @ in_proj_w.T + in_proj_b
        weights = softmax(q_head @ k_head.T / sqrt(d))   for each head, over the keys
        out = concat(weights @ v_head of head 0, head 1, ...) @ out_w.T + out_b

    From Vaswani et al. (2017); agrees with ``torch.nn.MultiheadAttention(batch_first=True)``, called with
    ``average_attn_weights=False``. Mind the mask: True ignores here and *keeps* in
    ``torch.nn.functional.scaled_dot_product_attention``.

    Examples
    --------
    With zero weights for the queries and keys, every token attends equally to all that are not padding.

    >>> x = np.array([[[2.0, 0.0], [4.0, 6.0], [9.0, 9.0]]])
    >>> in_proj_w = np.vstack([np.zeros((4, 2)), np.eye(2)])
    >>> padding = np.array([[False, False, True]])
    >>> out, weights = multi_head_attention(x, in_proj_w, np.zeros(6), np.eye(2), np.zeros(2), 2, padding)
    >>> weights[0, 0, 0]
    array([0.5, 0.5, 0. ])
    >>> out[0, 0]
    array([3., 3.])
    """
    raise NotImplementedError
