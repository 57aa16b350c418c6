"""Draw curves as an SVG without matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, cast

import numpy as np

from grader.learning.pictures.layout import limits, within
from grader.learning.pictures.palette import INK, LINE, SOFT, TORCH, YOURS
from grader.learning.pictures.panels import Curve, Panel
from grader.learning.pictures.svg import line, opening, points, polylines, text, ticks

WIDTH, HEIGHT = 400, 260  # of one part, pixels
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 30, 40


def draw(title: str, pairs: Sequence[tuple[Panel, Panel]]) -> str:
    """Return an SVG of curves, two in a row, under a title."""
    columns = min(len(pairs), 2)
    lines = wrap(title, 50 * columns)
    key = 18 * len(lines) + 20
    head = key + 10
    width, height = WIDTH * columns, head + HEIGHT * -(-len(pairs) // columns)
    parts = opening(title, width, height)
    parts += [text(10, 20 + 18 * row, words, INK, "start", "bold") for row, words in enumerate(lines)]
    parts += [text(10, key, "torch's - -", TORCH, "start", "bold"), text(84, key, "yours ―", YOURS, "start", "bold")]
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

    parts = [text(LEFT, TOP - 10, yours.title, INK, "start")]
    for x in ticks(start, end):
        parts += [line(across(x), TOP, across(x), HEIGHT - BOTTOM, LINE)]
        parts += [text(across(x), HEIGHT - BOTTOM + 16, f"{x:g}", SOFT, "middle")]
    for y in ticks(low, high):
        parts += [line(LEFT, down(y), WIDTH - RIGHT, down(y), LINE)]
        parts += [text(LEFT - 6, down(y) + 4, f"{10.0**y:.0e}" if yours.log else f"{y:g}", SOFT, "end")]
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, yours.x_label, SOFT, "middle"))
    x, theirs, ours = across(yours.x), down(other), down(mine)
    both = np.isfinite(mine) & np.isfinite(other)
    if both.any():
        around = points(np.r_[x[both], x[both][::-1]], np.r_[ours[both], theirs[both][::-1]])
        parts.append(f'<polygon points="{around}" style="fill: {YOURS}" fill-opacity="0.22"/>')
    parts += polylines(x, theirs, TORCH, 'stroke-width="4" stroke-dasharray="8 5"')
    parts += polylines(x, ours, YOURS, 'stroke-width="2"')
    return parts
