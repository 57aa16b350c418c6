"""Say where an answer goes wrong, and whether the name of its mistake agrees with that."""

from __future__ import annotations

import ast
import inspect
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from grader.checks.misconceptions import Misconception
from grader.course import Course
from grader.grading.class_memory import ClassMemory
from grader.grading.collecting import CheckFile, check_file
from grader.grading.texts import Texts
from grader.grading.trial import Trial
from grader.mending.features import Feature, Features
from grader.mending.search import Mend, search
from grader.report import ExerciseResult, Place, Report
from grader.sandbox.ours.sandbox import Sandbox

SECONDS = 2.0  # that a learner waits for the place after the verdict


def place_of(mend: Mend) -> Place:
    """Return the place of a mend: of two changes, that of the first."""
    return Place(mend.edits[0].line, mend.edits[0].kind)


def located(
    result: ExerciseResult, text: str, course: Course, trial: Trial, sandbox: Sandbox, seconds: float = SECONDS
) -> ExerciseResult:
    """Return the result of an exercise with the place where it goes wrong, if one is found in time.

    A name that does not speak of this place is dropped: what mends the code is true of it, a name may be a coincidence.

    Parameters
    ----------
    result : ExerciseResult
    text : str
        The learner's, which the result is about.
    course : Course
    trial : Trial
        The one that gave the result.
    sandbox : Sandbox
    seconds : float
        For the search.

    Raises
    ------
    GradingError
        Where a check is broken or the sandbox cannot be had.
    """
    if not result.mendable:
        return result
    mend = search(course, trial, text, sandbox, seconds).mend
    return result if mend is None else with_place(result, text, mend, course, trial)


def with_place(result: ExerciseResult, text: str, mend: Mend, course: Course, trial: Trial) -> ExerciseResult:
    """Return a result with the place of a mend, and without a name that does not agree with it."""
    result = replace(result, place=place_of(mend))
    if result.cause is None or result.cause.misconception is None:
        return result
    named = next((each for each in trial.file.misconceptions if each.name == result.cause.misconception), None)
    solution = course.solution(trial.file.exercise).read_text("utf-8")
    return result if named is None or agrees(named, text, mend.text, solution) else _unnamed(result)


def located_report(
    report: Report,
    texts: Texts,
    course: Course,
    sandbox: Sandbox,
    *,
    recordings: Path | None = None,
    checks: Mapping[str, CheckFile] | None = None,
    memory: ClassMemory | None = None,
) -> Report:
    """Return a report with the places where its exercises go wrong, as far as the submission's time allows.

    Parameters
    ----------
    report : Report
    texts : Texts
        What the report is about.
    course : Course
    sandbox : Sandbox
    recordings, checks, memory
        With which it was graded: see `grader.grading.grade`.

    Raises
    ------
    GradingError
        Where a check is broken or the sandbox cannot be had.
    """
    end = time.monotonic() + sandbox.limits.submission_seconds - report.run.seconds
    memory = ClassMemory() if memory is None else memory

    def placed(result: ExerciseResult) -> ExerciseResult:
        text = texts.texts.get(result.name)
        if not result.mendable or not isinstance(text, str):
            return result
        file = checks[result.name] if checks else check_file(course, course.find(result.name))
        trial = memory.trial(course, file, report.run.seed, recordings)
        if known := memory.result(trial, text, sandbox, located=True):
            return known
        if (left := end - time.monotonic()) <= 0:
            return result
        found = located(result, text, course, trial, sandbox, min(SECONDS, left))
        return memory.keep(found, trial, text, sandbox, located=True) if left >= SECONDS else found

    exercises = tuple(placed(result) for result in report.exercises)
    return replace(report, exercises=exercises, run=replace(report.run, located=True))


def agrees(mistake: Misconception, text: str, mended: str, solution: str) -> bool:
    """Tell whether a mend undoes something by which a known mistake differs from the solution."""
    try:
        wrong = _source(mistake)
        features = Features({name for name in _names(solution) if name in _names(wrong)})
        undone = _difference(features, text, mended)
        known = _difference(features, wrong, solution)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(change * known[feature] > 0 for feature, change in undone.items())


def _source(mistake: Misconception) -> str:
    """Return the text of a known mistake, a function or a class of a file of checks."""
    members = [mistake.implementation, *vars(mistake.implementation).values()]
    file = next(each.__code__.co_filename for each in members if inspect.isfunction(each))
    nodes = ast.parse(Path(file).read_text("utf-8")).body
    name = mistake.implementation.__name__
    return "\n".join(ast.unparse(node) for node in nodes if getattr(node, "name", "") == name)


def _difference(features: Features, text: str, other: str) -> Counter[Feature]:
    """Return which links between a piece of code and what it stands in ``other`` has more of, in its functions."""
    changed = _links(features, other)
    changed.subtract(_links(features, text))
    return changed


def _links(features: Features, text: str) -> Counter[Feature]:
    found: Counter[Feature] = Counter()
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                found.update({feature: n for feature, n in features.of(statement).items() if len(feature) > 1})
    return found


def _names(text: str) -> set[str]:
    return {node.arg for node in ast.walk(ast.parse(text)) if isinstance(node, ast.arg)}


def _unnamed(result: ExerciseResult) -> ExerciseResult:
    """Return a result without its cause, wherever it is said."""
    assert result.cause is not None
    name, sentence = result.cause.misconception, result.cause.sentence
    checks = tuple(
        replace(check, misconception=None, diagnosis=None if check.diagnosis == sentence else check.diagnosis)
        if check.misconception == name
        else check
        for check in result.checks
    )
    return replace(result, cause=None, checks=checks)
