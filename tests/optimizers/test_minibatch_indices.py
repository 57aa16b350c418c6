import math

import numpy as np

from grader.checks import (
    assert_close,
    assert_pure,
    assert_repeatable,
    assert_share,
    from_torch,
    misconception,
    parametrize,
    statistic,
)


@statistic(rtol=0.05)
def summary(batches):
    """Return the number of batches, the sizes of the first and the last, and what is to be seen of the shuffling."""
    if not len(batches):
        return (0,)
    order = np.concatenate(batches)
    repeated = float(len(np.unique(order)) < len(order))
    in_order = float(np.all(np.diff(order) > 0))
    neighbours = float(all(np.all(np.diff(batch) == 1) for batch in batches))
    return len(batches), len(batches[0]), len(batches[-1]), repeated, in_order, neighbours


@from_torch
def expected_lengths(n, batch_size, drop_last):
    from torch.utils.data.sampler import BatchSampler, SequentialSampler

    return [len(batch) for batch in BatchSampler(SequentialSampler(range(n)), batch_size, drop_last)]


def draw(student, n, batch_size, rng, drop_last):
    """Call minibatch_indices and check that the answer is a list of arrays of different indices."""
    batches = student.minibatch_indices(n, batch_size, rng, drop_last)
    assert isinstance(batches, list | tuple), f"the answer is of type {type(batches).__name__}, expected a list"
    for i, batch in enumerate(batches):
        vector = isinstance(batch, np.ndarray) and batch.ndim == 1 and batch.dtype.kind in "iu"
        assert vector, f"batch {i} is {batch!r}, expected a one-dimensional array of integers"
    order = np.concatenate(batches) if len(batches) else np.zeros(0, int)
    outside = order[(order < 0) | (order >= n)]
    assert not len(outside), f"the index {outside[0]} is in a batch, expected indices from 0 to {n - 1}"
    values, counts = np.unique(order, return_counts=True)
    again = values[counts > 1]
    assert not len(again), f"{len(again)} of {n} samples come more than once in an epoch, for example {again[0]}"
    return list(batches)


def join(batches):
    return np.concatenate(batches) if len(batches) else np.zeros(0, int)


def assert_complete(batches, n):
    missing = np.setdiff1d(np.arange(n), join(batches))
    assert not len(missing), (
        f"{len(missing)} of {n} samples are in no batch, for example {missing[0]}; expected each of them once"
    )


def test_one_epoch(student, rng, child):
    """Puts every sample into exactly one batch, the last batch holding the remainder."""
    for batch_size in rng.integers(3, 10, size=5):
        n = int(batch_size * rng.integers(2, 8) + rng.integers(1, batch_size))
        batches = draw(student, n, int(batch_size), child, False)
        assert_close([len(batch) for batch in batches], expected_lengths(n, int(batch_size), False))
        assert_complete(batches, n)


@parametrize(("n", "batch_size"), [(10, 4), (33, 10), (12, 4), (20, 1), (15, 14)])
def test_drop_last(student, child, n, batch_size):
    """Leaves a smaller last batch out when asked to, and only then."""
    for drop_last in (True, False):
        batches = draw(student, n, batch_size, child, drop_last)
        assert_close([len(batch) for batch in batches], expected_lengths(n, batch_size, drop_last))


def test_which_are_dropped(student, child):
    """Leaves out other samples in every epoch, so that each has its turn."""
    epochs = [join(draw(student, 10, 9, child, True)) for _ in range(9)]
    never = np.setdiff1d(np.arange(10), np.concatenate(epochs))
    assert not len(never), f"sample {never[0]} of 10 was left out in each of 9 epochs with batches of 9 and drop_last"


@parametrize("batch_size", [12, 13, 500])
def test_one_batch(student, child, batch_size):
    """Makes one batch of all samples where batch_size is n or larger; with drop_last, none where it is larger."""
    batches = draw(student, 12, batch_size, child, False)
    assert_close([len(batch) for batch in batches], [12])
    assert_complete(batches, 12)
    batches = draw(student, 12, batch_size, child, True)
    assert_close([len(batch) for batch in batches], expected_lengths(12, batch_size, True))


def test_single_sample(student, child):
    """Works for a single sample."""
    for batch_size in (1, 3):
        batches = draw(student, 1, batch_size, child, False)
        assert_close([batch.tolist() for batch in batches], [[0]])


