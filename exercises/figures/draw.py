"""Draw the figures of the notes: ``python exercises/figures/draw.py`` writes the SVG files beside this one.

Each figure is one file that is readable on a light and on a dark page: its colours are named, and a style block gives
the names their values. The numbers are computed here, with fixed seeds.
"""

# ruff: noqa: RUF001 - Greek letters and signs are meant

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

STYLE = """
svg { --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
  --blue: #0969da; --orange: #bc4c00; --green: #1a7f37; --purple: #8250df }
@media (prefers-color-scheme: dark) { svg { --ink: #f0f6fc; --soft: #9198a1; --line: #3d444d;
  --blue: #58a6ff; --orange: #f0883e; --green: #3fb950; --purple: #bc8cff } }
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
"""
INK, SOFT, LINE, BLUE, ORANGE, GREEN, PURPLE = "ink", "soft", "line", "blue", "orange", "green", "purple"

Point = tuple[float, float]


class Figure:
    """An SVG drawing, ``width`` by ``height``, with a title that is read aloud."""

    def __init__(self, title: str, height: float, width: float) -> None:
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
            f' height="{height:g}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
        ]

    def svg(self) -> str:
        """Return the text of the file."""
        return "\n".join([*self.parts, "</svg>"]) + "\n"

    def text(
        self,
        x: float,
        y: float,
        text: str,
        color: str = INK,
        anchor: str = "middle",
        size: float = 13,
        bold: bool = False,
    ) -> None:
        """Write a line, ``_x`` or ``_{xy}`` being a subscript; ``y`` is its base line."""
        style = f"fill:var(--{color})"
        style += f";font-size:{size:g}px" if size != 13 else ""
        style += ";font-weight:600" if bold else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" style="{style}">{_subscripts(text)}</text>'
        )

    def path(
        self, points: Iterable[Point], color: str = INK, width: float = 1.5, dash: str = "", clip: str = ""
    ) -> None:
        """Draw a line through points."""
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        more = (f' stroke-dasharray="{dash}"' if dash else "") + (f' clip-path="url(#{clip})"' if clip else "")
        self.parts.append(
            f'<polyline points="{way}" fill="none" stroke-width="{width:g}" stroke-linejoin="round"'
            f' style="stroke:var(--{color})"{more}/>'
        )

    def arrow(self, points: Sequence[Point], color: str = SOFT, width: float = 1.5, dash: str = "") -> None:
        """Draw a line through points with a head at the last."""
        (x0, y0), (x1, y1) = points[-2:]
        length = max(float(np.hypot(x1 - x0, y1 - y0)), 1e-9)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        bx, by = x1 - 8 * ux, y1 - 8 * uy
        self.path([*points[:-1], (bx, by)], color, width, dash)
        head = f"{x1:.1f},{y1:.1f} {bx - 4 * uy:.1f},{by + 4 * ux:.1f} {bx + 4 * uy:.1f},{by - 4 * ux:.1f}"
        self.parts.append(f'<polygon points="{head}" style="fill:var(--{color})"/>')

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        color: str = SOFT,
        tint: float = 0,
        dash: str = "",
        round: float = 0,
    ) -> None:
        """Draw a rectangle, its inside tinted with its colour."""
        more = (f' stroke-dasharray="{dash}"' if dash else "") + (f' rx="{round:g}"' if round else "")
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"{more}'
            f' style="stroke:var(--{color});fill:var(--{color});fill-opacity:{tint:.3g}"/>'
        )

    def disc(self, x: float, y: float, radius: float, color: str = SOFT, tint: float = 0) -> None:
        """Draw a circle, its inside tinted with its colour."""
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" stroke-width="1.5"'
            f' style="stroke:var(--{color});fill:var(--{color});fill-opacity:{tint:.3g}"/>'
        )

    def node(self, x: float, y: float, text: str, color: str = SOFT, radius: float = 18) -> None:
        """Draw a circle with a word in it."""
        self.disc(x, y, radius, color, 0.15)
        self.text(x, y + 4.5, text)

    def step(self, x: float, y: float, text: str, color: str = SOFT, width: float = 46, height: float = 30) -> None:
        """Draw a rounded box around a point, with a word in it."""
        self.box(x - width / 2, y - height / 2, width, height, color, 0.15, round=5)
        self.text(x, y + 4.5, text)

    def legend(self, x: float, y: float, entries: Sequence[tuple[str, str, float]], dashes: Sequence[str] = ()) -> None:
        """Write names beside pieces of their lines; each entry is a name, its colour and the room it takes."""
        for index, (name, color, room) in enumerate(entries):
            self.path([(x, y - 4), (x + 20, y - 4)], color, 2.5, dashes[index] if dashes else "")
            self.text(x + 26, y, name, anchor="start")
            x += room


class Axes:
    """A coordinate system in a rectangle of a figure; with ``log``, the vertical axis counts powers of 10."""

    def __init__(
        self, figure: Figure, at: Point, size: Point, xs: Point, ys: Point, title: str = "", log: bool = False
    ) -> None:
        self.figure, self.at, self.size, self.xs, self.ys, self.log = figure, at, size, xs, ys, log
        (x, y), (w, h) = at, size
        self.clip = f"clip{len(figure.parts)}"
        figure.parts.append(
            f'<clipPath id="{self.clip}"><rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"/></clipPath>'
        )
        if title:
            figure.text(x + w / 2, y - 12, title, bold=True)

    def place(self, x: float, y: float) -> Point:
        """Return where on the page a point lies."""
        (left, top), (w, h) = self.at, self.size
        return (
            left + w * (x - self.xs[0]) / (self.xs[1] - self.xs[0]),
            top + h * (self.ys[1] - y) / (self.ys[1] - self.ys[0]),
        )

    def grid(self, xticks: Sequence[float], yticks: Sequence[float], xlabel: str) -> None:
        """Draw lines at the ticks with their numbers, those at 0 stronger."""
        (left, top), (w, h) = self.at, self.size
        for tick in xticks:
            x, _ = self.place(tick, 0)
            self.figure.path([(x, top), (x, top + h)], LINE if tick else SOFT, 1)
            self.figure.text(x, top + h + 17, _number(tick), SOFT, size=12)
        for tick in yticks:
            _, y = self.place(0, tick)
            self.figure.path([(left, y), (left + w, y)], LINE if tick else SOFT, 1)
            self.figure.text(left - 7, y + 4, _power(tick) if self.log else _number(tick), SOFT, "end", 12)
        self.figure.text(left + w / 2, top + h + 36, xlabel, SOFT)

    def plot(self, x: ArrayLike, y: ArrayLike, color: str, dash: str = "", width: float = 2.25) -> None:
        """Draw a curve, without what lies outside."""
        heights = np.log10(np.asarray(y, float)) if self.log else np.asarray(y, float)
        self.figure.path(map(self.place, np.asarray(x, float), heights), color, width, dash, self.clip)

    def text(self, x: float, y: float, text: str, color: str, anchor: str = "start") -> None:
        """Write at a point."""
        px, py = self.place(x, np.log10(y) if self.log else y)
        self.figure.text(px, py + 4, text, color, anchor)


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _power(exponent: float) -> str:
    return "10" + f"{exponent:g}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _scientific(value: float) -> str:
    if value >= 0.001:
        return f"{value:.2g}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa} · {_power(int(exponent))}"


