"""Hold what a run found: one tree of frozen dataclasses, made once and whole, and its JSON form.

Every other form is drawn from it (see `grader.reports`), so that all of them show the same score. The JSON form is the
one that is read back, so the one that is checked when it is: `load` builds the tree field by field, and then checks
what a schema cannot say, that the scores add up. `report.schema.json` beside this module describes it for others.

A field that is added after version 0.1 has a default, and may be missing where a report is read.
"""

import dataclasses
import json
import re
import sys
import types
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, get_args, get_origin

from grader.errors import ReportError

SCHEMA = 1

ExerciseStatus = Literal["passed", "failed", "not_attempted", "error", "timeout"]
CheckStatus = Literal["passed", "failed", "error", "timeout", "skipped"]
PlaceKind = Literal[
    "comparison",
    "operator",
    "operands",
    "grouping",
    "sign",
    "number",
    "axis",
    "option",
    "root",
    "function",
    "transpose",
    "one minus",
    "name",
    "arguments",
    "parts",
    "condition",
    "extra term",
    "missing term",
    "type",
    "copy",
    "index",
    "default",
    "assignment",
    "returned",
    "extra statement",
    "missing statement",
    "order",
    "indentation",
    "expression",
]
CaseKind = Literal["raised", "structure", "shape", "value", "dtype", "other"]


@dataclass(frozen=True)
class Argument:
    """One argument of a call by the name of its parameter; a small array in full, a row on each line."""

    name: str
    value: str


@dataclass(frozen=True)
class Case:
    """The call at which a check failed, in enough detail to follow it by hand.

    ``numbers`` is how many the arguments hold, by which the smallest case is found. ``said`` tells what is wrong with
    the answer, ``part`` which part of a tuple it is about; ``returned`` and ``expected`` are missing where the message
    is not about two values; ``whose`` says where the expected one comes from. ``source`` is the learner's text in
    ``line``, and ``printed`` what this call printed.
    """

    function: str
    arguments: tuple[Argument, ...]
    numbers: int
    kind: CaseKind
    said: str
    part: str
    returned: str | None
    expected: str | None
    whose: Literal["torch", "expected"]
    line: int | None
    source: str
    printed: str


@dataclass(frozen=True)
class CheckResult:
    """What one hidden check found.

    ``message`` is for the learner and may hold text that the learner's code produced; ``diagnosis`` is
    the grader's own sentence about the likely mistake; ``misconception`` is its name in the curriculum. ``case`` says
    what ``message`` does, in parts; it is new in version 0.2.
    """

    name: str
    title: str
    status: CheckStatus
    score: float
    max_score: float
    message: str | None
    diagnosis: str | None
    misconception: str | None
    case: Case | None = None


@dataclass(frozen=True)
class Cause:
    """What is probably behind the failed checks of an exercise, said once.

    ``misconception`` is its name in the curriculum, where it has one; ``explains`` and ``failed`` count checks.
    """

    sentence: str
    misconception: str | None
    explains: int
    failed: int


@dataclass(frozen=True)
class Place:
    """Where an answer goes wrong: the line of the learner's file and the kind of a small change there that mends it.

    No line where that is more than may be told.
    """

    line: int | None
    kind: PlaceKind


@dataclass(frozen=True)
class ExerciseResult:
    """What the checks of one exercise found; ``stdout`` is what the learner's code printed, capped.

    ``line`` is the line of the learner's file that an error message speaks of, where there is one. ``cause`` and
    ``place``, which is looked for only where it is asked for, are new in version 0.2. ``apart`` means that the score of
    the report leaves it out, as it is of a track of its own; it is new in version 0.4.
    """

    name: str
    topic: str
    status: ExerciseStatus
    score: float
    max_score: float
    seconds: float
    checks: tuple[CheckResult, ...]
    message: str | None
    stdout: str
    line: int | None
    cause: Cause | None = None
    place: Place | None = None
    apart: bool = False

    @property
    def mendable(self) -> bool:
        """Whether checks were run and failed, so that a small change may mend it."""
        return self.status == "failed" and self.message is None

    @property
    def wrong_line(self) -> int | None:
        """The line to look at first: that of the place, else that which an error message speaks of."""
        return self.place.line if self.place else self.line


@dataclass(frozen=True)
class Submission:
    """Which files were graded: their folder, its commit if it is a git work tree, the hash of the texts."""

    path: str
    commit: str | None
    sha256: str


@dataclass(frozen=True)
class Run:
    """How the grading was done, in enough detail to do it again.

    ``located`` says whether the place was looked for of what is wrong; it is new in version 0.4.
    """

    seed: int
    reference: Literal["recorded", "live"]
    isolation: Literal["bubblewrap", "process"]
    grader: str
    checks_sha256: str
    numpy: str
    torch: str | None
    started: str
    seconds: float
    located: bool = False


@dataclass(frozen=True)
class Report:
    """The result of grading one submission."""

    course: str
    submission: Submission
    run: Run
    score: float
    max_score: float
    exercises: tuple[ExerciseResult, ...]
    schema: int = SCHEMA

    @property
    def counted(self) -> tuple[ExerciseResult, ...]:
        """The exercises whose points add up to the score."""
        return tuple(exercise for exercise in self.exercises if not exercise.apart)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, the fields in the order of the JSON form."""
        data = asdict(self)
        return {"schema": data.pop("schema"), **data}


_ANSI_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def plain(text: str) -> str:
    """Return text of a learner's without what steers a terminal, should somebody print it as it stands in a report."""
    text = _ANSI_SEQUENCE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


