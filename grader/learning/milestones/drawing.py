"""Draw what a milestone came to: its curve, and what can be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np

from grader.errors import UsageError
from grader.learning.milestones.training import Training
from grader.learning.pictures.palette import INK, LINE, SOFT, TORCH, YOURS, dark_style
from grader.learning.pictures.svg import line, opening, points, text, ticks

WIDTH, HEIGHT = 400, 260  # of one part, pixels
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 30, 40
IN_A_ROW = 5  # images


@dataclass(frozen=True)
class Drawing:
    """The picture of a training.

    Attributes
    ----------
    name : str
        The milestone's.
    title : str
        What came of it.
    curve : str
        What the curve shows.
    training : Training
    """

    name: str
    title: str
    curve: str
    training: Training

    def svg(self) -> str:
        """Return an SVG for both themes: the curve, then matrices and texts, two parts in a row."""
        drawn = [_curve(self.curve, np.asarray(self.training.curve)), *map(_part, self.training.seen)]
        columns = min(len(drawn), 2)
        lines = wrap(self.title, 50 * columns)
        head = 18 * len(lines) + 12
        parts = opening(self.title, WIDTH * columns, head + HEIGHT * -(-len(drawn) // columns))
        parts += [text(10, 20 + 18 * row, words, INK, "start", "bold") for row, words in enumerate(lines)]
        for place, part in enumerate(drawn):
            x, y = WIDTH * (place % columns), head + HEIGHT * (place // columns)
            parts += [f'<g transform="translate({x} {y})">', *part, "</g>"]
        return "\n".join([*parts, dark_style(), "</svg>"])

    def png(self) -> bytes:
        """Raise `UsageError`: what draws PNGs is not needed for a milestone."""
        raise UsageError("the picture of a milestone is an SVG")


def _part(seen: tuple[str, np.ndarray | str]) -> list[str]:
    title, content = seen
    drawn = _words(content) if isinstance(content, str) else _images(content) if content.ndim == 3 else _cells(content)
    return [text(LEFT, TOP - 10, title, INK, "start"), *drawn]


def _curve(title: str, values: np.ndarray) -> list[str]:
    low, high = float(values.min()), float(values.max())
    high = high if high > low else low + 1.0
    last = max(len(values), 2)

    def across(x: Any) -> Any:
        return LEFT + (x - 1) / (last - 1) * (WIDTH - LEFT - RIGHT)

    def down(y: Any) -> Any:
        return TOP + (high - y) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [text(LEFT, TOP - 10, title, INK, "start")]
    for y in ticks(low, high):
        parts.append(line(LEFT, down(y), WIDTH - RIGHT, down(y), LINE))
        parts.append(text(LEFT - 6, down(y) + 4, f"{y:g}", SOFT, "end"))
    for x in ticks(1, last):
        parts.append(text(across(x), HEIGHT - BOTTOM + 16, f"{x:g}", SOFT, "middle"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "step", SOFT, "middle"))
    around = points(across(np.arange(1, len(values) + 1)), down(values))
    return [*parts, f'<polyline points="{around}" fill="none" style="stroke: {YOURS}" stroke-width="2"/>']


def _cells(matrix: np.ndarray) -> list[str]:
    """Draw a matrix: the smallest number in one colour, the largest in the other."""
    rows, columns = matrix.shape
    size = max(min((WIDTH - LEFT - RIGHT) // columns, (HEIGHT - TOP - 12) // rows), 1)
    finite = np.nan_to_num(matrix, posinf=0.0, neginf=0.0)
    low, high = finite.min(), finite.max()
    shares = (finite - low) / ((high - low) or 1.0)
    cells = [
        f'<rect x="{LEFT + size * column}" y="{TOP + size * row}" width="{size}" height="{size}" '
        f'style="fill: {YOURS if share > 0.5 else TORCH}" fill-opacity="{abs(2 * share - 1):.2f}"/>'
        for (row, column), share in np.ndenumerate(shares)
    ]
    return ['<g shape-rendering="crispEdges">', *cells, "</g>"]  # whole pixels: the page does not shine through


def _images(images: np.ndarray) -> Iterator[str]:
    """Draw images side by side in rows: the larger a number, the darker."""
    images = np.nan_to_num(images, posinf=0.0, neginf=0.0)
    _, rows, columns = images.shape
    width = (WIDTH - LEFT - RIGHT) // IN_A_ROW
    size = max(width // (columns + 2), 1)
    high = images.max() or 1.0
    yield '<g shape-rendering="crispEdges">'
    for index, row, column in np.argwhere(images > 0):
        x = LEFT + width * (index % IN_A_ROW) + size * column
        y = TOP + size * (rows + 2) * (index // IN_A_ROW) + size * row
        share = images[index, row, column] / high
        yield (f'<rect x="{x}" y="{y}" width="{size}" height="{size}" style="fill: {INK}" fill-opacity="{share:.2f}"/>')
    yield "</g>"


def _words(content: str) -> Iterator[str]:
    """Write a text, as much of it as there is room for."""
    for row, words in enumerate(wrap(content, 52)[:12]):
        yield text(LEFT, TOP + 14 + 17 * row, words, INK, "start")
