"""Draw what a recurrent cell remembers of two pulses as time goes on."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.learning.pictures.panels import Call, Curve, Panel

STEPS, INPUTS, HIDDEN = 24, 2, 3
TIME = np.arange(1.0, STEPS + 1)


def _pulses() -> np.ndarray:
    x = np.zeros((1, STEPS, INPUTS))
    x[0, 3:5, 0], x[0, 12:15, 1] = 2.0, -1.5
    return x


def _weights(gates: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(4)
    rows = gates * HIDDEN
    return (rng.normal(size=(rows, INPUTS)), rng.normal(size=(rows, HIDDEN)) * 0.7, *rng.normal(size=(2, rows)) * 0.5)


def rnn_forward(call: Call) -> list[Panel]:
    """Draw the hidden states, and the last one by itself."""
    outputs, last = call("rnn_forward", _pulses(), np.full((1, HIDDEN), 0.5), *_weights(1))
    panels: list[Panel] = [Curve(f"hidden state {i}", outputs[0, :, i], TIME, "t") for i in range(HIDDEN)]
    return [*panels, Curve("h_n of each unit", last[0], np.arange(float(HIDDEN)), "unit")]


def gru_cell(call: Call) -> list[Panel]:
    """Draw the hidden states."""
    h: Any = np.full((1, HIDDEN), 0.5)
    states = []
    for t in range(STEPS):
        h = call("gru_cell", _pulses()[:, t], h, *_weights(3))
        states.append(h[0])
    return [Curve(f"hidden state {i}", np.array(states)[:, i], TIME, "t") for i in range(HIDDEN)]


def lstm_cell(call: Call) -> list[Panel]:
    """Draw hidden and cell states of two units."""
    h: Any = np.full((1, HIDDEN), 0.5)
    c: Any = np.full((1, HIDDEN), -0.5)
    hidden, cell = [], []
    for t in range(STEPS):
        h, c = call("lstm_cell", _pulses()[:, t], h, c, *_weights(4))
        hidden.append(h[0])
        cell.append(c[0])
    return [
        Curve(f"{name} state {i}", np.array(states)[:, i], TIME, "t")
        for i in range(2)
        for name, states in (("hidden", hidden), ("cell", cell))
    ]