def test_shuffled(student, child):
    """Mixes all samples: neither the order of the data nor its neighbours survive in the batches."""
    n, batch_size, epochs = 400, 20, 4
    number = np.empty((epochs, n), int)  # of each sample's batch
    for row in number:
        batches = draw(student, n, batch_size, child, False)
        assert_complete(batches, n)
        for i, batch in enumerate(batches):
            row[batch] = i
        correlation, slack = np.corrcoef(np.arange(n), row)[0, 1], 5 / math.sqrt(n - 1)
        assert abs(correlation) < slack, (
            f"the number of a sample's batch goes with the sample's index: the correlation is {correlation:.2f}, "
            f"expected 0 within {slack:.2f}"
        )
    for distance in (1, n // batch_size, n // 2):
        together = number[:, distance:] == number[:, :-distance]
        assert_share(together, (batch_size - 1) / (n - 1), f"samples i and i + {distance} that share a batch")


def test_seeds(student, rng):
    """Gives the same batches for equal seeds, other ones for other seeds and in the next epoch."""
    assert_repeatable(lambda generator: draw(student, 60, 7, generator, False), rng)


def test_default(student, child):
    """Keeps the smaller last batch unless told otherwise."""
    batches = student.minibatch_indices(23, 5, child)
    assert_close([np.size(batch) for batch in batches], [5, 5, 5, 5, 3])


def test_int64(student, child):
    """Returns int64 arrays."""
    for i, batch in enumerate(draw(student, 17, 5, child, False)):
        assert batch.dtype == np.int64, f"batch {i} has dtype {batch.dtype}, expected int64"


def test_pure(student, child):
    """Draws from the given generator only and leaves the global random state alone."""
    before = child.bit_generator.state
    draw(student, 16, 5, child, False)
    assert_pure(student)
    assert child.bit_generator.state != before, "the generator has not been used"


def cut(order, batch_size, drop_last):
    """Cut an order of samples into batches."""
    stop = len(order) // batch_size * batch_size if drop_last else len(order)
    return [order[start : start + batch_size] for start in range(0, stop, batch_size)]


@misconception(
    "draws every batch anew, with replacement: in one epoch some samples then come twice and about a third never. "
    "Batches divide the data: shuffle once per epoch, then cut, so that every sample comes exactly once"
)
def with_replacement(n, batch_size, rng, drop_last=False):
    count = n // batch_size if drop_last else math.ceil(n / batch_size)
    return [rng.integers(0, n, batch_size) for _ in range(count)]


@misconception(
    "makes n // batch_size full batches and always loses the rest. That is drop_last=True; without it, the remainder "
    "is a last, smaller batch. The two agree where batch_size divides n"
)
def drops_tail(n, batch_size, rng, drop_last=False):
    return cut(rng.permutation(n), batch_size, True)


@misconception(
    "drops the last batch in any case when drop_last is set. Only a batch that is smaller than the others is dropped: "
    "where batch_size divides n, the last one is full and stays"
)
def drops_full_batch(n, batch_size, rng, drop_last=False):
    batches = cut(rng.permutation(n), batch_size, False)
    return batches[:-1] if drop_last else batches


@misconception("never drops the smaller last batch, whatever drop_last says; the two agree where batch_size divides n")
def drop_last_ignored(n, batch_size, rng, drop_last=False):
    return cut(rng.permutation(n), batch_size, False)


@misconception(
    "leaves the remainder out before it shuffles, so that the last samples of the data set are never seen in any "
    "epoch. Shuffle all n first and cut off the end of the shuffled order"
)
def drops_before_shuffling(n, batch_size, rng, drop_last=False):
    return cut(rng.permutation(n // batch_size * batch_size if drop_last else n), batch_size, False)


@misconception(
    "does not shuffle: every epoch has the same batches of neighbours. Data often come sorted, by class for example, "
    "and then a batch says little about the whole; a new random order per epoch cures that"
)
def not_shuffled(n, batch_size, rng, drop_last=False):
    return cut(np.arange(n), batch_size, drop_last)


@misconception(
    "cuts the data in order and shuffles only the batches, so that neighbours in the data always share a batch. "
    "Shuffle the samples, then cut"
)
def shuffles_batches_only(n, batch_size, rng, drop_last=False):
    batches = cut(np.arange(n), batch_size, drop_last)
    return [batches[i] for i in rng.permutation(len(batches))]


@misconception(
    "shuffles with a generator of its own that always starts from the same seed: every epoch then has the same "
    "batches. Draw from the generator that is passed in, whose state moves on"
)
def same_every_epoch(n, batch_size, rng, drop_last=False):
    return cut(np.random.default_rng(0).permutation(n), batch_size, drop_last)


@misconception(
    "shuffles with NumPy's global random state (np.random.permutation or shuffle). Then the generator that is passed "
    "in decides nothing: equal seeds give different batches. Call rng.permutation"
)
def global_random_state(n, batch_size, rng, drop_last=False):
    return cut(np.random.permutation(n), batch_size, drop_last)


@misconception(
    "shares the samples out evenly, as np.array_split does: 10 samples in batches of 4 become 4, 3 and 3. Every batch "
    "but the last holds batch_size samples; the two agree where batch_size divides n"
)
def even_batches(n, batch_size, rng, drop_last=False):
    order = rng.permutation(n)
    if drop_last:
        order = order[: n // batch_size * batch_size]
    return np.array_split(order, math.ceil(len(order) / batch_size)) if len(order) else []


@misconception(
    "splits the data into two batches, whatever batch_size is. The number of batches follows from their size: "
    "ceil(n / batch_size), the last one smaller where it does not divide n"
)
def two_halves(n, batch_size, rng, drop_last=False):
    return np.array_split(rng.permutation(n), 2)
