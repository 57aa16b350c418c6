"""Show how far a long run is, where somebody is watching."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WIDTH = 30


@contextmanager
def progress(of: int, label: str, rate: bool = False) -> Iterator[Callable[[object], None]]:
    """Draw a bar on the standard error until all is done; what is yielded is called for each part that is.

    Parameters
    ----------
    of : int
        How many parts there are.
    label : str
    rate : bool
        Whether to say how many are done in a minute.
    """
    if of < 2 or not sys.stderr.isatty():
        yield lambda _: None
        return
    started, done = time.monotonic(), 0

    def advance(_: object) -> None:
        nonlocal done
        done += 1
        each = (time.monotonic() - started) / done
        left = round(each * (of - done))
        speed = f"{60 / max(each, 1e-9):.0f} a minute, " if rate else ""
        bar = ("#" * (_WIDTH * done // of)).ljust(_WIDTH, "-")
        _draw(f"{label} [{bar}] {done} of {of}, {speed}{left // 60}:{left % 60:02} left")

    _draw(f"{label} ...")
    try:
        yield advance
    finally:
        _draw("")


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """Show on the standard error what somebody who is watching waits for, until it is there."""
    if not sys.stderr.isatty():
        yield
        return
    _draw(label)
    try:
        yield
    finally:
        _draw("")


def _draw(line: str) -> None:
    print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
