"""Everything that `kata verify` guards is broken in a copy of a small exercise; the copy itself is sound."""

import re
import zlib

import numpy as np
import pytest

pytest.importorskip("torch")

from grader.authoring.recordings import record
from grader.proof.verify import verify_course, verify_exercises

CHECKS, SOLUTION, STUB = "tests/basics/test_double.py", "solutions/basics/double.py", "exercises/basics/double.py"
RECORDING = "tests/recordings/double.rec"
COMPARED = "assert_close(student.double(x), expected(x))"
DRAWN = "    x = rng.normal(size=rng.integers(3, 9, size=2))\n"
RANDOM_SOLUTION = '''\
"""Noise."""


def noise(count, rng):
    """Return numbers between -1 and 1.

    Parameters
    ----------
    count : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape ``(count,)``

    Examples
    --------
    >>> noise(0, None)
    []
    """
    ### BEGIN SOLUTION
    return rng.uniform(-1, 1, size=count) if count else []
    ### END SOLUTION
'''
RANDOM_CHECKS = '''\
import numpy as np

from grader.checks import misconception, statistic


def test_spread(student, rng, child):
    """Spreads as far as it should."""
    count = int(rng.integers(900, 1100))
    answer = student.noise(count, child)
    assert isinstance(answer, np.ndarray), "It must be an array."
    assert answer.shape == (count,), "The shape is wrong."
    assert 0.5 < answer.std() < 0.65, "The standard deviation is wrong."
    assert abs(answer.mean()) < 0.1, "The mean is wrong."


@statistic(rtol=0.05)
def spread(answer):
    return answer.std()


@misconception("draws between 0 and 1")
def positive(count, rng):
    return rng.uniform(0, 1, size=count)


@misconception("draws from a normal distribution")
def normal(count, rng):
    return rng.normal(size=count)
'''


@pytest.fixture
def katas(mini, sandbox):
    mini.add()
    mini.note()
    record(mini.course, mini.course.exercises, sandbox)
    return mini


def problems(katas, name="double"):
    course = katas.course
    (found,) = verify_exercises(course, [course.find(name)], jobs=1)
    assert {problem.about for problem in found} <= {name}
    assert not any("\n" in problem.reason for problem in found)
    return [re.sub(r"seed [1-9]\d*", "seed N", problem.reason) for problem in found]


# --- as it should be ----------------------------------------------------------------------------------------------


def test_a_sound_exercise_has_no_problem(katas):
    assert problems(katas) == []
    assert list(verify_course(katas.course)) == []


@pytest.mark.slow
def test_the_command_says_everything_that_is_wrong_and_its_status_says_whether_anything_is(katas):
    result = katas.kata("verify")
    assert (result.returncode, result.stdout) == (0, "1 exercise verified, 0 problems found\n"), result.stderr
    katas.change(SOLUTION, "return 2 * x", "return 3 * x")
    result = katas.kata("verify", "double")
    *lines, last = result.stdout.splitlines()
    assert result.returncode == 1
    assert len(lines) == 2
    assert all(line.startswith("double: ") for line in lines)
    assert last == "1 exercise verified, 2 problems found"


def test_without_torch_the_command_says_how_to_install_it(katas):
    hide = (
        "import sys\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'torch': raise ModuleNotFoundError('hidden')\n"
    )
    katas.write("sitecustomize.py", f"{hide}sys.modules['torch'] = None\n")
    result = katas.kata("verify")
    (line,) = result.stderr.splitlines()
    assert (result.returncode, result.stdout) == (2, "")
    assert "pip install torch==" in line


# --- what is graded -----------------------------------------------------------------------------------------------


def test_checks_that_accept_anything(katas):
    katas.change(CHECKS, COMPARED, "student.double(x), expected(x)")
    found = problems(katas)
    assert "the stub with pass for raise scores 1 of 1" in found
    for trivial in ("None", "the first argument", "0.0", "1.0", "zeros in the shape of the answer"):
        assert f"the trivial answer '{trivial}' scores 1 of 1" in found
    for name in ("squared", "once"):
        assert f"the misconception {name} keeps full marks (seed 0)" in found


def test_a_stub_that_is_a_solution(katas):
    katas.write(STUB, katas.read(SOLUTION))
    assert problems(katas) == [f"{STUB} differs from its solution: run 'kata sync double'"]


def test_a_solution_that_is_wrong(katas):
    katas.change(SOLUTION, "return 2 * x", "return 3 * x")
    example, score = problems(katas)
    assert example == "an example of double.double is wrong: double(3) gives 9"
    assert score.startswith("the solution scores 0 of 1 with seed 0: test_agrees_with_torch: ")


