"""Every open pull request without a score is scored: few requests, none twice, none forgotten."""

import csv
import json
import shutil
import sys
from datetime import UTC, datetime, timedelta

import pytest

from grader.actions import publish
from grader.actions.runner import run
from grader.actions.sweep import find, grade
from grader.actions.sweep import publish as sweep_publish
from grader.course import Course, Exercise, Topic, root
from grader.report import CheckResult, ExerciseResult, Report, Run, Submission, render

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")
TOKEN = "pull-requests:write statuses:write checks:write"
EXERCISE = Exercise("relu", "activations", "A function", 1, 1.0, (), (), ("Think.",))


def commit_of(number):
    return f"{number:040x}"


def report(commit, score=1.0):
    status = "passed" if score else "failed"
    check = CheckResult("test_a", "Agrees.", status, score, 1.0, None, None, None)
    result = ExerciseResult("relu", "activations", status, score, 1.0, 0.1, (check,), None, "", None)
    run = Run(7, "recorded", "bubblewrap", "0.1.0", "c" * 64, "2.4.6", None, "2026-11-22T10:00:00+00:00", 1.0)
    return Report("Katas", Submission("exercises", commit, "a" * 64), run, score, 1.0, (result,))


@pytest.fixture
def job(tmp_path, hub, monkeypatch):
    """Return a function that runs a step of the sweep's jobs, and what it wrote to the summary."""
    course = Course("Katas", tmp_path, (Topic("activations", "Activations", "Functions.", (EXERCISE,)),), {})
    monkeypatch.setattr(publish, "own_course", lambda: course)
    summary = tmp_path / "summary.md"
    variables = {
        "KATA_OUT": str(tmp_path / "out"), "GITHUB_REPOSITORY": "school/katas", "GITHUB_API_URL": hub.url,
        "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "5", "GITHUB_TOKEN": TOKEN,
        "GITHUB_STEP_SUMMARY": str(summary),
    }  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def job(step):
        summary.write_text("")
        assert run(step.main) == 0
        return summary.read_text("utf-8")

    job.out = tmp_path / "out"
    job.chosen = lambda: json.loads((job.out / find.LIST).read_text())
    return job


def hand_over(job, commit, score=1.0):
    (job.out / commit).mkdir(parents=True, exist_ok=True)
    (job.out / commit / "report.json").write_text(render(report(commit, score)))


def test_a_class_of_four_hundred_takes_few_requests_and_nobody_twice(job, hub, capsys):
    for number in range(1, 401):
        hub.pull(number, commit_of(number), author=f"learner-{number}")
    seen = []
    for _ in range(5):
        before = len(hub.requests)
        job(find)
        chosen = job.chosen()
        assert len(hub.requests) - before == 8 + len(chosen)
        for commit in chosen:
            hand_over(job, commit)
        before = len(hub.requests)
        summary = job(sweep_publish)
        assert len(hub.requests) - before == 8 + 3 * len(chosen)
        seen += chosen
        shutil.rmtree(job.out)
    assert seen == [commit_of(number) for number in range(1, 401)]
    assert "400 open pull requests, 0 without a score" in capsys.readouterr().out
    assert "0 commits scored now, 0 pull requests left" in summary
    assert len(hub.comments) == 400


def test_what_always_fails_is_said_and_not_tried_again(job, hub):
    hub.pull(1, commit_of(1))
    hub.pull(2, commit_of(2))
    job(find)
    assert job.chosen() == [commit_of(1), commit_of(2)]
    (job.out / commit_of(1)).mkdir()
    (job.out / commit_of(1) / "failure.txt").write_text("the commit could not be fetched\n")
    hand_over(job, commit_of(2))
    job(sweep_publish)
    last = {status["commit"]: (status["state"], status["description"]) for status in hub.statuses}
    assert last == {
        commit_of(1): ("error", "not graded: the commit could not be fetched"), commit_of(2): ("success", "1/1"),
    }  # fmt: skip
    job(find)
    assert job.chosen() == []


