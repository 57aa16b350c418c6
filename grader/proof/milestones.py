"""Prove the milestones: the reference reaches each whatever the seed, and no known mistake of a part does unnoticed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.course import Course, Problem
from grader.course.milestones import Milestone
from grader.grading.collecting import check_file
from grader.learning.milestones.finding import is_enough
from grader.learning.milestones.training import TRAINING, Training, train
from grader.proof.scores import target
from grader.proof.workers import CORES, Worker, share_out
from grader.proof.wrong_answers import misconception_text

FEW, MANY = 2, 20  # seeds
PATIENT = replace(TRAINING, exercise_seconds=120.0, call_seconds=30.0)  # what is proven is not how fast a machine is


@dataclass(frozen=True)
class Task:
    """A training: of the reference under a seed, or with a mistake, ``part.name``, in one part of it."""

    milestone: Milestone
    seed: int = 0
    mistake: str | None = None


def milestone_problems(
    course: Course, found: Sequence[Milestone], *, thorough: bool, jobs: int = CORES
) -> Iterator[Problem]:
    """Yield what is wrong with milestones.

    Parameters
    ----------
    course : Course
    found : sequence of Milestone
        Made of the course's exercises.
    thorough : bool
        Whether every known mistake of the parts is tried as well, and the reference under many seeds.
    jobs : int
        How many processes may train.
    """
    parts = [exercise for exercise in course.exercises if any(exercise.name in each.parts for each in found)]
    tasks = [Task(each, seed) for each in found for seed in range(MANY if thorough else FEW)]
    for each in found if thorough else ():
        mistakes = list(_mistakes(course, each))
        tasks += [Task(each, mistake=mistake) for mistake in mistakes]
        unknown = [hidden for hidden in each.hidden if hidden not in mistakes]
        yield from (Problem(f"milestone {each.name}", f"HIDDEN lists {name}, which no check knows") for name in unknown)
    for problem in share_out(_problem, tasks, course, parts, min(jobs, max(len(tasks), 1)), PATIENT):
        if problem is not None:
            yield problem


def _mistakes(course: Course, milestone: Milestone) -> Iterator[str]:
    """Yield the known mistakes of all parts."""
    for part in milestone.exercises(course.exercises):
        yield from (f"{part.name}.{mistake.name}" for mistake in check_file(course, part).misconceptions)


def _problem(worker: Worker, task: Task) -> Problem | None:
    """Return what is wrong with what a training comes to."""
    milestone, about = task.milestone, f"milestone {task.milestone.name}"
    training = train(milestone, _texts(worker, task), worker.sandbox, seed=task.seed)
    reached = is_enough(milestone, training)
    if task.mistake is None:
        return None if reached else Problem(about, f"the reference misses it with seed {task.seed}: {_said(training)}")
    if reached and task.mistake not in milestone.hidden:
        return Problem(about, f"it is reached with {task.mistake}: ask for more, or list that under HIDDEN")
    if not reached and task.mistake in milestone.hidden:
        return Problem(about, f"HIDDEN lists {task.mistake}, which misses it: {_said(training)}")
    return None


def _texts(worker: Worker, task: Task) -> dict[str, str]:
    """Return the solutions of all parts, one of them with the mistake."""
    course = worker.course
    parts = task.milestone.exercises(course.exercises)
    texts = {part.name: course.solution(part).read_text("utf-8") for part in parts}
    if task.mistake is None:
        return texts
    name, _, wrong = task.mistake.partition(".")
    file = worker.files[name]
    (mistake,) = (each for each in file.misconceptions if each.name == wrong)
    checks = course.checks(file.exercise).read_text("utf-8")
    texts[name] = misconception_text(texts[name], checks, mistake, target(file, mistake))
    return texts


def _said(training: Training) -> str:
    fault = training.fault
    return f"{training.figure:.3g}" if fault is None else f"step {fault.step}: {fault.part or ''} {fault.what}"
