import numpy as np

from grader.checks import assert_close, assert_raises, contract, from_torch, misconception, parametrize, unpack

NAMES = ("loss", "dlogits")


@from_torch
def expected(logits, y, weight, ignore_index):
    from torch.nn.functional import cross_entropy

    logits.requires_grad_()
    loss = cross_entropy(logits, y, weight=weight, ignore_index=ignore_index)
    loss.backward()
    return loss.detach(), logits.grad


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.cross_entropy and its gradient."""
    c = rng.integers(3, 6)
    y = rng.permutation([*range(c), -1, rng.integers(c)])
    logits, weight = 3 * rng.normal(size=(len(y), c)), rng.uniform(0.5, 3.0, size=c)
    assert_close(student.sparse_cross_entropy(logits, y, weight, -1), expected(logits, y, weight, -1), names=NAMES)


def test_extreme_logits(student, rng):
    """Stays finite for logits of 1000 and -1000."""
    logits = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 998.0], [-1000.0, -1001.0, -1000.5]])
    logits, y = logits + rng.uniform(size=(3, 3)), np.array([1, 1, 0])
    assert_close(student.sparse_cross_entropy(logits, y, None, -100), expected(logits, y, None, -100), names=NAMES)


@parametrize("ignore_index", [-7, 0, 1, 50])
def test_ignored_rows(student, rng, ignore_index):
    """Leaves ignored rows out of the sum and the divisor, and gives them a gradient of 0."""
    logits, y = 3 * rng.normal(size=(7, 3)), rng.permutation([2, ignore_index, 0, 1, 0, ignore_index, ignore_index])
    answer = student.sparse_cross_entropy(logits, y, None, ignore_index)
    assert_close(answer, expected(logits, y, None, ignore_index), names=NAMES)


def test_class_weights(student, rng):
    """Divides by the sum of the weights of the true classes."""
    logits, weight = 3 * rng.normal(size=(5, 3)), np.array([0.1, 7.0, 2.5]) * rng.uniform(0.8, 1.2, size=3)
    y = rng.permutation([1, 0, 0, 2, 0])
    assert_close(student.sparse_cross_entropy(logits, y, weight, -100), expected(logits, y, weight, -100), names=NAMES)


def test_single_row(student, rng):
    """Accepts a batch of one."""
    logits, y = rng.normal(size=(1, 5)), rng.integers(5, size=1)
    assert_close(student.sparse_cross_entropy(logits, y, None, -100), expected(logits, y, None, -100), names=NAMES)


def test_single_class(student, rng):
    """Works for a single class, where the loss is 0, with an ignored row as well."""
    logits, y = rng.normal(size=(3, 1)), np.array([0, -100, 0])
    assert_close(student.sparse_cross_entropy(logits, y, None, -100), expected(logits, y, None, -100), names=NAMES)


def test_all_ignored(student, rng):
    """Returns nan as the loss when every row is ignored."""
    answer = student.sparse_cross_entropy(rng.normal(size=(2, 3)), np.array([-100, -100]), None, -100)
    loss, _ = unpack(answer, *NAMES)
    assert_close(loss, np.nan)


@parametrize("label", [-1, 3])
def test_label_outside(student, rng, label):
    """Rejects a label that is neither a class nor ignore_index."""
    logits, y = rng.normal(size=(3, 3)), rng.permutation([0, label, 2])
    assert_raises((IndexError, ValueError), student.sparse_cross_entropy, logits, y, None, -100)


def test_float32(student, rng):
    """Returns a float32 gradient for float32."""
    logits, weight = rng.normal(size=(4, 3)).astype(np.float32), rng.uniform(0.5, 2.0, size=3).astype(np.float32)
    y = rng.permutation([2, 0, -100, 1])
    loss, dlogits = unpack(student.sparse_cross_entropy(logits, y, weight, -100), *NAMES)
    expected_loss, expected_dlogits = expected(logits, y, weight, -100)
    assert_close(loss, expected_loss)
    assert_close(dlogits, expected_dlogits, dtype=np.float32)


@contract(
    expected, "integers", "views", "pure", integers=(0,), names=NAMES, defaults={"weight": None, "ignore_index": -100}
)
def sparse_cross_entropy(rng):
    y = rng.permutation([2, -100, 0, 2, 1, 0])
    return rng.normal(size=(6, 3)), y, rng.uniform(0.5, 2.0, size=3), -100


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def row_weights(logits, y, weight, ignore_index):
    """Return the labels, made safe in ignored rows, and the weight of each row, 0 in ignored ones."""
    kept = y != ignore_index
    label = np.where(kept, y, 0)
    if np.any((label < 0) | (label >= logits.shape[1])):
        raise IndexError("label outside the classes")
    if weight is None:
        weight = np.ones(logits.shape[1], np.result_type(logits, np.float32))
    return label, kept * weight[label]


def loss_and_gradient(log_p, label, w, total):
    """Return the weighted loss over total, and (softmax - onehot) weighted alike."""
    rows, dlogits = np.arange(len(label)), np.exp(log_p)
    dlogits[rows, label] -= 1
    return -(w * log_p[rows, label]).sum() / total, dlogits * (w / total)[:, None]


@misconception(
    "applies softmax twice: it turns the logits into probabilities and then takes log softmax of those. The inner "
    "softmax squeezes all scores into 0 to 1, so that even a sure and right answer keeps a large loss. Pass the raw "
    "logits on"
)
def softmax_twice(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    return loss_and_gradient(log_softmax(np.exp(log_softmax(logits))), label, w, w.sum())


@misconception(
    "divides by the number of all rows, the ignored ones included, which makes the loss and every gradient smaller "
    "the more padding a batch holds. Ignored rows do not count; the two agree when no row is ignored"
)
def ignored_counted(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    return loss_and_gradient(log_softmax(logits), label, w, w.sum() + int((y == ignore_index).sum()))


@misconception(
    "takes exp of the logits as they are: exp(1000) is inf and inf / inf is nan, and where all logits are very "
    "negative the sum is 0. Subtract the row's maximum first; softmax does not change, and the largest exponent "
    "becomes 0"
)
def no_max_shift(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    rows, onehot = np.arange(len(label)), np.eye(logits.shape[1], dtype=p.dtype)[label]
    return -(w * np.log(p[rows, label])).sum() / w.sum(), (p - onehot) * (w / w.sum())[:, None]


@misconception(
    "multiplies by the class weights but divides by the number of rows. A weighted mean divides by the sum of the "
    "weights that were used, so that scaling all weights changes nothing; the two agree when the weights of the rows "
    "average 1"
)
def weighted_over_n(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    return loss_and_gradient(log_softmax(logits), label, w, int((y != ignore_index).sum()))


@misconception(
    "has the sign of the gradient flipped: one-hot minus softmax points downhill, the gradient is softmax minus "
    "one-hot. Gradient descent subtracts it, so the flipped one would raise the loss"
)
def gradient_sign(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    loss, dlogits = loss_and_gradient(log_softmax(logits), label, w, w.sum())
    return loss, -dlogits


@misconception(
    "sends softmax minus one-hot through the derivative of softmax once more. That difference is already the gradient "
    "with respect to the logits: the derivative of softmax and the one of the logarithm have cancelled to give it"
)
def softmax_jacobian_applied_again(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    p = np.exp(log_softmax(logits))
    loss, g = loss_and_gradient(log_softmax(logits), label, w, w.sum())
    return loss, p * (g - (g * p).sum(axis=1, keepdims=True))


@misconception(
    "picks log_p[:, y], which is every row at every label, an (N, N) table. One entry per row takes a row number "
    "beside each label: log_p[np.arange(N), y]. The two agree only for a single row"
)
def fancy_indexing(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    log_p = log_softmax(logits)
    dlogits = np.exp(log_p)
    dlogits[:, label] -= 1
    return -(w * log_p[:, label]).mean(axis=0).sum() / w.sum(), dlogits * (w / w.sum())[:, None]


@misconception(
    "returns the gradient of the sum over the rows with the loss of their mean: the gradient lacks the division that "
    "the loss has. The two agree when the weights of the kept rows add up to 1, as in a single unweighted row"
)
def gradient_of_the_sum(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    loss, dlogits = loss_and_gradient(log_softmax(logits), label, w, w.sum())
    return loss, dlogits * w.sum()


@misconception(
    "lets a negative label count from the end, as NumPy indices do: label -1 silently becomes the last class, and a "
    "wrong label file goes unnoticed. Look at the range of the labels before you index"
)
def negative_label_wraps(logits, y, weight=None, ignore_index=-100):
    wrapped = np.where(y < 0, y + logits.shape[1], y)
    label, w = row_weights(logits, np.where(y == ignore_index, y, wrapped), weight, ignore_index)
    return loss_and_gradient(log_softmax(logits), label, w, w.sum())


@misconception(
    "forms the softmax, with the maximum subtracted, and takes its logarithm afterwards. Tiny probabilities have "
    "become 0 by then, and log(0) is -inf. Subtract the logarithm of the sum instead, without ever forming the softmax"
)
def log_of_softmax(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    return loss_and_gradient(np.log(np.exp(log_softmax(logits))), label, w, w.sum())


@misconception(
    "keeps the probabilities 1e-12 away from 0 before it takes their logarithm. No loss can then exceed 27.6, though a "
    "wrong logit of 1000 costs 1000. Subtract the logarithm of the sum instead, without ever forming the softmax"
)
def probabilities_clipped(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    log_p = log_softmax(logits)
    loss, _ = loss_and_gradient(np.log(np.maximum(np.exp(log_p), 1e-12)), label, w, w.sum())
    return loss, loss_and_gradient(log_p, label, w, w.sum())[1]


@misconception(
    "leaves ignored rows out of the loss but not out of the gradient. A row that has no part in the loss has the "
    "gradient 0; the two agree when no row is ignored"
)
def ignored_rows_keep_a_gradient(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, weight, ignore_index)
    loss, _ = loss_and_gradient(log_softmax(logits), label, w, w.sum())
    everywhere = (np.ones(logits.shape[1], w.dtype) if weight is None else weight)[label]
    return loss, loss_and_gradient(log_softmax(logits), label, everywhere, w.sum())[1]


@misconception(
    "does not use the class weights. Each row counts as much as the weight of its true class, in the sum and in the "
    "divisor; the two agree where all weights are equal"
)
def weight_ignored(logits, y, weight=None, ignore_index=-100):
    label, w = row_weights(logits, y, None, ignore_index)
    return loss_and_gradient(log_softmax(logits), label, w, w.sum())
