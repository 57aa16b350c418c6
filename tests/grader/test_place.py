"""Whose files count: the program's own course decides, wherever a command is typed and whatever lies around there."""

import json
import os
import shutil
import subprocess
import sys

import pytest

CHECKS = '''\
import numpy as np

from grader.checks import assert_close


def test_value(student, rng):
    """Is twice the number."""
    x = rng.normal(size=rng.integers(3, 9))
    assert_close(student.{name}(x), 2 * x)


def test_zero(student):
    """Is 0 at 0."""
    assert_close(student.{name}(np.zeros(2)), np.zeros(2))
'''
TEXTS = {
    "exercises/basics/double.py": "def double(x):\n    return x + x\n",
    "exercises/basics/twice.py": "def twice(x):\n    return x\n",
}
COURSE = """\
title = "Mine"

[[topics]]
name = "basics"
title = "Basics"
summary = "Easy."

[[topics.exercises]]
name = "twice"
title = "Twice"
difficulty = 1
points = 1000
prerequisites = []
questions = []
hints = ["Nothing to do."]
"""


@pytest.fixture
def katas(mini, tmp_path):
    """A checkout with two exercises, and `kata` as an installation would start it."""
    for name in ("double", "twice"):
        mini.add(name, checks=CHECKS.format(name=name))
    mini.with_program()
    mini.program = tmp_path / "bin/kata"
    mini.program.parent.mkdir()
    mini.program.write_text("import sys\nfrom grader.cli import main\nsys.exit(main())\n")
    return mini


