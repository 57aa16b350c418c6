"""The general diagnosis: which slips are recognized from the numbers alone, and what is not claimed."""

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checks import assert_close
from grader.checks.comparison import Mismatch
from grader.checks.context import Call
from grader.checks.diagnosis import MOST_NUMBERS, Evidence, diagnose
from grader.checks.factors import explain_factors
from grader.sandbox.protocol.observation import Observation

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

RNG = np.random.default_rng(7)
X = RNG.normal(size=(4, 3))
S = RNG.normal(size=(4, 4))
P = np.exp(X) / np.exp(X).sum(1, keepdims=True)


def evidence(actual, expected, *arguments, **observed):
    """What a check has found that compared two values; None where they agree. The arguments are called x and lr."""
    try:
        assert_close(actual, expected, dtype=getattr(expected, "dtype", None))
    except Mismatch as mismatch:
        return Evidence(mismatch, Call("f", arguments, Observation(actual, **observed)), ("x", "lr"))
    return None


def said(actual, expected, *arguments, **observed):
    """What is said of one such check."""
    found = evidence(actual, expected, *arguments, **observed)
    if found is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hint = diagnose(found) or explain_factors([found]).get(0)
    return hint and hint.sentence


def softmax(x, axis, keepdims=True):
    return np.exp(x) / np.exp(x).sum(axis, keepdims=keepdims)


@pytest.mark.parametrize(
    ("actual", "expected", "arguments", "sentence"),
    [
        # a factor, and what it stands for
        (X * 4, X, (X,), "Every value is 4 times too large, and 4 is the length of the first axis of x."),
        (X / 4, X, (X,), "Every value is 4 times too small, and 4 is the length of the first axis of x."),
        (X * -4, X, (X,), "Every value is 4 times too large, with the wrong sign, and 4 is the length"),
        (X * 3, X, (X,), "3 is the length of axis 1 of x"),
        (X * 12, X, (X,), "12 is the number of entries of x"),
        (X * 5, X, (RNG.normal(size=(2, 4, 5)),), "5 is the length of axis 2 of x"),
        (X * 7, X, (np.ones(7),), "7 is the length of x"),
        (X * 4, X, ([X, X],), "4 is the length of the first axis of x"),
        (X * 0.3, X, (X, 0.3), "3.33333 times too small, and 3.33333 is 1 / lr"),
        (X * 0.1, X, (X, 0.9), "10 is 1 / (1 - lr)"),
        (X / 0.8, X, (X, 0.2), "1.25 is 1 / (1 - lr)"),
        (X * 25, X, (X, 5.0), "25 is the square of lr"),
        (X * np.sqrt(5), X, (X, 5.0), "2.23607 is the root of lr"),
        (X * 4, X, (X, 4.0), "4 is lr"),
        # sign and order
        (-X, X, (), "Every value has the wrong sign."),
        (-0.731, 0.731, (), "It has the wrong sign."),
        (np.abs(X), X, (), "The magnitudes are right, but some signs are wrong."),
        (S.T, S, (), "It is the transpose of what is expected."),
        (X.T, X, (), "It is the transpose of what is expected."),
        (np.stack([S, S + 1]).swapaxes(1, 2), np.stack([S, S + 1]), (), "It is the transpose"),
        (X[::-1], X, (), "in reversed order along axis 0"),
        (X[:, ::-1], X, (), "in reversed order along axis 1"),
        (X.ravel()[[1, 0, *range(2, 12)]].reshape(4, 3), X, (), "in another order"),
        (np.where(X > 0, 0.0, 1.0), np.where(X > 0, 1.0, 0.0), (), "0 and 1 are exchanged."),
        # where
        (X * np.where(X > 0, 4, 1), X, (X,), "Wrong exactly where x is positive."),
        (np.where(X < 0, 0.1, X), X, (X,), "Wrong exactly where x is negative."),
        (np.where(X > 0, 2.5, X), X, (S, X), "Wrong exactly where lr is positive."),
        # shapes
        (X.ravel(), X, (), "laid out in another shape"),
        (X.reshape(3, 4), X, (), "laid out in another shape"),
        (X[None], X, (), "an extra axis of length 1"),
        (X.sum(1), X.sum(1, keepdims=True), (), "an axis of length 1 is missing (keepdims=True"),
        (X[:1], X[:1].T, (), "transpose"),
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
        (X.mean(1), X.mean(0), (X,), "it is the mean of x over axis 1, expected is the one over axis 0"),
        (S.mean(1), S.mean(0), (0.1, S), "it is the mean of lr over axis 1, expected is the one over axis 0"),
        (S.sum(0), S.sum(1), (S,), "it is the sum of x over axis 0"),
        (X.max(1, keepdims=True), X.max(0), (X,), "largest value of x over axis 1"),
        (S.std(1), S.std(0), (S,), "standard deviation of x over axis 1"),
        (S.argmax(1), S.argmax(0), (S,), "position of the largest value of x over axis 1"),
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
        (np.nan * X, X, (), "The answer holds nan where a finite number is expected: look for inf / inf"),
        (np.nan, 0.731, (), "The answer holds nan where"),
        # the function as a whole
        (None, X, (X,), "returned None: did you forget a return?"),
        (None, (X, X), (X,), "did you forget a return?"),
        (X, X * X, (S, X), "It is lr, unchanged."),
    ],
)  # fmt: skip
def test_recognizes(actual, expected, arguments, sentence):
    found = said(actual, expected, *arguments)
    assert found is not None
    assert sentence in found


