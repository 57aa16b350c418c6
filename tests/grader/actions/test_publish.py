"""What is believed of a report, and what is asked of GitHub."""

import json
import types
from dataclasses import replace

import pytest

from grader.actions import github as rest
from grader.actions import publish
from grader.actions.github import GitHub
from grader.actions.runner import run
from grader.course import Course, Exercise, Topic
from grader.errors import StepError
from grader.report import CheckResult, ExerciseResult, Report, Run, Submission, render

COMMIT = "ab" * 20
TOKEN = "pull-requests:write statuses:write"


def exercise(name):
    return Exercise(name, "activations", "A function", 1, 1.0, (), (), ("Think.",))


@pytest.fixture
def course(tmp_path):
    exercises = (exercise("sigmoid"), exercise("relu"))
    return Course("Katas", tmp_path, (Topic("activations", "Activations", "Functions.", exercises),), {})


def report(first="passed", second="not_attempted", message=None):
    results = []
    for name, status in (("sigmoid", first), ("relu", second)):
        score = float(status == "passed")
        check = CheckResult("test_a", "Agrees.", "passed" if score else "failed", score, 1.0, message, None, None)
        results.append(
            ExerciseResult(name, "activations", status, score, 1.0, 0.1, (check,), message, message or "", None)
        )
    run = Run(7, "live", "bubblewrap", "0.1.0", "c" * 64, "2.4.6", "2.13.0", "2026-11-22T10:00:00+00:00", 1.0)
    total = sum(result.score for result in results)
    return Report("Katas", Submission("exercises", COMMIT, "a" * 64), run, total, 2.0, tuple(results))


def first(sample, **fields):
    """Return a report whose first exercise has other fields."""
    return replace(sample, exercises=(replace(sample.exercises[0], **fields), *sample.exercises[1:]))


def test_the_report_that_was_asked_for_is_accepted(tmp_path, course):
    (tmp_path / "report.json").write_text(render(report()))
    assert publish.accepted(tmp_path, COMMIT, course) == report()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda r: {"run": replace(r.run, isolation="process")}, "was not made under bubblewrap"),
        (lambda r: {"submission": replace(r.submission, commit="cd" * 20)}, "is about another commit"),
        (lambda r: {"submission": replace(r.submission, commit=None)}, "is about another commit"),
        (lambda r: {"run": replace(r.run, seed=0)}, "was made with the public seed"),
        (lambda r: {"run": replace(r.run, reference="recorded")}, "was made with the public seed"),
        (lambda r: {"course": "Others"}, "is about another course"),
        (lambda r: {"exercises": first(r, name="selu").exercises}, "is about other exercises"),
        (lambda r: {"exercises": r.exercises[:1], "max_score": 1.0}, "is about other exercises"),
        (lambda r: {"exercises": r.exercises[::-1]}, "is about other exercises"),
        (lambda r: {"score": 2.0}, "score is not the sum of its parts"),
        (lambda r: {"exercises": first(r, status="excellent").exercises}, "must be one of"),
    ],
)
def test_any_other_report_is_not(tmp_path, course, change, complaint):
    changed = replace(report(), **change(report()))
    (tmp_path / "report.json").write_text(render(changed))
    with pytest.raises(StepError, match=complaint) as error:
        publish.accepted(tmp_path, COMMIT, course)
    assert str(tmp_path) not in str(error.value)


def test_a_report_with_other_points_is_not(tmp_path, course):
    points = {"score": 1000.0, "max_score": 1000.0}
    (check,) = report().exercises[0].checks
    changed = replace(first(report(), checks=(replace(check, **points),), **points), score=1000.0, max_score=1001.0)
    (tmp_path / "report.json").write_text(render(changed))
    with pytest.raises(StepError, match="is about other exercises"):
        publish.accepted(tmp_path, COMMIT, course)


def test_no_report_at_all(tmp_path, course):
    with pytest.raises(StepError, match="ended before there was a report"):
        publish.accepted(tmp_path, COMMIT, course)
    (tmp_path / "report.json").write_text("{")
    with pytest.raises(StepError, match=r"^report.json: not JSON"):
        publish.accepted(tmp_path, COMMIT, course)
    (tmp_path / "failure.txt").write_text("no bubblewrap\n@everybody" + "!" * 5000)
    with pytest.raises(StepError, match="no bubblewrap @everybody") as error:
        publish.accepted(tmp_path, COMMIT, course)
    assert len(str(error.value)) <= 1000


