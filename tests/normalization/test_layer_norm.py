import numpy as np

from grader.checks import assert_close, assert_pure, from_torch, misconception, parametrize


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
    arguments = (*draw(rng, 5, 4), 0.01)
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


def test_default_eps(student, rng):
    """Uses an eps of 1e-5 unless told otherwise."""
    x, gamma, beta = draw(rng, 4, 5)
    x = x * np.array([[1.0], [0.01], [3e-3], [1.0]])
    assert_close(student.layer_norm(x, gamma, beta), expected(x, gamma, beta, 1e-5))


def test_float32(student, rng):
    """Returns float32 for float32."""
    arguments = (*(a.astype(np.float32) for a in draw(rng, 3, 2, 5)), 1e-3)
    assert_close(student.layer_norm(*arguments), expected(*arguments), dtype=np.float32, atol=1e-5)


def test_integers(student):
    """Accepts integers."""
    x, gamma, beta = np.array([[1, -2, 4], [0, 7, 5]]), np.array([2.0, -1.0, 0.5]), np.array([0.5, 0.25, -1.0])
    assert_close(student.layer_norm(x, gamma, beta, 0.1), expected(x.astype(float), gamma, beta, 0.1))


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    x = rng.normal(size=(3, 8, 4))[:, ::-2].T
    gamma, beta = rng.normal(size=(2, 6))[:, ::-2]
    assert_close(student.layer_norm(x, gamma, beta, 1e-3), expected(x, gamma, beta, 1e-3))


def test_pure(student, rng):
    """Leaves its input, the parameters and the global random state alone."""
    student.layer_norm(*draw(rng, 2, 3, 4), 1e-3)
    assert_pure(student)


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
