"""The numbers of the notes on convolution."""

from __future__ import annotations

import numpy as np

IMAGE = np.array([[1, 2, 0], [0, 1, 3], [2, 0, 1]])
KERNEL = np.array([[1, 0], [-1, 2]])


def size(rows: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Return the rows of an output."""
    return (rows + 2 * padding - kernel) // stride + 1


def product(window: np.ndarray, kernel: np.ndarray) -> str:
    """Return the sum of the products as a text."""
    terms = " + ".join(
        rf"{w} \cdot {x}" if w >= 0 else rf"({w}) \cdot {x}" for w, x in zip(kernel.flat, window.flat, strict=True)
    )
    return f"${terms}$"


def windows() -> list[list[object]]:
    """Return what the kernel gives at each place, and the flipped kernel."""
    rows: list[list[object]] = [["place", "window, row by row", "how", "result", "kernel flipped"]]
    for r, q in np.ndindex(2, 2):
        window = IMAGE[r : r + 2, q : q + 2]
        flipped = int((window * KERNEL[::-1, ::-1]).sum())
        cells = ", ".join(map(str, window.flat))
        rows.append([f"{r}, {q}", cells, product(window, KERNEL), str(int((window * KERNEL).sum())), str(flipped)])
    return rows


def classifier() -> list[list[object]]:
    """Return shapes and weights of a small classifier, layer by layer."""
    kernel, channels, rows = 3, 1, 28
    table: list[list[object]] = [["layer", "output", "weights and biases", "multiplications"]]
    for out in (8, 16):
        rows = size(rows, kernel, padding=1)
        weights = out * (channels * kernel**2 + 1)
        work = out * channels * kernel**2 * rows**2
        table.append(
            [f"convolution 3 by 3, {out} channels, padding 1", f"{out}, {rows}, {rows}", str(weights), str(work)]
        )
        rows, channels = size(rows, 2, 2), out
        table.append(["ReLU and max pooling 2 by 2", f"{out}, {rows}, {rows}", "0", "0"])
    inputs = channels * rows**2
    return [*table, ["linear", "10", str(10 * (inputs + 1)), str(10 * inputs)]]


def tables() -> dict[str, list[list[object]]]:
    """Return one kernel on one image, and a small classifier."""
    return {"windows": windows(), "classifier": classifier()}


def view(strides: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many rows each of some 3 by 3 layers sees."""
    seen, jump, found = 1, 1, []
    for stride in strides:
        seen += 2 * jump
        jump *= stride
        found.append(seen)
    return tuple(found)


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    dense = (64 * 56 * 56) ** 2
    return {
        "that is 36 928": divmod(64 * (64 * 9 + 1), 1000),
        "would need 40 billion": (round(dense / 1e9),),
        "they see 3, 7, 11 and 15": view((2, 1, 1, 1)),
        "see 3, 5, 7 and 9 rows": view((1, 1, 1, 1)),
        "$H = 7$, $k = 3$, $p = 1$, $s = 2$ the output has 4 rows": (7, 3, 1, 2, size(7, 3, 2, 1)),
        "4672 weights from 64 to 64 channels instead of 36 864": (
            64 * 9 + 64 * 64,
            64,
            64,
            *divmod(64 * 64 * 9, 1000),
        ),
    }
