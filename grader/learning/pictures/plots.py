"""Draw pairs of panels, yours on torch's, with matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure, SubFigure

from grader.learning.pictures.palette import INK, LINE, PAGE, SOFT
from grader.learning.pictures.panels import Curve, Draws, Heat, Panel, Pattern, Shares, Slopes, Trail, Windows
from grader.learning.pictures.plot_cells import draw_heat
from grader.learning.pictures.plot_curves import draw_curve
from grader.learning.pictures.plot_marks import draw_draws, draw_shares, draw_slopes, draw_trail

Pair = tuple[Panel, Panel]  # yours, torch's

STYLE: dict[Any, Any] = {
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


_DRAWERS: dict[type[Panel], Callable[[SubFigure, Any, Any], None]] = {
    Curve: draw_curve,
    Heat: draw_heat,
    Pattern: draw_heat,
    Windows: draw_heat,
    Trail: draw_trail,
    Draws: draw_draws,
    Shares: draw_shares,
    Slopes: draw_slopes,
}


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
        said = {"Title": figure.get_suptitle().replace("\n", " ")}
        figure.savefig(data, format=form, dpi=144, metadata=said | ({"Date": None} if form == "svg" else {}))
    return data.getvalue()
