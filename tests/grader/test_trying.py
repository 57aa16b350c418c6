"""`kata try`: the smallest failing case as a script that gives what the check saw, in the learner's own Python."""

import math
import runpy
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.checks.misconceptions import public_names
from grader.checks.student import on_learner_side
from grader.course import Workspace, own_course
from grader.errors import UsageError
from grader.grading.collecting import check_file
from grader.learning.literals import Unwritable, literal
from grader.learning.trying import write_case

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
DTYPES = st.sampled_from(["float64", "float32", "float16", "int64", "uint8", "bool", "complex128"])


def evaluated(value):
    return eval(literal(value, {}), {"np": np})


@example(-0j)
@given(PLAIN)
def test_plain_values_come_back_as_they_were(value):
    assert repr(evaluated(value)) == repr(value)


@given(arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))
def test_arrays_come_back_with_their_dtype_and_every_digit(value):
    found = evaluated(value)
    assert (found.dtype, found.shape) == (value.dtype, value.shape)
    np.testing.assert_array_equal(found, value)


@pytest.mark.parametrize("value", [{1, 2}, set(), frozenset({1}), np.float32(0.1), np.int64(3), np.array(["a", "b"])])
def test_other_values_come_back_too(value):
    found = evaluated(value)
    assert type(found) is type(value)
    assert np.all(found == value)


def test_numbers_that_are_not_finite_come_back():
    found = evaluated(np.array([np.nan, np.inf, -np.inf]))
    np.testing.assert_array_equal(found, [np.nan, np.inf, -np.inf])
    assert math.isnan(evaluated([math.nan])[0])


@pytest.mark.parametrize("value", [object(), np.zeros(100_000), np.random.default_rng(0)])
def test_what_no_text_gives_back_is_said(value):
    with pytest.raises(Unwritable, match="it takes a"):
        literal(value, {})


@on_learner_side
def square(x):
    return x * x


def test_a_function_that_is_sent_along_is_called_by_its_name():
    assert literal([square], {}) == "[square]"


# ---- scripts -------------------------------------------------------------------------------------------------

ARGUMENTS = [
    "softmax", "clip_grad_norm", "scalar_autograd", "numerical_gradient", "dropout", "adamw_step", "finetune_step",
    "hyperparameter_search", "multi_head_attention", "bert_mask_tokens",
]  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_script_makes_the_call_that_the_check_made(name, tmp_path, sandbox):
    """An answer that shows every argument is wrong, and the same in the sandbox and in the script."""
    course, workspace = own_course(), Workspace(tmp_path)
    exercise = course.find(name)
    shown = "\ndef {0}(*arguments):\n    print([getattr(a, 'tolist', lambda: a)() for a in arguments if {1}])\n"
    kept = "not callable(a) and type(a).__name__ != 'Generator'"
    wrong = "".join(shown.format(public, kept) for public in public_names(check_file(course, exercise).solution()))
    path = workspace.file(exercise)
    path.parent.mkdir(parents=True)
    path.write_text(course.solution(exercise).read_text("utf-8") + wrong, "utf-8")
    written = write_case(course, workspace, exercise, sandbox)
    seen = written.case.printed.strip()[:1500]  # long output is cut in a report
    assert seen.startswith("[")
    assert run(written.path).stdout.startswith(seen)
    assert f"A call with which {written.check.name} fails" in written.path.read_text("utf-8")


def test_a_generator_is_given_in_the_state_in_which_the_check_gives_it(tmp_path, sandbox):
    course, workspace = own_course(), Workspace(tmp_path)
    exercise = course.find("dropout")
    path = workspace.file(exercise)
    path.parent.mkdir(parents=True)
    path.write_text("def dropout(x, p, training, rng):\n    print(rng.integers(1 << 60))\n", "utf-8")
    written = write_case(course, workspace, exercise, sandbox)
    assert run(written.path).stdout.splitlines()[0] == written.case.printed.strip()


def run(path):
    return subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60)


# ---- the command ---------------------------------------------------------------------------------------------

CHECKS = '''\
from grader.checks import assert_close


def test_matrix(student, rng):
    """Returns twice a matrix."""
    x = rng.normal(size=(3, 4))
    assert_close(student.double(x), 2 * x)


def test_number(student):
    """Returns twice a number."""
    assert_close(student.double(3.0), 6.0)


def test_zero(student):
    """Returns 0 for 0."""
    assert_close(student.double(0.0), 0.0)
'''


