"""Write what the page shows as a table, one figure a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.classroom.insights.naming import Naming
from grader.classroom.insights.overview import Item, Overview
from grader.classroom.insights.progress import Progress

COLUMNS = ("batch", "exercise", "figure", "of", "value")

Line = tuple[str, str, str, str, object]


def lines(classes: Sequence[Overview], progress: Progress | None, naming: Naming) -> Iterator[Line]:
    """Yield the lines, in the order of `COLUMNS`; ``of`` is what a figure is of: a mistake, a tenth, a learner."""
    for each in classes:
        for figure in ("submissions", "learners", "without_score", "mean", "median", "lowest", "highest", "deviation"):
            yield each.name, "", figure, "", getattr(each, figure)
        yield each.name, "", "alpha", "", each.alpha
        for tenth, number in enumerate(each.distribution):
            yield each.name, "", "distribution", f"{tenth * 10} to {tenth * 10 + 10} %", number
        for item in each.items:
            yield from _item(each.name, item)
        for group in each.groups:
            names = "; ".join(sorted(map(naming, group.ids)))
            yield from ((each.name, exercise, "alike", names, len(group.ids)) for exercise in group.exercises)
    if progress:
        for id, parts in progress.learners.items():
            for each, part in zip(classes, parts, strict=True):
                yield each.name, "", "score", naming(id), part


def _item(batch: str, item: Item) -> Iterator[Line]:
    for figure in ("right", "partly", "wrong", "untried", "difficulty", "difficulty_tried", "discrimination"):
        yield batch, item.name, figure, "", getattr(item, figure)
    for mistake in item.mistakes:
        yield batch, item.name, "mistake", mistake.name or mistake.sentence, mistake.count
    for words, count in item.places:
        yield batch, item.name, "place", words, count
    for note in item.notes:
        yield batch, item.name, "note", note.title, note.place
