"""What may stand for an exercise: its name, its path, the beginning of its name or, for several, a topic."""

import pytest

from grader.course import choose, choose_one
from grader.errors import KataError, UnknownName, UsageError


@pytest.fixture
def exercises(mini):
    for topic, name in (("sums", "mean"), ("sums", "mean_of_rows"), ("sums", "product"), ("losses", "hinge")):
        mini.add(name, topic=topic)
    mini.add_topic("empty")
    return mini.course.exercises


def names(words, exercises):
    return [exercise.name for exercise in choose(words, exercises)]


@pytest.mark.parametrize(
    "word",
    [
        "product",
        "product.py",
        "exercises/sums/product.py",
        "./exercises/sums/product.py",
        "/somewhere/exercises/sums/product.py",
        "prod",
        "p",
        "pro.py",
    ],
)
def test_one_exercise_may_be_called_by_its_name_its_path_or_its_beginning(exercises, word):
    assert names([word], exercises) == ["product"]
    assert choose_one(word, exercises).name == "product"


def test_a_name_that_begins_another_is_meant_itself(exercises):
    assert names(["mean"], exercises) == ["mean"]
    assert choose_one("mean", exercises).name == "mean"
    assert choose_one("mean_", exercises).name == "mean_of_rows"


@pytest.mark.parametrize("word", ["sums", "exercises/sums", "exercises/sums/", "su"])
def test_a_topic_stands_for_all_in_it_where_several_make_sense(exercises, word):
    assert names([word], exercises) == ["mean", "mean_of_rows", "product"]
    with pytest.raises(UnknownName, match=r"^no exercise is called"):
        choose_one(word, exercises)


def test_what_is_given_twice_counts_once_in_the_order_of_the_words(exercises):
    assert names(["hinge", "product", "sums", "hin", "hinge"], exercises) == [
        "hinge",
        "product",
        "mean",
        "mean_of_rows",
    ]


def test_no_words_stand_for_all(exercises):
    assert choose([], exercises) == list(exercises)


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("mea", "'mea' may be mean, mean_of_rows: write more of it"),
        ("hnge", "no exercise or topic is called 'hnge'; did you mean 'hinge'?"),
        ("smus", "no exercise or topic is called 'smus'; did you mean 'sums'?"),
        ("of_rows", "no exercise or topic is called 'of_rows'; did you mean 'mean_of_rows'?"),
        ("empty", "no exercise or topic is called 'empty'"),
        ("", "no exercise or topic is called ''"),
        (".py", "no exercise or topic is called '.py'"),
        ("exercises", "no exercise or topic is called 'exercises'"),
    ],
)
def test_a_word_that_stands_for_nothing_or_too_much_is_refused(exercises, word, error):
    with pytest.raises(KataError) as caught:
        choose(["product", word], exercises)
    assert str(caught.value) == error
    assert isinstance(caught.value, UsageError if "may be" in error else UnknownName)
    with pytest.raises(KataError) as caught:
        choose_one(word, exercises)
    assert str(caught.value).split("; ")[0] == error.replace("exercise or topic", "exercise").split("; ")[0]


def test_the_path_of_another_file_is_no_exercise(exercises):
    for path in ("solutions/sums/product.py", "/somewhere/else/product.py"):
        with pytest.raises(UnknownName):
            names([path], exercises)
