"""Knowledge distillation: train a small network on the softened answers of a large one."""

import numpy as np


def kd_loss(
    student: np.ndarray, teacher: np.ndarray, y: np.ndarray, temperature: float = 4.0, alpha: float = 0.5
) -> float:
    """Return the distillation loss of a student network's logits, given its teacher's logits and the labels.

    A trained teacher knows more than the right label: which wrong classes are nearly right. A temperature
    above 1 flattens its softmax until those small probabilities can be learned from. The soft part of the
    loss pulls the student's softened distribution to the teacher's; the hard part is ordinary
    cross-entropy with the labels, at temperature 1.

    Parameters
    ----------
    student : ndarray, shape (N, C)
        The student's logits, N >= 1. Any finite size: a shift by 1000 must change nothing, and the logits of a
        row may be thousands apart.
    teacher : ndarray, shape (N, C)
        The teacher's logits. Constants: no gradient flows into them, and they are not changed.
    y : ndarray of integers, shape (N,)
        Labels from 0 to C - 1.
    temperature : float
        Positive. Divides the logits (not the probabilities) of both networks in the soft part.
    alpha : float
        From 0 to 1: weight of the soft part. The hard part weighs ``1 - alpha``.

    Returns
    -------
    float
        The loss, averaged over the N rows.

    Notes
    -----
    With ``T = temperature``, ``p = softmax(teacher / T)`` and ``q = softmax(student / T)`` along axis 1::

        soft = mean over rows of sum_c p_c * (log p_c - log q_c)        that is KL(p || q)
        hard = mean over rows of -log softmax(student)[y]               at temperature 1
        loss = alpha * T**2 * soft + (1 - alpha) * hard

    The gradient of ``soft`` shrinks like ``1 / T**2``; the factor ``T**2`` keeps both parts in balance
    when the temperature changes (Hinton, Vinyals and Dean, 2015). In torch ``soft`` is
    ``F.kl_div(F.log_softmax(student / T, 1), F.softmax(teacher / T, 1), reduction="batchmean")`` and
    ``hard`` is ``F.cross_entropy(student, y)``.

    Examples
    --------
    >>> student, teacher = np.array([[2.0, 0.0, -2.0]]), np.array([[4.0, 1.0, -3.0]])
    >>> print(round(float(kd_loss(student, teacher, np.array([1]), temperature=2.0, alpha=0.25)), 4))
    1.6638
    """
    ### BEGIN SOLUTION

    def log_softmax(z):
        z = z - z.max(axis=1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    log_p, log_q = log_softmax(teacher / temperature), log_softmax(student / temperature)
    soft = (np.exp(log_p) * (log_p - log_q)).sum(axis=1).mean()
    hard = -log_softmax(student)[np.arange(len(y)), y].mean()
    return alpha * temperature**2 * soft + (1 - alpha) * hard
    ### END SOLUTION
