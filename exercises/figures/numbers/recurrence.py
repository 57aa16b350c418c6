"""The numbers of the notes on recurrence."""

from __future__ import annotations

import math

INPUTS = (1.0, -1.0, 2.0)
W_IN, W_BACK = 0.5, 0.8


def sigmoid(z: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + math.exp(-z))


def states(weights: list[float]) -> list[float]:
    """Return the states from the zero at the start on, with a recurrent weight for each step."""
    found = [0.0]
    for x, weight in zip(INPUTS, weights, strict=True):
        found.append(math.tanh(W_IN * x + weight * found[-1]))
    return found


def measured(t: int, step: float = 1e-5) -> float:
    """Return how the last state changes with the recurrent weight of one step."""
    up, down = ([W_BACK + sign * step * (s == t) for s in range(len(INPUTS))] for sign in (1, -1))
    return (states(up)[-1] - states(down)[-1]) / (2 * step)


def through_time() -> list[list[object]]:
    """Return the table of one pass forward and back through time."""
    h = states([W_BACK] * len(INPUTS))
    rows: list[list[object]] = []
    dh, total = 1.0, 0.0
    for t in reversed(range(len(INPUTS))):
        dz = dh * (1 - h[t + 1] ** 2)
        rows.insert(0, [str(t + 1), f"{INPUTS[t]:g}", h[t + 1], dh, dz, dz * h[t], measured(t)])
        total += dz * h[t]
        dh = dz * W_BACK
    head = ["$t$", "$x_t$", "$h_t$", "$dh_t$", "$dz_t$", "$dz_t h_{t-1}$", "measured"]
    return [head, *rows, ["sum", "", "", "", "", total, sum(map(measured, range(len(INPUTS))))]]


def gates() -> list[list[object]]:
    """Return one step of each gated cell with one unit."""
    i, f, g, o = sigmoid(0.0), sigmoid(2.0), math.tanh(1.0), sigmoid(-1.0)
    c = f * 0.5 + i * g
    r, z, back = sigmoid(0.0), sigmoid(2.0), 1.0
    n = math.tanh(0.5 + r * back)
    return [
        ["LSTM", "how", "value", "GRU", "how", "value"],
        ["$i$", r"$\sigma(0)$", i, "$r$", r"$\sigma(0)$", r],
        ["$f$", r"$\sigma(2)$", f, "$z$", r"$\sigma(2)$", z],
        ["$g$", r"$\tanh(1)$", g, "$n$", r"$\tanh(0.5 + r \cdot 1)$", n],
        ["$o$", r"$\sigma(-1)$", o, "", "", ""],
        ["$c_t$", r"$f \cdot 0.5 + i g$", c, "", "", ""],
        ["$h_t$", r"$o \tanh(c_t)$", o * math.tanh(c), "$h_t$", r"$(1 - z) n + z \cdot 0.5$", (1 - z) * n + z * 0.5],
    ]


def tables() -> dict[str, list[list[object]]]:
    """Return one pass through time, and one step of each gated cell."""
    return {"through_time": through_time(), "gates": gates()}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    keep = 0.5 ** (1 / 50)
    early, late = 0.5 * 1 + 2, 0.5 * 3 + 4
    return {
        "the inputs 1, 2, 3 and 4 the last state is 6.125": (1, 2, 3, 4, 0.5 * (0.5 * early + 3) + 4),
        r"$0.25 \cdot 2.5 + 5.5 = 6.125$": (0.5**2, early, late, 0.5**2 * early + late),
        r"$0.5^{50} \approx 10^{-15}$": (0.5, 50, 0.5**50),
        r"$1.1^{50} \approx 117$": (1.1, 50, 1.1**50),
        r"about 71 % of it survives": (100 * sigmoid(5) ** 50,),
        r"$f = 0.5^{1/50} = 0.986$, a bias of about 4.3": (0.5, 1, 50, keep, math.log(keep / (1 - keep))),
        r"$\sigma(2) = 0.88$": (2, sigmoid(2)),
    }
