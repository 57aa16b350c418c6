"""Draw the report as GitHub-flavoured Markdown, for the summary of a workflow and the comment on a pull request.

Text that a learner's code may have produced is bounded, made visible and put into HTML elements in which neither
Markdown nor GitHub looks for anything: nothing in it ends its own cell, links, or mentions anybody.
"""

import html
from urllib.parse import quote

from grader.report import CheckResult, ExerciseResult, Report
from grader.reports import summary
from grader.reports.place import where
from grader.reports.text import excerpt, single_line

_LEAST = 4096
_OMITTED = "*{} more parts did not fit here; the JSON report has everything.*\n"
_CHECKS_SHOWN = 3
# What means something inside a line. Prose never stands at the beginning of one.
_MEANINGFUL = str.maketrans({character: f"&#{ord(character)};" for character in "\\`*_[]<>|~&$^"})
# GitHub finds mentions, references and addresses in the finished page: a zero-width space keeps them apart.
_REFERENCES = str.maketrans({"@": "@&#8203;", "#": "&#35;&#8203;"})
_ADDRESSES = {"://": "&#58;&#8203;//", "www.": "www&#46;&#8203;"}
# What a workflow's log would obey, should somebody print the page there.
_COMMANDS = {"::": "&#58;&#58;", "##": "&#35;&#35;"}


def render(report: Report, limit: int = 65_536, base: str = "") -> str:
    """Return the report as Markdown.

    Parameters
    ----------
    report : Report
    limit : int
        The most bytes that the text may have in UTF-8, at least 4096. GitHub takes 65,536 characters in a comment
        and 1 MiB in the summary of a step. What does not fit is left out, the score never.
    base : str
        The address of the repository on GitHub. With it every exercise is linked to its file at the commit that was
        graded, and to its notes.

    Returns
    -------
    str
    """
    if limit < _LEAST:
        raise ValueError(f"limit must be at least {_LEAST}")
    links = Links(base, report.submission.commit)
    page = _Page(limit)
    head = [_headline(report), _topics(report, links), _next(report, links)]
    foot = [*([_all(report, links)] if links else []), _receipt(report)]
    page.head += filter(page.takes, head)
    page.foot += filter(page.takes, foot)
    others = summary.failing(report)[1:]
    lines = {id(exercise): line for exercise in others if page.takes(line := f"- {_title(exercise, links)}")}
    for exercise in others:
        line, details = lines.get(id(exercise), ""), _folded(exercise, links)
        if page.takes(details, instead_of=line):
            page.head.append(details)
        elif line:
            page.lines.append(line)
    return page.text(len(head) + len(foot) + len(others))


class Links:
    """Where the files of a commit are on GitHub; false where that is not known."""

    def __init__(self, base: str, commit: str | None) -> None:
        self._base = base.rstrip("/")
        self._commit = commit or "HEAD"

    def __bool__(self) -> bool:
        return bool(self._base)

    def exercise(self, topic: str, name: str, line: int | None = None) -> str:
        """Return the exercise's name in code, linked to its file, or to a line of it."""
        place = f"exercises/{_quoted(topic)}/{_quoted(name)}.py{f'#L{line}' if line else ''}"
        return self._link(_code(name), f"{_quoted(self._commit)}/{place}")

    def note(self, topic: str, text: str) -> str:
        """Return a text linked to the notes of a topic as they are now."""
        return self._link(text, f"HEAD/exercises/{_quoted(topic)}/README.md")

    def _link(self, text: str, path: str) -> str:
        return f'<a href="{html.escape(self._base)}/blob/{path}">{text}</a>' if self else text


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


class _Page:
    """Parts of a text that is bounded, the most important taken first."""

    def __init__(self, limit: int) -> None:
        self.room = limit - len(_OMITTED) - 20
        self.head: list[str] = []
        self.lines: list[str] = []
        self.foot: list[str] = []

    def takes(self, part: str, instead_of: str = "") -> bool:
        """Tell whether there is room for a part, and if there is, take it."""
        size = _size(part) - _size(instead_of)
        if size > self.room:
            return False
        self.room -= size
        return True

    def text(self, parts: int) -> str:
        """Return the text, which says how many of its parts are not in it, or are but one line."""
        missing = parts - len(self.head) - len(self.foot)
        note = [_OMITTED.format(missing)] if missing else []
        end = [""] if self.lines else []
        return "\n".join([*self.head, *note, *self.lines, *end, *self.foot])


def _size(part: str) -> int:
    return len(part.encode()) + 1 if part else 0


