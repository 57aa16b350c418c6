"""Show how far a long run is, where somebody is watching."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WIDTH = 30


@contextmanager
def progress(of: int, label: str) -> Iterator[Callable[[object], None]]:
    """Draw a bar on the standard error until all is done; what is yielded is called for each part that is."""
    if of < 2 or not sys.stderr.isatty():
        yield lambda _: None
        return
    started, done = time.monotonic(), 0

    def advance(_: object) -> None:
        nonlocal done
        done += 1
        left = round((time.monotonic() - started) / done * (of - done))
        bar = ("#" * (_WIDTH * done // of)).ljust(_WIDTH, "-")
        _draw(f"{label} [{bar}] {done} of {of}, {left // 60}:{left % 60:02} left")

    _draw(f"{label} ...")
    try:
        yield advance
    finally:
        _draw("")


def _draw(line: str) -> None:
    print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
