"""Run one check against a learner's code."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.checks import show
from grader.checks.comparison import Mismatch
from grader.checks.context import Call, CheckError, Context, running
from grader.checks.student import Learner, Student, StudentFailed
from grader.checks.torch_reference import References, TorchMissing
from grader.grading.collecting import Check, Variant
from grader.grading.errors import GradingError
from grader.grading.report import CheckStatus
from grader.sandbox.pipes import LearnerEnded, LearnerTimeout


@dataclass
class Outcome:
    """What running a check found.

    Attributes
    ----------
    variant : Variant
        Of a parametrized check, the first that failed.
    message : str or None
    mismatch : Mismatch or None
        The values that differ, where that is the failure.
    calls : list of Call
        All calls of the learner's code by that variant.
    """

    status: CheckStatus
    variant: Variant
    message: str | None = None
    mismatch: Mismatch | None = None
    calls: list[Call] = field(default_factory=list)


def run_check(exercise: str, check: Check, learner: Learner, references: References, seed: int) -> Outcome:
    """Run every variant of a check until one fails.

    Raises
    ------
    GradingError
        Where the check itself is broken.
    """
    for variant in check.variants:
        outcome = run_variant(exercise, check, variant, learner, references, seed)
        if outcome.status != "passed":
            return outcome
    return outcome


def run_variant(
    exercise: str, check: Check, variant: Variant, learner: Learner, references: References, seed: int
) -> Outcome:
    """Run a check with one set of parameters."""
    context = Context(variant.id, references)
    rng = np.random.default_rng([seed, zlib.crc32(f"{exercise}::{variant.id}".encode())])
    student = Student(learner, context, rng)
    try:
        with running(context), np.errstate(all="ignore"):
            check.function(**_arguments(check, variant, student, rng))
    except LearnerTimeout as error:
        return Outcome("timeout", variant, _sentence(error), None, context.calls)
    except LearnerEnded as error:
        return Outcome("error", variant, _sentence(error), None, context.calls)
    except Mismatch as error:
        return Outcome("failed", variant, str(error), error, context.calls)
    except (StudentFailed, AssertionError) as error:
        return Outcome("failed", variant, str(error) or "the check failed", None, context.calls)
    except TorchMissing as error:
        raise GradingError(str(error)) from None
    except CheckError as error:
        raise GradingError(f"the check {exercise}::{variant.id} is broken: {error}") from error
    except Exception as error:  # an answer of a kind that the check did not expect
        if not context.calls:
            raise GradingError(
                f"the check {exercise}::{variant.id} is broken: {type(error).__name__}: {error}"
            ) from error
        call = show.line("called", context.calls[-1].text)
        text = f"The answer could not be used: {type(error).__name__}: {error}\n\n{call}"
        return Outcome("failed", variant, text, None, context.calls)
    return Outcome("passed", variant, None, None, context.calls)


def _arguments(check: Check, variant: Variant, student: Student, rng: np.random.Generator) -> dict[str, Any]:
    fixtures: dict[str, Any] = {"student": student, "rng": rng}
    if "child" in check.wants:
        (fixtures["child"],) = rng.spawn(1)
    return {name: fixtures[name] if name in fixtures else variant.parameters[name] for name in check.wants}


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
