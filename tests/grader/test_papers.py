"""What a stranger looks for beside the program: pages, forms, settings and containers, walked as they are written."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import grader
from grader.course import root

yaml = pytest.importorskip("yaml")

ROOT = root()
PAGES = ["CHANGELOG.md", "CONTRIBUTING.md", "INSTRUCTORS.md", "README.md", "SECURITY.md"]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[0-9]-*.yml"))
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FOLDERS = ("exercises/", "solutions/", "tests/", "grader/", ".ci/", ".github/", ".devcontainer/")


def read(path):
    return (ROOT / path).read_text("utf-8")


def read_yaml(path):
    return yaml.safe_load(read(path))


def read_json(path):
    """Read JSON whose comments are lines of their own, as editors allow them."""
    return json.loads(re.sub(r"^\s*//.*$", "", read(path), flags=re.MULTILINE))


def tool(program):
    """The path of a program of this environment."""
    return Path(sys.executable).parent / program


def blocks(page):
    """The lines of the code blocks, without comments."""
    found = "\n".join(re.findall(r"^```sh\n(.*?)^```$", read(page), re.DOTALL | re.MULTILINE))
    return [part.strip() for line in found.splitlines() for part in re.sub(r"(^|\s)#.*", "", line).split("&&") if part]


def inline(page):
    """What stands between backticks, outside of code blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", read(page), flags=re.DOTALL | re.MULTILINE))


# --- the pages


def kata_lines():
    pages = ("CONTRIBUTING.md", "INSTRUCTORS.md", "SECURITY.md")
    said = [line for page in pages for line in (*blocks(page), *inline(page))]
    said += re.findall(r'"(kata [^"]+)"', "\n".join(read(path) for path in FORMS))
    return sorted({line for line in said if re.match(r"kata [a-z]", line)})


