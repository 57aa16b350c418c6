import numpy as np

from grader.checks import assert_close, assert_raises, contract, from_torch, misconception, parametrize

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
    n, c = rng.permutation([3, 4, 5, 6])[:2]
    x = rng.normal(size=(n, c)) * np.linspace(0.4, 5.0, c) + rng.normal(size=c) * 2
    arguments = (x, *parameters(rng, c), True, rng.uniform(0.2, 0.4), 1e-3)
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


def test_large_mean(student, rng):
    """Keeps its accuracy where the mean of a channel is large against its spread."""
    x = np.rint(1024 * rng.normal(size=(6, 3))) / 1024  # so that the sum below is exact
    gamma, beta, mean, var = parameters(rng, 3)
    y, new_mean, new_var = expected(x, gamma, beta, mean, var, True, 0.3, 1e-3)
    far = np.array([1e6, -3e6, 2e6])
    answer = student.batch_norm(x + far, gamma, beta, mean + far, var, True, 0.3, 1e-3)
    assert_close(answer, (y, new_mean + far, new_var), names=NAMES, rtol=1e-7, atol=1e-7)


@parametrize("shape", [(2, 3), (2, 3, 1, 1), (1, 3, 1, 2)])
def test_two_values(student, rng, shape):
    """Trains on two values per channel, which are enough for a variance."""
    arguments = (rng.normal(size=shape), *parameters(rng, 3), True, 0.3, 1e-3)
    assert_close(student.batch_norm(*arguments), expected(*arguments), names=NAMES)


@parametrize("shape", [(1, 3), (1, 3, 1, 1)])
def test_single_value(student, rng, shape):
    """Raises ValueError when a channel has a single value to train on."""
    assert_raises(ValueError, student.batch_norm, rng.normal(size=shape), *parameters(rng, 3), True, 0.3, 1e-3)


@contract(
    expected, "float32", "integers", "views", "pure",
    defaults={"momentum": 0.1, "eps": 1e-5}, integers=[0], names=NAMES,
)  # fmt: skip
@parametrize("shape", [(5, 3), (4, 3, 1, 2)])
@parametrize("training", [True, False])
def batch_norm(rng, shape, training):
    scale = np.array([1.0, 0.01, 3.0]).reshape(-1, *[1] * (len(shape) - 2))
    return rng.normal(size=shape) * scale, *parameters(rng, 3), training, 0.3, 1e-3


def blend(old, new, momentum):
    return (1 - momentum) * old + momentum * new


def divide(centred, var, eps):
    return centred / np.sqrt(var + eps)


def variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, *, batch_stats=None, ddof=0,
            running_ddof=1, running=blend, normalize=divide, axes=None, affine=None, updated=False):  # fmt: skip
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
    if updated:
        mean, var = (statistic.reshape(column) for statistic in new)
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


@misconception(
    "normalizes the batch in training with the running statistics that it has just updated. In training a batch is "
    "normalized with its own mean and variance; the running ones are only kept for the evaluation"
)
def updated_running_stats(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, updated=True)


@misconception(
    "gives every pixel of a channel a mean and a variance of its own, over the batch alone. The channel is the "
    "feature: its statistics run over examples, rows and columns together. For (N, C) the two agree"
)
def statistics_of_every_pixel(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, axes=(0,))


@misconception(
    "takes the last axis for the channels. It is the second one, (N, C, H, W): statistics run over all the others, and "
    "gamma needs the shape (C, 1, 1) to meet it. For (N, C) the two agree"
)
def channels_last(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    x = np.moveaxis(x, -1, 1)
    y, *new = variant(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return np.moveaxis(y, 1, -1), *new


@misconception(
    "computes the variance in one pass, as the mean of the squares minus the square of the mean. Where the mean is "
    "large against the spread, these two are nearly equal and their difference has lost all digits, or is negative: "
    "average the squares of x - mean"
)
def one_pass_variance(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    over, column = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    mean, var, *new = running_mean, running_var, running_mean, running_var
    if training:
        n = x.size // x.shape[1]
        if n == 1:
            raise ValueError("a single value per channel")
        mean = x.mean(over)
        var = (x * x).mean(over) - mean * mean
        new = blend(running_mean, mean, momentum), blend(running_var, var * n / (n - 1), momentum)
    with np.errstate(all="ignore"):
        x_hat = divide(x - mean.reshape(column), var.reshape(column), eps)
    return gamma.reshape(column) * x_hat + beta.reshape(column), *new


@misconception(
    "divides by the variance and leaves out the root. The standard deviation has the unit of x: only divided by "
    "sqrt(var + eps) does a channel get the variance 1"
)
def divided_by_variance(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    def normalize(centred, var, eps):
        return centred / (var + eps)

    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, normalize=normalize)


@misconception(
    "has the defaults of Keras, momentum=0.99 and eps=1e-3. torch's are 0.1 and 1e-5, and its momentum is the weight "
    "of the new batch: Keras' 0.99 would be 0.01 here"
)
def defaults_of_keras(x, gamma, beta, running_mean, running_var, training, momentum=0.99, eps=1e-3):
    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps)


@misconception(
    "has the default momentum=0.9. That is the share of the old statistics that is kept, in other libraries; here "
    "momentum is the weight of the new batch, and its default is 0.1"
)
def default_momentum_of_0_9(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps)


@misconception(
    "takes the root twice: sqrt(std + eps), where std is a root already. It is the variance to which eps is added and "
    "whose root is taken; for a variance of order 1 the two are hard to tell apart, for others they are not"
)
def root_of_deviation(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    def normalize(centred, var, eps):
        return centred / np.sqrt(np.sqrt(var) + eps)

    return variant(x, gamma, beta, running_mean, running_var, training, momentum, eps, normalize=normalize)
