import numpy as np

from grader.checks import assert_close, assert_raises, contract, from_torch, misconception, parametrize


@from_torch
def expected(pred, target, kind, reduction, delta=1.0):
    from torch.nn.functional import huber_loss, l1_loss, mse_loss

    if kind == "huber":
        return huber_loss(pred, target, reduction=reduction, delta=delta)
    loss = (l1_loss if kind == "mae" else mse_loss)(pred, target, reduction=reduction)
    return loss.sqrt() if kind == "rmse" else loss


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


def test_rmse(student, rng):
    """Takes the root of the mean squared error for "rmse"."""
    for shape in ((4, 5), (1,)):
        pred, target = draw(rng, *shape)
        assert_close(student.regression_loss(pred, target, "rmse", "mean"), expected(pred, target, "rmse", "mean"))


@parametrize("reduction", ["none", "mean", "sum"])
@parametrize("delta", [0.4, 1.0, 2.5])
def test_huber(student, rng, delta, reduction):
    """Agrees with torch's Huber loss for several deltas, both inside and outside of them."""
    pred, target = draw(rng, 4, 5)
    pred[0, :2] = target[0, :2] + (0.5 * delta, -2.0 * delta)
    answer = student.regression_loss(pred, target, "huber", reduction, delta)
    assert_close(answer, expected(pred, target, "huber", reduction, delta))


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


@contract(expected, "float32", "views", "pure", defaults={"kind": "mse", "reduction": "mean", "delta": 1.0})
@parametrize("kind", ["mse", "mae", "huber"])
def regression_loss(rng, kind):
    return *draw(rng, 5, 3), kind, "none", 0.8


def huber_of(d, delta):
    return np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))


def elements(pred, target, kind, delta, huber=huber_of):
    """Return the loss of every element."""
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    pred, target = (a if a.dtype.kind == "f" else a.astype(np.float64) for a in (pred, target))
    d = np.abs(pred - target)
    return d if kind == "mae" else huber(d, delta) if kind == "huber" else d**2


def reduced(loss, kind, reduction):
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    mean = loss.sum() / np.float64(loss.size)
    return np.sqrt(mean) if kind == "rmse" else mean


@misconception(
    'adds up the losses for "mean" as well. A sum grows with the batch, and so does its gradient, which then asks for '
    "another learning rate; the mean divides by the number of elements"
)
def sum_over_batch(pred, target, kind="mse", reduction="mean", delta=1.0):
    return reduced(elements(pred, target, kind, delta), kind, "none" if reduction == "none" else "sum")


@misconception(
    "has a factor 1/2 in the squared error. Some texts put it there so that the gradient is pred - target without a 2; "
    "torch and this exercise do not"
)
def half_factor(pred, target, kind="mse", reduction="mean", delta=1.0):
    return reduced(elements(pred, target, kind, delta) * (0.5 if kind == "mse" else 1.0), kind, reduction)


@misconception(
    "divides by the number of rows. With more than one column the mean is over all elements, N * D of them; the two "
    "agree where there is one column"
)
def rows_only(pred, target, kind="mse", reduction="mean", delta=1.0):
    loss = elements(pred, target, kind, delta)
    if reduction != "mean":
        return reduced(loss, kind, reduction)
    mean = loss.sum() / np.float64(len(loss))
    return np.sqrt(mean) if kind == "rmse" else mean


@misconception(
    "lets NumPy broadcast pred and target of different shapes: (3,) and (3, 1) become (3, 3), every prediction "
    "compared with every target, and the loss looks plausible. Compare the shapes first and raise a ValueError"
)
def silent_broadcast(pred, target, kind="mse", reduction="mean", delta=1.0):
    return reduced(elements(*np.broadcast_arrays(pred, target), kind, delta), kind, reduction)


@misconception(
    'takes the root of the mean squared error for "mse" as well, which is the RMSE. It has the unit of the target and '
    'suits a report; "mse" is the mean without a root'
)
def rmse(pred, target, kind="mse", reduction="mean", delta=1.0):
    return reduced(elements(pred, target, kind, delta), "rmse" if kind == "mse" else kind, reduction)


