"""Batch normalization, backwards: the gradient through statistics that depend on the batch themselves."""

import numpy as np


def batch_norm_backward(
    grad: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float = 1e-5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of the loss with respect to the input, the scale and the shift of batch normalization.

    In training, every example takes part in the mean and the variance of its channel, and through these in the
    outputs of all others. The gradient of an input therefore has three parts: straight through, through the mean and
    through the variance.

    Parameters
    ----------
    grad : ndarray, shape (N, C)
        Gradient of the loss with respect to the output ``y``.
    x : ndarray, shape (N, C)
        Input of the forward pass, N >= 2. The statistics have to be computed again.
    gamma : ndarray, shape (C,)
        Scale of each channel. The shift ``beta`` is not needed: no gradient depends on it.
    eps : float
        Added to the variance, under the square root, as in the forward pass.

    Returns
    -------
    dx : ndarray, shape (N, C)
        Gradient with respect to ``x``.
    dgamma : ndarray, shape (C,)
        Gradient with respect to ``gamma``.
    dbeta : ndarray, shape (C,)
        Gradient with respect to ``beta``. All three are float32 where the inputs are float32, and floats where they are
        integers. The inputs are left as they are.

    Notes
    -----
    The forward pass is that of training, with mean and biased variance of each channel over the N examples::

        x_hat = (x - mean) / sqrt(var + eps)
        y = gamma * x_hat + beta

    The gradients agree with those that torch derives from ``torch.nn.functional.batch_norm`` with ``training=True``
    (Ioffe and Szegedy, 2015). ``dgamma`` and ``dbeta`` are sums over the examples, not means: a parameter that takes
    part in N outputs gathers N contributions. For ``dx``, the mean and the variance are functions of ``x``, not
    constants; the running statistics play no part. In every channel ``dx`` adds up to 0, because adding a constant
    to all inputs of the channel does not change the output.

    The mean may be large against the spread: there the variance needs the squares of ``x - mean``, since
    ``mean(x**2) - mean**2`` has lost all digits.

    Examples
    --------
    >>> grad, x = np.array([[1.0], [0.0], [0.0]]), np.array([[2.0], [1.0], [0.0]])
    >>> dx, dgamma, dbeta = batch_norm_backward(grad, x, np.array([6.0]), 0.0)
    >>> dx.round(3), dgamma.round(3), dbeta
    (array([[ 1.225],
           [-2.449],
           [ 1.225]]), array([1.225]), array([1.]))
    """
    raise NotImplementedError
