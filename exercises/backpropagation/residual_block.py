"""Residual connection: a block that adds what it computes to what it was given."""

import numpy as np


def residual_block(
    x: np.ndarray, w1: np.ndarray, w2: np.ndarray, grad_out: np.ndarray | None = None
) -> np.ndarray | tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return ``y = x + F(x)`` with ``F(x) = relu(x @ w1.T) @ w2.T``, and its gradients if ``grad_out`` is given.

    The input takes a way around the layers and is added to what they return. On the way back the gradient takes the
    same way around: it arrives at ``x`` undiminished, plus whatever the layers contribute. That is why networks of
    many such blocks can be trained.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Input.
    w1 : ndarray, shape (H, D)
        Weights of the first layer, one row per output as in ``torch.nn.Linear``. There are no biases.
    w2 : ndarray, shape (D, H)
        Weights of the second layer.
    grad_out : ndarray, shape (N, D), or None
        Gradient of the loss with respect to ``y``.

    Returns
    -------
    y : ndarray, shape (N, D)
        Output. Returned alone, not in a tuple, where ``grad_out`` is None.
    dx, dw1, dw2 : ndarrays, shapes (N, D), (H, D) and (D, H)
        Only with ``grad_out``, as the tuple ``(y, dx, dw1, dw2)``: gradients of the loss with respect to the
        arguments, those of the weights summed over the N samples.

    Notes
    -----
    The input is added: nothing is multiplied or concatenated, and no activation follows the sum (He, Zhang, Ren and
    Sun, 2016, "Identity mappings in deep residual networks"; their first version of 2015 had a ReLU after it).
    Hence ``dx = grad_out + (what comes back through F)``, the ``1 + F'`` of the textbooks times ``grad_out``.
    The derivative of ReLU is 1 where its input is positive and 0 elsewhere, also at 0. float32 stays float32. Agrees
    with ``x + torch.relu(x @ w1.T) @ w2.T`` and the gradients that torch derives.

    Examples
    --------
    >>> x, w1, w2 = np.array([[1.0, 2.0]]), np.array([[3.0, -1.0]]), np.array([[0.5], [2.0]])
    >>> residual_block(x, w1, w2)
    array([[1.5, 4. ]])
    >>> y, dx, dw1, dw2 = residual_block(x, w1, w2, np.array([[1.0, 0.0]]))
    >>> dx
    array([[ 2.5, -0.5]])
    """
    raise NotImplementedError
