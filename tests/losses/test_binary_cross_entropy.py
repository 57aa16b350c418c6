import numpy as np

from grader.checks import assert_close, assert_pure, assert_raises, contract, from_torch, misconception, parametrize


@from_torch
def expected(p, y, reduction):
    from torch.nn.functional import binary_cross_entropy

    return binary_cross_entropy(p, y.to(p.dtype), reduction=reduction)


def draw(rng, *shape):
    """Return probabilities and soft labels, not close to 0 and 1."""
    return rng.uniform(0.05, 0.95, size=shape), rng.uniform(0.0, 1.0, size=shape) ** 2


@parametrize("reduction", ["none", "sum", "mean"])
def test_agrees_with_torch(student, rng, reduction):
    """Agrees with torch.nn.functional.binary_cross_entropy for each reduction and soft labels."""
    p, y = draw(rng, *rng.permutation([2, 3, 4, 5])[:2])
    assert_close(student.binary_cross_entropy(p, y, reduction), expected(p, y, reduction))


@parametrize("reduction", ["none", "mean"])
def test_hard_labels(student, rng, reduction):
    """Works for labels 0 and 1 that are floats or integers."""
    p, y = rng.uniform(0.01, 0.99, size=6), rng.permutation([1, 0, 0, 1, 0, 1])
    assert_close(student.binary_cross_entropy(p, y.astype(float), reduction), expected(p, y, reduction))
    assert_close(student.binary_cross_entropy(p, y, reduction), expected(p, y, reduction))


def test_sure(student, rng):
    """Costs 0 for a probability of exactly 0 or 1 that is right and 100 for one that is wrong."""
    p, y = rng.permutation([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]] * 2).T
    assert_close(student.binary_cross_entropy(p, y, "none"), np.where(p == y, 0.0, 100.0))
    right = rng.permutation([0.0, 1.0, 1.0])
    assert_close(student.binary_cross_entropy(right, right.copy(), "mean"), 0.0)
    assert_close(student.binary_cross_entropy(p, y, "sum"), 400.0)


def test_sure_about_soft_labels(student, rng):
    """Limits each logarithm to -100 before it is multiplied with a soft label."""
    p, y = np.array([0.0, 1.0, 0.0]), rng.uniform(0.2, 0.8, size=3)
    assert_close(student.binary_cross_entropy(p, y, "none"), expected(p, y, "none"))


def test_tiny_probabilities(student, rng):
    """Keeps the logarithms of tiny probabilities, up to -100."""
    p = np.append([1e-9, 1e-30, 1e-43, 1e-60, 1e-300], 10.0 ** -rng.uniform(8.0, 42.0, size=3))
    y = np.append([1.0, 1.0, 1.0, 1.0, 0.5], np.ones(3))
    assert_close(student.binary_cross_entropy(p, y, "none"), expected(p, y, "none"))


@parametrize("wrong", [-0.1, 1.25, -1e-9, 1.0 + 1e-9])
def test_outside(student, rng, wrong):
    """Rejects probabilities below 0 and above 1."""
    p, y = np.append(rng.uniform(0.1, 0.9, size=2), wrong), np.array([1.0, 0.0, 0.0])
    assert_raises(ValueError, student.binary_cross_entropy, p, y, "mean")


@parametrize("shape", [(1,), (1, 4), (2, 3, 2)])
def test_shapes(student, rng, shape):
    """Works for a single sample and for more axes."""
    for reduction in ("none", "mean"):
        p, y = draw(rng, *shape)
        assert_close(student.binary_cross_entropy(p, y, reduction), expected(p, y, reduction))


def test_integers(student, rng):
    """Accepts probabilities that are the integers 0 and 1."""
    p, y = rng.permutation([[0, 0], [1, 1], [0, 1], [1, 0]] * 2).T
    assert_close(student.binary_cross_entropy(p, y, "none"), np.where(p == y, 0.0, 100.0), rtol=1e-6)


def test_float32(student, rng):
    """Returns float32 losses for float32."""
    p, y = (a.astype(np.float32) for a in draw(rng, 4, 3))
    p[0], y[0] = [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]
    assert_close(student.binary_cross_entropy(p, y, "mean"), expected(p, y, "mean"))
    assert_close(student.binary_cross_entropy(p, y, "none"), expected(p, y, "none"), dtype=np.float32)


@contract(expected, "views", defaults={"reduction": "mean"})
def binary_cross_entropy(rng):
    return *draw(rng, 5, 3), "none"


def test_pure(student, rng):
    """Leaves its arguments and the global random state alone."""
    p, y = draw(rng, 3, 2)
    p[0] = [0.0, 1.0]
    student.binary_cross_entropy(p, y, "mean")
    assert_pure(student)


