"""Draw pairs of panels, yours on torch's, with matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from textwrap import fill
from typing import Any

import matplotlib as mpl
import matplotlib.ticker
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from grader.learning.pictures.layout import limits, within
from grader.learning.pictures.palette import INK, LINE, PAGE, SOFT, TORCH, YOURS
from grader.learning.pictures.panels import Curve, Draws, Heat, Panel, Pattern, Shares, Slopes, Trail, Windows
from grader.learning.pictures.sentences import same

Pair = tuple[Panel, Panel]  # yours, torch's

STYLE = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "kata",  # equal pictures are equal files
    "text.parse_math": False,  # a learner's $ is no formula
    "font.size": 9,
    "axes.titlesize": 9.5,
    "text.color": INK,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": LINE,
    "axes.facecolor": PAGE,
    "figure.facecolor": PAGE,
    "savefig.facecolor": PAGE,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "grid.color": LINE,
    "axes.unicode_minus": False,
}
WIDTH = 9.0  # inches
DARK_ON_LIGHT, LIGHT_ON_DARK = "#010101", "#fefefe"  # on cells, whose colours no theme changes


def draw(title: str, pairs: Sequence[Pair]) -> Figure:
    """Return a figure of all pairs, under a title that says what differs."""
    with mpl.rc_context(STYLE):
        wide = isinstance(pairs[0][0], Heat)
        columns = 1 if wide or len(pairs) == 1 else 2
        rows = -(-len(pairs) // columns)
        figure = Figure((WIDTH, 0.6 + rows * (2.6 if wide else 3.4)), layout="constrained")
        figure.suptitle(fill(title, 90), x=0.01, ha="left", fontsize=11.5, fontweight="bold")
        parts = np.ravel(figure.subfigures(rows, columns, squeeze=False))
        for part, (yours, torch) in zip(parts, pairs, strict=False):
            _DRAWERS[type(yours)](part, yours, torch)
    return figure


def save(figure: Figure, form: str) -> bytes:
    """Return a figure as ``svg`` or ``png``."""
    data = io.BytesIO()
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a character that the font lacks
        figure.savefig(data, format=form, dpi=144, metadata={"Date": None} if form == "svg" else None)
    return data.getvalue()


def _curve(part: SubFigure, yours: Curve, torch: Curve) -> None:
    wrong = ~same(yours.answer, torch.answer)
    above: Axes
    if wrong.any():
        above, below = part.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        _strip(below, yours, torch)
        below.set_xlabel(yours.x_label)
    else:
        above = part.subplots()
        above.set_xlabel(yours.x_label)
    low, high = limits(yours.answer, torch.answer)
    mine, other = within(yours.answer, low, high), within(torch.answer, low, high)
    if yours.log:
        above.set_yscale("log")
        above.yaxis.set_major_formatter("{x:g}")
        low, high = _powers(yours.answer, torch.answer)
        mine, other = np.clip(yours.answer, low / 1e3, high * 1e3), torch.answer
    above.fill_between(yours.x, mine, other, color=YOURS, alpha=0.22, linewidth=0)
    few = len(yours.x) <= FEW
    above.plot(yours.x, other, color=TORCH, linewidth=3.4, linestyle=(0, (2.2, 1.2)), marker="s" if few else "")
    above.plot(yours.x, mine, color=YOURS, linewidth=1.6, marker="o" if few else "")
    above.set_ylim(low, high)
    above.set_title(yours.title, loc="left")
    above.grid(True, linewidth=0.6)
    _name_lines(above, yours.x, mine, other)


FEW = 16  # points that are marked one by one


def _powers(mine: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Return limits for a logarithmic axis."""
    theirs = other[np.isfinite(other) & (other > 0)]
    low, high = (theirs.min(), theirs.max()) if theirs.size else (0.1, 1.0)
    yours = np.clip(mine[np.isfinite(mine) & (mine > 0)], low / 1e3, high * 1e3)
    return yours.min(initial=low) / 2, yours.max(initial=high) * 2


def _strip(axes: Axes, yours: Curve, torch: Curve) -> None:
    """Draw the difference on a scale of its own, so that a small one is seen, too."""
    with np.errstate(all="ignore"):
        gap = yours.answer - torch.answer
    finite = np.abs(gap[np.isfinite(gap)])
    most = min(finite.max(initial=0.0), 1e6 * (1 + np.abs(torch.answer[np.isfinite(torch.answer)]).max(initial=0)))
    most = most or 1.0
    gap = np.clip(gap, -2 * most, 2 * most)
    axes.fill_between(yours.x, gap, 0, color=YOURS, alpha=0.22, linewidth=0)
    axes.plot(yours.x, gap, color=YOURS, linewidth=1.2)
    axes.axhline(0, color=TORCH, linewidth=1.2, linestyle=(0, (2.2, 1.2)))
    axes.set_ylim(-1.2 * most, 1.2 * most)
    axes.set_title("yours - torch's", loc="left", fontsize=8, color=SOFT)
    for place in np.flatnonzero(~np.isfinite(yours.answer) & np.isfinite(torch.answer)):
        axes.axvline(yours.x[place], color=YOURS, linewidth=0.5, alpha=0.5)


