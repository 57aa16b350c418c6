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


def agrees(match, value):
    """Tell whether a number is the value, rounded to the digits that are written."""
    if match["p"]:
        return value > 0 and abs(math.log10(value) - int(match["p"])) <= 0.5
    written, power = match["m"] or match["n"], int(match["e"] or 0)
    half = 0.5 * 10.0 ** -len(written.partition(".")[2])
    return abs(float(written) - value / 10.0**power) <= half * (1 + 1e-6)


def holds(phrase, values, note):
    """Tell whether a note has this phrase, and the phrase these numbers."""
    found = list(NUMBER.finditer(phrase))
    return phrase in note and len(found) == len(values) and all(map(agrees, found, values))


@pytest.mark.parametrize("topic", TOPICS)
def test_tables_are_as_computed(topic):
    assert WRITE["filled"](text(topic), WRITE["numbers"](topic)["tables"]()) == text(topic)


@pytest.mark.parametrize("topic", TOPICS)
def test_sentences_hold_the_numbers_that_are_computed(topic):
    note = " ".join(text(topic).split())
    phrases = WRITE["numbers"](topic)["phrases"]()
    assert {phrase: values for phrase, values in phrases.items() if not holds(phrase, values, note)} == {}


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


@pytest.mark.parametrize(
    ("phrase", "values", "right"),
    [
        ("0.25 at 0", (0.25, 0), True),
        ("0.25 at 0", (0.35, 0), False),
        ("0.25 at 0", (0.25,), False),
        ("0.24 at 0", (0.24, 0), False),
    ],
)
def test_a_phrase_must_be_there_with_all_its_numbers(phrase, values, right):
    assert holds(phrase, values, "The slope is 0.25 at 0.") is right


def test_a_table_without_a_place_and_a_place_without_a_table_are_refused():
    with pytest.raises(ValueError, match=r"\['adam'\].*\['sgd'\]"):
        WRITE["filled"]("<!-- worked: sgd -->\n<!-- /worked -->\n", {"adam": [["a"]]})


def test_the_parameters_on_the_sheet_are_those_of_torch():
    torch = pytest.importorskip("torch")
    costs, nn = WRITE["numbers"]("costs"), torch.nn

    def count(*layers):
        return sum(parameter.numel() for layer in layers for parameter in layer.parameters())

    assert costs["linear"](5, 7) == count(nn.Linear(5, 7))
    assert costs["convolution"](4, 6, 3) == count(nn.Conv2d(4, 6, 3))
    assert costs["separable"](4, 6, 3) == count(nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(4, 6, 1))
    assert costs["attention"](8) == count(nn.MultiheadAttention(8, 2))
    for gates, layer in ((1, nn.RNN(5, 7)), (3, nn.GRU(5, 7)), (4, nn.LSTM(5, 7))):
        assert costs["recurrent"](gates, 5, 7) == count(layer)
    block = nn.TransformerEncoderLayer(8, 2, 32)
    assert costs["attention"](8) + costs["feed_forward"](8, 32) + 4 * 8 == count(block)


def test_the_operations_on_the_sheet_are_those_of_torch():
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    def operations(layer, *inputs, **options):
        with FlopCounterMode(display=False) as counter:
            layer(*inputs, **options)
        return counter.get_total_flops()

    rows = {
        row[0]: int("".join(str(row[5]).split()) or 0) for row in WRITE["numbers"]("costs")["tables"]()["layers"][1:]
    }
    nn, x = torch.nn, torch.zeros(1, 1024, 768)
    assert rows["linear"] == operations(nn.Linear(784, 128), torch.zeros(1, 784))
    image = torch.zeros(1, 64, 56, 56)
    assert rows["convolution, $k \\times k$"] == operations(nn.Conv2d(64, 128, 3, padding=1), image)
    depthwise = nn.Sequential(nn.Conv2d(64, 64, 3, padding=1, groups=64), nn.Conv2d(64, 128, 1))
    assert rows["the same, depthwise and pointwise"] == operations(depthwise, image)
    attention = nn.MultiheadAttention(768, 12, batch_first=True)
    assert rows["multi-head attention"] == operations(attention, x, x, x, need_weights=True)
    block = nn.Sequential(nn.Linear(768, 3072), nn.Linear(3072, 768))
    assert rows["feed-forward block"] == operations(block, x)