@pytest.fixture
def published(tmp_path, course, hub, monkeypatch):
    """Return a function that publishes a report, or the lack of one."""
    monkeypatch.setattr(publish, "own_course", lambda: course)
    monkeypatch.setattr(rest, "time", types.SimpleNamespace(sleep=lambda _: None))
    variables = {
        "KATA_COMMIT": COMMIT, "KATA_OUT": str(tmp_path), "GITHUB_REPOSITORY": "school/katas",
        "GITHUB_API_URL": hub.url, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "5",
        "GITHUB_TOKEN": TOKEN,
    }  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def published(sample):
        if sample:
            (tmp_path / "report.json").write_text(render(sample))
        return run(publish.main)

    return published


@pytest.mark.parametrize(
    ("sample", "state", "description"),
    [
        (report(), "success", "1/2"),
        (report("passed", "passed"), "success", "2/2"),
        (report("passed", "failed"), "failure", "1/2"),
        (report("error", "timeout"), "failure", "0/2"),
        (None, "error", "not graded: grading ended before there was a report"),
    ],
)
def test_the_status(published, hub, sample, state, description):
    hub.pull(3, COMMIT)
    assert published(sample) == 0
    target = "https://github.com/school/katas/actions/runs/5"
    assert hub.statuses == [
        {"commit": COMMIT, "state": state, "context": "kata", "description": description, "target_url": target}
    ]


def test_every_open_pull_request_that_ends_in_the_commit_gets_the_comment(published, hub):
    for number in range(1, 251):
        hub.pull(number, COMMIT if number in (7, 250) else "cd" * 20)
    hub.pull(8, COMMIT, "closed")
    for _ in range(120):
        hub.comment(7, "much is said", {"login": "learner", "type": "User"})
    hub.comments.append({"id": 5000, "pull": 7, "user": None, "body": publish.MARKER})
    hub.comments.append({"id": 5001, "pull": 7, "user": {"login": "github-actions[bot]"}, "body": None})
    assert published(report()) == 0
    assert published(report()) == 0
    ours = [item for item in hub.comments if (item["body"] or "").startswith(publish.MARKER) and item["user"]]
    assert [item["pull"] for item in ours] == [7, 250]


def test_nothing_attempted_makes_no_comment_but_updates_one(published, hub):
    hub.pull(3, COMMIT)
    assert published(report("not_attempted")) == 0
    assert not hub.comments
    assert hub.statuses[0]["description"] == "0/2"
    hub.comment(3, f"{publish.MARKER}\nold")
    assert published(report("not_attempted")) == 0
    assert "**Score 0/2**" in hub.comments[0]["body"]


def test_the_worst_comment_is_taken(published, hub):
    hub.pull(3, COMMIT)
    assert published(report("passed", "failed", "&</pre>@learner é" * 10_000)) == 0
    assert "**Score 1/2**" in hub.comments[0]["body"]


def test_a_reason_is_prose(published, hub, tmp_path):
    hub.pull(3, COMMIT)
    (tmp_path / "failure.txt").write_text("</sub>@everybody [x](http://example.com) <!-- \n# big")
    assert published(None) == 0
    body = hub.comments[0]["body"]
    assert body.startswith(f"{publish.MARKER}\n## Katas\n\n**Not graded.** ")
    assert "@everybody" not in body
    assert body.count("<!--") == 1
    assert "\n# big" not in body


@pytest.mark.parametrize(
    ("faults", "status", "said"),
    [
        ([(503, {}), (429, {})], 0, ""),
        ([(503, {})] * 3, 1, "did not do GET /pulls: 503"),
        ([(200, b"<html>")], 1, "the answer is not JSON"),
        ([(301, {})], 1, "301"),
        ([(401, {})], 1, "401"),
        ([(200, [])], 0, ""),
    ],
)
def test_when_github_does_not_answer(published, hub, capsys, faults, status, said):
    hub.pull(3, COMMIT)
    hub.faults = list(faults)
    assert published(report()) == status
    assert said in capsys.readouterr().out
    assert not any("elsewhere" in path for _, path in hub.requests)


def test_what_writes_is_not_tried_again(published, hub, capsys):
    hub.pull(3, COMMIT)
    pulls = [{"number": 3, "head": {"sha": COMMIT}}]
    hub.faults = [(200, pulls), (200, []), (502, {})]
    assert published(report()) == 1
    assert [method for method, _ in hub.requests] == ["GET", "GET", "POST"]
    assert "did not do POST /issues/3/comments: 502" in capsys.readouterr().out


def test_nobody_is_there(monkeypatch):
    monkeypatch.setattr(rest, "time", types.SimpleNamespace(sleep=lambda _: None))
    with pytest.raises(StepError, match="refused"):
        GitHub("http://127.0.0.1:9", "school/katas", "token").open_pulls(COMMIT)


def test_the_token_is_in_no_message(published, hub, capsys):
    hub.faults = [(403, json.loads('{"message": "no"}'))]
    assert published(report()) == 1
    assert TOKEN not in capsys.readouterr().out
