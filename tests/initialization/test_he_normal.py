import math

import numpy as np

from grader.checks import (
    assert_distribution,
    assert_repeatable,
    assert_shape,
    assert_share,
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
    if np.ndim(w) == 0:  # the signal after many layers, which is different for each draw
        return ()
    if np.unique(w).size < 0.5 * np.size(w):
        return *np.shape(w), np.unique(w).size
    square = np.mean(w**2)
    found = *np.shape(w), np.mean(w < 0), square**0.5, np.mean(w**4) ** 0.25
    if np.ndim(w) < 3:
        return found
    means, squares = (values.reshape(len(w), -1).mean(axis=1) for values in (w / square**0.5, w**2 / square))
    slack = 0.3 / math.sqrt(w[0].size)
    return *found, 1.0 + (means.std() < slack), 1.0 + (squares.std() < slack)


@on_learner_side
def mean_square_after(learner, x, sizes, negative_slope, generator):
    for fan_in, fan_out in sizes:
        x = x @ learner.he_normal(fan_in, fan_out, generator, negative_slope).T
        x = np.where(x > 0, x, negative_slope * x)
    return np.mean(x**2)


@on_learner_side
def many(learner, count, fan_in, fan_out, negative_slope, generator):
    return np.array([learner.he_normal(fan_in, fan_out, generator, negative_slope) for _ in range(count)])


def deviation(fan_in, negative_slope):
    return math.sqrt(2 / ((1 + negative_slope**2) * fan_in))


def normal(z):
    return np.array([math.erf(value / math.sqrt(2)) for value in z]) / 2 + 0.5


def assert_variance(w, fan_in, fan_out, negative_slope):
    """Compare the variance with that of the distribution, within five standard deviations."""
    assert_shape(w, (fan_out, fan_in), "the weights")
    variance, slack = deviation(fan_in, negative_slope) ** 2, 5 * math.sqrt(2 / w.size)
    assert abs(np.mean(w**2) / variance - 1) < slack, (
        f"the variance of the weights is {np.mean(w**2):.5g}, expected {variance:.5g} within {100 * slack:.1f} %"
    )


def test_variance(student, rng, child):
    """Draws weights with He's variance for a leaky ReLU."""
    fan_in, fan_out = (int(size) for size in rng.integers([200, 150], [400, 300]))
    assert_variance(student.he_normal(fan_in, fan_out, child, 0.5), fan_in, fan_out, 0.5)


def test_mean(student, child):
    """Draws weights whose mean is 0."""
    w = student.he_normal(200, 300, child, 0.1)
    assert_shape(w, (300, 200), "the weights")
    slack = 5 * w.std() / math.sqrt(w.size)
    assert abs(w.mean()) < slack, f"the mean of the weights is {w.mean():.5g}, expected 0 within {slack:.5g}"


def test_normal(student, child):
    """Draws from a normal distribution that is not truncated."""
    w = student.he_normal(160, 200, child, 0.25)
    assert_shape(w, (200, 160), "the weights")
    z = w / deviation(160, 0.25)
    assert_distribution(z, normal, "the normal one")
    assert_share(np.abs(z) > 3, math.erfc(3 / math.sqrt(2)), "weights beyond three standard deviations")


@parametrize(("fan_in", "fan_out"), [(1000, 20), (2, 6000), (140, 140)])
def test_fan_in_only(student, child, fan_in, fan_out):
    """Uses the number of inputs alone, however many outputs there are."""
    assert_variance(student.he_normal(fan_in, fan_out, child, 0.0), fan_in, fan_out, 0.0)


@parametrize("negative_slope", [0.2, 1.0, 2.0])
def test_slopes(student, child, negative_slope):
    """Draws smaller weights for a leakier ReLU."""
    assert_variance(student.he_normal(150, 200, child, negative_slope), 150, 200, negative_slope)


def test_default_slope(student, child):
    """Draws weights for plain ReLU unless told otherwise."""
    assert_variance(student.he_normal(200, 120, child), 200, 120, 0.0)


@parametrize("negative_slope", [0.0, 0.3])
def test_signal(student, rng, child, negative_slope):
    """Keeps the size of a signal through 24 layers with ReLU or leaky ReLU."""
    x = rng.normal(size=(8, 80))
    result = student.run(mean_square_after, x, [(80, 160), (160, 80)] * 12, negative_slope, child)
    # The logarithm of the result has a standard deviation of about 1.
    assert np.shape(result) == (), f"the mean square has shape {np.shape(result)}, expected a number"
    assert 1e-3 < result / np.mean(x**2) < 1e3, (
        f"after 24 layers the mean square of the signal is {result / np.mean(x**2):.2g} times what it was, "
        "expected between 0.001 and 1000 times"
    )


def test_independent(student, child):
    """Draws each weight independently of the others, so that their mean and their size differ from call to call."""
    matrices = student.run(many, 80, 6, 5, 0.2, child)
    assert_shape(matrices, (80, 5, 6), "80 matrices")
    z = matrices.reshape(80, 30) / deviation(6, 0.2)
    assert np.unique(z).size > 0.99 * z.size, "many weights are equal; each one is to be drawn on its own"
    assert_distribution(z.sum(axis=1) / math.sqrt(30), normal, "that of means of independent weights")
    sizes = ((z**2).sum(axis=1) - 30) / math.sqrt(60)
    assert_distribution(sizes, normal, "that of mean squares of independent weights")


@parametrize(("fan_in", "fan_out"), [(100, 10), (1, 7), (5, 1), (1, 1)])
def test_shape(student, child, fan_in, fan_out):
    """Returns one row per output and one column per input."""
    assert_shape(student.he_normal(fan_in, fan_out, child, 0.2), (fan_out, fan_in), "the weights")


def test_seeds(student, rng):
    """Depends on the generator alone: on its seed, and on what was drawn from it before."""
    assert_repeatable(lambda generator: student.he_normal(120, 100, generator, 0.2), rng)


def test_float64(student, child):
    """Returns float64."""
    w = student.he_normal(50, 30, child, 0.2)
    assert_shape(w, (30, 50), "the weights")
    assert w.dtype == np.float64, f"the weights have dtype {w.dtype}, expected float64"


@contract(None, "pure")
def he_normal(child):
    return 120, 100, child, 0.2


@misconception(
    "uses Xavier's variance, 2 / (fan_in + fan_out). It knows nothing of the half of the signal that ReLU throws "
    "away: after 30 square layers about a billionth of its mean square is left. He's variance has fan_in alone"
)
def xavier_for_relu(fan_in, fan_out, rng, negative_slope=0.0):
    std = np.sqrt(2 / ((1 + negative_slope**2) * (fan_in + fan_out)))
    return rng.normal(0, std, size=(fan_out, fan_in))


@misconception(
    "uses Xavier's variance, 2 / (fan_in + fan_out), and leaves out the slope. It is made for activations without a "
    "dead half; He's variance has fan_in alone and makes up for what a (leaky) ReLU takes: "
    "2 / ((1 + negative_slope**2) * fan_in)"
)
def xavier_variance(fan_in, fan_out, rng, negative_slope=0.0):
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), size=(fan_out, fan_in))


