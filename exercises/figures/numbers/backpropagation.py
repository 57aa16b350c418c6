"""The numbers of the notes on backpropagation."""

from __future__ import annotations

import math

import numpy as np

SAMPLE = np.array([1.0, 2.0])
PARAMETERS = {
    "W_1": np.array([[0.5, -0.5], [1.0, 0.5]]),
    "b_1": np.array([0.0, 0.0]),
    "w_2": np.array([1.0, 0.5]),
    "b_2": np.array([-0.5]),
}


def forward(parameters: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return what the network computes for the sample, its loss for label 1 included."""
    z1 = parameters["W_1"] @ SAMPLE + parameters["b_1"]
    h = np.maximum(z1, 0)
    z2 = parameters["w_2"] @ h + parameters["b_2"]
    p = 1 / (1 + np.exp(-z2))
    return {"z_1": z1, "h": h, "z_2": z2, "p": p, "L": -np.log(p)}


def measured(name: str, step: float = 1e-5) -> np.ndarray:
    """Return the gradient of the loss for a parameter, by central differences."""
    gradient = np.zeros_like(PARAMETERS[name])
    for index in np.ndindex(gradient.shape):
        change = np.zeros_like(gradient)
        change[index] = step
        up, down = (forward(PARAMETERS | {name: PARAMETERS[name] + sign * change})["L"][0] for sign in (1, -1))
        gradient[index] = (up - down) / (2 * step)
    return gradient


def numbers(array: np.ndarray) -> str:
    """Return an array as a formula."""
    rows = [", ".join(f"{value + 0.0:.4g}" for value in row) for row in np.atleast_2d(np.round(array, 4) + 0.0)]
    return "; ".join(rows) if array.ndim == 2 else rows[0]


def backward() -> list[list[object]]:
    """Return the table of a backward pass."""
    values = forward(PARAMETERS)
    dz2 = values["p"] - 1
    dh = dz2 * PARAMETERS["w_2"]
    dz1 = dh * (values["z_1"] > 0)
    gradients = {"w_2": dz2 * values["h"], "b_2": dz2, "W_1": np.outer(dz1, SAMPLE), "b_1": dz1}
    rows: list[list[object]] = [["", "how", "numbers", "measured"]]
    for name, value in PARAMETERS.items():
        rows.append([f"${name}$", "given" + ("; rows of $W_1$ are units" if name == "W_1" else ""), numbers(value), ""])
    hows = ("$W_1 x + b_1$", r"$\mathrm{relu}(z_1)$", r"$w_2 \cdot h + b_2$", r"$\sigma(z_2)$", r"$-\log p$")
    for (name, value), how in zip(values.items(), hows, strict=True):
        rows.append([f"${name}$", how, numbers(value), ""])
    rows.append(["$dz_2$", "$p - 1$", numbers(dz2), ""])
    for name, how in (("w_2", "$dz_2 h$"), ("b_2", "$dz_2$")):
        rows.append([f"$d{name}$", how, numbers(gradients[name]), numbers(measured(name))])
    rows.append(["$dh$", "$dz_2 w_2$", numbers(dh), ""])
    rows.append(["$dz_1$", r"$dh \odot [z_1 \gt 0]$", numbers(dz1), ""])
    for name, how in (("W_1", r"$dz_1 x^\top$"), ("b_1", "$dz_1$")):
        rows.append([f"$d{name}$", how, numbers(gradients[name]), numbers(measured(name))])
    return rows


def through_layers(kind: str, scale: float, seed: int, layers: int = 20, units: int = 32) -> float:
    """Return the norm of the gradient at the input of a stack of layers, as a multiple of that at its output."""
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(64, units))
    kept = []
    for _ in range(layers):
        w = rng.normal(scale=scale / math.sqrt(units), size=(units, units))
        z = h @ w.T
        if kind == "ReLU":
            h, slope = np.maximum(z, 0), (z > 0).astype(float)
        elif kind == "tanh":
            h, slope = np.tanh(z), 1 - np.tanh(z) ** 2
        else:
            h = 1 / (1 + np.exp(-z))
            slope = h * (1 - h)
        kept.append((w, slope))
    g = np.ones_like(h)
    for w, slope in reversed(kept):
        g = (g * slope) @ w
    return float(np.linalg.norm(g) / math.sqrt(h.size))


def through_blocks(variance: float, around: float, seed: int, blocks: int = 30, units: int = 32) -> float:
    """Return the same for a stack of two-layer blocks, with a way around them or (0) without."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(64, units))
    kept = []
    for _ in range(blocks):
        w1, w2 = rng.normal(scale=math.sqrt(variance), size=(2, units, units))
        z = x @ w1.T
        kept.append((w1, w2, z > 0))
        x = around * x + np.maximum(z, 0) @ w2.T
    g = np.ones_like(x)
    for w1, w2, on in reversed(kept):
        g = around * g + ((g @ w2) * on) @ w1
    return float(np.linalg.norm(g) / math.sqrt(x.size))


def depth() -> list[list[object]]:
    """Return the range of the gradient through twenty layers over five draws."""
    rows: list[list[object]] = [["activation", "$s$", "gradient at the input, as a multiple of that at the output"]]
    kinds = [("sigmoid", "1", 1.0), ("tanh", "1", 1.0), ("ReLU", "0.5", 0.5)]
    kinds += [("ReLU", r"$\sqrt{2}$ (He)", math.sqrt(2)), ("ReLU", "3", 3.0)]
    for kind, name, scale in kinds:
        drawn = [through_layers(kind, scale, seed) for seed in range(5)]
        rows.append([kind, name, f"{power(min(drawn))} to {power(max(drawn))}"])
    return rows


def power(value: float) -> str:
    """Return a number with one digit and its power of ten, or with two digits if it is near 1."""
    if 0.1 < value < 100:
        return f"{value:.2g}"
    digit, exponent = f"{value:.0e}".split("e")
    return rf"${digit} \cdot 10^{{{int(exponent)}}}$"


def tables() -> dict[str, list[list[object]]]:
    """Return a backward pass, measured slopes, and a gradient that is clipped."""
    one_sided, central = {}, {}
    for h in (1e-1, 1e-2, 1e-3, 1e-4, 1e-11):
        one_sided[h] = abs((math.sin(1 + h) - math.sin(1)) / h - math.cos(1))
        central[h] = abs((math.sin(1 + h) - math.sin(1 - h)) / (2 * h) - math.cos(1))
    differences: list[list[object]] = [["$h$", "error, one-sided", "error, central"]]
    for h in one_sided:
        differences.append([f"$10^{{{round(math.log10(h))}}}$", size(one_sided[h], h), size(central[h], h)])
    g = np.array([3.0, 4.0, 100.0])
    by_value, norm = np.clip(g, -1, 1), float(np.linalg.norm(g))
    by_norm = g / (norm + 1e-6)
    clipping: list[list[object]] = [["", "gradient", "length", "cosine with the original"]]
    for name, v in (("as it is", g), ("by value", by_value), ("by norm", by_norm)):
        length = float(np.linalg.norm(v))
        clipping.append([name, numbers(v), round(length, 4), float(v @ g / length / norm)])
    return {"differences": differences, "backward": backward(), "clipping": clipping, "depth": depth()}


def size(error: float, h: float) -> str:
    """Return an error with one digit, or its power of ten alone where it is made by rounding."""
    return power(error) if h > 1e-6 else f"some $10^{{{round(math.log10(error))}}}$"


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    h = 1e-3
    one_sided = abs((math.sin(1 + h) - math.sin(1)) / h - math.cos(1))
    central = abs((math.sin(1 + h) - math.sin(1 - h)) / (2 * h) - math.cos(1))
    g = np.array([3.0, 4.0, 100.0])
    small, bare, large = (
        [through_blocks(variance, around, seed) for seed in range(10)]
        for variance, around in ((1 / 128, 1), (1 / 128, 0), (1 / 32, 1))
    )
    return {
        "was 1.3 to 2.0 times that at the output": (min(small), max(small)),
        r"and $8 \cdot 10^{-25}$ to $3 \cdot 10^{-23}$ of it without (ten draws)": (min(bare), max(bare)),
        "it was 212 to 1122 times as large": (min(large), max(large)),
        "which is its cosine, 0.5403": (math.cos(1),),
        r"it is $4 \cdot 10^{-4}$ against $9 \cdot 10^{-8}$": (one_sided, central),
        r"$1.5^{20}$ is more than 3000": (1.5, 20, 3000 * (1.5**20 > 3000)),
        "which has a cosine of only 0.617": (float(np.clip(g, -1, 1) @ g / math.sqrt(3) / np.linalg.norm(g)),),
        "Forward: u = 2, v = 3, L = 9": (2 * 1, 2 * 1 + 1, (2 * 1 + 1) ** 2),
        "12 through the product and 6 directly, 18 in all": (2 * 3 * 2, 2 * 3, 2 * 1 * (2 + 1) ** 2),
    }
