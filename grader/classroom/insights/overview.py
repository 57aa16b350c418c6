"""Put together what there is to say of a class, once, for the page and for the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.classroom.insights import figures
from grader.classroom.insights.alike import Group, like_answers
from grader.classroom.insights.mistakes import Mistake, count_mistakes
from grader.classroom.insights.reading import Note, notes_of
from grader.classroom.insights.results import Results
from grader.classroom.likeness import normal_form
from grader.course import Course, Exercise
from grader.grading.collecting import check_file
from grader.report import ExerciseResult


@dataclass(frozen=True)
class Item:
    """What a class made of one exercise.

    Attributes
    ----------
    name, title : str
    right, partly, wrong, untried : int
        How many submissions; those that never began are not counted as wrong.
    difficulty, difficulty_tried : float or None
        The mean part of the points: of all submissions, and of those that began.
    discrimination : float or None
    mistakes : list of Mistake
    notes : list of Note
        Where the lecture notes explain it.
    """

    name: str
    title: str
    right: int
    partly: int
    wrong: int
    untried: int
    difficulty: float | None
    difficulty_tried: float | None
    discrimination: float | None
    mistakes: list[Mistake]
    notes: list[Note]

    @property
    def unexplained(self) -> int:
        """How many submissions are not right, and show no known mistake."""
        return self.partly + self.wrong - sum(mistake.count for mistake in self.mistakes)


@dataclass(frozen=True)
class Overview:
    """What there is to say of one batch.

    Attributes
    ----------
    name, title : str
    submissions, learners, without_score : int
        ``without_score`` counts learners.
    distribution : list of int
        How many submissions have each tenth of the points.
    mean, median, lowest, highest, deviation : float or None
        Of the parts of the points.
    alpha : float or None
    items : list of Item
    groups : list of Group
    """

    name: str
    title: str
    submissions: int
    learners: int
    without_score: int
    distribution: list[int]
    mean: float | None
    median: float | None
    lowest: float | None
    highest: float | None
    deviation: float | None
    alpha: float | None
    items: list[Item]
    groups: list[Group]

    @property
    def to_discuss(self) -> list[Item]:
        """The exercises with mistakes, the one first in which most have made one."""
        return sorted(
            (item for item in self.items if item.mistakes),
            key=lambda item: -sum(mistake.count for mistake in item.mistakes),
        )


def overview(results: Results, course: Course) -> Overview:
    """Return what there is to say of a batch; raises `UnknownName` for an exercise that the course no longer has."""
    batch, scores = results.batch, results.scores
    exercises = [course.find(name) for name in batch.exercises]
    counted = course.counted(exercises)
    counts = [exercise in counted for exercise in exercises]
    parts = figures.shares(scores[:, counts], [exercise.points for exercise in counted])
    return Overview(
        name=batch.assignment or batch.title,
        title=batch.title,
        submissions=len(parts),
        learners=len(results.grades),
        without_score=sum(grade.score is None for grade in results.grades),
        distribution=figures.distribution(parts),
        mean=_of(np.mean, parts),
        median=_of(np.median, parts),
        lowest=_of(np.min, parts),
        highest=_of(np.max, parts),
        deviation=float(parts.std(ddof=1)) if len(parts) > 1 else None,
        alpha=figures.cronbach_alpha(scores),
        items=_items(results, course, exercises),
        groups=like_answers(results, {e.name: normal_form(course.solution(e).read_text("utf-8")) for e in exercises}),
    )


def _of(statistic: Callable[[figures.Scores], float], parts: figures.Scores) -> float | None:
    return float(statistic(parts)) if len(parts) else None


def _items(results: Results, course: Course, exercises: Sequence[Exercise]) -> list[Item]:
    difficulties = figures.difficulties(results.scores, [exercise.points for exercise in exercises])
    discriminations = figures.discriminations(results.scores)
    return [
        _item(course, exercise, list(results.of(index).values()), difficulties[index], discriminations[index])
        for index, exercise in enumerate(exercises)
    ]


def _item(
    course: Course,
    exercise: Exercise,
    found: Sequence[ExerciseResult],
    difficulty: float | None,
    discrimination: float | None,
) -> Item:
    tried = [result for result in found if result.status != "not_attempted"]
    wrong = [result for result in tried if result.score == 0]
    right = [result for result in tried if result.status == "passed"]
    known = check_file(course, exercise).misconceptions
    return Item(
        name=exercise.name,
        title=exercise.title,
        right=len(right),
        partly=len(tried) - len(wrong) - len(right),
        wrong=len(wrong),
        untried=len(found) - len(tried),
        difficulty=difficulty,
        difficulty_tried=sum(result.score for result in tried) / exercise.points / len(tried) if tried else None,
        discrimination=discrimination,
        mistakes=count_mistakes(found, {mistake.name: f"The code {mistake.sentence}." for mistake in known}),
        notes=notes_of(course, exercise),
    )
