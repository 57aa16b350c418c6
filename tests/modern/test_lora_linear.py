import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize, reference

NAMES = ("y", "dx", "da", "db")


@from_torch
def expected(x, w, bias, a, b, alpha, grad_out):
    from torch.nn.functional import linear

    x, w, bias, a, b = (each.double() if not each.is_floating_point() else each for each in (x, w, bias, a, b))
    for trained in (x, a, b):
        trained.requires_grad_()
    y = linear(x, w + alpha / len(a) * b @ a, bias)
    (y * grad_out).sum().backward()
    return y.detach(), x.grad, a.grad, b.grad


def draw(rng, *leading, d=4, h=5, r=2, alpha=5.0):
    """Return the arguments of a call."""
    sizes = (*leading, d), (h, d), (h,), (r, d), (h, r), (*leading, h)
    x, w, bias, a, b, grad_out = (rng.normal(size=size) for size in sizes)
    return x, w, bias, a, b, alpha, grad_out


def test_agrees_with_torch(student, rng):
    """Agrees with torch's linear, and with its gradients, for the weights w + alpha / r * b @ a."""
    n, d, h = (int(size) for size in rng.permutation([4, 5, 6, 7])[:3])
    arguments = draw(rng, n, d=d, h=h, r=int(rng.integers(2, 4)), alpha=float(rng.uniform(4, 9)))
    assert_close(student.lora_linear(*arguments), expected(*arguments), names=NAMES)


def test_start(student, rng):
    """Is the frozen layer where b is 0, as at the start: a has no gradient yet, b has one."""
    x, w, bias, a, b, alpha, grad_out = draw(rng, 6, r=3)
    answer = student.lora_linear(x, w, bias, a, 0 * b, alpha, grad_out)
    assert_close(answer, expected(x, w, bias, a, 0 * b, alpha, grad_out), names=NAMES)


@parametrize("r", [1, 3, 6])
def test_rank(student, rng, r):
    """Divides alpha by the rank, whether that is 1 or more than the features need."""
    arguments = draw(rng, 3, r=r, alpha=2.0)
    assert_close(student.lora_linear(*arguments), expected(*arguments), names=NAMES)


@parametrize("alpha", [0.5, 16.0])
def test_alpha(student, rng, alpha):
    """Uses the alpha that is passed in, in the output and in the gradients."""
    arguments = draw(rng, 3, r=4, alpha=alpha)
    assert_close(student.lora_linear(*arguments), expected(*arguments), names=NAMES)


@parametrize("leading", [(), (1,), (3, 4), (2, 3, 2)])
def test_leading_axes(student, rng, leading):
    """Works for a single input, for batches of sequences and for more axes: all of them are summed in da and db."""
    arguments = draw(rng, *leading)
    assert_close(student.lora_linear(*arguments), expected(*arguments), names=NAMES)


def test_square(student, rng):
    """Works where all sizes are the same, so that no shape gives a transposed matrix away."""
    arguments = draw(rng, 4, d=4, h=4, r=4, alpha=3.0)
    assert_close(student.lora_linear(*arguments), expected(*arguments), names=NAMES)


def test_repeated_batch(student, rng):
    """Gives twice the gradients of a and b when every sample appears twice."""
    x, w, bias, a, b, alpha, grad_out = draw(rng, 3)
    y, dx, da, db = expected(x, w, bias, a, b, alpha, grad_out)
    answer = student.lora_linear(np.tile(x, (2, 1)), w, bias, a, b, alpha, np.tile(grad_out, (2, 1)))
    assert_close(answer, (np.tile(y, (2, 1)), np.tile(dx, (2, 1)), 2 * da, 2 * db), names=NAMES)


@contract(expected, "float32", "integers", "views", "pure", atol=1e-5, names=NAMES)
def lora_linear(rng):
    return draw(rng, 2, 3, alpha=3.0)


def scaled(x, w, bias, a, b, scale, grad_out):
    """Return what the right code gives for a scale."""
    return reference(__file__).lora_linear(x, w, bias, a, b, scale * len(a), grad_out)


# Left out: a and b that both start at 0, so that neither ever moves. Their first values are arguments here.


@misconception(
    "does not scale the update: alpha is not used. The scale alpha / r belongs in the output and in the gradients; for "
    "alpha = r the two agree"
)
def no_scale(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, w, bias, a, b, 1.0, grad_out)