def _subscripts(text: str) -> str:
    def lowered(match: re.Match[str]) -> str:
        word = match[1] or match[2]
        return f'<tspan dy="4" font-size="10">{word}</tspan><tspan dy="-4">\u200b</tspan>'

    return re.sub(r"_(?:\{([^}]*)\}|(\w))", lowered, escape(text, quote=False))


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return np.asarray(1 / (1 + np.exp(-z)))


def activations() -> Figure:
    """Draw five activations and the slopes that they pass back."""
    figure = Figure("Sigmoid, tanh, ReLU, leaky ReLU and GELU, and their slopes", 590, 560)
    z = np.linspace(-4, 4, 161)
    s, t = sigmoid(z), np.tanh(z)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    steps = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * (z[1] - z[0]))])
    below = 0.5 + steps - steps[80]
    dashes = {"leaky": "10 3 2 3", "gelu": "2 3", "tanh": "8 4"}
    values = Axes(figure, (50, 30), (490, 220), (-4, 4), (-1.5, 3), "value")
    values.grid((-4, -2, 0, 2, 4), (-1, 0, 1, 2, 3), "z")
    slopes = Axes(figure, (50, 326), (490, 220), (-4, 4), (-0.25, 1.3), "slope")
    slopes.grid((-4, -2, 0, 2, 4), (0, 0.25, 0.5, 0.75, 1), "z")
    values.plot(z, np.maximum(z, 0), GREEN, width=4)
    values.plot(z, np.where(z > 0, z, 0.1 * z), INK, dashes["leaky"])
    values.plot(z, z * below, PURPLE, dashes["gelu"])
    values.plot(z, s, BLUE)
    values.plot(z, t, ORANGE, dashes["tanh"])
    values.text(-1.25, 0.52, "sigmoid", BLUE, "end")
    values.text(-3.9, -1.22, "tanh", ORANGE)
    values.text(-3.9, -0.66, "leaky ReLU, α = 0.1", INK)
    values.text(-3.9, 0.22, "ReLU", GREEN)
    values.text(2.15, 2.6, "ReLU, leaky ReLU, GELU", INK, "end")
    values.text(0.12, -0.3, "GELU", PURPLE)
    slopes.plot([-4, 0], [0, 0], GREEN, width=4)
    slopes.plot([0, 4], [1, 1], GREEN, width=4)
    slopes.plot([-4, 0], [0.1, 0.1], INK, dashes["leaky"])
    slopes.plot([0, 4], [1, 1], INK, dashes["leaky"])
    slopes.plot(z, below + z * density, PURPLE, dashes["gelu"])
    slopes.plot(z, s * (1 - s), BLUE)
    slopes.plot(z, 1 - t**2, ORANGE, dashes["tanh"])
    slopes.text(1.45, 1.22, "GELU", PURPLE)
    slopes.text(3.9, 0.9, "ReLU, leaky ReLU", INK, "end")
    slopes.text(0.95, 0.6, "tanh", ORANGE)
    slopes.text(1.75, 0.2, "sigmoid", BLUE)
    slopes.text(-3.9, 0.17, "leaky ReLU", INK)
    slopes.text(-3.9, -0.07, "ReLU", GREEN)
    return figure


def neuron() -> Figure:
    """Draw what one neuron does to three numbers, with the numbers of an example."""
    figure = Figure("A neuron weighs its inputs, adds them up with its bias, and applies the activation", 268, 520)
    x, w, b = np.array([1.0, 2.0, -1.0]), np.array([0.5, -1.0, 1.5]), 2.0
    z = float(x @ w + b)
    for i, y in enumerate((56.0, 126.0, 196.0)):
        figure.node(50, y, f"x_{i + 1}", SOFT, 22)
        figure.text(50, y + 38, f"{_number(x[i])}", SOFT)
        figure.arrow([(74, y), (250, 126 + 0.2 * (y - 126))], BLUE)
        figure.text(150, y - 12 + 0.36 * (126 - y), f"w_{i + 1} = {_number(w[i])}", BLUE)
    figure.node(276, 126, "Σ", BLUE, 25)
    figure.text(276, 40, f"bias b = {_number(b)}", GREEN)
    figure.arrow([(276, 48), (276, 99)], GREEN)
    figure.arrow([(302, 126), (368, 126)])
    figure.text(334, 116, f"z = {_number(z)}")
    figure.step(396, 126, "φ", ORANGE, 52, 44)
    figure.text(396, 92, "activation", ORANGE)
    figure.arrow([(423, 126), (504, 126)])
    figure.text(464, 116, f"a = {sigmoid(np.array(z)):.2f}")
    figure.text(330, 212, "z = w_1 x_1 + w_2 x_2 + w_3 x_3 + b")
    figure.text(330, 234, "a = φ(z), here with the sigmoid")
    figure.text(330, 256, "weigh, add, add the bias once, activate once", SOFT)
    return figure


