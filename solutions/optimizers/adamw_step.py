"""AdamW: Adam whose weight decay acts on the weights, past the adaptive scaling."""

import numpy as np


def adamw_step(
    w: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    t: int,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take one step of AdamW and return the new weights and the new moments.

    Added to the gradient, a decay term is divided by ``sqrt(v)`` like everything else there, so weights with large
    gradients hardly decay. AdamW takes it out of the gradient: all weights shrink by the same factor.

    Parameters
    ----------
    w : ndarray, any shape
        Weights before the step.
    g : ndarray, same shape
        Gradient of the loss at ``w``, without any decay term.
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
    weight_decay : float
        Strength of the decay. One step takes ``lr * weight_decay`` times the weight off each weight.

    Returns
    -------
    w, m, v : tuple of three ndarrays, same shape (and, for float arrays, same dtype) as the inputs
        The new weights and the new moments, in this order. The moments are returned as they accumulate, without the
        bias correction. The inputs are left as they are.

    Notes
    -----
    With ``w``, ``m`` and ``v`` the values before the step::

        m' = beta1 * m + (1 - beta1) * g
        v' = beta2 * v + (1 - beta2) * g**2
        m_hat = m' / (1 - beta1**t)
        v_hat = v' / (1 - beta2**t)
        w' = (1 - lr * weight_decay) * w - lr * m_hat / (sqrt(v_hat) + eps)

    The decay acts on the weights before the step (Loshchilov and Hutter, "Decoupled Weight Decay Regularization",
    2019, with the decay multiplied by the learning rate), as in ``torch.optim.AdamW``.

    Examples
    --------
    The first step moves each weight by about ``lr`` against the sign of its gradient; here nothing decays.

    >>> w, m, v = adamw_step(
    ...     np.array([1.0, -2.0]), np.array([0.5, 20.0]), np.zeros(2), np.zeros(2), 1, 0.1, (0.9, 0.999), 1e-8, 0.0
    ... )
    >>> w.round(6)
    array([ 0.9, -2.1])

    Where the gradient is 0, only the decay is left: 0.1 * 0.5 = 5% of each weight.

    >>> adamw_step(np.array([1.0, -2.0]), np.zeros(2), np.zeros(2), np.zeros(2), 1, 0.1, (0.9, 0.999), 1e-8, 0.5)[0]
    array([ 0.95, -1.9 ])
    """
    ### BEGIN SOLUTION
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = (1 - lr * weight_decay) * w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, m, v
    ### END SOLUTION
