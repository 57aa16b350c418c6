"""Plain pytest on the hidden checks, as a maintainer or an editor's test explorer runs it."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from grader.course import own_course, root

CHECKS = '''\
import numpy as np

from grader.checks import assert_close, contract, misconception, parametrize


def test_doubles(student, rng):
    """Doubles."""
    x = rng.normal(size=(4, 7))
    assert_close(student.double(x), 2 * x)


@parametrize("n", [0, 1.5, -2])
def test_numbers(student, n):
    """Doubles numbers."""
    assert_close(student.double(n), 2 * n)


@contract(lambda x: 2 * x, "float32", "pure")
def double(rng):
    return (rng.normal(size=3),)


@misconception("returns the number as it is")
def once(x):
    return 1 * x
'''
IDS = ["test_doubles", "test_numbers[0]", "test_numbers[1.5]", "test_numbers[-2]", "test_float32", "test_pure"]
FILE = "tests/basics/test_double.py"
RIGHT = "def double(x):\n    return x + x\n"
ONCE = "def double(x):\n    return 1 * x\n"
OTHER = """\
import pytest


@pytest.fixture
def five():
    return 5


@pytest.mark.parametrize("k", [5, 6])
def test_five(five, k):
    assert five == k
"""
OPTIONS = '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib", "-p", "grader.grading.plugin"]\n'


def run(*words, cwd):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(root()), "COLUMNS": "100", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def outcomes(result):
    """The numbers of the last line: ``{"passed": 7}``."""
    last = result.stdout.strip().splitlines()[-1]
    return {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|errors?)", last)}


@pytest.fixture
def repository(mini):
    mini.add(checks=CHECKS)
    mini.write("pyproject.toml", OPTIONS)
    return mini


@pytest.fixture
def checked(repository, tmp_path):
    """Returns what pytest says about a text of the exercise, and about those of others."""

    def run_on(text, *words, **others):
        for name, code in {"double": text, **others}.items():
            repository.write(tmp_path / f"theirs/basics/{name}.py", code)
        return run(*(words or (FILE,)), "--submission", tmp_path / "theirs", cwd=repository.root)

    return run_on


# ---- what is run ----------------------------------------------------------------------------------------------


def test_a_right_answer_passes_every_check(checked):
    result = checked(RIGHT, FILE, "-v")
    assert (result.returncode, outcomes(result)) == (0, {"passed": 6}), result.stdout
    assert re.findall(r"::(\S+) PASSED", result.stdout) == IDS


def test_one_check_alone_is_run_alone(checked):
    result = checked(ONCE, f"{FILE}::test_numbers[1.5]", f"{FILE}::test_pure", f"{FILE}::test_numbers[0]")
    assert outcomes(result) == {"failed": 1, "passed": 2}


def test_where_nothing_is_named_the_exercises_of_the_repository_are_checked(repository):
    assert outcomes(run("tests/basics", cwd=repository.root)) == {"skipped": 6}
    repository.write("exercises/basics/double.py", RIGHT)
    assert outcomes(run("tests/basics", cwd=repository.root)) == {"passed": 6}


def test_a_relative_submission_is_meant_from_where_one_stands(repository, tmp_path):
    repository.write(tmp_path / "here/theirs/double.py", RIGHT)
    for folder in (tmp_path / "here", repository.root / "tests/basics"):
        submission = os.path.relpath(tmp_path / "here/theirs", folder)
        result = run(repository.root / FILE, "--submission", submission, cwd=folder)
        assert outcomes(result) == {"passed": 6}, result.stdout + result.stderr


def test_exercises_may_be_mixed_in_one_run(checked, repository):
    repository.add(
        "triple",
        checks=CHECKS.replace(".double", ".triple").replace("2 *", "3 *").replace("def double(", "def triple("),
    )
    repository.add("never_written", checks=CHECKS)
    files = [FILE, "tests/basics/test_triple.py", "tests/basics/test_never_written.py"]
    words = [f"{file}::{check}" for check in ("test_doubles", "test_pure") for file in files]
    result = checked(RIGHT, *words, triple="def triple(x):\n    return 2 * x\n")
    assert outcomes(result) == {"passed": 3, "failed": 1, "skipped": 2}
    assert "triple(float64 (4, 7))" in result.stdout


@pytest.mark.slow
def test_checks_may_be_run_in_parallel(checked):
    pytest.importorskip("xdist")
    result = checked(ONCE, FILE, "-p", "xdist", "-n", "2")
    assert outcomes(result) == {"failed": 4, "passed": 2}
    assert "This is what you get when the code returns the number as it is." in result.stdout


def test_misconceptions_are_no_tests_and_other_tests_are_left_alone(repository):
    repository.write("tests/grader/test_other.py", OTHER)
    result = run("--collect-only", "-q", "tests", cwd=repository.root)
    ids = [line for line in result.stdout.splitlines() if "::" in line]
    others = [f"tests/grader/test_other.py::test_five[{k}]" for k in (5, 6)]
    assert sorted(ids) == sorted([*(f"{FILE}::{id}" for id in IDS), *others])
    assert outcomes(run("tests/grader", cwd=repository.root)) == {"passed": 1, "failed": 1}


@pytest.mark.slow
def test_another_seed_is_live(repository):
    if find_spec("torch") is None:
        pytest.skip("needs torch")
    repository.add("twice", topic="other")  # its checks ask torch
    repository.write("exercises/other/twice.py", RIGHT)
    assert outcomes(run("tests/other", "--seed", "3", cwd=repository.root)) == {"passed": 2}


def test_the_checks_of_this_repository_are_run_with_its_own_settings():
    exercise = own_course().find("leaky_relu")
    result = run(f"tests/{exercise.topic}/test_{exercise.name}.py", "--submission", "solutions", cwd=root())
    assert (result.returncode, set(outcomes(result))) == (0, {"passed"}), result.stdout


# ---- what is said ---------------------------------------------------------------------------------------------


def test_a_failure_reads_like_the_graders_message(checked):
    result = checked(ONCE, f"{FILE}::test_doubles")
    assert (result.returncode, outcomes(result)) == (1, {"failed": 1})
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert "called    double(float64 (4, 7))" in lines
    assert "This is what you get when the code returns the number as it is." in lines
    for word in ("Traceback", "grader/", "Mismatch", "def test_doubles", "pyfunc_call"):
        assert word not in result.stdout


def test_the_learners_own_line_is_shown_for_an_exception(checked):
    result = checked("def double(x):\n    return x.no_such_thing\n", f"{FILE}::test_doubles")
    assert "raised    AttributeError: 'numpy.ndarray' object has no attribute" in result.stdout
    assert 'File "double.py", line 2, in double' in result.stdout
    assert "grader/" not in result.stdout


def test_what_cannot_be_run_is_said_at_each_check(checked, repository):
    texts = {
        "stub": ("def double(x):\n    raise NotImplementedError\n", "SKIPPED", "not attempted"),
        "broken": ("def double(x:\n", "FAILED", "SyntaxError"),
        "with_torch": ("import torch\n", "FAILED", "torch is not available to an exercise"),
        "binary": ("\0", "FAILED", "the file holds NUL bytes"),
    }
    for name in (*texts, "missing"):
        repository.add(name, checks=CHECKS)
    result = checked(RIGHT, "tests/basics", "-v", **{name: text for name, (text, _, _) in texts.items()})
    assert outcomes(result) == {"passed": 6, "failed": 18, "skipped": 12}
    for name, (_, outcome, reason) in {**texts, "missing": texts["stub"]}.items():
        assert result.stdout.count(f"tests/basics/test_{name}.py::test_numbers[1.5] {outcome}") == 1
        assert result.stdout.count(reason) >= 6
    assert "Traceback" not in result.stdout


def said_in_one_line(result, line):
    assert result.returncode != 0
    assert line in " ".join(result.stdout.split()), result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert "INTERNALERROR" not in result.stdout + result.stderr
    assert "grader/" not in result.stdout
    return True


def test_a_folder_that_is_not_there_is_one_line(repository, tmp_path):
    result = run(f"{FILE}::test_pure", "--submission", tmp_path / "nowhere", cwd=repository.root)
    assert said_in_one_line(result, "there is no folder")


def test_checks_that_are_broken_are_one_line(checked, repository):
    repository.write(FILE, f"{CHECKS}\n1 / 0\n")
    line = f"the checks could not be collected: {FILE}, line 27: ZeroDivisionError: division by zero"
    assert said_in_one_line(checked(RIGHT), line)


def test_a_file_of_checks_without_an_exercise_is_one_line(checked, repository):
    repository.write("tests/basics/test_doubel.py", CHECKS)
    result = checked(RIGHT, "tests/basics")
    assert said_in_one_line(result, "no exercise is called 'doubel'; did you mean 'double'?")


def test_a_missing_recording_fails_the_check_in_one_line(repository):
    repository.add("twice", topic="other")  # its checks ask torch
    repository.write("exercises/other/twice.py", RIGHT)
    result = run("tests/other", cwd=repository.root)
    assert outcomes(result) == {"failed": 1, "passed": 1}
    assert said_in_one_line(result, "the recording twice.rec is missing: run 'kata record'")


def test_what_the_learner_prints_does_not_reach_pytests_output(checked):
    result = checked("print('99 passed')\n" + RIGHT, FILE, "-s")
    assert outcomes(result) == {"passed": 6}
    assert "99 passed" not in result.stdout


def test_an_editor_is_told_where_each_check_stands(checked, tmp_path):
    checked(RIGHT, FILE, "-o", "junit_family=xunit1", f"--junit-xml={tmp_path}/found.xml")
    found = re.findall(r'name="([^"]+)" file="([^"]+)" line="(\d+)"', (tmp_path / "found.xml").read_text())
    starts = {"test_doubles": "def test_doubles", "test_numbers": "@parametrize"}
    lines = [CHECKS[: CHECKS.index(starts.get(id.partition("[")[0], "@contract"))].count("\n") for id in IDS]
    assert found == [(id, FILE, str(line)) for id, line in zip(IDS, lines, strict=True)]
