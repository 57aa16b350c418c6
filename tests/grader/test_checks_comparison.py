"""assert_close and its companions: what they accept, what they reject, and what they say."""

import types

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checks import assert_close, assert_new_arrays, assert_pure, assert_raises, assert_shape, unpack
from grader.checks.comparison import Mismatch
from grader.checks.context import Context, running
from grader.checks.local import LocalLearner
from grader.checks.student import Student, StudentFailed
from grader.checks.torch_reference import References

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def learner():
    """Gives `Student` for functions of ours, inside a check."""
    module = types.ModuleType("learner")
    with running(Context("test_it", References())) as context:
        student = Student(LocalLearner(module), context, np.random.default_rng())

        def of(function, name="f"):
            setattr(module, name, function)
            return student

        yield of


def message(actual, expected, **options):
    with pytest.raises(Mismatch) as caught:
        assert_close(actual, expected, **options)
    return str(caught.value)


# ---- accepted ------------------------------------------------------------------------------------------------


X = np.array([[1.0, -2.0, 3.0], [0.0, 1e-9, -1e9]])


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (X, X.copy()),
        (X * (1 + 5e-10), X),
        (X.T.copy().T, X),
        (np.float32([1.000001, -2]), np.float32([1, -2])),
        (np.array([1.000001, -2.0]), np.float32([1, -2])),
        (np.array([np.nan, np.inf, -np.inf]), np.array([np.nan, np.inf, -np.inf])),
        ([X, 2.0], (X, 2.0)),
        ((X, 2.0), [X, 2.0]),
        (2.5, np.array(2.5)),
        (np.array(2.5), 2.5),
        (3, np.array(3.0)),
        (np.float32(2.5), 2.5),
        (np.float64(2.5), np.array(2.5)),
        (2.5, np.float32(2.5)),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.array([1, 0]), np.array([True, False])),
        (np.complex64(1 + 2j), 1 + 2j),
        ({"b": X, "a": 1.0}, {"a": 1.0, "b": X}),
        ({"w": [X, None]}, {"w": (X, None)}),
        (None, None),
        ("text", "text"),
        ({1, 2}, {2, 1}),
        ([], []),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (2**53 + 1, 2**53 + 1),
        (10**400, 10**400),
    ],
)
def test_accepts(actual, expected):
    assert_close(actual, expected)


@settings(PATIENT, max_examples=40)
@given(hnp.arrays(hnp.floating_dtypes(sizes=(32, 64), endianness="="), hnp.array_shapes(min_dims=0, max_dims=3)))
def test_accepts_itself_and_its_list_of_parts(array):
    assert_close(array, array.copy(), dtype=array.dtype)
    assert_close([array, {"x": array}], (array.copy(), {"x": array.copy()}))


# ---- rejected ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (X * (1 + 1e-8), X),
        (np.float32([1.0001, -2]), np.float32([1, -2])),
        (np.array([np.nan]), np.array([0.0])),
        (np.array([0.0]), np.array([np.nan])),
        (np.array([np.inf]), np.array([-np.inf])),
        (np.array([np.inf]), np.array([1e308])),
        (2 * np.ones((1, 3)), 2 * np.ones(3)),
        (np.ones(3), np.ones((2, 3))),
        (1.0, np.ones(3)),
        (np.ones((3, 1)), np.ones((3, 3))),
        (np.ones(1), 1.0),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([1.0000001]), np.array([1])),
        (np.array([True, False]), np.array([True, True])),
        (2**53 + 1, 2**53),
        (np.array([2**62 + 1]), np.array([2**62])),
        (10**400, 1.0),
        (10**400, 10**400 + 1),
        (np.ones(2), 10**400),
        (True, False),
        ((X, X), (X,)),
        ((X,), (X, X)),
        (X, (X[0], X[1])),
        (np.stack([X, X]), [X, X]),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0}),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 2.5}),
        ([("a", 1.0)], {"a": 1.0}),
        (None, 0.0),
        (0.0, None),
        (None, X),
        ("1.0", 1.0),
        (np.array(["1.0"]), np.array([1.0])),
        ("one", "two"),
        (b"one", "one"),
        ([1], {1}),
    ],
)
def test_rejects(actual, expected):
    message(actual, expected)


