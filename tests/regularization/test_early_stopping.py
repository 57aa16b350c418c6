import numpy as np

from grader.checks import assert_close, contract, misconception, parametrize

NAMES = ("best_epoch", "stop_epoch")
NAN = float("nan")


def expected(losses, patience, min_delta):
    """Return the answer by looking ahead from one improvement to the next."""
    best = 0
    while True:
        ahead = losses[best + 1 : best + 1 + patience]
        better = [i for i, loss in enumerate(ahead, start=best + 1) if loss < losses[best] - min_delta]
        if not better:
            return best, min(best + patience, len(losses) - 1)
        best = better[0]


def later(rng, losses, best_epoch, stop_epoch):
    """Put some epochs of great progress before the run, by which both answers come later."""
    n = int(rng.integers(1, 60))
    return [1000.0 * i for i in range(n, 0, -1)] + losses, (best_epoch + n, stop_epoch + n)


def test_patience(student, rng):
    """Waits out short setbacks and stops after too many epochs without an improvement."""
    for patience in rng.permutation([1, 2, 2, 3, 3, 4, 5, 7]):
        # multiples of 1/64: nothing is rounded, and with an odd multiple of 1/128 as min_delta nothing just misses
        losses = (np.rint(64 * (rng.normal(0, 0.15, size=40) + np.linspace(1.5, -0.5, 40) ** 2)) / 64).tolist()
        min_delta = int(rng.integers(3)) / 64 + 1 / 128
        answer = student.early_stopping(losses, int(patience), min_delta)
        assert_close(answer, expected(losses, int(patience), min_delta), names=NAMES)


@parametrize("patience", [1, 2, 4, 7])
def test_random_runs(student, rng, patience):
    """Stops at the right epoch in noisy runs without a min_delta."""
    losses = (np.linspace(2, 1, 30) + np.abs(np.linspace(-1, 1, 30)) + rng.normal(0, 0.2, size=30)).tolist()
    assert_close(student.early_stopping(losses, patience, 0.0), expected(losses, patience, 0.0), names=NAMES)


def test_ties(student, rng):
    """Does not count an equal loss as an improvement."""
    for losses, patience, min_delta, *epochs in (
        ([1.0, 0.5, 0.5, 0.5, 0.25], 2, 0.0, 1, 3),
        ([3.0, 2.5, 2.5, 2.0, 1.0], 2, 0.5, 0, 2),
    ):
        losses, right = later(rng, losses, *epochs)
        assert_close(student.early_stopping(losses, patience, min_delta), right, names=NAMES)


def test_min_delta(student, rng):
    """Counts a lower loss as an improvement only when it is lower by more than min_delta."""
    losses, right = later(rng, [4.0, 3.0, 2.75, 2.625, 2.875, 1.0], 1, 4)
    assert_close(student.early_stopping(losses, 3, 0.5), right, names=NAMES)


def test_slow_progress(student, rng):
    """Compares with the loss of the best epoch, so that small steps in a row add up."""
    losses, right = later(rng, [2.0, 1.75, 1.5, 1.25, 1.0, 0.75, 0.5], 6, 6)
    assert_close(student.early_stopping(losses, 3, 0.375), right, names=NAMES)


def test_nan(student, rng):
    """Never counts nan as an improvement, and lets it use up patience."""
    losses, right = later(rng, [2.0, NAN, 1.0, NAN, NAN, 1.5, 0.5, NAN], 2, 5)
    assert_close(student.early_stopping(losses, 3, 0.0), right, names=NAMES)
    assert_close(student.early_stopping([NAN, 1.0, 0.5, 0.75], 2, 0.0), (2, 3), names=NAMES)


def test_patience_of_one(student, rng):
    """Stops at the first epoch without an improvement when the patience is 1."""
    losses, right = later(rng, [3.0, 2.0, 1.0, 1.5, 0.5], 2, 3)
    assert_close(student.early_stopping(losses, 1, 0.0), right, names=NAMES)


def test_long_patience(student, rng):
    """Waits for hundreds of epochs when the patience is that long."""
    losses, best = np.ones(380), int(rng.integers(3, 60))
    losses[best] = 0.5
    assert_close(student.early_stopping(losses.tolist(), 300, 0.0), (best, best + 300), names=NAMES)


def test_no_improvement(student):
    """Keeps epoch 0 when no later loss is lower."""
    assert_close(student.early_stopping([1.0, 1.5, 2.0, 2.5, 3.0, 3.5], 4, 0.0), (0, 4), names=NAMES)


