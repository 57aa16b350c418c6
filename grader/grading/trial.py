"""Run the checks of an exercise, under one seed, against whoever answers the calls."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.random  # else NumPy imports it for the first check, and the other side waits meanwhile

from grader.checks import show
from grader.checks.comparison import Mismatch
from grader.checks.context import Answers, Call, Context, running
from grader.checks.misconceptions import Misconception, impersonate
from grader.checks.recording import RecordedReferences
from grader.checks.student import Learner, Student, StudentFailed
from grader.checks.torch_reference import PUBLIC_SEED, References
from grader.course import Course
from grader.errors import CheckError, GradingError
from grader.grading.budget import Exhausted, spent
from grader.grading.collecting import Check, CheckFile, Variant
from grader.grading.parameters import known_names
from grader.report import CheckStatus, plain
from grader.sandbox.ours.pipes import LearnerEnded, LearnerTimeout
from grader.sandbox.protocol.observation import Observation

MESSAGE_CHARS = 4000


@dataclass(frozen=True)
class Outcome:
    """What running a check found.

    Attributes
    ----------
    variant : Variant
        Of a parametrized check, the first that failed.
    message : str or None
    mismatch : Mismatch or None
        The values that differ, where that is the failure.
    calls : tuple of Call
        All calls of the learner's code by that variant; what they gave is dropped where it was right.
    line : int or None
        The learner's line that the message speaks of.
    asked : int
        How many answers of torch it was compared with.
    """

    status: CheckStatus
    variant: Variant
    message: str | None = None
    mismatch: Mismatch | None = None
    calls: tuple[Call, ...] = ()
    line: int | None = None
    asked: int = 0


@dataclass(frozen=True)
class Trial:
    """The checks of one exercise, the seed of their inputs, and where torch's answers to them come from."""

    file: CheckFile
    seed: int
    references: Answers
    _mistaken: dict[tuple[str, str], Outcome] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def prepare(cls, course: Course, file: CheckFile, seed: int, recordings: Path | None = None) -> Trial:
        """Return the trial whose answers are replayed from a folder of recordings made under this seed.

        The course has one of the public seed; for any other, torch computes where no folder is given.
        """
        if recordings is not None:
            return cls(file, seed, RecordedReferences(recordings / course.recording(file.exercise).name))
        if seed == PUBLIC_SEED:
            return cls(file, seed, RecordedReferences(course.recording(file.exercise)))
        return cls(file, seed, References())

    def run(self, check: Check, learner: Learner) -> Outcome:
        """Run every variant of a check until one fails; raises `GradingError` where the check itself is broken."""
        for variant in check.variants:
            outcome = self.run_variant(check, variant, learner)
            if outcome.status != "passed":
                return outcome
        return outcome

    def run_mistake(self, check: Check, mistake: Misconception) -> Outcome:
        """Run every variant of a check, until one fails, with a known mistake in the learner's place."""
        for variant in check.variants:
            outcome = self.run_mistake_once(check, variant, mistake)
            if outcome.status != "passed":
                return outcome
        return outcome

    def run_mistake_once(self, check: Check, variant: Variant, mistake: Misconception) -> Outcome:
        """Run a check with one set of parameters and a known mistake in the learner's place.

        That is done once: its inputs are the same for everybody. What is kept grows with the course, not with a class.
        """
        key = (mistake.name, variant.id)
        if key not in self._mistaken:
            outcome = self.run_variant(check, variant, impersonate(mistake, self.file.solution()))
            if spent():  # that says something of this learner's answers, and nothing of the mistake
                return outcome
            calls = [] if outcome.status == "passed" else outcome.calls
            self._mistaken[key] = replace(outcome, calls=tuple(replace(call, arguments=()) for call in calls))
        return self._mistaken[key]

    def run_variant(self, check: Check, variant: Variant, learner: Learner) -> Outcome:
        """Run a check with one set of parameters."""
        id = f"{self.file.exercise.name}::{variant.id}"
        context = Context(variant.id, self.references, partial(known_names, self.file))
        rng = np.random.default_rng([self.seed, zlib.crc32(id.encode())])
        student = Student(learner, context, rng)

        def outcome(status: CheckStatus, message: str | None = None, mismatch: Mismatch | None = None) -> Outcome:
            failure = context.calls[-1].observation.failure if context.calls and status == "failed" else None
            line = failure.line if failure else None
            calls = tuple(
                replace(call, observation=Observation()) if status == "passed" else call for call in context.calls
            )
            return Outcome(status, variant, _capped(message), mismatch, calls, line, context.asked)

        try:
            with running(context), np.errstate(all="ignore"):
                check.function(**self._arguments(check, variant, student, rng))
        except LearnerTimeout as error:
            return replace(outcome("timeout", _ended(error, context)), line=error.line)
        except LearnerEnded as error:
            return outcome("error", _ended(error, context))
        except Mismatch as error:
            return outcome("failed", str(error), error)
        except (StudentFailed, AssertionError) as error:
            return outcome("failed", str(error) or "the check failed")
        except Exhausted:
            return outcome("failed", "The answer is too large to be looked at.")
        except CheckError as error:
            raise CheckError(f"the check {id} is broken: {error}") from error
        except GradingError:
            raise
        except Exception as error:  # an answer of a kind that the check did not expect
            if not context.calls:
                raise CheckError(f"the check {id} is broken: {type(error).__name__}: {error}") from error
            call = show.line("called", context.calls[-1].text)
            return outcome("failed", f"The answer could not be used: {type(error).__name__}: {error}\n\n{call}")
        return outcome("passed")

    def _arguments(self, check: Check, variant: Variant, student: Student, rng: np.random.Generator) -> dict[str, Any]:
        fixtures: dict[str, Any] = {"student": student, "rng": rng}
        if "child" in check.wants:
            # by a hash: from the state of a generator that a learner holds, nobody finds the way back to the seed
            digest = sha256(f"{self.seed}::{self.file.exercise.name}::{variant.id}::child".encode()).digest()
            fixtures["child"] = np.random.default_rng(int.from_bytes(digest))
        return {name: fixtures[name] if name in fixtures else variant.parameters[name] for name in check.wants}


def _capped(message: str | None) -> str | None:
    if message is None:
        return None
    shown = plain(message[:MESSAGE_CHARS])
    if len(message) <= MESSAGE_CHARS and len(shown) <= MESSAGE_CHARS:
        return shown
    return f"{shown[:MESSAGE_CHARS]}\n... ({len(message)} characters in all)"


def _ended(error: Exception, context: Context) -> str:
    text = str(error)
    sentence = f"{text[:1].upper()}{text[1:]}."
    return f"{sentence}\n\n{show.line('called', context.calls[-1].text)}" if context.calls else sentence
