"""Draw curves, yours on torch's, and the difference on a scale of its own."""

from __future__ import annotations

import matplotlib.ticker
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from grader.learning.pictures.layout import limits, within
from grader.learning.pictures.palette import PAGE, SOFT, TORCH, YOURS
from grader.learning.pictures.panels import Curve
from grader.learning.pictures.sentences import wrong_at

FEW = 16  # points that are marked one by one
DASHES = (0, (2.2, 1.2))  # of torch's lines


def draw_curve(part: SubFigure, yours: Curve, torch: Curve) -> None:
    """Draw two curves with the space between them shaded."""
    above: Axes
    if wrong_at(yours, torch).any():
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
        above.yaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())
        low, high = _powers(yours.answer, torch.answer)
        mine, other = np.clip(yours.answer, low / 1e3, high * 1e3), torch.answer
    above.fill_between(yours.x, mine, other, color=YOURS, alpha=0.22, linewidth=0)
    few = len(yours.x) <= FEW
    above.plot(yours.x, other, color=TORCH, linewidth=3.4, linestyle=DASHES, marker="s" if few else "")
    above.plot(yours.x, mine, color=YOURS, linewidth=1.6, marker="o" if few else "")
    above.set_ylim(low, high)
    above.set_title(yours.title, loc="left")
    above.grid(True, linewidth=0.6)
    _name_lines(above, yours.x, mine, other)


def _powers(mine: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Return limits for a logarithmic axis."""
    theirs = other[np.isfinite(other) & (other > 0)]
    low, high = (theirs.min(), theirs.max()) if theirs.size else (0.1, 1.0)
    yours = np.clip(mine[np.isfinite(mine) & (mine > 0)], low / 1e3, high * 1e3)
    return yours.min(initial=low) / 2, yours.max(initial=high) * 2


def _strip(axes: Axes, yours: Curve, torch: Curve) -> None:
    """Draw the difference on a scale of its own, so that a small one is seen, too."""
    gap = yours.answer - torch.answer
    finite = np.abs(gap[np.isfinite(gap)])
    most = min(finite.max(initial=0.0), 1e6 * (1 + np.abs(torch.answer[np.isfinite(torch.answer)]).max(initial=0)))
    most = most or 1.0
    gap = np.clip(gap, -2 * most, 2 * most)
    axes.fill_between(yours.x, gap, 0, color=YOURS, alpha=0.22, linewidth=0)
    axes.plot(yours.x, gap, color=YOURS, linewidth=1.2)
    axes.axhline(0, color=TORCH, linewidth=1.2, linestyle=DASHES)
    axes.set_ylim(-1.2 * most, 1.2 * most)
    axes.set_title("yours - torch's", loc="left", fontsize=8, color=SOFT)
    for place in np.flatnonzero(~np.isfinite(yours.answer) & np.isfinite(torch.answer)):
        axes.axvline(yours.x[place], color=YOURS, linewidth=0.5, alpha=0.5)


def _name_lines(axes: Axes, x: np.ndarray, mine: np.ndarray, other: np.ndarray) -> None:
    """Write whose each line is where the two are farthest apart, inside the picture."""
    ours, theirs = _heights(axes, mine), _heights(axes, other)
    away = np.where(np.isfinite(ours) & np.isfinite(theirs), np.abs(ours - theirs), -1.0)
    edge = len(x) // 8
    place = edge + int(np.argmax(away[edge : len(x) - edge]))
    if away[place] > 0.004:
        _label(axes, "torch's", x[place], theirs[place], TORCH, up=bool(theirs[place] > ours[place]))
        _label(axes, "yours", x[place], ours[place], YOURS, up=bool(ours[place] > theirs[place]))
    elif np.isfinite(theirs).any():
        shown = np.flatnonzero(np.isfinite(theirs))
        place = int(shown[len(shown) // 3])
        _label(axes, "torch's" if away.max() < 0 else "yours on torch's", x[place], theirs[place], TORCH, up=True)


def _heights(axes: Axes, y: np.ndarray) -> np.ndarray:
    """Return where numbers are between the bottom of a picture, 0, and its top, 1, on whatever scale it has."""
    heights = [axes.transLimits.transform(axes.transScale.transform((1, value)))[1] for value in y]
    return np.asarray(np.clip(heights, 0, 1))


def _label(axes: Axes, words: str, x: float, height: float, color: str, *, up: bool) -> None:
    up = up if 0.1 < height < 0.9 else height <= 0.1  # never outside
    axes.annotate(
        words,
        (x, height),
        xycoords=("data", "axes fraction"),
        xytext=(3 if color == YOURS else -3, 7 if up else -7),
        textcoords="offset points",
        ha="left" if color == YOURS else "right",  # side by side where there is no room above and below
        va="bottom" if up else "top",
        color=color,
        fontweight="bold",
        bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 1},
        zorder=5,
    )
