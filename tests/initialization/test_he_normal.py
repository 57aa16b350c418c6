import math

import numpy as np

from grader.checks import assert_close, assert_pure, misconception, on_learner_side, parametrize, statistic


@statistic(rtol=0.05)
def spread(w):
    """Return the shape, the share of negative weights, and two moments, which differ for other distributions."""
    if np.ndim(w) == 0:  # the signal after many layers, which is different for each draw
        return ()
    return (*np.shape(w), np.mean(w < 0), np.mean(w**2) ** 0.5, np.mean(w**4) ** 0.25)


@on_learner_side
def mean_square_after(learner, x, sizes, negative_slope, generator):
    for fan_in, fan_out in sizes:
        x = x @ learner.he_normal(fan_in, fan_out, generator, negative_slope).T
        x = np.where(x > 0, x, negative_slope * x)
    return np.mean(x**2)


def deviation(fan_in, negative_slope):
    return math.sqrt(2 / ((1 + negative_slope**2) * fan_in))


def assert_shape(w, fan_in, fan_out):
    assert isinstance(w, np.ndarray), f"the answer is of type {type(w).__name__}, expected an array"
    assert np.shape(w) == (fan_out, fan_in), (
        f"the weights have shape {np.shape(w)}, expected (fan_out, fan_in) = {(fan_out, fan_in)}"
    )


def assert_variance(w, fan_in, fan_out, negative_slope):
    """Compare the variance with that of the distribution, within five standard deviations."""
    assert_shape(w, fan_in, fan_out)
    variance, slack = deviation(fan_in, negative_slope) ** 2, 5 * math.sqrt(2 / w.size)
    assert abs(np.mean(w**2) / variance - 1) < slack, (
        f"the variance of the weights is {np.mean(w**2):.5g}, expected {variance:.5g} within {100 * slack:.1f} %"
    )


def test_variance(student, child):
    """Draws weights with He's variance for a leaky ReLU."""
    assert_variance(student.he_normal(300, 200, child, 0.5), 300, 200, 0.5)


def test_mean(student, child):
    """Draws weights whose mean is 0."""
    w = student.he_normal(200, 300, child, 0.1)
    assert_shape(w, 200, 300)
    slack = 5 * w.std() / math.sqrt(w.size)
    assert abs(w.mean()) < slack, f"the mean of the weights is {w.mean():.5g}, expected 0 within {slack:.5g}"


def test_normal(student, child):
    """Draws from a normal distribution that is not truncated."""
    w = student.he_normal(160, 200, child, 0.25)
    assert_shape(w, 160, 200)
    std, n = deviation(160, 0.25), w.size
    normal = np.array([math.erf(z) for z in np.sort(w, axis=None) / (std * math.sqrt(2))]) / 2 + 0.5
    ranks = np.arange(n + 1) / n
    distance = max(np.max(ranks[1:] - normal), np.max(normal - ranks[:-1]))
    assert distance < 2.8 / math.sqrt(n), (  # Kolmogorov and Smirnov; exceeded by chance 3 times in 10 million
        f"the distribution function is up to {distance:.4f} away from the normal one, "
        f"expected less than {2.8 / math.sqrt(n):.4f}"
    )


@parametrize(("fan_in", "fan_out"), [(1000, 20), (20, 1000), (140, 140)])
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


@parametrize(("fan_in", "fan_out"), [(100, 10), (1, 7), (5, 1), (1, 1)])
def test_shape(student, child, fan_in, fan_out):
    """Returns one row per output and one column per input."""
    w = student.he_normal(fan_in, fan_out, child, 0.2)
    assert_shape(w, fan_in, fan_out)


def test_seeds(student, rng):
    """Returns the same weights for equal seeds and other weights for other seeds."""
    seed = int(rng.integers(2**32))
    first = student.he_normal(60, 40, np.random.default_rng(seed), 0.2)
    assert_shape(first, 60, 40)
    assert_close(student.he_normal(60, 40, np.random.default_rng(seed), 0.2), first)
    other = student.he_normal(60, 40, np.random.default_rng(seed + 1), 0.2)
    assert_shape(other, 60, 40)
    assert not np.any(other == first), "two generators with different seeds gave equal weights"


def test_new_draws(student, child):
    """Goes on drawing from the generator: a second call returns other weights."""
    first = student.he_normal(60, 40, child, 0.2)
    second = student.he_normal(60, 40, child, 0.2)
    assert_shape(first, 60, 40)
    assert_shape(second, 60, 40)
    assert not np.any(first == second), "two calls with one generator gave equal weights"
    assert np.unique(first).size == first.size, "some weights are equal; each one is to be drawn on its own"


def test_float64(student, child):
    """Returns float64."""
    w = student.he_normal(50, 30, child, 0.2)
    assert_shape(w, 50, 30)
    assert w.dtype == np.float64, f"the weights have dtype {w.dtype}, expected float64"


def test_pure(student, child):
    """Draws from the generator only and leaves the global random state alone."""
    assert_shape(student.he_normal(50, 30, child, 0.2), 50, 30)
    assert_pure(student)


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
