import numpy as np

from grader.checks import (
    assert_close,
    assert_raises,
    assert_repeatable,
    assert_share,
    contract,
    misconception,
    parametrize,
    statistic,
    unpack,
)


def runs_of(answer, k):
    """Check the structure and return the k pairs of index arrays."""
    assert isinstance(answer, list | tuple), f"it returned a {type(answer).__name__}, expected a list of {k} tuples"
    assert len(answer) == k, f"it returned {len(answer)} runs, expected k = {k}"
    runs = []
    for i, pair in enumerate(answer):
        run = [np.asarray(part) for part in unpack(pair, "train_idx", "val_idx")]
        for name, part in zip(("train_idx", "val_idx"), run, strict=True):
            assert part.ndim == 1, f"{name} of run {i} has shape {part.shape}, expected a single axis"
            assert part.dtype.kind in "iu", f"{name} of run {i} holds {part.dtype}, expected integers"
        runs.append(run)
    return runs


def assert_partition(runs, n):
    """Check everything that holds in whatever order the examples are."""
    k, everything = len(runs), np.arange(n)
    for i, (train, val) in enumerate(runs):
        both = np.intersect1d(train, val)
        assert both.size == 0, f"run {i} trains on example {both[0]} and validates on it as well"
        assert np.array_equal(np.sort(np.concatenate([train, val])), everything), (
            f"run {i} has {train.size} training and {val.size} validation indices, {np.union1d(train, val).size} of "
            f"them different; expected each of 0 to {n - 1} exactly once"
        )
    held_out = np.concatenate([val for _, val in runs])
    assert np.array_equal(np.sort(held_out), everything), (
        f"the validation sets hold {held_out.size} indices, {np.unique(held_out).size} of them different; "
        f"expected each of 0 to {n - 1} exactly once"
    )
    sizes = [val.size for _, val in runs]
    assert max(sizes) - min(sizes) <= 1, f"the folds have the sizes {sizes}, expected sizes that differ by at most 1"
    assert len(sizes) == k, f"there are {len(sizes)} runs, expected {k}"


@statistic(rtol=0.01)
def summary(answer):
    """Return, for each run, sizes, numbers of different indices, overlap, and whether a long set is in order."""
    return [
        (
            *(len(train), len(val), len(set(train)), len(set(val)), len(set(train) & set(val))),
            len(val) > 6 and sorted(val) == list(val),
        )
        for train, val in ([[int(i) for i in part] for part in pair] for pair in answer)
    ]


def in_order(n, k):
    """Return the folds without shuffling."""
    everything = np.arange(n)
    return [(np.setdiff1d(everything, val), val) for val in np.array_split(everything, k)]


def uneven(rng, k):
    """Draw a number of examples that k does not divide."""
    return int(k * rng.integers(2, 30) + rng.integers(1, k))


def test_in_order(student, rng):
    """Cuts 0 to n - 1 into consecutive blocks, the larger ones first, and trains on the rest."""
    for k in rng.permutation(np.arange(3, 12))[:4].tolist():
        n = uneven(rng, k)
        runs = runs_of(student.kfold_indices(n, k), k)
        for i, (run, correct) in enumerate(zip(runs, in_order(n, k), strict=True)):
            assert_close(run, correct, names=(f"train_idx of run {i}", f"val_idx of run {i}"))


@parametrize("k", [2, 3, 5, 8])
def test_sizes(student, rng, k):
    """Makes folds whose sizes differ by at most 1, the first n % k one larger."""
    for n in k * int(rng.integers(1, 9)), uneven(rng, k), k + 1:
        runs = runs_of(student.kfold_indices(n, k, None), k)
        assert_partition(runs, n)
        assert_close([val for _, val in runs], [val for _, val in in_order(n, k)])


def test_leave_one_out(student, rng):
    """Holds out one example at a time for k = n."""
    for n in 2, int(rng.integers(5, 20)):
        runs = runs_of(student.kfold_indices(n, n), n)
        assert_partition(runs, n)


@parametrize("k", [4, 7, 30])
def test_partition(student, rng, child, k):
    """Validates on every example once and never trains on it in the same run, also when it shuffles."""
    for n in k, uneven(rng, k):
        assert_partition(runs_of(student.kfold_indices(n, k, child), k), n)


def test_shuffles(student, rng, child):
    """Deals the examples to the folds at random when it is given a generator."""
    k = 4
    n = k * int(rng.integers(100, 120))
    runs = runs_of(student.kfold_indices(n, k, child), k)
    assert_partition(runs, n)
    fold = np.empty(n, int)
    for i, (_, val) in enumerate(runs):
        fold[val] = i
    for distance, what in ((1, "neighbours"), (k, f"pairs of examples that are {k} apart")):
        together = fold[distance:] == fold[:-distance]
        assert_share(together, (n / k - 1) / (n - 1), f"{what} that are in the same fold")


def test_seeds(student, rng):
    """Depends on the generator alone: on its seed, and on what was drawn from it before."""

    def folds(generator):
        runs = runs_of(student.kfold_indices(30, 3, generator), 3)
        return sorted(np.sort(val).tolist() for _, val in runs)

    assert_repeatable(folds, rng)