def mlp() -> Figure:
    """Draw three inputs, four hidden units, two outputs, and the shapes of what belongs to them."""
    figure = Figure("A network with three inputs, four hidden units and two outputs", 340, 560)
    columns = [(70.0, 3, "x"), (280.0, 4, "h"), (490.0, 2, "y")]
    places = [[(x, 150 + 62 * (i - (n - 1) / 2)) for i in range(n)] for x, n, _ in columns]
    for layer, following in pairwise(places):
        for start in layer:
            for end in following:
                strong = end == places[1][1]
                (x0, y0), (x1, y1) = start, end
                rim = 19 / float(np.hypot(x1 - x0, y1 - y0))
                ends = [(x0 + rim * (x1 - x0), y0 + rim * (y1 - y0)), (x1 - rim * (x1 - x0), y1 - rim * (y1 - y0))]
                figure.path(ends, BLUE if strong else LINE, 2 if strong else 1.2)
    for column, layer, color in zip(columns, places, (SOFT, BLUE, GREEN), strict=True):
        for i, (x, y) in enumerate(layer, 1):
            figure.node(x, y, f"{column[2]}_{i}", color, 19)
    figure.text(280, 22, "h_2 = φ(w_{21} x_1 + w_{22} x_2 + w_{23} x_3 + b_2)", BLUE)
    for x, name, shape in (
        (70, "input", "X: (N, 3)"),
        (280, "hidden layer", "H: (N, 4)"),
        (490, "output", "Y: (N, 2)"),
    ):
        figure.text(x, 293, name, bold=True)
        figure.text(x, 313, shape, SOFT)
    figure.text(175, 313, "W_1: (4, 3)", SOFT)
    figure.text(385, 313, "W_2: (2, 4)", SOFT)
    return figure


def graph() -> Figure:
    """Draw a computational graph with values on their way forward and gradients on their way back."""
    figure = Figure("The graph of L = (w x + x)² with its values, and the gradients that come back", 330, 520)
    w, x = 2.0, 1.0
    u = w * x
    v = u + x
    dv = 2 * v
    du, dw, through = dv, dv * x, dv * w
    places = {"w": (46.0, 66.0), "x": (46.0, 216.0), "×": (190.0, 96.0), "+": (320.0, 146.0), "( )²": (430.0, 146.0)}
    for name, (px, py) in places.items():
        figure.node(px, py, name, GREEN if name in "wx" else SOFT, 24)
    edges = [
        ("w", "×", f"{_number(w)}", f"{_number(dw)}"),
        ("x", "×", f"{_number(x)}", f"{_number(through)}"),
        ("×", "+", f"u = {_number(u)}", f"{_number(du)}"),
        ("x", "+", f"{_number(x)}", f"{_number(dv)}"),
        ("+", "( )²", f"v = {_number(v)}", f"{_number(dv)}"),
    ]
    for start, end, value, gradient in edges:
        (x0, y0), (x1, y1) = places[start], places[end]
        length = float(np.hypot(x1 - x0, y1 - y0))
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        a, b = (x0 + 27 * dx, y0 + 27 * dy), (x1 - 27 * dx, y1 - 27 * dy)
        off = (-4 * dy, 4 * dx)
        figure.arrow([(a[0] - off[0], a[1] - off[1]), (b[0] - off[0], b[1] - off[1])], BLUE)
        figure.arrow([(b[0] + off[0], b[1] + off[1]), (a[0] + off[0], a[1] + off[1])], ORANGE, dash="5 3")
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 4)
        figure.text(middle[0] + 16 * dy, middle[1] - 16 * dx, value, BLUE, bold=True)
        figure.text(middle[0] - 17 * dy, middle[1] + 17 * dx, gradient, ORANGE, bold=True)
    figure.arrow([(456, 142), (508, 142)], BLUE)
    figure.arrow([(508, 150), (456, 150)], ORANGE, dash="5 3")
    figure.text(484, 130, f"L = {_number(v * v)}", BLUE, bold=True)
    figure.text(484, 170, "1", ORANGE, bold=True)
    figure.path([(20, 268), (48, 268)], BLUE, 2)
    figure.text(56, 272, "forward: values", BLUE, "start")
    figure.path([(200, 268), (228, 268)], ORANGE, 2, "5 3")
    figure.text(236, 272, "back: gradients of L", ORANGE, "start")
    total = f"{_number(through)} + {_number(dv)} = {_number(through + dv)}"
    figure.text(20, 298, f"w gets {_number(dw)}; x is used twice and gets the sum, {total}", INK, "start")
    figure.text(20, 320, f"check: L = x²(w + 1)², dL/dx = 2x(w + 1)² = {_number(2 * x * (w + 1) ** 2)}", SOFT, "start")
    return figure


def residual() -> Figure:
    """Draw a residual block: what goes forward through it, and what comes back on both ways."""
    figure = Figure(
        "A residual block adds its input to what its layers compute; the gradient comes back both ways", 290, 520
    )
    figure.text(22, 134, "x", INK, bold=True)
    figure.arrow([(34, 130), (92, 130)], BLUE)
    for px, name in ((120.0, "W_1"), (208.0, "ReLU"), (296.0, "W_2")):
        figure.step(px, 130, name, SOFT, 54, 38)
    figure.arrow([(148, 130), (180, 130)], BLUE)
    figure.arrow([(236, 130), (268, 130)], BLUE)
    figure.arrow([(324, 130), (376, 130)], BLUE)
    figure.text(350, 120, "F(x)", BLUE)
    figure.node(396, 130, "+", SOFT, 19)
    figure.arrow([(416, 130), (488, 130)], BLUE)
    figure.text(503, 134, "y", INK, bold=True)
    figure.text(452, 120, "x + F(x)", BLUE)
    figure.arrow([(58, 130), (58, 50), (396, 50), (396, 110)], BLUE)
    figure.text(228, 40, "the way around: x as it is", BLUE)
    figure.box(82, 96, 252, 68, SOFT, 0, "3 4", 8)
    figure.text(208, 88, "the layers, F", SOFT)
    figure.arrow([(488, 206), (396, 206), (396, 206), (58, 206)], ORANGE, dash="5 3")
    figure.text(444, 196, "g", ORANGE, bold=True)
    figure.text(228, 196, "around: g, whatever the layers do", ORANGE)
    figure.arrow([(396, 206), (396, 240), (58, 240)], ORANGE, dash="5 3")
    figure.text(228, 258, "through the layers: F′(x)ᵀ g", ORANGE)
    figure.text(260, 282, "gradient at x:  g + F′(x)ᵀ g", INK, bold=True)
    return figure


