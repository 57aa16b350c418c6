"""The report as JSON: the one form that is read back, so the one that is checked when it is.

`report.schema.json` beside this module describes it for everybody else. `load` does not rely on it: it builds
the dataclasses field by field, and then checks what a schema cannot say, that the scores add up.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from grader.grading.report import SCHEMA, CheckResult, ExerciseResult, Report, Run, Submission
from grader.reports.text import single_line

_ROUNDING = 0.005  # scores are rounded to two decimals

Record = TypeVar("Record")
_KINDS: tuple[type, ...] = (Report, Submission, Run, ExerciseResult, CheckResult)
_FIELDS = {kind: typing.get_type_hints(kind) for kind in _KINDS}


class ReportError(Exception):
    """A file is not a report; the message is one line for the person who named the file."""


def dumps(report: Report) -> str:
    """Return the report as JSON, in ASCII, which survives every encoding and shows every invisible character."""
    return json.dumps(report.to_dict(), indent=1, allow_nan=False) + "\n"


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text(dumps(report), encoding="ascii")


def load(path: Path) -> Report:
    """Read a report from a file.

    Parameters
    ----------
    path : Path
        A file that `write` wrote, perhaps by a newer version with more fields, which are left out.

    Returns
    -------
    Report

    Raises
    ------
    ReportError
        If the file cannot be read, is not JSON, or is not a report in every detail.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
        report = _report(data)
    except OSError as error:
        raise ReportError(f"{_shown(path)}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise ReportError(f"{_shown(path)}: not JSON ({error.msg}, line {error.lineno})") from None
    except UnicodeDecodeError:
        raise ReportError(f"{_shown(path)}: not JSON (not UTF-8)") from None
    except RecursionError:
        raise ReportError(f"{_shown(path)}: not a report: nested too deeply") from None
    except ValueError as error:
        raise ReportError(f"{_shown(path)}: not a report: {error}") from None
    return report


def _shown(value: object) -> str:
    return single_line(str(value), characters=200)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")


def _report(data: object) -> Report:
    if isinstance(data, dict) and data.get("schema", SCHEMA) != SCHEMA:
        raise ValueError(f"its schema is {_shown(data['schema'])}, and this version reads schema {SCHEMA}")
    report = _record(Report, data, "")
    _check_sum("", report, report.exercises, _ROUNDING)
    for i, exercise in enumerate(report.exercises):
        # The score of an exercise is rounded, and so may be those of its checks.
        _check_sum(f"exercises[{i}]", exercise, exercise.checks, _ROUNDING * (1 + len(exercise.checks)))
        for j, check in enumerate(exercise.checks):
            _check_range(f"exercises[{i}].checks[{j}]", check)
    return report


def _record(kind: type[Record], data: object, where: str) -> Record:
    """Build the dataclass ``kind`` from a JSON object that must hold all of its fields."""
    if not isinstance(data, dict):
        raise _mismatch(where or "the file", "an object", data)
    values = {}
    for name, hint in _FIELDS[kind].items():
        place = f"{where}.{name}".lstrip(".")
        if name not in data:
            raise ValueError(f"{place} is missing")
        values[name] = _value(hint, data[name], place)
    return kind(**values)


def _value(hint: object, data: object, where: str) -> object:
    """Return ``data`` as the type ``hint`` says, which is one of those that the report is made of."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        (wanted,) = (part for part in parts if part is not types.NoneType)
        return None if data is None else _value(wanted, data, where)
    if origin is Literal:
        if not isinstance(data, str) or data not in parts:
            raise _mismatch(where, f"one of {', '.join(parts)}", data)
        return data
    if origin is list:
        if not isinstance(data, list):
            raise _mismatch(where, "a list", data)
        return [_value(parts[0], item, f"{where}[{i}]") for i, item in enumerate(data)]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _record(hint, data, where)
    if hint is str:
        if not isinstance(data, str):
            raise _mismatch(where, "a string", data)
        return data
    number = (int, float) if hint is float else int
    if not isinstance(data, number) or isinstance(data, bool):
        raise _mismatch(where, "a number" if hint is float else "a whole number", data)
    if not 0 <= data <= sys.float_info.max:
        raise _mismatch(where, "a number from 0 upwards, and finite", data)
    return float(data) if hint is float else data


def _mismatch(where: str, wanted: str, data: object) -> ValueError:
    return ValueError(f"{where} must be {wanted}, not {single_line(json.dumps(data), characters=60)}")


class _Scored(Protocol):
    score: float
    max_score: float


def _check_range(where: str, item: _Scored) -> None:
    if item.score > item.max_score:
        raise ValueError(f"{where}.score is larger than max_score".lstrip("."))


def _check_sum(where: str, whole: _Scored, parts: Sequence[_Scored], tolerance: float) -> None:
    _check_range(where, whole)
    for name in ("score", "max_score"):
        difference = getattr(whole, name) - sum(getattr(part, name) for part in parts)
        if abs(difference) > tolerance:
            raise ValueError(f"{where}.{name} is not the sum of its parts".lstrip("."))
