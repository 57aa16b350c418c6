"""The general diagnosis: which slips are recognized from the numbers alone, and what is not claimed."""

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checks.diagnosis import MOST_NUMBERS, diagnose
from grader.sandbox.protocol.observation import Observation

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

RNG = np.random.default_rng(7)
X = RNG.normal(size=(4, 3))
S = RNG.normal(size=(4, 4))
P = np.exp(X) / np.exp(X).sum(1, keepdims=True)


def said(actual, expected, *arguments, **observed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return diagnose(actual, expected, arguments, Observation(actual, **observed))


def softmax(x, axis, keepdims=True):
    return np.exp(x) / np.exp(x).sum(axis, keepdims=keepdims)


@pytest.mark.parametrize(
    ("actual", "expected", "arguments", "sentence"),
    [
        # a factor, and what it stands for
        (X * 4, X, (X,), "Every value is 4 times too large, and 4 is the batch size"),
        (X / 4, X, (X,), "Every value is 4 times too small, and 4 is the batch size"),
        (0.731 * 4, 0.731, (X, 0.5), "It is 4 times too large, and 4 is the batch size"),
        (np.array(0.731 / 4), np.array(0.731), (X,), "It is 4 times too small, and 4 is the batch size"),
        (np.float32(0.731) * 4, np.float32(0.731), (X,), "It is 4 times too large, and 4 is the batch size"),
        (0.731 * 3, 0.731, (X,), "3 is the length of the last axis"),
        (0.731 * 12, 0.731, (X,), "12 is the number of elements"),
        (X * 5, X, (RNG.normal(size=(2, 4, 5)),), "5 is the length of axis 2"),
        (X * 4, X, ([X, X],), "4 is the batch size"),
        (X * 0.3, X, (0.3,), "3.33333 times too small, and 3.33333 is 1 over the value of argument 1"),
        (X * 0.1, X, (X, 0.9), "10 is 1 over 1 minus argument 2"),
        (X / 0.8, X, (X, 0.2), "1.25 is 1 over 1 minus argument 2"),
        (X * np.sqrt(3), X, (X,), "1.73205 is the square root of the length of the last axis"),
        (X * 9, X, (X,), "9 is the square of the length of the last axis"),
        (X * 4 / 3, X, (X,), "1.33333 is n / (n - 1) for n = 4, the batch size"),
        (X * 12 / 11, X, (X,), "n / (n - 1) for n = 12, the number of elements"),
        (X * 7.25, X, (), "Every value is 7.25 times too large."),
        (X * -2, X, (), "Every value is 2 times too large, with the wrong sign."),
        (0.731 * 2, 0.731, (), "It is 2 times too large."),
        (0.731 / 2, 0.731, (), "It is 2 times too small."),
        # sign, order, offset
        (-X, X, (), "Every value has the wrong sign."),
        (-0.731, 0.731, (), "It has the wrong sign."),
        (np.abs(X), X, (), "The magnitudes are right, but some signs are wrong."),
        (S.T, S, (), "It is the transpose of what is expected."),
        (X.T, X, (), "It is the transpose of what is expected."),
        (np.stack([S, S + 1]).swapaxes(1, 2), np.stack([S, S + 1]), (), "It is the transpose"),
        (X[::-1], X, (), "in reversed order along axis 0"),
        (X[:, ::-1], X, (), "in reversed order along axis 1"),
        (X.ravel()[[1, 0, *range(2, 12)]].reshape(4, 3), X, (), "in another order"),
        (X + 0.25, X, (), "Every value is 0.25 too large."),
        (X - 1, X, (), "Every value is 1 too small."),
        # shapes
        (X.ravel(), X, (), "laid out in another shape"),
        (X.reshape(3, 4), X, (), "laid out in another shape"),
        (X[None], X, (), "an extra axis of length 1"),
        (X.sum(1), X.sum(1, keepdims=True), (), "an axis of length 1 is missing: keepdims=True keeps it"),
        (X[:1], X[:1].T, (), "transpose"),
        (np.array([0.731]), np.array(0.731), (), "an extra axis of length 1"),
        (0.731, np.array([0.731]), (), "an axis of length 1 is missing"),
        (X, X.sum(), (), "It is not summed over all axes yet"),
        (X, X.mean(), (), "It is not averaged over all axes yet"),
        (X, X.sum(0), (), "It is not summed over axis 0 yet"),
        (X, X.mean(1), (), "It is not averaged over axis 1 yet"),
        (X.sum(0), X, (), "It is summed over axis 0, which should be kept."),
        (X.mean(), X, (), "It is averaged over all axes, which should be kept."),
        (X[:, 0] - X[:, :1], 0 * X[:, 0], (), "Broadcasting made 4 values into (4, 4)"),
        (S[0] - S[1][:, None], (S[0] - S[1])[:, None], (), "an array of shape (4, 1) met one of shape (4,)"),
        # the axis
        (softmax(X, 0), softmax(X, 1), (X,), "your answer sums to 1 along axis 0, it should along axis 1"),
        (X - X.mean(0), X - X.mean(1, keepdims=True), (X,), "has mean 0 along axis 0, it should along axis 1"),
        (X.mean(1), X.mean(0), (X,), "it is the mean of argument 1 over axis 1, expected is the one over axis 0"),
        (S.mean(1), S.mean(0), (0.1, S), "it is the mean of argument 2 over axis 1, expected is the one over axis 0"),
        (S.sum(0), S.sum(1), (S,), "it is the sum of argument 1 over axis 0"),
        (X.max(1, keepdims=True), X.max(0), (X,), "largest value of argument 1 over axis 1"),
        (S.std(1), S.std(0), (S,), "standard deviation of argument 1 over axis 1"),
        (S.argmax(1), S.argmax(0), (S,), "position of the largest value of argument 1 over axis 1"),
        (S / S.sum(1), S / S.sum(1, keepdims=True), (S,), "keepdims=True"),
        (S - S.max(1), S - S.max(1, keepdims=True), (S,), "keepdims=True"),
        (softmax(S, 1, keepdims=False), softmax(S, 1), (S,), "keepdims=True"),
        # numbers that computers make
        (np.float32([1.1, 2.2]).astype(float), np.float32([1.1, 2.2]), (), "float32 became float64 on the way"),
        (X.astype(np.float32).astype(float), X, (), "Right to about seven digits"),
        (np.trunc(X * 9).astype(int), X * 9, (), "cut to whole numbers"),
        (np.floor(X * 9).astype(int), X * 9, (), "cut to whole numbers"),
        (X > 0, X, (X,), "It holds True and False where numbers are expected"),
        (X <= 0, X > 0, (X,), "Every value is the opposite"),
        (np.where(X > 1, np.nan, X), X, (), "Right elsewhere, but nan where a finite number is expected"),
        (np.where(X > 1, np.inf, X), X, (), "Right elsewhere, but inf where a finite number is expected"),
        (np.nan * X, X, (), "The answer holds nan where a finite number is expected: look for an overflow"),
        (np.nan, 0.731, (), "The answer holds nan where"),
        # the function as a whole
        (None, X, (X,), "returned None: did you forget a return?"),
        (None, (X, X), (X,), "did you forget a return?"),
        (X, X * X, (S, X), "It is argument 2, unchanged."),
    ],
)  # fmt: skip
def test_recognizes(actual, expected, arguments, sentence):
    found = said(actual, expected, *arguments)
    assert found is not None
    assert sentence in found


def test_inputs_changed_in_place_are_the_last_resort():
    assert "changed its arguments in place" in said(X, S[:, :3] ** 2, changed=[0])
    assert "4 times" in said(X * 4, X, X, changed=[0])


# ---- not claimed ---------------------------------------------------------------------------------------------


SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, max_side=5)


