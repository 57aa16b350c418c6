"""The numbers of the notes are those that are computed: their tables, and the numbers in their sentences."""

import math
import re
import runpy

import pytest

from grader.course import root

WRITE = runpy.run_path(str(root() / "exercises" / "figures" / "numbers" / "write.py"))
NUMBER = re.compile(
    r"(?P<m>-?\d+(?:\.\d+)?) *\\(?:cdot|times) *10\^\{?(?P<e>-?\d+)\}?|10\^\{?(?P<p>-?\d+)\}?|(?P<n>-?\d+(?:\.\d+)?)"
)
TOPICS = WRITE["topics"]()


def text(topic):
    return WRITE["note"](topic).read_text("utf-8")


def phrases():
    for topic in TOPICS:
        for phrase, values in WRITE["numbers"](topic).get("phrases", dict)().items():
            yield pytest.param(topic, phrase, values, id=f"{topic}: {phrase}")


def agrees(match, value):
    """Tell whether a number is the value, rounded to the digits that are written."""
    if match["p"]:
        return value > 0 and abs(math.log10(value) - int(match["p"])) <= 0.5
    written, power = match["m"] or match["n"], int(match["e"] or 0)
    half = 0.5 * 10.0 ** -len(written.partition(".")[2])
    return abs(float(written) - value / 10.0**power) <= half * (1 + 1e-6)


@pytest.mark.parametrize("topic", TOPICS)
def test_tables_are_as_computed(topic):
    assert WRITE["filled"](text(topic), WRITE["numbers"](topic)["tables"]()) == text(topic)


@pytest.mark.parametrize(("topic", "phrase", "values"), list(phrases()))
def test_sentences_hold_the_numbers_that_are_computed(topic, phrase, values):
    assert phrase in " ".join(text(topic).split()), "the note no longer says this"
    found = list(NUMBER.finditer(phrase))
    assert len(found) == len(values), [match[0] for match in found]
    assert [match[0] for match, value in zip(found, values, strict=True) if not agrees(match, value)] == []


@pytest.mark.parametrize(
    ("written", "value", "right"),
    [
        ("0.25", 0.2549, True),
        ("0.25", 0.2551, False),
        ("-3", -3.4, True),
        (r"$2.7 \cdot 10^{-5}$", 2.656e-5, True),
        (r"$2.7 \times 10^{-5}$", 2.6e-5, False),
        ("$10^{-6}$", 9.5e-7, True),
        ("$10^6$", 9.5e4, False),
    ],
)
def test_a_number_is_right_if_it_is_rounded_right(written, value, right):
    (match,) = NUMBER.finditer(written)
    assert agrees(match, value) is right


def test_a_table_without_a_place_and_a_place_without_a_table_are_refused():
    with pytest.raises(ValueError, match=r"\['adam'\].*\['sgd'\]"):
        WRITE["filled"]("<!-- worked: sgd -->\n<!-- /worked -->\n", {"adam": [["a"]]})
