"""Draw the report as Classroom 50's ``result.json`` (https://github.com/foundation50/classroom50/wiki/Advanced-Autograding).

Its scores are integers, so score and maximum are in hundredths of a point; an exercise that is apart has none. The
runner of Classroom 50 says in its environment what is graded; it adds the owner, the kind of assignment and the time of
the submission itself.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from grader.report import Report


def render(report: Report, environ: Mapping[str, str] = os.environ) -> str:
    """Return the result as JSON.

    Parameters
    ----------
    report : Report
    environ : mapping of str to str, optional
        The environment in which the runner started us: ``CLASSROOM``, ``ASSIGNMENT``, ``SUBMISSION_TAG``,
        ``COMMIT_URL``, ``RELEASE_URL`` and ``REVIEW_URL``. Elsewhere they are missing and the fields empty.

    Returns
    -------
    str
    """
    tests = [
        {
            "test-name": f"{exercise.topic}/{exercise.name}",
            "passed": exercise.status == "passed",
            "score": 0 if exercise.apart else _hundredths(exercise.score),
            "max-score": 0 if exercise.apart else _hundredths(exercise.max_score),
        }
        for exercise in report.exercises
    ]
    started = datetime.fromisoformat(report.run.started).astimezone(UTC)
    result: dict[str, Any] = {
        "schema": "classroom50/result/v1",
        "classroom": environ.get("CLASSROOM", ""),
        "assignment": environ.get("ASSIGNMENT", ""),
        "submission": environ.get("SUBMISSION_TAG", ""),
        "commit": environ.get("COMMIT_URL", ""),
        "release": environ.get("RELEASE_URL", ""),
        "review": environ.get("REVIEW_URL") or environ.get("COMMIT_URL", ""),
        "datetime": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": _hundredths(report.score),
        "max-score": _hundredths(report.max_score),
        "tests": tests,
    }
    return json.dumps(result, indent=1) + "\n"


def _hundredths(points: float) -> int:
    return round(points * 100)
