"""Name the kinds of picture: what is drawn of one function's answers, before two of them are laid side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Call = Callable[..., Any]  # call("relu", x) is the answer of somebody's relu, numbers as float64 arrays


@dataclass(frozen=True)
class Panel:
    """One part of a picture.

    Attributes
    ----------
    title : str
    answer : ndarray of float64
        What the function gave; finite or not.
    """

    title: str
    answer: np.ndarray


Scene = Callable[[Call], list[Panel]]  # asks a function and says what is drawn of its answers


@dataclass(frozen=True)
class Curve(Panel):
    """Answers along an axis; ``x`` ascends, ``log`` is for answers that span powers of ten."""

    x: np.ndarray
    x_label: str = "x"
    log: bool = False


@dataclass(frozen=True)
class Heat(Panel):
    """A matrix of answers; ``rows`` and ``columns`` say what its axes are."""

    rows: str
    columns: str


@dataclass(frozen=True)
class Pattern(Heat):
    """A matrix of random answers: there is no torch's to be equal to, but one to look alike."""


@dataclass(frozen=True)
class Windows(Heat):
    """A matrix of answers, each of which looks at a window of the image ``given``."""

    given: np.ndarray
    kernel: tuple[int, int]
    stride: int
    padding: int


@dataclass(frozen=True)
class Trail(Panel):
    """Steps of shape (n, 2) through a valley, whose height is a function of two arrays."""

    valley: Callable[[np.ndarray, np.ndarray], np.ndarray]
    axes: tuple[str, str]


@dataclass(frozen=True)
class Draws(Panel):
    """Random numbers, and the probability density that they should have."""

    density: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Shares(Panel):
    """A number for each of a few labels; ``chance`` is how far random ones may be apart."""

    labels: tuple[str, ...]
    chance: float = 0.0


@dataclass(frozen=True)
class Slopes(Panel):
    """Gradients, flat, beside those ``measured`` by moving one number at a time: right ones lie on the diagonal."""

    measured: np.ndarray
