"""Follow the learners of a class over several batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.classroom.insights.naming import Naming
from grader.classroom.insights.results import Results


@dataclass(frozen=True)
class Stage:
    """One batch of several; the quarters are parts of all points, and None where nobody has a score."""

    title: str
    learners: int
    lower: float | None
    median: float | None
    upper: float | None


@dataclass(frozen=True)
class Progress:
    """How a class went from batch to batch.

    Attributes
    ----------
    stages : list of Stage
    learners : dict of str to list of (float or None)
        The part of the points that each learner has in each batch, by id; those with a score in one at least.
    """

    stages: list[Stage]
    learners: dict[str, list[float | None]]


def progress(classes: Sequence[Results], naming: Naming) -> Progress | None:
    """Return how a class went from batch to batch, or None if there is only one.

    Learners are in the order of what they are called: that of their ids would trace pseudonyms back.
    """
    if len(classes) < 2:
        return None
    parts = [
        {grade.id: grade.score / grade.max_score for grade in results.grades if grade.score is not None}
        for results in classes
    ]
    ids = sorted({id for those in parts for id in those}, key=lambda id: (naming(id), id))
    return Progress(
        stages=[
            _stage(results.batch.title, list(those.values())) for results, those in zip(classes, parts, strict=True)
        ],
        learners={id: [those.get(id) for those in parts] for id in ids},
    )


def _stage(title: str, parts: list[float]) -> Stage:
    if not parts:
        return Stage(title, 0, None, None, None)
    return Stage(title, len(parts), *(float(part) for part in np.quantile(parts, [0.25, 0.5, 0.75])))
