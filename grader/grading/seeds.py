"""Choose the seed of the checks' inputs."""

from __future__ import annotations

from grader.errors import UsageError


def draw() -> int:
    """Return a seed that nobody can know: what every reader of JSON takes, and never the public one."""
    from random import SystemRandom

    return SystemRandom().randrange(1, 1 << 53)


def read(text: str) -> int:
    """Return the seed that was typed as a number or as the word ``random``; raises `UsageError`."""
    if text == "random":
        return draw()
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise UsageError(f"--seed takes a whole number from 0 or the word random, not {text!r}")
    return number
