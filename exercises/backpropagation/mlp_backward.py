"""Backpropagation by hand: the gradients of a network with one hidden layer."""

import numpy as np


def mlp_backward(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the gradient of the loss with respect to every parameter of a two-layer classifier.

    The network is ``logits = relu(x @ w1.T + b1) @ w2.T + b2`` and its loss the cross-entropy of the logits, averaged
    over the N samples. Backpropagation walks from the loss to the input and multiplies by one local derivative per
    step (chain rule). It only computes gradients, all of them at the parameters as they are: changing the parameters
    is the work of an optimizer, afterwards.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Inputs, floats or integers.
    y : ndarray of int, shape (N,)
        Classes, from 0 to C - 1.
    w1 : ndarray, shape (H, D)
        Weights of the hidden layer, one row per unit as in ``torch.nn.Linear``.
    b1 : ndarray, shape (H,)
        Biases of the hidden layer.
    w2 : ndarray, shape (C, H)
        Weights of the output layer.
    b2 : ndarray, shape (C,)
        Biases of the output layer.

    Returns
    -------
    dict of str to ndarray
        ``{"dw1": (H, D), "db1": (H,), "dw2": (C, H), "db2": (C,)}``: each gradient has the shape of its parameter.
        float32 stays float32. The arguments are not changed.

    Notes
    -----
    Agrees with the gradients that torch derives from ``torch.nn.functional.cross_entropy(logits, y)``
    (Rumelhart, Hinton and Williams, 1986). Conventions:

    - the loss is a mean over the samples, so every gradient carries a factor ``1 / N``;
    - the gradient of the mean loss with respect to the logits is ``(softmax(logits) - onehot(y)) / N``;
    - for a layer ``z = a @ w.T + b``: ``dw = dz.T @ a``, ``db`` is the sum of ``dz`` over the samples and
      ``da = dz @ w``;
    - the derivative of ReLU is 1 where its input is positive and 0 elsewhere, also at 0, as in torch;
    - logits may be in the thousands: subtract the largest of each row before the exponential.

    Examples
    --------
    >>> x, y = np.array([[1.0, 2.0]]), np.array([0])
    >>> w1, b1 = np.array([[0.5, 0.0], [0.0, -1.0]]), np.array([0.5, 0.0])
    >>> w2, b2 = np.array([[1.0, 0.5], [-1.0, 2.0]]), np.array([0.0, 2.0])
    >>> grads = mlp_backward(x, y, w1, b1, w2, b2)
    >>> sorted(grads)
    ['db1', 'db2', 'dw1', 'dw2']
    >>> grads["dw1"]
    array([[-1., -2.],
           [ 0.,  0.]])
    """
    raise NotImplementedError
