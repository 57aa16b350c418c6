"""AdaDelta: steps as large as the steps before, so that a learning rate is hardly needed."""

import numpy as np


def adadelta_step(
    w: np.ndarray,
    g: np.ndarray,
    acc_g: np.ndarray,
    acc_d: np.ndarray,
    lr: float = 1.0,
    rho: float = 0.9,
    eps: float = 1e-6,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take one step of AdaDelta and return the new weights and both new averages.

    Dividing by the size of recent gradients, as RMSprop does, leaves a step without the unit of a weight: a learning
    rate must supply it. AdaDelta takes it from the size of its own recent steps and so keeps two running averages,
    one of squared gradients and one of squared steps.

    Parameters
    ----------
    w : ndarray, any shape
        Weights before the step.
    g : ndarray, same shape
        Gradient of the loss at ``w``.
    acc_g : ndarray, same shape
        Running average of the squared gradients, ``g**2``; zeros before the first step.
    acc_d : ndarray, same shape
        Running average of the squared steps, ``d**2`` below; zeros before the first step.
    lr : float
        Factor on the step, normally 1.
    rho : float
        How much of the old averages is kept.
    eps : float
        Added to both averages *under* their square roots. It also starts the first step, when ``acc_d`` is still 0.

    Returns
    -------
    w, acc_g, acc_d : tuple of three ndarrays, same shape (and, for float arrays, same dtype) as the inputs
        The new weights and the new averages, in this order. The inputs are left as they are.

    Notes
    -----
    Element by element, with ``w``, ``acc_g`` and ``acc_d`` the values before the step, in this order::

        acc_g' = rho * acc_g + (1 - rho) * g**2
        d = sqrt(acc_d + eps) / sqrt(acc_g' + eps) * g
        acc_d' = rho * acc_d + (1 - rho) * d**2
        w' = w - lr * d

    The step ``d`` takes the new average of the gradients and the old one of the steps, and enters the latter without
    ``lr`` (Zeiler, 2012), as in ``torch.optim.Adadelta``. Starting from zeros, the first step is about
    ``sqrt(eps / (1 - rho))`` long for any gradient much larger than that.

    Examples
    --------
    >>> zeros = np.zeros(2)
    >>> w, acc_g, acc_d = adadelta_step(np.array([1.0, 1.0]), np.array([1.0, -50.0]), zeros, zeros, 1.0, 0.9, 1e-4)
    >>> w.round(3), acc_g.round(3), acc_d.round(6)
    (array([0.968, 1.032]), array([1.0e-01, 2.5e+02]), array([0.0001, 0.0001]))
    """
    raise NotImplementedError
