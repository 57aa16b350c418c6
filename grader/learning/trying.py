"""Write the smallest failing case as a script with literals, to be run, printed from and stepped through."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

import numpy as np

from grader.checks.student import Learner, LearnerSide
from grader.checks.torch_reference import PUBLIC_SEED
from grader.course import Course, Exercise, Workspace, meant, write_whole
from grader.course.stubs import stub_of
from grader.errors import UsageError
from grader.grading.attempt import Attempt
from grader.grading.cases import case
from grader.grading.collecting import check_file
from grader.grading.parameters import argument_names
from grader.grading.texts import read_text
from grader.grading.trial import Outcome, Trial
from grader.learning.literals import Unwritable, literal
from grader.report import Case, CheckResult, ExerciseResult
from grader.reports.view import ranked
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.observation import Observation

GENERATOR = '''
def generator(state, inc, has_uint32, uinteger):
    """Return a generator in the state in which the check passes it."""
    bits = np.random.PCG64()
    inner = {"state": state, "inc": inc}
    bits.state = {"bit_generator": "PCG64", "state": inner, "has_uint32": has_uint32, "uinteger": uinteger}
    return np.random.Generator(bits)

'''


@dataclass(frozen=True)
class Written:
    """A script that was written: of which check it makes the call, and what was expected."""

    path: Path
    check: CheckResult
    case: Case
    passed_over: Sequence[str] = ()


class Noting:
    """A learner whose calls are noted with the states of the generators that they are given.

    Parameters
    ----------
    learner : Learner
        Who answers.
    """

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self.states: dict[int, Any] = {}

    def call(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Call a function of the learner's file."""
        self._note(arguments)
        return self._learner.call(function, arguments)

    def run(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Run a function given as text."""
        self._note(arguments)
        return self._learner.run(function, arguments)

    def _note(self, arguments: Sequence[Any]) -> None:
        """Keep the states of generators as they are before the call."""
        self.states = {
            id(each): each.bit_generator.state for each in arguments if isinstance(each, np.random.Generator)
        }


def write_case(
    course: Course, workspace: Workspace, exercise: Exercise, sandbox: Sandbox, wanted: str | None = None
) -> Written:
    """Check an exercise and write its smallest failing case, that of the screen, as a script.

    Parameters
    ----------
    course : Course
    workspace : Workspace
        Whose file of the exercise is checked; the script goes to its ``.kata/try``, or where that cannot be written,
        to a new temporary folder.
    exercise : Exercise
    sandbox : Sandbox
    wanted : str, optional
        The name of a check, or its beginning: its case and no other.

    Raises
    ------
    UsageError
        Where no check fails, or none of the failing calls can be written out.
    """
    text = read_text(workspace.root, *exercise.path.split("/"))
    trial = Trial.prepare(course, check_file(course, exercise), PUBLIC_SEED)
    result = Attempt(text, stub_of(course, exercise), trial, sandbox).grade()
    passed_over = []
    for check in _candidates(result, wanted):
        assert isinstance(text, str)
        try:
            found = _again(trial, check, text, sandbox)
            script = _script(trial, workspace, check, *found)
        except Unwritable as error:
            passed_over.append(f"{check.name} cannot be written out: {error}")
            continue
        return Written(_write(workspace, exercise, script), check, found[2], passed_over)
    raise UsageError("; ".join(passed_over))


def _candidates(result: ExerciseResult, wanted: str | None) -> Sequence[CheckResult]:
    """Return the checks that failed, the one to be tried first before the others; raises `UsageError` for none."""
    if result.status == "passed":
        raise UsageError(f"all checks of {result.name} pass: there is no failing case to try")
    if result.status == "not_attempted":
        raise UsageError(f"nothing is written in {result.name} yet")
    failed = ranked([check for check in result.checks if check.case], result)
    if not failed:
        raise UsageError(f"no check of {result.name} has got as far as a call: 'kata check {result.name}' says why")
    if wanted is None:
        return failed
    checks = {check.name: check for check in result.checks}
    chosen = checks[meant("check", wanted, checks)]
    if chosen not in failed:
        raise UsageError(f"{chosen.name} does not fail: there is no case to try")
    return [chosen]


def _again(trial: Trial, result: CheckResult, text: str, sandbox: Sandbox) -> tuple[Outcome, Noting, Case]:
    """Run a check once more, this time with an eye on what is passed."""
    (check,) = (check for check in trial.file.checks if check.name == result.name)
    learner = sandbox.learner()
    try:
        learner.load(text, f"{trial.file.exercise.name}.py")
        noting = Noting(learner)
        outcome = trial.run(check, noting)
    finally:
        learner.close()
    found = case(trial, outcome, text) if outcome.status != "passed" else None
    if found is None:
        raise Unwritable("it does not fail every time")
    return outcome, noting, found


def _script(
    trial: Trial, workspace: Workspace, check: CheckResult, outcome: Outcome, noting: Noting, found: Case
) -> str:
    exercise, call = trial.file.exercise, outcome.calls[-1]
    names = _variables(argument_names(trial.file, call))
    values = [
        f"{name} = {_value(value, noting, len(name) + 3)}\n" for name, value in zip(names, call.arguments, strict=True)
    ]
    sent = [value.content for value in (call.sent, *call.arguments) if isinstance(value, LearnerSide)]
    folder = str(workspace.file(exercise).resolve().parent)
    imported = f"import {exercise.name}" if call.sent else f"from {exercise.name} import {call.name}"
    passed = [exercise.name, *names] if call.sent else names
    parts = [
        f'"""A call with which {check.name} fails: run it, change it, set a breakpoint() in {exercise.name}.py.\n\n',
        f'{check.title}\n"""\n\n',
        "import math  # noqa: F401\n" if sent else "",
        f"import sys\n\nimport numpy as np\n\nsys.path.insert(0, {folder!r})\n{imported}  # noqa: E402\n\n",
        *(f"\n{text}\n\n" for text in sent),
        f"{GENERATOR}\n" if noting.states else "",
        *values,
        f"\nanswer = {call.name}({', '.join(passed)})\nprint(answer)\n\n",
        indent("\n".join(told(found)) + "\n", "# ", lambda _: True),
    ]
    return "".join(parts)


def _value(value: Any, noting: Noting, indent: int) -> str:
    """Return a value as text, with what the text does not give back."""
    text = literal(value, noting.states, indent)
    if isinstance(value, np.ndarray) and not value.flags.c_contiguous:
        text += f"  # in the check a view of other memory, with the strides {value.strides}"
    return text


def _variables(names: Sequence[str]) -> list[str]:
    return [name.replace(" ", "_") for name in names]


def told(found: Case) -> Iterator[str]:
    """Yield in lines what the check has to say of its call: what was expected, or what is wrong."""
    if found.expected is not None:
        part = f" ({found.part})" if found.part else ""
        yield f"{found.whose}{part}:"
        yield from found.expected.split("\n")
    yield from found.said.split("\n") if found.said else ()


def _write(workspace: Workspace, exercise: Exercise, text: str) -> Path:
    path = workspace.memory / "try" / f"{exercise.name}.py"
    try:
        write_whole(path, text)
    except OSError:  # a checkout that is read-only
        path = Path(tempfile.mkdtemp(prefix="kata-")) / path.name
        write_whole(path, text)
    return path
