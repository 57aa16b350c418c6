"""Draw the score as a badge: the JSON that shields.io reads from an endpoint (https://shields.io/badges/endpoint-badge)."""

import json

from grader.report import Report
from grader.reports.summary import total

_COLORS = ((1.0, "brightgreen"), (0.8, "green"), (0.6, "yellowgreen"), (0.4, "yellow"), (0.2, "orange"), (0.0, "red"))


def render(report: Report) -> str:
    """Return the badge as JSON."""
    share = report.score / report.max_score if report.max_score else 0.0
    color = next(color for least, color in _COLORS if share >= least)
    badge = {"schemaVersion": 1, "label": "kata", "message": total(report), "color": color}
    return json.dumps(badge, indent=1) + "\n"