def _name_lines(axes: Axes, x: np.ndarray, mine: np.ndarray, other: np.ndarray) -> None:
    """Write whose each line is where the two are farthest apart, inside the picture."""
    low, high = axes.get_ylim()
    inside = np.isfinite(mine) & np.isfinite(other)
    away = np.clip(mine, low, high) - np.clip(other, low, high)
    distance = np.where(inside, np.abs(away), -1)
    middle = slice(len(x) // 8, -(len(x) // 8) or None)
    place = int(np.argmax(distance[middle])) + (middle.start or 0)
    if not inside.any() or distance[place] < 0.004 * (high - low):
        place = int(np.flatnonzero(np.isfinite(other))[len(x) // 3]) if np.isfinite(other).sum() > len(x) // 3 else 0
        words = "yours on torch's" if inside.any() else "torch's"
        _label(axes, words, x[place], other[place], TORCH, up=True)
        return
    _label(axes, "torch's", x[place], np.clip(other[place], low, high), TORCH, up=bool(away[place] < 0))
    _label(axes, "yours", x[place], np.clip(mine[place], low, high), YOURS, up=bool(away[place] > 0))


def _label(axes: Axes, words: str, x: float, y: float, color: str, *, up: bool) -> None:
    low, high = axes.get_ylim()
    share = (y - low) / (high - low)
    up = up if 0.1 < share < 0.9 else share <= 0.1  # never outside
    axes.annotate(
        words,
        (x, y),
        xytext=(3 if color == YOURS else -3, 7 if up else -7),
        textcoords="offset points",
        ha="left" if color == YOURS else "right",  # side by side where there is no room above and below
        va="bottom" if up else "top",
        color=color,
        fontweight="bold",
        bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 1},
        zorder=5,
    )


def _heat(part: SubFigure, yours: Heat, torch: Heat) -> None:
    with np.errstate(all="ignore"):
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
    axes.patch.set(hatch="xxx", edgecolor=SOFT)
    shown = np.where(np.isfinite(values), within(values, low, high), np.nan)
    image = axes.imshow(shown, cmap=colors, vmin=low, vmax=high, aspect="auto", interpolation="nearest")
    for axis, length in ((axes.yaxis, values.shape[0]), (axes.xaxis, values.shape[1])):
        axis.set_major_locator(mpl.ticker.MaxNLocator(min(length, 8), integer=True))
    if values.shape[0] > 9 or values.shape[1] > 9:
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
    frame = {"fill": False, "edgecolor": YOURS, "linewidth": 2.5}
    for axes in all_axes[1:]:
        axes.add_patch(mpl.patches.Rectangle((column - 0.5, row - 0.5), 1, 1, **frame))
    top, left = (place * yours.stride - yours.padding - 0.5 for place in (row, column))
    height, width = yours.kernel
    all_axes[0].add_patch(mpl.patches.Rectangle((left, top), width, height, clip_on=False, **frame))


def _ends(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1


def _most(values: np.ndarray) -> float:
    """Return the largest size of a number, at least one that rounding alone does not reach."""
    return float(min(np.abs(values[np.isfinite(values)]).max(initial=1e-9), 1e300))


def _trail(part: SubFigure, yours: Trail, torch: Trail) -> None:
    axes: Axes = part.subplots()
    (left, right), (bottom, top) = (limits(yours.answer[:, axis], torch.answer[:, axis]) for axis in (0, 1))
    x, y = np.meshgrid(np.linspace(left, right, 120), np.linspace(bottom, top, 120))
    height = yours.valley(x, y)
    axes.contour(x, y, height, levels=np.quantile(height, (0.02, 0.1, 0.25, 0.45, 0.7)), colors=LINE, linewidths=1)
    for points, color, marker, size in ((torch.answer, TORCH, "s", 4.5), (yours.answer, YOURS, "o", 2.5)):
        shown = np.stack([within(points[:, 0], left, right), within(points[:, 1], bottom, top)], axis=1)
        dashes = (0, (2.2, 1.2)) if color == TORCH else "-"
        axes.plot(*shown.T, color=color, marker=marker, markersize=size, linewidth=1.4, linestyle=dashes)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_title(yours.title, loc="left")
    axes.set_xlabel(yours.axes[0])
    axes.set_ylabel(yours.axes[1])
    _key(axes, ("torch's", TORCH, "s", (0, (2.2, 1.2))), ("yours", YOURS, "o", "-"))


def _draws(part: SubFigure, yours: Draws, torch: Draws) -> None:
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
    axes.plot(x, yours.density(x), color=TORCH, linewidth=3, linestyle=(0, (2.2, 1.2)))
    axes.set_ylim(0, max(min(counts.max(initial=0), 4 * expected.max()), expected.max()) * 1.25)
    axes.set_title(yours.title, loc="left")
    axes.set_xlabel("value")
    _key(axes, ("as it should be", TORCH, "", (0, (2.2, 1.2))), ("yours", YOURS, "s", "-"))


def _shares(part: SubFigure, yours: Shares, torch: Shares) -> None:
    axes: Axes = part.subplots()
    places = np.arange(len(yours.labels))
    low, high = limits(yours.answer, np.append(torch.answer, 0.0))
    mine, other = (np.nan_to_num(within(panel.answer, low, high)) for panel in (yours, torch))
    axes.barh(places - 0.2, other, 0.36, color=PAGE, edgecolor=TORCH, hatch="////", linewidth=1.2)
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


def _slopes(part: SubFigure, yours: Slopes, torch: Slopes) -> None:
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
    """Say whose is whose, beside the title."""
    handles = [
        mpl.lines.Line2D([], [], color=color, marker=marker, linestyle=dashes or "", label=words)
        for words, color, marker, dashes in entries
    ]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 0.99), ncols=2, frameon=False, fontsize=8)


_DRAWERS: dict[type[Panel], Callable[[SubFigure, Any, Any], None]] = {
    Curve: _curve,
    Heat: _heat,
    Pattern: _heat,
    Windows: _heat,
    Trail: _trail,
    Draws: _draws,
    Shares: _shares,
    Slopes: _slopes,
}
