"""Vanishing and exploding gradients: how large the gradient is at every depth of a network."""

import numpy as np


def gradient_norms_by_depth(x: np.ndarray, weights: list[np.ndarray], kind: str) -> np.ndarray:
    """Return the norm of the gradient with respect to the activations of every layer, from the input to the output.

    On its way back the gradient is multiplied by one matrix and one derivative per layer. Factors below 1 make it
    vanish before it reaches the first layers, factors above 1 make it explode. The derivative of the sigmoid is never
    larger than 1/4, that of ReLU is 1 wherever a unit is on: this measurement shows the difference.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        The input, called ``h[0]`` below.
    weights : list of L ndarrays, each of shape (D, D)
        Weights of the layers, one row per output as in ``torch.nn.Linear``; the first belongs to the layer that
        reads ``x``. There are no biases. The list may be empty.
    kind : str
        Activation function of every layer, the last one included: "sigmoid", "tanh" or "relu". Other names are
        left open.

    Returns
    -------
    ndarray, shape (L + 1,), dtype of ``x``
        Entry ``l`` is the norm of the gradient with respect to ``h[l]``: entry 0 belongs to the input, entry L to the
        output.

    Notes
    -----
    The network is ``h[l + 1] = act(h[l] @ weights[l].T)``. The quantity that is differentiated is ``sum(h[L])``, the
    sum of all elements of the output over all samples. Going backwards from ``g = ones`` at ``h[L]``::

        g at h[l] = (g at h[l + 1] * act'(h[l] @ weights[l].T)) @ weights[l]

    The norm is the root of the sum of squares of all N * D elements of ``g``, so that the last entry is
    ``sqrt(N * D)``. The derivative of ReLU is 0 at 0, as in torch. Agrees with the gradients that torch derives
    (``retain_grad`` on every ``h[l]``).

    Measured are gradients with respect to activations, not to weights. The latter are products of the gradient and of
    the layer's input; where the activations shrink on the way forward as the gradients do on the way back, as in a
    ReLU network with small weights, the gradients of all weights are equally tiny and hide the decay. The problem was
    described by Hochreiter (1991) and by Bengio et al. (1994).

    Examples
    --------
    >>> weights = [np.array([[0.5, 0.0], [0.0, 2.0]]), np.array([[3.0, 0.0], [0.0, -1.0]])]
    >>> gradient_norms_by_depth(np.array([[1.0, 1.0]]), weights, "relu").round(4)
    array([1.5   , 3.    , 1.4142])
    """
    ### BEGIN SOLUTION
    act, derivative = {  # the derivative, in terms of the activation's output
        "sigmoid": (lambda z: np.exp(-np.logaddexp(0, -z)), lambda h: h * (1 - h)),
        "tanh": (np.tanh, lambda h: 1 - h**2),
        "relu": (lambda z: np.maximum(z, 0), lambda h: h > 0),
    }[kind]
    h = [x]
    for w in weights:
        h.append(act(h[-1] @ w.T))

    gradients = [np.ones_like(x)]
    for w, out in zip(reversed(weights), reversed(h), strict=False):
        gradients.append((gradients[-1] * derivative(out)) @ w)
    return np.array([np.sqrt(np.sum(g**2)) for g in reversed(gradients)])
    ### END SOLUTION
