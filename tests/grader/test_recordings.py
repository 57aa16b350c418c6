"""Recordings of torch's answers: made, compared with live torch, and refused where they do not fit."""

import re
from dataclasses import replace

import pytest

from grader.authoring.recordings import record
from grader.checks.recording import RECORDING_BYTES
from grader.course import own_course
from grader.errors import GradingError
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.references import record as ask_torch
from grader.grading.texts import Texts, read_folder

pytest.importorskip("torch")

RIGHT = "def double(x):\n    return x + x\n"
WRONG = "def double(x):\n    return x + 1\n"
CHECKS = "tests/basics/test_double.py"
NAME = "tests/recordings/double.rec"


@pytest.fixture
def course(mini, sandbox):
    """A course with one exercise, recorded."""
    mini.add()
    record(mini.course, mini.course.exercises, sandbox)
    return mini.course


@pytest.fixture
def recording(course):
    return course.recording(course.find("double"))


@pytest.fixture
def recorded(course, sandbox):
    """Returns the lines about what is not up to date; nothing is changed, unless it is asked for."""
    return lambda check=True: record(course, course.exercises, sandbox, check=check)


# ---- grading with a recording that does not fit --------------------------------------------------------------


def test_a_recording_that_fits_gives_full_marks(course, sandbox):
    report = grade(read_folder(course.root / "solutions", course), course, sandbox)
    assert (report.score, report.run.reference, report.run.torch) == (1, "recorded", None)
    assert grade(Texts({"double": WRONG}), course, sandbox).score == 0


def test_a_class_s_own_seed_is_recorded_once_and_fits_every_submission(course, sandbox, tmp_path):
    file = collect(course, course.exercises)["double"]
    (tmp_path / "double.rec").write_bytes(ask_torch(course, file, sandbox, 7))
    for text in (RIGHT, WRONG):
        live = grade(Texts({"double": text}), course, sandbox, seed=7)
        replayed = grade(Texts({"double": text}), course, sandbox, seed=7, recordings=tmp_path)
        assert (live.run.reference, replayed.run.reference, replayed.run.torch) == ("live", "recorded", None)
        assert [replace(result, seconds=0) for result in replayed.exercises] == [
            replace(result, seconds=0) for result in live.exercises
        ]
    with pytest.raises(GradingError, match="has other inputs"):
        grade(Texts({"double": RIGHT}), course, sandbox, seed=8, recordings=tmp_path)


def replaced(old, new):
    return lambda data: data.replace(old, new)


SPOILS = {
    "empty": lambda data: b"",
    "truncated": lambda data: data[:-100],
    "half a header": lambda data: data[:40],
    "of an unknown dtype": replaced(b'{"array":[0,"<f8"', b'{"array":[0,"<Q8"'),
    "of another shape": replaced(b'{"array":[0,"<f8",[', b'{"array":[0,"<f8",[9'),
    "of another format": replaced(b'{"array":[0,', b'{"array":0,"no":['),
    "for other inputs": replaced(b'"projection":[', b'"projection":[9'),
    "of another check": replaced(b'"test_agrees_with_torch"', b'"test_agrees_with_tarch"'),
    "of another exercise": lambda data: own_course().recording(own_course().find("softmax")).read_bytes(),
}


@pytest.mark.parametrize("text", [RIGHT, WRONG], ids=["right", "wrong"])
@pytest.mark.parametrize("how", [*SPOILS, "missing"])
def test_a_recording_that_does_not_fit_ends_grading_and_says_what_to_run(course, sandbox, recording, how, text):
    data = recording.read_bytes()
    if how == "missing":
        recording.unlink()
    else:
        recording.write_bytes(SPOILS[how](data))
        assert recording.read_bytes() != data
    with pytest.raises(GradingError, match="run 'kata record'") as caught:
        grade(Texts({"double": text}), course, sandbox)
    assert "double" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_check_with_other_inputs_than_recorded_ends_grading(course, mini, sandbox):
    mini.change(CHECKS, "x = rng.normal(size=rng.integers(3, 9, size=2))", "x = rng.normal(size=(2, 2))")
    with pytest.raises(GradingError, match="test_agrees_with_torch has other inputs: run 'kata record'"):
        grade(Texts({"double": RIGHT}), course, sandbox)


def test_an_exercise_that_is_not_attempted_needs_no_recording(course, sandbox, recording):
    recording.unlink()
    assert grade(Texts({}), course, sandbox).exercises[0].status == "not_attempted"


# ---- kata record ---------------------------------------------------------------------------------------------


