"""L1 and L2 penalties: what a loss pays for the size of its weights, and how that pulls on them."""

import numpy as np


def l1_l2_penalty(w: np.ndarray, lam: float, kind: str = "l1") -> tuple[float, np.ndarray]:
    """Return the penalty that is added to the loss, and its gradient with respect to the weights.

    A penalty makes large weights expensive, which keeps the network from bending to every training example. L1 pulls
    at each weight with the same force, however small it is, and so drives useless ones to 0; the pull of L2 is
    proportional to the weight, so it shrinks large weights most and lets small ones live.

    Parameters
    ----------
    w : ndarray, any shape
        Weights.
    lam : float
        Strength of the penalty, at least 0.
    kind : {"l1", "l2"}
        Which penalty. Other names are left open.

    Returns
    -------
    value : float
        The penalty, a single number: the sum (not the mean) over all weights. A NumPy scalar will do as well.
    gradient : ndarray, same shape as ``w``, and same dtype for float ``w``
        Derivative of the penalty with respect to each weight. For L1 it is 0 where a weight is exactly 0.

    Notes
    -----
    ===  ===================  ===================
    .    value                gradient
    ===  ===================  ===================
    L1   ``lam * sum(|w|)``   ``lam * sign(w)``
    L2   ``lam * sum(w**2)``  ``2 * lam * w``
    ===  ===================  ===================

    L2 is the *squared* Euclidean norm (ridge: Hoerl and Kennard, 1970), without the factor 1/2 that some books put in
    front; L1 is the lasso's penalty (Tibshirani, 1996). The gradients are those of ``torch.autograd``. The
    ``weight_decay`` of ``torch.optim.SGD`` adds ``weight_decay * w`` to the gradient, half of what is returned here:
    it stands for the penalty ``weight_decay / 2 * sum(w**2)``.

    Examples
    --------
    >>> value, gradient = l1_l2_penalty(np.array([10.0, -0.5, 0.0]), 0.5, "l1")
    >>> float(value)
    5.25
    >>> gradient
    array([ 0.5, -0.5,  0. ])
    >>> value, gradient = l1_l2_penalty(np.array([10.0, -0.5, 0.0]), 0.5, "l2")
    >>> float(value)
    50.125
    >>> gradient
    array([10. , -0.5,  0. ])
    """
    ### BEGIN SOLUTION
    if kind == "l1":
        return lam * np.abs(w).sum(), lam * np.sign(w)
    return lam * (w**2).sum(), 2 * lam * w
    ### END SOLUTION
