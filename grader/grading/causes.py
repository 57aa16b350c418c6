"""Find the one cause behind the checks that failed: a known mistake, or what the numbers or Python's own errors show.

A false name costs more trust than ten true ones earn: whatever could be a coincidence is not said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from grader.checks.diagnosis import Evidence, Hint, diagnose
from grader.checks.factors import explain_factors
from grader.checks.misconceptions import Misconception, alike, alike_part
from grader.checks.python_errors import explain_error
from grader.checks.slips import defined_twice, never_used
from grader.grading.collecting import Check
from grader.grading.parameters import parameters
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
    named = _named(trial, failed, outcomes)
    slip = _slip(failed, outcomes, source) if named is None or len(named[2]) < len(failed) else None
    if named and slip is None:
        name, sentence, explained = named
        cause = Cause(sentence, name, len(explained), len(failed))
        return Findings(
            cause,
            facts | dict.fromkeys(explained, sentence),
            dict.fromkeys(explained, name) if name else {},
        )
    sentence_of_all = _of_the_whole(trial, failed, outcomes) or slip
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
    best: Named | None = None
    least = (len(failed) + 1) // 2
    for mistake in trial.file.misconceptions:
        explained = _explained(trial, mistake, failed, outcomes, least)
        if explained and not _contradicted(trial, mistake, outcomes):
            best = mistake.name, mistake.diagnosis_of(len(explained), len(failed)), explained
            least = len(explained) + 1  # the first of equals is named
            if least > len(failed):
                break
    return best or _two_at_once(trial, failed, outcomes)


def _explained(
    trial: Trial, mistake: Misconception, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome], least: int
) -> list[str]:
    """Return the failed checks in which a mistake gives the same as the learner's code; none if they are too few."""
    explained: list[str] = []
    for left, (name, check) in zip(range(len(failed), 0, -1), failed.items(), strict=True):
        if len(explained) + left < least:
            return []
        again = trial.run_mistake_once(check, outcomes[name].variant, mistake)
        if again.status == "failed" and _alike(outcomes[name], again):
            explained.append(name)
    return explained if len(explained) >= least else []


def _contradicted(trial: Trial, mistake: Misconception, outcomes: Mapping[str, Outcome]) -> bool:
    """Tell whether a mistake fails a check which the learner's code passed."""
    passed = (check for check in trial.file.checks if outcomes[check.name].status == "passed")
    return any(trial.run_mistake(check, mistake).status != "passed" for check in passed)


def _alike(outcome: Outcome, again: Outcome) -> bool:
    kinds = [each.mismatch.kind if each.mismatch else None for each in (outcome, again)]
    return kinds[0] == kinds[1] and alike(outcome.calls, again.calls, outcome.mismatch, again.mismatch)


def _has_parts(outcome: Outcome) -> bool:
    return outcome.mismatch is not None and len(outcome.mismatch.parts) > 1


def _two_at_once(trial: Trial, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]) -> Named | None:
    """Return two mistakes, each of which gives some parts of the returned tuples as the learner's code does."""
    checks = [name for name in failed if _has_parts(outcomes[name])]
    if not checks or 2 * len(checks) < len(failed):
        return None
    candidates = [mistake for mistake in trial.file.misconceptions if not _contradicted(trial, mistake, outcomes)]
    chosen: dict[str, Misconception] = {}
    for name in checks:
        mine = outcomes[name]
        again = [trial.run_mistake_once(failed[name], mine.variant, mistake) for mistake in candidates]
        mismatch = mine.mismatch
        assert mismatch is not None
        for number in range(len(mismatch.parts)):
            if not mismatch.wrong(number):
                continue
            pairs = zip(candidates, again, strict=True)
            found = [mistake for mistake, known in pairs if _same_part(mine, known, number)]
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
    others = [check for check in trial.file.checks if check.name not in failed]

    def gives_the_same(check: Check, mistake: Misconception) -> bool:
        again = trial.run_mistake(check, mistake)
        return again.status == "failed" and alike(outcomes[check.name].calls, again.calls, statistic=statistic)

    for mistake in trial.file.misconceptions:
        if all(gives_the_same(check, mistake) for check in failed.values()) and not any(
            trial.run_mistake(check, mistake).status == "failed" for check in others
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
            taken = parameters(trial.file, call.name)
            rest = tuple(parameter.default for parameter in list(taken.values())[len(call.arguments) :])
            evidences[name] = Evidence(outcome.mismatch, call, tuple(taken), rest)
    factors = explain_factors(list(evidences.values()))
    for i, (name, evidence) in enumerate(evidences.items()):
        if hint := diagnose(evidence) or factors.get(i):
            yield name, hint


def _slip(failed: Mapping[str, Check], outcomes: Mapping[str, Outcome], source: str) -> str | None:
    """Return what shows in the text of a function with which checks failed."""
    names = dict.fromkeys(outcomes[name].calls[-1].name for name in failed if outcomes[name].calls)
    slips = [defined_twice]
    if any(outcomes[name].mismatch for name in failed):  # code that ends in an error may have wanted to go on
        slips.append(never_used)
    return next(filter(None, (slip(source, name) for slip in slips for name in names)), None)


def _of_the_whole(trial: Trial, failed: Mapping[str, Check], outcomes: Mapping[str, Outcome]) -> str | None:
    """Return what is behind all failed checks and shows in none of them alone."""
    last = [outcomes[name].calls[-1] for name in failed if outcomes[name].calls]
    if len(last) != len(failed):
        return None
    draws = [call for call in last if "rng" in parameters(trial.file, call.name)]
    if draws and all(call.observation.global_random_touched for call in draws):
        return "It draws from NumPy's global random state (np.random.*): draw from rng, the generator that is passed."
    left_out = [list(parameters(trial.file, call.name))[len(call.arguments) :] for call in last]
    full = any(
        len(call.arguments) == len(parameters(trial.file, call.name))
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
