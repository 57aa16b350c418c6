"""What is believed of a report, and what is asked of GitHub."""

import json
import types
from dataclasses import replace

import pytest

from grader.actions import github as rest
from grader.actions import publish
from grader.actions.comment import MARKER
from grader.actions.github import GitHub
from grader.actions.runner import run
from grader.course import Course, Exercise, Topic
from grader.errors import StepError
from grader.report import CheckResult, ExerciseResult, Report, Run, Submission, render

COMMIT = "ab" * 20
TOKEN = "pull-requests:write statuses:write checks:write"


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
        (lambda r: {"course": "Others"}, "is about another course"),
        (lambda r: {"exercises": first(r, name="selu").exercises}, "is about other exercises"),
        (lambda r: {"exercises": r.exercises[:1], "max_score": 1.0}, "is about other exercises"),
        (lambda r: {"exercises": r.exercises[::-1]}, "is about other exercises"),
        (lambda r: {**vars(first(r, apart=True)), "score": 0.0, "max_score": 1.0}, "is about other exercises"),
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


NOW = 1_800_000_000.0


@pytest.fixture
def waits(monkeypatch):
    """How long GitHub was waited for, in seconds; nobody really waits."""
    found = []
    monkeypatch.setattr(rest, "time", types.SimpleNamespace(sleep=found.append, time=lambda: NOW))
    return found


@pytest.fixture
def published(tmp_path, course, hub, monkeypatch, waits):
    """Return a function that publishes a report, or the lack of one."""
    monkeypatch.setattr(publish, "own_course", lambda: course)
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
    hub.comments.append({"id": 5000, "pull": 7, "user": None, "body": MARKER})
    hub.comments.append({"id": 5001, "pull": 7, "user": {"login": "github-actions[bot]"}, "body": None})
    assert published(report()) == 0
    assert published(report()) == 0
    ours = [item for item in hub.comments if (item["body"] or "").startswith(MARKER) and item["user"]]
    assert [item["pull"] for item in ours] == [7, 250]


def test_nothing_attempted_makes_no_comment_but_updates_one(published, hub):
    hub.pull(3, COMMIT)
    assert published(report("not_attempted")) == 0
    assert not hub.comments
    assert hub.statuses[0]["description"] == "0/2"
    hub.comment(3, f"{MARKER}\nold")
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
    assert body.startswith(f"{MARKER}\n## Katas\n\n**Not graded.** ")
    assert "@everybody" not in body
    assert body.count("<!--") == 1
    assert "\n# big" not in body


@pytest.mark.parametrize(
    ("faults", "status", "said"),
    [
        ([(503, {}), (502, {})], 0, ""),
        ([(503, {})] * 4, 1, "did not do GET /pulls: 503"),
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


def reset(seconds):
    return {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW + seconds))}


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        ((403, {}, {"Retry-After": "30"}), [30]),
        ((429, {}, {"Retry-After": "7"}), [7]),
        ((403, {}, reset(45)), [46]),
        ((429, {}), [60]),
    ],
)
@pytest.mark.parametrize("before", [0, 2, 4])  # the list of pull requests, the check run, the comment itself
def test_a_limit_is_waited_for_whatever_was_asked(published, hub, waits, fault, waited, before):
    hub.pull(3, COMMIT)
    hub.faults = [None] * before + [fault]
    assert published(report()) == 0
    assert waits == waited
    assert (len(hub.statuses), len(hub.checks), len(hub.comments)) == (1, 1, 1)


def test_a_limit_that_ends_too_late_is_not_waited_for(published, hub, waits, capsys):
    hub.pull(3, COMMIT)
    hub.faults = [(403, {}, reset(2000))]
    assert published(report()) == 1
    assert waits == []
    assert "did not do GET /pulls: 403" in capsys.readouterr().out


def test_a_comment_is_not_made_twice(published, hub, capsys):
    hub.pull(3, COMMIT)
    hub.faults = [None, None, None, None, (502, {})]
    assert published(report()) == 1
    assert [method for method, _ in hub.requests] == ["GET", "POST", "POST", "GET", "POST"]
    assert "did not do POST /issues/3/comments: 502" in capsys.readouterr().out
    assert hub.statuses[0]["description"] == "1/2"


def test_a_locked_conversation_does_not_cost_the_score(published, hub, capsys):
    hub.pull(3, COMMIT)
    hub.locked.add(3)
    assert published(report()) == 0
    assert [status["description"] for status in hub.statuses] == ["1/2"]
    assert "::warning::the comment was refused: " in capsys.readouterr().out


def test_the_pull_request_of_a_known_branch_takes_one_request(published, hub, monkeypatch):
    for number in range(1, 351):
        hub.pull(number, "cd" * 20, author=f"learner-{number}")
    hub.pull(351, COMMIT, author="me")
    monkeypatch.setenv("KATA_OWNER", "me")
    monkeypatch.setenv("KATA_BRANCH", "main")
    assert published(report()) == 0
    assert [method for method, _ in hub.requests] == ["GET", "POST", "POST", "GET", "POST"]
    assert hub.comments[0]["pull"] == 351


def test_the_comment_leads_with_what_has_changed(published, hub, monkeypatch):
    hub.pull(3, COMMIT)
    assert published(report("passed", "failed")) == 0
    assert " → " not in hub.comments[0]["body"]
    assert published(report("passed", "passed")) == 0  # the same commit again is no change
    assert " → " not in hub.comments[0]["body"]
    commit = "cd" * 20
    hub.pull(3, commit)
    monkeypatch.setenv("KATA_COMMIT", commit)
    sample = report("failed", "passed")
    assert published(replace(sample, submission=replace(sample.submission, commit=commit))) == 0
    body = hub.comments[0]["body"]
    change = body.split("\n")[2]
    assert change == "**2 → 1 of 2**: <code>sigmoid</code> broken again"
    assert f"Before: [{COMMIT[:7]}](https://github.com/school/katas/commit/{COMMIT}) 2" in body


@pytest.mark.parametrize(
    "state",
    ["{", "{}", '{"scored": 7}', '{"scored": [{"commit": "x", "score": 1, "of": 2}]}', '{"scored": [[1]]}', "[" * 5000],
)
def test_a_state_that_somebody_has_bent_is_no_state(published, hub, state):
    hub.pull(3, COMMIT)
    hub.comment(3, f"{MARKER}\n<!-- kata: {state} -->\nold")
    assert published(report()) == 0
    assert "**Score 1/2**" in hub.comments[0]["body"]
    assert " → " not in hub.comments[0]["body"]


def test_notes_on_lines_are_those_of_the_report(published, hub):
    hub.pull(3, COMMIT)
    sample = first(report("failed", "passed"), line=4, message="it divides by zero")
    assert published(sample) == 0
    (check,) = hub.checks
    (note,) = check["output"]["annotations"]
    assert (note["path"], note["start_line"]) == ("exercises/activations/sigmoid.py", 4)
    assert "it divides by zero" in note["message"]
    assert (check["head_sha"], check["conclusion"]) == (COMMIT, "failure")


def test_nobody_is_there(monkeypatch):
    monkeypatch.setattr(rest, "time", types.SimpleNamespace(sleep=lambda _: None))
    with pytest.raises(StepError, match="refused"):
        GitHub("http://127.0.0.1:9", "school/katas", "token").open_pulls(COMMIT)


def test_the_token_is_in_no_message(published, hub, capsys):
    hub.faults = [(403, json.loads('{"message": "no"}'))]
    assert published(report()) == 1
    assert TOKEN not in capsys.readouterr().out
