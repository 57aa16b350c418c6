"""Put a score on the pull request that it belongs to: a commit status, a check run, and one comment, kept up to date.

The report comes from the job that ran the learner's code, so it is not believed before it has been compared with
what that job was asked to do. Everything shown is rendered here, from the report alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.actions import comment
from grader.actions.annotations import check_run
from grader.actions.github import GitHub, Refused
from grader.actions.runner import FAILURE, OUT, REPORT, command, run, variable
from grader.course import Course, own_course
from grader.errors import ReportError, StepError
from grader.report import Report, load
from grader.reports import summary
from grader.reports.text import single_line

CONTEXT = "kata"
AUTHOR = "github-actions[bot]"
_DESCRIPTION_CHARACTERS = 140
_REPORT_BYTES = 64 << 20

# Returns the id and the text of our comment on a pull request.
Comments = Callable[[int], tuple[int, str] | None]


@dataclass(frozen=True)
class Verdict:
    """What is said of a commit: its report, or the reason why there is none."""

    commit: str
    report: Report | None
    reason: str = ""

    @classmethod
    def read(cls, folder: Path, commit: str, course: Course) -> Verdict:
        """Return what the folder that a job has handed over says of a commit."""
        try:
            return cls(commit, accepted(folder, commit, course))
        except StepError as error:
            print(command("error", f"{commit} was not graded: {error}"))
            return cls(commit, None, str(error))

    @property
    def state(self) -> str:
        """The state of the commit's status."""
        if self.report is None:
            return "error"
        return "failure" if summary.failing(self.report) else "success"

    @property
    def description(self) -> str:
        """The few words beside the status."""
        text = summary.total(self.report) if self.report else f"not graded: {self.reason}"
        return single_line(text, characters=_DESCRIPTION_CHARACTERS)

    @property
    def attempted(self) -> bool:
        """Whether there is anything to comment on."""
        return self.report is None or any(each.status != "not_attempted" for each in self.report.exercises)


@dataclass(frozen=True)
class Publisher:
    """Puts verdicts where they are seen.

    Attributes
    ----------
    github : GitHub
    course : Course
    base : str
        The address of the repository.
    page : str
        The address of this run.
    """

    github: GitHub
    course: Course
    base: str
    page: str

    @classmethod
    def here(cls) -> Publisher:
        """Return the publisher of this job's repository and run."""
        repository = variable("GITHUB_REPOSITORY")
        github = GitHub(variable("GITHUB_API_URL"), repository, variable("GITHUB_TOKEN"))
        base = f"{variable('GITHUB_SERVER_URL')}/{repository}"
        return cls(github, own_course(), base, f"{base}/actions/runs/{variable('GITHUB_RUN_ID')}")

    def status(self, commit: str, state: str, description: str) -> None:
        """Set the status of a commit."""
        self.github.set_status(commit, state=state, context=CONTEXT, description=description, target_url=self.page)

    def publish(self, verdict: Verdict, pulls: Iterable[int], ours: Comments | None = None) -> None:
        """Say the verdict on every pull request that ends in its commit; ``ours`` finds our comment, if it is known.

        The status is set first: a comment or a check run may be refused, and must not cost the score.
        """
        self.status(verdict.commit, verdict.state, verdict.description)
        if verdict.report is not None:
            with _refusals("check run"):
                self.github.create_check_run(check_run(verdict.report))
        for pull in pulls:
            with _refusals("comment"):
                print(f"Pull request {pull}: {verdict.description}, {self._comment(verdict, pull, ours)}.")

    def _comment(self, verdict: Verdict, pull: int, known: Comments | None) -> str:
        """Update our comment on a pull request, or make one if there is none, and say which."""
        ours = known(pull) if known else find(self.github, pull)
        earlier = ours[1] if ours else ""
        if verdict.report is not None:
            body = comment.scored(verdict.report, earlier, self.base, self.page)
        else:
            body = comment.not_graded(self.course.title, verdict.reason, earlier, self.page)
        if ours:
            self.github.update_comment(ours[0], body)
            return "comment updated"
        if not verdict.attempted:
            return "no comment, since nothing was attempted"
        self.github.create_comment(pull, body)
        return "comment made"


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    """Go on where GitHub refuses, as it does for a locked conversation."""
    try:
        yield
    except Refused as error:
        print(command("warning", f"the {what} was refused: {error}"))


def find(github: GitHub, pull: int) -> tuple[int, str] | None:
    """Return the id and the text of our comment on a pull request, if it is there."""
    for item in github.comments(pull):
        if (item["user"] or {}).get("login") == AUTHOR and (item["body"] or "").startswith(comment.MARKER):
            return item["id"], item["body"]
    return None


def main() -> None:
    """Publish what is in the folder ``KATA_OUT`` about the commit ``KATA_COMMIT``."""
    commit, folder = variable("KATA_COMMIT"), Path(variable(OUT))
    publisher = Publisher.here()
    queued = os.environ.get("KATA_EVENT") == "merge_group"  # a commit that no pull request has as its head
    pulls = publisher.github.open_pulls(commit, head())
    if not pulls and not queued:
        print(f"No open pull request ends in {commit}: closed, or already followed by a newer commit. Nothing to do.")
        return
    publisher.publish(Verdict.read(folder, commit, publisher.course), pulls)


def head() -> str:
    """Return ``owner:branch`` of the pull request's head, or nothing where its fork is gone."""
    owner, branch = os.environ.get("KATA_OWNER", ""), os.environ.get("KATA_BRANCH", "")
    return f"{owner}:{branch}" if owner and branch else ""


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
    counted = course.counted(course.exercises)
    asked = [(each.topic, each.name, each.points, each not in counted) for each in course.exercises]
    wanted: list[tuple[str, bool]] = [
        ("was not made under bubblewrap", report.run.isolation == "bubblewrap"),
        ("is about another commit", report.submission.commit == commit),
        ("was made with the public seed", report.run.seed > 0),
        ("is about another course", report.course == course.title),
        ("is about other exercises", [(e.topic, e.name, e.max_score, e.apart) for e in report.exercises] == asked),
    ]
    for complaint, fine in wanted:
        if not fine:
            raise StepError(f"the report {complaint}")
    return report


if __name__ == "__main__":
    sys.exit(run(main))
