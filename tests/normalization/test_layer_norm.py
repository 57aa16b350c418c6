import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, gamma, beta, eps):
    from torch.nn.functional import layer_norm

    return layer_norm(x, gamma.shape, gamma, beta, eps)


def draw(rng, *shape):
    """Return x, gamma and beta; the rows of x have means and sizes of their own."""
    rows = (*shape[:-1], 1)
    x = rng.normal(size=shape) * rng.uniform(0.5, 4.0, size=rows) + rng.normal(size=rows) * 2
    return x, *rng.normal(size=(2, shape[-1]))


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.layer_norm."""
    arguments = (*draw(rng, *rng.permutation([3, 4, 5, 6])[:2]), rng.uniform(0.01, 0.03))
    assert_close(student.layer_norm(*arguments), expected(*arguments))


@parametrize("shape", [(2, 4, 3), (3, 2, 2, 5)])
def test_sequences(student, rng, shape):
    """Normalizes the last axis only, whatever comes before it."""
    arguments = (*draw(rng, *shape), 1e-3)
    assert_close(student.layer_norm(*arguments), expected(*arguments))


@parametrize("shape", [(6,), (1, 6), (7, 1), (1, 1), (0, 3)])
def test_small_shapes(student, rng, shape):
    """Works without leading axes, for one example, for one feature and for an empty batch."""
    arguments = (*draw(rng, *shape), 1e-3)
    assert_close(student.layer_norm(*arguments), expected(*arguments))


def test_independent_of_the_batch(student, rng):
    """Gives an example the same answer alone as in a batch."""
    x, gamma, beta = draw(rng, 8, 5)
    correct = expected(x, gamma, beta, 1e-3)
    for rows in (np.s_[:], np.s_[2:3], np.s_[[5, 2]]):
        assert_close(student.layer_norm(x[rows], gamma, beta, 1e-3), correct[rows])


def test_small_variance(student, rng):
    """Adds eps to the variance, which shows when the variance is small."""
    _, gamma, beta = draw(rng, 4, 6)
    x = rng.normal(size=(4, 6)) * np.array([[1e-2], [2e-3], [2e-4], [1e-6]]) + 0.5
    assert_close(student.layer_norm(x, gamma, beta, 1e-5), expected(x, gamma, beta, 1e-5))


def test_constant_rows(student, rng):
    """Returns beta where all features of an example are equal."""
    _, gamma, beta = draw(rng, 3, 4)
    x = np.repeat(np.array([[0.0], [2.5], [-300.0]]), 4, axis=1)
    assert_close(student.layer_norm(x, gamma, beta, 1e-5), np.tile(beta, (3, 1)))


def test_shift_and_scale_of_the_input(student, rng):
    """Gives the same answer when an example is shifted and, but for the eps, when it is stretched."""
    x, gamma, beta = draw(rng, 3, 5)
    correct = expected(x, gamma, beta, 1e-13)
    shifted = x * np.array([[10.0], [1.0], [3.0]]) + np.array([[0.0], [7.0], [-5.0]])
    assert_close(student.layer_norm(shifted, gamma, beta, 1e-13), correct)


def test_large_mean(student, rng):
    """Keeps its accuracy where the mean of an example is large against its spread."""
    _, gamma, beta = draw(rng, 3, 6)
    x = np.rint(1024 * rng.normal(size=(3, 6))) / 1024  # so that the sum below is exact
    answer = student.layer_norm(x + np.array([[1e6], [-3e6], [2e6]]), gamma, beta, 1e-3)
    assert_close(answer, expected(x, gamma, beta, 1e-3), rtol=1e-7, atol=1e-7)


@contract(expected, "float32", "integers", "views", "pure", defaults={"eps": 1e-5}, integers=[0])
def layer_norm(rng):
    x = rng.normal(size=(4, 2, 5)) * np.array([1.0, 0.01, 3e-3, 2.0])[:, None, None]
    return x, *rng.normal(size=(2, 5)), 1e-3


def variant(x, gamma, beta, eps, *, axis=-1, ddof=0):
    """Layer norm with other statistics."""
    mean, var = x.mean(axis=axis, keepdims=True), x.var(axis=axis, ddof=ddof, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@misconception(
    "takes mean and variance over the batch, which is batch norm: an example's answer then depends on the others. "
    "Layer norm takes them over the features of each example, the last axis"
)
def batch_axis(x, gamma, beta, eps=1e-5):
    return variant(x, gamma, beta, eps, axis=0)


@misconception(
    "divides by the unbiased standard deviation (D - 1). The features are divided by their own spread, the biased one, "
    "so that their variance becomes 1"
)
def unbiased(x, gamma, beta, eps=1e-5):
    with np.errstate(all="ignore"):
        return variant(x, gamma, beta, eps, ddof=1)


@misconception(
    "takes one mean and one variance over all axes but the first. gamma has as many entries as the last axis, and only "
    "that is normalized: in a sequence, each position on its own. The two agree for an input of shape (N, D)"
)
def all_trailing_axes(x, gamma, beta, eps=1e-5):
    return variant(x, gamma, beta, eps, axis=tuple(range(1, x.ndim)) or -1)


@misconception(
    "takes one mean and one variance over the whole array, so that an example's answer depends on the others. Each "
    "example, and in a sequence each position, has its own; the two agree for a single vector"
)
def whole_array(x, gamma, beta, eps=1e-5):
    with np.errstate(all="ignore"):
        return variant(x, gamma, beta, eps, axis=None)


@misconception(
    "adds eps to the standard deviation; layer norm adds it to the variance, under the square root: sqrt(var + eps). "
    "For a variance of order 1 the two are hard to tell apart, for a small one they are not"
)
def eps_outside(x, gamma, beta, eps=1e-5):
    mean, std = x.mean(axis=-1, keepdims=True), x.std(axis=-1, keepdims=True)
    return gamma * (x - mean) / (std + eps) + beta


@misconception(
    "leaves out gamma and beta. They let the network undo the normalization where that helps; the two agree where "
    "gamma is 1 and beta is 0, as at the start of training"
)
def no_affine(x, gamma, beta, eps=1e-5):
    return variant(x, 1, 0, eps).astype(np.result_type(x, gamma))


@misconception(
    "divides by the unbiased standard deviation (D - 1) and adds eps to it, as a much copied transformer does. Layer "
    "norm takes the biased variance, divided by D, and adds eps under the root: sqrt(var + eps)"
)
def unbiased_and_eps_outside(x, gamma, beta, eps=1e-5):
    with np.errstate(all="ignore"):
        mean, std = x.mean(axis=-1, keepdims=True), x.std(axis=-1, ddof=1, keepdims=True)
        return gamma * (x - mean) / (std + eps) + beta


@misconception(
    "computes the variance in one pass, as the mean of the squares minus the square of the mean. Where the mean is "
    "large against the spread, these two are nearly equal and their difference has lost all digits, or is negative: "
    "average the squares of x - mean"
)
def one_pass_variance(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = (x * x).mean(axis=-1, keepdims=True) - mean * mean
    with np.errstate(all="ignore"):
        return gamma * (x - mean) / np.sqrt(var + eps) + beta


@misconception(
    "does not subtract the mean: it divides by the root of the mean square, which is RMS norm. Layer norm moves the "
    "features to mean 0 first; the two agree for an example whose features average to 0"
)
def rms_norm(x, gamma, beta, eps=1e-5):
    return gamma * x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps) + beta


@misconception(
    "divides by the variance and leaves out the root. The standard deviation has the unit of x: only divided by "
    "sqrt(var + eps) do the features get the variance 1"
)
def divided_by_variance(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / (var + eps) + beta


@misconception(
    "has the default eps=1e-6, as in Keras and in many transformers; torch's is 1e-5. Only calls that leave eps out "
    "show it"
)
def default_eps_of_1e_6(x, gamma, beta, eps=1e-6):
    return variant(x, gamma, beta, eps)


@misconception(
    "takes the root twice: sqrt(std + eps), where std is a root already. It is the variance to which eps is added and "
    "whose root is taken; for a variance of order 1 the two are hard to tell apart, for others they are not"
)
def root_of_deviation(x, gamma, beta, eps=1e-5):
    mean, std = x.mean(axis=-1, keepdims=True), x.std(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(std + eps) + beta
