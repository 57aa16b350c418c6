"""Momentum: gradient descent that keeps some of its speed."""

import numpy as np


def momentum_step(
    w: np.ndarray,
    g: np.ndarray,
    velocity: np.ndarray,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Take one step of stochastic gradient descent with momentum and return the new weights and the new velocity.

    In a narrow valley the gradient mostly points across it. The velocity adds up past gradients: along the valley they
    agree and it grows, across it they alternate and it stays at about half of one, so the same learning rate gets
    further.

    Parameters
    ----------
    w : ndarray, any shape
        Weights before the step.
    g : ndarray, same shape
        Gradient of the loss at ``w``, without any decay term.
    velocity : ndarray, same shape
        Velocity after the step before; zeros before the first step.
    lr : float
        Learning rate of this step. It may change from step to step.
    momentum : float
        How much of the old velocity is kept.
    weight_decay : float
        ``weight_decay * w`` is added to the gradient, before it enters the velocity.

    Returns
    -------
    w, velocity : tuple of two ndarrays, same shape (and, for float arrays, same dtype) as the inputs
        The new weights and the new velocity, in this order. The inputs are left as they are.

    Notes
    -----
    With ``w`` and ``velocity`` the values before the step::

        velocity' = momentum * velocity + (g + weight_decay * w)
        w' = w - lr * velocity'

    This is the heavy ball (Polyak, 1964) in the convention of ``torch.optim.SGD(momentum=..., dampening=0)``: the
    gradient enters the velocity at full weight, without a factor ``1 - momentum``; the learning rate multiplies the
    velocity when the weights move and is no part of it; the decay term is ``weight_decay * w``, the gradient of
    ``weight_decay / 2 * sum(w**2)``. Not Nesterov's variant.

    Examples
    --------
    A second step without any gradient goes on at half the speed.

    >>> w, velocity = momentum_step(np.array([1.0, -2.0]), np.array([4.0, 0.0]), np.zeros(2), 0.125, 0.5)
    >>> w, velocity
    (array([ 0.5, -2. ]), array([4., 0.]))
    >>> momentum_step(w, np.zeros(2), velocity, 0.125, 0.5)
    (array([ 0.25, -2.  ]), array([2., 0.]))
    """
    ### BEGIN SOLUTION
    velocity = momentum * velocity + g + weight_decay * w
    return w - lr * velocity, velocity
    ### END SOLUTION