@settings(PATIENT, max_examples=40)
@given(
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=3), elements=st.floats(-1e6, 1e6)),
    st.data(),
)
def test_rejects_one_changed_entry_wherever_it_is(array, data):
    index = tuple(data.draw(st.integers(0, n - 1)) for n in array.shape)
    changed = array.copy()
    changed[index] += max(1.0, abs(changed[index])) * 1e-6
    text = message(changed, array)
    if array.size > 6:
        assert f"[{', '.join(map(str, index))}]" in text
        assert f"1 of {array.size} entries differ" in text


@settings(PATIENT, max_examples=40)
@given(
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3).filter(
        lambda shapes: shapes.input_shapes[0] != shapes.input_shapes[1]
    )
)
def test_never_broadcasts(shapes):
    one, other = shapes.input_shapes
    text = " ".join(message(np.ones(one), np.ones(other)).split())
    assert "The shape is" in text


def test_tolerances_can_be_set():
    assert_close(X * 1.001, X, rtol=0.01)
    assert_close(np.array([1e-4]), np.array([0.0]), atol=1e-3)
    message(X * (1 + 1e-10), X, rtol=1e-12, atol=0.0)
    message(np.float32([1.000001]), np.float32([1]), rtol=1e-7, atol=0.0)
    assert_close(np.array([3]), np.array([4]), atol=1)


def test_a_dtype_is_asked_for_only_where_it_is_named():
    single = np.float32([1, 2])
    assert_close(single.astype(np.float64), single)
    assert "the dtype is float64 instead of float32" in message(single.astype(np.float64), single, dtype=np.float32)
    assert_close(single, single, dtype=np.float32)
    assert_close(np.float32(2), np.float32(2), dtype=np.float32)
    assert "the dtype is float instead of float32" in message(2.0, np.float32(2), dtype=np.float32)
    assert "the dtype is float64 instead of float32" in message(np.float64(2), 2.0, dtype=np.float32)
    assert "float64 instead of float32" in message((single, {"v": np.ones(2)}), (single, {"v": np.ones(2)}), dtype="f4")


def test_wrong_values_are_said_before_a_wrong_dtype():
    text = message(np.array([1.0, 2.0]), np.float32([1, 3]), dtype=np.float32)
    assert "dtype" not in text


# ---- messages ------------------------------------------------------------------------------------------------


def test_the_message_has_the_call_the_answer_and_the_expectation(learner):
    student = learner(lambda x, slope: np.array([1.0, 2.0]), "leaky")
    assert message(student.leaky(np.array([1.0, 2.0]), 0.25), np.array([1.0, 0.5])) == (
        "  called    leaky([1, 2], 0.25)\n"
        "  returned  [1, 2]\n"
        "  expected  [1, 0.5]"
    )  # fmt: skip


def test_of_large_arrays_the_first_differing_entries_and_the_worst_are_shown(learner):
    expected = np.arange(20.0).reshape(4, 5)
    wrong = expected.copy()
    wrong[0, 1], wrong[2, 0], wrong[2, 4], wrong[3, 3] = -1, 10.5, 14.001, 118
    assert message(learner(lambda x: wrong).f(expected), expected) == (
        "  called    f(float64 (4, 5))\n"
        "  returned  [0, 1] -1, [2, 0] 10.5, [2, 4] 14.001, ...\n"
        "  expected  [0, 1] 1, [2, 0] 10, [2, 4] 14, ...\n"
        "            4 of 20 entries differ, the most at [3, 3]: by 100"
    )


@pytest.mark.parametrize(
    ("actual", "expected", "names", "part"),
    [
        ((X, X + 1), (X, X), ("w", "velocity"), "velocity: "),
        ((X, X + 1), (X, X), None, "item 1: "),
        (({"a": X}, [1.0, 2.0]), ({"a": X}, [1.0, 3.0]), ("grads", "state"), "item 1 of state: "),
        ({"W1": X, "b1": X + 1}, {"W1": X, "b1": X}, None, "b1: "),
        ((1.0, (2.0, {"m": 3.0})), (1.0, (2.0, {"m": 4.0})), None, "m of item 1 of item 1: "),
    ],
)
def test_the_part_that_differs_is_named(actual, expected, names, part):
    assert part in message(actual, expected, names=names)


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        (np.ones((2, 3)), np.ones((3, 2)), "The shape is (2, 3); expected is (3, 2)."),
        (np.ones(1), 1.0, "The shape is (1,); expected is ()."),
        (None, 1.0, "It returned nothing (None) where numbers are expected."),
        ("a", 1.0, "It returned a str where numbers are expected."),
        (np.array("a"), 1.0, "It returned <U1 where numbers are expected."),
        (1.0, (1.0, 2.0), "It should return a tuple of 2."),
        (1.0, [1.0, 2.0], "It should return a list of 2."),
        ((1.0,), (1.0, 2.0), "It returned 1 values instead of 2."),
        (1.0, {"a": 1.0}, "It should return a dict."),
        ({"b": 1.0}, {"a": 1.0, "c": 2.0}, "The keys are b; expected are a, c."),
        ({}, {"a": 1.0}, "The keys are missing; expected are a."),
    ],
)
def test_another_structure_is_a_sentence(actual, expected, sentence):
    assert message(actual, expected).startswith(sentence)


