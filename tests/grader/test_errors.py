"""What can go wrong is one tree, drawn where it stands."""

import re

import pytest

from grader import errors
from grader.errors import KataError, TorchMissing, UnknownName, did_you_mean


def below(kind):
    return {other.__name__: below(other) for other in kind.__subclasses__() if other.__module__ == errors.__name__}


def test_the_tree_is_the_one_that_is_drawn():
    drawn = {}
    path = [drawn]
    for line in errors.__doc__.splitlines():
        if found := re.match(r"^    ((?:│   |    )*)(├── |└── )(\w+)", line):
            depth = len(found[1]) // 4
            path[depth + 1 :] = [path[depth].setdefault(found[3], {})]
    assert drawn == below(KataError)
    assert len(drawn) > 4


def test_a_name_that_is_not_known_brings_the_nearest():
    error = UnknownName("exercise", "leaky", ["relu", "leaky_relu", "tanh"])
    assert str(error) == "no exercise is called 'leaky'; did you mean 'leaky_relu'?"
    assert isinstance(error, LookupError)
    assert error.status == 2


@pytest.mark.parametrize(
    ("word", "words", "end"),
    [("ttle", ["name", "title"], "; did you mean 'title'?"), ("xyz", ["name", "title"], ""), ("name", [], "")],
)
def test_a_suggestion_is_made_only_where_something_is_near(word, words, end):
    assert did_you_mean(word, words) == end


def test_without_torch_the_way_to_get_it_is_one_line():
    assert re.search(r"pip install torch==\S+ --extra-index-url https://\S+$", str(TorchMissing()))
    assert "\n" not in str(TorchMissing())
