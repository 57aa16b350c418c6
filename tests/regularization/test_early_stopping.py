import numpy as np

from grader.checks import assert_close, assert_pure, misconception, parametrize

NAMES = ("best_epoch", "stop_epoch")
NAN = float("nan")


def test_patience(student):
    """Waits out short setbacks and stops after too many epochs without an improvement."""
    losses = [1.0, 0.8, 0.9, 0.7, 0.75, 0.74, 0.73, 0.72, 0.5]
    assert_close(student.early_stopping(losses, 3, 0.015625), (3, 6), names=NAMES)


@parametrize("patience", [1, 2, 4, 7])
def test_random_runs(student, rng, patience):
    """Stops at the right epoch in noisy runs."""
    losses = np.linspace(2, 1, 30) + np.abs(np.linspace(-1, 1, 30)) + rng.normal(0, 0.2, size=30)
    # With a min_delta of 0 the improvements are the new minima: look for the first long gap between two of them.
    improved = np.flatnonzero(losses == np.minimum.accumulate(losses))
    waits = np.diff([*improved, 30 + patience])
    best = int(improved[np.argmax(waits > patience)])
    assert_close(student.early_stopping(losses.tolist(), patience, 0.0), (best, min(best + patience, 29)), names=NAMES)


def test_ties(student):
    """Does not count an equal loss as an improvement."""
    assert_close(student.early_stopping([1.0, 0.5, 0.5, 0.5, 0.25], 2, 0.0), (1, 3), names=NAMES)
    assert_close(student.early_stopping([3.0, 2.5, 2.5, 2.0, 1.0], 2, 0.5), (0, 2), names=NAMES)


def test_min_delta(student):
    """Counts a lower loss as an improvement only when it is lower by more than min_delta."""
    losses = [4.0, 3.0, 2.75, 2.625, 2.875, 1.0]
    assert_close(student.early_stopping(losses, 3, 0.5), (1, 4), names=NAMES)


def test_slow_progress(student):
    """Compares with the loss of the best epoch, so that small steps in a row add up."""
    losses = [2.0, 1.75, 1.5, 1.25, 1.0, 0.75, 0.5]
    assert_close(student.early_stopping(losses, 3, 0.375), (6, 6), names=NAMES)


def test_nan(student):
    """Never counts nan as an improvement, and lets it use up patience."""
    assert_close(student.early_stopping([2.0, NAN, 1.0, NAN, NAN, 1.5, 0.5], 3, 0.0), (2, 5), names=NAMES)
    assert_close(student.early_stopping([NAN, 1.0, 0.5, 0.75], 2, 0.0), (2, 3), names=NAMES)


def test_patience_of_one(student):
    """Stops at the first epoch without an improvement when the patience is 1."""
    assert_close(student.early_stopping([3.0, 2.0, 1.0, 1.5, 0.5], 1, 0.0), (2, 3), names=NAMES)


def test_long_patience(student):
    """Waits for hundreds of epochs when the patience is that long."""
    losses = np.ones(320)
    losses[5] = 0.5
    assert_close(student.early_stopping(losses.tolist(), 300, 0.0), (5, 305), names=NAMES)


def test_no_improvement(student):
    """Keeps epoch 0 when no later loss is lower."""
    assert_close(student.early_stopping([1.0, 1.5, 2.0, 2.5, 3.0, 3.5], 4, 0.0), (0, 4), names=NAMES)


def test_no_stop(student):
    """Stops at the last epoch when the patience lasts."""
    assert_close(student.early_stopping([5.0, 3.0, 4.0, 2.0, 2.5, 3.0], 3, 0.0), (3, 5), names=NAMES)
    assert_close(student.early_stopping([5.0, 4.0, 3.0], 10, 0.0), (2, 2), names=NAMES)


def test_single_epoch(student):
    """Accepts a single epoch."""
    assert_close(student.early_stopping([0.75], 2, 0.25), (0, 0), names=NAMES)


