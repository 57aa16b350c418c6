"""Everything that `kata verify` guards is broken in a copy of two exercises; the copy itself is sound."""

import re
import shutil
import sys
import zlib

import numpy as np
import pytest

pytest.importorskip("torch")

from grader.authoring.index import sync_index
from grader.authoring.sync import sync
from grader.authoring.verify import course_problems, exercise_problems
from grader.cli import main, prove
from grader.course import load, root

COURSE = """\
title = "Two katas"

[[topics]]
name = "activations"
title = "Activations"
summary = "Slopes."

[[topics.exercises]]
name = "leaky_relu"
title = "Leaky ReLU"
difficulty = 1
points = 1
prerequisites = []
questions = []
hints = ["Two cases.", "np.where"]

[[topics]]
name = "initialization"
title = "Initialization"
summary = "Beginnings."

[[topics.exercises]]
name = "xavier_uniform"
title = "Xavier"
difficulty = 2
points = 2
prerequisites = ["leaky_relu"]
questions = []
hints = ["A variance.", "rng.uniform"]
"""
LEAKY = "tests/activations/test_leaky_relu.py"
XAVIER = "tests/initialization/test_xavier_uniform.py"
SOLUTION = "solutions/activations/leaky_relu.py"
STUB = "exercises/activations/leaky_relu.py"
RECORDING = "tests/recordings/leaky_relu.rec"


@pytest.fixture
def copy(tmp_path):
    for path in (LEAKY, XAVIER, RECORDING):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root() / path, tmp_path / path)
    for path in (SOLUTION, "solutions/initialization/xavier_uniform.py"):
        (tmp_path / path).parent.mkdir(parents=True)
        shutil.copy(root() / path, tmp_path / path)
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/course.toml").write_text(COURSE)
    sync(load(tmp_path))
    for exercise in load(tmp_path).exercises:
        note = tmp_path / "exercises" / exercise.topic / "README.md"
        note.write_text(f"# Notes\n\n[`{exercise.name}`]({exercise.name}.py)\n")
    sync_index(load(tmp_path))
    _forget_checks()
    yield tmp_path
    _forget_checks()


def _forget_checks():
    """Let pytest import the checks of another copy under the same names."""
    for name in list(sys.modules):
        if re.match(r"tests\.(activations|initialization)\b", name):
            del sys.modules[name]


def change(copy, path, old, new):
    text = (copy / path).read_text()
    assert old in text
    (copy / path).write_text(text.replace(old, new, 1))


def problems(copy, name="leaky_relu"):
    course = load(copy)
    (found,) = exercise_problems(course, [course.find(name)], jobs=1)
    assert {about for about, _ in found} <= {name}
    assert all("\n" not in reason for _, reason in found)
    return [re.sub(r"seed [1-9]\d*", "seed N", reason) for _, reason in found]


# --- as it should be ----------------------------------------------------------------------------------------------


def kata(monkeypatch, copy, *words):
    monkeypatch.setattr(sys, "argv", ["kata", *words])
    monkeypatch.setattr(prove, "root", lambda: copy)
    return main()


def test_a_sound_course_passes(copy, monkeypatch, capfd):
    assert kata(monkeypatch, copy, "verify") == 0
    assert capfd.readouterr().out == "2 exercises verified, 0 problems found\n"


def test_one_exercise_is_named_and_fails(copy, monkeypatch, capfd):
    change(copy, SOLUTION, "x > 0,", "x < 0,")
    assert kata(monkeypatch, copy, "verify", "leaky_relu") == 1
    *lines, last = capfd.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith("leaky_relu: ") for line in lines)
    assert last == f"1 exercise verified, {len(lines)} problems found"


def test_an_unknown_name_is_one_line(copy, monkeypatch, capfd):
    assert kata(monkeypatch, copy, "verify", "leaky_rely") == 2
    assert capfd.readouterr().err == "kata: no exercise is called 'leaky_rely'; did you mean 'leaky_relu'?\n"


def test_without_torch_it_says_how_to_install_it(copy, monkeypatch, capfd):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert kata(monkeypatch, copy, "verify") == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert "pip install torch==" in line


# --- what is graded -----------------------------------------------------------------------------------------------


