"""Draw the report as one page that needs nothing else: no script, no picture, no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from grader.report import Report
from grader.reports import panel, summary
from grader.reports.elements import Html, element, join
from grader.reports.text import single_line
from grader.reports.view import view

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{hash}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{title}
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def render(report: Report) -> str:
    """Return the report as HTML."""
    style = (Path(__file__).parent / "page.css").read_text("utf-8") + panel.style()
    course = single_line(report.course)
    return _PAGE.format(
        hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        title=element("title", f"{summary.total(report)} points: {course}"),
        style=style,
        body=join(_header(report), element("main", *_main(report)), _receipt(report)),
    )


def _header(report: Report) -> Html:
    return element(
        "header",
        element("p", single_line(report.course)),
        element("h1", f"{summary.total(report)} points"),
        element("p", summary.solved(report)),
    )


def _main(report: Report) -> Iterator[Html]:
    if failing := summary.failing(report):
        yield element("h2", "Not right yet")
        for exercise in failing:
            yield element("section", panel.panel(view(exercise)))
    yield element("h2", "By topic")
    yield element("dl", *(_topic(report, topic) for topic in summary.topics(report)), class_="topics")


def _topic(report: Report, topic: summary.Topic) -> Html:
    """Return how a topic stands, and each of its exercises."""
    more = f", {summary.APART}" if topic.apart else ""
    stands = element("span", f"{topic.solved} of {topic.exercises} solved, {topic.points} points{more}")
    exercises = [exercise for exercise in report.exercises if exercise.topic == topic.name]
    marked = (join(panel.mark(each.status), f" {single_line(each.name)}") for each in exercises)
    return element(
        "div",
        element("dt", element("strong", single_line(topic.name).replace("_", " ")), " ", stands),
        element("dd", *(element("span", each, class_="exercise") for each in marked)),
    )


def _receipt(report: Report) -> Html:
    run = report.run
    facts = {
        "Graded": single_line(run.started),
        "Commit": single_line(report.submission.commit or "not known"),
        "Seed": str(run.seed),
        "References": run.reference,
        "Isolation": run.isolation,
        "Grader": single_line(run.grader),
    }
    rows = (element("div", element("dt", name), element("dd", text)) for name, text in facts.items())
    return element("footer", element("dl", *rows))
