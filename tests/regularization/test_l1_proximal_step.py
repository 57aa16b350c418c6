import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, on_learner_side, parametrize


@from_torch
def expected(w, grad, lr, lam):
    from torch.nn.functional import softshrink

    return softshrink(w - lr * grad, lr * lam)


@from_torch
def expected_lasso(x, y, lr, lam, steps):
    """Return the weights of a lasso regression after some steps from 0."""
    from torch.nn.functional import softshrink

    w = x.new_zeros(x.shape[1])
    for _ in range(steps):
        w = softshrink(w - lr * x.T @ (x @ w - y) / len(y), lr * lam)
    return w


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.softshrink of the gradient step, for weights of all sizes and signs."""
    shape = (rng.integers(3, 8), 4)
    w, grad = rng.normal(size=shape) * np.array([0.05, 0.3, 2.0, 20.0]), rng.normal(size=shape)
    assert_close(student.l1_proximal_step(w, grad, 0.25, 0.8), expected(w, grad, 0.25, 0.8))


def test_exact_zeros(student, rng):
    """Sets to exactly 0 each weight that the gradient step leaves within lr * lam of 0."""
    w = np.concatenate([rng.uniform(-0.2, 0.2, size=12), [0.25, -0.25, 0.0, -0.0]])
    answer = student.l1_proximal_step(w, np.zeros(16), 0.5, 0.5)
    assert_close(answer, np.zeros(16), rtol=0, atol=0)


def test_large_weights(student):
    """Moves a large weight by exactly as much as a small one."""
    w = np.array([10.0, -10.0, 1e4, -0.5, 0.3])
    answer = student.l1_proximal_step(w, np.zeros(5), 0.1, 1.0)
    assert_close(answer, np.array([9.9, -9.9, 9999.9, -0.4, 0.2]))


def test_gradient_first(student):
    """Judges a weight after the gradient step, not before it."""
    w = np.array([0.05, 3.0, -0.6, 0.1])
    grad = np.array([4.0, 5.9, -3.0, -2.0])
    assert_close(student.l1_proximal_step(w, grad, 0.5, 0.2), np.array([-1.85, 0.0, 0.8, 1.0]))


def test_no_penalty(student, rng):
    """Is plain gradient descent for a strength of 0."""
    w, grad = rng.normal(size=(2, 3, 4))
    assert_close(student.l1_proximal_step(w, grad, 0.3, 0.0), w - 0.3 * grad)


@on_learner_side
def lasso(learner, x, y, lr, lam, steps):
    """Fit a linear regression with an L1 penalty from 0 and return its weights."""
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = learner.l1_proximal_step(w, x.T @ (x @ w - y) / len(y), lr, lam)
    return w


def test_lasso(student, rng):
    """Finds the 3 weights out of 20 that matter and sets the other 17 to exactly 0."""
    x, true = rng.normal(size=(200, 20)), np.zeros(20)
    true[[2, 7, 15]] = 2.0, -1.5, 1.0
    y = x @ true + 0.1 * rng.normal(size=200)
    w = student.run(lasso, x, y, 0.4, 0.3, 60)
    assert_close(w, expected_lasso(x, y, 0.4, 0.3, 60))
    zeros = np.count_nonzero(w[true == 0] == 0)
    assert zeros == 17, f"{zeros} of the 17 weights that do not matter are exactly 0, expected all of them"


@parametrize("shape", [(1,), (7,), (2, 3, 4)])
def test_shapes(student, rng, shape):
    """Accepts any number of axes and a single weight."""
    w, grad = rng.normal(size=(2, *shape))
    assert_close(student.l1_proximal_step(w, grad, 0.6, 0.7), expected(w, grad, 0.6, 0.7))


@contract(expected, "float32", "integers", "views", "pure")
def l1_proximal_step(rng):
    return *rng.normal(size=(2, 4, 5)), 0.3, 1.5


def soft(z, t):
    return np.sign(z) * np.maximum(np.abs(z) - t, 0)


@misconception(
    "descends along lam * sign(w), the gradient of the penalty. Near 0 such a step jumps over the kink, to the other "
    "side and back again: the weights become small but practically never 0. The proximal step stops at 0; the two "
    "agree for weights that stay on their side and farther than lr * lam from 0"
)
def subgradient(w, grad, lr, lam):
    return w - lr * (grad + lam * np.sign(w))


@misconception(
    "moves every weight by lr * lam against the sign it has after the gradient step, also those that this carries past "
    "0. A weight within lr * lam of 0 has to stop at 0; the others are right"
)
def past_zero(w, grad, lr, lam):
    z = w - lr * grad
    return z - lr * lam * np.sign(z)


# The curriculum's large_weights_untouched, where(|z| <= t, 0, z), is the same function as hard_threshold.
@misconception(
    "sets small weights to 0 and leaves large ones as they are, which is hard thresholding. It is often said that L1 "
    "spares large weights, but it takes the same lr * lam off each of them: 10 becomes 9.9 where 0.3 becomes 0.2. Only "
    "relative to its size does a large weight lose little"
)
def hard_threshold(w, grad, lr, lam):
    z = w - lr * grad
    return np.where(np.abs(z) > lr * lam, z, 0)


@misconception(
    "divides the weights by 1 + lr * lam. That is the proximal step of an L2 penalty: every weight keeps the same "
    "share of its size, and none becomes 0. L1 subtracts the same amount from each"
)
def l2_shrink(w, grad, lr, lam):
    return (w - lr * grad) / (1 + lr * lam)


@misconception(
    "sets all negative weights to 0: max(z - t, 0) is right for positive z only. It takes the size |z| there, and "
    "gives the sign back afterwards"
)
def positive_only(w, grad, lr, lam):
    return np.maximum(w - lr * grad - lr * lam, 0)


@misconception(
    "shrinks by lam where it should be lr * lam. The penalty is part of the loss, so its pull is scaled by the "
    "learning rate like the gradient is; the two agree for lr = 1"
)
def threshold_without_lr(w, grad, lr, lam):
    return soft(w - lr * grad, lam)


@misconception(
    "shrinks the old weights and takes the gradient step afterwards. That moves weights away from 0 again; the "
    "gradient step comes first, and what it leaves near 0 becomes 0"
)
def gradient_after_shrinking(w, grad, lr, lam):
    return soft(w, lr * lam) - lr * grad


@misconception(
    "gives the result the sign that the weight had before the gradient step. The step may carry it to the other side "
    "of 0, and the sign is that of z = w - lr * grad; the two agree for weights that stay on their side"
)
def sign_of_old_weight(w, grad, lr, lam):
    return np.sign(w) * np.maximum(np.abs(w - lr * grad) - lr * lam, 0)
