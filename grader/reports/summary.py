"""Say what the forms made for people say alike: points as text, the topics, and what is not right yet."""

from dataclasses import dataclass

from grader.report import CheckResult, ExerciseResult, Report

MOST_TELLING = 3
APART = "a track of its own"


@dataclass
class Topic:
    """The exercises of one topic, added up."""

    name: str
    exercises: int = 0
    solved: int = 0
    failing: int = 0
    score: float = 0.0
    max_score: float = 0.0
    apart: bool = False

    @property
    def points(self) -> str:
        """Its score of all its points: ``6/8``."""
        return f"{points(self.score)}/{points(self.max_score)}"


def points(value: float) -> str:
    """Return a number of points with at most two decimals: ``118``, ``0.5``, ``0.67``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def total(report: Report) -> str:
    """Return the score of the whole report: ``118/120``."""
    return f"{points(report.score)}/{points(report.max_score)}"


def solved(report: Report) -> str:
    """Return how many of the exercises that count are solved: ``60 of 64 exercises solved``."""
    passed = sum(exercise.status == "passed" for exercise in report.counted)
    return f"{passed} of {len(report.counted)} exercises solved"


def topics(report: Report) -> list[Topic]:
    """Return the topics in the order of the report."""
    found: dict[str, Topic] = {}
    for exercise in report.exercises:
        topic = found.setdefault(exercise.topic, Topic(exercise.topic, apart=exercise.apart))
        topic.exercises += 1
        topic.solved += exercise.status == "passed"
        topic.failing += is_failing(exercise)
        topic.score += exercise.score
        topic.max_score += exercise.max_score
    return list(found.values())


def is_failing(exercise: ExerciseResult) -> bool:
    """Tell whether an exercise was attempted and is not right."""
    return exercise.status in ("failed", "error", "timeout")


def failing(report: Report) -> list[ExerciseResult]:
    """Return the exercises that were attempted and are not right, in the order of the course."""
    return [exercise for exercise in report.exercises if is_failing(exercise)]


def not_attempted(report: Report) -> list[ExerciseResult]:
    """Return the exercises that nobody has started, in the order of the course; those apart once no other is left."""
    left = [exercise for exercise in report.exercises if exercise.status == "not_attempted"]
    return [exercise for exercise in left if not exercise.apart] or left


def told(exercise: ExerciseResult) -> list[CheckResult]:
    """Return the checks that failed and have something of their own to say.

    What the exercise as a whole says already ("cannot be loaded"), and what an earlier check said in the
    same words, is not said again.
    """
    said = {None, "", exercise.message, exercise.cause.sentence if exercise.cause else None}
    checks = []
    for check in exercise.checks:
        words = {check.message, check.diagnosis}
        if check.status not in ("passed", "skipped") and not words <= said:
            checks.append(check)
        said |= words
    return checks


def telling(exercise: ExerciseResult) -> list[CheckResult]:
    """Return the few of `told` that are worth reading first: the first, and the first of each new diagnosis."""
    checks = told(exercise)
    firsts: dict[str, CheckResult] = {}
    for check in checks:
        if diagnosis := own_diagnosis(exercise, check):
            firsts.setdefault(diagnosis, check)
    return [check for check in checks if check is checks[0] or check in firsts.values()][:MOST_TELLING]


def cause(exercise: ExerciseResult) -> str | None:
    """Say what is probably behind the failed checks, and of how many of them, where that is known."""
    if exercise.cause is None:
        return None
    explains, failed = exercise.cause.explains, exercise.cause.failed
    if explains == failed or exercise.cause.misconception:  # a name says it in its own sentence
        return exercise.cause.sentence
    return f"{exercise.cause.sentence} (It shows in {explains} of the {failed} checks that fail.)"


def own_diagnosis(exercise: ExerciseResult, check: CheckResult) -> str | None:
    """Return what is said of a check beyond the cause of the whole exercise."""
    return None if exercise.cause and check.diagnosis == exercise.cause.sentence else check.diagnosis


def describe(exercise: ExerciseResult) -> str:
    """Say in a few words how an exercise stands."""
    count = len(exercise.checks)
    if exercise.status == "passed":
        return f"all {count} checks pass" if count != 1 else "its check passes"
    if exercise.status == "not_attempted":
        return "not attempted yet"
    if exercise.status == "error":
        return "could not be run" if exercise.line is None else f"could not be run, line {exercise.line}"
    if exercise.status == "timeout":
        return "took too long"
    failures = sum(check.status != "passed" for check in exercise.checks)
    return f"{failures} of {count} checks fail{'s' if failures == 1 else ''}"
