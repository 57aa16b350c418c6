"""The wheel holds the whole course and is all that a learner needs: built, installed, used on a path with spaces."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from grader.course import own_course, root
from grader.course.milestones import milestones

pytest.importorskip("hatchling")
pytestmark = pytest.mark.slow

# what a learner does not install: a command of theirs that imports it would fail here
HIDDEN = ("torch", "cosmic_ray", "markdown_it", "jsonschema", "yaml", "hypothesis", "scipy", "hatchling")
JUNK = ("exercises/activations/__pycache__/relu.pyc", "exercises/.kata/progress.json", "tests/grader/test_me.py")

NEW = """\
name = "brand_new"
title = "Brand new"
difficulty = 1
points = 1
prerequisites = []
questions = []
hints = ["Nothing to do."]

"""


def run(*words, **options):
    words = [str(word) for word in words]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"COLUMNS": "80"}
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=280, **options)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("a place with spaces")


@pytest.fixture(scope="module")
def checkout(place):
    """A copy of what the project keeps in git, from which wheels are built."""
    folder = place / "the checkout"
    ignored = shutil.ignore_patterns("__pycache__", ".kata")
    for name in ("grader", "exercises", "solutions", "tests"):
        shutil.copytree(root() / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(root() / name, folder)
    for path in JUNK:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")
    return folder


def build(checkout):
    folder = checkout.parent / "wheels"
    shutil.rmtree(folder, ignore_errors=True)
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=checkout)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.iterdir()
    return wheel


class Environment:
    """A Python environment with what a learner installs, which is taken from where this one has it."""

    def __init__(self, folder, hidden=HIDDEN):
        venv.create(folder, symlinks=os.name == "posix")
        paths = sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})
        self.scripts, packages = Path(paths["scripts"]), Path(paths["purelib"])
        (packages / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
        (packages / "sitecustomize.py").write_text(f"import sys\nsys.modules.update(dict.fromkeys({hidden}))\n")

    def install(self, *words):
        options = ("--no-deps", "--no-build-isolation", "--no-index", "--force-reinstall", "--quiet")
        done = run(sys.executable, "-m", "pip", "--python", self.scripts / "python", "install", *options, *words)
        assert done.returncode == 0, done.stderr

    def kata(self, *words, cwd):
        return run(self.scripts / "kata", *words, cwd=cwd)


@pytest.fixture(scope="module")
def installed(place, checkout):
    environment = Environment(place / "an environment")
    environment.install(build(checkout))
    return environment


def test_it_holds_every_file_of_the_course_and_nothing_that_is_no_part_of_it(checkout):
    with zipfile.ZipFile(build(checkout)) as wheel:
        held = {name.removeprefix("grader/bundle/") for name in wheel.namelist()}
    course = own_course()
    wanted = {"exercises/course.toml", *(course.relative(path) for path in (root() / "exercises").glob("*.md"))}
    for exercise in course.exercises:
        wanted |= {exercise.path, course.relative(course.solution(exercise)), course.relative(course.checks(exercise))}
    for folder, pattern in (
        ("tests/recordings", "*.rec"),
        ("exercises", "*/README.md"),
        ("exercises/figures", "*.svg"),
    ):
        found = {course.relative(path) for path in (root() / folder).glob(pattern)}
        assert len(found) > 10
        wanted |= found
    for pattern in ("*.py", "*.npz"):
        wanted |= {path.relative_to(root()).as_posix() for path in (root() / "grader").rglob(pattern)}
    assert sorted(wanted - held) == []
    assert [
        name
        for name in held
        if name.startswith("tests/grader") or name in JUNK or ("/figures/" in name and name.endswith(".py"))
    ] == []
    assert {name.split("/")[0].partition("-")[0] for name in held} == {
        "grader", "exercises", "solutions", "tests", "deep_learning_katas",
    }  # fmt: skip


def test_a_learner_begins_in_an_empty_folder_and_is_graded(place, checkout, installed):
    empty = place / "empty"
    empty.mkdir()
    course = own_course()
    count, main = len(course.exercises), len(course.counted(course.exercises))
    assert f"Deep learning katas: {count} exercises" in installed.kata("--version", cwd=empty).stdout
    nowhere = installed.kata(cwd=empty)
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert nowhere.stderr == "kata: there are no exercises here: 'kata init DIR' makes a folder with all of them\n"

    made = installed.kata("init", "my work", cwd=empty)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith(f"my work: {count} new exercises, 0 files brought up to date\n")
    (line,) = (line.removeprefix("Next: ") for line in made.stdout.splitlines() if line.startswith("Next: "))
    shown = run("sh", "-c", line.replace("kata", "pwd", 1), cwd=empty)
    assert shown.stdout == f"{empty / 'my work'}\n"
    work = empty / "my work"
    stubs = {path.relative_to(work).as_posix() for path in work.glob("exercises/*/*.py")}
    assert stubs == {exercise.path for exercise in course.exercises}

    first, second = course.exercises[:2]
    shutil.copy(course.solution(first), work / first.path)
    (work / second.path).write_text(f"def {second.name}(x, *rest):\n    return None\n")
    checked = installed.kata("check", cwd=work)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert f"1 of {main} exercises solved" in checked.stdout
    assert installed.kata("check", first.path, cwd=work).returncode == 0
    listed = installed.kata(cwd=work / "exercises")
    assert listed.stderr == ""
    assert listed.stdout.splitlines()[0].startswith(f"Deep learning katas: 1 of {main} done, {first.points:g} of ")
    assert f"Next: finish {second.path}" in listed.stdout
    assert "hint 1 of" in installed.kata("hint", second.name, cwd=work).stdout
    (part,) = milestones()[0].parts
    shutil.copy(course.solution(course.find(part)), work / course.find(part).path)
    assert installed.kata("milestone", milestones()[0].name, cwd=work).stdout.startswith("✓ logistic  reached: ")
    shutil.copy(checkout / course.find(part).path, work / course.find(part).path)

    graded = installed.kata("grade", "my work", "--json", "report.json", "--html", "report.html", cwd=empty)
    assert graded.returncode == 0, graded.stderr
    assert f"Score {first.points:g}/" in graded.stdout
    graded = installed.kata("grade", checkout / "solutions", cwd=empty)
    assert f"{main} of {main} exercises solved" in graded.stdout, graded.stderr

    for words in (["new", "activations/swish"], ["sync"], ["record"], ["verify"]):
        refused = installed.kata(*words, cwd=work)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith("kata: this kata was installed without its checkout: clone the repository")
        assert refused.stderr.count("\n") == 1


def test_an_instructor_needs_no_checkout_to_hand_out_and_to_have_it_graded(place, installed):
    released = installed.kata("release", "week_1", "--to", "a starter", cwd=place)
    assert (released.returncode, released.stderr) == (0, "")
    starter = place / "a starter"
    assert "0 of 6 exercises solved" in installed.kata("check", cwd=starter).stdout

    refused = installed.kata("autograder", "classroom50", "week_1", "--to", "a service", cwd=place)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("kata: live references need torch, which is not installed here")
    assert "--seed 0 needs no torch" in refused.stderr
    words = ("classroom50", "week_1", "--to", "a service", "--seed", "0")
    assert installed.kata("autograder", *words, cwd=place).returncode == 0
    words = ("-B", "-m", "grader.classroom.service", "gradescope", starter, place / "results.json")
    graded = run(installed.scripts / "python", *words, cwd=place / "a service")
    assert (graded.returncode, graded.stderr) == (0, "")
    assert '"score": 0.0' in (place / "results.json").read_text()


def grown(checkout, folder, improved):
    """Make a later version of a checkout: some docstrings say more, and a first exercise is new."""
    shutil.copytree(checkout, folder)
    for exercise in improved:
        path = folder / "solutions" / exercise.topic / f"{exercise.name}.py"
        path.write_text(path.read_text().replace("    Parameters\n", "    Improved.\n\n    Parameters\n", 1))
    table = folder / "exercises/course.toml"
    before, header, after = table.read_text().partition("[[topics.exercises]]\n")
    table.write_text(before + header + NEW + header + after)
    solution = "def brand_new(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n"
    (folder / "solutions" / improved[0].topic / "brand_new.py").write_text(solution)
    return folder


def test_a_newer_wheel_brings_new_exercises_and_keeps_what_is_written(place, checkout):
    environment = Environment(place / "another environment")
    environment.install(build(checkout))
    assert environment.kata("init", "grown", cwd=place).returncode == 0
    written, untouched = own_course().exercises[:2]
    work = place / "grown"
    (work / written.path).write_text("def mine():\n    pass\n")
    (work / "README.md").write_text("mine")

    environment.install(build(grown(checkout, place / "newer", [written, untouched])))

    again = environment.kata("init", ".", cwd=work)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == (
        ".: 1 new exercise, 1 file brought up to date\nkept README.md, in which something else was written\n\n"
        "Next: cd . && kata\n"
    )
    assert (work / written.path).read_text() == "def mine():\n    pass\n"
    assert (work / "README.md").read_text() == "mine"
    assert "Improved." in (work / untouched.path).read_text()
    first = own_course().topics[0].name
    assert "raise NotImplementedError" in (work / f"exercises/{first}/brand_new.py").read_text()

    other = place / "not empty"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    refused = environment.kata("init", "not empty", cwd=place)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "kata: not empty is not empty; --force writes the exercises among what is there\n"
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]
    assert environment.kata("init", "not empty", "--force", cwd=place).returncode == 0
    assert (other / "thesis.txt").read_text() == "mine"
    assert (other / written.path).is_file()


def test_an_editable_install_of_a_checkout_is_that_checkout(place, checkout):
    environment = Environment(place / "an editable environment", hidden=())
    environment.install("-e", checkout)
    synced = environment.kata("sync", cwd=checkout)
    assert (synced.returncode, synced.stderr) == (0, "")
    shown = environment.kata(cwd=place)
    assert shown.stderr == f"kata: in {checkout}, the checkout of this kata\n"
    (checkout / "grader/__init__.py").write_text('__version__ = "7.7.7"\n')
    assert environment.kata("--version", cwd=place).stdout.startswith("kata 7.7.7, ")
