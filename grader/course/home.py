"""Find the course of this program: in its own checkout, or inside the wheel that it was installed from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from grader.course.model import Course
from grader.course.reading import load
from grader.course.tables import FILE

PACKAGE = Path(__file__).resolve().parents[1]
BUNDLE = PACKAGE / "bundle"  # written by the build of the wheel; in a checkout there is none


def root() -> Path:
    """Return the folder that holds ``exercises/course.toml``, solutions, checks and recordings."""
    return BUNDLE if (BUNDLE / FILE).is_file() else PACKAGE.parent


@cache
def own_course() -> Course:
    """Return the course of this program, read once; nothing that stands around a learner's files changes it."""
    return load(root())


def is_checkout() -> bool:
    """Tell whether this program runs from a checkout of the repository, in which exercises can be made and proven."""
    return root() != BUNDLE
