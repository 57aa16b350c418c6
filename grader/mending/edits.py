"""Define a small change of a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from grader.mending.source import Splice
from grader.report import PlaceKind


@dataclass
class Edit:
    """One small change.

    Attributes
    ----------
    kind : PlaceKind
    line : int
        Of the learner's file, in which the change begins.
    make : callable
        Returns the pieces that are replaced: most changes are never tried, so their text is made when it is asked for.
    cost : float
        The less, the earlier it is tried.
    reference : bool
        Whether it holds text of the reference, which nobody is shown.
    """

    kind: PlaceKind
    line: int
    make: Callable[[], tuple[Splice, ...]]
    cost: float = 0.0
    reference: bool = False

    @cached_property
    def splices(self) -> tuple[Splice, ...]:
        """The pieces that are replaced."""
        return self.make()
