"""Draw a curve in a terminal, by blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader.reports.layout import Screen

BLOCKS = " ▁▂▃▄▅▆▇█"
ROWS, WIDEST = 6, 60
MARGIN = 9  # columns for numbers


def blocks(curve: Sequence[float], label: str, screen: Screen) -> Iterator[str]:
    """Yield a curve as lines, the mean of some steps in each column."""
    values = np.clip(np.asarray(curve, float), -1e99, 1e99)
    width = max(min(screen.width - MARGIN - 3, WIDEST, len(values)), 1)
    means = np.array([part.mean() for part in np.array_split(values, width)])
    low, high = means.min(), means.max()
    eighths = np.rint((means - low) / ((high - low) or 1.0) * (8 * ROWS - 1)).astype(int) + 1
    yield screen.line(("  " + label, "dim"))
    for row in reversed(range(ROWS)):
        number = {ROWS - 1: f"{high:.3g}", 0: f"{low:.3g}"}.get(row, "")
        drawn = "".join(BLOCKS[level] for level in np.clip(eighths - 8 * row, 0, 8))
        yield screen.line((f"{number:>{MARGIN}} │", "dim"), drawn.rstrip())
    yield screen.line((f"{'step 1':>{MARGIN + 7}}{len(values):>{max(width - 5, 1)}}", "dim"))