def test_the_names_of_the_parts_are_said_where_there_are_none():
    text = message(1.0, (1.0, 2.0), names=("w", "velocity"))
    assert text.startswith("It should return a tuple of 2: w, velocity.")


@pytest.mark.parametrize(
    ("actual", "swapped"),
    [
        ((X + 1, X), "w, v"),
        ([X + 1, X], "w, v"),
        ((X + 1, X + 1), None),
        ((X, X), None),
        ((X + 1, -X), None),
    ],
)
def test_the_right_parts_in_another_order_are_recognized(actual, swapped):
    with pytest.raises(Mismatch) as caught:
        assert_close(actual, (X, X + 1), names=("w", "v"))
    assert caught.value.swapped == swapped


PARTS = (
    st.sampled_from([None, True, 10**400, -(10**9), "a sentence of several words, " * 9, "word" * 50, b"bytes"])
    | st.floats()
    | st.complex_numbers()
    | hnp.arrays(st.sampled_from(["f8", "f4", "i8", "?"]), hnp.array_shapes(min_dims=0, max_side=4), elements={})
)
KEYS = st.sampled_from([f"{word}{i}" for i in range(6) for word in ("w", "layer_with_a_long_name_", "a b ")])
ANSWERS = PARTS | st.lists(PARTS, max_size=8) | st.lists(PARTS, max_size=8).map(tuple) | st.dictionaries(KEYS, PARTS)


@settings(PATIENT, max_examples=40)
@given(ANSWERS, ANSWERS)
def test_every_message_fits_in_72_columns_and_holds_nothing_of_the_grader(actual, expected):
    try:
        assert_close(actual, expected)
        text = ""
    except Mismatch as error:
        text = str(error)
    for line in text.split("\n"):
        assert len(line) <= 72 or " " not in line[12:].strip(), line
    for word in ("torch", "grader", "Mismatch", "Traceback", "np.float64"):
        assert word not in text


# ---- assert_raises -------------------------------------------------------------------------------------------


def raising(error):
    def f(x):
        raise error

    return f


class Special(ValueError):
    pass


@pytest.mark.parametrize("error", [ValueError("no"), Special("no"), UnicodeError("no")])
def test_the_exception_or_a_kind_of_it_is_raised(learner, error):
    assert_raises(ValueError, learner(raising(error)).f, 1.0)


def test_one_of_several_exceptions(learner):
    assert_raises((TypeError, ValueError), learner(raising(ValueError())).f, 1.0)
    assert_raises((TypeError, ValueError), learner(raising(TypeError())).f, 1.0)
    with pytest.raises(StudentFailed):
        assert_raises((TypeError, ValueError), learner(raising(KeyError())).f, 1.0)


def test_another_exception_is_shown_as_the_learners(learner):
    with pytest.raises(StudentFailed, match=r"called    f\(1\)\n  raised    ZeroDivisionError: by nought"):
        assert_raises(ValueError, learner(raising(ZeroDivisionError("by nought"))).f, 1.0)


def test_a_function_that_is_missing_raises_nothing(learner):
    with pytest.raises(StudentFailed, match=r"does not define g\(\)"):
        assert_raises(AttributeError, learner(raising(ValueError())).g, 1.0)


@pytest.mark.parametrize(
    ("kinds", "words"), [(ValueError, "ValueError"), ((TypeError, ValueError), "TypeError or ValueError")]
)
def test_no_exception_is_said_with_what_came_back(learner, kinds, words):
    with pytest.raises(Mismatch) as caught:
        assert_raises(kinds, learner(lambda x: 2 * x).f, 3.0)
    assert str(caught.value) == f"  called    f(3)\n  returned  6\n  expected  {words} to be raised"


# ---- assert_pure, assert_new_arrays, assert_shape, unpack -----------------------------------------------------


def test_a_pure_function_passes(learner):
    student = learner(lambda x, y: x + y)
    student.f(np.ones((2, 3)), [1.0, 2.0, 3.0])
    assert_pure(student)
    assert_new_arrays(student)


