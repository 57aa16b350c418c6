"""The forward pass of a multilayer perceptron."""

import numpy as np


def mlp_forward(x: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray], hidden: str = "relu") -> np.ndarray:
    """Return the output of a fully connected network: linear layers with an activation between them.

    The output of each layer is the input of the next. The activation between two layers is what lets a network do more
    than a single layer could; what it gives is passed on as it is, not turned into a yes or a no.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        A batch of N inputs, one per row.
    weights : list of ndarrays, each of shape (out, in)
        Weights of the layers, the first one first, at least one; one row per unit as in ``torch.nn.Linear``. The
        ``in`` of the first is D, the ``in`` of every other is the ``out`` of the one before.
    biases : list of ndarrays, each of shape (out,)
        Biases of the layers, in the same order.
    hidden : {"relu", "sigmoid", "tanh"}
        The activation after every layer but the last. Other names are left open.

    Returns
    -------
    ndarray, shape (N, out)
        What the last layer computes, with its bias and without an activation, so it may be negative. float32 stays
        float32. The arguments are left as they are.

    Notes
    -----
    A hidden layer computes ``h = activation(h @ w.T + b)`` from ``h = x`` on, the last one ``h @ w.T + b``, as
    ``torch.nn.Sequential(Linear, ReLU, Linear, ReLU, ..., Linear)`` does. With a single layer there is no activation
    at all. The activation that a loss needs at the end, such as softmax for classes, is usually part of the loss.
    Hidden layers that are trained came with backpropagation (Rumelhart, Hinton and Williams, 1986).

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [-1.0, 0.5]])
    >>> weights = [np.array([[1.0, -1.0], [0.5, 1.0], [2.0, 0.0]]), np.array([[1.0, -2.0, 0.5]])]
    >>> biases = [np.array([0.5, 0.0, -1.0]), np.array([0.25])]
    >>> mlp_forward(x, weights, biases, "relu")
    array([[-4.25],
           [ 0.25]])
    """
    raise NotImplementedError
