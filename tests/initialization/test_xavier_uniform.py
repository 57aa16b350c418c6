import math

import numpy as np

from grader.checks import assert_close, assert_pure, misconception, parametrize, statistic


@statistic(rtol=0.05)
def spread(w):
    """Return the shape, the share of negative weights, and two moments, which differ for other distributions."""
    return (*np.shape(w), np.mean(w < 0), np.mean(w**2) ** 0.5, np.mean(w**4) ** 0.25)


def bound(fan_in, fan_out, gain):
    return gain * math.sqrt(6 / (fan_in + fan_out))


def assert_shape(w, fan_in, fan_out):
    assert isinstance(w, np.ndarray), f"the answer is of type {type(w).__name__}, expected an array"
    assert np.shape(w) == (fan_out, fan_in), (
        f"the weights have shape {np.shape(w)}, expected (fan_out, fan_in) = {(fan_out, fan_in)}"
    )


def assert_spread(w, fan_in, fan_out, gain):
    """Compare shape, largest weight and variance with those of the distribution, within five standard deviations."""
    assert_shape(w, fan_in, fan_out)
    a, largest = bound(fan_in, fan_out, gain), np.abs(w).max()
    assert largest <= a * (1 + 1e-12), f"the largest |weight| is {largest:.5g}, expected at most {a:.5g}"
    assert largest > 0.99 * a, f"the largest |weight| is {largest:.5g}, expected close to {a:.5g}"
    variance, slack = a**2 / 3, 5 * math.sqrt(0.8 / w.size)
    assert abs(np.mean(w**2) / variance - 1) < slack, (
        f"the variance of the weights is {np.mean(w**2):.5g}, expected {variance:.5g} within {100 * slack:.1f} %"
    )


def test_spread(student, child):
    """Draws weights with the bound and the variance of Xavier's distribution."""
    assert_spread(student.xavier_uniform(400, 300, child, 1.7), 400, 300, 1.7)


def test_mean(student, child):
    """Draws weights whose mean is 0."""
    w = student.xavier_uniform(300, 200, child, 1.25)
    assert_shape(w, 300, 200)
    slack = 5 * w.std() / math.sqrt(w.size)
    assert abs(w.mean()) < slack, f"the mean of the weights is {w.mean():.5g}, expected 0 within {slack:.5g}"


def test_uniform(student, child):
    """Draws from a uniform distribution: every interval of the same length is as likely."""
    w = student.xavier_uniform(150, 200, child, 0.8)
    assert_shape(w, 150, 200)
    a, n = bound(150, 200, 0.8), w.size
    uniform = (np.sort(w, axis=None) + a) / (2 * a)
    ranks = np.arange(n + 1) / n
    distance = max(np.max(ranks[1:] - uniform), np.max(uniform - ranks[:-1]))
    assert distance < 2.8 / math.sqrt(n), (  # Kolmogorov and Smirnov; exceeded by chance 3 times in 10 million
        f"the distribution function is up to {distance:.4f} away from the uniform one, "
        f"expected less than {2.8 / math.sqrt(n):.4f}"
    )


@parametrize(("fan_in", "fan_out"), [(1000, 10), (10, 1000), (120, 120)])
def test_both_fans(student, child, fan_in, fan_out):
    """Uses the sum of both fans, however different they are."""
    assert_spread(student.xavier_uniform(fan_in, fan_out, child, 1.0), fan_in, fan_out, 1.0)


@parametrize("gain", [0.25, 5 / 3])
def test_gain(student, child, gain):
    """Multiplies the bound by the gain."""
    assert_spread(student.xavier_uniform(80, 150, child, gain), 80, 150, gain)


def test_default_gain(student, child):
    """Uses a gain of 1 unless told otherwise."""
    assert_spread(student.xavier_uniform(150, 90, child), 150, 90, 1.0)


@parametrize(("fan_in", "fan_out"), [(100, 10), (1, 7), (5, 1), (1, 1)])
def test_shape(student, child, fan_in, fan_out):
    """Returns one row per output and one column per input."""
    w = student.xavier_uniform(fan_in, fan_out, child, 2.0)
    assert_shape(w, fan_in, fan_out)
    assert np.all(np.abs(w) <= bound(fan_in, fan_out, 2.0) * (1 + 1e-12)), "a weight lies outside the bound"