@misconception(
    "multiplies by alpha without dividing by the rank. With alpha / r a change of the rank leaves the size of the "
    "update about as it was; for rank 1 the two agree"
)
def alpha_not_divided(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, w, bias, a, b, alpha, grad_out)


@misconception(
    "divides alpha by the square root of the rank. That is another method, rsLoRA, made for large ranks; here, as in "
    "the first paper, it is alpha / r. For rank 1 the two agree"
)
def root_of_the_rank(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, w, bias, a, b, alpha / np.sqrt(len(a)), grad_out)


@misconception(
    "divides alpha by the number of features, the second axis of a. The rank is the first axis of a, and the second of "
    "b; where both are the same size the two agree"
)
def divided_by_the_features(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, w, bias, a, b, alpha / a.shape[1], grad_out)


@misconception(
    "divides the rank by alpha. A larger alpha makes a larger update: alpha / r; for alpha = r the two agree"
)
def inverted(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, w, bias, a, b, len(a) / alpha, grad_out)


@misconception(
    "scales twice, so that the update has the factor (alpha / r)**2. The scale belongs in once, beside a or beside b; "
    "for alpha = r the two agree"
)
def scaled_twice(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, w, bias, a, b, (alpha / len(a)) ** 2, grad_out)


@misconception(
    "puts the low-rank product in the place of the weights. It is an update: the frozen w stays in the sum, in the "
    "output and in the gradient of x"
)
def replaces_w(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, 0 * w, bias, a, b, alpha / len(a), grad_out)


@misconception(
    "scales the frozen weights as well. Only the update has the factor alpha / r: w + alpha / r * b @ a; for alpha = r "
    "the two agree"
)
def frozen_scaled(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, alpha / len(a) * w, bias, a, b, alpha / len(a), grad_out)


@misconception("leaves out the bias, which is frozen but takes part in the output")
def no_bias(x, w, bias, a, b, alpha, grad_out):
    return scaled(x, w, 0 * bias, a, b, alpha / len(a), grad_out)


@misconception(
    "sends no gradient through the frozen weights. Frozen means that they have no gradient of their own; that of x is "
    "grad_out @ w plus the part of the update, or the layers below would hardly learn"
)
def dx_without_the_frozen_weights(x, w, bias, a, b, alpha, grad_out):
    y, dx, da, db = scaled(x, w, bias, a, b, alpha / len(a), grad_out)
    return y, dx - grad_out @ w, da, db


@misconception(
    "sends the gradient of x through the frozen weights only. The update is a second path from x to y, and the "
    "gradients of both add up; where b is 0, as at the start, the two agree"
)
def dx_without_the_update(x, w, bias, a, b, alpha, grad_out):
    y, _, da, db = scaled(x, w, bias, a, b, alpha / len(a), grad_out)
    return y, grad_out @ w, da, db


@misconception(
    "scales the output but not the gradients of a and b. The factor alpha / r stands between them and the loss and "
    "appears in their gradients too; for alpha = r the two agree"
)
def gradients_not_scaled(x, w, bias, a, b, alpha, grad_out):
    y, dx, da, db = scaled(x, w, bias, a, b, alpha / len(a), grad_out)
    return y, dx, da / (alpha / len(a)), db / (alpha / len(a))


@misconception(
    "averages the gradients of a and b over the samples. They add up; where the loss is a mean, grad_out already holds "
    "the division. For a single sample the two agree"
)
def gradients_averaged(x, w, bias, a, b, alpha, grad_out):
    y, dx, da, db = scaled(x, w, bias, a, b, alpha / len(a), grad_out)
    rows = grad_out.size / grad_out.shape[-1]
    return y, dx, da / rows, db / rows


@misconception(
    "returns the gradients of a and b transposed. A gradient has the shape of its parameter: (r, D) and (H, r)"
)
def gradients_transposed(x, w, bias, a, b, alpha, grad_out):
    y, dx, da, db = scaled(x, w, bias, a, b, alpha / len(a), grad_out)
    return y, dx, da.T, db.T


@misconception(
    "returns the gradients of b and a in the wrong order. They come in the order of the arguments: first da, of shape "
    "(r, D), then db, of shape (H, r)"
)
def gradients_swapped(x, w, bias, a, b, alpha, grad_out):
    y, dx, da, db = scaled(x, w, bias, a, b, alpha / len(a), grad_out)
    return y, dx, db, da
