"""Draw diffusion: what each step keeps and takes, and the way from noise to an example."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.learning.pictures.panels import Call, Curve, Panel

STEPS, EXAMPLE = 40, 2.0
BETAS = np.linspace(0.001, 0.25, STEPS)


def ddpm_step(call: Call) -> list[Panel]:
    """Draw the factors of all that goes in, step by step, and a chain whose network knows the example."""
    time, one = np.arange(float(STEPS)), np.eye(3)
    there = np.array([call("q_sample", one[0], t, BETAS, one[1]) for t in range(STEPS)])
    back = np.array([call("ddpm_step", one[0], one[1], t, BETAS, one[2]) for t in range(STEPS)])
    return [
        Curve("q_sample: what multiplies the example", there[:, 0], time, "t"),
        Curve("q_sample: what multiplies the noise", there[:, 1], time, "t"),
        Curve("ddpm_step: what multiplies x_t", back[:, 0], time, "t"),
        Curve("ddpm_step: what multiplies eps", back[:, 1], time, "t"),
        Curve("ddpm_step: what multiplies the fresh noise", back[:, 2], time, "t"),
        Curve("from noise to the example 2", _chain(call), np.arange(STEPS + 1.0), "steps undone"),
    ]


def _chain(call: Call) -> np.ndarray:
    """Undo all steps of one number; the noise that is predicted is that of the example."""
    x: Any = np.array([-1.5])
    kept, noise, path = np.cumprod(1 - BETAS), np.random.default_rng(3).normal(size=(STEPS, 1)), [x]
    for t in reversed(range(STEPS)):
        eps = (x - np.sqrt(kept[t]) * EXAMPLE) / np.sqrt(1 - kept[t])
        x = call("ddpm_step", x, eps, t, BETAS, noise[t])
        path.append(x)
    return np.concatenate(path)