def test_checks_that_accept_anything(copy):
    change(copy, LEAKY, "assert_close(student.leaky_relu(x, 0.2), expected(x, 0.2))", "student.leaky_relu(x, 0.2)")
    found = problems(copy)
    assert "the stub with pass for raise scores 0.29 of 1" in found
    for trivial in ("None", "the first argument", "0.0", "1.0", "zeros in the shape of the answer"):
        assert any(re.match(rf"the trivial answer '{trivial}' scores 0\.\d+ of 1$", reason) for reason in found)


def test_a_stub_that_is_a_solution(copy):
    shutil.copy(copy / SOLUTION, copy / STUB)
    assert problems(copy) == [
        f"{STUB} differs from its solution: run 'kata sync'",
        "the stub is passed, which should be not_attempted",
        "the stub scores 1 of 1",
        "the stub with pass for raise scores 1 of 1",
    ]


def test_a_solution_that_is_wrong(copy):
    change(copy, SOLUTION, "x > 0,", "x < 0,")
    found = problems(copy)
    assert len(found) == 2
    assert found[0].startswith("an example of leaky_relu.leaky_relu is wrong: ")
    assert found[1].startswith("the solution scores 0 of 1 with seed 0: test_agrees_with_torch: ")


def test_a_solution_that_is_right_for_the_public_seed_only(copy):
    change(
        copy,
        LEAKY,
        "    x = rng.normal(size=(4, 7))\n",
        "    x = rng.normal(size=(4, 7))\n    assert x[0, 0] == FIRST, 'x'\n",
    )
    first = float(np.random.default_rng([0, zlib.crc32(b"leaky_relu::test_agrees_with_torch")]).normal())
    change(copy, LEAKY, "\n\n@from_torch", f"\nFIRST = {first!r}\n\n\n@from_torch")
    (reason,) = problems(copy)
    assert reason.startswith("the solution scores 0 of 1 with seed N: test_agrees_with_torch: x")


def test_a_misconception_that_is_right(copy):
    change(copy, LEAKY, "return np.maximum(x, 0)", "return np.where(x > 0, x, negative_slope * x)")
    assert problems(copy) == ["the misconception plain_relu keeps full marks (seed 0)"]


def test_forbidden_names_keep_no_wrong_answer_from_the_checks(copy):
    forbidden = 'hints = ["Two cases.", "np.where"]\nforbidden = ["leaky_relu", "full", "mean"]'
    change(copy, "exercises/course.toml", 'hints = ["Two cases.", "np.where"]', forbidden)
    assert problems(copy) == []
    _forget_checks()
    change(copy, "exercises/course.toml", '"mean"', '"maximum"')
    assert problems(copy) == [
        f"the misconception {name} is not rejected by a check: "
        "Line 43 uses maximum, which this exercise asks you to do without. (seed 0)"
        for name in ("max_trick", "plain_relu")
    ]


def test_a_misconception_that_another_hides(copy):
    rectified = "@misconception('is ReLU')\ndef rectified(x, negative_slope=0.01):\n    return np.maximum(x, 0)\n\n\n"
    change(copy, LEAKY, "@misconception(\n", rectified + "@misconception(\n")
    assert problems(copy)[0].startswith(
        "the misconception plain_relu is taken for rectified by test_agrees_with_torch, "
    )


def test_a_random_misconception_that_another_hides(copy):
    change(copy, XAVIER, "@statistic(rtol=0.05)", "@statistic(rtol=50)")
    assert any(
        re.match(r"the misconception \w+ is taken for \w+ by test_spread", reason)
        for reason in problems(copy, "xavier_uniform")
    )


def test_a_misconception_that_no_learner_could_write(copy):
    change(copy, LEAKY, "return np.maximum(x, 0)", "return assert_close(x, 0)")
    assert problems(copy) == [
        "the misconception plain_relu cannot be graded: "
        "the misconception plain_relu uses assert_close, which does not exist on the learner's side"
    ]


def test_inputs_that_depend_on_an_answer(copy):
    change(copy, LEAKY, "expected(x, 0.2))", "expected(student.leaky_relu(x, 0.2), 1.0))")
    assert any("'None' cannot be graded: the check leaky_relu::test_agrees" in reason for reason in problems(copy))


