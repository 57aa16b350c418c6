import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize, sgd_step, unpack

NAMES = ("w1", "b1", "w2", "b2", "losses")


@from_torch
def expected(x, y, w1, b1, w2, b2, lr, steps):
    import torch
    from torch.nn.functional import linear, mse_loss

    parameters = [p.requires_grad_() for p in (w1, b1, w2, b2)]
    losses = []
    for _ in range(steps):
        loss = mse_loss(linear(torch.tanh(linear(x, w1, b1)), w2, b2), y)
        losses.append(loss.detach())
        sgd_step(parameters, torch.autograd.grad(loss, parameters), lr)
    return *parameters, torch.stack(losses)


def draw(rng, n=7, d=3, h=5, o=2):
    """Return x, y, w1, b1, w2 and b2."""
    sizes = [(n, d), (n, o), (h, d), (h,), (o, h), (o,)]
    return tuple(scale * rng.normal(size=size) for scale, size in zip((1, 1, 0.7, 0.5, 0.7, 0.5), sizes, strict=True))


def train(student, *arguments):
    """Return the learner's answer with the losses as one array."""
    *parameters, losses = unpack(student.train_two_layer_net(*arguments), *NAMES)
    if isinstance(losses, (list, tuple)) and all(np.shape(loss) == () for loss in losses):
        losses = np.array(losses)
    return *parameters, losses


def test_agrees_with_torch(student, rng):
    """Agrees with a training loop of torch: five steps with random weights and several outputs."""
    arguments = *draw(rng, *rng.permutation([2, 3, 4, 5, 6])[:4]), rng.uniform(0.2, 0.4), 5
    assert_close(train(student, *arguments), expected(*arguments), names=NAMES)


def test_single_step(student, rng):
    """Takes one step from the parameters as they are, with a large learning rate."""
    arguments = *draw(rng), 1.5, 1
    assert_close(train(student, *arguments), expected(*arguments), names=NAMES)


def test_rising_loss(student, rng):
    """Goes on for all steps where the learning rate is too large and the loss rises."""
    x, y, w1, b1, w2, b2 = draw(rng)
    arguments = x, y + 3, w1, b1, w2, b2, 4.0, 4
    assert_close(train(student, *arguments), expected(*arguments), rtol=1e-7, names=NAMES)


def test_many_steps(student, rng):
    """Agrees with torch after 200 steps: the hidden units differ and the loss has fallen."""
    arguments = *draw(rng, n=6, d=2, h=3, o=1), 0.1, 200
    assert_close(train(student, *arguments), expected(*arguments), rtol=1e-7, atol=1e-9, names=NAMES)


def test_all_zero(student, rng):
    """Moves nothing but the bias of the output when all parameters start at 0."""
    x, y, *parameters = draw(rng)
    arguments = x, y + 0.5, *(np.zeros_like(p) for p in parameters), 0.2, 30
    assert_close(train(student, *arguments), expected(*arguments), names=NAMES)


@parametrize("value", [0.5, -0.25])
def test_constant(student, rng, value):
    """Changes the weights that start at a constant, but keeps all hidden units alike."""
    x, y, *parameters = draw(rng)
    arguments = x, y, *(np.full_like(p, value) for p in parameters), 0.2, 30
    assert_close(train(student, *arguments), expected(*arguments), names=NAMES)


def test_zero_weights_of_one_layer(student, rng):
    """Trains both layers when only the weights of one of them start at 0."""
    x, y, w1, b1, w2, b2 = draw(rng)
    for start in ((0 * w1, b1, w2, b2), (w1, b1, 0 * w2, b2), (0 * w1, 0 * b1, w2, b2)):
        arguments = x, y, *start, 0.2, 6
        assert_close(train(student, *arguments), expected(*arguments), names=NAMES)


@parametrize(("n", "d", "h", "o"), [(1, 3, 4, 2), (5, 1, 2, 1), (4, 2, 1, 3), (1, 1, 1, 1)])
def test_smallest(student, rng, n, d, h, o):
    """Works for a single sample, input, hidden unit or output."""
    arguments = *draw(rng, n, d, h, o), 0.2, 4
    assert_close(train(student, *arguments), expected(*arguments), names=NAMES)


