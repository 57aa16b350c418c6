import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("w", "hessian")


@from_torch
def expected(x, y, w):
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    def loss(w):
        return binary_cross_entropy_with_logits(x.to(w.dtype) @ w, y.to(w.dtype))

    gradient = torch.autograd.functional.jacobian(loss, w)
    hessian = torch.autograd.functional.hessian(loss, w)
    return w - torch.linalg.solve(hessian, gradient), hessian


def draw(rng, n=12, d=3):
    """Return x, y and w such that the Hessian is well-conditioned and both classes occur."""
    x = rng.normal(size=(n, d)) + np.linspace(-0.5, 0.5, d)
    return x, rng.permutation(np.arange(n) % 2), rng.normal(size=d) * 0.7


def test_agrees_with_torch(student, rng):
    """Agrees with torch's Hessian and with the step that it gives."""
    x, y, w = draw(rng, n=rng.integers(10, 20), d=rng.integers(2, 5))
    assert_close(student.newton_step(x, y, w), expected(x, y, w), names=NAMES)


def test_several_steps(student, rng):
    """Agrees with torch in each of six steps, the last ones next to the minimum."""
    x, y, w = draw(rng, n=10, d=2)
    x, y = np.concatenate([x, x]), np.concatenate([y, 1 - y])  # not separable, so that there is a minimum
    x = x + rng.normal(size=x.shape) * 0.3
    w = 0.2 * w  # full steps from far away may diverge
    for _ in range(6):
        answer = student.newton_step(x, y, w)
        w, hessian = expected(x, y, w)
        assert_close(answer, (w, hessian), names=NAMES)


def test_minimum(student):
    """Stays at the minimum."""
    x = np.array([[1.0, -2.0], [3.0, 0.5]])
    w = np.linalg.solve(x, np.full(2, -np.log(3.0)))  # the odds are 1 to 3 at both points ...
    answer = student.newton_step(np.repeat(x, 4, axis=0), np.array([0, 1, 0, 0, 0, 0, 0, 1]), w)  # ... and in the data
    assert_close(answer, (w, x.T @ x / 2 * 0.25 * 0.75), names=NAMES)


def test_single_feature(student, rng):
    """Works for a single feature, and for a single sample of it."""
    for n in (6, 1):
        x, y, w = draw(rng, n=n, d=1)
        assert_close(student.newton_step(x, y, w), expected(x, y, w), names=NAMES)


def test_large_logits(student, rng):
    """Stays finite where some logits are in the thousands."""
    x, y, w = draw(rng)
    outliers = np.stack([w, -w]) * 3000 / (w @ w)
    x, y = np.concatenate([outliers, x]), np.concatenate([[0, 1], y])
    assert_close(student.newton_step(x, y, w), expected(x, y, w), names=NAMES)


@parametrize("scale", [1e-2, 1e-3])
def test_nearly_singular(student, rng, scale):
    """Solves the system also where two features are nearly the same, so that the Hessian is nearly singular."""
    x, y, w = draw(rng)
    x[:, 2] = x[:, 0] + scale * x[:, 2]
    # Which right solver is used shows in the last digits, the more the smaller the scale.
    assert_close(student.newton_step(x, y, w), expected(x, y, w), names=NAMES, rtol=1e-6, atol=1e-7)


def test_repeated_data(student, rng):
    """Gives the same step and the same Hessian when every sample appears three times."""
    x, y, w = draw(rng)
    answer = student.newton_step(np.repeat(x, 3, axis=0), np.repeat(y, 3), w)
    assert_close(answer, expected(x, y, w), names=NAMES)


def test_float32(student, rng):
    """Returns float32 for float32."""
    x, y, w = (a.astype(np.float32) for a in draw(rng, n=20))
    assert_close(student.newton_step(x, y, w), expected(x, y, w), dtype=np.float32, names=NAMES, rtol=1e-4, atol=1e-4)


@contract(expected, "integers", "views", "pure", integers=(0,), names=NAMES)
def newton_step(rng):
    return draw(rng, n=14)


def derivatives(x, y, w):
    """Return the probabilities, the gradient and the Hessian."""
    p = 0.5 * (1 + np.tanh(0.5 * (x @ w)))
    return p, x.T @ (p - y) / len(x), (x.T * (p * (1 - p))) @ x / len(x)


@misconception(
    "multiplies the gradient by the Hessian. The step solves hessian @ d = gradient, which is multiplying by the "
    "inverse: where the loss is strongly curved the step must be short, and the product makes it long"
)
def hessian_times_gradient(x, y, w):
    _, gradient, hessian = derivatives(x, y, w)
    return w - hessian @ gradient, hessian


@misconception(
    "divides by the diagonal of the Hessian only, as if no weight's slope depended on another weight. The two agree "
    "where the Hessian is diagonal, as with a single feature; otherwise the system has to be solved as a whole"
)
def diagonal_only(x, y, w):
    _, gradient, hessian = derivatives(x, y, w)
    return w - gradient / np.diag(hessian), hessian


@misconception(
    "takes the mean outer product of the samples' gradients for the Hessian. That is made of first derivatives, with "
    "(p - y)**2 where p * (1 - p) belongs; it resembles the Hessian only where the model is right about its "
    "probabilities"
)
def gradient_outer_product(x, y, w):
    p, gradient, _ = derivatives(x, y, w)
    rows = (p - y)[:, None] * x
    hessian = rows.T @ rows / len(x)
    return w - np.linalg.solve(hessian, gradient), hessian


@misconception(
    "leaves the factor p * (1 - p) out of the Hessian: x.T @ x / N is that of linear regression. The slope of the "
    "sigmoid weighs each sample, at most 1/4, so the curvature is overrated and the step is too short"
)
def p1mp_dropped(x, y, w):
    _, gradient, _ = derivatives(x, y, w)
    hessian = x.T @ x / len(x)
    return w - np.linalg.solve(hessian, gradient), hessian


@misconception(
    "adds the step instead of subtracting it, and so moves away from the minimum. At the minimum of the parabola "
    "gradient + hessian @ (w' - w) is 0, which puts a minus before the solution"
)
def plus_sign(x, y, w):
    _, gradient, hessian = derivatives(x, y, w)
    return w + np.linalg.solve(hessian, gradient), hessian


@misconception(
    "returns a Hessian that is not divided by N. If the gradient is summed as well, the step is the same, but the "
    "loss is the mean over the samples, and its Hessian a mean too"
)
def hessian_summed(x, y, w):
    _, gradient, hessian = derivatives(x, y, w)
    return w - np.linalg.solve(hessian, gradient), len(x) * hessian


@misconception(
    "computes the sigmoid as exp(z) / (1 + exp(z)), which is inf / inf = nan for logits above 709. 1 / (1 + exp(-z)) "
    "is 0 or 1 there, as it should be"
)
def overflowing_sigmoid(x, y, w):
    with np.errstate(all="ignore"):
        e = np.exp(x @ w)
        p = e / (1 + e)
        gradient, hessian = x.T @ (p - y) / len(x), (x.T * (p * (1 - p))) @ x / len(x)
        return w - np.linalg.solve(hessian, gradient), hessian


@misconception(
    "returns the Hessian at the new weights. It is the one that the step was made with, at the weights before it"
)
def hessian_after_step(x, y, w):
    _, gradient, hessian = derivatives(x, y, w)
    w = w - np.linalg.solve(hessian, gradient)
    return w, derivatives(x, y, w)[2]
