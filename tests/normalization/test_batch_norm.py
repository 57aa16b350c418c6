import numpy as np

from grader.checks import assert_close, assert_pure, assert_raises, from_torch, misconception, parametrize

NAMES = ("y", "new_mean", "new_var")


@from_torch
def expected(x, gamma, beta, running_mean, running_var, training, momentum, eps):
    from torch.nn.functional import batch_norm

    running_mean, running_var = running_mean.clone(), running_var.clone()  # updated in place
    y = batch_norm(x, running_mean, running_var, gamma, beta, training, momentum, eps)
    return y, running_mean, running_var


def parameters(rng, channels):
    """Draw gamma, beta, running_mean and running_var."""
    gamma, beta, running_mean = rng.normal(size=(3, channels))
    return gamma, beta, running_mean, rng.uniform(0.3, 3.0, size=channels)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.batch_norm in training: output, running mean and running variance."""
    x = rng.normal(size=(6, 3)) * np.array([0.4, 1.0, 5.0]) + np.array([2.0, -1.0, 0.5])
    arguments = (x, *parameters(rng, 3), True, 0.3, 1e-3)
    assert_close(student.batch_norm(*arguments), expected(*arguments), names=NAMES)


def test_evaluation(student, rng):
    """Trains on four batches, then evaluates one with the running statistics, which stay as they are."""
    gamma, beta, mean, var = parameters(rng, 3)
    for training in (True, True, True, True, False):
        x = rng.normal(size=(5, 3)) * 2 + rng.normal(size=3) * 3
        arguments = (x, gamma, beta, mean, var, training, 0.2, 1e-4)
        answer = student.batch_norm(*arguments)
        _, mean, var = correct = expected(*arguments)
        assert_close(answer, correct, names=NAMES)


@parametrize("shape", [(1, 4), (1, 4, 1, 1)])
def test_evaluation_of_one(student, rng, shape):
    """Evaluates a batch of a single example."""
    arguments = (rng.normal(size=shape), *parameters(rng, 4), False, 0.2, 1e-4)
    assert_close(student.batch_norm(*arguments), expected(*arguments), names=NAMES)


@parametrize("shape", [(2, 3, 4, 5), (1, 2, 1, 3)])
def test_images(student, rng, shape):
    """Normalizes the channels of images over examples, rows and columns together."""
    x = rng.normal(size=shape) * 3 + rng.normal(size=(shape[1], 1, 1))
    for training in (True, False):
        arguments = (x, *parameters(rng, shape[1]), training, 0.3, 1e-3)
        assert_close(student.batch_norm(*arguments), expected(*arguments), names=NAMES)


def test_small_variance(student, rng):
    """Adds eps to the variance, which shows when the variance is small; a constant channel becomes beta."""
    x = rng.normal(size=(8, 4)) * np.array([2e-3, 2e-4, 1.0, 0.0]) + 0.5
    arguments = (x, *parameters(rng, 4), True, 0.3, 1e-5)
    assert_close(student.batch_norm(*arguments), expected(*arguments), names=NAMES)


def test_scale_of_the_input(student, rng):
    """Gives the same output for 10 * x as for x, but for the eps."""
    x, numbers = rng.normal(size=(7, 2)), parameters(rng, 2)
    answer = student.batch_norm(10 * x, *numbers, True, 0.3, 1e-13)
    y = expected(x, *numbers, True, 0.3, 1e-13)[0]
    _, mean, var = expected(10 * x, *numbers, True, 0.3, 1e-13)
    assert_close(answer, (y, mean, var), names=NAMES)


@parametrize("shape", [(2, 3), (2, 3, 1, 1), (1, 3, 1, 2)])
def test_two_values(student, rng, shape):
    """Trains on two values per channel, which are enough for a variance."""
    arguments = (rng.normal(size=shape), *parameters(rng, 3), True, 0.3, 1e-3)
    assert_close(student.batch_norm(*arguments), expected(*arguments), names=NAMES)


@parametrize("shape", [(1, 3), (1, 3, 1, 1)])
def test_single_value(student, rng, shape):
    """Raises ValueError when a channel has a single value to train on."""
    assert_raises(ValueError, student.batch_norm, rng.normal(size=shape), *parameters(rng, 3), True, 0.3, 1e-3)


def test_defaults(student, rng):
    """Uses a momentum of 0.1 and an eps of 1e-5 unless told otherwise."""
    x, numbers = rng.normal(size=(5, 3)) * np.array([1.0, 0.01, 3.0]), parameters(rng, 3)
    assert_close(student.batch_norm(x, *numbers, True), expected(x, *numbers, True, 0.1, 1e-5), names=NAMES)


@parametrize("training", [True, False])
def test_float32(student, rng, training):
    """Returns float32 for float32."""
    x = rng.normal(size=(6, 2, 2, 3)).astype(np.float32)
    numbers = [a.astype(np.float32) for a in parameters(rng, 2)]
    arguments = (x, *numbers, training, 0.3, 1e-3)
    assert_close(student.batch_norm(*arguments), expected(*arguments), dtype=np.float32, names=NAMES)


def test_integers(student):
    """Accepts an integer batch."""
    x = np.array([[1, -2], [4, 0], [7, 5]])
    numbers = (np.array([2.0, -1.0]), np.array([0.5, 0.25]), np.array([1.0, -1.0]), np.array([2.0, 0.5]))
    answer = student.batch_norm(x, *numbers, True, 0.25, 1e-3)
    assert_close(answer, expected(x.astype(float), *numbers, True, 0.25, 1e-3), names=NAMES)


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    for x in (rng.normal(size=(3, 10))[:, ::-2].T, rng.normal(size=(2, 4, 6, 3)).transpose(0, 3, 2, 1)[:, :, ::-2]):
        arguments = (x, *(a[::-1] for a in parameters(rng, 3)), True, 0.3, 1e-3)
        assert_close(student.batch_norm(*arguments), expected(*arguments), names=NAMES)


@parametrize("training", [True, False])
def test_pure(student, rng, training):
    """Leaves the batch, the parameters, the running statistics and the global random state alone."""
    student.batch_norm(rng.normal(size=(4, 3)), *parameters(rng, 3), training, 0.3, 1e-3)
    assert_pure(student)


def blend(old, new, momentum):
    return (1 - momentum) * old + momentum * new


def divide(centred, var, eps):
    return centred / np.sqrt(var + eps)


def variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, *, batch_stats=None, ddof=0,
            running_ddof=1, running=blend, normalize=divide, axes=None, affine=None):  # fmt: skip
    """Batch norm with one piece replaced."""
    over = (0, *range(2, x.ndim))
    column = (1, -1) + (1,) * (x.ndim - 2)
    mean, var, new = running_mean.reshape(column), running_var.reshape(column), (running_mean, running_var)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("a single value per channel")
        batch = x.mean(over), x.var(over, ddof=running_ddof)
        new = running(running_mean, batch[0], momentum), running(running_var, batch[1], momentum)
    if training or batch_stats:
        mean, var = x.mean(axes or over, keepdims=True), x.var(axes or over, ddof=ddof, keepdims=True)
    x_hat = normalize(x - mean, var, eps)
    y = affine(x_hat, mean, var) if affine else gamma.reshape(column) * x_hat + beta.reshape(column)
    return y, *new


@misconception(
    "normalizes with the statistics of the batch in evaluation too; there the running statistics are used, so that "
    "the answer for an example does not depend on its neighbours, and a batch of one is not all beta"
)
def batch_stats_at_eval(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, batch_stats=True)


@misconception(
    "keeps `momentum` of the old running statistics and adds 1 - momentum of the batch; in torch, momentum is the "
    "weight of the new batch: 0.1 here is what some libraries call 0.9, and only 0.5 means the same in both"
)
def momentum_reversed(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    return variant(x, gamma, beta, running_mean, running_var, training, 1 - momentum, eps)


@misconception(
    "updates the running variance with the biased variance (divided by n); the biased one normalizes the batch, "
    "but the running one estimates the variance of all data and takes the unbiased one, var * n / (n - 1). "
    "For large batches the two hardly differ"
)
def biased_running_var(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, running_ddof=0)


@misconception(
    "normalizes the batch with the unbiased variance (divided by n - 1); the batch is divided by its own spread, the "
    "biased one, so that its variance becomes 1. The unbiased one belongs in the running variance"
)
def unbiased_normalisation(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, ddof=1)


@misconception(
    "scales by the mean of the batch and shifts by its variance; scale and shift are gamma and beta, parameters that "
    "the network learns, and have nothing to do with the statistics"
)
def scale_is_mean_shift_is_variance(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    def affine(x_hat, mean, var):
        return x_hat * mean + var

    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, affine=affine)


# A plain average over all batches needs to count them, which the signature does not allow; without a count, what is
# left of the idea is the plain average of the running statistics and those of the batch.
@misconception(
    "takes the plain average of the running statistics and those of the batch, whatever the momentum; they are an "
    "exponential average, in which the new batch weighs `momentum`. The two agree for a momentum of 0.5"
)
def running_is_plain_average(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    def average(old, new, momentum):
        return (old + new) / 2

    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, running=average)


@misconception(
    "adds eps to the standard deviation; batch norm adds it to the variance, under the square root: sqrt(var + eps). "
    "For a variance of order 1 the two are hard to tell apart, for a small one they are not"
)
def eps_outside(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    def normalize(centred, var, eps):
        return centred / (np.sqrt(var) + eps)

    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, normalize=normalize)


@misconception(
    "normalizes each example over its own channels, which is layer norm; batch norm takes each channel over the "
    "examples of the batch (and, for images, over rows and columns)"
)
def wrong_axis(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    axes = tuple(range(1, x.ndim))
    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, axes=axes)
