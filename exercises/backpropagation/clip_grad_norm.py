"""Gradient clipping by norm: all gradients shortened together, their direction kept."""

import math

import numpy as np


def clip_grad_norm(grads: list[np.ndarray], max_norm: float) -> tuple[list[np.ndarray], float]:
    """Scale all gradients by one factor so that their total norm is at most ``max_norm``.

    A single exploding gradient can throw the weights far away in one step. Clipping by norm limits the length of that
    step and keeps its direction, because every element is multiplied by the same factor. Gradients that are short
    enough pass as they are.

    Parameters
    ----------
    grads : list of ndarray of floats, any shapes
        The gradients of all parameters of a model, at least one. They are not changed.
    max_norm : float
        The largest total norm allowed, positive.

    Returns
    -------
    clipped : list of ndarray
        New arrays, in the order and with the shapes of ``grads``; float32 stays float32. They share no memory with
        ``grads``, also where nothing had to be clipped.
    total_norm : float
        The total norm before clipping.

    Notes
    -----
    Formulas (Pascanu, Mikolov and Bengio, 2012), as in ``torch.nn.utils.clip_grad_norm_``, which however writes into
    the gradients it is given:

    - ``total_norm``: the Euclidean norm of all elements of all gradients as if they were one long vector;
    - ``coefficient = min(1, max_norm / (total_norm + 1e-6))``, one for all gradients;
    - ``clipped``: every gradient times ``coefficient``.

    The 1e-6 avoids a division by 0. It is added to the norm, so a clipped gradient ends up slightly below
    ``max_norm``. An infinite element makes ``total_norm`` infinite and the coefficient 0: the element itself becomes
    nan (``inf * 0``), all finite ones become 0.

    Examples
    --------
    >>> clipped, total_norm = clip_grad_norm([np.array([3.0, 0.0]), np.array([[-4.0]])], max_norm=1.0)
    >>> [g.round(4) for g in clipped], total_norm
    ([array([0.6, 0. ]), array([[-0.8]])], 5.0)
    """
    raise NotImplementedError
