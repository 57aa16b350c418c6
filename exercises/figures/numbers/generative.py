"""The numbers of the notes on generative models."""

from __future__ import annotations

import math

CODES = ((0.0, 0.0), (1.0, 0.0), (0.0, -2.0), (0.0, 1.0), (2.0, -2.0))
LOGITS = (-10.0, -2.0, 0.0, 2.0)


def sigmoid(z: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + math.exp(-z))


def kl(mean: float, log_variance: float) -> float:
    """Return the divergence of a normal distribution from the standard one."""
    return -0.5 * (1 + log_variance - mean**2 - math.exp(log_variance)) + 0.0


def codes() -> list[list[object]]:
    """Return what some codes cost, and what is drawn from them."""
    head = [r"$\mu$", r"$\log \sigma^2$", r"$\sigma$", "KL", r"$z$ for $\varepsilon = 0.5$"]
    return [head, *([f"{m:g}", f"{v:g}", math.exp(v / 2), kl(m, v), m + math.exp(v / 2) * 0.5] for m, v in CODES)]


def generator() -> list[list[object]]:
    """Return both losses of the generator, and their slopes."""
    head = ["$f$", r"$D = \sigma(f)$", r"$\log(1 - D)$", "its slope", r"$-\log D$", "its slope"]
    rows = []
    for f in LOGITS:
        d = sigmoid(f)
        rows.append([f"{f:g}", d, math.log(1 - d), -d, -math.log(d), d - 1])
    return [head, *rows]


def mixtures() -> list[list[object]]:
    """Return a value mixed with more and more noise, and what is won back when the noise is known."""
    x, noise = 2.0, -1.0
    rows: list[list[object]] = [[r"$\bar\alpha_t$", "share of $x_0$", r"share of $\varepsilon$", "$x_t$", "won back"]]
    for kept in (0.9, 0.5, 0.1):
        signal, spread = math.sqrt(kept), math.sqrt(1 - kept)
        mixed = signal * x + spread * noise
        rows.append([f"{kept:g}", signal, spread, mixed, (mixed - spread * noise) / signal])
    return rows


def tables() -> dict[str, list[list[object]]]:
    """Return the cost of codes, the losses of a generator, and the mixtures of diffusion."""
    return {"codes": codes(), "generator": generator(), "mixtures": mixtures()}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    mean = 1.5  # the score-function estimate is mean**2 * e + 2 * mean * e**2 + e**3 for a standard normal e
    score = mean**4 + 2 * (2 * mean) ** 2 + 15 + 2 * 3 * mean**2
    return {
        "its standard deviation is 0.72, with the trick 0.20": (math.sqrt(score / 100), 2 / math.sqrt(100)),
        "at $f = -10$, that is $-0.00005$": (-10, -sigmoid(-10)),
        "is then $-0.99995$": (sigmoid(-10) - 1,),
        r"$2 \log 2 \approx 1.386$, the generator's $\log 2 \approx 0.693$": (2, 2, 2 * math.log(2), 2, math.log(2)),
    }