@misconception(
    "passes the variance where the standard deviation belongs: the root is missing. The second argument of rng.normal "
    "is the standard deviation; the weights come out far too small, and signals die out within a few layers"
)
def std_as_variance(fan_in, fan_out, rng, negative_slope=0.0):
    return rng.normal(0, 2 / ((1 + negative_slope**2) * fan_in), size=(fan_out, fan_in))


@misconception(
    'uses the number of outputs. That is the mode "fan_out", which keeps the size of the gradients on the way back; '
    "asked for is the number of inputs, which keeps the size of the signals. In a square layer the two agree"
)
def fan_out_mode(fan_in, fan_out, rng, negative_slope=0.0):
    return rng.normal(0, np.sqrt(2 / ((1 + negative_slope**2) * fan_out)), size=(fan_out, fan_in))


@misconception(
    "draws from a uniform distribution between -std and std. Its variance is std**2 / 3 only, and He normal is a "
    "normal distribution, rng.normal(0, std, ...), whose weights may well exceed std"
)
def uniform_shape(fan_in, fan_out, rng, negative_slope=0.0):
    std = np.sqrt(2 / ((1 + negative_slope**2) * fan_in))
    return rng.uniform(-std, std, size=(fan_out, fan_in))


@misconception(
    "draws from the uniform distribution with the right variance. That is He uniform; asked for is He normal, a "
    "normal distribution"
)
def he_uniform(fan_in, fan_out, rng, negative_slope=0.0):
    bound = np.sqrt(6 / ((1 + negative_slope**2) * fan_in))
    return rng.uniform(-bound, bound, size=(fan_out, fan_in))


