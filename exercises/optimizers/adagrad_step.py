"""AdaGrad: a learning rate of its own for each weight, falling with the gradients it has seen."""

import numpy as np


def adagrad_step(
    w: np.ndarray, g: np.ndarray, accum: np.ndarray, lr: float = 0.01, eps: float = 1e-10
) -> tuple[np.ndarray, np.ndarray]:
    """Take one step of AdaGrad and return the new weights and the new sum of squared gradients.

    Each weight divides its gradient by the size of all gradients it has seen. A weight that rarely gets a gradient,
    as that of a rare word, so keeps a larger rate than one that gets large gradients all the time. Larger by
    comparison only: the sum never falls, so no rate ever rises, and in a long run all of them become very small.

    Parameters
    ----------
    w : ndarray, any shape
        Weights before the step.
    g : ndarray, same shape
        Gradient of the loss at ``w``.
    accum : ndarray, same shape
        For each weight, the sum of its squared gradients in all steps before; zeros before the first step.
    lr : float
        Learning rate.
    eps : float
        Added to the square root, not under it. It keeps a weight that has never had a gradient from dividing 0 by 0.

    Returns
    -------
    w, accum : tuple of two ndarrays, same shape (and, for float arrays, same dtype) as the inputs
        The new weights and the new sums, in this order. The inputs are left as they are.

    Notes
    -----
    Element by element, with ``w`` and ``accum`` the values before the step::

        accum' = accum + g**2
        w' = w - lr * g / (sqrt(accum') + eps)

    The sum already holds this step's gradient when it divides it (Duchi, Hazan and Singer, 2011), as in
    ``torch.optim.Adagrad`` with ``lr_decay=0``. Under a constant gradient of size 1 the rates are ``lr``,
    ``lr / sqrt(2)``, ``lr / sqrt(3)`` and so on; a gradient of 0 leaves sum and rate as they are.

    Examples
    --------
    The first step is ``lr`` long, whatever the size of the gradient, and 0 where there is none.

    >>> w, accum = adagrad_step(np.array([1.0, 1.0, 1.0]), np.array([0.5, -4.0, 0.0]), np.zeros(3), 0.1, 1e-10)
    >>> w.round(6), accum
    (array([0.9, 1.1, 1. ]), array([ 0.25, 16.  ,  0.  ]))
    """
    raise NotImplementedError
