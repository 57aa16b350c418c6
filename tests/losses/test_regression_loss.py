import numpy as np

from grader.checks import assert_close, assert_raises, contract, from_torch, misconception, parametrize


@from_torch
def expected(pred, target, kind, reduction):
    from torch.nn.functional import l1_loss, mse_loss

    return {"mse": mse_loss, "mae": l1_loss}[kind](pred, target, reduction=reduction)


def draw(rng, *shape):
    return 2 * rng.normal(size=shape), rng.normal(size=shape) - 0.5


@parametrize("kind", ["mae", "mse"])
def test_mean(student, rng, kind):
    """Agrees with torch's losses, averaged over all elements."""
    pred, target = draw(rng, *rng.permutation([2, 3, 4, 5, 6])[:2])
    assert_close(student.regression_loss(pred, target, kind, "mean"), expected(pred, target, kind, "mean"))


@parametrize("kind", ["mae", "mse"])
def test_sum(student, rng, kind):
    """Adds up all elements for "sum"."""
    pred, target = draw(rng, 4, 5)
    assert_close(student.regression_loss(pred, target, kind, "sum"), expected(pred, target, kind, "sum"))


@parametrize("kind", ["mae", "mse"])
def test_none(student, rng, kind):
    """Returns one loss per element for "none"."""
    pred, target = draw(rng, 3, 4)
    assert_close(student.regression_loss(pred, target, kind, "none"), expected(pred, target, kind, "none"))


@parametrize("shape", [(7,), (1, 5), (5, 1), (1,), (2, 3, 4)])
def test_shapes(student, rng, shape):
    """Works for any number of axes and for a single sample."""
    for kind in ("mse", "mae"):
        pred, target = draw(rng, *shape)
        assert_close(student.regression_loss(pred, target, kind, "mean"), expected(pred, target, kind, "mean"))


@parametrize(("one", "other"), [((3,), (3, 1)), ((3, 1), (3,)), ((1, 4), (3, 4)), ((3, 4), (4,)), ((2, 3), (3, 2))])
def test_different_shapes(student, rng, one, other):
    """Rejects a target of another shape, even if NumPy could broadcast it."""
    pred, target = rng.normal(size=one), rng.normal(size=other)
    assert_raises(ValueError, student.regression_loss, pred, target, "mse", "mean")


@parametrize("dtype", [np.uint8, np.int8, np.int64])
def test_integers(student, rng, dtype):
    """Accepts integers, unsigned ones too, whose differences do not wrap around."""
    for kind in ("mse", "mae"):
        for reduction in ("mean", "none"):
            pred, target = (
                rng.integers(0, 127, size=(3, 4)).astype(dtype),
                rng.integers(0, 127, size=(3, 4)).astype(dtype),
            )
            pred[0], target[0] = 1, rng.integers(30, 127, size=4)
            answer = student.regression_loss(pred, target, kind, reduction)
            assert_close(answer, expected(pred.astype(float), target.astype(float), kind, reduction), rtol=1e-5)


def test_empty(student):
    """Returns nan as the mean and 0 as the sum when there are no elements."""
    for reduction in ("mean", "sum"):
        pred, target = np.zeros((0, 3)), np.zeros((0, 3))
        assert_close(student.regression_loss(pred, target, "mse", reduction), expected(pred, target, "mse", reduction))


@contract(expected, "float32", "views", "pure", defaults={"kind": "mse", "reduction": "mean"})
@parametrize("kind", ["mse", "mae"])
def regression_loss(rng, kind):
    return *draw(rng, 5, 3), kind, "none"


def elements(pred, target, kind):
    """Return the loss of every element."""
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    pred, target = (a if a.dtype.kind == "f" else a.astype(np.float64) for a in (pred, target))
    return (pred - target) ** 2 if kind == "mse" else np.abs(pred - target)


def reduced(loss, reduction):
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / np.float64(loss.size)


@misconception(
    'adds up the losses for "mean" as well. A sum grows with the batch, and so does its gradient, which then asks for '
    "another learning rate; the mean divides by the number of elements"
)
def sum_over_batch(pred, target, kind="mse", reduction="mean"):
    return reduced(elements(pred, target, kind), "none" if reduction == "none" else "sum")


@misconception(
    "has a factor 1/2 in the squared error. Some texts put it there so that the gradient is pred - target without a 2; "
    "torch and this exercise do not"
)
def half_factor(pred, target, kind="mse", reduction="mean"):
    return reduced(elements(pred, target, kind) * (0.5 if kind == "mse" else 1.0), reduction)


@misconception(
    "divides by the number of rows. With more than one column the mean is over all elements, N * D of them; the two "
    "agree where there is one column"
)
def rows_only(pred, target, kind="mse", reduction="mean"):
    loss = elements(pred, target, kind)
    return loss.sum() / np.float64(len(loss)) if reduction == "mean" else reduced(loss, reduction)


@misconception(
    "lets NumPy broadcast pred and target of different shapes: (3,) and (3, 1) become (3, 3), every prediction "
    "compared with every target, and the loss looks plausible. Compare the shapes first and raise a ValueError"
)
def silent_broadcast(pred, target, kind="mse", reduction="mean"):
    return reduced(elements(*np.broadcast_arrays(pred, target), kind), reduction)


@misconception(
    "takes the root of the mean squared error, which is the RMSE. It has the unit of the target and suits a report; "
    "the loss here is the mean without a root"
)
def rmse(pred, target, kind="mse", reduction="mean"):
    loss = reduced(elements(pred, target, kind), reduction)
    return np.sqrt(loss) if kind == "mse" and reduction == "mean" else loss


@misconception(
    "averages the differences with their signs, so that errors of opposite sign cancel and a bad model can have a loss "
    "of 0. The absolute error drops the sign of each difference before anything is added up"
)
def signed_mae(pred, target, kind="mse", reduction="mean"):
    if kind == "mse":
        return reduced(elements(pred, target, kind), reduction)
    squared = elements(pred, target, "mse")
    positive = pred > target
    return reduced(np.sqrt(squared) * np.where(positive, 1, -1).astype(squared.dtype), reduction)


@misconception(
    "takes the absolute value after the reduction, |mean(pred - target)|. By then errors of opposite sign have "
    "cancelled; the absolute value belongs to each element"
)
def absolute_value_of_the_mean(pred, target, kind="mse", reduction="mean"):
    return np.abs(signed_mae(pred, target, kind, reduction))


@misconception(
    "subtracts integers in their own dtype, where a difference may not fit: in uint8, 1 - 3 is 254, and squares "
    "overflow even sooner. Convert integers to float before you subtract; for floats the two agree"
)
def integers_wrap(pred, target, kind="mse", reduction="mean"):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    d = pred - target
    return reduced(d**2 if kind == "mse" else np.abs(d), reduction)


@misconception(
    "takes half of the square for an absolute error below 1, and 1/2 less than its size above. That is the loss of "
    "Huber, smooth at 0; the mean absolute error is the size itself"
)
def smooth_l1(pred, target, kind="mse", reduction="mean"):
    loss = elements(pred, target, kind)
    if kind == "mae":
        loss = np.where(loss < 1, loss**2 / 2, loss - 0.5)
    return reduced(loss, reduction)
