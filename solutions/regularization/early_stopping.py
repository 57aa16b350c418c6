"""Early stopping: end the training when the validation loss no longer improves, and keep the best epoch."""

from collections.abc import Sequence

import numpy as np


def early_stopping(val_losses: Sequence[float] | np.ndarray, patience: int, min_delta: float = 0.0) -> tuple[int, int]:
    """Return the epoch whose weights to keep and the epoch after which training stops.

    A validation loss is noisy: a single bad epoch does not mean that the network has begun to overfit.
    So training goes on until ``patience`` epochs in a row have brought no improvement, and then the
    weights of the best epoch are restored, not those of the last one. Prechelt (1998) compares such rules.

    Parameters
    ----------
    val_losses : sequence of floats or ndarray, shape (E,)
        Validation loss of each epoch, E >= 1, as a run without early stopping would have recorded it.
        Epochs count from 0. Some losses may be nan.
    patience : int
        At least 1: how many epochs in a row without an improvement end the training.
    min_delta : float
        Not negative: an epoch improves only when its loss lies below the best one by more than this.

    Returns
    -------
    best_epoch : int
        The last epoch that counted as an improvement.
    stop_epoch : int
        The epoch at which the number of epochs in a row without an improvement reaches ``patience``; the
        last epoch, E - 1, if that never happens. Losses after it are not looked at.

    Notes
    -----
    The best loss starts at infinity, so epoch 0 is an improvement unless its loss is nan. Then, epoch by
    epoch::

        improvement  <=>  loss < best_loss - min_delta

    where ``best_loss`` is the loss of the best epoch so far; it changes at improvements only, also when a
    later loss is a little lower. An equal loss is no improvement, and nan never is: it counts towards
    ``patience``. An improvement sets the count back to 0.

    Examples
    --------
    >>> early_stopping([1.0, 0.7, 0.8, 0.6, 0.65, 0.63, 0.5], patience=2)
    (3, 5)
    """
    ### BEGIN SOLUTION
    best_epoch, best_loss, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss - min_delta:
            best_epoch, best_loss, waited = epoch, loss, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(val_losses) - 1
    ### END SOLUTION
