"""Find the one cause behind the checks that failed: a known mistake, or what the numbers or Python's own errors show.

A false name costs more trust than ten true ones earn: whatever could be a coincidence is not said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.checks.diagnosis import Evidence, Hint, diagnose
from grader.checks.factors import explain_factors
from grader.checks.misconceptions import Misconception, alike, alike_part, impersonate
from grader.checks.python_errors import defined_twice, explain_error
from grader.grading.cases import parameters
from grader.grading.collecting import Check
from grader.grading.trial import Outcome, Trial
from grader.report import Cause


@dataclass(frozen=True)
class Findings:
    """What was found about the checks of one exercise that failed.

    Attributes
    ----------
    cause : Cause or None
        For the exercise as a whole.
    sentences : mapping of str to str
        By the names of checks: what is true of each, the cause where it explains the check.
    named : mapping of str to str
        By the names of checks: the misconception that explains each.
    """

    cause: Cause | None = None
    sentences: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)


def find_causes(trial: Trial, outcomes: Mapping[str, Outcome], source: str) -> Findings:
    """Return what is behind the failed checks of an exercise.

    Parameters
    ----------
    trial : Trial
    outcomes : mapping of str to Outcome
        By the names of all checks of the exercise.
    source : str
        The learner's text.
    """
    failed = {check.name: check for check in trial.file.checks if outcomes[check.name].status == "failed"}
    if not failed:
        return Findings()
    hints = dict(_hints(trial, failed, outcomes))
    facts = {name: hint.sentence for name, hint in hints.items() if hint.fact}
    if named := _named(trial, failed, outcomes):
        name, sentence, explained = named
        cause = Cause(sentence, name, len(explained), len(failed))
        return Findings(
            cause,
            facts | dict.fromkeys(explained, sentence),
            dict.fromkeys(explained, name) if name else {},
        )
    sentence_of_all = _of_the_whole(trial, failed, outcomes, source)
    if sentence_of_all is not None:
        return Findings(Cause(sentence_of_all, None, len(failed), len(failed)), facts)
    rule = _shared(hints, len(failed))
    if rule is None:
        return Findings(None, facts)
    shared = {name: hint.sentence for name, hint in hints.items() if hint.rule == rule}
    return Findings(Cause(next(iter(shared.values())), None, len(shared), len(failed)), facts | shared)


# --- known mistakes -----------------------------------------------------------------------------------------------

Named = tuple[str | None, str, list[str]]  # the mistake's name, what to say of it, the checks that it explains


def _named(trial: Trial, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]) -> Named | None:
    """Return the known mistake, or the two at once, that can be behind the failed checks, with what it explains."""
    if trial.file.statistic:
        return _by_statistic(trial, failed, outcomes)
    candidates = []
    for mistake in trial.file.misconceptions:
        if candidate := _candidate(trial, mistake, failed, outcomes):
            candidates.append(candidate)
            if len(candidate.explained) == len(failed):
                break  # none can explain more
    best = max(candidates, key=lambda candidate: len(candidate.explained), default=None)  # the first of equals
    if best is not None and 2 * len(best.explained) >= len(failed):
        return best.mistake.name, best.mistake.diagnosis_of(len(best.explained), len(failed)), best.explained
    return _two_at_once(candidates, failed, outcomes)


@dataclass(frozen=True)
class _Candidate:
    """A mistake that fails no check which the learner's code passed.

    ``explained`` are the checks in which it gives the same as the learner's code; ``again`` what it gives in all that
    failed.
    """

    mistake: Misconception
    explained: list[str]
    again: dict[str, Outcome]


def _candidate(
    trial: Trial, mistake: Misconception, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]
) -> _Candidate | None:
    learner = impersonate(mistake, trial.file.solution())
    again = {name: trial.run_variant(check, outcomes[name].variant, learner) for name, check in failed.items()}
    explained = [name for name in failed if again[name].status == "failed" and _alike(outcomes[name], again[name])]
    parts_may_be = any(_has_parts(outcomes[name]) for name in failed)
    if not explained and not parts_may_be:
        return None
    passed = [check for check in trial.file.checks if outcomes[check.name].status == "passed"]
    if any(trial.run(check, learner).status != "passed" for check in passed):
        return None
    return _Candidate(mistake, explained, again)


def _alike(outcome: Outcome, again: Outcome) -> bool:
    kinds = [each.mismatch.kind if each.mismatch else None for each in (outcome, again)]
    return kinds[0] == kinds[1] and alike(outcome.calls, again.calls, outcome.mismatch, again.mismatch)


def _has_parts(outcome: Outcome) -> bool:
    return outcome.mismatch is not None and len(outcome.mismatch.parts) > 1


def _two_at_once(
    candidates: Sequence[_Candidate], failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]
) -> Named | None:
    """Return two mistakes, each of which gives some parts of the returned tuples as the learner's code does."""
    checks = [name for name in failed if _has_parts(outcomes[name])]
    if not checks or 2 * len(checks) < len(failed):
        return None
    chosen: dict[str, Misconception] = {}
    for name in checks:
        mismatch = outcomes[name].mismatch
        assert mismatch is not None
        for number in range(len(mismatch.parts)):
            if not mismatch.wrong(number):
                continue
            found = [each.mistake for each in candidates if _same_part(outcomes[name], each.again[name], number)]
            part = mismatch.parts[number].name
            if not found or chosen.setdefault(part, found[0]) not in found:
                return None
    if len({mistake.name for mistake in chosen.values()}) < 2:
        return None
    said = " ".join(f"({part}) {mistake.diagnosis}" for part, mistake in chosen.items())
    return None, f"Two things at once, seen one by one. {said}", checks


