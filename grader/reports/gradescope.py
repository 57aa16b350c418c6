"""Draw the report as Gradescope's ``results.json`` (https://gradescope-autograders.readthedocs.io/en/latest/specs/).

One exercise is one test there: its score is rounded once, and so they add up to the score of the report. One that is
apart has none there.
"""

import dataclasses
import json
from typing import Any

from grader.report import ExerciseResult, Report
from grader.reports import summary
from grader.reports.place import where
from grader.reports.text import excerpt, single_line


def render(report: Report) -> str:
    """Return the results as JSON."""
    results = {
        "score": report.score,
        "execution_time": round(report.run.seconds),
        "output": f"{report.course}: {summary.total(report)} points",
        "output_format": "text",
        "visibility": "visible",
        "tests": [_test(exercise) for exercise in report.exercises],
        "extra_data": {"submission": dataclasses.asdict(report.submission), "run": dataclasses.asdict(report.run)},
    }
    return json.dumps(results, indent=1, allow_nan=False) + "\n"


def _test(exercise: ExerciseResult) -> dict[str, Any]:
    points = {} if exercise.apart else {"score": exercise.score, "max_score": exercise.max_score}
    return {
        "name": f"{exercise.topic}/{exercise.name}",
        **points,
        "status": "passed" if exercise.status == "passed" else "failed",
        "output": _output(exercise),
        "output_format": "text",
        "tags": [exercise.topic],
        "visibility": "visible",
    }


def _output(exercise: ExerciseResult) -> str:
    paragraphs = [summary.describe(exercise)]
    if exercise.message:
        paragraphs.append(_quote(exercise.message))
    if cause := summary.cause(exercise):
        paragraphs.append(_quote(cause))
    if exercise.place:
        paragraphs.append(f"It goes wrong in {where(exercise.place)}.")
    told = summary.told(exercise)
    for check in exercise.checks:
        paragraphs.append(f"{check.status}: {single_line(check.title)}")
        if check in told:
            paragraphs += [_quote(text) for text in (check.message, summary.own_diagnosis(exercise, check)) if text]
    if exercise.stdout.strip():
        paragraphs += ["The code printed:", _quote(exercise.stdout)]
    return "\n".join(paragraphs)


def _quote(text: str) -> str:
    return "\n".join(f"    {line}" for line in excerpt(text, lines=100, characters=5000).split("\n"))
