import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(logits, target, label_smoothing):
    from torch.nn.functional import cross_entropy

    return cross_entropy(logits, target, label_smoothing=label_smoothing)


@from_torch
def expected_of_labels(logits, y, label_smoothing):
    from torch.nn.functional import cross_entropy

    return cross_entropy(logits, y, label_smoothing=label_smoothing)


def draw(rng, n=6, c=4):
    """Return logits and soft targets."""
    return 3 * rng.normal(size=(n, c)), rng.dirichlet(np.ones(c), size=n)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.cross_entropy for soft targets with label smoothing."""
    logits, target = draw(rng, *rng.permutation([3, 4, 5, 6])[:2])
    assert_close(student.categorical_cross_entropy(logits, target, 0.15), expected(logits, target, 0.15))


def test_without_smoothing(student, rng):
    """Agrees with torch without label smoothing, for soft targets and for targets that hold zeros."""
    logits, target = draw(rng)
    assert_close(student.categorical_cross_entropy(logits, target, 0.0), expected(logits, target, 0.0))
    target = np.where(target < 0.2, 0.0, target)
    assert_close(student.categorical_cross_entropy(logits, target, 0.0), expected(logits, target, 0.0))


@parametrize("label_smoothing", [0.0, 0.3, 1.0])
def test_one_hot(student, rng, label_smoothing):
    """Equals the cross-entropy of integer labels where the rows are one-hot."""
    logits, y = 3 * rng.normal(size=(5, 4)), rng.integers(4, size=5)
    answer = student.categorical_cross_entropy(logits, np.eye(4)[y], label_smoothing)
    assert_close(answer, expected_of_labels(logits, y, label_smoothing))


@parametrize("shift", [1000.0, -1000.0])
def test_shifted_logits(student, rng, shift):
    """Stays the same when all logits move by 1000 or by -1000."""
    logits, target = draw(rng, 3, 4)
    assert_close(student.categorical_cross_entropy(logits + shift, target, 0.1), expected(logits, target, 0.1))


@parametrize("label_smoothing", [0.0, 0.1])
def test_extreme_logits(student, rng, label_smoothing):
    """Stays finite for logits of 1000 and -1000."""
    logits = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 998.0], [-1000.0, -1001.0, -1000.5]])
    target = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.2, 0.2, 0.6]])
    logits += rng.uniform(size=(3, 3))
    answer = student.categorical_cross_entropy(logits, target, label_smoothing)
    assert_close(answer, expected(logits, target, label_smoothing))


def test_rows_as_given(student, rng):
    """Uses the rows of the target as they are, even if they do not sum to 1."""
    logits, target = draw(rng)
    target = target * np.array([[2.0], [0.5], [1.0], [3.0], [0.1], [0.0]])
    assert_close(student.categorical_cross_entropy(logits, target, 0.2), expected(logits, target, 0.2))


def test_perfect_prediction(student, rng):
    """Costs as much as the entropy of the target when the prediction is the target."""
    _, target = draw(rng)
    entropy = -(target * np.log(target)).sum(axis=1).mean()
    assert_close(student.categorical_cross_entropy(np.log(target), target, 0.0), entropy)


@parametrize(("n", "c"), [(1, 5), (3, 2), (4, 1)])
def test_smallest(student, rng, n, c):
    """Works for a single row, for two classes and for one."""
    logits, target = draw(rng, n, c)
    assert_close(student.categorical_cross_entropy(logits, target, 0.25), expected(logits, target, 0.25))


def test_float32(student, rng):
    """Accepts float32."""
    logits, target = (a.astype(np.float32) for a in draw(rng))
    assert_close(student.categorical_cross_entropy(logits, target, 0.1), expected(logits, target, 0.1))


@contract(expected, "integers", "views", "pure", defaults={"label_smoothing": 0.0})
def categorical_cross_entropy(rng):
    logits, target = draw(rng, 5, 3)
    return logits / 3, target, 0.1


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def smooth(target, label_smoothing):
    return (1 - label_smoothing) * target + label_smoothing / target.shape[1]


@misconception(
    "turns each row of the target into its most likely class. That is the loss of integer labels: it forgets that the "
    "other classes have a share, too. The two agree where the rows are one-hot"
)
def argmax_target(logits, target, label_smoothing=0.0):
    onehot = np.eye(target.shape[1])[target.argmax(axis=1)]
    return -(smooth(onehot, label_smoothing) * log_softmax(logits)).sum(axis=1).mean()


@misconception(
    "averages over the classes as well: the loss is C times too small. The sum over the classes is the expected "
    "surprise of one row; only the rows are averaged"
)
def mean_over_classes(logits, target, label_smoothing=0.0):
    return -(smooth(target, label_smoothing) * log_softmax(logits)).mean()


@misconception(
    "spreads the smoothing over the other C - 1 classes. By the definition used here, and by torch's, every class "
    "gets label_smoothing / C, the true one included; without smoothing the two agree"
)
def smoothing_k_minus_1(logits, target, label_smoothing=0.0):
    others = max(target.shape[1] - 1, 1)
    smoothed = target * (1 - label_smoothing) + (1 - target) * label_smoothing / others
    return -(smoothed * log_softmax(logits)).sum(axis=1).mean()


@misconception(
    "adds label_smoothing / C to the target without taking anything away from it. The target keeps 1 - "
    "label_smoothing of itself, so that a row still sums to 1; without smoothing the two agree"
)
def smoothing_only_added(logits, target, label_smoothing=0.0):
    return -((target + label_smoothing / target.shape[1]) * log_softmax(logits)).sum(axis=1).mean()


@misconception(
    "computes the KL divergence: it subtracts the entropy of the target. The gradient is the same, the value is not; "
    "with one-hot rows the entropy is 0 and the two agree"
)
def kl_not_ce(logits, target, label_smoothing=0.0):
    smoothed = smooth(target, label_smoothing)
    log_t = np.log(np.where(smoothed > 0, smoothed, 1))
    return (smoothed * (log_t - log_softmax(logits))).sum(axis=1).mean()


@misconception(
    "uses a sigmoid and a binary cross-entropy for every class. That is for labels that do not exclude each other; "
    "the classes here do, and softmax lets them compete for a total of 1"
)
def per_class_bce(logits, target, label_smoothing=0.0):
    t, s = smooth(target, label_smoothing), np.exp(-np.logaddexp(0, -logits))
    return -(t * np.log(s) + (1 - t) * np.log(1 - s)).mean()


@misconception(
    "takes softmax for the loss: the logarithm is missing. Softmax is an activation function that turns scores into "
    "probabilities; the loss is minus the logarithm of the probabilities, weighted by the target"
)
def softmax_as_loss(logits, target, label_smoothing=0.0):
    return -(smooth(target, label_smoothing) * np.exp(log_softmax(logits))).sum(axis=1).mean()


@misconception(
    "takes exp of the logits as they are: exp(1000) is inf and inf / inf is nan, and probabilities that round to 0 "
    "have the logarithm -inf. Subtract the row's maximum, and the logarithm of the sum, without ever forming the "
    "softmax"
)
def no_max_shift(logits, target, label_smoothing=0.0):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -(smooth(target, label_smoothing) * np.log(p)).sum(axis=1).mean()


@misconception(
    "divides each row of the target by its sum first. Rows are used as they are given; the two agree where they sum "
    "to 1"
)
def target_normalized(logits, target, label_smoothing=0.0):
    total = target.sum(axis=1, keepdims=True)
    normalized = target / np.where(total == 0, 1, total)
    return -(smooth(normalized, label_smoothing) * log_softmax(logits)).sum(axis=1).mean()


@misconception(
    "forms the softmax, with the maximum subtracted, and takes its logarithm afterwards. Tiny probabilities have "
    "become 0 by then, and log(0) is -inf. Subtract the logarithm of the sum instead, without ever forming the softmax"
)
def log_of_softmax(logits, target, label_smoothing=0.0):
    return -(smooth(target, label_smoothing) * np.log(np.exp(log_softmax(logits)))).sum(axis=1).mean()


@misconception(
    "keeps the probabilities 1e-12 away from 0 before it takes their logarithm. No logarithm is then below -27.6, "
    "though a logit 1000 below the largest has -1000. Subtract the logarithm of the sum instead, without ever forming "
    "the softmax"
)
def probabilities_clipped(logits, target, label_smoothing=0.0):
    log_p = np.log(np.maximum(np.exp(log_softmax(logits)), 1e-12))
    return -(smooth(target, label_smoothing) * log_p).sum(axis=1).mean()


@misconception(
    "takes the softmax along axis 0. Then the rows of the batch compete for each class; each row needs probabilities "
    "of its own, along axis 1"
)
def softmax_over_the_batch(logits, target, label_smoothing=0.0):
    return -(smooth(target, label_smoothing) * log_softmax(logits.T).T).sum(axis=1).mean()


@misconception(
    "adds up the rows without averaging them, so that the loss grows with the batch. Divide by the number of rows"
)
def rows_summed(logits, target, label_smoothing=0.0):
    return -(smooth(target, label_smoothing) * log_softmax(logits)).sum()


@misconception("does not use label_smoothing. The two agree where it is 0")
def smoothing_ignored(logits, target, label_smoothing=0.0):
    return -(target * log_softmax(logits)).sum(axis=1).mean()
