import math

import numpy as np

from grader.checks import (
    assert_close,
    assert_raises,
    assert_repeatable,
    assert_shape,
    assert_share,
    contract,
    misconception,
    parametrize,
    statistic,
    unpack,
)


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
    assert_shape(y, x.shape, "y")
    assert_shape(mask, x.shape, "mask")
    return y, mask


def assert_masked(x, p, y, mask):
    """Check that mask holds 0 and 1 / (1 - p) only, and that y is x times mask."""
    scale = 1 / (1 - p)
    right = np.where(mask == 0, 0, scale), np.where(mask == 0, 0, x * scale)
    assert_close((mask, y), right, names=("mask", "y"))
    assert np.all(y[mask == 0] == 0), "y is not exactly 0 where the mask is 0"


def test_training(student, rng, child):
    """Drops elements with probability p and multiplies the others by 1 / (1 - p)."""
    for p in rng.uniform(0.1, 0.35, size=2):
        x = draw(rng, *rng.integers(90, 150, size=2))
        y, mask = train(student, x, float(p), child)
        assert_masked(x, p, y, mask)
        assert_share(mask == 0, p, "dropped elements")


@parametrize("p", [0.05, 0.5, 0.9])
def test_probabilities(student, rng, child, p):
    """Works for a small, an even and a large probability."""
    x = draw(rng, 100, 120)
    y, mask = train(student, x, p, child)
    assert_masked(x, p, y, mask)
    assert_share(mask == 0, p, "dropped elements")


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
    """Decides for each element on its own, not for whole rows, columns or channels or for a fixed number."""
    x, p, counts = draw(rng, 20, 24, 30), 0.5, []
    for _ in range(6):
        _, mask = train(student, x, p, child)
        counts.append(np.count_nonzero(mask == 0))
        for axis, n in enumerate(x.shape):
            shares = np.mean(mask == 0, axis=axis)
            deviation, right = np.std(shares), math.sqrt(p * (1 - p) / n)
            slack = 5 * right / math.sqrt(2 * shares.size)
            assert abs(deviation - right) < slack, (
                f"the share of dropped elements along axis {axis} of {x.shape} has standard deviation {deviation:.3f}, "
                f"expected {right:.3f} within {slack:.3f}"
            )
    assert len(set(counts)) > 1, (
        f"six masks drop exactly {counts[0]} of {x.size} elements each; that number should vary"
    )


def test_seeds(student, rng):
    """Returns the same mask for equal seeds, another one for other seeds and at the next call."""
    x = draw(rng, 120, 150)
    assert_repeatable(lambda generator: train(student, x, 0.4, generator), rng)


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


@contract(None, "pure")
@parametrize("training", [True, False])
def dropout(rng, child, training):
    return draw(rng, 120, 150), 0.5, training, child


def check_p(p):
    if not 0 <= p <= 1:
        raise ValueError("p must be from 0 to 1")


def survivors(x, p, rng):
    """Return 1 where an element is kept and 0 where it is dropped, in the dtype of x."""
    return (rng.random(x.shape) >= p).astype(x.dtype)


def shared(x, p, rng, axes):
    """Return survivors that are drawn for the first axes only."""
    keep = rng.random((*x.shape[:axes], *(1,) * (x.ndim - axes))) >= p
    return np.broadcast_to(keep, x.shape).astype(x.dtype)


def inverse(q):
    return 1 / q if q > 0 else 0.0


def masked(x, training, draw_survivors, scale):
    """Return y and mask for some way to draw survivors and some scale; evaluation is right."""
    mask = draw_survivors() * scale if training else np.ones_like(x)
    return x * mask, mask


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
    "does not scale the survivors: the outputs in training are then smaller on average, by the factor 1 - p, than in "
    "evaluation. Inverted dropout multiplies them by 1 / (1 - p)"
)
def never_scaled(x, p, training, rng):
    check_p(p)
    return masked(x, training, lambda: survivors(x, p, rng), 1)


@misconception(
    "returns a mask of 0 and 1, which is not what multiplied the elements. The mask holds 1 / (1 - p) where an element "
    "was kept, so that y = x * mask and the backward pass needs nothing else"
)
def mask_not_scaled(x, p, training, rng):
    check_p(p)
    if not training:
        return x.copy(), np.ones_like(x)
    keep = survivors(x, p, rng)
    return x * keep * inverse(1 - p), keep


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
    return masked(x, training, lambda: 1 - survivors(x, p, rng), inverse(p))


@misconception(
    "keeps an element where the random number is below p, so that it drops with probability 1 - p, but scales for the "
    "opposite. A uniform random number is below p with probability p: drop there; keep where it is at least p"
)
def comparison_reversed(x, p, training, rng):
    check_p(p)
    return masked(x, training, lambda: 1 - survivors(x, p, rng), inverse(1 - p))


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
    return masked(x, training, lambda: survivors(x, p, rng), inverse(p))


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
    return masked(x, training, lambda: shared(x, p, rng, axes=1), inverse(1 - p))


@misconception(
    "shares one draw among all the elements of the last axes, which is the dropout of whole channels (torch's "
    "dropout2d). Here every element is decided on its own; the two agree for x with up to two axes"
)
def drops_channels(x, p, training, rng):
    check_p(p)
    return masked(x, training, lambda: shared(x, p, rng, axes=2), inverse(1 - p))


@misconception(
    "draws from NumPy's global random state (np.random.rand). Then the generator that is passed in decides nothing: "
    "equal seeds give different masks. Call rng.random"
)
def global_random_state(x, p, training, rng):
    check_p(p)
    return masked(x, training, lambda: (np.random.random(x.shape) >= p).astype(x.dtype), inverse(1 - p))


@misconception(
    "divides 0 by 1 - p = 0 where p is 1, which gives nan. Everything is dropped then, and the mask holds zeros: the "
    "case needs a branch of its own"
)
def zero_over_zero(x, p, training, rng):
    check_p(p)
    if not training:
        return x.copy(), np.ones_like(x)
    with np.errstate(all="ignore"):
        mask = survivors(x, p, rng) / np.asarray(1 - p, x.dtype if x.dtype.kind == "f" else float)
        return x * mask, mask


@misconception(
    "does not check p in evaluation. A probability below 0 or above 1 is a mistake of the caller in both modes, and is "
    "better found before the training is switched on: raise ValueError first of all"
)
def checked_in_training_only(x, p, training, rng):
    if training:
        check_p(p)
    return masked(x, training, lambda: survivors(x, p, rng), inverse(1 - p))


@misconception(
    "does not check p: a probability below 0 or above 1 asks for a ValueError, in training and in evaluation"
)
def never_checked(x, p, training, rng):
    return masked(x, training, lambda: survivors(x, p, rng), inverse(1 - p))
