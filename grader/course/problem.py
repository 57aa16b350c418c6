"""Say what is wrong with a course in one kind of problem, whatever found it."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """Something that is wrong with the course: what it is about (an exercise, a file and its line), and the reason."""

    about: str
    reason: str
