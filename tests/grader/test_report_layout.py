"""Text laid out for a screen: wrapped by the columns it takes, in the characters and colours that there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.layout import Screen, columns, wrap


def wrapped(text, width):
    return [text[start:end] for start, end in wrap(text, width)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two ", "three"]),
        ("one      two", ["one      ", "two"]),
        ("  indented", ["  indented"]),
        ("a1234567890", ["a123456789", "0"]),
        ("of a1234567890 it", ["of ", "a123456789", "0 it"]),
        ("漢字漢字漢字", ["漢字漢字漢", "字"]),
        ("e\u0301" * 10 + "e", ["e\u0301" * 10, "e"]),
    ],
)
def test_words_are_kept_whole_and_what_is_too_long_is_cut(text, lines):
    assert wrapped(text, 10) == lines


@given(st.text(), st.integers(2, 20))
def test_nothing_is_lost_and_nothing_is_too_wide(text, width):
    lines = wrapped(text, width)
    assert "".join(lines) == text
    assert all(columns(line.rstrip()) <= width for line in lines if line.strip())


def test_a_style_goes_on_in_the_next_line():
    lines = list(Screen(32, colours=True).paragraph("x ", ("bold " * 10, "bold"), indent="  ", hang="    "))
    assert lines[0] == "  x \x1b[1mbold bold bold bold bold\x1b[0m"
    assert lines[1] == "    \x1b[1mbold bold bold bold bold\x1b[0m"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "✓ 漢 é ·"), ("latin-1", r"+ \u6f22 é -"), ("cp1252", r"+ \u6f22 é -"), ("ascii", r"+ \u6f22 \xe9 -")],
)
def test_what_an_encoding_lacks_is_drawn_or_spelled_otherwise(encoding, shown):
    assert Screen(encoding=encoding).line("✓ 漢 é ·") == shown


@pytest.mark.parametrize(("encoding", "shown"), [("utf-8", "first seco…"), ("ascii", "first secon")])
def test_a_line_ends_where_the_screen_does(encoding, shown):
    screen = Screen(11, encoding=encoding)
    assert screen.cut("first ", ("second", "dim")) == shown
    assert screen.cut("first ", ("se", "dim")) == "first se"
