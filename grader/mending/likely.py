"""Say how likely a change mends a text: by its kind, and by how much nearer it comes to the reference."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Mapping, Sequence

from grader.mending.features import Feature, Features
from grader.mending.source import Function, parameters
from grader.report import PlaceKind

NEARER = 0.5  # what a feature that comes nearer to the reference is worth
MOST_NEARER = 8
MUCH_NEARER = 0.05  # and those beyond that
# what a change of a kind costs: by hand, after the mends of the benchmark of diagnoses (`grader.bench.mending`); costs
# that were the logarithms of how often a kind mends there found the mends of unseen solutions half as far back again
COSTS: dict[PlaceKind, float] = {
    "comparison": 1.0,
    "operator": 1.5,
    "operands": 1.0,
    "grouping": 1.0,
    "sign": 1.5,
    "number": 2.0,
    "axis": 1.5,
    "option": 1.0,
    "root": 1.5,
    "function": 1.5,
    "transpose": 1.5,
    "one minus": 2.0,
    "name": 2.0,
    "arguments": 1.5,
    "parts": 1.0,
    "condition": 1.5,
    "extra term": 1.5,
    "missing term": 3.5,
    "type": 2.5,
    "copy": 2.0,
    "index": 3.0,
    "default": 0.0,
    "assignment": 1.5,
    "returned": 1.5,
    "extra statement": 1.5,
    "order": 1.5,
    "indentation": 1.5,
    "missing statement": 3.0,
    "expression": 3.0,
}


class Likely:
    """Compares changes of a learner's functions with the reference.

    Parameters
    ----------
    pairs : sequence of pairs of function definitions
        The learner's, and that of the reference which does the same.

    Attributes
    ----------
    features : Features
        Which speak of a parameter by its name where both sides have it.
    """

    def __init__(self, pairs: Sequence[tuple[Function, Function]]) -> None:
        known = {"np", "math", *dir(builtins)}
        for one, other in pairs:
            known |= set(parameters(one)) & set(parameters(other))
        self.features = Features(known)
        self._here: Counter[Feature] = Counter()
        self._there: Counter[Feature] = Counter()
        for one, other in pairs:
            self._here += self.features.of(one)
            self._there += self.features.of(other)

    def lacks(self, label: str) -> int:
        """Return how many times more often the reference has a name, a call or another node."""
        return self._there[label,] - self._here[label,]

    def nearer(self, changed: Mapping[Feature, int]) -> int:
        """Return by how many features the code comes nearer to the reference when so many more of each are in it."""
        gained = 0
        for feature, change in changed.items():
            if change:
                missing = self._there[feature] - self._here[feature]
                gained += abs(missing) - abs(missing - change)
        return gained

    def worth(self, changed: Mapping[Feature, int]) -> float:
        """Return by how much less such a change costs."""
        gained = self.nearer(changed)
        return NEARER * min(gained, MOST_NEARER) + MUCH_NEARER * max(gained - MOST_NEARER, 0)