@cache
def help_of(command):
    """What ``kata COMMAND --help`` prints, or None."""
    words = [sys.executable, "-m", "grader.cli", command, "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


@pytest.mark.parametrize("line", kata_lines())
def test_commands_of_the_pages_exist_with_their_options(line):
    _, command, *words = shlex.split(line)
    text = help_of(command)
    assert text is not None, f"there is no kata {command}"
    for option in (word for word in words if word.startswith("-")):
        assert re.search(rf"(?<![\w-]){option}(?![\w-])", text), f"kata {command} has no {option}"


def test_programs_of_the_code_blocks_are_there():
    there = {"export", ".", "git", "pip", "python", "python3"}
    lines = blocks("CONTRIBUTING.md")
    assert len(lines) > 25
    for line in lines:
        program, *words = shlex.split(line)
        if program.endswith("pip") and words[0] == "install":
            there.update(words)
        program = program.removeprefix(".venv/bin/")
        assert program in there or tool(program).exists() or os.access(ROOT / program, os.X_OK), line
        if program == "python" and words[0] == "-m":
            assert (ROOT / words[1].replace(".", "/") / "__main__.py").is_file(), line


def paths():
    said = [word for page in PAGES for line in blocks(page) for word in shlex.split(line)]
    said += [words for page in ("CONTRIBUTING.md", "SECURITY.md") for words in inline(page)]
    return sorted({path for path in said if path.startswith(FOLDERS) and not re.search(r"[<\s]|swish", path)})


@pytest.mark.parametrize("path", paths())
def test_paths_of_the_pages_exist(path):
    assert (ROOT / path).exists()


def links():
    return sorted({(page, link) for page in PAGES for link in re.findall(r"\]\(([^)\s]+)\)", read(page))})


def anchors(path):
    """The addresses that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "link"), links())
def test_links_of_the_pages_lead_somewhere(page, link):
    if link.startswith("https://"):
        return
    path, _, anchor = link.partition("#")
    target = ROOT / path if path else ROOT / page
    assert target.exists()
    assert not anchor or anchor in anchors(target)


def test_the_changelog_has_this_version_and_what_comes_next():
    titles = re.findall(r"^## (.*)$", read("CHANGELOG.md"), re.MULTILINE)
    assert titles[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", title) for title in titles[1:])
    assert grader.__version__ in titles[1]
    kinds = set(re.findall(r"^### (.*)$", read("CHANGELOG.md"), re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


# --- what GitHub reads


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-issue-forms", FORMS),
        ("github-issue-config", [ROOT / ".github/ISSUE_TEMPLATE/config.yml"]),
        ("dependabot", [ROOT / ".github/dependabot.yml"]),
    ],
)
def test_the_files_fit_their_schemas(schema, files):
    if not tool("check-jsonschema").exists():
        pytest.skip("needs check-jsonschema")
    assert files
    words = [tool("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *files]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_can_be_filled_in(path):
    form = read_yaml(path)
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    names = [field["id"] for field in fields]
    assert len(set(names)) == len(names)
    assert any(field.get("validations", {}).get("required") for field in fields)
    assert set(form["labels"]) <= {"bug", "documentation", "enhancement"}  # those that every repository has


def test_a_pull_request_of_a_learner_stays_empty():
    """Nothing of the template is seen by who hands in exercises and writes nothing."""
    text = read(".github/PULL_REQUEST_TEMPLATE.md")
    assert re.fullmatch(r"<!--(?:(?!-->).)*-->\n", text, re.DOTALL)


def test_dependabot_looks_wherever_an_action_may_be_pinned():
    (update,) = read_yaml(".github/dependabot.yml")["updates"]
    actions = {f"/{path.parent.relative_to(ROOT).as_posix()}" for path in ROOT.glob(".github/actions/*/action.yml")}
    assert actions
    assert set(update["directories"]) == {"/"} | actions
    assert set(update["cooldown"]) == {"default-days"}  # the only one that this ecosystem knows
    assert update["cooldown"]["default-days"] >= 7


def test_an_action_is_pinned_to_the_same_commit_everywhere():
    pins = {}
    for path in WORKFLOWS:
        for name, pin in re.findall(r"uses: (\S+)@(.*)$", path.read_text("utf-8"), re.MULTILINE):
            pins.setdefault(name, set()).add(pin)
    assert {name: pin for name, pin in pins.items() if len(pin) > 1} == {}


def test_solutions_are_broken_every_week_but_not_in_forks():
    workflow = read_yaml(".github/workflows/mutants.yml")
    (schedule,) = workflow[True]["schedule"]  # YAML reads "on" as a truth value
    assert re.fullmatch(r"\d+ \d+ \* \* \d", schedule["cron"])
    assert "workflow_dispatch" in workflow[True]
    (job,) = workflow["jobs"].values()
    assert "!github.event.repository.fork" in job["if"]
    assert job["steps"][-1]["run"].endswith("kata verify --mutants")


@pytest.mark.parametrize("name", ["test", "mutants"])
def test_the_projects_own_tests_take_no_minutes_of_a_private_copy(name):
    jobs = read_yaml(f".github/workflows/{name}.yml")["jobs"]
    assert jobs
    for job in jobs.values():
        assert job["if"].startswith("${{ ")
        assert "!github.event.repository.private" in job["if"].removeprefix("${{ ").removesuffix(" }}").split(" && ")


# --- what editors and git read


def test_none_of_these_files_is_ignored_by_git():
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git work tree")
    files = [".vscode/settings.json", ".vscode/extensions.json", ".devcontainer/setup.sh", ".pre-commit-config.yaml"]
    done = subprocess.run(["git", "check-ignore", "--no-index", *files], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == ""


def test_hooks_are_tools_of_this_environment_and_fetch_nothing():
    (repository,) = read_yaml(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        program = Path(shlex.split(hook["entry"])[0])
        assert program.parent == Path(".venv/bin")
        assert tool(program.name).exists()


def test_the_test_explorer_shows_every_check_and_none_of_the_graders_tests():
    settings = read_json(".vscode/settings.json")
    words = ["--collect-only", "-q", "-p", "no:cacheprovider", *settings["python.testing.pytestArgs"]]
    done = subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    shown = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}
    checks = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("tests/*/test_*.py")}
    assert shown == {path for path in checks if not path.startswith("tests/grader/")}
    assert settings["python.testing.pytestEnabled"] is True
    assert settings["python.defaultInterpreterPath"] == "${workspaceFolder}/.venv"
    assert read_json(".vscode/extensions.json")["recommendations"]


# --- the dev container


@pytest.fixture
def container(tmp_path):
    """A folder with a copy of the project, and an environment with a shell, Python and a sudo that refuses, no more."""
    folder, programs = tmp_path / "deep learning katas", tmp_path / "bin"
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("needs a git work tree")
    for path in filter(None, listed.stdout.split("\0")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
    programs.mkdir()
    for name in ("bash", "dirname", "sh"):
        (programs / name).symlink_to(shutil.which(name))
    scripts = {
        "python3": f'exec "{sys._base_executable}" "$@"',
        "sudo": f'echo "$@" >> "{tmp_path}/sudo"; exit 1',
    }
    for name, line in scripts.items():
        (programs / name).write_text(f"#!{shutil.which('sh')}\n{line}\n")
        (programs / name).chmod(0o755)
    ours = re.compile(r"PYTHON|VIRTUAL_ENV|KATA_")  # the rest is how pip finds its way out
    environment = {name: value for name, value in os.environ.items() if not ours.match(name)}
    return folder, environment | {"PATH": str(programs)}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="the container is Linux")
def test_the_container_ends_in_a_terminal_where_kata_works(container, tmp_path):
    folder, environment = container
    settings = read_json(".devcontainer/devcontainer.json")
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to("/opt/homebrew/bin/python3")  # what a Mac leaves in the folder

    def terminal(command, **more):
        words = ["bash", "-c", command]
        return subprocess.run(words, cwd=folder, env={**environment, **more}, capture_output=True, text=True)

    made = terminal(settings["postCreateCommand"])
    assert made.returncode == 0, made.stdout + made.stderr
    assert "bubblewrap could not be installed" in made.stdout
    assert "apt-get update" in (tmp_path / "sudo").read_text()

    path = settings["remoteEnv"]["PATH"]
    path = path.replace("${containerWorkspaceFolder}", str(folder)).replace("${containerEnv:PATH}", environment["PATH"])
    first = terminal("kata", PATH=path)
    assert first.returncode == 0, first.stderr
    assert "activations" in first.stdout
    shutil.copy(folder / "solutions/activations/relu.py", folder / "exercises/activations/relu.py")
    solved = terminal("kata check relu", PATH=path)
    assert solved.returncode == 0, solved.stdout + solved.stderr

    before = (folder / ".venv/pyvenv.cfg").stat().st_mtime_ns
    assert terminal(settings["postCreateCommand"]).returncode == 0  # again, as after a rebuild
    assert (folder / ".venv/pyvenv.cfg").stat().st_mtime_ns == before


def test_the_first_terminal_waits_for_kata():
    settings = read_json(".devcontainer/devcontainer.json")
    assert settings["waitFor"] in settings
    assert re.fullmatch(r"mcr\.microsoft\.com/devcontainers/python:\d-3\.\d\d-\w+", settings["image"])
    (script,) = re.findall(r"bash (\S+)", settings[settings["waitFor"]])
    assert (ROOT / script).is_file()
