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
    raise NotImplementedError