def test_seeds(student, rng):
    """Returns the same weights for equal seeds and other weights for other seeds."""
    seed = int(rng.integers(2**32))
    first = student.xavier_uniform(60, 40, np.random.default_rng(seed), 1.5)
    assert_shape(first, 60, 40)
    assert_close(student.xavier_uniform(60, 40, np.random.default_rng(seed), 1.5), first)
    other = student.xavier_uniform(60, 40, np.random.default_rng(seed + 1), 1.5)
    assert_shape(other, 60, 40)
    assert not np.any(other == first), "two generators with different seeds gave equal weights"


def test_new_draws(student, child):
    """Goes on drawing from the generator: a second call returns other weights."""
    first = student.xavier_uniform(60, 40, child, 1.5)
    second = student.xavier_uniform(60, 40, child, 1.5)
    assert_shape(first, 60, 40)
    assert_shape(second, 60, 40)
    assert not np.any(first == second), "two calls with one generator gave equal weights"
    assert np.unique(first).size == first.size, "some weights are equal; each one is to be drawn on its own"


def test_float64(student, child):
    """Returns float64."""
    w = student.xavier_uniform(50, 30, child, 1.0)
    assert_shape(w, 50, 30)
    assert w.dtype == np.float64, f"the weights have dtype {w.dtype}, expected float64"


def test_pure(student, child):
    """Draws from the generator only and leaves the global random state alone."""
    assert_shape(student.xavier_uniform(50, 30, child, 1.0), 50, 30)
    assert_pure(student)


@misconception(
    "takes a root too many: with t = sqrt(fan_in + fan_out), the bound is sqrt(6) / t and the variance 2 / t**2, not "
    "sqrt(6 / t) and 2 / t. The weights come out far too large and signals explode; the two agree only where t is 1"
)
def variance_2_over_t(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(6 / np.sqrt(fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_out, fan_in))


@misconception(
    "draws from a normal distribution. The variance is right, but that is Xavier normal: here no weight may lie "
    "outside the bound, and all values inside are as likely"
)
def normal_instead(fan_in, fan_out, rng, gain=1.0):
    return rng.normal(0, gain * np.sqrt(2 / (fan_in + fan_out)), size=(fan_out, fan_in))


@misconception(
    "uses fan_in alone, sqrt(6 / fan_in), which is He's bound for ReLU and twice the variance in a square layer. "
    "Xavier's bound has fan_in + fan_out, for the gradients that flow back as well"
)
def fan_in_only(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(6 / fan_in)
    return rng.uniform(-a, a, size=(fan_out, fan_in))


@misconception(
    "has 3 where 6 belongs, which halves the variance. A uniform distribution between -a and a has variance a**2 / 3; "
    "for that to be 2 / (fan_in + fan_out), a**2 must be 6 / (fan_in + fan_out)"
)
def sqrt3_over_n(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(3 / (fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_out, fan_in))


@misconception(
    "returns shape (fan_in, fan_out). As in torch.nn.Linear there is one row per output: (fan_out, fan_in). In a "
    "square layer the shapes cannot tell the two apart"
)
def transposed_shape(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_in, fan_out))


@misconception(
    "takes the bound for the standard deviation: a is sqrt(2 / (fan_in + fan_out)), which is the standard deviation "
    "that the weights should have. A uniform distribution needs a bound that is sqrt(3) times as large"
)
def bound_is_standard_deviation(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(2 / (fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_out, fan_in))


@misconception("does not use the gain; it multiplies the bound. The two agree at a gain of 1, which is the default")
def gain_ignored(fan_in, fan_out, rng, gain=1.0):
    a = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_out, fan_in))


@misconception(
    "puts the gain under the root, so that the bound grows only with the root of the gain. The gain multiplies the "
    "bound, and its square multiplies the variance. The two agree at a gain of 1, which is the default"
)
def gain_under_root(fan_in, fan_out, rng, gain=1.0):
    a = np.sqrt(gain * 6 / (fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_out, fan_in))


@misconception(
    "draws between 0 and a: all weights are positive. rng.random() lies between 0 and 1 and has to be stretched to "
    "both sides, so that the mean is 0"
)
def one_sided(fan_in, fan_out, rng, gain=1.0):
    return gain * np.sqrt(6 / (fan_in + fan_out)) * rng.random((fan_out, fan_in))
