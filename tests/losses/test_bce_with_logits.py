import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(z, y, pos_weight, reduction):
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(z, y.to(z.dtype), pos_weight=pos_weight, reduction=reduction)


def draw(rng, *shape):
    """Return logits, soft labels and a weight for each column."""
    return 2 * rng.normal(size=shape), rng.uniform(size=shape), rng.uniform(0.2, 4.0, size=shape[-1])


@parametrize("reduction", ["none", "sum", "mean"])
def test_agrees_with_torch(student, rng, reduction):
    """Agrees with torch.nn.functional.binary_cross_entropy_with_logits for each reduction, with weights."""
    z, y, pos_weight = draw(rng, *rng.permutation([2, 3, 4, 5])[:2])
    assert_close(student.bce_with_logits(z, y, pos_weight, reduction), expected(z, y, pos_weight, reduction))


def test_without_weights(student, rng):
    """Weighs both classes alike without weights."""
    z, y, _ = draw(rng, 4, 3)
    assert_close(student.bce_with_logits(z, y, None, "sum"), expected(z, y, None, "sum"))
    z, hard = rng.normal(size=5), rng.permutation([1, 0, 0, 1, 1])
    assert_close(student.bce_with_logits(z, hard, None, "mean"), expected(z, hard, None, "mean"))


def test_large_logits(student, rng):
    """Is exact for logits from -1000 to 1000: a wrong one costs as much as its size."""
    far = rng.uniform(40.0, 1000.0, size=4)
    z = np.append([1000.0, -1000.0, 1000.0, -1000.0, 40.0, -40.0, 120.0, -800.0], far)
    y = np.append([1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.5, 0.25], [0.0, 0.0, 1.0, 0.5])
    assert_close(student.bce_with_logits(z, y, None, "none"), expected(z, y, None, "none"))
    assert_close(student.bce_with_logits(z, y, None, "mean"), expected(z, y, None, "mean"))


def test_large_logits_with_weights(student, rng):
    """Is exact for large logits with weights, too."""
    z = np.array([[1000.0, -1000.0], [-1000.0, 1000.0], [-50.0, 50.0]])
    y, pos_weight = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]]), np.array([3.0, 0.5]) * rng.uniform(0.5, 1.5, size=2)
    assert_close(student.bce_with_logits(z, y, pos_weight, "none"), expected(z, y, pos_weight, "none"))


def test_zero_logit(student, rng):
    """Costs log(2) at a logit of 0, whatever the label."""
    y = np.append([0.0, 1.0], rng.uniform(size=2))
    assert_close(student.bce_with_logits(np.zeros(4), y, None, "none"), np.full(4, np.log(2.0)))


@parametrize("shape", [(), (1,), (4,), (3, 1), (3, 4)])
def test_weights_of_other_shapes(student, rng, shape):
    """Accepts one weight for all, for each column, for each row and for each element."""
    z, y, _ = draw(rng, 3, 4)
    pos_weight = rng.uniform(0.2, 4.0, size=shape)
    assert_close(student.bce_with_logits(z, y, pos_weight, "mean"), expected(z, y, pos_weight, "mean"))


@parametrize("shape", [(1,), (1, 3), (2, 3, 2)])
def test_shapes(student, rng, shape):
    """Works for a single sample and for more axes."""
    for reduction in ("none", "mean"):
        z, y, pos_weight = draw(rng, *shape)
        assert_close(student.bce_with_logits(z, y, pos_weight, reduction), expected(z, y, pos_weight, reduction))


def test_float32(student, rng):
    """Returns float32 losses for float32."""
    z, y, pos_weight = (a.astype(np.float32) for a in draw(rng, 4, 3))
    z[0] = [100.0, -200.0, 20.0]
    assert_close(student.bce_with_logits(z, y, pos_weight, "mean"), expected(z, y, pos_weight, "mean"))
    answer = student.bce_with_logits(z, y, pos_weight, "none")
    assert_close(answer, expected(z, y, pos_weight, "none"), dtype=np.float32)


