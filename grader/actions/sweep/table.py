"""Draw the table of a class: one row for each open pull request."""

from __future__ import annotations

import csv as files
import io
from collections.abc import Mapping, Sequence

from grader.actions.comment import Scored, history
from grader.actions.sweep.pulls import Pull
from grader.course import Course
from grader.report import Report
from grader.reports import markdown as pages
from grader.reports.summary import points

Row = dict[str, str]


def rows(course: Course, pulls: Sequence[Pull], reports: Mapping[str, Report]) -> list[Row]:
    """Return the rows in the order of the authors' names.

    A score of this run is from its report, an earlier one from what our comment remembers of that commit; where that is
    gone, the status still says the sum.
    """
    return [
        _row(course, pull, reports.get(pull.commit)) for pull in sorted(pulls, key=lambda pull: pull.author.lower())
    ]


def _row(course: Course, pull: Pull, report: Report | None) -> Row:
    known = [Scored.of(report)] if report else history(pull.comment[1] if pull.comment else "")
    scored = next((entry for entry in known if entry.commit == pull.commit), None)
    row = {"author": pull.author, "pull": str(pull.number), "commit": pull.commit}
    row["score"] = points(scored.score) if scored else (pull.score or "").partition("/")[0]
    row["max_score"] = points(sum(exercise.points for exercise in course.counted(course.exercises)))
    if not row["score"].replace(".", "", 1).isdigit():
        row["score"] = ""
    for topic in course.topics:
        sums = sum(scored.exercises.get(exercise.name, 0) for exercise in topic.exercises) if scored else None
        row[topic.name] = "" if sums is None else points(sums)
    return {**row, "when": pull.updated}


def csv(rows: Sequence[Row]) -> str:
    """Return the rows as CSV, with a first line of names."""
    text = io.StringIO(newline="")
    if rows:
        writer = files.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a table of a page on GitHub."""
    if not rows:
        return "No pull request is open.\n"
    names = [name for name in rows[0] if name not in ("commit", "max_score")]
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    for row in rows:
        cells = [f"#{row['pull']}" if name == "pull" else pages.prose(row[name]) for name in names]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
