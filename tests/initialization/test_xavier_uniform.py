import math

import numpy as np

from grader.checks import (
    assert_distribution,
    assert_repeatable,
    assert_shape,
    contract,
    misconception,
    on_learner_side,
    parametrize,
    statistic,
)


@statistic(rtol=0.05)
def spread(w):
    """Return what characterizes weights: their shape, whether they are copies, the signs, and two moments.

    Of many matrices also: do the mean and the mean square stay the same from one to the next?
    """
    if np.unique(w).size < 0.5 * np.size(w):
        return *np.shape(w), np.unique(w).size
    square = np.mean(w**2)
    found = *np.shape(w), np.mean(w < 0), square**0.5, np.mean(w**4) ** 0.25
    if np.ndim(w) < 3:
        return found
    means, squares = (values.reshape(len(w), -1).mean(axis=1) for values in (w / square**0.5, w**2 / square))
    slack = 0.3 / math.sqrt(w[0].size)
    return *found, 1.0 + (means.std() < slack), 1.0 + (squares.std() < slack)


def bound(fan_in, fan_out, gain):
    return gain * math.sqrt(6 / (fan_in + fan_out))


@on_learner_side
def many(learner, count, fan_in, fan_out, gain, generator):
    return np.array([learner.xavier_uniform(fan_in, fan_out, generator, gain) for _ in range(count)])


def normal(z):
    return np.array([math.erf(value / math.sqrt(2)) for value in z]) / 2 + 0.5


def assert_spread(w, fan_in, fan_out, gain):
    """Compare largest weight and variance with those of the distribution, within five standard deviations."""
    a, largest = bound(fan_in, fan_out, gain), np.abs(w).max()
    assert largest <= a * (1 + 1e-12), f"the largest |weight| is {largest:.5g}, expected at most {a:.5g}"
    assert largest > 0.99 * a, f"the largest |weight| is {largest:.5g}, expected close to {a:.5g}"
    variance, slack = a**2 / 3, 5 * math.sqrt(0.8 / w.size)
    assert abs(np.mean(w**2) / variance - 1) < slack, (
        f"the variance of the weights is {np.mean(w**2):.5g}, expected {variance:.5g} within {100 * slack:.1f} %"
    )


def test_spread(student, rng, child):
    """Draws weights with the bound and the variance of Xavier's distribution."""
    fan_in, fan_out = (int(size) for size in rng.integers([300, 200], [500, 400]))
    w = student.xavier_uniform(fan_in, fan_out, child, 1.7)
    assert_shape(w, (fan_out, fan_in), "the weights")
    assert_spread(w, fan_in, fan_out, 1.7)


def test_mean(student, child):
    """Draws weights whose mean is 0."""
    w = student.xavier_uniform(300, 200, child, 1.25)
    assert_shape(w, (200, 300), "the weights")
    slack = 5 * w.std() / math.sqrt(w.size)
    assert abs(w.mean()) < slack, f"the mean of the weights is {w.mean():.5g}, expected 0 within {slack:.5g}"


def test_uniform(student, child):
    """Draws from a uniform distribution: every interval of the same length is as likely."""
    w = student.xavier_uniform(150, 200, child, 0.8)
    assert_shape(w, (200, 150), "the weights")
    a = bound(150, 200, 0.8)
    assert_distribution(w, lambda x: (x + a) / (2 * a), "the uniform one")


@parametrize(("fan_in", "fan_out"), [(1000, 10), (10, 1000), (120, 120)])
def test_both_fans(student, child, fan_in, fan_out):
    """Uses the sum of both fans, however different they are."""
    w = student.xavier_uniform(fan_in, fan_out, child, 1.0)
    assert_shape(w, (fan_out, fan_in), "the weights")
    assert_spread(w, fan_in, fan_out, 1.0)


@parametrize(("fan_in", "fan_out"), [(1, 2), (3, 2), (1, 1)])
def test_small_fans(student, child, fan_in, fan_out):
    """Has the right bound in the smallest layers, over thousands of calls."""
    matrices = student.run(many, 3000, fan_in, fan_out, 1.0, child)
    assert_shape(matrices, (3000, fan_out, fan_in), "3000 matrices")
    assert_spread(matrices, fan_in, fan_out, 1.0)


@parametrize("gain", [0.25, 5 / 3])
def test_gain(student, child, gain):
    """Multiplies the bound by the gain."""
    w = student.xavier_uniform(80, 150, child, gain)
    assert_shape(w, (150, 80), "the weights")
    assert_spread(w, 80, 150, gain)


def test_default_gain(student, child):
    """Uses a gain of 1 unless told otherwise."""
    w = student.xavier_uniform(150, 90, child)
    assert_shape(w, (90, 150), "the weights")
    assert_spread(w, 150, 90, 1.0)


def test_independent(student, child):
    """Draws each weight independently of the others, so that their mean and their size differ from call to call."""
    matrices = student.run(many, 80, 6, 5, 1.5, child)
    assert_shape(matrices, (80, 5, 6), "80 matrices")
    u = matrices.reshape(80, 30) / bound(6, 5, 1.5)
    assert np.unique(u).size > 0.99 * u.size, "many weights are equal; each one is to be drawn on its own"
    assert_distribution(u.sum(axis=1) / math.sqrt(30 / 3), normal, "that of means of independent weights")
    sizes = ((u**2).sum(axis=1) - 30 / 3) / math.sqrt(30 * 4 / 45)
    assert_distribution(sizes, normal, "that of mean squares of independent weights")


def test_shape(student, child):
    """Returns one row per output and one column per input."""
    assert_shape(student.xavier_uniform(100, 10, child, 2.0), (10, 100), "the weights")


def test_seeds(student, rng):
    """Depends on the generator alone: on its seed, and on what was drawn from it before."""
    assert_repeatable(lambda generator: student.xavier_uniform(120, 100, generator, 1.5), rng)


def test_float64(student, child):
    """Returns float64."""
    w = student.xavier_uniform(50, 30, child, 1.0)
    assert_shape(w, (30, 50), "the weights")
    assert w.dtype == np.float64, f"the weights have dtype {w.dtype}, expected float64"


@contract(None, "pure")
def xavier_uniform(child):
    return 120, 100, child, 1.0


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


@misconception(
    "takes the mean of the fans with //, which drops the half where their sum is odd: (1 + 2) // 2 is 1, not 1.5. In a "
    "wide layer the two hardly differ"
)
def whole_mean_of_fans(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(3 / ((fan_in + fan_out) // 2))
    return rng.uniform(-a, a, size=(fan_out, fan_in))


@misconception(
    "counts the bias as one more input, fan_in + 1 + fan_out. The bias starts at 0 and adds nothing to the signal; in "
    "a wide layer the two hardly differ"
)
def bias_counted(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(6 / (fan_in + 1 + fan_out))
    return rng.uniform(-a, a, size=(fan_out, fan_in))


@misconception(
    "draws from np.random, the global generator, in place of the one that is passed. Equal seeds then give different "
    "weights, and every other user of the global one is disturbed: rng.uniform(...) is all it takes"
)
def global_generator(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(6 / (fan_in + fan_out))
    return np.random.uniform(-a, a, size=(fan_out, fan_in))


@misconception(
    "makes a generator of its own with a fixed seed. Every call then returns the same weights, and all layers of a "
    "shape start alike: the generator that is passed has to be used"
)
def own_seed(fan_in, fan_out, rng, gain=1.0):
    a = gain * np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng(42).uniform(-a, a, size=(fan_out, fan_in))
