import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize, unpack

NAMES = ("value", "gradient")


@from_torch
def expected(w, lam, kind):
    import torch

    w = w.double() if not w.is_floating_point() else w
    w.requires_grad_()
    value = lam * (w.abs().sum() if kind == "l1" else w.square().sum())
    (gradient,) = torch.autograd.grad(value, w)
    return value, gradient


both = parametrize("kind", ["l1", "l2"])


@both
def test_agrees_with_autograd(student, rng, kind):
    """Agrees with torch: the penalty and the gradient that autograd finds for it."""
    w = rng.normal(size=rng.permutation(np.arange(2, 6))[:2]) * 2
    assert_close(student.l1_l2_penalty(w, 0.3, kind), expected(w, 0.3, kind), names=NAMES)


@both
def test_zero_weights(student, kind):
    """Does not pull at weights that are exactly 0."""
    w = np.array([[0.0, 1.5, -0.0], [-2.0, 0.0, 0.25]])
    assert_close(student.l1_l2_penalty(w, 0.2, kind), expected(w, 0.2, kind), names=NAMES)
    zeros = np.zeros((2, 4))
    assert_close(student.l1_l2_penalty(zeros, 0.2, kind), (0.0, zeros), names=NAMES)


def test_pull(student):
    """Pulls at a large and at a small weight alike with L1, in proportion to their size with L2."""
    w = np.array([10.0, 0.1, -1e-3, -200.0])
    assert_close(student.l1_l2_penalty(w, 0.1, "l1"), (21.0101, np.array([0.1, 0.1, -0.1, -0.1])), names=NAMES)
    assert_close(student.l1_l2_penalty(w, 0.1, "l2"), (4010.0010001, np.array([2.0, 0.02, -2e-4, -40.0])), names=NAMES)


@both
def test_no_penalty(student, rng, kind):
    """Costs nothing and pulls at nothing for a strength of 0."""
    assert_close(student.l1_l2_penalty(rng.normal(size=(3, 2)), 0.0, kind), (0.0, np.zeros((3, 2))), names=NAMES)


@both
def test_shapes(student, rng, kind):
    """Accepts any number of axes and a single weight."""
    for shape in ((1,), (7,), (2, 3, 4)):
        w = rng.normal(size=shape)
        assert_close(student.l1_l2_penalty(w, 1.7, kind), expected(w, 1.7, kind), names=NAMES)


@both
def test_float32(student, rng, kind):
    """Returns a float32 gradient for float32 weights."""
    w = rng.normal(size=(5, 3)).astype(np.float32)
    value, gradient = unpack(student.l1_l2_penalty(w, 0.3, kind), *NAMES)
    correct_value, correct_gradient = expected(w, 0.3, kind)
    assert_close(value, correct_value, names=("value",))
    assert_close(gradient, correct_gradient, dtype=np.float32, names=("gradient",))


@contract(expected, "integers", "views", "pure", names=NAMES, defaults={"kind": "l1"})
@both
def l1_l2_penalty(rng, kind):
    return rng.normal(size=(5, 3)) * 2, 0.4, kind


def l1(w, lam):
    return lam * np.abs(w).sum(), lam * np.sign(w)


@misconception(
    "takes the Euclidean norm itself for the L2 penalty. The penalty is its square, lam * sum(w**2), without a root; "
    "that 'L2 norm' and 'L2 penalty' are often said for one another is a loose way of speaking"
)
def norm_not_squared(w, lam, kind="l1"):
    return l1(w, lam) if kind == "l1" else (lam * np.sqrt((w**2).sum()), 2 * lam * w)


@misconception(
    "takes np.linalg.norm(w, 1) of a matrix, which is the largest of its columns' sums of |w|. The penalty adds up the "
    "absolute values of all weights: np.abs(w).sum(). The two agree for a vector"
)
def matrix_norm(w, lam, kind="l1"):
    return (lam * np.linalg.norm(w, 1), lam * np.sign(w)) if kind == "l1" else (lam * (w**2).sum(), 2 * lam * w)


@misconception(
    "exchanges the kinds: it adds up squares for 'l1' and absolute values for 'l2'. The number is the power: L1 sums "
    "|w|, L2 sums w**2"
)
def kinds_exchanged(w, lam, kind="l1"):
    return l1(w, lam) if kind == "l2" else (lam * (w**2).sum(), 2 * lam * w)


@misconception(
    "gives L1 a gradient in proportion to the weight, which is how L2 pulls. The slope of |w| is 1 or -1, however "
    "small w is: lam * sign(w). That constant pull is what takes useless weights all the way to 0"
)
def l1_gradient_proportional(w, lam, kind="l1"):
    return (l1(w, lam)[0], lam * w) if kind == "l1" else (lam * (w**2).sum(), 2 * lam * w)


@misconception(
    "counts a weight of exactly 0 among the positive ones and pulls at it; at the kink of |w| the gradient is 0 by "
    "convention, as in torch, so a weight that has arrived at 0 is left in peace. The two agree for all other weights"
)
def l1_gradient_at_zero_one(w, lam, kind="l1"):
    return (l1(w, lam)[0], lam * np.where(w >= 0, 1.0, -1.0)) if kind == "l1" else (lam * (w**2).sum(), 2 * lam * w)


@misconception(
    "puts a factor 1/2 before the L2 penalty, so its gradient is lam * w. Many books and torch's weight_decay count "
    "like that; here the penalty is lam * sum(w**2) and the gradient 2 * lam * w, so the same pull has half the lam"
)
def half_factor(w, lam, kind="l1"):
    return l1(w, lam) if kind == "l1" else (0.5 * lam * (w**2).sum(), lam * w)


@misconception(
    "returns lam * w as the gradient of lam * sum(w**2): the 2 that the derivative of a square brings down is missing. "
    "As a gradient, lam * w belongs to a penalty of half that size"
)
def gradient_without_two(w, lam, kind="l1"):
    return l1(w, lam) if kind == "l1" else (lam * (w**2).sum(), lam * w)


@misconception(
    "averages over the weights; the penalty is their sum, so that lam means the same for each weight, whether the "
    "layer has ten of them or a million. The two agree for a single weight"
)
def mean_not_sum(w, lam, kind="l1"):
    return (lam * np.abs(w).mean(), lam * np.sign(w)) if kind == "l1" else (lam * (w**2).mean(), 2 * lam * w)


@misconception(
    "leaves lam out of the gradient: what is added to the loss is lam times the sum, and its derivative keeps the "
    "factor. The two agree for lam = 1"
)
def gradient_without_lam(w, lam, kind="l1"):
    return (l1(w, lam)[0], np.sign(w)) if kind == "l1" else (lam * (w**2).sum(), 2 * w)
