"""Batch normalization: give every channel mean 0 and variance 1 over the batch, then rescale it."""

import numpy as np


def batch_norm(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Normalize each channel, then scale it by ``gamma`` and shift it by ``beta``.

    In training the statistics are those of the batch, and the running ones follow slowly. In evaluation the running
    ones are used, so that the answer for one example does not depend on the others in its batch.

    Parameters
    ----------
    x : ndarray of shape (N, C) or (N, C, H, W)
        A batch of N examples with C features, or of N images with C channels.
    gamma, beta : ndarray of shape (C,)
        Scale and shift of each channel. They are learned.
    running_mean, running_var : ndarray of shape (C,)
        Estimates of the mean and the variance of each channel, gathered over the batches so far.
    training : bool
        True: normalize with the statistics of this batch and update the running ones.
        False: normalize with the running ones and leave them as they are.
    momentum : float
        Weight of the *new* batch in the running statistics.
    eps : float
        Added to the variance, under the square root.

    Returns
    -------
    y : ndarray, same shape as ``x``
        The normalized, scaled and shifted batch.
    new_mean, new_var : ndarray of shape (C,)
        The running statistics after this call; those passed in when not training. The inputs are left as they are.
        All three are float32 where the inputs are float32; where ``x`` holds integers, ``y`` holds floats.

    Raises
    ------
    ValueError
        In training, when the batch holds a single value per channel: it has no variance to normalize with.

    Notes
    -----
    The mean and the variance of a channel run over all its n values: over N for (N, C), over N, H and W together for
    (N, C, H, W). With the statistics in use (Ioffe and Szegedy, 2015)::

        y = gamma * (x - mean) / sqrt(var + eps) + beta

    In training, ``var = sum((x - mean)**2) / n`` is the biased variance, while the running variance gathers the
    unbiased one, with ``n - 1`` for ``n``::

        new_mean = (1 - momentum) * running_mean + momentum * mean
        new_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)

    This agrees with ``torch.nn.functional.batch_norm``. Some libraries call ``1 - momentum`` the momentum.

    The mean may be large against the spread: there ``var`` needs the squares of ``x - mean``, since
    ``mean(x**2) - mean**2`` has lost all digits.

    Examples
    --------
    The batch has mean 3 and variance 1 in its only channel (unbiased: 2).

    >>> x, one, zero = np.array([[2.0], [4.0]]), np.ones(1), np.zeros(1)
    >>> y, new_mean, new_var = batch_norm(x, one, zero, zero, one, True, 0.1, 0.0)
    >>> y, new_mean, new_var
    (array([[-1.],
           [ 1.]]), array([0.3]), array([1.1]))
    >>> batch_norm(x, 2 * one, one, np.array([3.0]), np.array([4.0]), False, 0.1, 0.0)[0]
    array([[0.],
           [2.]])
    """
    ### BEGIN SOLUTION
    axes = (0, *range(2, x.ndim))  # all but the channels
    column = (-1,) + (1,) * (x.ndim - 2)  # lines a (C,) array up with the channels
    mean, var, new_mean, new_var = running_mean, running_var, running_mean, running_var
    if training:
        n = x.size // x.shape[1]
        if n < 2:
            raise ValueError("training needs more than one value per channel")
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        new_mean = (1 - momentum) * running_mean + momentum * mean
        new_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    x_hat = (x - mean.reshape(column)) / np.sqrt(var.reshape(column) + eps)
    return gamma.reshape(column) * x_hat + beta.reshape(column), new_mean, new_var
    ### END SOLUTION