def test_arguments_changed_in_place_are_named_before_what_follows_from_it():
    assert said(X, S[:, :3] ** 2, X, changed=[0]) == "The call changed x in place; an argument must stay as it is."
    assert said(X * 4, X, X, 0.5, changed=[0, 1]).startswith("The call changed x and lr in place")


# ---- factors in several calls ----------------------------------------------------------------------------------


def factors(*evidences):
    return {i: hint.sentence for i, hint in explain_factors(evidences).items()}


def test_a_meaning_is_said_where_it_holds_in_every_call():
    wide = RNG.normal(size=(6, 4))
    both = factors(evidence(X * 4, X, X), evidence(wide * 6, wide, wide))
    assert both[0] == "Every value is 4 times too large, and 4 is the length of the first axis of x."
    assert both[1] == "Every value is 6 times too large, and 6 is the length of the first axis of x."
    assert factors(evidence(X * 4, X, X), evidence(wide * 5, wide, wide)) == {}
    assert factors(evidence(X * 4, X, X), evidence(wide / 6, wide, wide)) == {}
    assert factors(evidence(X * 4, X, X), evidence(wide * -6, wide, wide)) == {}


def test_of_two_meanings_none_is_said_unless_one_is_a_hyper_parameter():
    assert factors(evidence(S * 4, S, S)) == {}  # the length of either axis
    assert "4 is lr" in factors(evidence(S * 4, S, S, 4.0))[0]


def test_a_lone_number_takes_two_calls_with_factors_of_their_own():
    small, wide = evidence(0.731 * 4, 0.731, X), evidence(0.2 * 6, 0.2, RNG.normal(size=(6, 4)))
    assert factors(small) == factors(wide) == factors(small, small) == {}
    assert factors(small, wide)[0] == "It is 4 times too large, and 4 is the length of the first axis of x."


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
    slips = (expected * 3, -expected, expected + 1, expected[::-1], np.abs(expected))
    for slip in slips:
        broken = slip.copy()
        broken.flat[rng.integers(expected.size)] += 0.123
        found = said(broken, expected, expected.copy())
        assert found is None or (slip is slips[-1] and found == "Wrong exactly where x is negative.")


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
        (np.array([0.731]), np.array(0.731), ()),
        (0.731, np.array([[0.731]]), ()),
        (X * 9, X, (X,)),
        (X * np.sqrt(3), X, (X,)),
        (X * 7.25, X, ()),
        (0.731 * 4, 0.731, (X,)),
        (X + 0.25, X, ()),
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
        checked = evidence(actual, expected, *arguments)
        found = checked and (diagnose(checked) or explain_factors([checked]).get(0))
    found = found and found.sentence
    assert found is None or (found.endswith((".", "?")) and "\n" not in found)
