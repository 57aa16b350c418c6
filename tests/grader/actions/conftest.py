"""A small GitHub: scratch repositories, a server for the REST endpoints that are used, and a runner of workflows.

The runner executes the `run:` steps of the workflows as they stand in YAML. It replaces what cannot run here: checkouts
are local clones, artifacts are folders, and the environment that the grader would be installed into refers to the
packages that are installed already.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from grader.course import root

REPOSITORY = "school/katas"
BOT = {"login": "github-actions[bot]", "type": "Bot"}


# ---- expressions ---------------------------------------------------------------------------------------------

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.-]*)|(?P<sign>==|!=|&&|\|\||[!()]))")


class Expression:
    """An expression of GitHub Actions: names, texts, comparisons, && || !, and the functions of a job's status."""

    def __init__(self, text, contexts):
        self.tokens = []
        position = 0
        while text[position:].strip():
            match = TOKEN.match(text, position)
            assert match, f"not understood: {text[position:]}"
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        self.contexts = contexts

    def value(self):
        value = self.either()
        assert not self.tokens
        return value

    def take(self, *signs):
        if self.tokens and self.tokens[0] in [("sign", sign) for sign in signs]:
            return self.tokens.pop(0)[1]
        return None

    def either(self):
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self):
        value = self.comparison()
        while self.take("&&"):
            other = self.comparison()
            value = value and other
        return value

    def comparison(self):
        value = self.atom()
        while sign := self.take("==", "!="):
            same = value == self.atom()
            value = same if sign == "==" else not same
        return value

    def atom(self):
        if self.take("!"):
            return not self.atom()
        if self.take("("):
            value = self.either()
            assert self.take(")")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        assert kind == "name"
        if self.take("("):
            assert self.take(")")
            return self.contexts["functions"][text]
        value = self.contexts
        for name in text.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value


def interpolate(text, contexts):
    """Replace the ${{ }} in a value of YAML."""

    def shown(value):
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    return re.sub(
        r"\$\{\{(.*?)\}\}", lambda found: shown(Expression(found[1], contexts).value()), shown(text), flags=re.DOTALL
    )


def holds(condition, contexts):
    """Tell whether a job or step with this `if:` is run."""
    text = str(condition).strip().removeprefix("${{").removesuffix("}}")
    if not re.search(r"\b(always|cancelled|failure|success)\(\)", text):
        text = f"success() && ({text})"
    return bool(Expression(text, contexts).value())


# ---- the runner ----------------------------------------------------------------------------------------------


@dataclass
class Run:
    """What is left of a workflow run."""

    jobs: dict = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    artifacts: dict = field(default_factory=dict)

    @property
    def commands(self):
        """The workflow commands that the runner would have obeyed, by name."""
        found, stopped = [], None
        for line in self.log.splitlines():
            if stopped:
                stopped = None if line.strip() == f"::{stopped}::" else stopped
            elif match := re.match(r"::([\w-]+)(?: ([^:]*))?::(.*)", line):
                stopped = match[3] if match[1] == "stop-commands" else None
                found.append(match.groups())
        assert not stopped
        return found


