"""GitHub's own parser reads the workflows, and its own evaluator makes of every expression what is written down here.

Skipped without node and the npm packages that .ci/run installs into the folder that NODE_PATH names.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.course import root

from .conftest import Expression

FOLDER = root() / ".github"
WORKFLOWS = sorted(FOLDER.glob("workflows/*.yml"))
PACKAGES = ("@actions/workflow-parser", "@actions/expressions", "@octokit/webhooks-examples")
STATES = {"success": True, "failure": False, "cancelled": False, "always": True}


@pytest.fixture(scope="module")
def modules():
    folder = Path(os.environ.get("NODE_PATH", str(root() / "node_modules")))
    if not shutil.which("node") or not all((folder / package).is_dir() for package in PACKAGES):
        if os.environ.get("CI") == "true":
            pytest.fail(f"needs node and {', '.join(PACKAGES)}, which .ci/run installs")
        pytest.skip(f"needs node and {', '.join(PACKAGES)}")
    return folder


@pytest.fixture(scope="module")
def official(modules):
    """Return a function that gives the errors of files and the values of cases."""

    def ask(files=(), cases=()):
        script = Path(__file__).with_name("official.mjs")
        done = subprocess.run(
            ["node", script, modules],
            input=json.dumps({"files": [str(file) for file in files], "cases": list(cases)}),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture(scope="module")
def payload(modules):
    """A workflow_run event as GitHub sends it."""
    examples = json.loads((modules / "@octokit/webhooks-examples/api.github.com/index.json").read_text())
    (found,) = (item for item in examples if item["name"] == "workflow_run")
    return next(item for item in found["examples"] if item["action"] == "completed")


def context(payload, *, event="pull_request", conclusion="success", fork=True):
    run = {**payload["workflow_run"], "event": event, "conclusion": conclusion, "head_sha": "ab" * 20}
    run["head_branch"] = "main"
    if not fork:
        run["head_repository"] = None
    return {**payload, "workflow_run": run}


def contexts(payload, **how):
    github = {"event": context(payload, **how), "event_name": "workflow_run", "run_id": "77", "ref": "refs/heads/main"}
    github |= {"sha": "cd" * 20, "repository": "school/katas", "token": "t"}
    needs = {name: {"result": "success", "outputs": {"count": "3"}} for name in ("pending", "find", "grade")}
    return {"github": github, "needs": needs, "runner": {"temp": "/tmp"}, "steps": {}, "matrix": {}, "inputs": {}}


def evaluate(official, texts, all_contexts, functions=STATES):
    cases = [{"text": text, "contexts": all_contexts, "functions": functions} for text in texts]
    return official(cases=cases)["values"]


def test_the_parser_of_github_reads_every_workflow(official):
    assert official(files=WORKFLOWS)["errors"] == [[]] * len(WORKFLOWS)


def expressions():
    """Every expression of the workflows and of the action, as it stands there."""
    yaml = pytest.importorskip("yaml")
    for path in [*WORKFLOWS, *FOLDER.glob("actions/*/action.yml")]:
        text = path.read_text("utf-8")
        yield from re.findall(r"\$\{\{(.*?)\}\}", text, re.DOTALL)
        definition = yaml.safe_load(text)
        jobs = definition.get("jobs") or {"action": {**definition["runs"]}}
        for job in jobs.values():
            for item in (job, *job["steps"]):
                if "if" in item and "${{" not in str(item["if"]):
                    yield str(item["if"])


@pytest.mark.parametrize("how", [{}, {"conclusion": "cancelled"}, {"event": "push"}, {"fork": False}], ids=str)
def test_the_small_evaluator_of_these_tests_agrees_with_githubs(official, payload, how):
    texts = list(dict.fromkeys(text.strip() for text in expressions()))
    assert len(texts) > 20
    given = contexts(payload, **how)
    ours = [Expression(text, {**given, "functions": STATES}).value() for text in texts]
    for text, our, their in zip(texts, ours, evaluate(official, texts, given), strict=True):
        assert our == their or (not our and not their), text


def jobs_of(name):
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load((FOLDER / f"workflows/{name}.yml").read_text("utf-8"))


SCORED, NOTED, NEITHER = {"pending", "grade"}, {"note"}, set()


@pytest.mark.parametrize(
    ("event", "conclusion", "jobs"),
    [
        *(("pull_request", word, SCORED) for word in ("success", "failure", "timed_out", "startup_failure")),
        *(("pull_request", word, NOTED) for word in ("action_required", "cancelled", "skipped")),
        *(("pull_request", word, NEITHER) for word in ("neutral", "stale")),
        ("merge_group", "success", SCORED),
        ("merge_group", "cancelled", NEITHER),
        ("push", "success", NEITHER),
    ],
)
def test_which_jobs_of_score_are_run(official, payload, event, conclusion, jobs):
    definitions = jobs_of("score")["jobs"]
    names = ["pending", "note", "grade"]
    given = contexts(payload, event=event, conclusion=conclusion)
    values = evaluate(official, [definitions[name]["if"] for name in names], given)
    assert {name for name, value in zip(names, values, strict=True) if value} == jobs


def test_a_run_that_scores_nothing_cancels_no_scoring(official, payload):
    group = jobs_of("score")["concurrency"]["group"]

    def named(**how):
        texts = re.findall(r"\$\{\{(.*?)\}\}", group, re.DOTALL)
        return tuple(str(value) for value in evaluate(official, texts, contexts(payload, **how)))

    scored = [named(conclusion=word) for word in ("success", "failure", "timed_out", "startup_failure")]
    assert len(set(scored)) == 1
    for word in ("cancelled", "action_required", "skipped"):
        assert named(conclusion=word) != scored[0]
    assert named(event="push") != scored[0]
    assert named(fork=False) != scored[0]
    assert "ab" * 20 in named(fork=False)


def test_a_fork_that_is_gone_has_no_owner(official, payload):
    env = next(step for step in jobs_of("score")["jobs"]["publish"]["steps"] if step["name"] == "Publish")["env"]
    text = env["KATA_OWNER"].removeprefix("${{").removesuffix("}}")
    assert evaluate(official, [text], contexts(payload)) == [
        payload["workflow_run"]["head_repository"]["owner"]["login"]
    ]
    assert evaluate(official, [text], contexts(payload, fork=False)) == [None]


def test_nothing_is_published_where_nothing_was_found(official, payload):
    jobs = jobs_of("sweep")["jobs"]
    given = contexts(payload)
    given["needs"]["find"]["outputs"]["count"] = "0"
    assert evaluate(official, [jobs["grade"]["if"]], given) == [False]
    publish = jobs["publish"]["if"].removeprefix("${{").removesuffix("}}")
    assert evaluate(official, [publish], given) == [True]
    given["needs"]["find"]["result"] = "failure"
    assert evaluate(official, [publish], given) == [False]