@misconception(
    "has 1 where 2 belongs: the variance 1 / fan_in keeps the size of signals without an activation function. ReLU "
    "halves their mean square, so the variance has to be twice as large"
)
def factor_two_missing(fan_in, fan_out, rng, negative_slope=0.0):
    return rng.normal(0, np.sqrt(1 / ((1 + negative_slope**2) * fan_in)), size=(fan_out, fan_in))


@misconception(
    "does not use the slope. A leaky ReLU lets more of the signal through, so its weights are smaller, by the root of "
    "1 + negative_slope**2; the two agree at a slope of 0"
)
def slope_ignored(fan_in, fan_out, rng, negative_slope=0.0):
    return rng.normal(0, np.sqrt(2 / fan_in), size=(fan_out, fan_in))


@misconception(
    "does not square the slope. It multiplies the signal, and its square the variance: 1 + negative_slope**2. The two "
    "agree at slopes of 0 and 1"
)
def slope_not_squared(fan_in, fan_out, rng, negative_slope=0.0):
    return rng.normal(0, np.sqrt(2 / ((1 + negative_slope) * fan_in)), size=(fan_out, fan_in))


@misconception(
    "returns shape (fan_in, fan_out). As in torch.nn.Linear there is one row per output: (fan_out, fan_in). In a "
    "square layer the shapes cannot tell the two apart"
)
def transposed_shape(fan_in, fan_out, rng, negative_slope=0.0):
    return rng.normal(0, np.sqrt(2 / ((1 + negative_slope**2) * fan_in)), size=(fan_in, fan_out))


@misconception(
    "counts the bias as one more input, fan_in + 1. The bias starts at 0 and adds nothing to the signal; in a wide "
    "layer the two hardly differ"
)
def bias_counted(fan_in, fan_out, rng, negative_slope=0.0):
    return rng.normal(0, np.sqrt(2 / ((1 + negative_slope**2) * (fan_in + 1))), size=(fan_out, fan_in))


@misconception(
    "draws again what lies beyond two standard deviations, as Keras does. That is a truncated normal distribution, "
    "with a smaller variance unless it is corrected; asked for is a plain one, which has tails"
)
def truncated(fan_in, fan_out, rng, negative_slope=0.0):
    z = rng.standard_normal((fan_out, fan_in))
    while np.any(far := np.abs(z) > 2):
        z[far] = rng.standard_normal(far.sum())
    return np.sqrt(2 / ((1 + negative_slope**2) * fan_in)) * z


@misconception(
    "standardizes what it has drawn, so that the sample has exactly mean 0 and the asked standard deviation. Mean and "
    "size of independent draws vary from call to call; after the correction every weight depends on all others"
)
def standardized(fan_in, fan_out, rng, negative_slope=0.0):
    z = rng.standard_normal((fan_out, fan_in))
    z = (z - z.mean()) / (z.std() or 1.0)
    return np.sqrt(2 / ((1 + negative_slope**2) * fan_in)) * z


@misconception(
    "draws from np.random, the global generator, in place of the one that is passed. Equal seeds then give different "
    "weights, and every other user of the global one is disturbed: rng.normal(...) is all it takes"
)
def global_generator(fan_in, fan_out, rng, negative_slope=0.0):
    return np.random.randn(fan_out, fan_in) * np.sqrt(2 / ((1 + negative_slope**2) * fan_in))


@misconception(
    "makes a generator of its own with a fixed seed. Every call then returns the same weights, and all layers of a "
    "shape start alike: the generator that is passed has to be used"
)
def own_seed(fan_in, fan_out, rng, negative_slope=0.0):
    return np.random.default_rng(42).normal(0, np.sqrt(2 / ((1 + negative_slope**2) * fan_in)), (fan_out, fan_in))