class Runner:
    """Runs workflows of one repository, as they stand on one commit."""

    def __init__(self, folder, hub, sources, path):
        self.folder, self.hub, self.sources, self.path = folder, hub, sources, path
        self.count = 0
        self.outputs = {}

    def run(self, workflow, event_name, event, *, commit, again=None, only=None):
        """Run a workflow as it stands at a commit of the repository, and return what is left of the run.

        With ``again``, only the job ``only`` of an earlier run is run again, as a button on GitHub does.
        """
        import yaml

        self.count += 1
        self.here = self.folder / f"run-{self.count}"
        self.action_root = self.clone(commit, self.here / "_actions")
        definition = yaml.safe_load((self.action_root / f".github/workflows/{workflow}.yml").read_text("utf-8"))
        self.result = Run(dict(again.jobs), artifacts=again.artifacts) if again else Run()
        github = {
            "event": {**event, "repository": {"fork": False, "default_branch": "main"}},
            "event_name": event_name,
            "ref": "refs/heads/main",
            "sha": commit,
            "repository": REPOSITORY,
            "server_url": f"file://{self.sources}",
            "api_url": self.hub.url,
            "run_id": f"{self.count}",
        }
        for name, job in definition["jobs"].items():
            if only in (None, name):
                self.job(name, job, github)
        return self.result

    def clone(self, commit, target):
        git(self.folder, "clone", "--quiet", "--no-checkout", self.sources / REPOSITORY, target)
        git(target, "fetch", "--quiet", "origin", commit)
        git(target, "checkout", "--quiet", commit)
        return target

    def job(self, name, job, github):
        needs = job.get("needs", [])
        needed = {other: self.result.jobs[other] for other in ([needs] if isinstance(needs, str) else needs)}
        functions = {"always": True, "cancelled": False, "success": {*needed.values()} <= {"success"}}
        known = {other: {"result": result, "outputs": self.outputs.get(other, {})} for other, result in needed.items()}
        contexts = {"github": github, "needs": known}
        if not holds(job.get("if", "success()"), {**contexts, "functions": functions}):
            self.result.jobs[name] = "skipped"
            return
        assert "permissions" in job
        self.home = self.here / name
        workspace, temp = self.home / "workspace", self.home / "temp"
        for folder in (workspace, temp):
            folder.mkdir(parents=True)
        token = " ".join(f"{key}:{access}" for key, access in job["permissions"].items())
        contexts |= {"github": {**github, "token": token}, "runner": {"temp": str(temp)}}
        matrix = job.get("strategy", {}).get("matrix", {})
        contexts["matrix"] = {key: values[0] for key, values in matrix.items()}
        contexts |= {"functions": {"always": True, "cancelled": False, "success": True, "failure": False}}
        self.steps(job["steps"], contexts, workspace)
        self.outputs[name] = {key: interpolate(text, contexts) for key, text in job.get("outputs", {}).items()}
        self.result.jobs[name] = "success" if contexts["functions"]["success"] else "failure"

    def steps(self, steps, contexts, workspace):
        contexts["steps"] = {}
        for step in steps:
            if not holds(step.get("if", "success()"), contexts):
                continue
            fine, outputs = self.step(step, contexts, workspace)
            contexts["steps"][step.get("id", "")] = {"outputs": outputs}
            if not fine and not step.get("continue-on-error"):
                contexts["functions"] |= {"success": False, "failure": True}

    def step(self, step, contexts, workspace):
        if "run" in step:
            return self.shell(step, contexts, workspace)
        given = {key: interpolate(value, contexts) for key, value in step.get("with", {}).items()}
        action, _, pin = step["uses"].partition("@")
        if action.startswith("$/"):
            return self.composite(self.action_root / action[2:], given, contexts, workspace)
        assert re.fullmatch("[0-9a-f]{40}", pin)
        if action == "actions/checkout":
            assert given["persist-credentials"] == "false"
            self.clone(given.get("ref") or contexts["github"]["sha"], workspace)
        elif action == "actions/upload-artifact":
            path, kept = Path(given["path"]), self.here / "artifacts" / given["name"]
            if path.is_dir():
                shutil.copytree(path, kept)
            elif path.is_file():
                kept.mkdir(parents=True)
                shutil.copy(path, kept)
            if path.exists():
                self.result.artifacts[given["name"]] = kept
        elif action == "actions/download-artifact":
            if given["name"] not in self.result.artifacts:
                return False, {}
            shutil.copytree(self.result.artifacts[given["name"]], given["path"])
        else:
            assert action == "actions/setup-python"
        return True, {}

    def composite(self, folder, given, contexts, workspace):
        import yaml

        action = yaml.safe_load((folder / "action.yml").read_text("utf-8"))
        assert set(given) <= set(action["inputs"])
        inputs = {key: interpolate(value["default"], contexts) for key, value in action["inputs"].items()}
        inner = {**contexts, "inputs": {**inputs, **given}, "action_path": folder}
        inner["functions"] = {"always": True, "cancelled": False, "success": True, "failure": False}
        self.steps(action["runs"]["steps"], inner, workspace)
        outputs = {key: interpolate(value["value"], inner) for key, value in action["outputs"].items()}
        return inner["functions"]["success"], outputs

    def shell(self, step, contexts, workspace):
        github, temp = contexts["github"], contexts["runner"]["temp"]
        script = interpolate(step["run"], contexts)
        if step.get("id") == "install":
            assert "--editable" in script
            self.install(Path(temp) / "kata", self.action_root if "action_path" in contexts else workspace)
            return True, {}
        files = {name: self.home / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        environment = {
            "PATH": self.path,
            "HOME": temp,
            "RUNNER_TEMP": temp,
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_SERVER_URL": github["server_url"],
            "GITHUB_API_URL": github["api_url"],
            "GITHUB_RUN_ID": github["run_id"],
            **{name: str(file) for name, file in files.items()},
            **{name: interpolate(value, contexts) for name, value in step.get("env", {}).items()},
        }
        if "action_path" in contexts:
            environment["GITHUB_ACTION_PATH"] = str(contexts["action_path"])
        words = ["bash", "-eo", "pipefail", "-c", script]
        done = subprocess.run(words, cwd=workspace, env=environment, capture_output=True, text=True, timeout=200)
        self.result.log += done.stdout + done.stderr
        summary = files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        assert len(summary.encode()) < 1 << 20
        self.result.summary += summary
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        return done.returncode == 0, outputs

    def install(self, environment, repository):
        """Make the environment that `pip install --editable` of a repository would make."""
        subprocess.run([base_python(), "-m", "venv", "--without-pip", environment], check=True)
        (packages,) = environment.glob("lib/python*/site-packages")
        installed = sysconfig.get_path("purelib")
        packages.joinpath("kata.pth").write_text(f"{repository}\nimport site; site.addsitedir({installed!r})\n")
        kata = Path(self.path.split(":")[0], "kata")
        kata.write_text(f'#!/bin/sh\nexec {environment}/bin/python -I -m grader.cli "$@"\n')
        kata.chmod(0o755)


def base_python():
    """Return a Python that has the standard library and nothing else."""
    return os.path.realpath(sys.executable)


# ---- the server ----------------------------------------------------------------------------------------------


class Hub:
    """The pull requests, comments and statuses of one repository, behind the REST endpoints that are used."""

    def __init__(self):
        self.pulls, self.comments, self.statuses, self.requests, self.faults = [], [], [], [], []
        self.checks, self.private, self.locked = [], True, set()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                data = json.loads(self.rfile.read(length)) if length else None
                code, body, *headers = hub.answer(self.command, self.path, self.headers.get("Authorization", ""), data)
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                if code in (301, 307):
                    self.send_header("Location", f"{hub.url}/elsewhere")
                for name, value in dict(*headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PATCH = answer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def pull(self, number, head, state="open", author="learner"):
        """Open, change or close a pull request."""
        self.pulls = [pull for pull in self.pulls if pull["number"] != number]
        pull = {"number": number, "state": state, "head": {"sha": head, "label": f"{author}:main"}, "author": author}
        self.pulls.append(pull)

    def comment(self, pull, body, user=BOT):
        self.comments.append({"id": 1000 + len(self.comments), "pull": pull, "user": user, "body": body})

    def answer(self, method, path, authorization, data):
        self.requests.append((method, path))
        if self.faults and (fault := self.faults.pop(0)):
            return fault
        url = urlsplit(path)
        allowed = authorization.removeprefix("Bearer ").split()
        assert method == "GET" or data is not None
        place = url.path.removeprefix(f"/repos/{REPOSITORY}")
        may_comment = "pull-requests:write" in allowed
        asked = parse_qs(url.query)
        if method == "GET" and place == "/pulls" and may_comment:
            found = [pull for pull in self.pulls if pull["state"] == asked["state"][0]]
            if "head" in asked:
                found = [pull for pull in found if pull["head"]["label"] == asked["head"][0]]
            return 200, self.page(url.query, found)
        if method == "POST" and place == "/graphql" and {"pull-requests:read", "pull-requests:write"} & {*allowed}:
            return 200, {"data": {"repository": self.graph(data["variables"])}}
        if method == "POST" and place == "/check-runs" and "checks:write" in allowed:
            assert len(data["output"]["annotations"]) <= 50
            self.checks.append(data)
            return 201, {}
        if match := re.fullmatch(r"/issues/(\d+)/comments", place):
            number = int(match[1])
            if method == "GET" and may_comment:
                return 200, self.page(url.query, [item for item in self.comments if item["pull"] == number])
            if method == "POST" and number in self.locked:
                return 403, {"message": "Unable to create comment because issue is locked."}
            if method == "POST" and may_comment and len(data["body"]) <= 65_536:
                self.comment(number, data["body"])
                return 201, self.comments[-1]
        if (match := re.fullmatch(r"/issues/comments/(\d+)", place)) and method == "PATCH" and may_comment:
            (comment,) = [item for item in self.comments if item["id"] == int(match[1])]
            comment["body"] = data["body"]
            return 200, comment
        match = re.fullmatch(r"/statuses/([0-9a-f]{40})", place)
        if match and method == "POST" and "statuses:write" in allowed and len(data["description"]) <= 140:
            self.statuses.append({"commit": match[1], **data})
            return 201, {}
        return 403, {"message": "Resource not accessible by integration"}

    def graph(self, variables):
        """Return what GraphQL knows of fifty open pull requests: as much of it as is asked for here."""
        assert f"{variables['owner']}/{variables['name']}" == REPOSITORY
        found = [pull for pull in self.pulls if pull["state"] == "open"]
        start = int(variables["after"] or 0)
        bot = {"login": "github-actions"}
        nodes = []
        for pull in found[start : start + 50]:
            head = pull["head"]["sha"]
            ours = [status for status in self.statuses if status["commit"] == head]
            status = ours and {
                "state": ours[-1]["state"].upper(),
                "description": ours[-1]["description"],
                "createdAt": ours[-1].get("created", datetime.now(UTC).isoformat()),
                "creator": ours[-1].get("creator", bot),
            }
            comments = [item for item in self.comments if item["pull"] == pull["number"]][:10]
            nodes.append(
                {
                    "number": pull["number"],
                    "updatedAt": "2026-11-26T10:00:00Z",
                    "headRefOid": head,
                    "author": pull["author"] and {"login": pull["author"]},
                    "commits": {
                        "nodes": [{"commit": {"oid": head, "status": {"context": status} if status else None}}]
                    },
                    "comments": {
                        "nodes": [
                            {
                                "databaseId": item["id"],
                                "body": item["body"],
                                "author": item["user"] and {"login": item["user"]["login"].removesuffix("[bot]")},
                            }
                            for item in comments
                        ]
                    },
                }
            )
        more = {"hasNextPage": start + 50 < len(found), "endCursor": str(start + 50)}
        return {"isPrivate": self.private, "pullRequests": {"pageInfo": more, "nodes": nodes}}

    @staticmethod
    def page(query, items):
        parameters = {key: int(value) for key, (value,) in parse_qs(query).items() if value.isdigit()}
        start = (parameters["page"] - 1) * parameters["per_page"]
        return items[start : start + parameters["per_page"]]


@pytest.fixture
def hub():
    """A server that is a small GitHub."""
    hub = Hub()
    yield hub
    hub.close()


# ---- the repositories ----------------------------------------------------------------------------------------

EXERCISES = ("sigmoid", "tanh", "relu", "leaky_relu")
COURSE = """\
title = "Deep learning katas"

[[topics]]
name = "activations"
title = "Activations"
summary = "Functions."
"""
ENTRY = """
[[topics.exercises]]
name = "{}"
title = "A function"
difficulty = 1
points = 1
prerequisites = []
questions = []
hints = ["Think."]
"""


def git(folder, *words):
    """Run git as somebody, and return what it prints."""
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        identity |= {f"GIT_{role}_NAME": "A learner", f"GIT_{role}_EMAIL": "learner@example.com"}
    options = ["-c", "protocol.file.allow=always", "-c", "core.compression=1", "-c", "core.bigFileThreshold=1m"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | identity
    done = subprocess.run(
        ["git", "-C", folder, *options, *map(str, words)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Repositories:
    """The repository of a school, whose course has four exercises, and its forks, on one disk."""

    def __init__(self, folder):
        self.folder = folder
        self.base = folder / "server" / REPOSITORY
        work = folder / "work"
        ignore = shutil.ignore_patterns("__pycache__")
        for name in ("grader", ".github"):
            shutil.copytree(root() / name, work / name, ignore=ignore)
        shutil.copy(root() / "pyproject.toml", work)
        for exercise in EXERCISES:
            for path in (
                f"exercises/activations/{exercise}.py",
                f"solutions/activations/{exercise}.py",
                f"tests/activations/test_{exercise}.py",
                f"tests/recordings/{exercise}.rec",
            ):
                (work / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root() / path, work / path)
        (work / "exercises/course.toml").write_text(COURSE + "".join(map(ENTRY.format, EXERCISES)))
        git(folder, "init", "--quiet", "--initial-branch=main", work)
        git(work, "add", ".")
        git(work, "commit", "--quiet", "--message=course")
        git(folder, "clone", "--quiet", "--bare", work, self.base)
        git(self.base, "config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub does
        git(self.base, "config", "uploadpack.allowFilter", "true")
        self.main = git(self.base, "rev-parse", "main")

    def fork(self, name):
        """Return the work tree of a new fork."""
        fork = self.folder / name
        git(self.folder, "clone", "--quiet", self.base, fork)
        return fork

    def push(self, fork, number):
        """Commit what is in a fork, update the pull request with this number, and return its head."""
        git(fork, "add", "--all")
        git(fork, "commit", "--quiet", "--allow-empty", "--message=solve")
        git(fork, "push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{number}/head")
        return git(fork, "rev-parse", "HEAD")


@pytest.fixture(scope="session")
def repositories(tmp_path_factory):
    """The repository of a school on the disk."""
    return Repositories(tmp_path_factory.mktemp("repositories"))


@pytest.fixture
def programs(tmp_path):
    """Programs that a runner finds before those of this machine: a bare python3, and a sudo that refuses."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "python3").symlink_to(base_python())
    (folder / "sudo").symlink_to(shutil.which("false"))
    return folder


@pytest.fixture
def runner(tmp_path, hub, repositories, programs):
    """A runner of the school's workflows."""
    pytest.importorskip("yaml")
    return Runner(tmp_path, hub, repositories.folder / "server", f"{programs}:{os.environ['PATH']}")
