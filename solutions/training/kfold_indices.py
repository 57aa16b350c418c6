"""K-fold cross-validation: every example is held out once, and never trained on while it is."""

import numpy as np


def kfold_indices(n: int, k: int, rng: np.random.Generator | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split ``n`` examples into ``k`` folds; return the training and validation indices of each of the ``k`` runs.

    A single validation set gives an estimate that depends on which examples happen to be in it. Cross-validation trains
    ``k`` times, each time with another fold held out, so the average of the ``k`` validation scores has seen them all.
    It measures overfitting; it does not prevent it (Stone, 1974).

    Parameters
    ----------
    n : int
        Number of examples, with the indices 0 to n - 1.
    k : int
        Number of folds, from 2 to ``n``. With ``k = n`` each fold holds a single example (leave-one-out).
    rng : numpy.random.Generator, optional
        Shuffles the examples before they are split: the same state gives the same folds. Without it nothing is
        shuffled.

    Returns
    -------
    list of k tuples (train_idx, val_idx), both ndarrays of ints
        Run i validates on fold i and trains on all other examples. Each example is in exactly one validation set, and
        in the training set of every other run. The sizes of the folds differ by at most 1.

        Without ``rng`` the folds are consecutive blocks of 0, 1, ..., n - 1 in this order, the first ``n % k`` of them
        one larger than the others, and all indices ascend. With ``rng`` the folds and the indices in both sets may be
        in any order.

    Raises
    ------
    ValueError
        If ``k`` is below 2 or above ``n``.

    Notes
    -----
    Without ``rng`` the folds are those of ``np.array_split(np.arange(n), k)`` and of scikit-learn's ``KFold(k)``. With
    ``rng`` every assignment of the examples to folds is equally likely.

    Examples
    --------
    >>> for train_idx, val_idx in kfold_indices(5, 2):
    ...     print(train_idx, val_idx)
    [3 4] [0 1 2]
    [0 1 2] [3 4]
    """
    ### BEGIN SOLUTION
    if not 2 <= k <= n:
        raise ValueError(f"k must be from 2 to {n}, got {k}")
    indices = np.arange(n) if rng is None else rng.permutation(n)
    folds = np.array_split(indices, k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]
    ### END SOLUTION
