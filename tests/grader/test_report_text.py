"""Text of a learner's, made fit to be shown: nothing is invisible or too long, and what was cut is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.text import excerpt, single_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb", "a   b"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\u00a0b\u2003c", "a b c"),
        ("\u202eevil\u200b\ufeff", r"\u202eevil\u200b\ufeff"),
        ("\ud800", r"\ud800"),
        ("\x00", r"\x00"),
        ("Größe π 漢字 🙂", "Größe π 漢字 🙂"),
        ("e" + "\u0301" * 50 + "e" + "\u0301", "e" + "\u0301" * 4 + "e\u0301"),
        ("##[error]no", "# #[error]no"),
        ("a\n##[group]", "a\n# #[group]"),
    ],
)
def test_what_is_invisible_is_spelled_out_and_what_can_be_seen_stays(text, shown):
    assert visible(text) == shown


@given(st.text())
def test_whatever_is_shown_can_be_printed(text):
    shown = visible(text)
    assert all(line.isprintable() for line in shown.split("\n"))
    assert visible(shown) == shown
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("one\ntwo\nthree\n\n", "one\ntwo\nthree"),
        ("one\ntwo\nthree\nfour", "one\ntwo\nthree\n… cut here; 18 characters in all"),
        ("x" * 30, "x" * 30),
        ("x" * 31, "x" * 30 + "\n… cut here; 31 characters in all"),
        ("\x00" * 30, r"\x00" * 7 + r"\x" + "\n… cut here; 30 characters in all"),
        ("y" * 30 + " " * 9, "y" * 30),
        ("z" * 10**6, "z" * 30 + "\n… cut here; 1,000,000 characters in all"),
    ],
)
def test_an_excerpt_is_the_beginning_and_says_what_was_cut(text, shown):
    assert excerpt(text, lines=3, characters=30) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a  b\n\n c\t", "a b c"),
        ("x" * 10, "x" * 10),
        ("x" * 11, "x" * 9 + "…"),
        (" " * 100, ""),
    ],
)
def test_a_single_line_is_one_line_of_at_most_so_many_characters(text, shown):
    assert single_line(text, characters=10) == shown


@given(st.text(), st.integers(1, 20))
def test_bounds_hold_whatever_the_text(text, most):
    line = single_line(text, characters=most)
    assert len(line) <= most
    assert "\n" not in line
    *shown, last = excerpt(text, lines=2, characters=most).split("\n")
    assert len("\n".join(shown)) <= most
    assert len(shown) < 2 or last.startswith("… cut here; ")
