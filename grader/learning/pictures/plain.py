"""Draw curves as an SVG without matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import Any, cast

import numpy as np

from grader.learning.pictures.layout import limits, within
from grader.learning.pictures.palette import INK, LINE, PAGE, SOFT, TORCH, YOURS
from grader.learning.pictures.panels import Curve, Panel

WIDTH, HEIGHT = 400, 260  # of one part, pixels
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 30, 40


def draw(title: str, pairs: Sequence[tuple[Panel, Panel]]) -> str:
    """Return an SVG of curves, two in a row, under a title."""
    columns = min(len(pairs), 2)
    lines = wrap(title, 50 * columns)
    head = 18 * len(lines) + 12
    width, height = WIDTH * columns, head + HEIGHT * -(-len(pairs) // columns)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" style="fill: {PAGE}"/>',
    ]
    parts += [_text(10, 20 + 18 * row, line, INK, "start", "bold") for row, line in enumerate(lines)]
    for place, (yours, torch) in enumerate(pairs):
        x, y = WIDTH * (place % columns), head + HEIGHT * (place // columns)
        parts.append(f'<g transform="translate({x} {y})">')
        parts += _curve(cast(Curve, yours), cast(Curve, torch))
        parts.append("</g>")
    return "\n".join([*parts, "</svg>"])


def _curve(yours: Curve, torch: Curve) -> list[str]:
    mine, other = yours.answer, torch.answer
    if yours.log:
        mine, other = np.log10(mine), np.log10(other)
    low, high = limits(mine, other)
    mine, other = np.clip(mine, low, high), within(other, low, high)
    start, end = float(yours.x[0]), float(yours.x[-1])

    def across(x: Any) -> Any:
        return LEFT + (x - start) / (end - start) * (WIDTH - LEFT - RIGHT)

    def down(y: Any) -> Any:
        return TOP + (high - y) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [_text(LEFT, TOP - 10, yours.title, INK, "start")]
    for x in _ticks(start, end):
        parts += [_line(across(x), TOP, across(x), HEIGHT - BOTTOM, LINE)]
        parts += [_text(across(x), HEIGHT - BOTTOM + 16, f"{x:g}", SOFT, "middle")]
    for y in _ticks(low, high):
        parts += [_line(LEFT, down(y), WIDTH - RIGHT, down(y), LINE)]
        parts += [_text(LEFT - 6, down(y) + 4, f"{10.0**y:.0e}" if yours.log else f"{y:g}", SOFT, "end")]
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, yours.x_label, SOFT, "middle"))
    x, theirs, ours = across(yours.x), down(other), down(mine)
    both = np.isfinite(mine) & np.isfinite(other)
    if both.any():
        around = _points(np.r_[x[both], x[both][::-1]], np.r_[ours[both], theirs[both][::-1]])
        parts.append(f'<polygon points="{around}" style="fill: {YOURS}" fill-opacity="0.22"/>')
    parts += _polylines(x, theirs, TORCH, 'stroke-width="4" stroke-dasharray="8 5"')
    parts += _polylines(x, ours, YOURS, 'stroke-width="2"')
    parts.append(_text(WIDTH - RIGHT - 4, TOP - 10, "yours ―", YOURS, "end", "bold"))
    parts.append(_text(WIDTH - RIGHT - 64, TOP - 10, "torch's - -", TORCH, "end", "bold"))
    return parts


def _ticks(low: float, high: float) -> np.ndarray:
    """Return about five round numbers between two."""
    rough = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return np.asarray(np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0)  # no -0


def _polylines(x: np.ndarray, y: np.ndarray, color: str, stroke: str) -> list[str]:
    """Return a line with gaps where there is no number."""
    finite = np.flatnonzero(np.isfinite(y))
    pieces = np.split(finite, np.flatnonzero(np.diff(finite) > 1) + 1)
    return [
        f'<polyline points="{_points(x[piece], y[piece])}" fill="none" style="stroke: {color}" {stroke}/>'
        for piece in pieces
        if piece.size
    ]


def _points(x: np.ndarray, y: np.ndarray) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _line(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" style="stroke: {color}"/>'


def _text(x: float, y: float, text: str, color: str, anchor: str, weight: str = "normal") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text {place} style="fill: {color}">{escape(text)}</text>'