def check_range(p):
    if np.any((p < 0) | (p > 1)):
        raise ValueError("probabilities outside 0 to 1")


def logarithms(p):
    """Return log(p) and log(1 - p), limited to -100."""
    return np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)


def reduced(loss, reduction):
    return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](loss)


def clipped(p, y, reduction, limit):
    check_range(p)
    p = np.clip(p, limit, 1 - limit)
    return reduced(-(y * np.log(p) + (1 - y) * np.log(1 - p)), reduction)


@misconception(
    "takes the logarithms without a limit: log(0) is -inf, so a sure and wrong answer costs inf, and a sure and right "
    "one 0 * -inf, which is nan. Limit each logarithm to -100; for other probabilities the two agree"
)
def no_clamp(p, y, reduction="mean"):
    check_range(p)
    return reduced(-(y * np.log(p) + (1 - y) * np.log(1 - p)), reduction)


@misconception(
    "clips the probabilities to 1e-7 and 1 - 1e-7. A sure and wrong answer then costs 16.1 instead of 100, and a sure "
    "and right one is not free. Here, as in torch, the logarithms are limited, to -100, and the probabilities are not "
    "changed"
)
def clip_1e7(p, y, reduction="mean"):
    return clipped(p, y, reduction, 1e-7)


@misconception(
    "keeps the probabilities 1e-12 away from 0 and 1. A sure and wrong answer then costs 27.6 instead of 100; here, as "
    "in torch, the logarithms are limited, to -100, and the probabilities are not changed"
)
def clip_1e12(p, y, reduction="mean"):
    return clipped(p, y, reduction, 1e-12)


@misconception(
    "keeps the probabilities 1e-15 away from 0 and 1. A sure and wrong answer then costs 34.5 instead of 100; here, as "
    "in torch, the logarithms are limited, to -100, and the probabilities are not changed"
)
def clip_1e15(p, y, reduction="mean"):
    return clipped(p, y, reduction, 1e-15)


@misconception(
    "adds 1e-12 to what it takes the logarithm of. A sure and wrong answer then costs 27.6 instead of 100, and the "
    "losses of tiny probabilities are falsified; here, as in torch, the logarithms are limited, to -100"
)
def epsilon_added(p, y, reduction="mean"):
    check_range(p)
    return reduced(-(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)), reduction)


@misconception(
    "has the term of class 1 only, -y * log(p). Samples with label 0 then cost nothing, and predicting 1 for "
    "everything is perfect; they need (1 - y) * log(1 - p)"
)
def positive_term_only(p, y, reduction="mean"):
    check_range(p)
    return reduced(-(y * logarithms(p)[0]), reduction)


@misconception(
    "multiplies log(1 - p) by y where 1 - y belongs, which is how the formula is sometimes written down. Then samples "
    "with label 0 cost nothing, and those with label 1 pay for both terms"
)
def seed_literal_1y(p, y, reduction="mean"):
    check_range(p)
    log_p, log_not_p = logarithms(p)
    return reduced(-(y * log_p + 1 * y * log_not_p), reduction)


@misconception(
    "has prediction and label exchanged: it takes the logarithms of the labels. Hard labels are 0 and 1, so that every "
    "logarithm is 0 or -100. The logarithm belongs to the probability, and the probability comes first"
)
def swapped_args(p, y, reduction="mean"):
    check_range(p)
    log_y, log_not_y = logarithms(y)
    return reduced(-(p * log_y + (1 - p) * log_not_y), reduction)


@misconception(
    "uses the logarithm to base 2, which measures the loss in bits: it is 1 / log(2) = 1.44 times too large. Losses "
    "use the natural logarithm"
)
def log2(p, y, reduction="mean"):
    check_range(p)
    limit = np.float32(-100 / np.log(2)) if p.dtype == np.float32 else -100 / np.log(2)
    return reduced(-(y * np.maximum(np.log2(p), limit) + (1 - y) * np.maximum(np.log2(1 - p), limit)), reduction)


@misconception(
    'adds up the losses for "mean" as well. Formulas often show a sum over the samples; the mean divides it by their '
    "number, so that the loss does not grow with the batch"
)
def summed_over_batch(p, y, reduction="mean"):
    check_range(p)
    log_p, log_not_p = logarithms(p)
    return reduced(-(y * log_p + (1 - y) * log_not_p), "none" if reduction == "none" else "sum")


@misconception(
    "does not look at the range of the probabilities. Values outside 0 to 1 mostly are logits that someone forgot to "
    "send through a sigmoid; the ValueError finds that at once"
)
def range_unchecked(p, y, reduction="mean"):
    log_p, log_not_p = logarithms(p)
    return reduced(-(y * log_p + (1 - y) * log_not_p), reduction)
