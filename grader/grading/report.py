"""The report: one tree of dataclasses from which every other form is drawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

SCHEMA = 1

ExerciseStatus = Literal["passed", "failed", "not_attempted", "error", "timeout"]
CheckStatus = Literal["passed", "failed", "error", "timeout", "skipped"]


@dataclass
class CheckResult:
    """What one hidden check found.

    ``message`` is for the learner and may hold text that the learner's code produced; ``diagnosis`` is
    the grader's own sentence about the likely mistake; ``misconception`` is its name in the curriculum.
    """

    name: str
    title: str
    status: CheckStatus
    score: float
    max_score: float
    message: str | None = None
    diagnosis: str | None = None
    misconception: str | None = None


@dataclass
class ExerciseResult:
    """What the checks of one exercise found; ``stdout`` is what the learner's code printed, capped.

    ``line`` is the line of the learner's file that an error message speaks of, where there is one.
    """

    name: str
    topic: str
    status: ExerciseStatus
    score: float
    max_score: float
    seconds: float
    checks: list[CheckResult]
    message: str | None = None
    stdout: str = ""
    line: int | None = None


@dataclass
class Submission:
    """Which files were graded: their folder, its commit if it is a git work tree, the hash of the texts."""

    path: str
    commit: str | None
    sha256: str


@dataclass
class Run:
    """How the grading was done, in enough detail to do it again."""

    seed: int
    reference: Literal["recorded", "live"]
    isolation: Literal["bubblewrap", "process"]
    grader: str
    checks_sha256: str
    numpy: str
    torch: str | None
    started: str
    seconds: float


@dataclass
class Report:
    """The result of grading one submission."""

    course: str
    submission: Submission
    run: Run
    score: float
    max_score: float
    exercises: list[ExerciseResult] = field(default_factory=list)
    schema: int = SCHEMA

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, the fields in the order of the JSON form."""
        data = asdict(self)
        return {"schema": data.pop("schema"), **data}
