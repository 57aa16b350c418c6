import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, on_learner_side, parametrize, sgd_step

NAMES = ("w", "velocity")


@from_torch
def expected(w, g, velocity, lr, momentum, weight_decay):
    sgd_step([w], [g], lr, buffers=[velocity], momentum=momentum, weight_decay=weight_decay)
    return w, velocity


@from_torch
def expected_descent(w, curvature, lr, momentum, steps):
    import torch

    velocity = torch.zeros_like(w)
    for _ in range(steps):
        sgd_step([w], [curvature * w], lr, buffers=[velocity], momentum=momentum)
    return w


@on_learner_side
def descent(learner, w, curvature, lr, momentum, steps):
    velocity = np.zeros_like(w)
    for _ in range(steps):
        w, velocity = learner.momentum_step(w, curvature * w, velocity, lr, momentum, 0.0)
    return w


def follow(student, w, gradients, rates, momentum, weight_decay, **tolerance):
    """Compare every step of a run; each starts from torch's state after the step before."""
    velocity = np.zeros_like(w)
    for g, lr in zip(gradients, rates, strict=True):
        arguments = (w, g, velocity, lr, momentum, weight_decay)
        answer = student.momentum_step(*arguments)
        w, velocity = expected(*arguments)
        assert_close(answer, (w, velocity), names=NAMES, **tolerance)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.optim.SGD over seven steps, one without gradient, the last four at a lower learning rate."""
    shape = rng.integers(2, 6, size=2)
    gradients = rng.normal(size=(7, *shape))
    gradients[2] = 0
    follow(student, rng.normal(size=shape) * 2, gradients, [0.1] * 3 + [0.02] * 4, 0.8, 0.3)


def test_zero_gradient(student, rng):
    """Keeps moving, slower and slower, where there is no gradient."""
    w, velocity, zeros = *rng.normal(size=(2, 3)), np.zeros(3)
    for _ in range(6):
        answer = student.momentum_step(w, zeros, velocity, 0.5, 0.75, 0.0)
        velocity = 0.75 * velocity
        w = w - 0.5 * velocity
        assert_close(answer, (w, velocity), names=NAMES)


@parametrize("shape", [(1,), (5,), (2, 3, 2)])
def test_no_decay(student, rng, shape):
    """Works without weight decay, for a single weight and for weights of any shape."""
    follow(student, rng.normal(size=shape), rng.normal(size=(4, *shape)), [0.3, 0.3, 0.03, 0.03], 0.95, 0.0)


def test_no_momentum(student, rng):
    """Is plain gradient descent with a momentum of 0, whatever the velocity was."""
    w, g, velocity = rng.normal(size=(3, 5))
    answer = student.momentum_step(w, g, velocity, 0.2, 0.0, 0.0)
    assert_close(answer, (w - 0.2 * g, g), names=NAMES)


def test_decay_alone(student, rng):
    """Adds weight_decay * w to the gradient, so that the decay enters the velocity."""
    follow(student, rng.normal(size=4) * 10, np.zeros((6, 4)), [0.1] * 6, 0.5, 0.4)


def test_tiny_gradients(student, rng):
    """Treats tiny gradients like all others."""
    g = rng.uniform(0.5, 1.5, size=3) * np.array([1e-6, -3e-8, 1e-10])
    follow(student, np.zeros(3), [g, 2 * g, 0 * g, -g], [0.1] * 4, 0.9, 0.0, atol=1e-30)


def test_narrow_valley(student, rng):
    """Ends where torch.optim.SGD does after 60 steps in a valley that is 100 times as steep across as along."""
    w, curvature = rng.normal(size=2), np.array([1.0, 100.0])
    answer = student.run(descent, w, curvature, 0.018, 0.9, 60)
    assert_close(answer, expected_descent(w, curvature, 0.018, 0.9, 60))


@contract(
    expected, "float32", "integers", "views", "pure",
    integers=(0, 1), names=NAMES, defaults={"momentum": 0.9, "weight_decay": 0.0},
)  # fmt: skip
def momentum_step(rng):
    return *rng.normal(size=(3, 3, 4)), 0.1, 0.7, 0.5


@misconception(
    "averages the gradients: velocity = momentum * velocity + (1 - momentum) * g. Here, as in torch, the gradient "
    "enters at full weight. Starting from zeros, the average at learning rate lr moves the weights exactly as this one "
    "does at lr * (1 - momentum): ten times shorter steps at a momentum of 0.9"
)
def ema_momentum(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = momentum * velocity + (1 - momentum) * (g + weight_decay * w)
    return w - lr * velocity, velocity


@misconception(
    "puts the learning rate into the velocity: velocity = momentum * velocity + lr * g, then w - velocity. In torch it "
    "multiplies the velocity when the weights move. At a constant rate both walk the same path, though with another "
    "velocity; when the rate drops, this one goes on at the old speed"
)
def lr_inside_velocity(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = momentum * velocity + lr * (g + weight_decay * w)
    return w - velocity, velocity


@misconception(
    "keeps a velocity of the other sign, with the learning rate in it: velocity = momentum * velocity - lr * g, then "
    "w + velocity, as Keras does. In torch the velocity adds up the gradients themselves and lr multiplies it when "
    "the weights move; at a constant rate both walk the same path"
)
def keras_velocity(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = momentum * velocity - lr * (g + weight_decay * w)
    return w + velocity, velocity


@misconception(
    "moves the weights by the velocity from before the step. The gradient enters the velocity first and the weights "
    "move by the new one; with the old one, every gradient acts a step late and the first step stands still"
)
def old_velocity(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    return w - lr * velocity, momentum * velocity + g + weight_decay * w


@misconception(
    "forgets the old velocity, which makes it plain gradient descent: with a zero gradient it stands still at once. "
    "The velocity keeps the fraction `momentum` of what it was; the two agree at a momentum of 0 and in the first step"
)
def velocity_reset(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = g + weight_decay * w
    return w - lr * velocity, velocity


@misconception(
    "is Nesterov's variant: it moves by g + momentum * velocity' and so looks one step ahead. Classical momentum "
    "moves by the new velocity itself; torch does the former only with nesterov=True"
)
def nesterov(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    g = g + weight_decay * w
    velocity = momentum * velocity + g
    return w - lr * (g + momentum * velocity), velocity


@misconception(
    "adds 2 * weight_decay * w, the gradient of weight_decay * sum(w**2). In torch, weight_decay * w is added, which "
    "belongs to a penalty with a factor 1/2: to get the same, halve the weight decay"
)
def weight_decay_doubled(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = momentum * velocity + g + 2 * weight_decay * w
    return w - lr * velocity, velocity


@misconception(
    "takes the decay off the weights directly, past the velocity. Here it is part of the gradient and gathers speed "
    "with it, as in torch.optim.SGD; the weights of both agree in the first step only"
)
def decay_past_velocity(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = momentum * velocity + g
    return w - lr * weight_decay * w - lr * velocity, velocity


@misconception("never uses weight_decay: it belongs in the gradient as weight_decay * w; the two agree at a decay of 0")
def no_decay(w, g, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = momentum * velocity + g
    return w - lr * velocity, velocity