@parametrize("shuffle", [False, True])
@parametrize(("n", "k"), [(5, 1), (5, 0), (5, 6), (1, 2)])
def test_range_of_k(student, child, n, k, shuffle):
    """Rejects fewer than 2 folds, and more folds than examples."""
    assert_raises(ValueError, student.kfold_indices, n, k, child if shuffle else None)


@contract(None, "pure")
@parametrize("shuffle", [False, True])
def kfold_indices(child, shuffle):
    return 13, 3, child if shuffle else None


def check_k(n, k):
    if not 2 <= k <= n:
        raise ValueError("k must be from 2 to n")


def shuffled(n, rng):
    return np.arange(n) if rng is None else rng.permutation(n)


def runs_from(indices, folds):
    """Return one run per fold that trains on whatever else is in indices."""
    return [(indices[~np.isin(indices, val)], val) for val in folds]


@misconception(
    "makes all folds n // k long and leaves out what remains at the end. The last n % k examples are then never "
    "validated on; instead, each of the first n % k folds holds one more. The two agree where k divides n"
)
def tail_dropped(n, k, rng=None):
    check_k(n, k)
    indices = shuffled(n, rng)
    return runs_from(indices, [indices[i * (n // k) : (i + 1) * (n // k)] for i in range(k)])


@misconception(
    "makes all folds n // k long and gives what remains to the last one. No example is lost, but the last fold can be "
    "almost twice as large as the others; the sizes may differ by 1 at most. The two agree where k divides n"
)
def last_fold_gets_rest(n, k, rng=None):
    check_k(n, k)
    indices = shuffled(n, rng)
    return runs_from(indices, np.split(indices, [n // k * i for i in range(1, k)]))


@misconception(
    "trains on all examples, the held-out fold among them. A network is then examined on what it has learned by heart, "
    "and the score says nothing about new data; the training set is everything but the fold"
)
def train_includes_val(n, k, rng=None):
    check_k(n, k)
    return [(np.arange(n), val) for val in np.array_split(shuffled(n, rng), k)]


@misconception(
    "returns the two sets the other way round: it trains on one fold and validates on all others. The order is "
    "training indices, then validation indices"
)
def train_val_swapped(n, k, rng=None):
    check_k(n, k)
    indices = shuffled(n, rng)
    return [(val, train) for train, val in runs_from(indices, np.array_split(indices, k))]


@misconception(
    "draws the examples with replacement when it shuffles: some are then validated on twice and about a third never. "
    "Folds are a partition, so shuffle 0 to n - 1 and cut, as rng.permutation(n) does; drawing with replacement is "
    "the bootstrap"
)
def replacement(n, k, rng=None):
    check_k(n, k)
    indices = np.arange(n) if rng is None else rng.integers(0, n, n)
    return runs_from(np.arange(n), np.array_split(indices, k))


@misconception(
    "deals the examples out one by one, i, i + k, i + 2k and so on to fold i. The sizes are right, but here the folds "
    "are consecutive blocks where nothing is shuffled, as in scikit-learn's KFold; after a shuffle either way is fine"
)
def dealt_out(n, k, rng=None):
    check_k(n, k)
    indices = shuffled(n, rng)
    return runs_from(indices, [indices[i::k] for i in range(k)])


@misconception(
    "shuffles inside the folds, after it has cut the examples into consecutive blocks. Each fold still holds its "
    "block, so data that is sorted by class gives folds of one class; shuffle first, then cut"
)
def shuffles_inside_folds(n, k, rng=None):
    check_k(n, k)
    folds = np.array_split(np.arange(n), k)
    return runs_from(np.arange(n), folds if rng is None else [rng.permutation(val) for val in folds])


@misconception(
    "does not shuffle: the folds are consecutive blocks with rng as without. The generator is not used, or only for "
    "the order of the folds, and data that is sorted by class then gives folds of one class"
)
def never_shuffles(n, k, rng=None):
    check_k(n, k)
    indices = np.arange(n)
    return runs_from(indices, np.array_split(indices, k))


@misconception(
    "shuffles anew for every run. Each run is a fair split, but the validation sets overlap: some examples are held "
    "out twice and others never. Shuffle once, then cut"
)
def shuffles_anew(n, k, rng=None):
    check_k(n, k)
    return [runs_from(np.arange(n), np.array_split(shuffled(n, rng), k))[i] for i in range(k)]


@misconception(
    "does not look at k. More folds than examples leave some folds empty, and a score over nothing is no score; k has "
    "to be from 2 to n, and anything else a ValueError"
)
def no_range_check(n, k, rng=None):
    indices = shuffled(n, rng)
    return runs_from(indices, np.array_split(indices, k))


@misconception(
    "shuffles with np.random, the global generator, in place of the one that is passed. Equal seeds then give "
    "different folds, and an experiment cannot be repeated"
)
def global_generator(n, k, rng=None):
    check_k(n, k)
    indices = np.arange(n)
    if rng is not None:
        np.random.shuffle(indices)
    return runs_from(indices, np.array_split(indices, k))


@misconception(
    "shuffles with a generator of its own that has a fixed seed. Every call then gives the same folds: the generator "
    "that is passed has to be used"
)
def own_seed(n, k, rng=None):
    check_k(n, k)
    indices = shuffled(n, None if rng is None else np.random.default_rng(42))
    return runs_from(indices, np.array_split(indices, k))
