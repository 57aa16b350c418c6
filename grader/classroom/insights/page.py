"""Draw a class as one page that needs nothing else: no script, no picture, no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from grader.classroom.insights.figures import ENOUGH
from grader.classroom.insights.naming import Naming
from grader.classroom.insights.overview import Overview
from grader.classroom.insights.progress import Progress
from grader.errors import UsageError
from grader.reports.text import single_line

_HERE = Path(__file__).parent


def draw(
    course: str, classes: Sequence[Overview], progress: Progress | None, naming: Naming, *, pseudonymous: bool
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    course : str
        Its title.
    classes : sequence of Overview
    progress : Progress or None
    naming : callable
        Takes the id of a learner or submission, and returns what it is called on the page.
    pseudonymous : bool
        Whether these are no names of people.

    Raises
    ------
    UsageError
        Where jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError:
        raise UsageError("the page needs jinja2: pip install 'deep-learning-katas[classroom]'") from None

    def name(id: str) -> str:
        return single_line(naming(id), characters=80)

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["named"] = name
    style = (_HERE / "page.css").read_text("utf-8")
    return environment.get_template("page.html.j2").render(
        course=course,
        classes=classes,
        progress=progress,
        name=name,
        pseudonymous=pseudonymous,
        enough=ENOUGH,
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
