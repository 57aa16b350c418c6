"""Gradient accumulation: the gradient of a batch that does not fit, from micro-batches of different sizes."""

import math

import numpy as np


def accumulate_gradients(
    parts: list[list[np.ndarray]], counts: list[int], max_norm: float
) -> tuple[list[np.ndarray], float]:
    """Return the gradients of the mean loss over all micro-batches together, clipped by their norm.

    A batch that does not fit into memory is cut into micro-batches. Each is sent forward and backward by itself, and
    one step is taken at the end. The step has to be that of the whole batch, however it was cut.

    Parameters
    ----------
    parts : list of lists of ndarray of floats
        For each micro-batch, one or more, the gradients of all parameters, of any shapes: those of the *mean* loss of
        that micro-batch.
    counts : list of int
        For each micro-batch, over how many examples (or tokens) that mean was taken; 1 or more.
    max_norm : float
        The largest total norm allowed, positive.

    Returns
    -------
    grads : list of ndarray
        New arrays, one for each parameter, in their order and shapes; float32 stays float32. The inputs are left as
        they are.
    total_norm : float
        The Euclidean norm of all accumulated gradients together, before clipping.

    Notes
    -----
    With N the sum of the counts n, for each parameter::

        g = sum over the micro-batches of (n / N) * (gradient of the micro-batch)

    because the mean loss of the whole is the mean of the parts' losses with these weights. Then, once, as in
    `clip_grad_norm` (Pascanu, Mikolov and Bengio, 2012)::

        total_norm = sqrt(sum of all squares of all g)
        grads = g * min(1, max_norm / (total_norm + 1e-6))

    Agrees with ``torch.nn.utils.clip_grad_norm_`` on the gradients of the mean loss of the whole batch.

    Examples
    --------
    One parameter; three examples with a mean gradient of (2, 0), then one with (-2, 4).

    >>> parts = [[np.array([2.0, 0.0])], [np.array([-2.0, 4.0])]]
    >>> grads, total_norm = accumulate_gradients(parts, [3, 1], max_norm=10.0)
    >>> grads, round(total_norm, 4)
    ([array([1., 1.])], 1.4142)
    >>> grads, total_norm = accumulate_gradients(parts, [3, 1], max_norm=1.0)
    >>> [g.round(4) for g in grads], round(total_norm, 4)
    ([array([0.7071, 0.7071])], 1.4142)
    """
    raise NotImplementedError
