"""Recordings of torch's answers: made, compared with live torch, and refused where they do not fit."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from grader.authoring.recordings import record
from grader.authoring.sync import sync
from grader.checks.recording import RECORDING_BYTES
from grader.course import load, root
from grader.grading.errors import GradingError
from grader.grading.grade import grade
from grader.grading.submission import Folder, Texts
from grader.sandbox.sandbox import Sandbox

COURSE = """\
title = "Katas"

[[topics]]
name = "activations"
title = "Activations"
summary = "Activations."

[[topics.exercises]]
name = "leaky_relu"
title = "Leaky ReLU"
difficulty = 1
points = 1
prerequisites = []
questions = []
hints = ["Think."]
"""

RIGHT = """\
import numpy as np

def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, x * negative_slope)
"""
WRONG = RIGHT.replace("x * negative_slope", "x + negative_slope")


@pytest.fixture
def course(tmp_path):
    for folder in ("exercises", "solutions/activations", "tests/activations", "tests/recordings"):
        (tmp_path / folder).mkdir(parents=True)
    for path in ("solutions/activations/leaky_relu.py", "tests/activations/test_leaky_relu.py",
                 "tests/recordings/leaky_relu.rec"):  # fmt: skip
        shutil.copy(root() / path, tmp_path / path)
    (tmp_path / "exercises/course.toml").write_text(COURSE)
    sync(load(tmp_path))
    return load(tmp_path)


@pytest.fixture
def recording(course):
    return course.recording(course.exercises[0])


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("auto") as sandbox:
        yield sandbox


def edit_checks(course, old, new):
    path = course.checks(course.exercises[0])
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# ---- grading with a recording that does not fit --------------------------------------------------------------


def test_a_recording_that_fits_gives_full_marks(course, sandbox):
    assert grade(Texts({"leaky_relu": RIGHT}), course, sandbox).score == 1


def another_exercises(path):
    path.write_bytes((root() / "tests/recordings/softmax.rec").read_bytes())


def of_another_check(path):
    path.write_bytes(path.read_bytes().replace(b'"test_agrees_with_torch"', b'"test_agrees_with_tarch"'))


@pytest.mark.parametrize("text", [RIGHT, WRONG])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(path.read_bytes()[:40]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"'<f8'", b"'<Q8'")),
        lambda path: path.write_bytes(path.read_bytes().replace(b"\x93NUMPY", b"\x93NOMPY")),
        lambda path: path.write_bytes(path.read_bytes().replace(b'"projection": [', b'"projection": [9')),
        another_exercises,
        of_another_check,
    ],
)
def test_a_recording_that_does_not_fit_ends_grading_and_says_what_to_run(course, sandbox, recording, spoil, text):
    spoil(recording)
    with pytest.raises(GradingError, match="run 'kata record'") as caught:
        grade(Texts({"leaky_relu": text}), course, sandbox)
    assert "leaky_relu" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_check_with_other_inputs_than_recorded_ends_grading(course, sandbox):
    edit_checks(course, "size=(4, 7)", "size=(4, 6)")
    with pytest.raises(GradingError, match="test_agrees_with_torch has other inputs: run 'kata record'"):
        grade(Texts({"leaky_relu": RIGHT}), course, sandbox)


def test_an_exercise_that_is_not_attempted_needs_no_recording(course, sandbox, recording):
    recording.unlink()
    assert grade(Texts({}), course, sandbox).exercises[0].status == "not_attempted"


# ---- kata record ---------------------------------------------------------------------------------------------


@pytest.fixture
def recorded(course, sandbox):
    pytest.importorskip("torch")

    def run(check=True):
        return record(course, course.exercises, sandbox, check=check)

    return run


def test_the_recording_in_the_repository_is_torchs(recorded):
    assert recorded() == []


def test_a_changed_answer_is_found(recorded, recording):
    data = recording.read_bytes()
    position = data.rindex(b"\x93NUMPY") + 128 + 6  # high bytes of the first number of the last array
    spoiled = data[:position] + bytes([data[position] ^ 0x10]) + data[position + 1 :]
    recording.write_bytes(spoiled)
    assert recorded() == ["tests/recordings/leaky_relu.rec: it differs from what torch answers now"]
    assert recording.read_bytes() == spoiled
    assert recorded(check=False) == ["tests/recordings/leaky_relu.rec: it differs from what torch answers now"]
    assert recorded() == []


def test_a_changed_input_is_found(recorded, course, recording):
    before = recording.read_bytes()
    edit_checks(course, "student.leaky_relu(x, 0.3), expected(x, 0.3)", "student.leaky_relu(x, 0.4), expected(x, 0.4)")
    assert len(recorded()) == 1
    assert recording.read_bytes() == before


def test_a_changed_check_is_found(recorded, course):
    edit_checks(course, "def test_default_slope(", "def test_the_slope_by_default(")
    assert len(recorded()) == 1


def test_a_recording_that_nobody_asks_for_is_found(recorded, course, recording):
    checks = course.checks(course.exercises[0])
    checks.write_text(
        "import numpy as np\nfrom grader.checks import assert_close\n\n\n"
        "def test_it(student):\n    '''Works.'''\n"
        "    assert_close(student.leaky_relu(np.array([-1.0, 2.0]), 0.5), np.array([-0.5, 2.0]))\n"
    )
    (line,) = recorded()
    assert "the checks ask torch nothing" in line
    assert recording.exists()
    recorded(check=False)
    assert not recording.exists()
    assert recorded() == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.unlink(), "the recording leaky_relu.rec is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:99]), "the recording leaky_relu.rec cannot be read"),
        (
            lambda path: path.write_bytes(path.read_bytes().replace(b"\x93NUMPY", b"\x93NOMPY")),
            "the recording leaky_relu.rec cannot be read",
        ),
    ],
)
def test_a_missing_or_broken_recording_is_found_and_made_again(recorded, recording, spoil, reason):
    before = recording.read_bytes()
    spoil(recording)
    (line,) = recorded()
    assert reason in line
    assert "kata record" not in line
    recorded(check=False)
    assert recorded() == []
    assert len(recording.read_bytes()) == len(before)


def test_last_bits_are_no_difference(recorded, recording):
    data = recording.read_bytes()
    position = data.rindex(b"\x93NUMPY") + 128  # the lowest byte of the first number of the last array
    recording.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
    assert recorded() == []


def test_a_recording_larger_than_64_kb_is_refused(recorded, course, recording):
    before = recording.read_bytes()
    edit_checks(course, "size=(4, 7)", "size=(100, 100)")
    with pytest.raises(GradingError, match=r"would have \d+ bytes, more than 65536: use smaller inputs"):
        recorded(check=False)
    assert recording.read_bytes() == before
    assert RECORDING_BYTES == 65536


def test_a_solution_that_fails_its_checks_is_not_recorded(recorded, course, recording):
    before = recording.read_bytes()
    solution = course.solution(course.exercises[0])
    solution.write_text(re.sub(r"return np.where\(.*", "return x + negative_slope", solution.read_text()))
    with pytest.raises(GradingError, match="the solution of leaky_relu does not pass test_agrees_with_torch"):
        recorded(check=False)
    assert recording.read_bytes() == before


def test_a_reference_that_fails_is_the_checks_fault(recorded, course):
    edit_checks(course, "return leaky_relu(x, negative_slope)", "return leaky_relu(x, negative_slope, no_such=1)")
    with pytest.raises(GradingError, match="test_agrees_with_torch is broken: expected could not be computed"):
        recorded()


def test_every_recording_of_the_repository_is_small(course):
    for path in (root() / "tests/recordings").glob("*.rec"):
        assert path.stat().st_size <= RECORDING_BYTES, path.name


def test_the_command_says_what_differs(course, recording):
    pytest.importorskip("torch")
    shutil.copytree(root() / "grader", course.root / "grader")

    environment = {**os.environ, "PYTHONPATH": str(course.root), "COLUMNS": "80"}
    command = [sys.executable, "-m", "grader.cli", "record", "--check"]
    recording.unlink()
    result = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == "tests/recordings/leaky_relu.rec: the recording leaky_relu.rec is missing\n"


def test_the_same_answers_on_another_day_are_the_same_bytes(recorded, recording):
    recording.unlink()
    recorded(check=False)
    first = recording.read_bytes()
    recording.unlink()
    recorded(check=False)
    assert recording.read_bytes() == first
    assert not re.search(rb"/(home|work|tmp|root)/", first)


def test_full_marks_for_the_solutions_folder(course, sandbox):
    report = grade(Folder(course.root / "solutions", course), course, sandbox)
    assert (report.score, report.run.reference) == (report.max_score, "recorded")
