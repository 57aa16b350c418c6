"""RMSprop: divide each gradient by its own recent size."""

import numpy as np


def rmsprop_step(
    w: np.ndarray, g: np.ndarray, v: np.ndarray, lr: float = 0.01, alpha: float = 0.99, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    """Take one step of RMSprop and return the new weights and the new average of squared gradients.

    AdaGrad sums squared gradients over the whole run, so its steps die out. A running average forgets: the steps
    depend on how large the gradients have been lately, and stay about ``lr`` long whatever the scale of the loss.

    Parameters
    ----------
    w : ndarray, any shape
        Weights before the step.
    g : ndarray, same shape
        Gradient of the loss at ``w``.
    v : ndarray, same shape
        Running average of the squared gradients; zeros before the first step.
    lr : float
        Learning rate.
    alpha : float
        How much of the old average is kept.
    eps : float
        Added to the square root, not under it.

    Returns
    -------
    w, v : tuple of two ndarrays, same shape (and, for float arrays, same dtype) as the inputs
        The new weights and the new average, in this order. The inputs are left as they are.

    Notes
    -----
    Element by element, with ``w`` and ``v`` the values before the step::

        v' = alpha * v + (1 - alpha) * g**2
        w' = w - lr * g / (sqrt(v') + eps)

    The average holds squares of first derivatives (a second *moment*), not second derivatives. It is not corrected
    for starting at 0, so the first step is ``lr / sqrt(1 - alpha)`` long, ten times ``lr`` at 0.99 (Hinton, lecture
    notes, 2012). As in ``torch.optim.RMSprop`` with ``momentum=0`` and ``centered=False``; other texts take 0.9 for
    alpha.

    Examples
    --------
    The gradients differ by a factor of 1000, the steps do not.

    >>> w, v = rmsprop_step(np.array([1.0, 1.0]), np.array([0.5, -500.0]), np.array([0.25, 250000.0]), 0.1, 0.75, 1e-8)
    >>> w.round(6), v
    (array([0.9, 1.1]), array([2.5e-01, 2.5e+05]))
    """
    raise NotImplementedError
