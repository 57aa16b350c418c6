"""Draw paths, random numbers, shares and gradients, yours beside torch's."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.lines import Line2D

from grader.learning.pictures.layout import limits, within
from grader.learning.pictures.palette import LINE, TORCH, YOURS
from grader.learning.pictures.panels import Draws, Shares, Slopes, Trail
from grader.learning.pictures.plot_curves import DASHES


def draw_trail(part: SubFigure, yours: Trail, torch: Trail) -> None:
    """Draw two paths through a valley."""
    axes: Axes = part.subplots()
    (left, right), (bottom, top) = (limits(yours.answer[:, axis], torch.answer[:, axis]) for axis in (0, 1))
    x, y = np.meshgrid(np.linspace(left, right, 120), np.linspace(bottom, top, 120))
    height = yours.valley(x, y)
    axes.contour(x, y, height, levels=np.quantile(height, (0.02, 0.1, 0.25, 0.45, 0.7)), colors=LINE, linewidths=1)
    for points, color, marker, size in ((torch.answer, TORCH, "s", 4.5), (yours.answer, YOURS, "o", 2.5)):
        shown = np.stack([within(points[:, 0], left, right), within(points[:, 1], bottom, top)], axis=1)
        dashes = DASHES if color == TORCH else "-"
        axes.plot(*shown.T, color=color, marker=marker, markersize=size, linewidth=1.4, linestyle=dashes)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_title(yours.title, loc="left")
    axes.set_xlabel(yours.axes[0])
    axes.set_ylabel(yours.axes[1])
    _key(axes, ("torch's", TORCH, "s", DASHES), ("yours", YOURS, "o", "-"))


def draw_draws(part: SubFigure, yours: Draws, torch: Draws) -> None:
    """Draw a histogram on a density."""
    axes: Axes = part.subplots()
    mine, other = yours.answer.ravel(), torch.answer.ravel()
    low, high = limits(mine, other)
    edges = np.linspace(low, high, 61)
    inside = mine[np.isfinite(mine)]
    counts = np.histogram(inside, edges)[0] / max(mine.size, 1) / (edges[1] - edges[0])
    expected = yours.density(0.5 * (edges[1:] + edges[:-1]))
    axes.stairs(counts, edges, fill=True, color=YOURS, alpha=0.35)
    axes.stairs(counts, edges, color=YOURS, linewidth=1.2)
    x = np.linspace(low, high, 600)
    axes.plot(x, yours.density(x), color=TORCH, linewidth=3, linestyle=DASHES)
    axes.set_ylim(0, max(min(counts.max(initial=0), 4 * expected.max()), expected.max()) * 1.25)
    axes.set_title(yours.title, loc="left")
    axes.set_xlabel("value")
    _key(axes, ("as it should be", TORCH, "", DASHES), ("yours", YOURS, "s", "-"))


def draw_shares(part: SubFigure, yours: Shares, torch: Shares) -> None:
    """Draw bars."""
    axes: Axes = part.subplots()
    places = np.arange(len(yours.labels))
    low, high = limits(yours.answer, np.append(torch.answer, 0.0))
    mine, other = (np.nan_to_num(within(panel.answer, low, high)) for panel in (yours, torch))
    axes.barh(places - 0.2, other, 0.36, color="none", edgecolor=TORCH, hatch="////", linewidth=1.2)
    axes.barh(places + 0.2, mine, 0.36, color=YOURS)
    for place, panel, values in ((-0.2, torch, other), (0.2, yours, mine)):
        for row, value in enumerate(values):
            axes.annotate(
                f"{panel.answer[row]:.3g}",
                (max(value, 0), row + place),
                (3, 0),
                textcoords="offset points",
                va="center",
                fontsize=7.5,
            )
    axes.set_xlim(low, high + 0.1 * (high - low))
    axes.set_yticks(places, yours.labels)
    axes.invert_yaxis()
    axes.set_title(yours.title, loc="left")
    _key(axes, ("torch's", TORCH, "s", ""), ("yours", YOURS, "s", ""))


def draw_slopes(part: SubFigure, yours: Slopes, torch: Slopes) -> None:
    """Draw gradients over measured slopes."""
    axes: Axes = part.subplots()
    low, high = limits(yours.answer, torch.answer)
    x = yours.measured.ravel()
    axes.plot([low, high], [low, high], color=LINE, linewidth=1)
    axes.plot(x, torch.answer, "s", color=TORCH, markersize=6.5, fillstyle="none")
    mine = np.clip(yours.answer, low, high)
    axes.vlines(x, np.fmin(mine, torch.answer), np.fmax(mine, torch.answer), color=YOURS, alpha=0.35)
    axes.plot(x, mine, "o", color=YOURS, markersize=3.5)
    axes.set_ylim(low, high)
    axes.set_title(yours.title, loc="left")
    axes.set_xlabel("slope measured by moving one number")
    axes.set_ylabel("gradient")
    _key(axes, ("torch's", TORCH, "s", ""), ("yours", YOURS, "o", ""))


def _key(axes: Axes, *entries: tuple[str, str, str, Any]) -> None:
    """Say whose is whose, below the title."""
    axes.set_title(axes.get_title(loc="left"), loc="left", pad=18)
    handles = [
        Line2D([], [], color=color, marker=marker, linestyle=dashes or "", label=words)
        for words, color, marker, dashes in entries
    ]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1.01), borderaxespad=0, ncols=2, frameon=False, fontsize=8
    )
