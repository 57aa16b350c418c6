"""Choose what a learner is shown of one exercise, and in which order; `terminal` and the pages only draw it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.report import Case, CheckResult, ExerciseResult
from grader.reports import summary

MOST_TELLING = 2


@dataclass(frozen=True)
class After:
    """What can come after an exercise that is solved.

    Attributes
    ----------
    next : str or None
        The name of the exercise that comes next; None where everything is done.
    solution : bool
        Whether the reference may be looked at.
    question : str or None
        A question of interviews that the exercise practises.
    """

    next: str | None = None
    solution: bool = True
    question: str | None = None


@dataclass(frozen=True)
class View:
    """What is shown of one exercise, from top to bottom.

    Attributes
    ----------
    exercise : ExerciseResult
        Its status, name and points come first, then its message if it has one.
    standing : str
        How it stands, in a few words.
    cause : str or None
        What is probably behind the failed checks.
    explains : str
        How many of them, where the cause does not say it itself.
    shown : CheckResult or None
        The check whose case is the smallest; of no other is the case shown.
    gained, lost : frozenset of str
        The names of the checks that pass since the last time, and of those that do so no more; nothing on success.
    alike : int
        How many other checks fail with the exception of the one that is shown, in the same line.
    others : tuple of CheckResult
        All the rest, of which the titles are shown.
    telling : frozenset of str
        The names of those of the others under which their own diagnosis stands.
    printed : str
        All that the learner's code printed, where none of it belongs to the case that is shown.
    more_printed : bool
        Whether other calls than that of the case printed something.
    after : After or None
        Where it is solved.
    """

    exercise: ExerciseResult
    standing: str
    cause: str | None
    explains: str
    shown: CheckResult | None
    gained: frozenset[str]
    lost: frozenset[str]
    alike: int
    others: tuple[CheckResult, ...]
    telling: frozenset[str]
    printed: str
    more_printed: bool
    after: After | None


def view(exercise: ExerciseResult, before: Collection[str] | None = None, after: After | None = None) -> View:
    """Return what is shown of an exercise.

    Parameters
    ----------
    exercise : ExerciseResult
    before : collection of str, optional
        The names of the checks that passed the last time; None where it was not checked before.
    after : After, optional
        What can come next, shown once it is solved.
    """
    shown = smallest(exercise)
    others = tuple(check for check in exercise.checks if check is not shown)
    alike = [check for check in others if shown is not None and _alike(check, shown)]
    others = tuple(check for check in others if check not in alike)
    told: dict[str, str] = {}
    for check in others:
        if check.status != "passed" and (diagnosis := summary.own_diagnosis(exercise, check)):
            told.setdefault(diagnosis, check.name)
    if shown is not None:
        told.pop(summary.own_diagnosis(exercise, shown) or "", None)
    printed = shown.case.printed if shown is not None and shown.case else ""
    passed = {check.name for check in exercise.checks if check.status == "passed"}
    known = passed if before is None or exercise.status not in ("failed", "timeout") else set(before)
    return View(
        exercise=exercise,
        standing=summary.describe(exercise),
        cause=summary.cause(exercise),
        explains=_explains(exercise),
        shown=shown,
        gained=frozenset(passed - known),
        lost=frozenset(check.name for check in exercise.checks if check.name in known - passed),
        alike=len(alike),
        others=others if exercise.status in ("failed", "timeout") else (),
        telling=frozenset(list(told.values())[:MOST_TELLING]),
        printed="" if printed.strip() else exercise.stdout,
        more_printed=bool(printed.strip()) and exercise.stdout.strip() != printed.strip(),
        after=after if exercise.status == "passed" else None,
    )


def _alike(check: CheckResult, shown: CheckResult) -> bool:
    """Tell whether two checks fail with one kind of exception in one line; without a line, with the same words."""
    return _exception(check.case) is not None and _exception(check.case) == _exception(shown.case)


def _exception(case: Case | None) -> tuple[int | None, str] | None:
    if case is None or case.kind != "raised":
        return None
    return case.line, case.said.partition(":")[0] if case.line else case.said


def smallest(exercise: ExerciseResult) -> CheckResult | None:
    """Return the check whose case is read first; None where no check has something of its own to say."""
    return next(iter(ranked(summary.told(exercise), exercise)), None)


def ranked(checks: Sequence[CheckResult], exercise: ExerciseResult) -> list[CheckResult]:
    """Return checks that failed, the case with the fewest numbers before the others.

    One that the cause explains comes before one that it does not, and a dtype or a side effect after everything else.
    A call with something empty is the smallest of all and shows the least: among its like it comes last.
    """

    def rank(check: CheckResult) -> tuple[bool, bool, bool, bool, int]:
        explained = exercise.cause is None or check.diagnosis == exercise.cause.sentence
        case = check.case
        late = case is not None and case.kind in ("dtype", "other")
        empty = case is not None and any("[]" in argument.value for argument in case.arguments)
        return not explained, case is None, late, empty, case.numbers if case else 0

    return sorted(checks, key=rank)


def _explains(exercise: ExerciseResult) -> str:
    cause = exercise.cause
    if cause is None or cause.failed < 2 or cause.explains < cause.failed:
        return ""
    return f"explains all {cause.failed} checks that fail"