def test_no_stop(student, rng):
    """Stops at the last epoch when the patience lasts."""
    for losses, patience, *epochs in (([5.0, 3.0, 4.0, 2.0, 2.5, 3.0], 3, 3, 5), ([5.0, 4.0, 3.0], 10, 2, 2)):
        losses, right = later(rng, losses, *epochs)
        assert_close(student.early_stopping(losses, patience, 0.0), right, names=NAMES)


def test_single_epoch(student):
    """Accepts a single epoch."""
    assert_close(student.early_stopping([0.75], 2, 0.25), (0, 0), names=NAMES)


def test_default_min_delta(student, rng):
    """Counts any lower loss as an improvement unless told otherwise."""
    losses, right = later(rng, [1.0, 1.0 - 1e-9, 1.0, 1.0, 0.5], 1, 3)
    assert_close(student.early_stopping(losses, 2), right, names=NAMES)


@contract(expected, "integers", "views", "pure", names=NAMES)
def early_stopping(rng):
    return rng.permutation(np.arange(20.0)), 4, 0.5


def run(val_losses, patience, min_delta, improves=lambda loss, best, min_delta: loss < best - min_delta):
    """Return the answer for some notion of an improvement, by default the right one."""
    best_epoch, best_loss, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if improves(loss, best_loss, min_delta):
            best_epoch, best_loss, waited = epoch, loss, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(val_losses) - 1


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
    "counts epochs from 1. Here, as in Python, the first epoch is 0, and the last one is len(val_losses) - 1"
)
def epochs_from_one(val_losses, patience, min_delta=0.0):
    best_epoch, stop_epoch = run(val_losses, patience, min_delta)
    return best_epoch + 1, stop_epoch + 1


@misconception(
    "skips epochs whose loss is nan. Such an epoch has brought no improvement and uses up patience like any other; a "
    "network whose loss has become nan would otherwise train for ever"
)
def nan_skipped(val_losses, patience, min_delta=0.0):
    numbers = [epoch for epoch, loss in enumerate(val_losses) if loss == loss]
    best, stop = run([val_losses[epoch] for epoch in numbers], patience, min_delta)
    stopped = stop - best == patience
    return numbers[best], numbers[stop] if stopped else len(val_losses) - 1


@misconception(
    "asks whether a loss is not at least best - min_delta. That is the opposite of < for numbers only: no comparison "
    "with nan is true, so that nan counts as an improvement, and as the best loss it cannot be beaten"
)
def nan_improves(val_losses, patience, min_delta=0.0):
    return run(val_losses, patience, min_delta, lambda loss, best, min_delta: not loss >= best - min_delta)


@misconception(
    "compares each loss with that of the epoch before. An epoch improves when it beats the best so far: after a jump "
    "upwards, a loss on its way back down is lower than the one before, but nothing new"
)
def compared_with_previous(val_losses, patience, min_delta=0.0):
    best_epoch, previous, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < previous - min_delta:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
        previous = loss
    return best_epoch, len(val_losses) - 1


@misconception(
    "takes min_delta for a share of the best loss: best * (1 - min_delta). It is an amount in the unit of the loss: "
    "best - min_delta. The two agree where the best loss is 1, and at a min_delta of 0"
)
def relative_min_delta(val_losses, patience, min_delta=0.0):
    return run(val_losses, patience, min_delta, lambda loss, best, min_delta: loss < best * (1 - min_delta))


@misconception(
    "returns the epoch at which training stopped as the best one. By then the network has gone patience epochs "
    "without an improvement; the weights to keep are those of the last epoch that improved"
)
def best_is_last(val_losses, patience, min_delta=0.0):
    _, stop_epoch = run(val_losses, patience, min_delta)
    return stop_epoch, stop_epoch


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
    return run(val_losses, patience, min_delta, lambda loss, best, min_delta: loss <= best - min_delta)


@misconception(
    "does not use min_delta: any loss below the best ever counts as an improvement, however small the step. An epoch "
    "has to beat the best loss by more than min_delta; the two agree at a min_delta of 0, which is the default"
)
def min_delta_from_best_ever(val_losses, patience, min_delta=0.0):
    return run(val_losses, patience, 0.0)


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
    return run(val_losses, patience + 1, min_delta)


@misconception(
    "takes the lowest loss of the whole list as the best, including epochs after the stop. When training stops at "
    "stop_epoch, the later ones have never happened"
)
def looks_past_the_stop(val_losses, patience, min_delta=0.0):
    return int(np.nanargmin(val_losses)), run(val_losses, patience, min_delta)[1]
