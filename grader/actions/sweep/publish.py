"""Say what came of a sweep: on every pull request, and in a table of the class."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.actions.publish import Publisher, Verdict
from grader.actions.runner import FAILURE, OUT, REPORT, command, run, summarize, variable
from grader.actions.sweep import table
from grader.actions.sweep.pulls import open_pulls
from grader.report import Report
from grader.reports import markdown as pages
from grader.reports.text import single_line


def main() -> None:
    """Publish what is in ``KATA_OUT/COMMIT`` for the commits that open pull requests end in now."""
    out = Path(variable(OUT))
    publisher = Publisher.here()
    pulls, private = open_pulls(publisher.github)
    reports: dict[str, Report] = {}
    done = set()
    comments = {pull.number: pull.comment for pull in pulls}
    for commit in dict.fromkeys(pull.commit for pull in pulls):
        if not any((out / commit / name).is_file() for name in (REPORT, FAILURE)):
            continue
        verdict = Verdict.read(out / commit, commit, publisher.course)
        publisher.publish(verdict, [pull.number for pull in pulls if pull.commit == commit], comments.get)
        done.add(commit)
        if verdict.report is not None:
            reports[commit] = verdict.report
    if (out / FAILURE).is_file():  # grading as a whole ended
        reason = single_line((out / FAILURE).read_text("utf-8", "replace")[:2000], characters=1000)
        summarize(f"**Not graded.** {pages.prose(reason, characters=1000)}\n\n")
        print(command("error", reason))
    left = [pull for pull in pulls if pull.commit not in done and pull.score in (None, "being scored")]
    summarize(f"## Scores\n\n{len(done)} commits scored now, {len(left)} pull requests left for the next run.\n\n")
    if not private:
        summarize("The table of the class is made in private repositories only.\n")
        return
    rows = table.rows(publisher.course, pulls, reports)
    summarize(table.markdown(rows))
    out.mkdir(parents=True, exist_ok=True)
    (out / "scores.csv").write_text(table.csv(rows), "utf-8")


if __name__ == "__main__":
    sys.exit(run(main))
