"""One artificial neuron: a weighted sum, a bias, a sigmoid."""

import numpy as np


def neuron_output(x: np.ndarray, w: np.ndarray, b: float) -> np.ndarray | float:
    """Return the output of a neuron with a sigmoid, for one input or for a batch.

    The neuron adds up its inputs, each times its weight, then adds the bias, and only then applies the activation,
    once. The bias moves the point where the neuron begins to say yes: without it, that point would always be 0.

    Parameters
    ----------
    x : ndarray, shape (N, D) or (D,)
        A batch of N inputs, one per row, or a single input.
    w : ndarray, shape (D,)
        One weight for each of the D input features.
    b : float
        The bias, of any size and sign.

    Returns
    -------
    ndarray of shape (N,), or a number
        The output for every row of ``x``; for a single input a number (a Python float, a NumPy scalar or a 0-d array).
        An array is float32 where ``x`` and ``w`` are.

    Notes
    -----
    Formula: ``sigmoid(x @ w + b)`` with ``sigmoid(z) = 1 / (1 + exp(-z))``, as in
    ``torch.sigmoid(torch.nn.functional.linear(x, w[None], b[None]))`` without its last axis. The neuron is that of
    Rosenblatt (1958), with a smooth activation in place of the step.

    The output is 0.5 where ``x @ w + b`` is 0; with a single weight, at ``x = -b / w``. ``x @ w + b`` may be in the
    thousands on either side: the output is then 0 or 1, not nan.

    Examples
    --------
    >>> neuron_output(np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0.5, -1.0]), 1.5).round(4)
    array([0.5  , 0.982])
    >>> float(neuron_output(np.array([1.0, 2.0]), np.array([0.5, -1.0]), 1.5))
    0.5
    """
    raise NotImplementedError
