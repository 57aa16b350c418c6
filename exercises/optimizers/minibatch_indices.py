"""Mini-batches: cut a shuffled data set into the batches of one epoch."""

import numpy as np


def minibatch_indices(n: int, batch_size: int, rng: np.random.Generator, drop_last: bool = False) -> list[np.ndarray]:
    """Return the indices of the samples in each batch of one epoch.

    An epoch shows every sample to the network once, in an order of its own. A batch of all samples makes it gradient
    descent with one update per epoch, a batch of one stochastic gradient descent with ``n`` updates; in between, an
    average over a few samples gives a noisy but cheap gradient.

    Parameters
    ----------
    n : int
        Number of samples, at least 1.
    batch_size : int
        Samples per batch, at least 1. It may be larger than ``n``.
    rng : numpy.random.Generator
        Source of all randomness: the same state gives the same batches, and the next call with the same generator
        (the next epoch) gives others.
    drop_last : bool
        What happens to the remainder when ``batch_size`` does not divide ``n``. False: it makes a last, smaller
        batch. True: it is left out for this epoch.

    Returns
    -------
    list of ndarray of int64
        One array of shape (batch_size,) per batch, only the last may be shorter. No index appears twice. Without
        ``drop_last`` there are ``ceil(n / batch_size)`` batches, which together hold each of 0, ..., n - 1 once;
        with it there are ``n // batch_size``, all full, and none at all where ``batch_size > n``.

    Notes
    -----
    Shuffle first, all samples together, so that every division into batches is equally likely, and every sample is
    equally likely to be left out. The lengths are those of
    ``torch.utils.data.BatchSampler(RandomSampler(data), batch_size, drop_last)``.

    The batches divide the data; drawing each one anew, with replacement, would show some samples twice and others
    never (Robbins and Monro, 1951, for the noisy gradient; Bottou, 2012, for shuffling).

    Examples
    --------
    >>> batches = minibatch_indices(10, 4, np.random.default_rng(0))
    >>> [len(batch) for batch in batches]
    [4, 4, 2]
    >>> np.sort(np.concatenate(batches))
    array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> [len(batch) for batch in minibatch_indices(10, 4, np.random.default_rng(0), drop_last=True)]
    [4, 4]
    """
    raise NotImplementedError