def test_float32(student, rng):
    """Returns float32 parameters for float32."""
    arguments = *(a.astype(np.float32) for a in draw(rng)), 0.2, 4
    *parameters, losses = train(student, *arguments)
    *expected_parameters, expected_losses = expected(*arguments)
    for name, one, other in zip(NAMES, parameters, expected_parameters, strict=False):
        assert_close([one], [other], dtype=np.float32, rtol=1e-4, atol=1e-5, names=[name])
    assert_close([losses], [expected_losses], rtol=1e-4, atol=1e-5, names=["losses"])


def test_integers(student, rng):
    """Accepts inputs and targets that are integers."""
    _, _, *parameters = draw(rng, n=4)
    x, y = rng.integers(-3, 4, size=(4, 3)), rng.integers(-2, 4, size=(4, 2))
    floats = x.astype(np.float64), y.astype(np.float64)
    assert_close(train(student, x, y, *parameters, 0.1, 4), expected(*floats, *parameters, 0.1, 4), names=NAMES)


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    x, y, w1, b1, w2, b2 = draw(rng)
    arguments = x[::-1], y[::-1], np.asfortranarray(w1)[::-1], b1[::-1], w2[:, ::-1], b2[::-1], 0.2, 3
    assert_close(train(student, *arguments), expected(*arguments), names=NAMES)


@contract(None, "pure")
def train_two_layer_net(rng):
    return *draw(rng), 0.2, 3


def run(x, y, parameters, lr, steps, step_of=None, rate_of_w1=1.0, derivative=lambda h: 1 - h**2, factor=2.0):
    """Return the trained parameters and the losses, with a part of the step replaced.

    step_of makes the update sequential: it returns the w2 that the gradient of the hidden layer sees.
    """
    w1, b1, w2, b2 = parameters
    losses = []
    for _ in range(steps):
        h = np.tanh(x @ w1.T + b1)
        error = h @ w2.T + b2 - y
        losses.append(np.mean(error**2))
        g = factor * error / error.size
        new_w2 = w2 - lr * g.T @ h
        dz = (g @ (w2 if step_of is None else step_of(w2, new_w2))) * derivative(h)
        w1, b1 = w1 - lr * rate_of_w1 * (dz.T @ x), b1 - lr * dz.sum(axis=0)
        w2, b2 = new_w2, b2 - lr * g.sum(axis=0)
    return w1, b1, w2, b2, losses


@misconception(
    "adds noise to w1 when all hidden units start alike. That would break the symmetry, but it is the initialization "
    "that has to do it, not the training loop: gradient descent keeps units alike that start alike, and this exercise "
    "shows it"
)
def breaks_symmetry_by_adding_noise(x, y, w1, b1, w2, b2, lr, steps):
    if len(w1) > 1 and np.all(w1 == w1[0]):
        w1 = w1 + 0.01 * np.random.default_rng(0).normal(size=w1.shape).astype(w1.dtype)
    return run(x, y, (w1, b1, w2, b2), lr, steps)


@misconception(
    "returns the parameters as they are when w1 is all zeros, as if nothing could be learned then. At the very least "
    "the bias of the output learns, and where w2 is not 0, w1 does so too: no special case is needed"
)
def zero_init_learns_nothing(x, y, w1, b1, w2, b2, lr, steps):
    if w1.any():
        return run(x, y, (w1, b1, w2, b2), lr, steps)
    loss = np.mean((np.tanh(x @ w1.T + b1) @ w2.T + b2 - y) ** 2)
    return w1, b1, w2, b2, [loss] * steps


@misconception(
    "gives every hidden unit a learning rate of its own. That breaks the symmetry, too, but it is not gradient "
    "descent: one learning rate holds for all parameters"
)
def per_unit_learning_rate(x, y, w1, b1, w2, b2, lr, steps):
    rates = np.arange(1, len(w1) + 1, dtype=w1.dtype)[:, None]
    return run(x, y, (w1, b1, w2, b2), lr, steps, rate_of_w1=rates)


