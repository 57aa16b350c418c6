"""Put a score on the pull request that it belongs to: one comment, kept up to date, and a commit status.

The report comes from the job that ran the learner's code, so it is not believed before it has been compared with
what that job was asked to do. Everything shown is rendered here, from the report alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from grader.actions.github import GitHub
from grader.actions.runner import FAILURE, OUT, REPORT, command, run, variable
from grader.course import Course, own_course
from grader.errors import ReportError, StepError
from grader.report import Report, load
from grader.reports import markdown, summary
from grader.reports.text import single_line

CONTEXT = "kata"
MARKER = "<!-- deep-learning-katas: score -->"
AUTHOR = "github-actions[bot]"
COMMENT_CHARACTERS = 65_536
_DESCRIPTION_CHARACTERS = 140
_REPORT_BYTES = 64 << 20


def main() -> None:
    """Publish what is in the folder ``KATA_OUT`` about the commit ``KATA_COMMIT``."""
    commit, folder = variable("KATA_COMMIT"), Path(variable(OUT))
    repository = variable("GITHUB_REPOSITORY")
    github = GitHub(variable("GITHUB_API_URL"), repository, variable("GITHUB_TOKEN"))
    pulls = github.open_pulls(commit)
    if not pulls:
        print(f"No open pull request ends in {commit}: closed, or already followed by a newer commit. Nothing to do.")
        return
    course = own_course()
    page = f"{variable('GITHUB_SERVER_URL')}/{repository}/actions/runs/{variable('GITHUB_RUN_ID')}"
    try:
        report = accepted(folder, commit, course)
    except StepError as error:
        print(command("error", f"not graded: {error}"))
        body, state, description = _no_score(course, str(error), page), "error", f"not graded: {error}"
        attempted = True
    else:
        body = _comment(report, page)
        attempted = len(summary.not_attempted(report)) < len(report.exercises)
        state, description = "failure" if summary.failing(report) else "success", summary.total(report)
    for pull in pulls:
        print(f"Pull request {pull}: {description}, {_put(github, pull, body, new=attempted)}.")
    github.set_status(
        commit,
        state=state,
        context=CONTEXT,
        description=single_line(description, characters=_DESCRIPTION_CHARACTERS),
        target_url=page,
    )


def accepted(folder: Path, commit: str, course: Course) -> Report:
    """Return the report in a folder if it is one of what should have been graded, as it should; raises `StepError`."""
    path, failure = folder / REPORT, folder / FAILURE
    if failure.is_file():
        with failure.open(encoding="utf-8", errors="replace") as file:
            raise StepError(single_line(file.read(2000), characters=1000))
    if not path.is_file():
        raise StepError("grading ended before there was a report")
    if path.stat().st_size > _REPORT_BYTES:
        raise StepError("the report is too large")
    try:
        report = load(path)
    except ReportError as error:
        raise StepError(str(error).replace(str(path), REPORT)) from None
    asked = [(exercise.topic, exercise.name, exercise.points) for exercise in course.exercises]
    wanted: list[tuple[str, bool]] = [
        ("was not made under bubblewrap", report.run.isolation == "bubblewrap"),
        ("is about another commit", report.submission.commit == commit),
        ("was made with the public seed", report.run.seed > 0 and report.run.reference == "live"),
        ("is about another course", report.course == course.title),
        ("is about other exercises", [(e.topic, e.name, e.max_score) for e in report.exercises] == asked),
    ]
    for complaint, fine in wanted:
        if not fine:
            raise StepError(f"the report {complaint}")
    return report


def _comment(report: Report, page: str) -> str:
    head, foot = f"{MARKER}\n", f"\n<sub>[The run, with all details]({page})</sub>\n"
    return head + markdown.render(report, COMMENT_CHARACTERS - len(head) - len(foot)) + foot


def _no_score(course: Course, reason: str, page: str) -> str:
    return f"{MARKER}\n## {course.title}\n\n**Not graded.** {markdown.prose(reason)}\n\n<sub>[The run]({page})</sub>\n"


def _put(github: GitHub, pull: int, body: str, *, new: bool) -> str:
    """Update our comment on a pull request, or make one if there is none, and say which."""
    for comment in github.comments(pull):
        if (comment["user"] or {}).get("login") == AUTHOR and (comment["body"] or "").startswith(MARKER):
            github.update_comment(comment["id"], body)
            return "comment updated"
    if not new:
        return "no comment, since nothing was attempted"
    github.create_comment(pull, body)
    return "comment made"


if __name__ == "__main__":
    sys.exit(run(main))