@pytest.fixture
def katas(mini):
    mini.add(checks=CHECKS)
    mini.write("exercises/basics/double.py", "def double(x):\n    return x * x\n")
    return mini


def test_the_smallest_case_runs_in_the_learners_own_process_and_the_answer_is_below(katas):
    done = katas.kata("try", "double")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Returns twice a number.  .kata/try/double.py",
        "9.0",
        "expected:",
        "6",
    ]
    script = katas.read(".kata/try/double.py")
    assert "x = 3.0\n" in script
    assert "# expected:\n# 6\n" in script


def test_without_a_name_it_is_the_exercise_of_the_last_check(katas):
    katas.kata("check", "double")
    assert "Returns twice a number." in katas.kata("try").stdout


def test_the_case_of_a_check_that_is_named(katas):
    done = katas.kata("try", "double", "test_matrix")
    assert done.stdout.startswith("Returns twice a matrix.")
    answer = runpy.run_path(str(katas.root / ".kata/try/double.py"))
    np.testing.assert_allclose(answer["answer"], answer["x"] ** 2)


def test_a_prompt_has_all_that_the_script_has(katas):
    done = katas.kata("try", "double", "-i", input="print('yes', answer + x)\n")
    assert "yes 12.0" in done.stdout


def test_what_the_learners_code_raises_has_its_traceback(katas):
    katas.write("exercises/basics/double.py", "def double(x):\n    breakpoint\n    return x.nothing\n")
    done = katas.kata("try", "double")
    assert done.returncode == 1
    assert 'double.py", line 3, in double' in done.stderr
    assert done.stdout.splitlines() == ["Returns twice a number.  .kata/try/double.py"]


def test_breakpoints_are_stopped_at(katas):
    katas.write("exercises/basics/double.py", "def double(x):\n    breakpoint()\n    return x * x\n")
    done = katas.kata("try", "double", "test_number", input="p x + 38\nc\n")
    assert "41.0" in done.stdout


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("def double(x):\n    return 2 * x\n", [], "all checks of double pass: there is no failing case to try"),
        (None, [], "nothing is written in double yet"),
        ("def double(x:\n", [], "no check of double has got as far as a call: 'kata check double' says why"),
        ("def double(x):\n    return x * x\n", ["test_zero"], "test_zero does not fail: there is no case to try"),
        ("def double(x):\n    return x * x\n", ["test_zeros"], "no check is called 'test_zeros'; did you mean"),
    ],
)
def test_where_there_is_nothing_to_try_one_line_says_why(katas, text, words, said):
    if text is None:
        katas.sync()
    else:
        katas.write("exercises/basics/double.py", text)
    done = katas.kata("try", "double", *words)
    assert done.returncode == 2
    assert done.stderr.startswith(f"kata: {said}")
    assert done.stderr.count("\n") == 1


def test_a_call_that_cannot_be_written_out_gives_way_to_another(katas, sandbox):
    katas.change("tests/basics/test_double.py", "student.double(3.0), 6.0", "student.double(np.arange(20000))[0], 1")
    katas.change("tests/basics/test_double.py", "from grader.checks", "import numpy as np\n\nfrom grader.checks")
    katas.change("tests/basics/test_double.py", "(3, 4)", "(300, 400)")
    exercise = katas.course.find("double")
    with pytest.raises(UsageError, match="test_number cannot be written out: it takes an array of 20000 numbers"):
        write_case(katas.course, katas.workspace, exercise, sandbox)
    katas.change("tests/basics/test_double.py", "(300, 400)", "(300, 4)")
    katas.change("tests/basics/test_double.py", "np.arange(20000)", "np.arange(20001)")
    written = write_case(katas.course, katas.workspace, exercise, sandbox, "test_matrix")
    assert written.check.name == "test_matrix"


def test_where_nothing_can_be_written_the_script_is_elsewhere(katas, sandbox):
    katas.write(".kata", "a file in the way of the folder")
    written = write_case(katas.course, katas.workspace, katas.course.find("double"), sandbox)
    assert not written.path.is_relative_to(katas.root)
    assert run(written.path).stdout == "9.0\n"