def kata(katas, *words, cwd, before=(), env=None):
    environment = {**os.environ, "PYTHONPATH": str(katas.root), "COLUMNS": "80", **(env or {})}
    command = [str(word) for word in (*before, sys.executable, katas.program, *words)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def fill(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def traps(marker):
    """Files that decide a score or run code, if anything of this kind counts."""
    trap = f"open({str(marker)!r}, 'a').write(__file__)\n"
    passes = f'{trap}def test_value(student):\n    """Passes."""\n'
    return {
        "course.toml": COURSE,
        "exercises/course.toml": COURSE,
        "kata.toml": 'course = "Mine"\nexercises = ["double"]\n',
        "tests/basics/test_double.py": passes,
        "tests/basics/test_twice.py": passes,
        "tests/basics/conftest.py": trap,
        "tests/recordings/twice.rec": "nothing",
        "solutions/basics/double.py": TEXTS["exercises/basics/double.py"],
        "solutions/basics/twice.py": trap + TEXTS["exercises/basics/twice.py"],
        **{f"{module}.py": trap for module in ("conftest", "sitecustomize", "numpy", "typer", "grader")},
        **{f"exercises/basics/{module}.py": trap for module in ("numpy", "math", "conftest")},
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--collect-only'\n",
    }


NOT_TOML = ("course = [", "\xff\0", "x = " + "[" * 9999)


@pytest.mark.parametrize("broken", [None, *range(len(NOT_TOML))])
def test_a_submission_graded_from_inside_it_brings_nothing_but_its_exercises(katas, tmp_path, broken):
    outside = kata(katas, "grade", fill(tmp_path / "honest", TEXTS), "--json", tmp_path / "1.json", cwd=tmp_path)
    files = TEXTS | traps(tmp_path / "marker")
    if broken is not None:
        files |= dict.fromkeys(("course.toml", "exercises/course.toml", "kata.toml"), NOT_TOML[broken])
    folder = fill(tmp_path / "theirs", files)
    inside = kata(katas, "grade", ".", "--json", tmp_path / "2.json", cwd=folder)
    assert (inside.returncode, inside.stdout) == (outside.returncode, outside.stdout)
    assert "Score 1/2" in inside.stdout
    assert "Traceback" not in inside.stderr
    assert not (tmp_path / "marker").exists()
    one, other = (json.loads((tmp_path / name).read_text()) for name in ("1.json", "2.json"))
    assert without_times(one) == without_times(other)


def without_times(report):
    run = {key: value for key, value in report["run"].items() if key not in ("started", "seconds")}
    exercises = [{**exercise, "seconds": 0} for exercise in report["exercises"]]
    sha256 = report["submission"]["sha256"]
    return {**report, "run": run, "exercises": exercises, "submission": sha256}


@pytest.mark.parametrize("broken", [None, 0, 1, 2])
def test_inside_another_checkout_the_exercises_are_its_and_the_course_is_the_programs(katas, tmp_path, broken):
    files = TEXTS | traps(tmp_path / "marker")
    del files["kata.toml"]
    if broken is not None:
        files["exercises/course.toml"] = NOT_TOML[broken]
    folder = fill(tmp_path / "theirs", files)
    said = f"kata: the exercises of {folder}, with the checks of this kata's own {katas.root}\n"
    result = kata(katas, "check", cwd=folder / "tests/basics")
    assert (result.returncode, result.stderr) == (1, said)
    assert "Score 1/2" in result.stdout
    result = kata(katas, cwd=folder)
    assert (result.returncode, result.stderr) == (0, said)
    assert result.stdout.startswith("Katas: 1 of 2 done, 1 of 2 points\n")
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize("words", [["new", "basics/thrice"], ["sync"], ["record"], ["verify"]])
def test_inside_another_checkout_nothing_is_made_or_proven(katas, tmp_path, words):
    folder = fill(tmp_path / "theirs", TEXTS | traps(tmp_path / "marker"))
    before = {path for root in (folder, katas.root) for path in root.rglob("*") if path.suffix != ".pyc"}
    result = kata(katas, *words, cwd=folder)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"kata: {folder} is not the checkout of this kata, which is {katas.root}: go there, or install this one with "
        "'pip install -e .'\n"
    )
    assert {path for root in (folder, katas.root) for path in root.rglob("*") if path.suffix != ".pyc"} == before
    assert not (tmp_path / "marker").exists()


def test_a_workspace_is_its_own_place_in_which_only_exercises_and_memory_count(katas, tmp_path):
    folder = fill(tmp_path / "mine", TEXTS | traps(tmp_path / "marker"))
    result = kata(katas, "check", "basics", cwd=folder / "exercises")
    assert (result.returncode, result.stderr) == (0, "")
    assert "double  1/1 points" in result.stdout
    assert "twice" not in result.stdout
    assert kata(katas, cwd=folder).stdout.startswith("Katas: 1 of 1 done, 1 of 1 point\n")
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize("number", range(len(NOT_TOML)))
def test_a_mark_that_cannot_be_read_is_one_line(katas, tmp_path, number):
    folder = fill(tmp_path / "mine", TEXTS | {"kata.toml": NOT_TOML[number]})
    for words in ([], ["check"], ["hint", "double"]):
        result = kata(katas, *words, cwd=folder)
        assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert result.stderr.startswith(f"kata: {folder / 'kata.toml'} cannot be read: ")


def test_outside_of_any_workspace_it_is_the_programs_own_checkout_and_says_so(katas, tmp_path):
    katas.write("exercises/basics/double.py", TEXTS["exercises/basics/double.py"])
    said = f"kata: in {katas.root}, the checkout of this kata\n"
    result = kata(katas, "check", "double", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, said)
    result = kata(katas, cwd=tmp_path)
    assert (result.stdout.splitlines()[0], result.stderr) == ("Katas: 1 of 2 done, 1 of 2 points", said)
    inside = kata(katas, cwd=katas.root / "exercises/basics")
    assert (inside.stdout, inside.stderr) == (result.stdout, "")
    assert kata(katas, "sync", cwd=tmp_path).returncode == 2  # double is written
    assert kata(katas, "sync", "twice", cwd=tmp_path).stdout == "wrote tests/recordings/twice.stub\n"
    assert kata(katas, "sync", "twice", cwd=tmp_path).stdout.startswith("1 stub and the index up to date")


@pytest.fixture
def read_only(katas):
    """The beginning of a command to which the checkout cannot be written."""
    if os.name == "posix" and os.geteuid() != 0:
        folders = [katas.root, *(path for path in katas.root.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        yield []
        for folder in folders:
            folder.chmod(0o755)
    elif shutil.which("bwrap"):  # nothing is read-only for root but what is mounted so
        yield ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--ro-bind", katas.root, katas.root]
    else:
        pytest.skip("needs an ordinary user, or bubblewrap")


@pytest.mark.slow
def test_a_checkout_that_cannot_be_written_gets_its_verdict_and_a_memory_elsewhere(katas, read_only, tmp_path):
    katas.write("exercises/basics/double.py", TEXTS["exercises/basics/double.py"])
    state = tmp_path / "state"

    def run(*words, state=state):
        return kata(katas, *words, cwd=katas.root, before=read_only, env={"XDG_STATE_HOME": str(state)})

    result = run("check", "double")
    assert (result.returncode, result.stderr) == (0, "")
    assert "double  1/1 points" in result.stdout
    assert run("hint", "double").stdout == "double, hint 1 of 2\nThink.\n"
    assert "hint 2 of 2" in run("hint", "double").stdout
    assert run().stdout.startswith("Katas: 1 of 2 done")
    assert len(list(state.rglob("*.json"))) == 1
    assert not (katas.root / ".kata").exists()
    assert run("check", "double", state=katas.root / "state").returncode == 0
    assert run("sync", "--check").returncode == 1
    result = run("sync", "--force")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith(f"kata: {katas.root}")