def test_what_the_time_did_not_reach_is_left_for_the_next_run(job, hub):
    for number in (1, 2):
        hub.pull(number, commit_of(number))
    job(find)
    hand_over(job, commit_of(1))
    assert "1 commits scored now, 1 pull requests left for the next run" in job(sweep_publish)
    job(find)
    assert job.chosen() == []  # its pending is young: another run may be at it
    hub.statuses[1]["created"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    job(find)
    assert job.chosen() == [commit_of(2)]


def test_a_status_of_the_same_name_by_somebody_else_is_no_score(job, hub):
    hub.pull(1, commit_of(1))
    hub.statuses.append(
        {"commit": commit_of(1), "state": "success", "description": "124/124", "creator": {"login": "learner"}}
    )
    job(find)
    assert job.chosen() == [commit_of(1)]


def test_a_head_that_has_moved_meanwhile_is_not_scored(job, hub):
    hub.pull(1, commit_of(1))
    job(find)
    hand_over(job, commit_of(1))
    hub.pull(1, commit_of(2))
    job(sweep_publish)
    assert [status["state"] for status in hub.statuses] == ["pending"]
    assert not hub.comments


def test_the_table_of_the_class_is_for_private_repositories(job, hub):
    hub.pull(1, commit_of(1), author="bea")
    hub.pull(2, commit_of(2), author="Al")
    hub.pull(3, commit_of(3), author=None)
    job(find)
    hand_over(job, commit_of(1))
    hand_over(job, commit_of(2), score=0.0)
    summary = job(sweep_publish)
    assert "| Al | #2 | 0 | 0 |" in summary
    assert "| bea | #1 | 1 | 1 |" in summary
    rows = list(csv.DictReader((job.out / "scores.csv").open()))
    assert [(row["author"], row["score"], row["max_score"], row["activations"]) for row in rows] == [
        ("Al", "0", "1", "0"), ("bea", "1", "1", "1"), ("ghost", "", "1", ""),
    ]  # fmt: skip

    shutil.rmtree(job.out)  # the next run knows the earlier scores from the comments
    rows_again = job(sweep_publish)
    assert "| bea | #1 | 1 | 1 |" in rows_again
    hub.comments.clear()  # or, where somebody has deleted them, the sum from the status
    assert "| bea | #1 | 1 |  |" in job(sweep_publish)

    hub.private = False
    shutil.rmtree(job.out)
    summary = job(sweep_publish)
    assert "bea" not in summary
    assert not (job.out / "scores.csv").exists()


def test_grading_that_ends_as_a_whole_is_said(job, hub):
    hub.pull(1, commit_of(1))
    job(find)
    (job.out / "failure.txt").write_text("bubblewrap does not work here\n")
    assert "**Not graded.** bubblewrap does not work here" in job(sweep_publish)


def test_a_list_that_is_none_ends_the_step(job, monkeypatch, capsys):
    monkeypatch.setenv("KATA_FOLDER", str(job.out))
    job.out.mkdir()
    for text in ("{", "{}", '["../x"]', "[7]"):
        (job.out / find.LIST).write_text(text)
        monkeypatch.setattr(grade, "own_course", lambda: publish.own_course())
        monkeypatch.setattr(grade, "collect", lambda *_: {})
        assert run(grade.main) == 1
        assert "commits.json is no list of commits" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("bwrap"), reason="needs bubblewrap")
def test_a_whole_sweep(runner, repositories, hub):
    """Three pull requests: a right one, one whose code attacks, and one that cannot be fetched; another is scored."""
    pytest.importorskip("torch")
    heads = {}
    for number, name, text in (
        (21, "right", (root() / "solutions/activations/relu.py").read_text()),
        (22, "attacker", "import os\n\n\ndef relu(x):\n    os.kill(os.getppid(), 9)\n"),
    ):
        fork = repositories.fork(f"sweep-{name}")
        (fork / "exercises/activations/relu.py").write_text(text)
        heads[number] = repositories.push(fork, number)
        hub.pull(number, heads[number], author=name)
    hub.pull(23, "3" * 40, author="gone")
    hub.pull(24, "4" * 40, author="scored")
    hub.statuses.append({"commit": "4" * 40, "state": "success", "description": "4/4"})
    result = runner.run("sweep", "schedule", {}, commit=repositories.main)
    assert result.jobs == {"find": "success", "grade": "success", "publish": "success"}, result.log
    last = {status["commit"]: (status["state"], status["description"]) for status in hub.statuses}
    assert last[heads[21]] == ("success", "1/4")
    assert last[heads[22]] == ("failure", "0/4")
    assert last["3" * 40][0] == "error"
    assert "could not be fetched" in last["3" * 40][1]
    assert last["4" * 40] == ("success", "4/4")
    by_pull = {item["pull"]: item["body"] for item in hub.comments}
    assert by_pull.keys() == {21, 22, 23}
    assert "**Score 1/4**" in by_pull[21]
    assert "**Not graded.**" in by_pull[23]
    rows = list(csv.DictReader((result.artifacts["scores"] / "scores.csv").open()))
    assert [(row["author"], row["score"]) for row in rows] == [
        ("attacker", "0"), ("gone", ""), ("right", "1"), ("scored", "4"),
    ]  # fmt: skip

    again = runner.run("sweep", "workflow_dispatch", {}, commit=repositories.main)
    assert again.jobs == {"find": "success", "grade": "skipped", "publish": "success"}, again.log
    assert len(hub.comments) == 3