def gradient_norms() -> Figure:
    """Draw how long the gradient is on its way back through twenty layers."""
    figure = Figure("Norm of the gradient on its way back through twenty layers", 370, 560)
    axes = Axes(figure, (48, 40), (360, 270), (0, 20), (-14, 8), "gradient norm / gradient norm at the output", True)
    axes.grid((0, 5, 10, 15, 20), (-12, -8, -4, 0, 4, 8), "layers back from the output")
    kinds: list[tuple[str, str, float, str, str]] = [
        ("ReLU, s = 3", "relu", 3, ORANGE, "8 4"),
        ("ReLU, s = √2 (He)", "relu", np.sqrt(2), GREEN, ""),
        ("tanh, s = 1", "tanh", 1, PURPLE, "2 3"),
        ("ReLU, s = 0.5", "relu", 0.5, SOFT, "10 3 2 3"),
        ("sigmoid, s = 1", "sigmoid", 1, BLUE, "4 2"),
    ]
    for name, kind, scale, color, dash in kinds:
        norms = _norms_going_back(kind, scale)
        axes.plot(np.arange(21), norms, color, dash)
        nudge = {"ReLU, s = √2 (He)": 2.0, "tanh, s = 1": 0.35}.get(name, 1.0)
        axes.text(20.4, norms[-1] * nudge, name, color)
    return figure


def _norms_going_back(kind: str, scale: float, layers: int = 20, units: int = 32) -> np.ndarray:
    rng = np.random.default_rng(7)
    h = rng.normal(size=(64, units))
    weights, slopes = [], []
    for _ in range(layers):
        w = rng.normal(scale=scale / np.sqrt(units), size=(units, units))
        z = h @ w.T
        if kind == "relu":
            h, slope = np.maximum(z, 0), (z > 0).astype(float)
        elif kind == "tanh":
            h, slope = np.tanh(z), 1 - np.tanh(z) ** 2
        else:
            h, slope = sigmoid(z), sigmoid(z) * (1 - sigmoid(z))
        weights.append(w)
        slopes.append(slope)
    g = rng.normal(size=(64, units))
    norms = [np.linalg.norm(g)]
    for w, slope in zip(reversed(weights), reversed(slopes), strict=True):
        g = (g * slope) @ w
        norms.append(np.linalg.norm(g))
    return np.array([norm / norms[0] for norm in norms])


def losses() -> Figure:
    """Draw cross-entropy and squared error behind a sigmoid, for a sample of class 1."""
    figure = Figure("Cross-entropy and squared error of a sample of class 1, and their gradients", 620, 480)
    z = np.linspace(-8, 8, 161)
    p = sigmoid(z)
    values = Axes(figure, (54, 36), (400, 200), (-8, 8), (-0.4, 8), "loss for y = 1")
    values.grid((-8, -4, 0, 4, 8), (0, 2, 4, 6, 8), "logit z")
    slopes = Axes(figure, (54, 318), (400, 200), (-8, 8), (-1.15, 0.15), "gradient with respect to z")
    slopes.grid((-8, -4, 0, 4, 8), (-1, -0.75, -0.5, -0.25, 0), "logit z")
    values.plot(z, np.log1p(np.exp(-z)), BLUE)
    values.plot(z, (p - 1) ** 2, ORANGE, "8 4")
    values.text(-4.1, 5.3, "cross-entropy", BLUE)
    values.text(-7.7, 1.55, "squared error", ORANGE)
    slopes.plot(z, p - 1, BLUE)
    slopes.plot(z, 2 * (p - 1) * p * (1 - p), ORANGE, "8 4")
    slopes.text(-7.7, 0.07, "flat where wrong", ORANGE)
    slopes.text(-7.7, -1.07, "steep where wrong", BLUE)
    figure.text(254, 590, "cross-entropy: −log σ(z)", BLUE)
    figure.text(254, 610, "squared error of the probability: (σ(z) − y)²", ORANGE)
    return figure


def initialization() -> Figure:
    """Draw the mean square of a signal through thirty ReLU layers."""
    figure = Figure("Mean square of a signal through thirty ReLU layers of 256 units", 350, 520)
    axes = Axes(figure, (48, 40), (350, 250), (0, 30), (-10, 4), "mean square of the signal", True)
    axes.grid((0, 5, 10, 15, 20, 25, 30), (-10, -8, -6, -4, -2, 0, 2, 4), "ReLU layers of 256 units")
    for name, deviation, color, dash in (
        ("N(0, 0.1²)", 0.1, ORANGE, "8 4"),
        ("He, 2 / n", np.sqrt(2 / 256), GREEN, ""),
        ("Xavier, 1 / n", np.sqrt(1 / 256), BLUE, "2 3"),
    ):
        rng = np.random.default_rng(3)
        h = rng.normal(size=(64, 256))
        squares = [float(np.mean(h**2))]
        for _ in range(30):
            h = np.maximum(h @ rng.normal(scale=deviation, size=(256, 256)), 0)
            squares.append(float(np.mean(h**2)))
        axes.plot(np.arange(31), squares, color, dash)
        axes.text(30.5, squares[-1], name, color)
    return figure