@misconception(
    "averages the differences with their signs, so that errors of opposite sign cancel and a bad model can have a loss "
    "of 0. The absolute error drops the sign of each difference before anything is added up"
)
def signed_mae(pred, target, kind="mse", reduction="mean", delta=1.0):
    loss = elements(pred, target, kind, delta)
    sign = np.where(pred > target, 1, -1) if kind == "mae" else 1
    return reduced((loss * sign).astype(loss.dtype), kind, reduction)


@misconception(
    "takes the absolute value after the reduction, |mean(pred - target)|. By then errors of opposite sign have "
    "cancelled; the absolute value belongs to each element"
)
def absolute_value_of_the_mean(pred, target, kind="mse", reduction="mean", delta=1.0):
    return np.abs(signed_mae(pred, target, kind, reduction, delta))


@misconception(
    "subtracts integers in their own dtype, where a difference may not fit: in uint8, 1 - 3 is 254, and squares "
    "overflow even sooner. Convert integers to float before you subtract; for floats the two agree"
)
def integers_wrap(pred, target, kind="mse", reduction="mean", delta=1.0):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    d = pred - target
    loss = np.abs(d) if kind == "mae" else huber_of(np.abs(d), delta) if kind == "huber" else d**2
    return reduced(loss, kind, reduction)


@misconception(
    "takes half of the square for an absolute error below 1, and 1/2 less than its size above. That is the loss of "
    "Huber, smooth at 0; the mean absolute error is the size itself"
)
def smooth_l1(pred, target, kind="mse", reduction="mean", delta=1.0):
    loss = elements(pred, target, kind, delta)
    return reduced(huber_of(loss, 1.0) if kind == "mae" else loss, kind, reduction)


@misconception(
    'takes the root of each square for "rmse" and averages afterwards. The root of a square is the absolute value, so '
    "that is the mean absolute error; the root is taken once, of the mean, and then large errors weigh more"
)
def root_of_each(pred, target, kind="mse", reduction="mean", delta=1.0):
    if kind == "rmse":
        kind = "mae"
    return reduced(elements(pred, target, kind, delta), kind, reduction)


@misconception(
    'returns the mean squared error for "rmse", without the root. Both have the same minimum, but only the root has '
    "the unit of the target"
)
def no_root(pred, target, kind="mse", reduction="mean", delta=1.0):
    if kind == "rmse":
        kind = "mse"
    return reduced(elements(pred, target, kind, delta), kind, reduction)


@misconception(
    "leaves out delta in the linear part of Huber's loss, |d| - delta / 2, so that slope and value jump where the two "
    "parts meet. The linear part has the slope delta: delta * (|d| - delta / 2). The two agree for delta = 1"
)
def huber_without_slope(pred, target, kind="mse", reduction="mean", delta=1.0):
    def huber(d, delta):
        return np.where(d <= delta, d**2 / 2, d - delta / 2)

    return reduced(elements(pred, target, kind, delta, huber), kind, reduction)


@misconception(
    "divides Huber's loss by delta, which is the smooth L1 loss of torch and has the slope 1 far out. Huber's is "
    "d**2 / 2 near the target for any delta; the two agree for delta = 1"
)
def huber_over_delta(pred, target, kind="mse", reduction="mean", delta=1.0):
    loss = elements(pred, target, kind, delta)
    return reduced(loss / delta if kind == "huber" else loss, kind, reduction)


@misconception(
    "continues Huber's loss beyond delta with delta * |d|, a line that does not meet the parabola: at delta it starts "
    "at delta**2 and not at delta**2 / 2. The line is delta * (|d| - delta / 2)"
)
def huber_jumps(pred, target, kind="mse", reduction="mean", delta=1.0):
    def huber(d, delta):
        return np.where(d <= delta, d**2 / 2, delta * d)

    return reduced(elements(pred, target, kind, delta, huber), kind, reduction)
