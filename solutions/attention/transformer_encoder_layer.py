"""The transformer encoder layer: attention between the tokens, then a small network for each, with Add & Norm."""

import math

import numpy as np


def transformer_encoder_layer(
    x: np.ndarray, params: dict[str, np.ndarray], n_heads: int, norm_first: bool = False, activation: str = "relu"
) -> np.ndarray:
    """Send sequences through one encoder layer, as in evaluation: without dropout.

    Attention moves information between tokens, the feed-forward network works on each token by itself. Each of the two
    adds its result to its input, so layers can be stacked high, and layer normalization keeps the sums in bounds.

    Parameters
    ----------
    x : ndarray of shape (N, T, E)
        N sequences of T tokens with E features, batch first. No token is hidden from any other of its sequence.
    params : dict of str to ndarray
        The parameters under the names of torch's ``state_dict``. F is the width of the feed-forward network; weights
        are stored as (outputs, inputs)::

            self_attn.in_proj_weight  (3E, E)   self_attn.in_proj_bias   (3E,)  queries, keys, values: E rows each
            self_attn.out_proj.weight (E, E)    self_attn.out_proj.bias  (E,)
            linear1.weight            (F, E)    linear1.bias             (F,)
            linear2.weight            (E, F)    linear2.bias             (E,)
            norm1.weight, norm1.bias  (E,)      scale and shift of the norm that goes with the attention
            norm2.weight, norm2.bias  (E,)      scale and shift of the norm that goes with the network
    n_heads : int
        Number of heads; divides E. With ``d = E / n_heads``, head k owns the features ``k * d`` to ``(k + 1) * d - 1``.
    norm_first : bool
        False: post-LN, the norm comes after each sum. True: pre-LN, the norm comes before each sublayer.
    activation : str
        ``"relu"``, or ``"gelu"`` for the exact GELU, ``z * Phi(z) = z * (1 + erf(z / sqrt(2))) / 2``.

    Returns
    -------
    ndarray of shape (N, T, E)
        Float32 where x and the parameters are float32.

    Notes
    -----
    ::

        post-LN:  h = norm1(x + attention(x))        pre-LN:  h = x + attention(norm1(x))
                  y = norm2(h + feed_forward(h))              y = h + feed_forward(norm2(h))

    ``attention`` is multi-head self-attention: per head ``softmax(q @ k.T / sqrt(d)) @ v``, with the softmax over the
    keys; the heads are concatenated and go through the output projection. ``feed_forward(h)`` is
    ``linear2(activation(linear1(h)))`` for each token. Both norms are over the E features of a token:
    ``(h - mean) / sqrt(var + 1e-5) * weight + bias``, with the biased variance (divided by E).

    Post-LN is the original (Vaswani et al., 2017); pre-LN trains more steadily at great depth (Xiong et al., 2020).
    Agrees with ``torch.nn.TransformerEncoderLayer(batch_first=True)`` in evaluation.

    Examples
    --------
    Where both sublayers return 0, only the norms are left, and with pre-LN nothing at all.

    >>> shapes = {
    ...     "self_attn.in_proj_weight": (6, 2), "self_attn.in_proj_bias": 6, "self_attn.out_proj.weight": (2, 2),
    ...     "self_attn.out_proj.bias": 2, "linear1.weight": (3, 2), "linear1.bias": 3, "linear2.weight": (2, 3),
    ...     "linear2.bias": 2, "norm1.weight": 2, "norm1.bias": 2, "norm2.weight": 2, "norm2.bias": 2,
    ... }
    >>> params = {name: np.zeros(shape) for name, shape in shapes.items()}
    >>> params["norm1.weight"] = params["norm2.weight"] = np.ones(2)
    >>> x = np.array([[[3.0, 5.0], [10.0, -10.0]]])
    >>> transformer_encoder_layer(x, params, 1, False, "relu").round(3)
    array([[[-1.,  1.],
            [ 1., -1.]]])
    >>> transformer_encoder_layer(x, params, 1, True, "relu")
    array([[[  3.,   5.],
            [ 10., -10.]]])
    """
    ### BEGIN SOLUTION
    n, t, e = x.shape

    def linear(z, name, kind="."):
        return z @ params[f"{name}{kind}weight"].T + params[f"{name}{kind}bias"]

    def norm(z, name):
        centred = z - z.mean(axis=-1, keepdims=True)
        var = (centred**2).mean(axis=-1, keepdims=True)
        return centred / np.sqrt(var + 1e-5) * params[f"{name}.weight"] + params[f"{name}.bias"]

    def attention(z):
        projected = linear(z, "self_attn.in_proj", "_")  # (N, T, 3E)
        q, k, v = projected.reshape(n, t, 3, n_heads, e // n_heads).transpose(2, 0, 3, 1, 4)  # each (N, heads, T, d)
        scores = q @ k.swapaxes(-1, -2) / math.sqrt(e // n_heads)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        heads = weights / weights.sum(axis=-1, keepdims=True) @ v
        return linear(heads.swapaxes(1, 2).reshape(n, t, e), "self_attn.out_proj")

    def act(z):
        if activation == "relu":
            return np.maximum(z, 0)
        return z * (0.5 + 0.5 * np.vectorize(math.erf, otypes=[z.dtype])(z / math.sqrt(2)))

    def feed_forward(z):
        return linear(act(linear(z, "linear1")), "linear2")

    if norm_first:
        h = x + attention(norm(x, "norm1"))
        return h + feed_forward(norm(h, "norm2"))
    h = norm(x + attention(x), "norm1")
    return norm(h + feed_forward(h), "norm2")
    ### END SOLUTION