def test_a_recording_of_the_repository_is_torchs(sandbox):
    done = []
    exercises = [own_course().find(name) for name in ("leaky_relu", "softmax")]
    assert record(own_course(), exercises, sandbox, check=True, progress=done.append) == []
    assert done == ["leaky_relu", "softmax"]


def test_every_recording_of_the_repository_is_small_and_of_an_exercise():
    names = {exercise.name for exercise in own_course().exercises}
    recordings = list((own_course().root / "tests/recordings").glob("*.rec"))
    assert {path.stem for path in recordings} <= names
    assert max(path.stat().st_size for path in recordings) <= RECORDING_BYTES == 64 * 1024


def test_a_changed_answer_is_found(recorded, recording):
    data = recording.read_bytes()
    spoiled = data[:-2] + bytes([data[-2] ^ 0x10]) + data[-1:]  # a high byte of the last number
    recording.write_bytes(spoiled)
    assert recorded() == [f"{NAME}: it differs from what torch answers now"]
    assert recording.read_bytes() == spoiled
    assert recorded(check=False) == [f"{NAME}: it differs from what torch answers now"]
    assert recorded() == []
    assert recording.read_bytes() == data


def test_last_bits_are_no_difference(recorded, recording):
    data = recording.read_bytes()
    recording.write_bytes(data[:-8] + bytes([data[-8] ^ 1]) + data[-7:])  # the lowest byte of the last number
    assert recorded() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("assert_close(student.double(x), expected(x))", "assert_close(student.double(-x), expected(-x))"),
        ("def test_agrees_with_torch(", "def test_doubles("),
        ("    return 2 * x\n", "    return (2 * x).float()\n"),
    ],
    ids=["another input", "another check", "another precision"],
)
def test_what_has_changed_in_the_checks_is_found(recorded, mini, recording, old, new):
    before = recording.read_bytes()
    mini.change(CHECKS, old, new)
    found = recorded()
    assert recording.read_bytes() == before
    assert found == [f"{NAME}: it differs from what torch answers now"]
    assert recorded(check=False) == found
    assert recorded() == []


def test_a_recording_that_nobody_asks_for_is_found_and_taken_away(recorded, mini, recording):
    mini.change(CHECKS, "assert_close(student.double(x), expected(x))", "assert_close(student.double(x), 2 * x)")
    line = f"{NAME}: the checks ask torch nothing, so there is nothing to record"
    assert recorded() == [line]
    assert recording.exists()
    assert recorded(check=False) == [line]
    assert not recording.exists()
    assert recorded() == recorded(check=False) == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.unlink(), "the recording double.rec is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:99]), "the recording double.rec cannot be read"),
        (
            lambda path: path.write_bytes(path.read_bytes().replace(b'{"array":[0,"<f8"', b'{"array":[0,"<Q8"')),
            "the recording double.rec cannot be read",
        ),
    ],
    ids=["missing", "truncated", "unknown dtype"],
)
def test_a_missing_or_broken_recording_is_found_and_made_again(recorded, recording, spoil, reason):
    before = recording.read_bytes()
    spoil(recording)
    (line,) = recorded()
    assert reason in line
    assert "kata record" not in line
    recorded(check=False)
    assert recorded() == []
    assert recording.read_bytes() == before
    assert not re.search(rb"/(home|work|tmp|root)/", before)


def test_a_recording_larger_than_64_kb_is_refused(recorded, mini, recording):
    before = recording.read_bytes()
    mini.change(CHECKS, "size=rng.integers(3, 9, size=2)", "size=(100, 100)")
    with pytest.raises(GradingError, match=r"double.rec would have \d+ bytes, more than 65536: use smaller inputs"):
        recorded(check=False)
    assert recording.read_bytes() == before


def test_a_solution_that_fails_its_checks_is_not_recorded(recorded, mini, recording):
    before = recording.read_bytes()
    mini.change("solutions/basics/double.py", "    return 2 * x", "    return 3 * x")
    with pytest.raises(GradingError, match="the solution of double does not pass test_agrees_with_torch"):
        recorded(check=False)
    assert recording.read_bytes() == before


def test_a_reference_that_fails_is_the_checks_fault(recorded, mini):
    mini.change(CHECKS, "    return 2 * x", "    return x.no_such_thing")
    with pytest.raises(GradingError, match="test_agrees_with_torch is broken: expected could not be computed"):
        recorded()


@pytest.mark.slow
def test_the_command_says_what_differs(mini, recording):
    data = recording.read_bytes()
    recording.unlink()
    result = mini.kata("record", "--check")
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == f"{NAME}: the recording double.rec is missing\n"
    assert mini.kata("record").returncode == 0
    assert recording.read_bytes() == data