def rates() -> Figure:
    """Draw ten steps down a parabola at four learning rates."""
    figure = Figure(
        "Ten steps down a parabola at a learning rate that is too small, right, large and too large", 500, 520
    )
    kinds = [("too small: η = 0.05", 0.05, BLUE), ("right: η = 0.6", 0.6, GREEN)]
    kinds += [("large: η = 1.8", 1.8, PURPLE), ("too large: η = 2.1", 2.1, ORANGE)]
    line = np.linspace(-3.2, 3.2, 65)
    for index, (name, rate, color) in enumerate(kinds):
        axes = Axes(
            figure, (42 + 256 * (index % 2), 34 + 240 * (index // 2)), (206, 150), (-3.2, 3.2), (-0.3, 5.2), name
        )
        way = [1.2 if rate > 2 else 2.8]
        for _ in range(10):
            way.append(way[-1] * (1 - rate))
        heights = [w * w / 2 for w in way]
        axes.grid((-3, 0, 3), (0, 2, 4), f"loss {heights[0]:.3g} → {_scientific(heights[-1])}")
        axes.plot(line, line**2 / 2, SOFT, "4 3", 1.5)
        axes.plot(way, heights, color, width=1.5)
        for w, height in zip(way, heights, strict=True):
            if height < 5.2:
                figure.disc(*axes.place(w, height), 3, color, 1)
        figure.disc(*axes.place(way[0], heights[0]), 6, INK)
    figure.text(260, 494, "dashed: the loss w²/2 over w;  ring: the start;  the border is η = 2", SOFT, size=12.5)
    return figure


def valley() -> Figure:
    """Draw forty steps of three optimizers in a narrow valley, each at its best rate."""
    figure = Figure(
        "Forty steps of gradient descent, momentum and Adam in a narrow valley, each at its best rate", 610, 480
    )
    curvature = np.array([1.0, 20.0])
    turn = np.linspace(0, 2 * np.pi, 61)

    def descent(w: np.ndarray, g: np.ndarray, state: list[np.ndarray], t: int) -> np.ndarray:
        return w - 0.093 * g

    def momentum(w: np.ndarray, g: np.ndarray, state: list[np.ndarray], t: int) -> np.ndarray:
        state[0] = 0.45 * state[0] + g
        return w - 0.124 * state[0]

    def adam(w: np.ndarray, g: np.ndarray, state: list[np.ndarray], t: int) -> np.ndarray:
        state[0] = 0.9 * state[0] + 0.1 * g
        state[1] = 0.999 * state[1] + 0.001 * g**2
        return w - 0.27 * (state[0] / (1 - 0.9**t)) / (np.sqrt(state[1] / (1 - 0.999**t)) + 1e-8)

    rules: list[tuple[str, Callable[..., np.ndarray], str]] = [
        ("gradient descent, η = 0.093", descent, BLUE),
        ("momentum, η = 0.124, β = 0.45", momentum, ORANGE),
        ("Adam, η = 0.27", adam, GREEN),
    ]
    for index, (name, rule, color) in enumerate(rules):
        top = 30 + 182 * index
        axes = Axes(figure, (30, top), (440, 130), (-9, 3), (-3.6, 3))
        figure.text(30, top - 10, name, color, "start", bold=True)
        for level in (0.5, 3, 10, 24, 45, 75):
            radii = np.sqrt(2 * level / curvature)
            axes.plot(radii[0] * np.cos(turn), radii[1] * np.sin(turn), LINE, width=1.2)
        for tick in (-8, -4, 0):
            x, y = axes.place(tick, -3.6)
            figure.path([(x, y), (x, y + 4)], SOFT, 1)
            figure.text(x, y + 17, _number(tick), SOFT, size=12)
        for tick in (-2, 0, 2):
            x, y = axes.place(-9, tick)
            figure.path([(x - 4, y), (x, y)], SOFT, 1)
            figure.text(x - 7, y + 4, _number(tick), SOFT, "end", 12)
        (left, top_edge), (w_, h_) = axes.at, axes.size
        figure.path([(left, top_edge), (left, top_edge + h_), (left + w_, top_edge + h_)], SOFT, 1)
        w, state = np.array([-8.0, 2.0]), [np.zeros(2), np.zeros(2)]
        way = [w]
        for t in range(1, 41):
            w = rule(w, curvature * w, state, t)
            way.append(w)
        axes.plot([x for x, _ in way], [y for _, y in way], color, width=1.5)
        for x, y in way[1:]:
            figure.disc(*axes.place(x, y), 1.8, color, 1)
        x, y = axes.place(-8, 2)
        figure.disc(x, y, 4, INK, 0)
        figure.text(x + 9, y - 1, "start", anchor="start")
        x, y = axes.place(0, 0)
        figure.path([(x - 6, y), (x + 6, y)], INK, 2)
        figure.path([(x, y - 6), (x, y + 6)], INK, 2)
        loss = 0.5 * np.sum(curvature * w**2)
        figure.text(470, top - 10, f"after 40 steps: loss {_scientific(loss)}", SOFT, "end")
    figure.text(
        30, 582, "rings: equal loss ½(x² + 20y²);  +: the minimum, loss 0;  start: loss 72", SOFT, "start", size=12.5
    )
    figure.text(30, 600, "the rates (and β) are tuned for the loss after 40 steps", SOFT, "start", size=12.5)
    return figure


def normalization_axes() -> Figure:
    """Draw which numbers share a mean and a variance."""
    figure = Figure("Which numbers share their statistics in batch, layer, RMS and group norm", 488, 560)
    side = 20
    figure.text(20, 18, "features, shape (N, D)", anchor="start", bold=True)
    for left, title, color, notes in (
        (100, "batch norm", BLUE, ("per feature,", "over the examples")),
        (350, "layer norm, RMS norm", ORANGE, ("per example, over the features;", "RMS norm subtracts no mean")),
    ):
        top = 58
        figure.text(left + 4 * side, top - 10, title, color)
        for row in range(6):
            for column in range(8):
                figure.box(left + side * column, top + side * row, side, side, LINE)
        if color == BLUE:
            figure.box(left + 2 * side, top, side, 6 * side, color, 0.4)
        else:
            figure.box(left, top + 2 * side, 8 * side, side, color, 0.4)
        for line, note in enumerate(notes):
            figure.text(left + 4 * side, top + 6 * side + 20 + 17 * line, note, SOFT, size=12.5)
    figure.text(92, 58 + 3 * side + 4, "examples", SOFT, "end", 12.5)
    figure.text(20, 256, "images, shape (N, C, H, W): each square is a map of H × W numbers", anchor="start", bold=True)
    cell = 23
    for left, title, color, notes, marked in (
        (78, "batch norm", BLUE, ("per channel, over", "N, H and W"), (1, 2, 0, 4)),
        (244, "layer norm", ORANGE, ("per example, over", "C, H and W"), (0, 6, 1, 2)),
        (410, "group norm, 2 groups", GREEN, ("per example and group,", "over its channels, H, W"), (0, 3, 1, 2)),
    ):
        top = 312
        figure.text(left + 3 * cell, top - 26, title, color)
        figure.text(left + 3 * cell, top - 8, "channels", SOFT, size=12)
        for line in range(1, 18):
            if line % 3:
                x = left + cell * line / 3
                figure.path([(x, top), (x, top + 4 * cell)], LINE, 0.8)
        for line in range(1, 12):
            if line % 3:
                y = top + cell * line / 3
                figure.path([(left, y), (left + 6 * cell, y)], LINE, 0.8)
        for line in range(7):
            figure.path([(left + cell * line, top), (left + cell * line, top + 4 * cell)], SOFT, 1)
        for line in range(5):
            figure.path([(left, top + cell * line), (left + 6 * cell, top + cell * line)], SOFT, 1)
        first, last, start, end = marked
        figure.box(left + cell * first, top + cell * start, cell * (last - first), cell * (end - start), color, 0.4)
        for line, note in enumerate(notes):
            figure.text(left + 3 * cell, top + 4 * cell + 20 + 17 * line, note, SOFT, size=12.5)
    figure.text(70, 312 + 2 * cell + 4, "examples", SOFT, "end", 12.5)
    figure.text(280, 474, "coloured: numbers that share their statistics", INK)
    return figure


def shrinkage() -> Figure:
    """Draw what L1 and L2 do to a weight."""
    figure = Figure("L1 sets small weights to 0, L2 scales all of them", 650, 480)
    a = np.linspace(-3, 3, 121)
    figure.legend(130, 20, [("no penalty", SOFT, 115), ("L1", ORANGE, 62), ("L2", BLUE, 60)], ("5 4", "", "10 3"))
    best = Axes(figure, (54, 66), (400, 220), (-3, 3), (-3, 3), "best weight, λ = ½")
    best.grid((-3, -2, -1, 0, 1, 2, 3), (-3, -2, -1, 0, 1, 2, 3), "a, where the loss ½(w − a)² alone is least")
    pull = Axes(figure, (54, 380), (400, 220), (-3, 3), (-3, 3), "slope of the penalty, λ = ½")
    pull.grid((-3, -2, -1, 0, 1, 2, 3), (-3, -2, -1, 0, 1, 2, 3), "weight w")
    best.plot(a, a, SOFT, "5 4", 1.5)
    best.plot(a, a / 2, BLUE, "10 3")
    best.plot(a, np.sign(a) * np.maximum(np.abs(a) - 0.5, 0), ORANGE)
    pull.plot(a, a, BLUE, "10 3")
    pull.plot([-3, 0], [-0.5, -0.5], ORANGE)
    pull.plot([0, 3], [0.5, 0.5], ORANGE)
    return figure


def thinned() -> Figure:
    """Draw a network, and what dropout leaves of it in two training steps."""
    figure = Figure("Dropout trains another thinned network in each step; in use all units are there", 300, 560)
    sizes = (3, 4, 4, 1)
    drops: list[tuple[str, set[tuple[int, int]]]] = [
        ("step 1", {(1, 1), (1, 3), (2, 0)}),
        ("step 2", {(1, 0), (2, 1), (2, 2)}),
        ("in use", set()),
    ]
    for index, (name, dropped) in enumerate(drops):
        left = 26 + 190 * index
        places = [[(left + 43 * i, 130 + 48 * (j - (n - 1) / 2)) for j in range(n)] for i, n in enumerate(sizes)]
        for i, (layer, following) in enumerate(pairwise(places)):
            for j, (x0, y0) in enumerate(layer):
                for k, (x1, y1) in enumerate(following):
                    if not dropped & {(i, j), (i + 1, k)}:
                        rim = 11 / float(np.hypot(x1 - x0, y1 - y0))
                        dx, dy = rim * (x1 - x0), rim * (y1 - y0)
                        figure.path([(x0 + dx, y0 + dy), (x1 - dx, y1 - dy)], BLUE, 1)
        for i, layer in enumerate(places):
            for j, (x, y) in enumerate(layer):
                if (i, j) in dropped:
                    figure.disc(x, y, 10, LINE)
                    figure.path([(x - 6, y - 6), (x + 6, y + 6)], ORANGE, 2)
                    figure.path([(x - 6, y + 6), (x + 6, y - 6)], ORANGE, 2)
                else:
                    figure.disc(x, y, 10, BLUE, 0.2)
        figure.text(left + 64, 26, name, bold=True, size=15)
    figure.text(121, 252, "dropped: crossed out", ORANGE, size=15)
    figure.text(121, 276, "survivors: times 1 / (1 − p)", BLUE, size=15)
    figure.text(470, 252, "all units,", BLUE, size=15)
    figure.text(470, 276, "nothing scaled", BLUE, size=15)
    return figure


def stopping() -> Figure:
    """Draw the losses of a run that overfits, the best epoch, and where patience ends it."""
    figure = Figure("Training and validation loss; early stopping keeps the best epoch", 350, 520)
    train, validation = _overfitting(epochs=81)
    best, patience = int(np.argmin(validation)), 20
    axes = Axes(figure, (44, 40), (356, 250), (0, 80), (0, 3.6), "mean squared error")
    axes.grid((0, 20, 40, 60, 80), (0, 1, 2, 3), "epoch")
    epochs = np.arange(81)
    axes.plot(epochs, train, BLUE, "8 4")
    axes.plot(epochs, validation, ORANGE)
    axes.text(81, train[-1], "training", BLUE)
    axes.text(81, validation[-1], "validation", ORANGE)
    for epoch, name, color in ((best, "best", GREEN), (best + patience, "end of patience", SOFT)):
        axes.plot([epoch, epoch], [0, 3.2], color, "2 4", 1.5)
        axes.text(epoch, 3.4, name, color, "middle")
    figure.disc(*axes.place(best, validation[best]), 6, GREEN, 0.3)
    return figure


def _overfitting(epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses, epoch by epoch, of a linear model with as many features as examples."""
    rng = np.random.default_rng(1)
    weights = rng.normal(size=40) * np.geomspace(1, 0.001, 40)

    def data(samples: int) -> tuple[np.ndarray, np.ndarray]:
        x = rng.normal(size=(samples, 40))
        return x, x @ weights + rng.normal(scale=1.2, size=samples)

    (x, y), (x_new, y_new) = data(40), data(60)
    w, losses = np.zeros(40), []
    for _ in range(epochs):
        losses.append((float(np.mean((x @ w - y) ** 2)), float(np.mean((x_new @ w - y_new) ** 2))))
        for batch in np.array_split(rng.permutation(40), 8):
            w = w - 0.012 * x[batch].T @ (x[batch] @ w - y[batch]) / len(batch)
    return np.array(losses)[:, 0], np.array(losses)[:, 1]


def folds() -> Figure:
    """Draw ten examples in three folds."""
    figure = Figure("Three folds of ten examples, each validated on once", 200, 510)
    bounds = [(0, 4), (4, 7), (7, 10)]
    figure.box(62, 8, 16, 16, SOFT, 0.12)
    figure.text(86, 21, "train", anchor="start")
    figure.box(152, 8, 16, 16, ORANGE, 0.4)
    figure.text(176, 21, "validate", anchor="start")
    for run, (start, end) in enumerate(bounds):
        y = 42 + 42 * run
        figure.text(50, y + 19, f"run {run + 1}", anchor="end")
        for i in range(10):
            held_out = start <= i < end
            figure.box(62 + 30 * i, y, 26, 28, ORANGE if held_out else SOFT, 0.4 if held_out else 0.12, round=3)
            figure.text(75 + 30 * i, y + 19, str(i), INK if held_out else SOFT)
        figure.arrow([(366, y + 14), (390, y + 14)])
        figure.text(396, y + 18, f"score {run + 1}", anchor="start")
    figure.path([(446, 46), (454, 46), (454, 150), (446, 150)], SOFT)
    figure.text(462, 102, "mean", anchor="start", bold=True)
    figure.text(210, 188, "the examples, in shuffled order; folds of 4, 3 and 3", SOFT)
    return figure


def window() -> Figure:
    """Draw the places that a kernel visits, and the output."""
    figure = Figure("A 3 by 3 kernel at stride 2 over a padded 5 by 5 image gives 3 by 3 outputs", 304, 480)
    side, left, top = 30, 16, 34
    figure.text(left + 3.5 * side, 20, "image 5 × 5, padding 1", bold=True)
    for row in range(7):
        for column in range(7):
            inside = 1 <= row <= 5 and 1 <= column <= 5
            x, y = left + side * column, top + side * row
            figure.box(x, y, side, side, LINE if not inside else SOFT, 0.12 if inside else 0, "" if inside else "3 3")
            if not inside:
                figure.text(x + side / 2, y + side / 2 + 4, "0", SOFT)
    outputs_left, outputs_top = 338, 94
    figure.text(outputs_left + 1.5 * side, outputs_top - 14, "output 3 × 3", bold=True)
    for row in range(3):
        for column in range(3):
            figure.box(outputs_left + side * column, outputs_top + side * row, side, side, SOFT, 0.12)
    for row, column, color in ((0, 0, BLUE), (1, 2, ORANGE)):
        x, y = left + 2 * side * column, top + 2 * side * row
        figure.box(x + 1, y + 1, 3 * side - 2, 3 * side - 2, color, 0.25)
        ox, oy = outputs_left + side * column, outputs_top + side * row
        figure.box(ox, oy, side, side, color, 0.4)
        figure.arrow([(x + 3 * side, y + 1.5 * side), (ox, oy + side / 2)], color)
    figure.text(outputs_left + 1.5 * side, 214, "(5 + 2·1 − 3) / 2 + 1 = 3")
    figure.text(left, 272, "kernel 3 × 3, the same weights at every place;", SOFT, "start")
    figure.text(left, 292, "stride 2: windows start 2 cells apart", SOFT, "start")
    return figure


def lstm() -> Figure:
    """Draw the inside of an LSTM cell."""
    figure = Figure("An LSTM cell: the cell state is changed by a product and a sum only", 330, 520)
    figure.box(58, 36, 400, 246, LINE, 0.12, round=14)
    figure.arrow([(50, 80), (97, 80)], BLUE, 2.5)
    figure.arrow([(123, 80), (217, 80)], BLUE, 2.5)
    figure.arrow([(243, 80), (480, 80)], BLUE, 2.5)
    figure.text(42, 85, "c_{t−1}", BLUE, "end")
    figure.text(488, 85, "c_t", BLUE, "start")
    figure.path([(50, 252), (350, 252)], SOFT)
    figure.text(42, 257, "h_{t−1}", anchor="end")
    figure.path([(80, 306), (80, 252)], SOFT)
    figure.text(80, 322, "x_t")
    for x, name, gate, color in (
        (110, "σ", "f", ORANGE),
        (190, "σ", "i", ORANGE),
        (270, "tanh", "g", GREEN),
        (350, "σ", "o", ORANGE),
    ):
        figure.arrow([(x, 252), (x, 226)])
        figure.step(x, 211, name, color)
        figure.text(x + 12, 188, gate, color, "start")
    figure.arrow([(110, 196), (110, 93)])
    figure.arrow([(190, 196), (190, 140), (217, 140)])
    figure.arrow([(270, 196), (270, 140), (243, 140)])
    figure.arrow([(230, 127), (230, 93)])
    figure.arrow([(350, 196), (350, 170), (397, 170)])
    figure.arrow([(410, 80), (410, 106)])
    figure.step(410, 121, "tanh", GREEN)
    figure.arrow([(410, 136), (410, 157)])
    figure.arrow([(423, 170), (480, 170)], INK)
    figure.text(488, 175, "h_t", anchor="start")
    for x, y, sign in ((110, 80, "×"), (230, 80, "+"), (230, 140, "×"), (410, 170, "×")):
        figure.node(x, y, sign, BLUE if y == 80 else SOFT, 13)
    figure.text(102, 118, "keep", SOFT, "end")
    figure.text(222, 114, "write", SOFT, "end")
    figure.text(424, 192, "show", SOFT, "start")
    return figure


def masks() -> Figure:
    """Draw attention weights without a mask, with a causal and with a padding mask."""
    figure = Figure("Attention weights without a mask, with a causal mask and with a padding mask", 500, 480)
    words = ["the", "cat", "sat", "down", "pad"]
    scores = np.random.default_rng(8).normal(size=(5, 5))
    causal = np.tri(5, dtype=bool)
    padding = np.tile([True, True, True, True, False], (5, 1))
    for index, (title, keep) in enumerate(
        (("no mask", np.ones((5, 5), bool)), ("causal", causal), ("padding", padding))
    ):
        left, top, side = 52 + 234 * (index % 2), 54 + 240 * (index // 2), 36
        weights = np.exp(np.where(keep, scores, -np.inf))
        weights /= weights.sum(axis=1, keepdims=True)
        figure.text(left + 2.5 * side, top - 30, title, bold=True)
        for i, word in enumerate(words):
            figure.text(left + side * (i + 0.5), top - 8, word, SOFT)
            figure.text(left - 6, top + side * (i + 0.5) + 4, word, SOFT, "end")
            ignored = index == 2 and word == "pad"
            for j in range(5):
                x, y = left + side * j, top + side * i
                figure.box(x, y, side, side, LINE)
                if keep[i, j]:
                    color = SOFT if ignored else BLUE
                    figure.box(x + 1, y + 1, side - 2, side - 2, color, 0.05 + 0.6 * float(weights[i, j]))
                    ink = SOFT if ignored else INK
                    figure.text(x + side / 2, y + side / 2 + 4, f"{weights[i, j]:.2f}".lstrip("0"), ink, size=12.5)
                else:
                    figure.text(x + side / 2, y + side / 2 + 4, "0", SOFT, size=12.5)
    for line, words_ in enumerate(
        (
            "A row for each query,",
            "a column for each key.",
            "A hidden key weighs 0; a row",
            "adds up to 1, up to rounding.",
            "",
            "The row of the query “pad”",
            "is computed like any other;",
            "its output is ignored.",
        )
    ):
        figure.text(252, 322 + 21 * line, words_, SOFT, "start")
    return figure


def transformer() -> Figure:
    """Draw the same transformer layer with the norm behind the sum, and with the norm before the sublayer."""
    figure = Figure("A transformer layer: post-LN normalizes each sum, pre-LN what goes into each sublayer", 400, 520)
    for left, title, names in (
        (0, "post-LN", ("attention", "+", "norm", "feed-forward", "+", "norm")),
        (260, "pre-LN", ("norm", "attention", "+", "norm", "feed-forward", "+")),
    ):
        x = left + 150.0
        figure.text(x, 26, title, bold=True, size=16)
        figure.text(x, 394, "x", INK, bold=True, size=16)
        ys = [332.0 - 48 * i for i in range(6)]
        figure.arrow([(x, 378), (x, ys[0] + 16)], BLUE)
        colors = {"norm": GREEN, "+": SOFT, "attention": BLUE, "feed-forward": PURPLE}
        for name, y, above in zip(names, ys, [*ys[1:], 44.0], strict=True):
            if name == "+":
                figure.node(x, y, name, SOFT, 15)
            else:
                figure.step(x, y, name, colors[name], 112, 32)
            figure.arrow([(x, y - 16), (x, above + (16 if above > 44 else 0))], BLUE)
        sums = [y for name, y in zip(names, ys, strict=True) if name == "+"]
        for name, start, y in zip("xu", (355.0, ys[3] + 24), sums, strict=True):
            figure.arrow([(x, start), (x - 84, start), (x - 84, y), (x - 16, y)], ORANGE, 2, "6 3")
            figure.text(x - 94, (start + y) / 2 + 5, name, ORANGE, "end", 16, bold=True)
    return figure


def reparameterization() -> Figure:
    """Draw a random draw that gradients cannot pass, and the same draw with the noise as an input."""
    figure = Figure("The reparameterization trick: noise becomes an input", 292, 540)
    for left, title in ((0, "a draw inside the network"), (276, "the noise as an input")):
        figure.text(left + 136, 20, title, bold=True)
        figure.node(left + 40, 80, "μ", BLUE)
        figure.node(left + 40, 170, "σ", BLUE)
        figure.arrow([(left + 58, 84), (left + 91, 116)])
        figure.arrow([(left + 58, 166), (left + 91, 134)])
        figure.arrow([(left + 188, 125), (left + 206, 125)])
        figure.step(left + 232, 125, "loss", SOFT, 52)
    figure.step(140, 125, "z ~ N(μ, σ²)", ORANGE, 96)
    figure.arrow([(232, 142), (232, 210), (140, 210), (140, 142)], ORANGE, dash="5 4")
    figure.text(136, 258, "there is no derivative of a draw:", ORANGE)
    figure.text(136, 276, "the gradient ends here, at z", ORANGE)
    figure.step(416, 125, "z = μ + σ ε", GREEN, 96)
    figure.node(416, 50, "ε", ORANGE)
    figure.text(442, 55, "~ N(0, 1)", SOFT, "start")
    figure.arrow([(416, 68), (416, 109)])
    figure.arrow([(508, 142), (508, 210), (426, 210), (426, 142)], GREEN, dash="5 4")
    figure.arrow([(406, 142), (406, 210), (316, 210), (316, 190)], GREEN, dash="5 4")
    figure.arrow([(316, 210), (280, 210), (280, 80), (297, 80)], GREEN, dash="5 4")
    figure.text(412, 258, "∂z/∂μ = 1 and ∂z/∂σ = ε:", GREEN)
    figure.text(412, 276, "the gradient reaches the encoder", GREEN)
    return figure


FIGURES: dict[str, Callable[[], Figure]] = {
    "activations": activations,
    "neuron": neuron,
    "mlp": mlp,
    "graph": graph,
    "residual": residual,
    "gradient_norms": gradient_norms,
    "losses": losses,
    "initialization": initialization,
    "rates": rates,
    "valley": valley,
    "normalization_axes": normalization_axes,
    "shrinkage": shrinkage,
    "thinned": thinned,
    "stopping": stopping,
    "folds": folds,
    "window": window,
    "lstm": lstm,
    "masks": masks,
    "transformer": transformer,
    "reparameterization": reparameterization,
}


def draw(folder: Path) -> None:
    """Write all figures into a folder."""
    for name, figure in FIGURES.items():
        (folder / f"{name}.svg").write_text(figure().svg(), "utf-8", newline="\n")


if __name__ == "__main__":
    draw(Path(__file__).parent)
