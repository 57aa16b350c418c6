"""The proximal step of L1: gradient descent that sets useless weights to exactly 0."""

import numpy as np


def l1_proximal_step(w: np.ndarray, grad: np.ndarray, lr: float, lam: float) -> np.ndarray:
    """Take a gradient step on the loss, then move each weight towards 0 by ``lr * lam``, but never past it.

    The penalty ``lam * sum(|w|)`` has a kink at 0. Descending along ``lam * sign(w)`` jumps back and forth over the
    kink and practically never lands on it. The proximal step solves the penalty's part exactly instead: a weight that
    would be carried past 0 stops there. This is how L1 gives weights that are 0, and not merely small.

    Parameters
    ----------
    w : ndarray, any shape
        Weights.
    grad : ndarray, same shape
        Gradient of the loss at ``w``, without the penalty.
    lr : float
        Learning rate, positive.
    lam : float
        Strength of the L1 penalty, at least 0.

    Returns
    -------
    ndarray, same shape as ``w``, and same dtype for float inputs
        The new weights. With ``z = w - lr * grad`` and ``t = lr * lam``: exactly 0 where ``|z| <= t``; elsewhere
        ``z`` moved towards 0 by ``t``, by the same amount for a large weight as for a small one.

    Notes
    -----
    Soft thresholding of ``z`` at ``t``::

        w' = sign(z) * max(|z| - t, 0)

    which minimizes ``(w' - z)**2 / 2 + t * |w'|``. Repeated, this is ISTA (Daubechies, Defrise and De Mol, 2004). The
    threshold is ``lr * lam``, so it shrinks with the learning rate, and it is applied after the gradient step. Agrees
    with ``torch.nn.functional.softshrink(w - lr * grad, lr * lam)``.

    Examples
    --------
    Without a gradient, all that is left is the pull of the penalty, here 0.5 * 0.5 = 0.25 per step.

    >>> l1_proximal_step(np.array([10.0, 0.5, 0.125, -0.75]), np.zeros(4), 0.5, 0.5)
    array([ 9.75,  0.25,  0.  , -0.5 ])
    """
    raise NotImplementedError
