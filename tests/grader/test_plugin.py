"""Plain pytest on the hidden checks, as a maintainer or an editor's test explorer runs it."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from grader.course import root

RIGHT = """\
import numpy as np

def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)
"""
PLAIN_RELU = "import numpy as np\ndef leaky_relu(x, negative_slope=0.01):\n    return np.maximum(x, 0)\n"
CHECKS = "tests/activations/test_leaky_relu.py"
COUNT = 7


def run(*words, cwd=None):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(root()), "COLUMNS": "100", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(command, cwd=cwd or root(), env=environment, capture_output=True, text=True, timeout=120)


def outcomes(result):
    """The numbers of the last line: ``{"passed": 7}``."""
    last = result.stdout.strip().splitlines()[-1]
    return {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|errors?|deselected)", last)}


@pytest.fixture
def submission(tmp_path):
    def make(text, name="activations/leaky_relu"):
        path = tmp_path / f"theirs/{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return tmp_path / "theirs"

    return make


def test_a_right_answer_passes_every_check(submission):
    result = run(CHECKS, "-q", "--submission", submission(RIGHT))
    assert result.returncode == 0, result.stdout
    assert outcomes(result)["passed"] >= COUNT


def test_a_failure_reads_like_the_graders_message(submission):
    result = run(CHECKS, "--submission", submission(PLAIN_RELU), "-k", "agrees")
    assert (result.returncode, outcomes(result)["failed"]) == (1, 1)
    lines = result.stdout.splitlines()
    assert "called    leaky_relu(float64 (4, 7), 0.2)" in (line.strip() for line in lines)
    assert any(line.startswith("This is what you get when the code is plain ReLU") for line in lines)
    for word in ("Traceback", "grader/", "torch_reference", "Mismatch", "def test_agrees", "pyfunc_call"):
        assert word not in result.stdout


def test_the_learners_own_line_is_shown_for_an_exception(submission):
    text = "def leaky_relu(x, negative_slope=0.01):\n    return x.no_such_thing\n"
    result = run(CHECKS, "--submission", submission(text), "-k", "agrees")
    shown = " ".join(result.stdout.split())
    assert "raised AttributeError: 'numpy.ndarray' object has no attribute 'no_such_thing'" in shown
    assert 'File "leaky_relu.py", line 2, in leaky_relu' in result.stdout
    assert "worker.py" not in result.stdout


def test_one_check_alone(submission):
    result = run(f"{CHECKS}::test_other_slopes[0.01]", f"{CHECKS}::test_pure", "--submission", submission(PLAIN_RELU))
    assert outcomes(result) == {"failed": 1, "passed": 1}


@pytest.mark.parametrize(
    ("text", "count", "words"),
    [
        ((root() / "exercises/activations/leaky_relu.py").read_text(), "skipped", "not attempted"),
        ("def leaky_relu(x:\n", "failed", "SyntaxError"),
        ("import torch\n", "failed", "torch is not available to an exercise"),
    ],
)
def test_what_cannot_be_run_is_said_at_each_check(submission, text, count, words):
    result = run(CHECKS, "-rs", "-k", "default or pure", "--submission", submission(text))
    assert outcomes(result)[count] == 2
    assert words in result.stdout
    assert result.returncode == (0 if count == "skipped" else 1)


def test_a_missing_file_is_not_attempted(submission):
    result = run(CHECKS, "-q", "-rs", "--submission", submission("x = 1\n", "activations/softmax"))
    assert outcomes(result)["skipped"] >= COUNT
    assert "not attempted" in result.stdout


def test_a_stub_is_skipped_where_nothing_else_is_named():
    result = run("tests/recurrence/test_lstm_cell.py", "-q")
    assert set(outcomes(result)) in ({"skipped"}, {"passed"}, {"failed", "passed"})  # a learner's fork runs this, too


@pytest.mark.parametrize("where", ["a folder of its own", "tests/activations"])
def test_from_another_working_directory(submission, tmp_path, where):
    cwd = tmp_path if where == "a folder of its own" else root() / where
    result = run(root() / CHECKS, "-q", "--submission", submission(RIGHT), cwd=cwd)
    assert result.returncode == 0, result.stdout + result.stderr
    assert outcomes(result)["passed"] >= COUNT


def test_a_relative_submission_is_meant_from_where_one_stands(submission, tmp_path):
    submission(RIGHT)
    result = run(root() / CHECKS, "-q", "--submission", "theirs", cwd=tmp_path)
    assert outcomes(result).get("passed", 0) >= COUNT, result.stdout


def test_several_exercises_in_one_run(submission):
    submission(RIGHT)
    folder = submission("import numpy as np\ndef softmax(x, axis=-1):\n    return x / 0\n", "activations/softmax")
    files = ["tests/activations/test_softmax.py", CHECKS, "tests/activations/test_gelu.py"]
    result = run(*files, "-k", "agrees or float32 or exact_form", "--submission", folder)
    assert outcomes(result)["passed"] == 2
    assert outcomes(result)["failed"] == 2
    assert outcomes(result)["skipped"] >= 2


def test_a_random_exercise_by_itself(submission):
    text = "def dropout(x, p, training, rng):\n    return x, x\n"
    result = run("tests/regularization/test_dropout.py", "--submission", submission(text, "regularization/dropout"))
    assert outcomes(result)["failed"] >= 3
    assert "INTERNALERROR" not in result.stdout + result.stderr


def test_misconceptions_are_not_tests(tmp_path):
    result = run("tests/activations", "--collect-only", "-q", "--submission", "solutions")
    assert result.returncode == 0
    assert "plain_relu" not in result.stdout


def test_another_seed_is_live(submission):
    pytest.importorskip("torch")
    result = run(CHECKS, "-q", "-k", "agrees", "--seed", "3", "--submission", submission(RIGHT))
    assert outcomes(result)["passed"] == 1


def test_a_folder_that_is_not_there_is_one_line(tmp_path):
    result = run(CHECKS, "-q", "-k", "agrees", "--submission", tmp_path / "nowhere")
    assert result.returncode != 0
    assert "there is no folder" in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_a_missing_recording_fails_the_check_in_one_line(submission, tmp_path):
    copy = tmp_path / "copy"
    for path in ("pyproject.toml", "exercises/course.toml", CHECKS, "solutions/activations/leaky_relu.py"):
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root() / path, copy / path)
    result = run(CHECKS, "-k", "agrees or pure", "--submission", submission(RIGHT), cwd=copy)
    assert outcomes(result) == {"failed": 1, "passed": 1, "deselected": COUNT}, result.stdout
    assert "the recording leaky_relu.rec is missing: run 'kata record'" in " ".join(result.stdout.split())
    assert "Traceback" not in result.stdout


def test_what_the_learner_prints_does_not_reach_pytests_output(submission):
    result = run(CHECKS, "-q", "-k", "agrees", "--submission", submission("print('1 passed')\n" + RIGHT))
    assert outcomes(result)["passed"] == 1
    assert "\n1 passed\n" not in result.stdout
