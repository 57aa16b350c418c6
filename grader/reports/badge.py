"""Draw the score as a badge: the JSON of an endpoint (https://shields.io/badges/endpoint-badge), or a picture."""

import json
from urllib.parse import quote

from grader.report import Report
from grader.reports.summary import total

_COLORS = ((1.0, "brightgreen"), (0.8, "green"), (0.6, "yellowgreen"), (0.4, "yellow"), (0.2, "orange"), (0.0, "red"))


def render(report: Report) -> str:
    """Return the badge as JSON."""
    badge = {"schemaVersion": 1, "label": "kata", "message": total(report), "color": _color(report)}
    return json.dumps(badge, indent=1) + "\n"


def picture(report: Report) -> str:
    """Return the badge as a picture in Markdown, to be pasted where nobody serves JSON."""
    address = f"https://img.shields.io/badge/kata-{quote(total(report), safe='')}-{_color(report)}"
    return f"![kata {total(report)}]({address})"


def _color(report: Report) -> str:
    share = report.score / report.max_score if report.max_score else 0.0
    return next(color for least, color in _COLORS if share >= least)
