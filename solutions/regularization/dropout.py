"""Dropout: silence random units while training, so that no unit can lean on particular others."""

import numpy as np


def dropout(x: np.ndarray, p: float, training: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return ``x`` with each element dropped with probability ``p``, and the mask that did it.

    Inverted dropout: the survivors are scaled up by ``1 / (1 - p)`` during training, which keeps the
    expected value of every element. Evaluation then needs no correction and leaves ``x`` as it is.

    Parameters
    ----------
    x : ndarray, any shape
        Finite activations.
    p : float
        Probability that an element is dropped (not kept), from 0 to 1, both included.
    training : bool
        Whether to drop. In evaluation (False) nothing is dropped or scaled, and ``rng`` is not used.
    rng : numpy.random.Generator
        Source of all randomness: the same state gives the same mask. Every element is dropped or kept
        independently of all others; the draws may be made in any order.

    Returns
    -------
    y : ndarray, same shape as ``x``; float32 stays float32
        ``x * mask``. For integer ``x``, ``y`` may be of any numeric dtype that holds the values.
    mask : ndarray, same shape as ``x``, dtype of ``y``
        What multiplied each element: 0 where it was dropped, ``1 / (1 - p)`` where it was kept; all zeros
        for ``p = 1``. In evaluation all ones.

    Raises
    ------
    ValueError
        If ``p`` is below 0 or above 1, in training and in evaluation.

    Notes
    -----
    Training: ``y = x * keep / (1 - p)`` with ``keep ~ Bernoulli(1 - p)`` for each element on its own, so the
    number of dropped elements varies. ``E[y] = x`` (Srivastava et al., 2014, who scaled at test time
    instead). The scaled mask is all that the backward pass needs: ``dx = dy * mask``. Agrees in
    distribution with ``torch.nn.functional.dropout``.

    Examples
    --------
    >>> x = np.arange(1.0, 7.0)
    >>> y, mask = dropout(x, 0.2, False, np.random.default_rng(0))
    >>> y
    array([1., 2., 3., 4., 5., 6.])
    >>> y, mask = dropout(x, 0.2, True, np.random.default_rng(0))
    >>> bool(np.all((mask == 0) | (mask == 1.25))) and bool(np.all(y == x * mask))
    True
    """
    ### BEGIN SOLUTION
    if not 0 <= p <= 1:
        raise ValueError(f"p must be from 0 to 1, got {p}")
    if not training:
        return x.copy(), np.ones_like(x)
    keep = rng.random(x.shape) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    mask = keep.astype(x.dtype) * scale
    return x * mask, mask
    ### END SOLUTION
