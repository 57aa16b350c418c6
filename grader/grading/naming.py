"""Name the mistake behind a failed check."""

from __future__ import annotations

from collections.abc import Mapping

from grader.checks.diagnosis import diagnose
from grader.checks.misconceptions import Misconception, alike, impersonate
from grader.grading.collecting import Check
from grader.grading.trial import Outcome, Trial


def name_mistakes(trial: Trial, outcomes: Mapping[str, Outcome]) -> dict[str, Misconception]:
    """Return the misconception behind each failed check that has one, by the check's name.

    A failed check is run again with each of the known mistakes in the learner's place: one that gives the same
    observations is named, the first in the file where several do. Where draws differ, the same checks must fail and the
    declared statistic must agree.

    Parameters
    ----------
    trial : Trial
    outcomes : mapping of str to Outcome
        By the names of all checks of the exercise.
    """
    failed = {check.name: check for check in trial.file.checks if outcomes[check.name].status == "failed"}
    if not failed:
        return {}
    return (_by_statistic if trial.file.statistic else _by_observation)(trial, failed, outcomes)


def _by_observation(
    trial: Trial, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]
) -> dict[str, Misconception]:
    """Prefer a mistake that explains every failed check, among those one that fails no other check."""
    explains: list[tuple[Misconception, set[str]]] = []
    for mistake in trial.file.misconceptions:
        learner = impersonate(mistake, trial.file.solution())
        same = set()
        for name, check in failed.items():
            again = trial.run_variant(check, outcomes[name].variant, learner)
            if again.status == "failed" and alike(outcomes[name].calls, again.calls, None):
                same.add(name)
        if same == set(failed) and all(
            trial.run(check, learner).status == "passed" for check in trial.file.checks if check.name not in failed
        ):
            return dict.fromkeys(failed, mistake)
        explains.append((mistake, same))
    explains.sort(key=lambda pair: pair[1] != set(failed))  # stable: the order of the file decides among equals
    named: dict[str, Misconception] = {}
    for mistake, same in explains:
        for name in same:
            named.setdefault(name, mistake)
    return named


def _by_statistic(
    trial: Trial, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]
) -> dict[str, Misconception]:
    statistic = trial.file.statistic
    for mistake in trial.file.misconceptions:
        learner = impersonate(mistake, trial.file.solution())
        again = {check.name: trial.run(check, learner) for check in trial.file.checks}
        also_failed = {name for name, outcome in again.items() if outcome.status == "failed"}
        if also_failed == set(failed) and all(
            alike(outcomes[name].calls, again[name].calls, statistic) for name in failed
        ):
            return dict.fromkeys(failed, mistake)
    return {}


def describe(outcome: Outcome) -> str | None:
    """Return the general diagnosis of a failed check, from the numbers alone."""
    if outcome.mismatch is None or not outcome.calls:
        return None
    if outcome.mismatch.swapped:
        return f"The values are right, but returned in another order: expected is {outcome.mismatch.swapped}."
    last = outcome.calls[-1]
    return diagnose(outcome.mismatch.actual, outcome.mismatch.expected, last.arguments, last.observation)
