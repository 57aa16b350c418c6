"""What the action does with a folder: one call of the program, every form of report, and one line where it fails."""

import os
import subprocess
import sys

import pytest

from grader.actions import grade, runner
from grader.course import root
from grader.report import load
from grader.reports import FORMS, markdown

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
COMMIT = "ab" * 20


@pytest.fixture
def step(tmp_path, monkeypatch):
    """Run the step on a folder with one wrong exercise; what it calls is written down before it is run."""
    python = tmp_path / "python"
    # in the action's own environment the program is installed; here it is found by its path
    lines = f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\nshift\nPYTHONPATH={root()} exec {sys.executable} "$@"\n'
    python.write_text(lines)
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    (tmp_path / "work/exercises/activations").mkdir(parents=True)
    text = "import numpy as np\n\n\ndef leaky_relu(x, negative_slope=0.01):\n    return np.where(x < 0, 0.01, x)\n"
    (tmp_path / "work/exercises/activations/leaky_relu.py").write_text(text)
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "work"))
    monkeypatch.setenv("KATA_OUT", str(tmp_path / "out"))

    def step(**variables):
        given = {"folder": tmp_path / "work", "only": "sigmoid leaky_relu", "commit": COMMIT, "annotate": "true"}
        for name, value in {**given, **variables}.items():
            monkeypatch.setenv(f"KATA_{name.upper()}", str(value))
        return runner.run(grade.main)

    return step


def test_every_form_is_written_by_one_call_of_the_program_which_is_told_the_commit(step, tmp_path, capfd):
    assert step() == 0
    (call,) = (tmp_path / "calls").read_text().splitlines()
    assert f"--commit {COMMIT}" in call
    assert "--locate" not in call
    report = load(tmp_path / "out/report.json")
    assert report.submission.commit == COMMIT
    assert [exercise.name for exercise in report.exercises] == ["sigmoid", "leaky_relu"]
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()}
    assert written == {form.file: form.render(report) for form in FORMS}
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == "score=0\nmax-score=2\n"
    summary = (tmp_path / "GITHUB_STEP_SUMMARY").read_text("utf-8")
    assert summary.startswith(markdown.render(report, grade.SUMMARY_BYTES))
    said = capfd.readouterr().out
    assert "::error file=exercises/activations/leaky_relu.py,line=4,title=leaky_relu 0/1" in said
    word = said.split("::stop-commands::")[1].splitlines()[0]
    assert said.index(word) < said.index("Score 0/2") < said.index(f"\n::{word}::\n") < said.index("::error ")


def test_the_place_is_searched_for_where_that_is_asked(step, tmp_path):
    assert step(locate="true") == 0
    assert "--locate" in (tmp_path / "calls").read_text()
    (wrong,) = [exercise for exercise in load(tmp_path / "out/report.json").exercises if exercise.status == "failed"]
    assert wrong.place.line == 5


def test_without_a_commit_none_is_told(step, tmp_path):
    assert step(commit="", annotate="false") == 0
    assert "--commit" not in (tmp_path / "calls").read_text()
    assert load(tmp_path / "out/report.json").submission.commit is None


def test_where_grading_fails_one_line_says_why_and_no_earlier_report_is_left(step, tmp_path, capfd):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/report.json").write_text("of an earlier run")
    assert step(only="leaky_rely") == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["failure.txt"]
    reason = (tmp_path / "out/failure.txt").read_text()
    assert "leaky_rely" in reason
    assert "did you mean 'leaky_relu'" in reason
    assert reason.count("\n") == 1
    assert capfd.readouterr().out.endswith(f"::error::{reason}")


@pytest.mark.slow
def test_the_line_that_installs_the_grader_does(tmp_path):
    """As a runner does it: an environment without pip, this checkout, and nothing else that is here."""
    yaml = pytest.importorskip("yaml")
    action = root() / ".github/actions/grade"
    (install,) = [
        step
        for step in yaml.safe_load((action / "action.yml").read_text("utf-8"))["runs"]["steps"]
        if step.get("id") == "install"
    ]
    environment = {
        **os.environ, "TORCH": "false", "RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(action),
    }  # fmt: skip
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", install["run"]], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    python = tmp_path / "kata/bin/python"
    said = subprocess.run([python, "-I", "-m", "grader.cli", "--version"], capture_output=True, text=True)
    assert said.stdout.startswith("kata ")
    assert "torch" not in {path.name for path in tmp_path.glob("kata/lib/python*/site-packages/*")}
