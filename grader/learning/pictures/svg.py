"""Write the elements of an SVG: lines, texts, and what stands at the axes."""

from __future__ import annotations

from html import escape

import numpy as np

from grader.learning.pictures.palette import PAGE


def opening(title: str, width: float, height: float) -> list[str]:
    """Return the beginning of a page of so many pixels, its title and its background."""
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" style="fill: {PAGE}"/>',
    ]


def ticks(low: float, high: float) -> np.ndarray:
    """Return about five round numbers between two."""
    rough = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return np.asarray(np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0)  # no -0


def polylines(x: np.ndarray, y: np.ndarray, color: str, stroke: str) -> list[str]:
    """Return a line with gaps where there is no number."""
    finite = np.flatnonzero(np.isfinite(y))
    pieces = np.split(finite, np.flatnonzero(np.diff(finite) > 1) + 1)
    return [
        f'<polyline points="{points(x[piece], y[piece])}" fill="none" style="stroke: {color}" {stroke}/>'
        for piece in pieces
        if piece.size
    ]


def points(x: np.ndarray, y: np.ndarray) -> str:
    """Return places as an element's ``points``."""
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def line(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    """Return a straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" style="stroke: {color}"/>'


def text(x: float, y: float, words: str, color: str, anchor: str, weight: str = "normal") -> str:
    """Return a text; ``anchor`` is start, middle or end."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text {place} style="fill: {color}">{escape(words)}</text>'
