"""Grade a folder in a workflow: the report files, the summary of the run, and notes on the learner's lines.

It is told what to do by the variables that ``.github/actions/grade/action.yml`` sets.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

from grader.actions.notes import notes
from grader.actions.runner import OUT, REPORT, StepError, command, output, run, summarize, variable
from grader.grading.report import Report
from grader.reports import badge, classroom50, gradescope, json_report, junit, markdown, summary

SUMMARY_BYTES = 1_000_000  # GitHub takes 1 MiB from a step


def main() -> None:
    """Grade, and show what came of it."""
    out = Path(variable(OUT))
    out.mkdir(parents=True, exist_ok=True)
    folder = Path(variable("KATA_FOLDER"))
    path = out / REPORT
    path.unlink(missing_ok=True)
    _kata_grade(folder, path)
    report = json_report.load(path)
    if commit := os.environ.get("KATA_COMMIT"):
        report.submission.path, report.submission.commit = "exercises", commit
        json_report.write(report, path)
    _write_forms(report, out)
    summarize(markdown.render(report, SUMMARY_BYTES))
    output("score", summary.points(report.score))
    output("max-score", summary.points(report.max_score))
    if os.environ.get("KATA_ANNOTATE") == "true":
        for note in notes(report, folder, Path(variable("GITHUB_WORKSPACE", "."))):
            print(note)


def _kata_grade(folder: Path, path: Path) -> None:
    """Run ``kata grade``, with workflow commands switched off while it prints; raises `StepError` if it fails."""
    words = [sys.executable, "-I", "-m", "grader.cli", "grade", "--json", str(path)]
    words += ["--seed", variable("KATA_SEED", "0"), "--isolation", variable("KATA_ISOLATION", "auto")]
    for name in os.environ.get("KATA_ONLY", "").split():
        words += ["--only", name]
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


def _write_forms(report: Report, out: Path) -> None:
    """Write the report in every form that another program may want."""
    forms = {
        "report.md": markdown.render(report),
        "junit.xml": junit.dumps(report),
        "gradescope.json": gradescope.dumps(report),
        "classroom50.json": classroom50.dumps(report, os.environ),
        "badge.json": badge.dumps(report),
    }
    for name, text in forms.items():
        (out / name).write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(run(main))
