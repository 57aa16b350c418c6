import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, threshold):
    import torch

    return (x >= threshold).to(torch.int64)


def draw(rng, size):
    """Return activations around 0 and 1, some of them beyond."""
    return rng.normal(loc=0.5, scale=0.6, size=size)


def test_agrees_with_torch(student, rng):
    """Agrees with a comparison in torch, for a threshold between 0.25 and 0.34."""
    # The fixed column holds a value on either side, also of 0.5 and of what a logit of the threshold stands for.
    x = np.column_stack([draw(rng, (4, rng.integers(6, 12))), [0.1, 0.35, 0.55, 0.95]])
    threshold = rng.uniform(0.25, 0.34)
    assert_close(student.threshold_activation(x, threshold), expected(x, threshold))


@parametrize("threshold", [0.8, 0.55, 0.0, -1.5])
def test_other_thresholds(student, rng, threshold):
    """Works for thresholds above 0.5, at 0 and below."""
    x = np.append(draw(rng, 12), [0.6, 0.52, -0.2, -2.0, 1.2])
    assert_close(student.threshold_activation(x, threshold), expected(x, threshold))


def test_equal(student, rng):
    """Gives 1 for a value that is equal to the threshold."""
    for threshold in (0.5, 0.25, 2.0, rng.uniform(-1.0, 1.0)):
        x = threshold + rng.permutation([-1e-9, 0.0, 1e-9])
        assert_close(student.threshold_activation(x, threshold), (x >= threshold).astype(np.int64))


def test_sigmoid_outputs(student, rng):
    """Splits the outputs of a sigmoid where the pre-activation is 0."""
    z = rng.permutation(np.append([-1e-9, 0.0, 1e-9, 0.2], rng.uniform(-3.0, 3.0, size=4)))
    assert_close(student.threshold_activation(1 / (1 + np.exp(-z)), 0.5), (z >= 0).astype(np.int64))


def test_int64(student, rng):
    """Returns int64."""
    x = np.append(draw(rng, 6), [0.05, 0.2])
    assert_close(student.threshold_activation(x, 0.1), expected(x, 0.1), dtype=np.int64)


def test_float32(student, rng):
    """Compares in float32 where the activations are float32."""
    x = rng.permutation([0.1, 0.69999, 0.7, 0.70001, 0.9]).astype(np.float32)
    assert_close(student.threshold_activation(x, 0.7), expected(x, 0.7))


def test_nan(student, rng):
    """Gives 0 for nan."""
    x = np.append(draw(rng, 4), [np.nan, 0.55, 0.62, 0.1, np.nan])
    assert_close(student.threshold_activation(x, 0.6), expected(x, 0.6))


@parametrize("shape", [(1,), (1, 1), (2, 3, 4)])
def test_shapes(student, rng, shape):
    """Keeps the shape of its input, from a single number to three axes."""
    x = rng.uniform(0.0, 0.5, size=shape)
    assert_close(student.threshold_activation(x, 0.25), expected(x, 0.25))


@contract(expected, "integers", "views", "pure", defaults={"threshold": 0.5})
def threshold_activation(rng):
    return np.column_stack([draw(rng, (4, 3)), [0.1, 0.45, 0.5, 0.55]]), 0.3


@misconception(
    "compares with > instead of >=. A value that is equal to the threshold then gives 0; here, reaching the threshold "
    "is enough. The two differ only there: for a sigmoid, where the pre-activation is exactly 0"
)
def strictly_greater(x, threshold=0.5):
    return (x > threshold).astype(np.int64)


@misconception(
    "rounds. Rounding knows no other threshold than 0.5, takes a number halfway between two integers to the even one, "
    "so that 0.5 becomes 0, and gives 2 or -1 for values far enough from [0, 1]"
)
def bankers_round(x, threshold=0.5):
    return np.round(x).astype(int)


@misconception(
    "turns the activation back into a logit, log(x / (1 - x)), and compares that with the threshold. The threshold "
    "belongs to the activation: 0.55 reaches 0.5, though its logit is only 0.2"
)
def threshold_on_logit(x, threshold=0.5):
    return (np.log(x / (1 - x)) >= threshold).astype(np.int64)


@misconception(
    "compares with 0.5, whatever the threshold is. A classifier whose false alarms are expensive needs another one, "
    "and asks for it with this argument"
)
def ignores_threshold(x, threshold=0.5):
    return (x >= 0.5).astype(np.int64)


@misconception(
    "asks whether the value is below the threshold and gives 1 otherwise. Every comparison with nan is False, so nan "
    "gets a 1; it does not reach the threshold. For all other values the two agree"
)
def nan_gives_one(x, threshold=0.5):
    return np.where(x < threshold, 0, 1)


@misconception(
    "returns the activation itself where it reaches the threshold. That keeps how sure the classifier was; asked for "
    "is the decision, 1"
)
def activation_kept(x, threshold=0.5):
    return np.where(x >= threshold, x, 0)


@misconception(
    "sends its input through a sigmoid first. The input is an activation already, a probability if it comes from a "
    "sigmoid: a second one squeezes every probability into 0.5 to 0.73"
)
def sigmoid_applied_again(x, threshold=0.5):
    return (1 / (1 + np.exp(-x)) >= threshold).astype(np.int64)
