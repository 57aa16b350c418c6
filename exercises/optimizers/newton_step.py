"""Newton's method: a step of logistic regression that knows the curvature of its loss."""

import numpy as np


def newton_step(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take one step of Newton's method for logistic regression and return the new weights and the Hessian.

    The gradient says which way is down, the Hessian (the matrix of second derivatives) how quickly the slope changes on
    the way. Both together give the minimum of the parabola that fits the loss here, and the step goes right there: for
    a quadratic loss one step is enough, without a learning rate. For others the full step, as taken here, can overshoot
    where the start is far from the minimum; in practice it is damped. The price is a matrix of D x D numbers and a
    system of equations in every step.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Inputs, N >= 1; integers are fine. There is no bias: where one is wanted, a column of x holds ones.
    y : ndarray, shape (N,)
        Labels, 0 or 1, of any integer or float dtype.
    w : ndarray, shape (D,)
        Weights before the step. Some of the logits ``x @ w`` may be in the thousands, of either sign.

    Returns
    -------
    w : ndarray, shape (D,)
        The new weights.
    hessian : ndarray, shape (D, D)
        The Hessian of the loss at the weights *before* the step, symmetric. Both are float32 where all inputs are
        float32. The inputs are left as they are.

    Notes
    -----
    The loss is the mean over the samples of the negative log-likelihood,
    ``-log p`` where y is 1 and ``-log(1 - p)`` where y is 0, with ``p = 1 / (1 + exp(-x @ w))``. Then::

        gradient = x.T @ (p - y) / N                    shape (D,)
        hessian = x.T @ diag(p * (1 - p)) @ x / N       shape (D, D)
        w' = w - d      where d solves  hessian @ d = gradient

    Gradient and Hessian agree with ``torch.autograd.functional.jacobian`` and ``hessian`` of
    ``torch.nn.functional.binary_cross_entropy_with_logits``, the step with ``torch.linalg.solve``. For this model
    the method is also known as iteratively reweighted least squares (Nelder and Wedderburn, 1972). The Hessian is
    invertible in all checks, though sometimes barely; solving the system is quicker and more accurate than
    inverting the matrix.

    Examples
    --------
    >>> x, y = np.array([[2.0, 0.0], [0.0, 1.0], [2.0, 2.0]]), np.array([1, 0, 1])
    >>> w, hessian = newton_step(x, y, np.zeros(2))
    >>> w.round(6), hessian.round(6)
    (array([ 1.333333, -0.666667]), array([[0.666667, 0.333333],
           [0.333333, 0.416667]]))
    """
    raise NotImplementedError
