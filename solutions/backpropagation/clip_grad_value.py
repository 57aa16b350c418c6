"""Gradient clipping by value: every element of every gradient limited on its own."""

import numpy as np


def clip_grad_value(grads: list[np.ndarray], clip_value: float) -> list[np.ndarray]:
    """Limit every element of all gradients to the range from ``-clip_value`` to ``clip_value``.

    The bluntest remedy against exploding gradients: a step of plain gradient descent then moves no parameter by more
    than the learning rate times ``clip_value`` (with momentum or Adam it may). Elements are limited one by one, so the
    direction of the whole gradient may change; clipping by norm, which keeps it, is another function.

    Parameters
    ----------
    grads : list of ndarray of floats, any shapes
        The gradients of all parameters of a model. They are not changed.
    clip_value : float
        The largest absolute value allowed, positive.

    Returns
    -------
    list of ndarray
        New arrays, in the order and with the shapes of ``grads``; float32 stays float32. They share no memory with
        ``grads``, also where nothing had to be clipped.

    Notes
    -----
    ``min(max(g, -clip_value), clip_value)`` for every element ``g``: both signs are limited, elements inside the range
    stay as they are, an infinite one becomes ``clip_value`` with its sign. Same values as
    ``torch.nn.utils.clip_grad_value_``, which however writes into the gradients it is given (method: Mikolov, 2012).

    Examples
    --------
    >>> clip_grad_value([np.array([3.0, -0.5]), np.array([[-8.0]])], clip_value=1.5)
    [array([ 1.5, -0.5]), array([[-1.5]])]
    """
    ### BEGIN SOLUTION
    return [np.clip(g, -clip_value, clip_value) for g in grads]
    ### END SOLUTION