@pytest.mark.parametrize(
    ("change", "which"),
    [
        (lambda x, y, d: x.fill(2), "first"),
        (lambda x, y, d: y.__setitem__(0, 2), "second"),
        (lambda x, y, d: d.update(a=1), "third"),
        (lambda x, y, d: d["w"].fill(2), "third"),
        (lambda x, y, d: (x.fill(2), y.append(1)), "first and second"),
        (lambda x, y, d: x.__setitem__(0, np.nextafter(x[0], 2)), "first"),
        (lambda x, y, d: x.__setitem__(2, -0.0), "first"),
    ],
)
def test_a_changed_argument_is_named(learner, change, which):
    student = learner(lambda *arguments: change(*arguments) and None)
    student.f(np.array([1.0, 1.0, 0.0]), [1.0], {"w": np.ones(2)})
    with pytest.raises(AssertionError, match=f"changed its {which} argument in place"):
        assert_pure(student)


@pytest.mark.parametrize("touch", [lambda: np.random.rand(), lambda: np.random.seed(0)])
def test_the_global_random_state_is_watched(learner, touch):
    student = learner(lambda x: touch())
    student.f(1.0)
    with pytest.raises(AssertionError, match="global random state"):
        assert_pure(student)


def test_only_the_last_call_is_judged(learner):
    student = learner(lambda x: x.fill(2))
    student.f(np.ones(3))
    learner(lambda x: x.sum())
    student.f(np.ones(3))
    assert_pure(student)


@pytest.mark.parametrize(
    ("function", "which"),
    [
        (lambda x, y: x, "first"),
        (lambda x, y: y[::2].T, "second"),
        (lambda x, y: (np.ones(2), {"y": [y]}), "second"),
    ],
)
def test_a_view_of_an_argument_is_no_new_array(learner, function, which):
    student = learner(function)
    student.f(np.ones(4), np.ones((4, 2)))
    assert_pure(student)
    with pytest.raises(AssertionError, match=f"shares memory with its {which} argument"):
        assert_new_arrays(student)


@pytest.mark.parametrize(("position", "which"), [(0, "first"), (5, "sixth"), (6, "7th"), (9, "10th")])
def test_arguments_are_counted_from_the_first(learner, position, which):
    student = learner(lambda *arguments: arguments[position].fill(2))
    student.f(*(np.ones(2) for _ in range(10)))
    with pytest.raises(AssertionError, match=f"changed its {which} argument"):
        assert_pure(student)


def test_the_right_shape_passes_whatever_the_values():
    assert_shape(np.full((2, 3), np.nan), (2, 3))
    assert_shape(np.array(True), ())


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (np.ones((3, 2)), "  returned  the weights in shape (3, 2)\n  expected  shape (2, 3)"),
        (np.ones(2), "  returned  the weights in shape (2,)\n  expected  shape (2, 3)"),
        (2.5, "  returned  2.5\n  expected  the weights: an array"),
        ([[1, 2, 3], [4, 5, 6]], "  returned  [[1, 2, 3], [4, 5, 6]]\n  expected  the weights: an array"),
        (None, "  returned  None\n  expected  the weights: an array"),
    ],
)
def test_another_shape_is_said_with_the_call(learner, answer, lines):
    student = learner(lambda n: answer, "draw")
    with pytest.raises(Mismatch) as caught:
        assert_shape(student.draw(3), (2, 3), "the weights")
    assert str(caught.value) == f"  called    draw(3)\n{lines}"


def test_unpack_gives_the_parts_of_a_tuple_or_list():
    assert unpack((1.0, 2.0), "y", "mask") == (1.0, 2.0)
    assert unpack([1.0, 2.0], "y", "mask") == (1.0, 2.0)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (None, "None"),
        (3.5, "3.5"),
        (np.ones((2, 4)), "float64 array (2, 4)"),
        ((1.0,), "1 values"),
        ((1, 2, 3), "3 values"),
        ({"y": 1, "mask": 2}, "{'y': 1, 'mask': 2}"),
    ],
)
def test_unpack_names_the_parts_that_it_misses(learner, answer, found):
    student = learner(lambda x: answer, "dropout")
    with pytest.raises(Mismatch) as caught:
        unpack(student.dropout(0.5), "y", "mask")
    assert str(caught.value) == (
        f"It should return 2 values: y, mask.\n\n  called    dropout(0.5)\n  returned  {found}"
    )  # fmt: skip