def _same_part(outcome: Outcome, again: Outcome, number: int) -> bool:
    mine, known = outcome.mismatch, again.mismatch
    if mine is None or known is None or len(mine.parts) != len(known.parts) or not known.wrong(number):
        return False
    return alike_part(mine.parts[number], known.parts[number])


def _by_statistic(trial: Trial, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]) -> Named | None:
    """Return the first mistake that fails the same checks with the same statistics: answers are drawn, and differ."""
    statistic = trial.file.statistic
    for mistake in trial.file.misconceptions:
        learner = impersonate(mistake, trial.file.solution())
        again = {check.name: trial.run(check, learner) for check in trial.file.checks}
        also_failed = {name for name, outcome in again.items() if outcome.status == "failed"}
        if also_failed == set(failed) and all(
            alike(outcomes[name].calls, again[name].calls, statistic=statistic) for name in failed
        ):
            return mistake.name, mistake.diagnosis, list(failed)
    return None


# --- what shows without a name ------------------------------------------------------------------------------------


def _hints(trial: Trial, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]) -> Iterator[tuple[str, Hint]]:
    """Yield what each failed check shows by itself, and the factors by which they are off all together."""
    evidences: dict[str, Evidence] = {}
    for name in failed:
        outcome = outcomes[name]
        if not outcome.calls:
            continue
        call = outcome.calls[-1]
        if (failure := call.observation.failure) is not None:
            # an error without a line of theirs comes from a function of ours that was given something odd
            if failure.line is not None and (meaning := explain_error(failure)):
                yield name, Hint(failure.kind, meaning, fact=True)
        elif outcome.mismatch is not None:
            taken = parameters(trial, call.name)
            rest = tuple(parameter.default for parameter in list(taken.values())[len(call.arguments) :])
            evidences[name] = Evidence(outcome.mismatch, call, tuple(taken), rest)
    factors = explain_factors(list(evidences.values()))
    for i, (name, evidence) in enumerate(evidences.items()):
        if hint := diagnose(evidence) or factors.get(i):
            yield name, hint


def _of_the_whole(
    trial: Trial, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome], source: str
) -> str | None:
    """Return what is behind all failed checks and shows in none of them alone."""
    last = [outcomes[name].calls[-1] for name in failed if outcomes[name].calls]
    for name in dict.fromkeys(call.name for call in last):
        if sentence := defined_twice(source, name):
            return sentence
    if len(last) != len(failed):
        return None
    draws = [call for call in last if "rng" in parameters(trial, call.name)]
    if draws and all(call.observation.global_random_touched for call in draws):
        return "It draws from NumPy's global random state (np.random.*): draw from rng, the generator that is passed."
    left_out = [list(parameters(trial, call.name))[len(call.arguments) :] for call in last]
    full = any(
        len(call.arguments) == len(parameters(trial, call.name))
        for outcome in outcomes.values()
        if outcome.status == "passed"
        for call in outcome.calls
    )
    if full and all(left_out) and all(outcomes[name].mismatch for name in failed):
        names = " or ".join(dict.fromkeys(name for names in left_out for name in names))
        return f"Only a call without {names} is wrong: compare its default with the one in the docstring."
    return None


def _shared(hints: Mapping[str, Hint], failed: int) -> str | None:
    """Return the rule that speaks of at least half of the failed checks, and of two where each has one number only."""
    counts = Counter(hint.rule for hint in hints.values())
    if not counts:
        return None
    rule, count = counts.most_common(1)[0]
    found = [hint for hint in hints.values() if hint.rule == rule]
    if count < failed and any(hint.everywhere for hint in found):
        return None
    return rule if 2 * count >= failed and count > all(hint.lone for hint in found) else None
