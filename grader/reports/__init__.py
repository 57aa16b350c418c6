"""Turn a `Report` into the forms that people and other programs read: one table of forms, with one signature.

Every form is a module of its own and reads nothing but the report, so that all of them show the same score. They are
imported one by one, because a learner who waits for a terminal needs none of the others. The terminal is not in the
table: it is shown, not written.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what lays out the lines of every small command is in this room, and needs no report
    from grader.report import Report


@dataclass(frozen=True)
class Form:
    """A form in which a report is written to a file.

    Attributes
    ----------
    name : str
        Of the option that asks for it: ``--junit PATH``.
    file : str
        What a workflow calls the file.
    module : str
        With a function ``render(report) -> str``.
    """

    name: str
    file: str
    module: str

    def render(self, report: Report) -> str:
        """Return the report in this form."""
        text: str = import_module(self.module).render(report)
        return text


FORMS = (
    Form("json", "report.json", "grader.report"),
    Form("markdown", "report.md", "grader.reports.markdown"),
    Form("html", "report.html", "grader.reports.page"),
    Form("junit", "junit.xml", "grader.reports.junit"),
    Form("gradescope", "gradescope.json", "grader.reports.gradescope"),
    Form("classroom50", "classroom50.json", "grader.reports.classroom50"),
    Form("badge", "badge.json", "grader.reports.badge"),
)
