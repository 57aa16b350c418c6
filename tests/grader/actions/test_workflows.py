"""The workflows, run as they stand in YAML, on pull requests of every kind."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from grader.actions.comment import MARKER
from grader.course import root
from grader.report import load
from grader.reports import FORMS, markdown, summary

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux" or not shutil.which("bwrap"), reason="needs bubblewrap"),
    pytest.mark.skipif(not shutil.which("git"), reason="needs git"),
]
SCORED = {"pending": "success", "note": "skipped", "grade": "success", "publish": "success"}
WRONG = "import numpy as np\n\n\ndef {0}(x, *_, **__):\n    return np.asarray(x) * 7\n"


def solve(fork, *names):
    for name in names:
        shutil.copy(root() / f"solutions/activations/{name}.py", fork / f"exercises/activations/{name}.py")


def write(fork, name, text):
    (fork / f"exercises/activations/{name}.py").write_text(text)


def workflow_run(head, *, fork="learner/katas", conclusion="success"):
    """Return the event that follows a run of grade.yml for a pull request from a fork."""
    return {
        "workflow_run": {
            "event": "pull_request",
            "conclusion": conclusion,
            "head_sha": head,
            "head_branch": "main",
            "head_repository": fork and {"id": 7, "full_name": fork, "owner": {"login": fork.split("/")[0]}},
            "pull_requests": [],
        }
    }


def score(runner, repositories, head, again=None, **event):
    """Run score.yml, of the default branch, for a head; or only publish what an earlier run graded."""
    only = again and "publish"
    return runner.run(
        "score", "workflow_run", workflow_run(head, **event), commit=repositories.main, again=again, only=only
    )


def by_name(report):
    return {exercise.name: (exercise.status, exercise.score) for exercise in report.exercises}


@pytest.mark.parametrize("event_name", ["push", "pull_request"])
def test_feedback(runner, repositories, event_name):
    fork = repositories.fork(f"feedback-{event_name}")
    solve(fork, "sigmoid")
    write(fork, "relu", "import numpy as np\n\n\ndef relu(x):\n    return x[\n")
    write(fork, "tanh", WRONG.format("tanh"))
    write(fork, "leaky_relu", "def leaky_relu(x, negative_slope=0.01):\n    print('::error::mine')\n    return 1 / 0\n")
    head = repositories.push(fork, 10)
    if event_name == "push":
        run = runner.run("grade", "push", {}, commit=head)
    else:  # the workflow is that of the merge with the base, the files are those of the head
        event = {"pull_request": {"number": 10, "head": {"sha": head}}}
        run = runner.run("grade", "pull_request", event, commit=repositories.main)
    assert run.jobs == {"grade": "success"}, run.log
    report = load(run.artifacts["report"] / "report.json")
    assert summary.total(report) == "1/4"
    assert report.submission.commit == head
    assert (report.run.seed, report.run.reference) == (0, "recorded")
    assert run.summary.startswith(markdown.render(report, 1_000_000))
    assert "![kata 1/4](https://img.shields.io/badge/kata-1%2F4-orange)" in run.summary
    assert "| ❌ | activations | 1 of 4 | 1/4 |" in run.summary
    assert "### Next: <code>tanh</code>" in run.summary
    notes = [(properties, text) for name, properties, text in run.commands if name == "error"]
    places = [dict(pair.split("=") for pair in properties.split(",")[:2]) for properties, _ in notes]
    assert places == [
        {"file": "exercises/activations/tanh.py", "line": "4"},
        {"file": "exercises/activations/relu.py", "line": "5"},
        {"file": "exercises/activations/leaky_relu.py", "line": "3"},
    ]
    assert "ZeroDivisionError" in notes[2][1]
    assert [name for name, _, _ in run.commands] == ["stop-commands", "notice", "error", "error", "error"]
    assert ("notice", "title=Autograding complete", "Points 1/4") in run.commands
    assert {path.name for path in run.artifacts["report"].iterdir()} == {form.file for form in FORMS}


@pytest.mark.slow
def test_an_honest_pull_request_and_its_update(runner, repositories, hub):
    fork = repositories.fork("honest")
    solve(fork, "sigmoid")
    write(fork, "relu", WRONG.format("relu"))
    first = repositories.push(fork, 1)
    hub.pull(1, first)
    hub.comment(1, f"{MARKER}\nthis is not the bot's", {"login": "learner", "type": "User"})
    hub.comment(1, "another comment of the bot's")

    run = score(runner, repositories, first, conclusion="failure")
    assert run.jobs == SCORED, run.log
    report = load(run.artifacts["report"] / "report.json")
    assert by_name(report) == {
        "sigmoid": ("passed", 1.0), "tanh": ("not_attempted", 0.0), "relu": ("failed", 0.0),
        "leaky_relu": ("not_attempted", 0.0),
    }  # fmt: skip
    assert (report.run.isolation, report.run.reference, report.submission.commit) == ("bubblewrap", "live", first)
    page = f"file://{repositories.folder}/server/school/katas/actions/runs/1"
    status = {"commit": first, "state": "failure", "context": "kata", "description": "1/4", "target_url": page}
    pending, published = hub.statuses
    assert (pending["state"], pending["commit"]) == ("pending", first)
    assert published == status
    (check,) = hub.checks
    assert (check["head_sha"], check["conclusion"], check["output"]["title"]) == (first, "failure", "1/4")
    assert [note["path"] for note in check["output"]["annotations"]] == ["exercises/activations/relu.py"]
    assert len(hub.comments) == 3
    body = hub.comments[2]["body"]
    assert body.startswith(f"{MARKER}\n<!-- kata: ")
    assert "Try it where you work: `kata check relu`" in body
    assert f"/blob/{first}/exercises/activations/relu.py" in body
    assert "/blob/HEAD/exercises/activations/README.md" in body
    assert "**Score 1/4**" in body
    assert f"commit <code>{first}</code>" in body
    assert not [command for command in run.commands if command[0] == "error"]

    # the learner pushes again before the first commit's score is published
    solve(fork, "relu")
    second = repositories.push(fork, 1)
    hub.pull(1, second)
    late = score(runner, repositories, first, again=run)
    assert late.jobs == SCORED
    assert "Nothing to do" in late.log
    assert hub.statuses[1:] == [status]
    assert hub.comments[2]["body"] == body

    run = score(runner, repositories, second)
    assert hub.statuses[-1] | {"target_url": page} == {
        **status, "commit": second, "state": "success", "description": "2/4",
    }  # fmt: skip
    assert len(hub.comments) == 3
    body = hub.comments[2]["body"]
    assert "**1 → 2 of 4**: <code>relu</code> solved" in body
    assert body.index("1 → 2 of 4") < body.index("**Score 2/4**")
    assert f"Before: [{first[:7]}]" in body
    assert "not the bot's" in hub.comments[0]["body"]

    # somebody deletes the comment
    del hub.comments[2]
    score(runner, repositories, second, again=run)
    assert "**Score 2/4**" in hub.comments[2]["body"]

    # the pull request is closed, and somebody runs its workflow again
    hub.pull(1, second, "closed")
    before = len(hub.requests)
    assert score(runner, repositories, second, again=run).jobs["publish"] == "success"
    assert [method for method, _ in hub.requests[before:]] == ["GET"]


@pytest.mark.slow
def test_a_hostile_pull_request_from_a_fork_that_is_gone(runner, repositories, hub, tmp_path):
    fork = repositories.fork("hostile")
    solve(fork, "sigmoid")
    exercises = fork / "exercises/activations"
    write(fork, "leaky_relu", WRONG.format("leaky_relu"))
    (exercises / "relu.py").unlink()
    (exercises / "relu.py").symlink_to("../../solutions/activations/relu.py")
    with (exercises / "tanh.py").open("wb") as file:
        file.truncate(200 << 20)
    owned = f"import pathlib\npathlib.Path({str(tmp_path / 'owned')!r}).touch()\nraise SystemExit(0)\n"
    for place in (
        "conftest.py", "exercises/conftest.py", "exercises/activations/conftest.py", "exercises/activations/numpy.py",
        "tests/conftest.py", "tests/activations/conftest.py", "sitecustomize.py", "grader/__init__.py",
        "grader/actions/fetch.py", "grader/actions/publish.py", "grader/actions/grade.py", "torch.py", "json.py",
    ):  # fmt: skip
        (fork / place).write_text(owned)
    for test in fork.glob("tests/activations/test_*.py"):
        test.write_text("def test_nothing():\n    pass\n")
    course = fork / "exercises/course.toml"
    course.write_text(course.read_text().replace("points = 1", "points = 1000").replace("Deep learning", "Owned"))
    for file in fork.glob(".github/**/*.yml"):
        file.write_text("name: grade\non: push\njobs: {}\n")
    (fork / ".gitattributes").write_text("*.py filter=owned export-ignore\n")
    (fork / ".gitmodules").write_text('[submodule "tests"]\n path = more\n url = ../../hostile\n')
    head = repositories.push(fork, 2)
    shutil.rmtree(fork)  # with the fork gone, the repository still has the head
    hub.pull(2, head)

    run = score(runner, repositories, head, fork=None)
    assert run.jobs == SCORED, run.log
    report = load(run.artifacts["report"] / "report.json")
    assert by_name(report) == {
        "sigmoid": ("passed", 1.0), "tanh": ("not_attempted", 0.0), "relu": ("not_attempted", 0.0),
        "leaky_relu": ("failed", 0.0),
    }  # fmt: skip
    assert [(status["state"], status["description"]) for status in hub.statuses[1:]] == [("failure", "1/4")]
    assert "**Score 1/4**" in hub.comments[0]["body"]
    assert "Owned" not in hub.comments[0]["body"]
    warnings = [text for name, _, text in run.commands if name == "warning"]
    assert warnings == [
        "exercises/activations/relu.py is left out: it is a link",
        "exercises/activations/tanh.py is left out: it is larger than 256 KB",
    ]
    assert not os.path.lexists(tmp_path / "owned")
    sizes = [path.stat().st_size for path in runner.here.rglob("*") if path.is_file() and not path.is_symlink()]
    assert max(sizes) < 10 << 20


def test_without_isolation_nothing_is_graded(runner, repositories, hub, programs):
    for directory in ("/usr/bin", "/bin"):
        for program in Path(directory).iterdir():
            if program.name != "bwrap" and not (programs / program.name).exists():
                (programs / program.name).symlink_to(program)
    runner.path = str(programs)
    fork = repositories.fork("alone")
    solve(fork, "sigmoid")
    head = repositories.push(fork, 3)
    hub.pull(3, head)
    run = score(runner, repositories, head)
    assert run.jobs == {**SCORED, "grade": "failure"}
    assert not (run.artifacts["report"] / "report.json").exists()
    _, status = hub.statuses
    assert status["state"] == "error"
    assert status["description"].startswith("not graded: ")
    assert "bubblewrap" in status["description"]
    assert "**Not graded.**" in hub.comments[0]["body"]
    assert "Score" not in hub.comments[0]["body"].replace(MARKER, "")


@pytest.mark.parametrize(
    ("conclusion", "why"),
    [
        ("cancelled", "was cancelled"),
        ("skipped", "was skipped"),
        ("action_required", "has to approve"),
        ("stale", None),
    ],
)
def test_what_was_not_run_is_not_scored_and_the_comment_says_so(runner, repositories, hub, conclusion, why):
    hub.pull(6, repositories.main)
    hub.comment(6, f"{MARKER}\n**Score 1/4** of an earlier commit\n")
    run = score(runner, repositories, repositories.main, conclusion=conclusion)
    noted = "success" if why else "skipped"
    assert run.jobs == {"pending": "skipped", "note": noted, "grade": "skipped", "publish": "skipped"}
    assert not hub.statuses
    body = hub.comments[0]["body"]
    assert body.startswith(MARKER)
    assert body.endswith("**Score 1/4** of an earlier commit\n")
    if why:
        assert f"<code>{repositories.main[:7]}</code> has no score yet: " in body
        assert why in body
        score(runner, repositories, repositories.main, conclusion=conclusion)
        assert hub.comments[0]["body"] == body  # said once


@pytest.mark.parametrize("conclusion", ["success", "failure", "timed_out", "startup_failure"])
def test_how_the_feedback_run_ended_does_not_matter(runner, repositories, hub, conclusion):
    run = score(runner, repositories, "2" * 40, conclusion=conclusion)
    assert run.jobs["publish"] == "success"


def test_a_merge_queue_gets_the_status(runner, repositories, hub):
    event = workflow_run(repositories.main)
    event["workflow_run"]["event"] = "merge_group"
    run = runner.run("score", "workflow_run", event, commit=repositories.main)
    assert run.jobs == SCORED, run.log
    assert [(status["state"], status["description"]) for status in hub.statuses] == [
        ("pending", "being scored"), ("success", "0/4"),
    ]  # fmt: skip
    assert not hub.comments


def test_a_learners_first_minutes(runner, repositories):
    run = runner.run("test", "pull_request", {}, commit=repositories.main, only="learner")
    assert run.jobs == {"learner": "success"}, run.log
    assert "Score 0/4" in run.log
    assert "leaky_relu  1/1 points" in run.log


def test_a_commit_that_cannot_be_fetched(runner, repositories, hub):
    hub.pull(4, "1" * 40)
    run = score(runner, repositories, "1" * 40)
    assert run.jobs == {**SCORED, "grade": "failure"}
    assert hub.statuses[-1]["description"].startswith(f"not graded: commit {'1' * 40} could not be fetched: ")
