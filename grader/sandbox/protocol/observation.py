"""Hold as data what a call of a learner's function did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Failure:
    """An exception as data.

    Attributes
    ----------
    types : list of str
        Names of its class and base classes, the most special first.
    text : str
        Its message, capped.
    trace : str
        The learner's own frames, capped.
    line : int or None
        The innermost line of the learner's file.
    """

    types: list[str]
    text: str = ""
    trace: str = ""
    line: int | None = None

    @property
    def kind(self) -> str:
        """The name of the exception's class."""
        return self.types[0] if self.types else "Exception"


@dataclass
class Observation:
    """What a call did: its value or failure, and its effects.

    ``changed`` and ``shares_memory`` hold positions of arguments. ``printed`` is what our side read meanwhile.
    """

    value: Any = None
    failure: Failure | None = None
    changed: list[int] = field(default_factory=list)
    shares_memory: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    global_random_touched: bool = False
    printed: str = ""

    @property
    def exception(self) -> list[str] | None:
        """The type names of the exception, most special first, or None."""
        return self.failure.types if self.failure else None
