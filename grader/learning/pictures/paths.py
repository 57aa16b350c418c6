"""Draw the path of an optimizer through a long valley, and how fast it goes down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.learning.pictures.panels import Call, Curve, Panel, Shares, Trail

CURVATURE = np.array([1.0, 12.0])
START = np.array([-3.0, 0.9])
FLATTER = 1e-7  # gradients so small that eps counts
AXES = "w[0]", "w[1]"

Step = Callable[[np.ndarray, np.ndarray, Any, int], tuple[np.ndarray, Any]]  # w, g, state, t: the new w and state


def _height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (CURVATURE[0] * x**2 + CURVATURE[1] * y**2))


def _walk(title: str, step: Step, state: Any, *, steps: int = 25, scale: float = 1.0) -> list[Panel]:
    """Draw the steps of a path on which the gradients are ``scale`` times those of the valley."""
    points = [START]
    for t in range(1, steps + 1):
        w, state = step(points[-1], scale * CURVATURE * points[-1], state, t)
        points.append(w)
    trail = np.array(points)
    height = _height(*trail.T)
    return [
        Trail(title, trail, _height, AXES),
        Curve("height after every step", height, np.arange(steps + 1.0), "step", log=True),
    ]


def _zeros(count: int) -> tuple[np.ndarray, ...]:
    return (np.zeros(2),) * count


def momentum_step(call: Call) -> list[Panel]:
    """Draw it with a learning rate that drops after 12 steps, and with weight decay."""

    def step(decay: float, later: float) -> Step:
        return lambda w, g, state, t: _split(
            call("momentum_step", w, g, *state, 0.02 if t <= 12 else later, 0.8, decay)
        )

    return [
        *_walk("a tenth of the learning rate from step 13 on", step(0.0, 0.002), _zeros(1)),
        *_walk("weight_decay 2", step(2.0, 0.02), _zeros(1)),
    ]


def adagrad_step(call: Call) -> list[Panel]:
    """Draw it with ordinary gradients and with tiny ones."""
    return _both(lambda w, g, state, t: _split(call("adagrad_step", w, g, *state, 0.5)), 1)


def rmsprop_step(call: Call) -> list[Panel]:
    """Draw it with ordinary gradients and with tiny ones."""
    return _both(lambda w, g, state, t: _split(call("rmsprop_step", w, g, *state, 0.05, 0.9)), 1)


def adadelta_step(call: Call) -> list[Panel]:
    """Draw it with ordinary gradients and with small ones."""
    return _both(lambda w, g, state, t: _split(call("adadelta_step", w, g, *state, 30.0, 0.8)), 2, 1e-3)


def adam_step(call: Call) -> list[Panel]:
    """Draw it with ordinary gradients and with tiny ones."""
    return _both(lambda w, g, state, t: _split(call("adam_step", w, g, *state, t, 0.2, (0.8, 0.95))), 2)


def adamw_step(call: Call) -> list[Panel]:
    """Draw it with ordinary gradients, a strong decay, and with tiny gradients."""

    def step(w: np.ndarray, g: np.ndarray, state: Any, t: int) -> tuple[np.ndarray, Any]:
        return _split(call("adamw_step", w, g, *state, t, 0.2, (0.8, 0.95), 1e-8, 0.3))

    return _both(step, 2)


def _both(step: Step, states: int, flatter: float = FLATTER) -> list[Panel]:
    return [
        *_walk("in a valley", step, _zeros(states)),
        *_walk(f"gradients {flatter:g} times as large", step, _zeros(states), scale=flatter),
    ]


def _split(answer: tuple[np.ndarray, ...]) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    return answer[0], tuple(answer[1:])


INPUTS = np.array([[-1.0], [0.5], [1.0], [2.0], [3.0]])


def gradient_descent_step(call: Call) -> list[Panel]:
    """Draw weight and bias of a line that is fitted to five points."""
    y = 1.5 * INPUTS[:, 0] + 1.0
    return _fit(call, "gradient_descent_step", y, lambda z: np.mean((z - y[:, None, None]) ** 2, axis=0), 0.12)


def logistic_regression_step(call: Call) -> list[Panel]:
    """Draw weight and bias of a classifier of five points."""
    y = np.array([0.0, 1.0, 0.0, 1.0, 1.0])

    def loss(z: np.ndarray) -> np.ndarray:
        return np.asarray(np.mean(np.logaddexp(0, z) - y[:, None, None] * z, axis=0))

    return _fit(call, "logistic_regression_step", y, loss, 1.0)


def _fit(call: Call, name: str, y: np.ndarray, loss: Callable[[np.ndarray], np.ndarray], lr: float) -> list[Panel]:
    w: Any = np.array([-1.0])
    b: Any = -1.0
    points, losses = [[float(w[0]), float(b)]], []
    for _ in range(20):
        w, b, value = call(name, INPUTS, y, w, b, lr)
        points.append([float(w[0]), float(b)])
        losses.append(float(value))

    def valley(w: np.ndarray, b: np.ndarray) -> np.ndarray:
        return loss(INPUTS[:, 0, None, None] * w + b)

    return [
        Trail("weight and bias", np.array(points), valley, ("w", "b")),
        Curve("loss before every step", np.array(losses), np.arange(20.0), "step", log=True),
    ]


def newton_step(call: Call) -> list[Panel]:
    """Draw a few steps of Newton's method, and the first Hessian."""
    x = np.column_stack([INPUTS[:, 0], [1.0, -1.0, 2.0, -0.5, 0.5]])
    y = np.array([0.0, 1.0, 0.0, 1.0, 1.0])
    points, hessians = [np.array([-0.5, 0.8])], []
    for _ in range(5):
        w, hessian = call("newton_step", x, y, points[-1])
        points.append(w)
        hessians.append(hessian)

    def valley(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        z = x[:, 0, None, None] * a + x[:, 1, None, None] * b
        return np.asarray(np.mean(np.logaddexp(0, z) - y[:, None, None] * z, axis=0))

    labels = "[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"
    return [Trail("weights", np.array(points), valley, AXES), Shares("first Hessian", hessians[0].ravel(), labels)]
