"""Grade a folder in a workflow: the report files, the summary of the run, and notes on the learner's lines.

It is told what to do by the variables that ``.github/actions/grade/action.yml`` sets.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

from grader.actions.annotations import annotate
from grader.actions.runner import OUT, REPORT, command, output, run, summarize, variable
from grader.errors import StepError
from grader.report import load
from grader.reports import FORMS, badge, markdown, summary

SUMMARY_BYTES = 1_000_000  # GitHub takes 1 MiB from a step


def main() -> None:
    """Grade, and show what came of it."""
    out = Path(variable(OUT))
    out.mkdir(parents=True, exist_ok=True)
    folder = Path(variable("KATA_FOLDER"))
    (out / REPORT).unlink(missing_ok=True)
    _kata_grade(folder, out)
    report = load(out / REPORT)
    summarize(markdown.render(report, SUMMARY_BYTES))
    summarize(f"\nA badge to paste: `{badge.picture(report)}`\n")
    # the line by which GitHub Classroom and its successors know a score
    print(command("notice", f"Points {summary.total(report)}", title="Autograding complete"))
    output("score", summary.points(report.score))
    output("max-score", summary.points(report.max_score))
    if os.environ.get("KATA_ANNOTATE") == "true":
        for line in annotate(report, folder, Path(variable("GITHUB_WORKSPACE", "."))):
            print(line)


def _kata_grade(folder: Path, out: Path) -> None:
    """Run ``kata grade``, with workflow commands switched off while it prints; raises `StepError` if it fails."""
    words = [sys.executable, "-I", "-m", "grader.cli", "grade"]
    words += [word for form in FORMS for word in (f"--{form.name}", str(out / form.file))]
    words += ["--isolation", variable("KATA_ISOLATION", "auto")]
    for option, name in (("--seed", "KATA_SEED"), ("--commit", "KATA_COMMIT")):
        words += [option, value] if (value := os.environ.get(name)) else []
    for name in os.environ.get("KATA_ONLY", "").split():
        words += ["--only", name]
    words += ["--locate"] * (os.environ.get("KATA_LOCATE") == "true")
    word = secrets.token_hex(16)
    print(command("stop-commands", word), flush=True)
    try:
        done = subprocess.run([*words, "--", str(folder)], stderr=subprocess.PIPE, text=True, errors="replace")
        print(done.stderr, end="", flush=True)
    finally:
        print(f"\n::{word}::", flush=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"kata grade ended with status {done.returncode}"]
        raise StepError(lines[-1].removeprefix("kata: "))


if __name__ == "__main__":
    sys.exit(run(main))
