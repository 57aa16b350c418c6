"""Categorical cross-entropy: the loss of a classifier whose targets are distributions, from logits."""

import numpy as np


def categorical_cross_entropy(logits: np.ndarray, target: np.ndarray, label_smoothing: float = 0.0) -> float:
    """Return the cross-entropy between the rows of ``target`` and those of ``softmax(logits)``.

    Where each row of the target is one-hot, this is the cross-entropy of integer labels in another notation. The
    notation can say more: 70 % this class and 30 % that one. Label smoothing takes a little of the target away and
    spreads it over all classes, so that no logit is driven to infinity.

    Parameters
    ----------
    logits : ndarray, shape (N, C)
        Raw finite scores, N >= 1, of any size: 1000 and -1000 must work. Softmax is part of the loss.
    target : ndarray, shape (N, C)
        Probabilities of the classes, not negative; one-hot rows may be integers. Rows are used as they are given,
        also if they do not sum to 1.
    label_smoothing : float
        From 0 to 1: the share of the target that is spread evenly over all C classes, the true one included.

    Returns
    -------
    float
        The loss, averaged over the N rows.

    Notes
    -----
    With ``log_p = log(softmax(logits))`` along axis 1::

        smoothed = (1 - label_smoothing) * target + label_smoothing / C
        loss = mean over the rows of -sum_c smoothed[c] * log_p[c]

    The sum is over the classes, the mean over the rows only. Softmax is a step inside the loss, not the loss: a good
    prediction has a large probability and a small loss. Cross-entropy is the KL divergence plus the entropy of the
    target, so with soft targets a perfect prediction still has a loss above 0. Agrees with
    ``torch.nn.functional.cross_entropy`` with probabilities as its target; label smoothing is from Szegedy et al.
    (2016). Shifting a row of logits changes nothing: subtract the row's maximum before ``exp``.

    Examples
    --------
    >>> logits, target = np.array([[2.0, 0.0], [3.0, 0.0]]), np.array([[1.0, 0.0], [0.5, 0.5]])
    >>> print(round(float(categorical_cross_entropy(logits, target)), 4))
    0.8378
    >>> print(round(float(categorical_cross_entropy(logits, target, label_smoothing=0.1)), 4))
    0.8878
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    smoothed = (1 - label_smoothing) * target + label_smoothing / logits.shape[1]
    return -(smoothed * log_p).sum(axis=1).mean()
    ### END SOLUTION
