import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, gamma, eps):
    from torch.nn.functional import rms_norm

    return rms_norm(x, gamma.shape, gamma, eps)


def draw(rng, shape):
    """Draw features whose mean is not 0, and scales."""
    return rng.normal(1.0, 2.0, size=shape), rng.uniform(0.5, 2.0, size=shape[-1]) * rng.choice([-1, 1], size=shape[-1])


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.rms_norm."""
    n, d = (int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:2])
    arguments = (*draw(rng, (n, d)), rng.uniform(0.1, 0.5))
    assert_close(student.rms_norm(*arguments), expected(*arguments))


@parametrize("shape", [(5,), (1, 4), (2, 3, 5), (2, 1, 2, 3), (3, 1)])
def test_shapes(student, rng, shape):
    """Normalizes along the last axis, whatever stands before it."""
    arguments = (*draw(rng, shape), 1e-5)
    assert_close(student.rms_norm(*arguments), expected(*arguments))


@parametrize("mean", [100.0, -5.0])
def test_mean_stays(student, rng, mean):
    """Does not subtract the mean, which may be far from 0."""
    x, gamma = draw(rng, (3, 6))
    arguments = (x + mean, gamma, 1e-6)
    assert_close(student.rms_norm(*arguments), expected(*arguments))


@parametrize("size", [1e-3, 1e-5])
def test_small_features(student, rng, size):
    """Adds eps under the root, which shows where features are small."""
    x, gamma = draw(rng, (4, 5))
    arguments = (size * x, gamma, 1e-5)
    assert_close(student.rms_norm(*arguments), expected(*arguments))


def test_rows_of_different_size(student, rng):
    """Gives each row a scale of its own, also when one is a million times as large as another."""
    x, gamma = draw(rng, (4, 5))
    arguments = (x * np.array([[1e-3], [1.0], [1e3], [1e6]]), gamma, 1e-8)
    assert_close(student.rms_norm(*arguments), expected(*arguments))


def test_all_zero(student, rng):
    """Leaves features that are all 0 at 0."""
    x, gamma = draw(rng, (3, 4))
    x[1] = 0
    assert_close(student.rms_norm(x, gamma, 1e-5), expected(x, gamma, 1e-5))


def test_no_eps(student, rng):
    """Works with an eps of 0: the answer has a mean square of 1 before it is scaled."""
    x, _ = draw(rng, (3, 8))
    gamma = np.full(8, 3.0)
    assert_close(student.rms_norm(x, gamma, 0.0), expected(x, gamma, 0.0))


@contract(expected, "float32", "integers", "views", "pure", defaults={"eps": 1e-5}, integers=(0,))
def rms_norm(rng):
    x, gamma = draw(rng, (2, 3, 5))
    return 3 * x, gamma, 0.2


def root(x, eps, axis=-1):
    """Return the root of the mean square."""
    return np.sqrt((x**2).mean(axis=axis, keepdims=True) + eps)


@misconception(
    "subtracts the mean first, which is layer norm. RMSNorm leaves the mean where it is and divides by the root of the "
    "mean square; for features of mean 0 the two agree"
)
def layer_norm(x, gamma, eps=1e-5):
    return gamma * (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + eps)


@misconception(
    "divides by the standard deviation, which is the root mean square after the mean is taken off. Here the squares of "
    "x itself are averaged; for features of mean 0 the two agree"
)
def standard_deviation(x, gamma, eps=1e-5):
    return gamma * x / np.sqrt(x.var(axis=-1, keepdims=True) + eps)


@misconception(
    "takes the sum of the squares for their mean, which divides by the length of the vector. The answer is then "
    "smaller by sqrt(D); the two agree for a single feature"
)
def sum_of_squares(x, gamma, eps=1e-5):
    return gamma * x / np.sqrt((x**2).sum(axis=-1, keepdims=True) + eps)


@misconception(
    "adds eps after the square root. It is added to the mean square, under the root: for features of size 1 the two "
    "are alike, for those of size 0.001 the root of eps is what counts"
)
def eps_outside(x, gamma, eps=1e-5):
    return gamma * x / (root(x, 0.0) + eps)


@misconception(
    "multiplies by 1 + gamma, the convention of Gemma, whose weights are stored less 1. Here gamma itself is the "
    "scale, 1 for a norm that has learned nothing yet"
)
def one_plus_gamma(x, gamma, eps=1e-5):
    return (1 + gamma) * x / root(x, eps)


@misconception(
    "averages the squares along axis 0, over the tokens. Each token is normalized by its own features, along the last "
    "axis; what else is in the batch must not matter"
)
def wrong_axis(x, gamma, eps=1e-5):
    return gamma * x / root(x, eps, axis=0)


@misconception(
    "averages the squares of the whole array. Each token has a root mean square of its own, along the last axis; for a "
    "single token the two agree"
)
def whole_array(x, gamma, eps=1e-5):
    return gamma * x / root(x, eps, axis=None)


@misconception(
    "divides by the mean square, without the root. Features ten times as large then come out ten times as small; the "
    "root makes the size cancel"
)
def no_root(x, gamma, eps=1e-5):
    return gamma * x / ((x**2).mean(axis=-1, keepdims=True) + eps)


@misconception(
    "divides by the mean of the absolute values. That is another measure of size; the root mean square gives large "
    "features more weight and makes the mean square 1"
)
def mean_of_absolute_values(x, gamma, eps=1e-5):
    return gamma * x / (np.abs(x).mean(axis=-1, keepdims=True) + eps)


@misconception(
    "does not use eps. Features that are all 0 then give 0 / 0, and tiny ones are blown up to size 1; for features of "
    "size 1 the two are nearly alike"
)
def no_eps(x, gamma, eps=1e-5):
    return gamma * x / root(x, 0.0)


@misconception("has a fixed 1e-5 where eps belongs. That is its default, but the value that is passed in counts")
def fixed_eps(x, gamma, eps=1e-5):
    return gamma * x / root(x, 1e-5)


@misconception(
    "has 1e-6 as the default of eps; it is 1e-5 here. Where eps is passed in, and for features of size 1 nearly, the "
    "two agree"
)
def another_default(x, gamma, eps=1e-6):
    return gamma * x / root(x, eps)


@misconception(
    "leaves out gamma. The norm is followed by a learned scale for each feature; the two agree while gamma is 1"
)
def no_gamma(x, gamma, eps=1e-5):
    return x / root(x, eps)