def test_default_min_delta(student):
    """Counts any lower loss as an improvement unless told otherwise."""
    assert_close(student.early_stopping([1.0, 1.0 - 1e-9, 1.0, 1.0, 0.5], 2), (1, 3), names=NAMES)


def test_arrays(student):
    """Accepts arrays, reversed views and integers, and leaves them and the global random state alone."""
    losses = np.array([1.0, 9.0, 6.0, 9.0, 5.0, 9.0, 2.0, 9.0, 3.0, 9.0])
    assert_close(student.early_stopping(losses[-2::-2], 2, 0.5), (1, 3), names=NAMES)
    assert_close(student.early_stopping(losses[-2::-2].astype(int), 2, 0.5), (1, 3), names=NAMES)
    assert_pure(student)


@misconception(
    "stops at the first loss that is higher than the one before and keeps the epoch before it. A validation loss is "
    "noisy: patience is there to wait for a few epochs, and a run that has only paused goes on"
)
def first_increase(val_losses, patience, min_delta=0.0):
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] > val_losses[epoch - 1]:
            return epoch - 1, epoch
    return len(val_losses) - 1, len(val_losses) - 1


@misconception(
    "returns the epoch at which training stopped as the best one. By then the network has gone patience epochs "
    "without an improvement; the weights to keep are those of the last epoch that improved"
)
def best_is_last(val_losses, patience, min_delta=0.0):
    best_loss, waited = float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss - min_delta:
            best_loss, waited = loss, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, epoch
    return len(val_losses) - 1, len(val_losses) - 1


@misconception(
    "does not set the count of bad epochs back to 0 at an improvement, and so stops after patience bad epochs in all. "
    "They have to come in a row; the two agree as long as the bad epochs all come at the end"
)
def patience_not_reset(val_losses, patience, min_delta=0.0):
    best_epoch, best_loss, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss - min_delta:
            best_epoch, best_loss = epoch, loss
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(val_losses) - 1


@misconception(
    "counts a loss that just reaches best - min_delta as an improvement (<= instead of <): a loss that no longer "
    "moves would then keep the training going for ever"
)
def best_includes_ties(val_losses, patience, min_delta=0.0):
    best_epoch, best_loss, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss <= best_loss - min_delta:
            best_epoch, best_loss, waited = epoch, loss, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(val_losses) - 1


@misconception(
    "does not use min_delta: any loss below the best ever counts as an improvement, however small the step. An epoch "
    "has to beat the best loss by more than min_delta; the two agree at a min_delta of 0, which is the default"
)
def min_delta_from_best_ever(val_losses, patience, min_delta=0.0):
    best_epoch, best_loss, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss:
            best_epoch, best_loss, waited = epoch, loss, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(val_losses) - 1


@misconception(
    "lowers the best loss at every new minimum, also when the step is too small to count, so that steady but slow "
    "progress never counts. The best loss is that of the best epoch and changes with it; the two agree at a min_delta "
    "of 0"
)
def reference_creeps_down(val_losses, patience, min_delta=0.0):
    best_epoch, best_loss, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss - min_delta:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
        if loss < best_loss:
            best_loss = loss
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(val_losses) - 1


@misconception(
    "stops one epoch late: it waits until more than patience epochs have gone by without an improvement. The epoch "
    "that makes it patience of them is the last one"
)
def one_epoch_late(val_losses, patience, min_delta=0.0):
    best_epoch, best_loss, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss - min_delta:
            best_epoch, best_loss, waited = epoch, loss, 0
        else:
            waited += 1
        if waited > patience:
            return best_epoch, epoch
    return best_epoch, len(val_losses) - 1


@misconception(
    "takes the lowest loss of the whole list as the best, including epochs after the stop. When training stops at "
    "stop_epoch, the later ones have never happened"
)
def looks_past_the_stop(val_losses, patience, min_delta=0.0):
    _, stop = one_epoch_late(val_losses, patience - 1, min_delta)
    return int(np.nanargmin(val_losses)), stop
