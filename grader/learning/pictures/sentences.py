"""Say in words how one part of a picture differs from torch's: the title tells what to look for."""

from __future__ import annotations

import numpy as np

from grader.learning.pictures.panels import Curve, Draws, Heat, Panel, Pattern, Shares, Trail

RTOL = 1e-7
SEEN = 0.01  # of the height of a picture
MOST = 0.1  # a smaller share of right numbers is not spoken of
CHANCE = 6.0  # how far two samples may be apart by chance, in standard errors


def difference(yours: Panel, torch: Panel) -> str | None:
    """Return how yours differs from torch's, from a verb on; None if it does not."""
    if isinstance(yours, Draws):
        return _drawn(yours.answer.ravel(), torch.answer.ravel())
    if isinstance(yours, Pattern):
        return None
    mine, other = yours.answer, torch.answer
    wrong = wrong_at(yours, torch)
    if not wrong.any():
        return None
    if rearranged := _rearranged(yours, mine, other):
        return rearranged
    odd = wrong & (np.isfinite(mine) != np.isfinite(other))
    if odd.any():
        kinds = {"finite" if np.isfinite(value) else f"{value:g}" for value in mine[odd]}
        return f"is {' or '.join(sorted(kinds))} {_where(yours, odd)}".rstrip()
    if isinstance(yours, Trail):
        away = np.sqrt(np.sum((mine - other) ** 2, axis=1)).max()
        return f"leaves torch's path at step {int(wrong.any(axis=1).argmax())} and gets {_number(away)} away from it"
    return f"{_amount(mine, other, wrong)} {_where(yours, wrong)}".rstrip()


def is_seen(yours: Panel, torch: Panel) -> bool:
    """Return whether a difference is large enough to be seen beside the numbers themselves."""
    finite = torch.answer[np.isfinite(torch.answer)]
    height = (np.ptp(finite) if finite.size else 0.0) or np.abs(finite).max(initial=0.0) or 1.0
    gap = yours.answer - torch.answer if yours.answer.shape == torch.answer.shape else np.array(np.inf)
    return bool(isinstance(yours, Draws) or not (np.abs(gap) <= SEEN * height)[np.isfinite(torch.answer)].all())


def wrong_at(yours: Panel, torch: Panel) -> np.ndarray:
    """Return where numbers differ: by more than rounding, by more than chance, on powers of ten by any share."""
    mine, other = yours.answer, torch.answer
    if isinstance(yours, Curve) and yours.log:
        return np.asarray(~np.isclose(mine, other, rtol=10 * RTOL, atol=1e-12, equal_nan=True))
    wrong = ~same(mine, other)
    return wrong & ~(np.abs(mine - other) <= yours.chance) if isinstance(yours, Shares) else wrong


def same(mine: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return where two arrays hold the same numbers, nan and infinities included."""
    finite = np.abs(other[np.isfinite(other)])
    return np.asarray(np.isclose(mine, other, rtol=RTOL, atol=1e-9 * finite.max(initial=1e-9), equal_nan=True))


def _amount(mine: np.ndarray, other: np.ndarray, wrong: np.ndarray) -> str:
    """Return by how much numbers differ, as simply as it can be said."""
    values, expected = mine[wrong], other[wrong]
    ratios, gaps = values / expected, values - expected
    if _constant(values) and (values.size > 1 or _constant(expected)):
        instead = f", not {_number(expected[0])}," if _constant(expected) else ""
        if _number(values[0]) != _number(expected[0]) or not instead:
            return f"is {_number(values[0])}{instead}"
    if _constant(ratios) and _number(ratios[0]) != "1":
        return "has the wrong sign" if _number(ratios[0]) == "-1" else f"is {_number(ratios[0])} times torch's"
    if _constant(gaps):
        return f"is {_number(abs(gaps[0]))} too {'high' if gaps[0] > 0 else 'low'}"
    way = "too high" if (gaps > 0).all() else "too low" if (gaps < 0).all() else "off"
    return f"is up to {_number(np.abs(gaps).max())} {way}"


def _rearranged(panel: Panel, mine: np.ndarray, other: np.ndarray) -> str | None:
    if isinstance(panel, Heat) and mine.shape == mine.T.shape and same(mine.T, other).all():
        return "is torch's transposed"
    if isinstance(panel, Curve) and same(mine[::-1], other).all() and not same(-mine, other).all():
        return "is torch's mirrored left to right"
    return None


def _where(panel: Panel, wrong: np.ndarray) -> str:
    if wrong.all():
        return "everywhere" if wrong.size > 1 else ""
    match panel:
        case Curve():
            return _along(panel.x, panel.x_label, wrong)
        case Heat():
            for axis, name in ((1, panel.rows), (0, panel.columns)):
                lines = np.flatnonzero(wrong.any(axis))
                if len(lines) == 1:
                    return f"in {name} {lines[0]}"
            return f"in {wrong.sum()} of {wrong.size} cells"
        case Trail():
            first = int(np.flatnonzero(wrong.any(1))[0])
            return f"from step {first} on"
        case Shares():
            return f"for {', '.join(label for label, bad in zip(panel.labels, wrong, strict=True) if bad)}"
    return f"in {wrong.sum()} of {wrong.size} numbers"


def _along(x: np.ndarray, name: str, wrong: np.ndarray) -> str:
    for side, words in ((x < 0, f"for every negative {name}"), (x > 0, f"for every positive {name}")):
        if side.any() and (wrong == side)[x != 0].all():
            return words
    places, right = np.flatnonzero(wrong), np.flatnonzero(~wrong)
    if len(right) == 1:
        return f"everywhere but at {name} = {_number(x[right[0]])}"
    if len(places) == 1:
        return f"at {name} = {_number(x[places[0]])}"
    if len(places) == places[-1] - places[0] + 1:
        low, high = x[places[0]], x[places[-1]]
        if low == x[0]:
            return f"for {name} up to {_number(high)}"
        return f"for {name} from {_number(low)} " + ("on" if high == x[-1] else f"to {_number(high)}")
    return "nearly everywhere" if len(right) < MOST * len(x) else f"at {len(places)} of {len(x)} points"


def _drawn(mine: np.ndarray, other: np.ndarray) -> str | None:
    """Compare two samples: their middle, their spread, their ends, their shape."""
    if not np.isfinite(mine).all():
        return f"holds {np.sum(~np.isfinite(mine))} numbers that are not finite, of {mine.size}"
    spread, wanted, chance = mine.std(), other.std(), CHANCE / np.sqrt(mine.size)
    if abs(mine.mean() - other.mean()) > chance * wanted:
        return f"has the mean {_number(mine.mean())}, torch's {_number(other.mean())}"
    if abs(spread / wanted - 1) > chance:
        return f"spreads {_number(spread / wanted)} times as wide (standard deviation {_number(spread)})"
    levels = np.linspace(0, 1, 101)
    if np.abs(np.quantile(mine, levels) - np.quantile(other, levels))[1:-1].max() > 3 * chance * wanted:
        return "has the right spread and another shape"
    return None


def _constant(values: np.ndarray) -> bool:
    return bool(np.isfinite(values).all() and np.allclose(values, values[0], rtol=1e-5, atol=0))


def _number(value: float) -> str:
    return f"{value + 0.0:.3g}"
