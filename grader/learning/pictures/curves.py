"""Draw functions of one number as curves: activations, penalties, clipping, a neuron."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from grader.learning.pictures.panels import Call, Curve, Panel

T = TypeVar("T")

X = np.linspace(-4, 4, 161)  # 0 is among them
FAR = np.linspace(-1000, 1000, 161)


def along(values: Iterable[T], function: Callable[[T], np.ndarray | float]) -> np.ndarray:
    """Return a function's numbers, one call for each value."""
    return np.array([float(function(value)) for value in values])


def relu(call: Call) -> list[Panel]:
    """Draw the kink."""
    x = np.linspace(-8, 8, 161)
    return [Curve("relu(x)", call("relu", x), x)]


def leaky_relu(call: Call) -> list[Panel]:
    """Draw small slopes and one above 1."""
    slopes = 0.1, 2.0
    panels: list[Panel] = [Curve("leaky_relu(x)", call("leaky_relu", X), X)]
    return panels + [Curve(f"leaky_relu(x, {slope})", call("leaky_relu", X, slope), X) for slope in slopes]


def sigmoid(call: Call) -> list[Panel]:
    """Draw the curve, its far ends, and how small it gets."""
    deep = np.linspace(-25, 0, 51)
    return [
        Curve("sigmoid(x)", call("sigmoid", X), X),
        Curve("sigmoid(x), far out", call("sigmoid", FAR), FAR),
        Curve("sigmoid(x), powers of ten", call("sigmoid", deep), deep, log=True),
    ]


def tanh(call: Call) -> list[Panel]:
    """Draw the curve and its far ends."""
    return [Curve("tanh(x)", call("tanh", X), X), Curve("tanh(x), far out", call("tanh", FAR), FAR)]


def gelu(call: Call) -> list[Panel]:
    """Draw both forms."""
    return [
        Curve("gelu(x)", call("gelu", X), X),
        Curve('gelu(x, "tanh")', call("gelu", X, "tanh"), X),
    ]


def threshold_activation(call: Call) -> list[Panel]:
    """Draw the step at two thresholds, which are among the points."""
    x = np.linspace(-1, 2, 61)
    return [
        Curve("threshold_activation(x)", call("threshold_activation", x), x),
        Curve("threshold_activation(x, 1.25)", call("threshold_activation", x, 1.25), x),
    ]


def activation_gradient(call: Call) -> list[Panel]:
    """Draw the five slopes, and one far out."""
    kinds = "sigmoid", "tanh", "relu", "leaky_relu", "gelu"
    panels: list[Panel] = [Curve(f"slope of {kind}", call("activation_gradient", X, kind), X) for kind in kinds]
    return [*panels, Curve("slope of sigmoid, far out", call("activation_gradient", FAR, "sigmoid"), FAR)]


def l1_l2_penalty(call: Call) -> list[Panel]:
    """Draw the penalty of two weights and its gradient while one of them moves."""
    panels: list[Panel] = []
    for kind in ("l1", "l2"):
        answers = [call("l1_l2_penalty", np.array([w, 0.5]), 0.3, kind) for w in X]
        panels.append(Curve(f"{kind} penalty of (w, 0.5)", along(answers, lambda answer: answer[0]), X, "w"))
        panels.append(Curve(f"its slope ({kind})", along(answers, lambda answer: answer[1][0]), X, "w"))
    return panels


def l1_proximal_step(call: Call) -> list[Panel]:
    """Draw where a weight lands."""
    return [
        Curve("new weight, gradient 0", call("l1_proximal_step", X, 0 * X, 0.5, 2.0), X, "w"),
        Curve("new weight, gradient 4", call("l1_proximal_step", X, np.full_like(X, 4.0), 0.5, 2.0), X, "w"),
    ]


def clip_grad_value(call: Call) -> list[Panel]:
    """Draw what is cut off."""
    return [Curve("gradient after clipping at 1.5", call("clip_grad_value", [X], 1.5)[0], X, "gradient")]


def clip_grad_norm(call: Call) -> list[Panel]:
    """Draw the norm of two gradients before and after."""
    sizes = np.linspace(0.1, 6, 60)
    answers = [call("clip_grad_norm", [size * np.array([0.6]), size * np.array([0.0, 0.8])], 2.0) for size in sizes]
    norms = [np.sqrt(sum(np.sum(part**2) for part in clipped)) for clipped, _ in answers]
    return [
        Curve("norm after clipping at 2", np.array(norms), sizes, "norm before"),
        Curve("total_norm", along(answers, lambda answer: answer[1]), sizes, "norm before"),
    ]


def neuron_output(call: Call) -> list[Panel]:
    """Draw a neuron's answer while one of its inputs moves."""
    x = np.stack([X, np.full_like(X, 0.5)], axis=1)
    far = np.stack([FAR, np.full_like(X, 0.5)], axis=1)
    weights = np.array([1.5, -2.0])
    return [
        Curve("output for inputs (x, 0.5)", call("neuron_output", x, weights, 0.5), X),
        Curve("far out", call("neuron_output", far, weights, 0.5), FAR),
    ]


def mlp_forward(call: Call) -> list[Panel]:
    """Draw the function of one number that a small network is."""
    rng = np.random.default_rng(3)
    shapes = (6, 1), (5, 6), (1, 5)
    weights, biases = [rng.normal(size=shape) for shape in shapes], [rng.normal(size=shape[0]) for shape in shapes]
    return [
        Curve(f"network of {hidden}", call("mlp_forward", X[:, None], weights, biases, hidden)[:, 0], X)
        for hidden in ("relu", "tanh", "sigmoid")
    ]


def swiglu(call: Call) -> list[Panel]:
    """Draw a layer of one hidden feature, whose gate and up move together, apart and far out."""
    one = np.array([[1.0]])
    both = np.stack([X, np.full_like(X, 2.0)], axis=1)
    parts = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), np.array([[1.0], [0.5]])
    return [
        Curve("x through gate and up", call("swiglu", X[:, None], one, -0.5 * one, one)[:, 0], X),
        Curve("the gate is x, up is 2", call("swiglu", both, *parts)[:, 0], X),
        Curve("the gate is 2, up is x", call("swiglu", both[:, ::-1], *parts)[:, 0], X),
        Curve("the gate is x, up is 2, far out", call("swiglu", both * [250, 1], *parts)[:, 0], FAR),
    ]


def quantize_int8(call: Call) -> list[Panel]:
    """Draw the stairs that two channels become, one small and one large."""
    steps = np.linspace(-4.2, 4.2, 169)
    x = np.append(steps, -127.0) * np.array([[0.01], [1.0]])
    q, scale = call("quantize_int8", x, 0)
    range_of_q = np.linspace(-127, 127, 43)  # none of them a half
    whole, _ = call("quantize_int8", np.stack([range_of_q, range_of_q]), 0)
    return [
        Curve("q * scale, where the largest is -1.27", (q * scale)[0, :-1], x[0, :-1]),
        Curve("q * scale, where the largest is -127", (q * scale)[1, :-1], x[1, :-1]),
        Curve("q, from the smallest to the largest number", whole[0], range_of_q),
    ]
