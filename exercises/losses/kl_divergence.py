"""Kullback-Leibler divergence: how far one distribution is from another."""

import numpy as np


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Return the divergence KL(p || q) of the rows of ``q`` from those of ``p``, averaged over the rows.

    It is the extra surprise of someone who expects ``q`` while the world follows ``p``. It is 0 where the two are equal
    and positive elsewhere, but it is not a distance: KL(p || q) and KL(q || p) differ. Expecting the impossible is
    harmless, being surprised by it costs infinitely much.

    Parameters
    ----------
    p : ndarray, shape (N, C)
        Rows of probabilities, each summing to 1, N >= 1. The distribution that weighs the terms.
    q : ndarray, shape (N, C)
        Rows of probabilities, each summing to 1. The distribution that is compared with ``p``.

    Returns
    -------
    float
        The divergence, in natural units (nats), at least 0. inf where ``q`` holds a 0 and ``p`` does not.

    Notes
    -----
    For one row::

        KL(p || q) = sum_c p[c] * (log(p[c]) - log(q[c]))

    and the answer is the mean over the N rows (the sum over everything divided by N, not by N * C). A term with
    ``p[c] = 0`` is 0, also where ``q[c]`` is 0 too; a term with ``p[c] > 0`` and ``q[c] = 0`` is inf (Kullback and
    Leibler, 1951). Agrees with ``torch.nn.functional.kl_div(q.log(), p, reduction="batchmean")``, which takes its
    arguments the other way round and the logarithm of ``q``, and which returns nan where both are 0; its
    ``reduction="mean"`` divides by ``N * C``.

    Examples
    --------
    >>> p, q = np.array([[0.9, 0.1]]), np.array([[0.5, 0.5]])
    >>> print(round(float(kl_divergence(p, q)), 4), round(float(kl_divergence(q, p)), 4))
    0.3681 0.5108
    >>> print(round(float(kl_divergence(np.array([[1.0, 0.0]]), q)), 4))
    0.6931
    """
    raise NotImplementedError