@contract(expected, "integers", "views", "pure", integers=(0,), defaults={"pos_weight": None, "reduction": "mean"})
def bce_with_logits(rng):
    z, y, pos_weight = draw(rng, 5, 3)
    return z / 2, y, pos_weight, "none"


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def reduced(loss, reduction):
    return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](loss)


def weight_or_one(pos_weight):
    return 1 if pos_weight is None else pos_weight


@misconception(
    "computes the sigmoid first and then the binary cross-entropy of probabilities, with its logarithms limited to "
    "-100. The sigmoid of 40 is exactly 1, so that a wrong logit of 40 costs 100, and one of 1000 no more than that; "
    "here it costs its size. Put sigmoid and logarithm together on paper first; for small logits the two agree"
)
def clamped_sigmoid(z, y, pos_weight=None, reduction="mean"):
    s = sigmoid(z)
    log_s, log_not_s = np.maximum(np.log(s), -100), np.maximum(np.log1p(-s), -100)
    return reduced(-(weight_or_one(pos_weight) * y * log_s + (1 - y) * log_not_s), reduction)


@misconception(
    "takes the logarithms of sigmoid(z) and of 1 - sigmoid(z). For a large logit these are exactly 1 and 0, and "
    "log(0) is -inf: the loss becomes inf or nan. Put sigmoid and logarithm together on paper first; for small logits "
    "the two agree"
)
def naive_log_sigmoid(z, y, pos_weight=None, reduction="mean"):
    s = sigmoid(z)
    return reduced(-(weight_or_one(pos_weight) * y * np.log(s) + (1 - y) * np.log(1 - s)), reduction)


@misconception(
    "treats the logits as probabilities: it takes their logarithms without a sigmoid, which gives nan for every logit "
    "outside 0 to 1"
)
def logits_as_probabilities(z, y, pos_weight=None, reduction="mean"):
    return reduced(-(weight_or_one(pos_weight) * y * np.log(z) + (1 - y) * np.log(1 - z)), reduction)


@misconception(
    "multiplies the whole loss by pos_weight. The weight belongs to the term of class 1 only; on both terms it "
    "changes nothing about their balance. The two agree where every label is 1"
)
def pos_weight_on_both(z, y, pos_weight=None, reduction="mean"):
    loss = y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)
    return reduced(weight_or_one(pos_weight) * loss, reduction)


@misconception("puts pos_weight on the term of class 0. It is the weight of the positives: y * log(sigmoid(z))")
def pos_weight_on_negatives(z, y, pos_weight=None, reduction="mean"):
    loss = y * np.logaddexp(0, -z) + weight_or_one(pos_weight) * (1 - y) * np.logaddexp(0, z)
    return reduced(loss, reduction)


@misconception("does not use pos_weight; it multiplies the term of class 1. The two agree where all weights are 1")
def pos_weight_ignored(z, y, pos_weight=None, reduction="mean"):
    return reduced(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z), reduction)


@misconception(
    "divides by the sum of the weights, as cross-entropy with class weights does. With pos_weight the mean is over "
    "the number of elements; the two agree without weights"
)
def divided_by_the_weights(z, y, pos_weight=None, reduction="mean"):
    w = weight_or_one(pos_weight)
    loss = w * y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)
    return loss.sum() / np.sum(w * y + (1 - y)) if reduction == "mean" else reduced(loss, reduction)


@misconception(
    "has the labels the wrong way round: it takes log(sigmoid(z)) where the label is 0. The logit is that of class 1, "
    "so large logits have to be cheap where the label is 1"
)
def classes_swapped(z, y, pos_weight=None, reduction="mean"):
    return reduced(weight_or_one(pos_weight) * y * np.logaddexp(0, z) + (1 - y) * np.logaddexp(0, -z), reduction)
