import math

import numpy as np

from grader.checks import assert_close, assert_pure, assert_raises, misconception, parametrize, statistic, unpack


@statistic(rtol=0.05)
def summary(answer):
    """Return the share of dropped elements, the largest factor and the largest output."""
    y, mask = map(np.nan_to_num, answer)  # 0 / 0 for p = 0 or 1 is no mistake of its own
    return float(np.mean(mask == 0)), float(np.max(mask, initial=0)), float(np.max(np.abs(y), initial=0))


def draw(rng, *shape):
    """Return numbers of either sign whose size lies between 1 and 2, so that a 0 can only come from the mask."""
    return rng.uniform(1, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def train(student, x, p, rng):
    """Call dropout in training and check that both answers have the shape of x."""
    y, mask = unpack(student.dropout(x, p, True, rng), "y", "mask")
    for name, part in ("y", y), ("mask", mask):
        assert isinstance(part, np.ndarray), f"{name} is of type {type(part).__name__}, expected an array"
        assert part.shape == x.shape, f"{name} has shape {part.shape}, expected {x.shape}"
    return y, mask


def assert_masked(x, p, y, mask):
    """Check that mask holds 0 and 1 / (1 - p) only, and that y is x times mask."""
    scale = 1 / (1 - p)
    right = np.where(mask == 0, 0, scale), np.where(mask == 0, 0, x * scale)
    assert_close((mask, y), right, names=("mask", "y"))
    assert np.all(y[mask == 0] == 0), "y is not exactly 0 where the mask is 0"


def assert_share(dropped, p, what="elements"):
    share, slack = np.mean(dropped), 5 * math.sqrt(p * (1 - p) / np.size(dropped))
    assert abs(share - p) < slack, f"the share of dropped {what} is {share:.4f}, expected {p} within {slack:.4f}"


def test_training(student, rng, child):
    """Drops elements with probability p and multiplies the others by 1 / (1 - p)."""
    x = draw(rng, 150, 200)
    y, mask = train(student, x, 0.2, child)
    assert_masked(x, 0.2, y, mask)
    assert_share(mask == 0, 0.2)


@parametrize("p", [0.05, 0.5, 0.9])
def test_probabilities(student, rng, child, p):
    """Works for a small, an even and a large probability."""
    x = draw(rng, 100, 120)
    y, mask = train(student, x, p, child)
    assert_masked(x, p, y, mask)
    assert_share(mask == 0, p)


def test_evaluation(student, rng, child):
    """Returns x and a mask of ones in evaluation, and draws nothing from the generator."""
    x = draw(rng, 5, 4)
    before = child.bit_generator.state
    y, mask = unpack(student.dropout(x, 0.2, False, child), "y", "mask")
    assert_close((y, mask), (x, np.ones((5, 4))), names=("y", "mask"))
    assert child.bit_generator.state == before, "the generator has been used, expected no draw in evaluation"


def test_expected_value(student, child):
    """Keeps the expected value of the elements."""
    y, _ = train(student, np.full((200, 100), 3.0), 0.4, child)
    mean, slack = np.mean(y), 5 * 3 * math.sqrt(0.4 / 0.6 / 20000)
    assert abs(mean - 3) < slack, f"the mean of y is {mean:.4f} for an x full of 3, expected 3 within {slack:.4f}"


@parametrize("p", [0.0, 1.0])
def test_limits(student, rng, child, p):
    """Keeps everything for p = 0 and drops everything, without nan, for p = 1."""
    x = draw(rng, 20, 30)
    y, mask = train(student, x, p, child)
    assert_close((y, mask), (x * (1 - p), np.full(x.shape, 1 - p)), names=("y", "mask"))


@parametrize("training", [True, False])
@parametrize("p", [-0.1, 1.1])
def test_range_of_p(student, rng, child, p, training):
    """Rejects a probability below 0 or above 1 in both modes."""
    x = draw(rng, 3, 4)
    assert_raises(ValueError, student.dropout, x, p, training, child)


def test_independent(student, rng, child):
    """Decides for each element on its own, not for whole rows or columns or for a fixed number."""
    x, p, counts = draw(rng, 60, 80), 0.5, []
    for _ in range(6):
        _, mask = train(student, x, p, child)
        dropped = mask == 0
        counts.append(int(dropped.sum()))
        for axis, what in (0, "column"), (1, "row"):
            n = x.shape[axis]
            extreme = np.abs(dropped.mean(axis=axis) - p).max()
            slack = 6 * math.sqrt(p * (1 - p) / n)  # the largest of 840 deviations
            assert extreme < slack, (
                f"the share of dropped elements in one {what} is {extreme:.2f} away from {p}, "
                f"expected less than {slack:.2f}"
            )
    assert len(set(counts)) > 1, (
        f"six masks drop exactly {counts[0]} of {x.size} elements each; that number should vary"
    )


def test_seeds(student, rng):
    """Returns the same mask for equal seeds, another one for other seeds and at the next call."""
    x, seed = draw(rng, 30, 20), int(rng.integers(2**32))
    child = np.random.default_rng(seed)
    y, mask = train(student, x, 0.4, child)
    _, following = train(student, x, 0.4, child)
    assert_close(student.dropout(x, 0.4, True, np.random.default_rng(seed)), (y, mask), names=("y", "mask"))
    _, other = train(student, x, 0.4, np.random.default_rng(seed + 1))
    assert not np.array_equal(mask, other), "two generators with different seeds gave the same mask"
    assert not np.array_equal(mask, following), "two calls with one generator gave the same mask"


def test_float32(student, rng, child):
    """Returns float32 arrays for float32."""
    x = draw(rng, 20, 30).astype(np.float32)
    for training in True, False:
        y, mask = unpack(student.dropout(x, 0.2, training, child), "y", "mask")
        right = np.where(mask == 0, 0, 1.25 if training else 1).astype(np.float32)
        assert_close((y, mask), (x * right, right), dtype=np.float32, names=("y", "mask"))


def test_integers(student, rng, child):
    """Accepts integers."""
    x = rng.integers(1, 9, size=(20, 30))
    y, mask = train(student, x, 0.2, child)
    assert_close((np.asarray(y, float),), (np.where(mask == 0, 0, 1.25 * x),), names=("y",))


def test_shapes_and_views(student, rng):
    """Accepts any number of axes, reversed and transposed views, and an empty array."""
    for x in (draw(rng, 400), draw(rng, 60, 20)[::-2].T, draw(rng, 8, 9, 10), draw(rng, 0, 3)):
        (child,) = rng.spawn(1)
        y, mask = train(student, x, 0.3, child)
        assert_masked(x, 0.3, y, mask)


def test_pure(student, rng, child):
    """Leaves x and the global random state alone."""
    train(student, draw(rng, 20, 30), 0.5, child)
    assert_pure(student)


def check_p(p):
    if not 0 <= p <= 1:
        raise ValueError("p must be from 0 to 1")


def survivors(x, p, rng):
    """Return 1 where an element is kept and 0 where it is dropped, in the dtype of x."""
    return (rng.random(x.shape) >= p).astype(x.dtype)


def inverse(q):
    return 1 / q if q > 0 else 0.0


@misconception(
    "is the older form of dropout: it leaves the survivors unscaled in training and multiplies by 1 - p in "
    "evaluation. The expected values match too, but inverted dropout, as in torch, scales by 1 / (1 - p) in training "
    "and leaves evaluation alone"
)
def test_time_scaling(x, p, training, rng):
    check_p(p)
    mask = survivors(x, p, rng) if training else np.ones_like(x) * (1 - p)
    return x * mask, mask


@misconception(
    "scales twice: by 1 / (1 - p) in training and by 1 - p in evaluation. One of the two makes the expected values "
    "match; both together make the outputs too small by the factor 1 - p in evaluation"
)
def scaled_at_both_times(x, p, training, rng):
    check_p(p)
    mask = survivors(x, p, rng) * inverse(1 - p) if training else np.ones_like(x) * (1 - p)
    return x * mask, mask


@misconception(
    "takes p for the probability of keeping an element, as some old libraries did: at p = 0.2 it drops 80 % instead "
    "of 20 %. Here, as in torch, p is the probability of dropping; the two agree at p = 0.5"
)
def keep_probability(x, p, training, rng):
    check_p(p)
    if not training:
        return x.copy(), np.ones_like(x)
    mask = (1 - survivors(x, p, rng)) * inverse(p)
    return x * mask, mask


@misconception(
    "keeps an element where the random number is below p, so that it drops with probability 1 - p, but scales for the "
    "opposite. A uniform random number is below p with probability p: drop there; keep where it is at least p"
)
def comparison_reversed(x, p, training, rng):
    check_p(p)
    if not training:
        return x.copy(), np.ones_like(x)
    mask = (1 - survivors(x, p, rng)) * inverse(1 - p)
    return x * mask, mask


@misconception(
    "drops exactly the whole part of p * n elements, chosen at random. Dropout throws a coin for each element on its "
    "own, so that the number of dropped elements varies from call to call; only the average is p * n"
)
def fixed_count(x, p, training, rng):
    check_p(p)
    if not training:
        return x.copy(), np.ones_like(x)
    mask = np.full(x.size, inverse(1 - p), np.result_type(x, np.float32))
    mask[rng.permutation(x.size)[: int(p * x.size)]] = 0
    mask = mask.reshape(x.shape)
    return x * mask, mask


@misconception(
    "divides the survivors by p, the probability of being dropped. To keep the expected value they must be divided by "
    "the probability of surviving, 1 - p: 1.25 instead of 5 at p = 0.2. The two agree at p = 0.5"
)
def divide_by_p(x, p, training, rng):
    check_p(p)
    if not training:
        return x.copy(), np.ones_like(x)
    mask = survivors(x, p, rng) * inverse(p)
    return x * mask, mask


@misconception(
    "drops in evaluation as well. Dropout is a disturbance for training; a trained network answers with all of its "
    "units, and gives the same answer each time"
)
def drops_in_evaluation(x, p, training, rng):
    check_p(p)
    mask = survivors(x, p, rng) * inverse(1 - p)
    return x * mask, mask


@misconception(
    "drops whole rows: a sample is then lost with all of its units. Dropout silences units, not samples; every "
    "element of x is decided on its own"
)
def drops_samples(x, p, training, rng):
    check_p(p)
    if not training:
        return x.copy(), np.ones_like(x)
    keep = rng.random((*x.shape[:1], *(1,) * (x.ndim - 1))) >= p
    mask = np.broadcast_to(keep, x.shape).astype(x.dtype) * inverse(1 - p)
    return x * mask, mask
