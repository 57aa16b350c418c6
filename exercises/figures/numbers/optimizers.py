"""The numbers of the notes on optimizers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

RATE = 0.1


def momentum_way(steps: int, beta: float) -> list[tuple[float, float]]:
    """Return velocity and weight after each step on half the square, from 1."""
    w, v, way = 1.0, 0.0, []
    for _ in range(steps):
        v = beta * v + w
        w -= RATE * v
        way.append((v, w))
    return way


def adam(gradient: Callable[[float], float], steps: int, rate: float = RATE, w: float = 1.0) -> list[tuple[float, ...]]:
    """Return gradient, averages, corrected averages, step and weight of each step."""
    m = v = 0.0
    way = []
    for t in range(1, steps + 1):
        g = gradient(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        step = rate * m_hat / (math.sqrt(v_hat) + 1e-8)
        w -= step
        way.append((g, m, v, m_hat, v_hat, step, w))
    return way


def descent(gradients: Iterable[float]) -> list[float]:
    """Return the steps of plain descent."""
    return [RATE * g for g in gradients]


def heavy_ball(gradients: Iterable[float]) -> list[float]:
    """Return the steps with momentum 0.9."""
    v, steps = 0.0, []
    for g in gradients:
        v = 0.9 * v + g
        steps.append(RATE * v)
    return steps


def adagrad(gradients: Iterable[float]) -> list[float]:
    """Return the steps of AdaGrad."""
    total, steps = 0.0, []
    for g in gradients:
        total += g * g
        steps.append(RATE * g / (math.sqrt(total) + 1e-10))
    return steps


def rmsprop(gradients: Iterable[float]) -> list[float]:
    """Return the steps of RMSprop."""
    v, steps = 0.0, []
    for g in gradients:
        v = 0.99 * v + 0.01 * g * g
        steps.append(RATE * g / (math.sqrt(v) + 1e-8))
    return steps


def adadelta(gradients: Iterable[float]) -> list[float]:
    """Return the steps of AdaDelta, whose rate is 1."""
    e = d = 0.0
    steps = []
    for g in gradients:
        e = 0.9 * e + 0.1 * g * g
        step = g * math.sqrt(d + 1e-6) / math.sqrt(e + 1e-6)
        d = 0.9 * d + 0.1 * step * step
        steps.append(step)
    return steps


def adam_steps(gradients: Iterable[float]) -> list[float]:
    """Return the steps of Adam for given gradients."""
    kept = list(gradients)
    left = iter(kept)
    return [row[5] for row in adam(lambda _: next(left), len(kept))]


RULES: dict[str, Callable[[Iterable[float]], list[float]]] = {
    "gradient descent": descent,
    "momentum": heavy_ball,
    "AdaGrad": adagrad,
    "RMSprop": rmsprop,
    "AdaDelta, rate 1": adadelta,
    "Adam": adam_steps,
}


def newton(w: float, positives: int = 3, samples: int = 5) -> float:
    """Return the weight after Newton's step for samples at x = 1, some of them of class 1."""
    p = 1 / (1 + math.exp(-w))
    return w - (p - positives / samples) / (p * (1 - p))


def tables() -> dict[str, list[list[object]]]:
    """Return three tables of steps."""
    plain, heavy = momentum_way(12, 0.0), momentum_way(12, 0.9)
    momentum: list[list[object]] = [["step", "$w$, plain", "velocity", "$w$, momentum"]]
    momentum += [[t, plain[t - 1][1], *heavy[t - 1]] for t in (1, 2, 3, 6, 9, 12)]
    head = ["$t$", "$g$", "$m$", "$v$", r"$\hat{m}$", r"$\hat{v}$", "step", "$w$"]
    by_hand = [[t, *row] for t, row in enumerate(adam(lambda w: 2 * w, 3), 1)]
    rules: list[list[object]] = [["step for the gradient", "4", "4", "-4"]]
    rules += [[name, *rule([4.0, 4.0, -4.0])] for name, rule in RULES.items()]
    return {"momentum": momentum, "adam": [head, *by_hand], "rules": rules}


def steps_down(beta: float, rate: float = 0.018) -> int:
    """Return how many steps lead from (1, 1) to within a millionth of the minimum, the curvatures being 1 and 100."""
    curvature, w, v, steps = np.array([1.0, 100.0]), np.ones(2), np.zeros(2), 0
    while np.linalg.norm(w) > 1e-6:
        v = beta * v + curvature * w
        w = w - rate * v
        steps += 1
    return steps


