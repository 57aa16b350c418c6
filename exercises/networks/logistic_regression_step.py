"""Logistic regression, the smallest network: one gradient step."""

import numpy as np


def logistic_regression_step(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float, lr: float
) -> tuple[np.ndarray, float, float]:
    """Take one step of gradient descent on a logistic regression; return the new parameters and the loss before it.

    Logistic regression is a network with a single sigmoid unit. Its cross-entropy has a gradient that does not fade
    where the unit is confident and wrong, unlike that of the squared error. Starting from zeros is fine here: there
    are no hidden units that would have to become different from each other.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Inputs, one sample per row, as floats or integers.
    y : ndarray, shape (N,)
        Labels, 0 or 1, as floats or integers.
    w : ndarray, shape (D,)
        Weights before the step.
    b : float
        Bias before the step.
    lr : float
        Learning rate.

    Returns
    -------
    w, b, loss : tuple of ndarray of shape (D,), number, number
        The new weights, the new bias, and the loss at the parameters before the step, in this order. The numbers may
        be Python floats, NumPy scalars or 0-d arrays. The weights are float32 where ``x``, ``y`` and ``w`` are. The
        arguments are left as they are.

    Notes
    -----
    With ``z = x @ w + b`` and ``p = sigmoid(z)``, everything at the parameters before the step::

        loss = mean(-(y * log(p) + (1 - y) * log(1 - p)))
        w' = w - lr * mean over the samples of (p - y) * x
        b' = b - lr * mean over the samples of (p - y)

    as one step of ``torch.optim.SGD`` on ``torch.nn.functional.binary_cross_entropy_with_logits`` (Cox, 1958, for the
    model). The loss is a mean over the samples and so is the gradient; ``p`` is not rounded to a label in it.

    ``z`` may be in the thousands, where ``p`` is 0 or 1 to the last digit and ``log(p)`` is minus infinity. The loss
    there is finite: written with ``z`` it is ``mean(log(1 + exp(z)) - y * z)``, and ``np.logaddexp(0, z)`` computes
    ``log(1 + exp(z))`` without overflow.

    Examples
    --------
    >>> x, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1, 0])
    >>> w, b, loss = logistic_regression_step(x, y, np.zeros(2), 0.0, 0.5)
    >>> w
    array([-0.25 ,  0.375])
    >>> float(b), round(float(loss), 4)
    (0.0, 0.6931)
    """
    raise NotImplementedError
