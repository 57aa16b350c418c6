"""Draw the report as JUnit XML: one suite for each exercise, one case for each check, the points as properties."""

import xml.etree.ElementTree as ET

from grader.report import CheckResult, ExerciseResult, Report
from grader.reports import summary
from grader.reports.text import excerpt, single_line

_ELEMENTS = {"failed": "failure", "error": "error", "timeout": "error", "skipped": "skipped"}


def render(report: Report) -> str:
    """Return the report as XML. What XML cannot hold is invisible, and so has been spelled out."""
    root = ET.Element("testsuites", name=single_line(report.course), time=f"{report.run.seconds:.3f}")
    for exercise in report.exercises:
        root.append(_suite(exercise, report.run.started))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, 0)) for suite in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(exercise: ExerciseResult, started: str) -> ET.Element:
    name = single_line(f"{exercise.topic}.{exercise.name}")
    suite = ET.Element("testsuite", name=name, timestamp=single_line(started), time=f"{exercise.seconds:.3f}")
    suite.set("tests", str(len(exercise.checks)))
    for count, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(_ELEMENTS.get(check.status) == element for check in exercise.checks)))
    properties = ET.SubElement(suite, "properties")
    points = {} if exercise.apart else {"score": exercise.score, "max_score": exercise.max_score}
    for key, value in points.items():
        ET.SubElement(properties, "property", name=key, value=summary.points(value))
    for check in exercise.checks:
        suite.append(_case(check, exercise, name))
    if exercise.stdout.strip():
        ET.SubElement(suite, "system-out").text = excerpt(exercise.stdout, lines=200, characters=10_000)
    return suite


def _case(check: CheckResult, exercise: ExerciseResult, suite: str) -> ET.Element:
    case = ET.Element("testcase", name=single_line(check.title), classname=suite)
    # reporters put their notes there, and on line 0, which no file has, where none is given
    case.set("file", single_line(f"exercises/{exercise.topic}/{exercise.name}.py"))
    case.set("line", str(exercise.line or 1))
    if check.status in _ELEMENTS:
        texts = [text for text in (check.message or exercise.message, check.diagnosis) if text]
        message = single_line(texts[0]) if texts else summary.describe(exercise)
        problem = ET.SubElement(case, _ELEMENTS[check.status], type=check.status, message=message)
        problem.text = excerpt("\n".join(texts), lines=200, characters=10_000)
    return case