def _headline(report: Report) -> str:
    return f"## {prose(report.course, characters=100)}\n\n**Score {summary.total(report)}**\n"


def _receipt(report: Report) -> str:
    run, submission = report.run, report.submission
    facts = [
        f"commit {_code(submission.commit)}" if submission.commit else _code(submission.path),
        f"seed {run.seed}",
        f"{run.reference} references",
        f"isolation {run.isolation}",
        f"grader {prose(run.grader)}",
    ]
    return f"<sub>Graded: {', '.join(facts)}</sub>\n"


def _topics(report: Report, links: Links) -> str:
    lines = ["| | Topic | Solved | Points |", "|---|---|---:|---:|"]
    for topic in summary.topics(report):
        mark = "❌" if topic.failing else "✅" if topic.solved == topic.exercises else "⬜"
        more = f", {summary.APART}" if topic.apart else ""
        lines.append(
            f"| {mark} | {links.note(topic.name, prose(topic.name))}{more} "
            f"| {topic.solved} of {topic.exercises} | {topic.points} |"
        )
    return "\n".join(lines) + "\n"


def _all(report: Report, links: Links) -> str:
    lines = []
    for topic in summary.topics(report):
        marks = " ".join(
            f"{'❌' if summary.is_failing(item) else '✅' if item.status == 'passed' else '⬜'}&nbsp;"
            f"{links.exercise(item.topic, item.name)}"
            for item in report.exercises
            if item.topic == topic.name
        )
        lines.append(f"{links.note(topic.name, prose(topic.name))}: {marks}<br>\n")
    return f"<details><summary>All exercises</summary>\n\n{''.join(lines)}\n</details>\n"


def _next(report: Report, links: Links) -> str:
    failing, left = summary.failing(report), summary.not_attempted(report)
    if failing:
        return f"### Next: {_title(failing[0], links)}\n\n{_body(failing[0])}"
    if left:
        return f"### Next: {_title(left[0], links)}\n"
    return "Everything is solved.\n"


def _folded(exercise: ExerciseResult, links: Links) -> str:
    return f"<details><summary>{_title(exercise, links)}</summary>\n\n{_body(exercise)}\n</details>\n"


def _title(exercise: ExerciseResult, links: Links) -> str:
    score = f"{summary.points(exercise.score)}/{summary.points(exercise.max_score)} points"
    line = exercise.place.line if exercise.place else exercise.line
    name = links.exercise(exercise.topic, exercise.name, line)
    topic = links.note(exercise.topic, prose(exercise.topic))
    return f"{name} in {topic}: {score}, {summary.describe(exercise)}"


def _body(exercise: ExerciseResult) -> str:
    told = summary.told(exercise)
    blocks = [_block(exercise.message)] if exercise.message else []
    if cause := summary.cause(exercise):
        blocks.append(f"> 💡 {prose(cause, characters=800)}\n")
    if exercise.place:
        blocks.append(f"> 📍 It goes wrong in {prose(where(exercise.place))}\n")
    said: set[str | None] = set()
    for check in told[:_CHECKS_SHOWN]:
        diagnosis = summary.own_diagnosis(exercise, check)
        blocks.append(_check(check, None if diagnosis in said else diagnosis))
        said.add(diagnosis)
    if len(told) > _CHECKS_SHOWN:
        blocks.append(f"… and {len(told) - _CHECKS_SHOWN} more.\n")
    if exercise.stdout.strip():
        blocks.append(f"The code printed:\n\n{_block(exercise.stdout)}")
    return "\n".join(blocks)


def _check(check: CheckResult, diagnosis: str | None) -> str:
    blocks = [f"❌ <b>{prose(check.title)}</b>\n"]
    if diagnosis:
        blocks.append(f"> 💡 {prose(diagnosis, characters=600)}\n")
    if check.message:
        blocks.append(_block(check.message))
    return "\n".join(blocks)


def _block(text: str) -> str:
    """Return text as a block of its own, in which nothing is Markdown."""
    content = html.escape(excerpt(text, lines=40, characters=1500), quote=False)
    return f"<pre>{_replace(content, _COMMANDS)}</pre>\n"


def _code(text: str) -> str:
    return f"<code>{prose(text)}</code>"


def prose(text: str, characters: int = 200) -> str:
    """Return text as prose within a line, in which nothing is Markdown or HTML."""
    prose = single_line(text, characters=characters)
    return _replace(prose.translate(_MEANINGFUL | _REFERENCES), _ADDRESSES)


def _replace(text: str, replacements: dict[str, str]) -> str:
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text
