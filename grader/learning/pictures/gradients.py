"""Draw gradients beside slopes that are measured by moving one number at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.checks.student import on_learner_side
from grader.learning.pictures.panels import Call, Curve, Panel, Slopes

STEP = 1e-5


def _measured(loss: Callable[[], float], parameter: np.ndarray) -> np.ndarray:
    """Return the slope of a loss for each number of an array that it reads."""
    slopes = np.zeros(parameter.shape)
    for place in np.ndindex(parameter.shape):
        value = parameter[place]
        parameter[place] = value + STEP
        above = loss()
        parameter[place] = value - STEP
        slopes[place] = (above - loss()) / (2 * STEP)
        parameter[place] = value
    return slopes


def _panels(
    answers: dict[str, np.ndarray], parameters: dict[str, np.ndarray], loss: Callable[[], float]
) -> list[Panel]:
    return [
        Slopes(name, answers[name].ravel(), _measured(loss, parameter).ravel())
        for name, parameter in parameters.items()
    ]


def linear_backward(call: Call) -> list[Panel]:
    """Draw the gradients of a layer."""
    rng = np.random.default_rng(1)
    grad, x, w, b = (rng.normal(size=size) for size in ((2, 3, 3), (2, 3, 4), (3, 4), (3,)))
    dx, dw, db = call("linear_backward", grad, x, w)
    answers = {"dx": dx, "dw": dw, "db": db}
    return _panels(answers, {"dx": x, "dw": w, "db": b}, lambda: float(np.sum(grad * (x @ w.T + b))))


def mlp_backward(call: Call) -> list[Panel]:
    """Draw the gradients of a network."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2])
    w1, b1, w2, b2 = (rng.normal(size=size) for size in ((5, 3), (5,), (3, 5), (3,)))

    def loss() -> float:
        logits = np.maximum(x @ w1.T + b1, 0) @ w2.T + b2
        return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(6), y]))

    answers = call("mlp_backward", x, y, w1, b1, w2, b2)
    return _panels(answers, {"dw1": w1, "db1": b1, "dw2": w2, "db2": b2}, loss)


def residual_block(call: Call) -> list[Panel]:
    """Draw the output of a block of one input, and the gradients."""
    rng = np.random.default_rng(1)
    x, w1, w2, grad = (rng.normal(size=size) for size in ((5, 3), (4, 3), (3, 4), (5, 3)))
    _, dx, dw1, dw2 = call("residual_block", x, w1, w2, grad)
    line = np.linspace(-3, 3, 61)
    y = call("residual_block", line[:, None], np.array([[1.0], [-1.0]]), np.array([[0.8, 0.5]]))
    answers, parameters = {"dx": dx, "dw1": dw1, "dw2": dw2}, {"dx": x, "dw1": w1, "dw2": w2}

    def loss() -> float:
        return float(np.sum(grad * (x + np.maximum(x @ w1.T, 0) @ w2.T)))

    return [Curve("a block of one input", y[:, 0], line), *_panels(answers, parameters, loss)]


def lora_linear(call: Call) -> list[Panel]:
    """Draw an output while alpha grows, and the gradients."""
    rng = np.random.default_rng(1)
    x, w, bias, a, b, grad = (rng.normal(size=size) for size in ((2, 3, 4), (3, 4), (3,), (2, 4), (3, 2), (2, 3, 3)))
    alphas = np.linspace(0.25, 8, 32)
    outputs = [call("lora_linear", x, w, bias, a, b, float(alpha), grad)[0][0, 0, 0] for alpha in alphas]
    _, dx, da, db = call("lora_linear", x, w, bias, a, b, 3.0, grad)

    def loss() -> float:
        return float(np.sum(grad * (x @ (w + 3 / 2 * b @ a).T + bias)))

    first = Curve("one output at rank 2", np.array(outputs), alphas, "alpha")
    return [first, *_panels({"dx": dx, "da": da, "db": db}, {"dx": x, "da": a, "db": b}, loss)]


def batch_norm_backward(call: Call) -> list[Panel]:
    """Draw the three gradients."""
    rng = np.random.default_rng(1)
    grad, x, gamma, beta = rng.normal(size=(6, 4)), rng.normal(size=(6, 4)) * 2 + 1, np.arange(1.0, 5.0), np.zeros(4)

    def loss() -> float:
        y = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
        return float(np.sum(grad * (gamma * y + beta)))

    dx, dgamma, dbeta = call("batch_norm_backward", grad, x, gamma)
    return _panels({"dx": dx, "dgamma": dgamma, "dbeta": dbeta}, {"dx": x, "dgamma": gamma, "dbeta": beta}, loss)


@on_learner_side
def waves(x):  # type: ignore[no-untyped-def]
    """Return a number that every element of x, and its neighbour, have a part in."""
    return np.sum(np.sin(x)) + 0.3 * np.sum(x[1:] * x[:-1])


def numerical_gradient(call: Call) -> list[Panel]:
    """Draw the gradient along a wave, and how its error grows with h."""
    x = np.linspace(-3, 3, 41)
    exact = np.cos(x) + 0.3 * (np.append(x[1:], 0) + np.append(0, x[:-1]))
    hs = np.linspace(0.05, 1, 20)
    errors = [np.abs(call("numerical_gradient", waves, x, h) - exact).mean() for h in hs]
    return [
        Curve("gradient of a wave", call("numerical_gradient", waves, x), x),
        Curve("the same with h = 0.1", call("numerical_gradient", waves, x, 0.1), x),
        Curve("mean error for each h", np.array(errors), hs, "h", log=True),
    ]


@on_learner_side
def slope(learner, x, expression):  # type: ignore[no-untyped-def]
    """Return the derivative of an expression at a number, as the learner's Value finds it."""
    v = learner.Value(float(x))
    if expression == "v * v * v":
        y = v * v * v
    elif expression == "y = tanh(v), y * y + y":
        y = v.tanh()
        y = y * y + y
    elif expression == "relu(v) + exp(v)":
        y = v.relu() + v.exp()
    elif expression == "log(v**2 + 1)":
        y = (v**2 + 1.0).log()
    elif expression == "3 * v - v / (v**2 + 2)":
        y = 3.0 * v - v / (v**2 + 2.0)
    else:
        y = v * v
        y.backward()
    y.backward()
    return float(v.grad)


EXPRESSIONS = (
    "v * v * v",
    "y = tanh(v), y * y + y",
    "relu(v) + exp(v)",
    "log(v**2 + 1)",
    "3 * v - v / (v**2 + 2)",
    "v * v, backward called twice",
)


def scalar_autograd(call: Call) -> list[Panel]:
    """Draw the derivatives of a few expressions."""
    x = np.linspace(-2, 2, 21)
    return [
        Curve(f"slope of {each}", np.array([float(call(slope, value, each)) for value in x]), x, "v")
        for each in EXPRESSIONS
    ]
