"""Remember each verdict with the text that it is about, and say what it changes for the learner."""

from __future__ import annotations

from dataclasses import dataclass

from grader.course import Course, Workspace
from grader.grading.texts import Texts
from grader.learning.memory import Memory
from grader.learning.states import remembered_state
from grader.learning.upcoming import upcoming
from grader.report import Report
from grader.reports.view import After


@dataclass(frozen=True)
class Verdict:
    """What is shown with the report of one exercise: the checks that passed before, and what can come next."""

    before: list[str] | None = None
    after: After | None = None


def remember(course: Course, workspace: Workspace, texts: Texts, report: Report) -> Verdict:
    """Keep what checking these texts gave; return what that means where it is one exercise.

    Parameters
    ----------
    course : Course
    workspace : Workspace
    texts : Texts
        What was checked.
    report : Report
    """
    memory = Memory(workspace)
    before = memory.passing(report.exercises[0].name) if len(report.exercises) == 1 else None
    for result in report.exercises:
        text = texts.texts.get(result.name)
        if result.status != "not_attempted" and isinstance(text, str):
            passing = [check.name for check in result.checks if check.status == "passed"]
            memory.checked(result.name, text, result.status, passing, result.score)
    memory.save()
    if len(report.exercises) != 1 or report.exercises[0].status != "passed":
        return Verdict(before)
    exercise = course.find(report.exercises[0].name)
    exercises = workspace.exercises(course)
    following = upcoming(exercises, {each.name: remembered_state(each, memory) for each in exercises}, exercise)
    question = exercise.questions[0] if exercise.questions else None
    return Verdict(before, After(following.name if following else None, workspace.solutions, question))