# --- the JSON form ------------------------------------------------------------------------------------------------

_ROUNDING = 0.005  # scores are rounded to two decimals
_SHOWN = 60

Record = TypeVar("Record")


def render(report: Report) -> str:
    """Return the report as JSON, in ASCII, which survives every encoding and shows every invisible character."""
    return json.dumps(report.to_dict(), indent=1, allow_nan=False) + "\n"


def load(path: Path) -> Report:
    """Read a report from a file.

    Parameters
    ----------
    path : Path
        A file in the form of `render`, perhaps by a newer version with more fields, which are left out.

    Returns
    -------
    Report

    Raises
    ------
    ReportError
        If the file cannot be read, is not JSON, or is not a report in every detail.
    """
    name = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(path))[:200]
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"{name}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise ReportError(f"{name}: not JSON ({error.msg}, line {error.lineno})") from None
    except UnicodeDecodeError:
        raise ReportError(f"{name}: not JSON (not UTF-8)") from None
    except RecursionError:
        raise ReportError(f"{name}: not a report: nested too deeply") from None
    except ValueError as error:
        raise ReportError(f"{name}: not a report: {error}") from None


def parse(text: str) -> Report:
    """Return the report that a JSON text holds; raises ValueError where it is none in every detail."""
    data = json.loads(text, parse_constant=_refuse_constant)
    if isinstance(data, dict) and data.get("schema", SCHEMA) != SCHEMA:
        raise ValueError(f"its schema is {_shown(data['schema'])}, and this version reads schema {SCHEMA}")
    report = _record(Report, data, "")
    if "schema" not in data:  # its default is for those who make a report, not for those who read one
        raise ValueError("schema is missing")
    _check_sum("", report, report.counted, _ROUNDING)
    for i, exercise in enumerate(report.exercises):
        _check_exercise(f"exercises[{i}]", exercise)
    return report


def _check_exercise(where: str, exercise: ExerciseResult) -> None:
    # The score of an exercise is rounded, and so may be those of its checks.
    _check_sum(where, exercise, exercise.checks, _ROUNDING * (1 + len(exercise.checks)))
    for j, check in enumerate(exercise.checks):
        _check_range(f"{where}.checks[{j}]", check)


def unsound(result: ExerciseResult) -> str | None:
    """Return why a result would not be read back as part of a report, or None where it would."""
    try:
        read = _record(ExerciseResult, json.loads(json.dumps(asdict(result), allow_nan=False)), "exercise")
        _check_exercise("exercise", read)
    except (ValueError, RecursionError) as error:
        return str(error)
    return None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")


def _record(kind: type[Record], data: object, where: str) -> Record:
    """Build the dataclass ``kind`` from a JSON object that must hold all of its fields that have no default."""
    if not isinstance(data, dict):
        raise _mismatch(where or "the file", "an object", data)
    values = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        place = f"{where}.{field.name}".lstrip(".")
        if field.name in data:
            values[field.name] = _value(field.type, data[field.name], place)
        elif field.default is dataclasses.MISSING:
            raise ValueError(f"{place} is missing")
    return kind(**values)


def _value(hint: object, data: object, where: str) -> object:
    """Return ``data`` as the type ``hint`` says, which is one of those that the report is made of."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is types.UnionType:
        (wanted,) = (part for part in parts if part is not types.NoneType)
        return None if data is None else _value(wanted, data, where)
    if origin is Literal:
        if not isinstance(data, str) or data not in parts:
            raise _mismatch(where, f"one of {', '.join(parts)}", data)
        return data
    if origin is tuple:
        if not isinstance(data, list):
            raise _mismatch(where, "a list", data)
        return tuple(_value(parts[0], item, f"{where}[{i}]") for i, item in enumerate(data))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _record(hint, data, where)
    if hint is str:
        if not isinstance(data, str):
            raise _mismatch(where, "a string", data)
        return data
    if hint is bool:
        if not isinstance(data, bool):
            raise _mismatch(where, "true or false", data)
        return data
    number = (int, float) if hint is float else int
    if not isinstance(data, number) or isinstance(data, bool):
        raise _mismatch(where, "a number" if hint is float else "a whole number", data)
    if not 0 <= data <= sys.float_info.max:
        raise _mismatch(where, "a number from 0 upwards, and finite", data)
    return float(data) if hint is float else data


def _mismatch(where: str, wanted: str, data: object) -> ValueError:
    return ValueError(f"{where} must be {wanted}, not {_shown(data)}")


def _shown(data: object) -> str:
    """Return a foreign value in ASCII, on one line, cut."""
    text = json.dumps(data)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


class _Scored(Protocol):
    @property
    def score(self) -> float: ...

    @property
    def max_score(self) -> float: ...


def _check_range(where: str, item: _Scored) -> None:
    if item.score > item.max_score:
        raise ValueError(f"{where}.score is larger than max_score".lstrip("."))


def _check_sum(where: str, whole: _Scored, parts: Sequence[_Scored], tolerance: float) -> None:
    _check_range(where, whole)
    for name in ("score", "max_score"):
        difference = getattr(whole, name) - sum(getattr(part, name) for part in parts)
        if abs(difference) > tolerance:
            raise ValueError(f"{where}.{name} is not the sum of its parts".lstrip("."))
