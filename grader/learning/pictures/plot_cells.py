"""Draw matrices: yours, torch's and the difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.patches import Rectangle

from grader.learning.pictures.layout import within
from grader.learning.pictures.palette import INK, PAGE, SOFT, TORCH, YOURS
from grader.learning.pictures.panels import Heat, Pattern, Windows

DARK_ON_LIGHT, LIGHT_ON_DARK = "#010101", "#fefefe"  # on cells, whose colours no theme changes
TICKS = 8
SMALL = 9  # rows and columns of a matrix whose numbers are written


def draw_heat(part: SubFigure, yours: Heat, torch: Heat) -> None:
    """Draw a matrix thrice; with the image that it was made from, where there is one."""
    gap = yours.answer - torch.answer
    pictures = [("yours", yours.answer, False), ("torch's", torch.answer, False), ("yours - torch's", gap, True)]
    if isinstance(yours, Pattern):
        pictures.pop()
    if isinstance(yours, Windows):
        pictures.insert(0, ("the image", yours.given, False))
    low, high = _ends(torch.answer)
    all_axes = part.subplots(1, len(pictures))
    part.suptitle(yours.title, x=0.01, ha="left", fontsize=9.5)
    for axes, (title, values, is_gap) in zip(all_axes, pictures, strict=True):
        own = values is getattr(yours, "given", None)
        ends = _ends(values) if own else (-_most(values), _most(values)) if is_gap else (low, high)
        _cells(axes, values, ends, "PuOr" if is_gap else "cividis")
        axes.set_title(title, color=YOURS if title == "yours" else TORCH if title == "torch's" else INK, loc="left")
        axes.set_xlabel("column" if own else yours.columns)
        axes.set_ylabel("row" if own else yours.rows)
    if isinstance(yours, Windows):
        _mark_window(all_axes, yours, gap)


def _cells(axes: Axes, values: np.ndarray, ends: tuple[float, float], colors: str) -> None:
    """Draw a matrix, with its numbers where there is room; what is no number is crossed out."""
    low, high = ends
    axes.patch.set(facecolor="none", hatch="xxx", edgecolor=SOFT)
    shown = np.where(np.isfinite(values), within(values, low, high), np.nan)
    image = axes.imshow(shown, cmap=colors, vmin=low, vmax=high, aspect="auto", interpolation="nearest")
    for axis, length in ((axes.yaxis, values.shape[0]), (axes.xaxis, values.shape[1])):
        axis.set_ticks(range(0, length, -(-length // TICKS)))
    if values.shape[0] > SMALL or values.shape[1] > SMALL:
        axes.figure.colorbar(image, ax=axes, pad=0.02)
        return
    for (row, column), value in np.ndenumerate(values):
        dark = not np.isfinite(value) or sum(image.cmap(image.norm(value))[:3]) > 1.4
        color = DARK_ON_LIGHT if dark else LIGHT_ON_DARK
        words = f"{value:.2g}" if abs(value) > 1e-9 or not np.isfinite(value) else "0"
        box = None if np.isfinite(value) else {"facecolor": PAGE, "edgecolor": "none", "pad": 1}
        axes.text(column, row, words, ha="center", va="center", fontsize=7, color=INK if box else color, bbox=box)


def _mark_window(all_axes: Sequence[Axes], yours: Windows, gap: np.ndarray) -> None:
    """Frame the answer that is farthest off, or the first one, and the window of the image that it looks at."""
    distance = np.where(np.isfinite(gap), np.abs(gap), np.inf)
    row, column = np.unravel_index(int(np.argmax(distance)), gap.shape)
    for axes in all_axes[1:]:
        _frame(axes, column - 0.5, row - 0.5, 1, 1)
    top, left = (place * yours.stride - yours.padding - 0.5 for place in (row, column))
    height, width = yours.kernel
    _frame(all_axes[0], left, top, width, height)


def _frame(axes: Axes, left: float, top: float, width: float, height: float) -> None:
    shape = Rectangle((left, top), width, height, fill=False, edgecolor=YOURS, linewidth=2.5, clip_on=False)
    axes.add_patch(shape)


def _ends(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1


def _most(values: np.ndarray) -> float:
    """Return the largest size of a number, at least one that rounding alone does not reach."""
    return float(min(np.abs(values[np.isfinite(values)]).max(initial=1e-9), 1e300))
