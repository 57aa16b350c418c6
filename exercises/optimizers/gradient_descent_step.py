"""Gradient descent: one step of linear regression against the slope of its loss."""

import numpy as np


def gradient_descent_step(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float, lr: float
) -> tuple[np.ndarray, float, float]:
    """Take one step of gradient descent on the mean squared error of ``x @ w + b``.

    The gradient points to where the loss grows fastest, so the parameters move the other way. Each step uses all N
    samples; stochastic and mini-batch descent do the same with a few of them.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Inputs, N >= 1. They may be integers.
    y : ndarray, shape (N,)
        Targets. They may be integers.
    w : ndarray, shape (D,)
        Weights before the step.
    b : float
        Bias before the step.
    lr : float
        Learning rate.

    Returns
    -------
    w : ndarray, shape (D,)
        The new weights; float32 where ``x``, ``y`` and ``w`` are float32.
    b : float
        The new bias.
    loss : float
        The loss *before* the step, at the parameters that were passed in. The inputs are left as they are.

    Notes
    -----
    With ``error = x @ w + b - y``, one number per sample, all computed from the old ``w`` and ``b``::

        loss = mean(error**2)
        w' = w - lr * dw        dw_j = mean(2 * error * x_j)
        b' = b - lr * db        db = mean(2 * error)

    The loss is a mean over the samples, not a sum, and has no factor 1/2, so the 2 of the derivative stays: as in
    ``torch.nn.functional.mse_loss`` followed by a step of ``torch.optim.SGD`` (method: Cauchy, 1847).

    Examples
    --------
    The errors are -1 and -3: their mean square is 5, and all slopes are negative, so the parameters grow.

    >>> x, y = np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([2.0, 6.0])
    >>> w, b, loss = gradient_descent_step(x, y, np.array([1.0, 1.0]), 0.0, 0.125)
    >>> w, float(b), float(loss)
    (array([1.5 , 1.75]), 0.5, 5.0)
    """
    raise NotImplementedError
