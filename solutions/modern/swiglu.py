"""SwiGLU: the feed-forward network of today's language models, in which one linear map gates another."""

import numpy as np


def swiglu(x: np.ndarray, w_gate: np.ndarray, w_up: np.ndarray, w_down: np.ndarray) -> np.ndarray:
    """Return ``w_down (silu(w_gate x) * w_up x)`` for each token.

    A plain feed-forward network activates the features of its hidden layer. Here each of them is multiplied by a gate,
    which is a function of the input as well: one feature can switch another.

    Parameters
    ----------
    x : ndarray, shape (..., E)
        Any number of leading axes, also none: a token, a sequence, a batch of them.
    w_gate, w_up : ndarray, shape (F, E)
        Weights of the two maps into the hidden layer, one row for each of its F features, as torch stores them.
    w_down : ndarray, shape (E, F)
        Weights of the map back.

    Returns
    -------
    ndarray, same shape as ``x``
        Finite for gates of any size: 1000 and -1000 must work. float32 where all inputs are float32; where they hold
        integers, floats.

    Notes
    -----
    For each token, with ``silu(z) = z * sigmoid(z)``, also called Swish::

        gate = w_gate @ x
        up = w_up @ x
        y = w_down @ (silu(gate) * up)

    There are no biases (Shazeer, "GLU Variants Improve Transformer", 2020). Agrees with
    ``linear(silu(linear(x, w_gate)) * linear(x, w_up), w_down)`` in ``torch.nn.functional``.

    Examples
    --------
    A gate of 50 is open, and silu(50) is 50; one of -50 is closed. Only the first hidden feature comes through.

    >>> x, w_gate = np.array([1.0, 2.0]), np.array([[50.0, 0.0], [-50.0, 0.0], [0.0, 0.0]])
    >>> w_up, w_down = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 0.0, 0.0], [0.5, 7.0, 7.0]])
    >>> swiglu(x, w_gate, w_up, w_down).round(6)
    array([100.,  50.])
    """
    ### BEGIN SOLUTION
    gate, up = x @ w_gate.T, x @ w_up.T
    sigmoid = np.exp(-np.logaddexp(0, -gate))
    return (gate * sigmoid * up) @ w_down.T
    ### END SOLUTION
