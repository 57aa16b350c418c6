"""LoRA: a frozen linear layer with a low-rank update, forward and backward."""

import numpy as np


def lora_linear(
    x: np.ndarray,
    w: np.ndarray,
    bias: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    alpha: float,
    grad_out: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the output of a linear layer with a low-rank update, and the gradients that its training needs.

    A large matrix is tuned without being touched: what is learned is a difference, and the difference is the product of
    two thin matrices. Only these two are trained. The frozen matrix has no gradient, but the gradient of the input
    goes through it, since there are layers below.

    Parameters
    ----------
    x : ndarray, shape (..., D)
        Input; any leading axes.
    w : ndarray, shape (H, D)
        Frozen weights, one row per output.
    bias : ndarray, shape (H,)
        Frozen as well.
    a : ndarray, shape (r, D)
        Leads down to the rank r, 1 or more.
    b : ndarray, shape (H, r)
        Leads up again.
    alpha : float
        The update is scaled by ``alpha / r``.
    grad_out : ndarray, shape (..., H)
        Gradient of the loss with respect to ``y``.

    Returns
    -------
    y : ndarray, shape (..., H)
    dx : ndarray, shape (..., D)
        Gradient with respect to ``x``.
    da : ndarray, shape (r, D)
        Gradient with respect to ``a``, summed over all leading axes.
    db : ndarray, shape (H, r)
        Gradient with respect to ``b``, summed over all leading axes.

    Notes
    -----
    The formula (Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021, arXiv:2106.09685)::

        y = x @ (w + alpha / r * b @ a).T + bias

    is computed without ever forming ``b @ a``, which is as large as ``w``. At the start ``b`` is 0 and ``a`` is random:
    ``y`` is that of the frozen layer, ``da`` is 0 and ``db`` is not. Were both 0, both would stay 0 for ever. float32
    stays float32, integers give floats. Agrees with the gradients that torch derives for
    ``torch.nn.functional.linear`` with these weights.

    Examples
    --------
    Rank 1 and alpha 2; the frozen layer alone would give (2, 3).

    >>> x, w, bias = np.array([[1.0, 2.0]]), np.array([[2.0, 0.0], [1.0, 1.0]]), np.zeros(2)
    >>> a, b, grad_out = np.array([[1.0, -1.0]]), np.array([[0.5], [1.0]]), np.array([[1.0, 0.0]])
    >>> y, dx, da, db = lora_linear(x, w, bias, a, b, 2.0, grad_out)
    >>> y
    array([[1., 1.]])
    >>> dx
    array([[ 3., -1.]])
    >>> da
    array([[1., 2.]])
    >>> db
    array([[-2.],
           [ 0.]])
    """
    raise NotImplementedError
