"""Grade what is right and what is wrong: stub, solution, misconceptions, trivial answers, tables of answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.authoring.recordings import record
from grader.checks.misconceptions import Misconception, public_names
from grader.checks.torch_reference import PUBLIC_SEED, References
from grader.course import Course
from grader.course.stubs import stub_of
from grader.errors import CourseError, GradingError
from grader.grading.attempt import Attempt
from grader.grading.collecting import CheckFile
from grader.grading.trial import Trial
from grader.proof.tables import TableLearner, answers_of
from grader.proof.wrong_answers import misconception_text, trivial_texts
from grader.report import ExerciseResult
from grader.sandbox.ours.sandbox import Sandbox


class Scores:
    """Grades texts in the place of one exercise's submission.

    Parameters
    ----------
    course : Course
    file : CheckFile
    sandbox : Sandbox
    seeds : sequence of int
        Drawn ones, which are used besides the public one.
    """

    def __init__(self, course: Course, file: CheckFile, sandbox: Sandbox, seeds: Sequence[int]) -> None:
        self._course = course
        self._file = file
        self._unnamed = replace(file, misconceptions=())  # looking for the name of a mistake takes the longest
        self._free = replace(self._unnamed, exercise=replace(file.exercise, forbidden=()))
        self._sandbox = sandbox
        self._seeds = seeds
        self._references = {seed: References() for seed in (PUBLIC_SEED, *seeds)}
        self._solution = course.solution(file.exercise).read_text("utf-8")
        self._stub_text = stub_of(course, file.exercise)
        self._checks = course.checks(file.exercise).read_text("utf-8")

    def _grade(self, text: str, seed: int, file: CheckFile, recorded: bool = False) -> ExerciseResult:
        trial = Trial.prepare(self._course, file, seed) if recorded else Trial(file, seed, self._references[seed])
        return Attempt(text, self._stub_text, trial, self._sandbox).grade()

    def stub(self) -> Iterator[str]:
        """Yield a stub that is not taken for one, or earns something."""
        text = self._stub_text
        status = self._grade(text, PUBLIC_SEED, self._unnamed).status
        if status != "not_attempted":
            yield f"the stub is {status}, which should be not_attempted"
        for what, other in (
            ("the stub", text + "\nattempted = True\n"),
            ("the stub with pass for raise", text.replace("raise NotImplementedError", "pass")),
        ):
            yield from self._must_score_nothing(what, other, self._unnamed)

    def _must_score_nothing(self, what: str, text: str, file: CheckFile, recorded: bool = False) -> Iterator[str]:
        try:
            result = self._grade(text, PUBLIC_SEED, file, recorded)
        except GradingError as error:
            yield f"{what} cannot be graded: {_line(str(error))}"
            return
        if result.score > 0:
            yield f"{what} scores {result.score:g} of {result.max_score:g}"
        elif result.message is not None:  # then it says nothing about the checks
            yield f"{what} cannot be graded: {_line(result.message)}"

    def solution(self) -> Iterator[str]:
        """Yield a solution that loses a mark, on the public seed or a drawn one."""
        for seed in (PUBLIC_SEED, *self._seeds):
            wrong = list(self._must_score_all(seed))
            yield from wrong
            if wrong:
                return

    def _must_score_all(self, seed: int, recorded: bool = False) -> Iterator[str]:
        how = ", recorded" if recorded else ""
        try:
            result = self._grade(self._solution, seed, self._unnamed, recorded)
        except GradingError as error:
            yield f"the solution cannot be graded with seed {seed}{how}: {_line(str(error))}"
            return
        if result.status != "passed" or result.score != result.max_score:
            points = f"{result.score:g} of {result.max_score:g}"
            yield f"the solution scores {points} with seed {seed}{how}: {_reason(result)}"

    def recording(self) -> Iterator[str]:
        """Yield a recording that differs from what torch answers, or with which the solution loses a mark."""
        try:
            found = record(self._course, [self._file.exercise], self._sandbox, check=True)
        except GradingError as error:
            yield _line(str(error))
            return
        yield from (f"{line}: run 'kata record {self._file.exercise.name}'" for line in found)
        if not found:
            yield from self._must_score_all(PUBLIC_SEED, recorded=True)

    def misconceptions(self) -> Iterator[str]:
        """Yield each known mistake that is not rejected and named."""
        for mistake in self._file.misconceptions:
            try:
                text = misconception_text(self._solution, self._checks, mistake, target(self._file, mistake))
                for seed in (PUBLIC_SEED, *self._seeds[:1]):
                    wrong = list(_unlike(mistake, self._grade(text, seed, self._file, seed == PUBLIC_SEED)))
                    yield from (f"the misconception {mistake.name} {why} (seed {seed})" for why in wrong)
                    if wrong:
                        break
            except (CourseError, GradingError) as error:
                yield f"the misconception {mistake.name} cannot be graded: {_line(str(error))}"

    def trivial_answers(self) -> Iterator[str]:
        """Yield each answer that takes no thought and earns something."""
        module = self._file.solution()
        names = public_names(module)
        classes = [name for name in names if isinstance(getattr(module, name), type)]
        functions = [name for name in names if name not in classes]
        for what, text in trivial_texts(self._solution, functions, classes):
            yield from self._must_score_nothing(f"the trivial answer '{what}'", text, self._free, recorded=True)

    def tables(self) -> Iterator[str]:
        """Yield a seed under which answers that were looked up under another one earn something."""
        table = answers_of(self._file, self._references[PUBLIC_SEED], PUBLIC_SEED)
        core = [check for check in self._file.checks if check.core]
        for seed in self._seeds:
            learner = TableLearner(table)
            trial = Trial(self._unnamed, seed, self._references[seed])
            if all(trial.run(check, learner).status == "passed" for check in core):
                names = ", ".join(check.name for check in core)
                yield f"a table of the answers to seed {PUBLIC_SEED} passes {names} under seed {seed}: draw more in it"
                return


def target(file: CheckFile, mistake: Misconception) -> str:
    """Return the name in a solution that a mistake replaces; raises `CourseError` where it does not say which."""
    names = public_names(file.solution())
    name = mistake.replaces or (names[0] if len(names) == 1 else "")
    if name not in names:
        raise CourseError(f"it must say which of {', '.join(names)} it replaces")
    return name


def _unlike(mistake: Misconception, result: ExerciseResult) -> Iterator[str]:
    """Yield how a misconception's result is not as it should be: rejected, and named by every check that fails."""
    if result.score == result.max_score:
        yield "keeps full marks"
    elif result.status != "failed" or result.message is not None:
        yield f"is not rejected by a check: {_reason(result)}"
        return
    named: dict[str, list[str]] = {}
    for check in result.checks:
        if check.status != "passed" and check.misconception != mistake.name:
            named.setdefault(check.misconception or "not named", []).append(check.name)
    for name, checks in named.items():
        what = name if name == "not named" else f"taken for {name}"
        yield f"is {what} by {', '.join(checks)}"


def _reason(result: ExerciseResult) -> str:
    """Return in one line why a result is no better."""
    if result.message is not None:
        return _line(result.message)
    for check in result.checks:
        if check.status != "passed":
            return f"{check.name}: {_line(check.message or check.status)}"
    return result.status


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
