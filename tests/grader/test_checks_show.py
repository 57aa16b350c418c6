"""Values and calls in few words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks import on_learner_side, show


@on_learner_side
def cube(x):
    return x**3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1234567.0, "1.23457e+06"),
        (10**20, "100000000000000000000"),
        (np.float32(0.1), "0.1"),
        (np.bool_(True), "True"),
        (1 + 2j, "1+2j"),
        (None, "None"),
        ("text", "'text'"),
        (float("nan"), "nan"),
        (np.array(2.5), "2.5"),
        (np.array([1.0, -0.5]), "[1, -0.5]"),
        (np.arange(6).reshape(2, 3), "[[0, 1, 2], [3, 4, 5]]"),
        (np.arange(7), "int64 array (7,)"),
        (np.zeros((2, 2, 1)), "[[[0], [0]], [[0], [0]]]"),
        (np.zeros((2, 2, 2)), "float64 array (2, 2, 2)"),
        (np.array(["a", "b"]), "['a', 'b']"),
        (np.array([[True], [False]]), "[[True], [False]]"),
        ((1.0,), "(1,)"),
        ([1.0, (2, None)], "[1, (2, None)]"),
        ({"w": np.ones(2), "n": 3}, "{'w': [1, 1], 'n': 3}"),
        ({"b", "a", "c"}, "{'a', 'b', 'c'}"),
        ({10, 9, 1}, "{1, 9, 10}"),
        ({"b", 1}, "{'b', 1}"),
        (frozenset({2, 1}), "frozenset({1, 2})"),
        (set(), "set()"),
        (list(range(7)), "list of 7"),
        ({str(i): i for i in range(9)}, "dict of 9"),
        (np.random.default_rng(), "rng"),
        (cube, "cube"),
        (len, "len"),
    ],
)
def test_a_value_is_shown_as_a_learner_would_write_it(value, text):
    assert show.short(value) == text


VALUES = st.text() | st.floats() | st.integers() | st.complex_numbers()


@settings(deadline=None, max_examples=40)
@given(VALUES | st.lists(VALUES | st.lists(VALUES, max_size=8), max_size=8))
def test_a_value_never_takes_more_than_its_width(value):
    assert len(show.short(value)) <= show.WIDTH


def test_a_call_shows_small_arguments_in_full_and_the_shapes_of_the_others():
    x, small = np.arange(15.0).reshape(3, 5), np.arange(12.0).reshape(6, 2)
    rows = ", ".join(f"[{i}, {i + 1}]" for i in range(0, 12, 2))
    assert show.call("f", (x, np.ones(2), 0.2, "mean")) == "f(float64 (3, 5), [1, 1], 0.2, 'mean')"
    assert show.call("f", (small, np.array(3))) == f"f([{rows}], 3)"
    assert show.call("f", ([x, x], None, True)) == "f([float64 (3, 5), float64 (3, 5)], None, True)"
    assert show.call("f", (8 * [small[0]],)) == f"f([{', '.join(6 * ['[0, 1]'])}, ...])"
    assert show.call("f", ()) == "f()"


def test_the_first_keys_of_a_dict_are_shown_in_order():
    assert show.keys({"w": 1, "b": 2, 3: 4}) == "3, b, w"
    assert show.keys(f"k{i}" for i in range(9)) == "k0, k1, k2, k3, k4, k5, k6, k7, ..."
    assert show.keys([]) == "missing"


def test_a_long_line_goes_on_under_its_own_text():
    text = show.line("returned", "one word and another " * 5)
    first, *others = text.split("\n")
    assert first.startswith("  returned  one word")
    assert others
    assert all(line.startswith(12 * " " + "o") or line[12] != " " for line in others)
    assert all(len(line) <= show.LINE for line in text.split("\n"))