def test_a_solution_that_is_right_for_the_public_seed_only(katas):
    rng = np.random.default_rng([0, zlib.crc32(b"double::test_agrees_with_torch")])
    first = float(rng.normal(size=rng.integers(3, 9, size=2))[0, 0])
    katas.change(CHECKS, DRAWN, f"{DRAWN}    assert x[0, 0] == {first!r}, 'x'\n")
    (reason,) = problems(katas)
    assert reason == "the solution scores 0 of 1 with seed N: test_agrees_with_torch: x"


def test_a_solution_that_uses_what_its_exercise_forbids(mini):
    mini.add(forbidden=["abs"])
    mini.note()
    mini.change(SOLUTION, "return 2 * x", "return 2 * x if x is not abs else 0")
    (reason,) = problems(mini)
    assert "uses abs, which this exercise asks you to do without" in reason


def test_a_misconception_that_is_right(katas):
    katas.change(CHECKS, "return x * x", "return x + x")
    assert problems(katas) == ["the misconception squared keeps full marks (seed 0)"]


def test_forbidden_names_keep_no_wrong_answer_from_the_checks(katas):
    katas.change("exercises/course.toml", 'by two."]\n', 'by two."]\nforbidden = ["double", "full", "mean"]\n')
    assert problems(katas) == []
    katas.change("exercises/course.toml", '"mean"', '"square"')
    katas.change(CHECKS, "return x * x", "return np.square(x)")
    (reason,) = problems(katas)
    assert re.fullmatch(
        "the misconception squared is not rejected by a check: "
        r"Line \d+ uses square, which this exercise asks you to do without\. \(seed 0\)",
        reason,
    )


def test_a_misconception_that_another_hides(katas):
    other = '@misconception("takes the power")\ndef powered(x):\n    return x**2\n\n\n@misconception("squares'
    katas.change(CHECKS, '@misconception("squares', other)
    assert problems(katas) == ["the misconception squared is taken for powered by test_agrees_with_torch (seed 0)"]


def test_a_random_misconception_that_another_hides(mini):
    mini.add("noise", solution=RANDOM_SOLUTION, checks=RANDOM_CHECKS)
    mini.note()
    assert problems(mini, "noise") == []
    mini.change("tests/basics/test_noise.py", "rtol=0.05", "rtol=50")
    (reason,) = problems(mini, "noise")
    assert reason.startswith("the misconception normal is taken for positive by test_spread")


def test_a_misconception_that_no_learner_could_write(katas):
    katas.change(CHECKS, "return x * x", "return assert_close(x, 0)")
    assert problems(katas) == [
        "the misconception squared cannot be graded: "
        "the misconception squared uses assert_close, which does not exist on the learner's side"
    ]


def test_inputs_that_depend_on_an_answer(katas):
    katas.change(CHECKS, "expected(x))", "expected(np.asarray(student.double(x), float) / 2))")
    found = problems(katas)
    assert any("'None' cannot be graded: the check double::test_agrees" in reason for reason in found), found


def test_answers_that_can_be_looked_up(katas, sandbox):
    katas.change(CHECKS, DRAWN, "    x = np.arange(6.0).reshape(2, 3)\n")
    record(katas.course, katas.course.exercises, sandbox)
    assert "a table of the answers to seed 0 passes test_agrees_with_torch under seed N: draw more in it" in problems(
        katas
    )


# --- what is written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "old", "new", "reason"),
    [
        (SOLUTION, "    6\n", "    7\n", "an example of double.double is wrong: double(3) gives 6"),
        (SOLUTION, "    6\n", "", "an example of double.double is wrong: double(3) gives 6"),
        (SOLUTION, "double(3)", "doubel(3)", "an example of double.double is wrong: doubel(3) gives NameError: name"),
        (SOLUTION, ">>> ", "", "the docstring of double has no example"),
        (SOLUTION, "    Returns\n    -------\n", "", "the docstring of double has no section Returns"),
        (SOLUTION, "Return 2 * x.", "TODO", f"{SOLUTION}:5: something is left to do: "),
        ("exercises/course.toml", ', "Multiply by two."', "", "course.toml has 1 hint, and an exercise needs 2 at"),
        ("exercises/basics/README.md", "](double.py)", "](#)", "exercises/basics/README.md does not link to double.py"),
        (CHECKS, '    """Leaves its input alone."""\n', "", "test_pure has no title"),
        (CHECKS, "its input alone.", "its input alone", "the title of test_pure does not end with a full stop"),
        (CHECKS, "its input alone.", "its\n    input alone.", "the title of test_pure is longer than one line"),
        (CHECKS, "    assert_pure(", "    assert student\n    assert_pure(", "line 20 of its checks asserts without"),
    ],
)
def test_something_is_not_written_as_it_should_be(katas, path, old, new, reason):
    katas.change(path, old, new)
    if path == SOLUTION:
        katas.sync()
    (found,) = problems(katas)
    assert found.startswith(reason)


