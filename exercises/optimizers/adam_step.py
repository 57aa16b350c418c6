"""Adam: momentum, scaled for each weight by the recent size of its gradients."""

import numpy as np


def adam_step(
    w: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    t: int,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take one step of Adam and return the new weights and the new moments.

    The first moment averages gradients, as momentum does; the second averages their squares, as RMSprop does, and
    gives each weight its own scale. Both start at 0 and are too small at first, which the bias correction undoes.

    Parameters
    ----------
    w : ndarray, any shape
        Weights before the step.
    g : ndarray, same shape
        Gradient of the loss at ``w``.
    m : ndarray, same shape
        First moment, the running mean of ``g``, after step ``t - 1``; zeros before the first step.
    v : ndarray, same shape
        Second moment, the running mean of ``g**2``, after step ``t - 1``; zeros before the first step.
    t : int
        Number of this step, counted from 1.
    lr : float
        Learning rate.
    betas : tuple of two floats
        ``(beta1, beta2)``: how much of the old ``m`` and of the old ``v`` is kept.
    eps : float
        Added to the square root of the corrected second moment, not under it.

    Returns
    -------
    w, m, v : tuple of three ndarrays, same shape (and, for float arrays, same dtype) as the inputs
        The new weights and the new moments, in this order. The moments are returned as they accumulate, without the
        bias correction. The inputs are left as they are.

    Notes
    -----
    Element by element, with ``w``, ``m`` and ``v`` the values before the step::

        m' = beta1 * m + (1 - beta1) * g
        v' = beta2 * v + (1 - beta2) * g**2
        m_hat = m' / (1 - beta1**t)
        v_hat = v' / (1 - beta2**t)
        w' = w - lr * m_hat / (sqrt(v_hat) + eps)

    ``beta1**t`` is a power, not a product (Kingma and Ba, 2015), as in ``torch.optim.Adam``. A step hardly depends
    on the scale of the loss: with gradients of one size it is about ``lr`` long, until they are as small as ``eps``.
    The second moment holds squares of first derivatives, not second derivatives.

    Examples
    --------
    The first step moves each weight by about ``lr`` against the sign of its gradient.

    >>> w, m, v = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    >>> w, m, v = adam_step(w, np.array([0.5, 20.0]), m, v, 1, 0.1, (0.9, 0.999), 1e-8)
    >>> w.round(6), m.round(6)
    (array([ 0.9, -2.1]), array([0.05, 2.  ]))

    Without a gradient the second step goes on.

    >>> adam_step(w, np.zeros(2), m, v, 2, 0.1, (0.9, 0.999), 1e-8)[0].round(3)
    array([ 0.833, -2.167])
    """
    raise NotImplementedError