def valley(rate: float, beta: float | None) -> float:
    """Return the loss after 40 steps in the figure's valley, with momentum, or with Adam if ``beta`` is None."""
    curvature, w = np.array([1.0, 20.0]), np.array([-8.0, 2.0])
    m, v = np.zeros(2), np.zeros(2)
    for t in range(1, 41):
        g = curvature * w
        if beta is None:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            w = w - rate * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        else:
            m = beta * m + g
            w = w - rate * m
    return float(np.sum(curvature * w**2) / 2)


def silence() -> list[float]:
    """Return Adam's steps, as multiples of the rate, for gradients of 1 after a long time without any."""
    m = v = 0.0
    steps = []
    for _ in range(100):
        m, v = 0.9 * m + 0.1, 0.999 * v + 0.001
        steps.append(m / math.sqrt(v))
    return steps


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    quiet = silence()
    # how far the averages can be from each other, by the inequality of Cauchy and Schwarz
    bound = 0.1 / math.sqrt(0.001) / math.sqrt(1 - 0.9**2 / 0.999)
    beta = 0.9
    return {
        r"is $2.7 \times 10^{-5}$ of the first at $\eta = 0.1$, 0 at 1, 0.37 at 1.99 and 2.7 at 2.01": (
            0.9**100,
            0.1,
            0,
            1,
            0.99**100,
            1.99,
            1.01**100,
            2.01,
        ),
        "it is 0.32 for batches of 10 and 0.10 for 100": (1 / math.sqrt(10), 10, 1 / math.sqrt(100), 100),
        "takes 257 steps with momentum and 761 without": (steps_down(beta), steps_down(0)),
        "gradient descent zigzags across it and ends at a loss of 0.013": (valley(0.093, 0),),
        "swings once across the valley and ends at 0.0054": (valley(0.27, None),),
        r"with $\eta = 0.5$ Adam overshoots and ends at 0.30": (0.5, valley(0.5, None)),
        "miss about 37 % of the samples": (100 * math.exp(-1),),
        r"settles at $g / (1 + \beta)$, 0.53 of a gradient": (1, 1 / (1 + beta)),
        "for $\\lambda = 1$ that is 3.8 instead of 2": (1, 2 * (1 + beta), 2),
        "the rates go 0.01, 0.0071, 0.0058": (0.01, 0.01 / math.sqrt(2), 0.01 / math.sqrt(3)),
        "0.0032 with torch's values": (math.sqrt(1e-6 / 0.1),),
        r"10 times $\eta$ at torch's $\alpha = 0.99$, 3.2 times at the 0.9 of many texts": (
            1 / math.sqrt(0.01),
            0.99,
            1 / math.sqrt(0.1),
            0.9,
        ),
        r"3.2 times $\eta$ for the first gradient, 6.6 times for the twelfth if they stay the same": (
            quiet[0],
            max(quiet),
        ),
        "never more than 7.3 times": (bound,),
        "goes from $w = 3$ to -4.8 and on to 68.6": (3, newton(3.0), newton(newton(3.0))),
        "million parameters make 4 terabytes": (1e6 * 1e6 * 4 / 1e12,),
        "Adam with $\\eta = 0.1$ still takes steps of 0.099": (0.1, 0.1 * 1e-6 / (1e-6 + 1e-8)),
        "AdamW brought both to about 0.6": ((1 - 0.0001) ** 5000,),
        "the plain mean of the three is 2": (np.mean([1, 1, 4]),),
        "for $\\kappa = 100$, 0.980 against 0.818": (100, 99 / 101, 9 / 11),
        r"0.23 for $\beta = 0.9$, but their errors agree": (math.sqrt((1 - beta) / (1 + beta)), 0.9),
        "$0.9^t$ is below 1 % after 44 steps, $0.999^t$ after 4603": (
            0.9,
            1,
            math.ceil(math.log(0.01) / math.log(0.9)),
            0.999,
            math.ceil(math.log(0.01) / math.log(0.999)),
        ),
        "It takes 0.01 % off per step: without gradients a weight halves in 6931 steps": (
            100 * 0.001 * 0.1,
            math.log(0.5) / math.log1p(-0.0001),
        ),
        "by up to 6.6 times the rate": (max(quiet),),
        "= 391$ per epoch, 1173 in all": (math.ceil(50000 / 128), 3 * math.ceil(50000 / 128)),
    }