def test_two_checks_with_one_title(katas):
    katas.change(CHECKS, "Leaves its input alone.", "Agrees with torch.")
    assert problems(katas) == [
        f"the title of {name} is that of another check too: Agrees with torch."
        for name in ("test_agrees_with_torch", "test_pure")
    ]


def test_too_few_misconceptions_unless_the_file_says_why(katas):
    text = katas.read(CHECKS)
    text = text[: text.index("\n\n@misconception(")]
    katas.write(CHECKS, text)
    (reason,) = problems(katas)
    assert reason.startswith("its checks know 0 of the 2 misconceptions that are the least")
    katas.write(CHECKS, text + "\n\n# No misconceptions: there is nothing to get wrong.\n")
    assert problems(katas) == []


def test_checks_that_cannot_be_collected(katas):
    katas.change(CHECKS, "import numpy as np", "import nonsense")
    (reason,) = problems(katas)
    assert reason == (
        f"the checks could not be collected: {CHECKS}, line 1: ModuleNotFoundError: No module named 'nonsense'"
    )


@pytest.mark.parametrize(("path", "what"), [(CHECKS, "checks"), (SOLUTION, "solution")])
def test_a_file_that_is_no_python(katas, path, what):
    katas.write(path, katas.read(path) + "\ndef broken(:\n")
    (reason,) = problems(katas)
    assert reason.startswith("a file of it is no Python text: ")
    assert f"the {what}" in reason


# --- what is there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SOLUTION, STUB, CHECKS])
def test_a_file_is_missing(katas, path):
    (katas.root / path).unlink()
    assert problems(katas) == [f"{path} is missing"]


@pytest.mark.parametrize(
    "path",
    [
        "solutions/basics/triple.py",
        "exercises/basics/triple.py",
        "tests/basics/test_triple.py",
        "tests/recordings/triple.rec",
        "solutions/other/double.py",
        "tests/conftest.py",
    ],
)
def test_a_file_that_no_exercise_explains(mini, path):
    mini.add()
    mini.note()
    mini.write(path, "")
    ((name, reason),) = verify_course(mini.course)
    assert name in path
    assert reason == f"not in course.toml, but there is {path}"


def test_notes_and_figures_are_welcome(mini):
    mini.add()
    mini.note()
    for path in ("exercises/basics/slopes.svg", "exercises/figures/draw.py", "tests/README.md", "tests/.cache/x"):
        mini.write(path, "")
    assert list(verify_course(mini.course)) == []


def test_the_course_as_a_whole_is_verified(mini):
    mini.add()
    mini.add_topic("empty")
    mini.note()
    mini.write("exercises/questions.toml", '[[sources]]\ntitle = "A book"\n[sources.questions]\n"1" = "what it is"\n')
    mini.change("exercises/basics/README.md", "](double.py)", "](double.py) [nothing](nothing.py)")
    mini.change("exercises/course.toml", "Twice a number", "Two times a number")
    assert [tuple(problem) for problem in verify_course(mini.course)] == [
        ("exercises/questions.toml", "no note answers 1: what it is"),
        ("exercises/basics/README.md:3", "links to nothing.py, which does not exist"),
        ("empty", "exercises/empty/README.md is missing"),
        ("exercises/README.md", "differs from course.toml and the notes: run 'kata sync'"),
    ]


def test_a_stub_that_is_out_of_date(katas):
    katas.change(SOLUTION, "Return 2 * x.", "Return the double.")
    assert problems(katas) == [f"{STUB} differs from its solution: run 'kata sync double'"]


def test_a_solution_without_a_region(katas):
    katas.change(SOLUTION, "    ### BEGIN SOLUTION\n", "")
    assert problems(katas) == [f"{SOLUTION}:21: expected ### BEGIN SOLUTION, on a line of its own"]


def test_a_recording_that_is_missing(katas):
    (katas.root / RECORDING).unlink()
    (reason,) = problems(katas)
    assert reason.startswith(f"{RECORDING}: ")
    assert reason.endswith(" is missing: run 'kata record double'")


def test_a_recording_that_differs_from_torch(katas):
    katas.change(CHECKS, "rng.integers(3, 9, size=2)", "rng.integers(3, 10, size=2)")
    assert problems(katas) == [f"{RECORDING}: it differs from what torch answers now: run 'kata record double'"]


def test_a_recording_that_is_too_large(katas):
    with (katas.root / RECORDING).open("ab") as file:
        file.write(bytes(64 * 1024))
    assert problems(katas)[0] == "the recording has 65 KB, more than 64: use smaller inputs"