# --- what is written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "old", "new", "reason"),
    [
        (
            SOLUTION,
            "array([-0.2,",
            "array([-0.3,",
            "an example of leaky_relu.leaky_relu is wrong: leaky_relu(np.array(",
        ),
        (SOLUTION, ">>> ", "", "the docstring of leaky_relu has no example"),
        (SOLUTION, "    Returns\n    -------\n", "", "the docstring of leaky_relu has no section Returns"),
        ("exercises/course.toml", ', "np.where"', "", "course.toml has 1 hint, and an exercise needs 2 at least"),
        (LEAKY, '    """Accepts integers."""\n', "", "test_integers has no title"),
        (LEAKY, "Accepts integers.", "Accepts integers", "the title of test_integers does not end with a full stop"),
        (LEAKY, "Accepts integers.", "Accepts\n    integers.", "the title of test_integers is longer than one line"),
        (LEAKY, "Accepts integers.", "Returns float32 for float32.", "the title of test_float32 is that of another"),
        (LEAKY, "    assert_pure(", "    assert student\n    assert_pure(", "line 54 of its checks asserts without"),
    ],
)
def test_something_is_not_written_as_it_should_be(copy, path, old, new, reason):
    change(copy, path, old, new)
    if path == SOLUTION:
        sync(load(copy), force=True)
    found = problems(copy)
    assert found
    assert found[0].startswith(reason)
    assert len(found) == 1 + (reason.startswith("the title of test_float32"))


def test_too_few_misconceptions_unless_the_file_says_why(copy):
    text = (copy / LEAKY).read_text()
    (copy / LEAKY).write_text(text[: text.index("@misconception(")])
    assert problems(copy)[0].startswith("its checks know 0 of the 2 misconceptions that are the least")
    _forget_checks()
    (copy / LEAKY).write_text((copy / LEAKY).read_text() + "# No misconceptions: there is nothing to get wrong.\n")
    assert problems(copy) == []


def test_checks_that_cannot_be_collected(copy):
    change(copy, LEAKY, "import numpy as np", "import nonsense")
    (reason,) = problems(copy)
    assert "nonsense" in reason


# --- what is there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SOLUTION, STUB, LEAKY])
def test_a_file_is_missing(copy, path):
    (copy / path).unlink()
    assert problems(copy) == [f"{path} is missing"]


@pytest.mark.parametrize(
    "path",
    [
        "solutions/activations/relu.py",
        "exercises/activations/relu.py",
        "tests/activations/test_relu.py",
        "tests/recordings/relu.rec",
        "solutions/initialization/leaky_relu.py",
        "tests/conftest.py",
    ],
)
def test_a_file_that_no_exercise_explains(copy, path):
    (copy / path).write_text("")
    ((name, reason),) = course_problems(load(copy))
    assert name in path
    assert reason == f"not in course.toml, but there is {path}"


def test_notes_and_figures_are_welcome(copy):
    for path in ("exercises/activations/slopes.svg", "exercises/figures/draw.py", "tests/README.md"):
        (copy / path).parent.mkdir(exist_ok=True)
        (copy / path).write_text("")
    assert list(course_problems(load(copy))) == []


def test_a_stub_that_is_out_of_date(copy):
    change(copy, STUB, "Pre-activations.", "Activations.")
    assert problems(copy) == [
        f"{STUB} differs from its solution: run 'kata sync'",
        "the stub is failed, which should be not_attempted",
    ]


def test_a_solution_without_a_region(copy):
    change(copy, SOLUTION, "    ### BEGIN SOLUTION\n", "")
    assert problems(copy) == [f"{SOLUTION}:35: expected ### BEGIN SOLUTION, on a line of its own"]


def test_a_recording_that_is_missing(copy):
    (copy / RECORDING).unlink()
    (reason,) = problems(copy)
    assert re.match(r".*leaky_relu\.rec is missing: run 'kata record'$", reason)


def test_a_recording_that_differs_from_torch(copy):
    change(copy, LEAKY, "expected(x, 0.2))", "expected(x, 0.2) + 0)")
    change(copy, LEAKY, "(4, 7)", "(4, 8)")
    (reason,) = problems(copy)
    assert reason == f"{RECORDING}: it differs from what torch answers now: run 'kata record'"


def test_a_recording_that_is_too_large(copy):
    with (copy / RECORDING).open("ab") as file:
        file.write(bytes(64 * 1024))
    assert problems(copy)[0].endswith("KB, more than 64: use smaller inputs")