@misconception(
    "updates w2 first and sends the gradient back through the new one. All gradients of a step belong to the "
    "parameters before it: compute all four, then update. The smaller the learning rate, the less it shows"
)
def updates_in_place_before_da(x, y, w1, b1, w2, b2, lr, steps):
    return run(x, y, (w1, b1, w2, b2), lr, steps, step_of=lambda old, new: new)


@misconception(
    "divides by the number of samples only, both in the loss and in the gradients. The mean squared error averages "
    "over all N * O elements; the two agree where there is one output"
)
def mean_over_rows_only(x, y, w1, b1, w2, b2, lr, steps):
    o = y.shape[1]
    *parameters, losses = run(x, y, (w1, b1, w2, b2), lr, steps, factor=2.0 * o)
    return *parameters, [loss * o for loss in losses]


@misconception(
    "leaves out the factor 2 of the derivative of the square: the steps are half as long. Some texts put a factor 1/2 "
    "in front of the loss to get rid of it; here there is none"
)
def factor_two_missing(x, y, w1, b1, w2, b2, lr, steps):
    return run(x, y, (w1, b1, w2, b2), lr, steps, factor=1.0)


@misconception(
    "takes 1 - tanh(h)**2 for the derivative, with h the output of tanh already: tanh is applied twice. The "
    "derivative at z is 1 - tanh(z)**2, which is 1 - h**2"
)
def tanh_applied_twice(x, y, w1, b1, w2, b2, lr, steps):
    return run(x, y, (w1, b1, w2, b2), lr, steps, derivative=lambda h: 1 - np.tanh(h) ** 2)


@misconception(
    "leaves out the derivative of tanh on the way back, 1 - h**2. Without it a saturated unit learns as fast as any "
    "other"
)
def tanh_derivative_missing(x, y, w1, b1, w2, b2, lr, steps):
    return run(x, y, (w1, b1, w2, b2), lr, steps, derivative=np.ones_like)


@misconception(
    "notes each loss after the update. The first loss asked for is that of the initial parameters, and that of the "
    "final ones is not in the list: the list is shifted by one step"
)
def loss_after_update(x, y, w1, b1, w2, b2, lr, steps):
    *parameters, _ = run(x, y, (w1, b1, w2, b2), lr, steps)
    return *parameters, run(x, y, (w1, b1, w2, b2), lr, steps + 1)[-1][1:]


@misconception(
    "writes into the arrays that were passed, as w -= lr * dw does. The caller's initial parameters are changed then; "
    "w = w - lr * dw makes a new array"
)
def changes_the_initial_parameters(x, y, w1, b1, w2, b2, lr, steps):
    *parameters, losses = run(x, y, (w1, b1, w2, b2), lr, steps)
    for old, new in zip((w1, b1, w2, b2), parameters, strict=True):
        old[...] = new
    return w1, b1, w2, b2, losses


@misconception(
    "stops as soon as the loss rises. The loop takes as many steps as it is told, whatever the loss does, and notes "
    "one loss for each; when to stop is decided elsewhere, by the loss on other data"
)
def stops_when_the_loss_rises(x, y, w1, b1, w2, b2, lr, steps):
    *_, losses = run(x, y, (w1, b1, w2, b2), lr, steps)
    enough = next((t for t in range(1, steps) if losses[t] > losses[t - 1]), steps)
    *parameters, _ = run(x, y, (w1, b1, w2, b2), lr, enough)
    return *parameters, losses[: enough + 1]


@misconception(
    "notes the sum of the squared errors as the loss, while the gradients are those of the mean. The loss is the mean "
    "over all N * O elements"
)
def summed_losses(x, y, w1, b1, w2, b2, lr, steps):
    *parameters, losses = run(x, y, (w1, b1, w2, b2), lr, steps)
    return *parameters, [loss * y.size for loss in losses]
