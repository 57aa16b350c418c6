"""The closenesses that numbers are judged by."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checks.closeness import ALIKE, ALIKE_FLOAT32, EXACT, RIGHT, RIGHT_FLOAT32, Closeness, right

NUMBERS = st.floats(-1e6, 1e6)


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.floats(0, 1), st.floats(0, 1))
def test_close_is_what_its_definition_says(actual, expected, rtol, atol):
    is_close = bool(abs(actual - expected) <= atol + rtol * abs(expected))
    assert Closeness(rtol, atol).all(actual, expected) == is_close


@st.composite
def pairs(draw):
    """Draw two arrays of one shape whose entries are equal, hardly different, different or not finite."""
    dtypes = st.sampled_from(["f4", "f8", ">f8", "f2", "i8", "c16"])
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
    special = st.sampled_from([0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, 3e38, 1e308, -1e308, 5e-324])
    expected = np.zeros(shape)
    actual = np.zeros(shape)
    for place in np.ndindex(shape):
        expected[place] = draw(special | st.floats(-1e3, 1e3))
        off = draw(st.sampled_from([0.0, 0.0, 1e-13, 1e-12, 1e-9, 1e-6, 1e-5, 0.1]))
        actual[place] = draw(st.just(expected[place] * (1 + off)) | st.just(expected[place] + off) | special)
    both = draw(st.tuples(dtypes, dtypes) | dtypes.map(lambda dtype: (dtype, dtype)))
    with np.errstate(all="ignore"):
        return actual.astype(both[0]), expected.astype(both[1])


TOLERANCES = [EXACT, RIGHT, RIGHT_FLOAT32, ALIKE, Closeness(0.0, 1e-9), Closeness(10.0, 0.0), Closeness(np.inf, 0.0)]


@settings(deadline=None, max_examples=400)
@given(pairs(), st.sampled_from(TOLERANCES))
def test_the_short_way_for_finite_numbers_gives_what_the_long_way_gives(pair, closeness):
    actual, expected = pair
    found = closeness.entries(actual, expected)
    with np.errstate(all="ignore"):
        wanted = np.isclose(actual, expected, *closeness, equal_nan=True)
    assert type(found) is np.ndarray
    assert found.dtype == bool
    np.testing.assert_array_equal(found, wanted)


def test_nothing_is_said_of_numbers_that_overflow():
    large = np.array([1e308, -1e308, np.inf, np.nan])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert RIGHT.all(large, large)
        assert not RIGHT.all(large, -large)


def test_each_entry_is_judged_by_itself_and_relative_to_what_is_expected():
    near = Closeness(0.1, 0.0)
    np.testing.assert_array_equal(near.entries([1.0, 1.2, 90.0, 0.0], [1.05, 1.0, 100.0, 1e-9]), [1, 0, 1, 0])
    assert near.all(90.0, 100.0)
    assert not near.all(100.0, 90.0)
    assert not near.all([1.0, 1.2], [1.0, 1.0])
    assert near.all(np.zeros(0), np.zeros(0))


def test_nan_is_close_to_nan_alone_and_infinity_to_itself():
    loose = Closeness(0.5, 1e300)
    values = [np.nan, np.inf, -np.inf, 0.0]
    assert [[bool(loose.entries(a, b)) for b in values] for a in values] == np.eye(4).astype(bool).tolist()


def test_a_scaled_one_measures_small_numbers_by_the_largest():
    assert Closeness(1e-6, 1e-9).scaled(128.0) == (1e-6, 128e-9)
    assert Closeness(0.0, 1e-9).scaled(1e3).all(5e-7, 0.0)
    assert not Closeness(0.0, 1e-9).scaled(1e-3).all(5e-7, 0.0)


@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [
        (["?", "i1", "u8", "i8"], EXACT),
        (["f2", "f4", "c8"], RIGHT_FLOAT32),
        (["f8", "c16", "g"], RIGHT),
    ],
)
def test_an_answer_is_as_close_as_its_dtype_can_be(dtypes, expected):
    assert {right(np.dtype(dtype)) for dtype in dtypes} == {expected}


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_last_bits_of_a_dtype_are_right(dtype):
    values = np.random.default_rng(0).normal(size=1000).astype(dtype)
    assert right(values.dtype).all(values * (1 + 4 * np.finfo(dtype).eps), values)
    assert not right(values.dtype).entries(values * (1 + 1e4 * np.finfo(dtype).eps * 1e4), values).any()


def test_what_is_right_is_also_alike_and_never_the_other_way_around():
    for strict, loose in ((EXACT, RIGHT), (RIGHT, ALIKE), (RIGHT_FLOAT32, ALIKE_FLOAT32), (RIGHT, RIGHT_FLOAT32)):
        assert strict.rtol < loose.rtol
        assert strict.atol <= loose.atol