@settings(PATIENT, max_examples=40)
@given(SHAPES, SHAPES, SHAPES, st.integers(0, 2**32))
def test_random_numbers_are_not_diagnosed(one, other, argument, seed):
    rng = np.random.default_rng(seed)
    assert said(rng.normal(size=one), rng.normal(size=other), rng.normal(size=argument), 0.3) is None


@settings(PATIENT, max_examples=40)
@given(SHAPES, st.integers(0, 2**32))
def test_nearly_every_slip_is_not_a_slip(shape, seed):
    """A pattern that one entry breaks is not claimed."""
    rng = np.random.default_rng(seed)
    expected = rng.normal(size=(3, *shape))
    for slip in (expected * 3, -expected, expected + 1, expected[::-1], np.abs(expected)):
        broken = slip.copy()
        broken.flat[rng.integers(expected.size)] += 0.123
        assert said(broken, expected, expected.copy()) is None


@settings(PATIENT, max_examples=40)
@given(st.floats(-1e3, 1e3).filter(lambda x: abs(x) > 1e-3), st.floats(0.01, 50))
def test_a_lone_number_gets_no_factor_without_a_meaning(expected, factor):
    found = said(expected * factor, expected)
    known = any(np.isclose([factor, 1 / factor], n).any() for n in (2, 4, 10, 100))
    assert found is None or "times" not in found or known


@pytest.mark.parametrize(
    ("actual", "expected", "arguments"),
    [
        (np.zeros((4, 3)), X, ()),
        (np.ones((4, 3)), X, ()),
        (X, np.zeros((4, 3)), ()),
        (np.array([0, 0, 3, 4]), np.array([-0.25, 1.5, 3.0, 4.0]), ()),
        (np.zeros(3, int), np.array([1.0, 2.0, 3.0]), ()),
        (0, 0.5, ()),
        (X[:0], X, ()),
        (X, X[:0], ()),
        ("text", X, ()),
        (X, "text", ()),
        ([X, X], X, ()),
        (10**400, 1.0, ()),
        (1.0, 10**400, ()),
        (0.731 * 7, 0.731, (X, 0.5)),
        (2.0, 1.0 + 1e-3, ()),
        (X * np.where(X > 0, 4, 1), X, (X,)),
        (np.full(MOST_NUMBERS + 1, 2.0), np.ones(MOST_NUMBERS + 1), ()),
        (np.full(MOST_NUMBERS + 1, 2.0), 2.0, ()),
    ],
)
def test_claims_nothing(actual, expected, arguments):
    assert said(actual, expected, *arguments) is None


def test_none_is_right_where_nothing_was_to_be_returned():
    assert said(None, None) is None


NUMBERS = hnp.arrays(
    st.sampled_from(["f8", "f4", "i8", "i1", "u1", "?", "c16", "U3"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.complex_numbers()
ANYTHING = SCALARS | NUMBERS | st.just("text")


@settings(PATIENT, max_examples=40)
@given(ANYTHING, ANYTHING, st.lists(ANYTHING | st.lists(NUMBERS, max_size=2), max_size=2))
def test_whatever_comes_back_is_looked_at_without_an_error(actual, expected, arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = diagnose(actual, expected, arguments, Observation(actual))
    assert found is None or (found.endswith((".", "?")) and "\n" not in found)
