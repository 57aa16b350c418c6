"""`kata new` writes the beginning of an exercise, and into course.toml without touching the rest."""

import pytest

from grader.authoring.scaffold import new
from grader.course import load
from grader.errors import CourseError

COURSE = """\
# The course.
title = "Katas"

[[topics]]
name = "first"
title = "First"
summary = "One."  # a remark

[[topics.exercises]]
name = "old"
title = "Old"
difficulty = 1
points = 1
prerequisites = []
questions = []
hints = [
    "Think.",  # another
]

# About the second topic.
[[topics]]
name = "second"
title = "Second"
summary = "Two."

[[assignments]]
name = "all"
title = "All"
exercises = ["first"]
"""


@pytest.fixture
def course(tmp_path):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/course.toml").write_text(COURSE)
    return load(tmp_path)


def test_writes_all_files_but_the_stub_which_is_made_from_the_finished_solution(course):
    written = new(course, "first", "leaky_tanh")
    assert written == [
        "solutions/first/leaky_tanh.py",
        "tests/first/test_leaky_tanh.py",
        "exercises/course.toml",
        "exercises/README.md",
    ]
    there = {path.relative_to(course.root).as_posix() for path in course.root.rglob("*") if path.is_file()}
    assert there == set(written)
    exercise = load(course.root).find("leaky_tanh")
    assert (exercise.topic, exercise.title) == ("first", "Leaky tanh")
    assert "`leaky_tanh`" in (course.root / "exercises/README.md").read_text()


@pytest.mark.parametrize("topic", ["first", "second"])
def test_the_entry_goes_below_its_topic_and_the_rest_stays(course, topic):
    new(course, topic, "added")
    text = (course.root / "exercises/course.toml").read_text()
    start = text.index('\n[[topics.exercises]]\nname = "added"')
    entry = text[start : text.index("]\n", text.index("hints", start)) + 2]
    assert text.replace(entry, "") == COURSE
    before = {"first": "# another\n]\n", "second": 'summary = "Two."\n'}[topic]
    assert text[:start].endswith(before)


@pytest.mark.parametrize(
    ("topic", "name", "error"),
    [
        ("frist", "added", "no topic is called 'frist'; did you mean 'first'?"),
        ("first", "old", "the name 'old' is taken"),
        ("second", "old", "the name 'old' is taken"),
        ("first", "second", "the name 'second' is taken"),
        ("first", "../evil", "an exercise's name is lower_snake_case, as in 'leaky_relu', not '../evil'"),
        ("first", "if", "an exercise's name is lower_snake_case, as in 'leaky_relu', not 'if'"),
        ("first", "", "an exercise's name is lower_snake_case, as in 'leaky_relu', not ''"),
    ],
)
def test_refuses_a_name_that_will_not_do(course, topic, name, error):
    with pytest.raises(CourseError) as caught:
        new(course, topic, name)
    assert str(caught.value) == error


@pytest.mark.parametrize("path", ["tests/first/test_added.py", "solutions/first/added.py", "exercises/first/added.py"])
def test_refuses_to_overwrite_a_file(course, path):
    mine = course.root / path
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(CourseError, match=rf"^{path} exists already$"):
        new(course, "first", "added")
    assert mine.read_text() == "mine"
    assert (course.root / "exercises/course.toml").read_text() == COURSE
    assert len([each for each in course.root.rglob("*") if each.is_file()]) == 2


def test_refuses_a_table_whose_topics_cannot_be_told_apart(course):
    text = COURSE.replace("[[topics]]", "[[ topics ]]", 1)
    (course.root / "exercises/course.toml").write_text(text)
    with pytest.raises(CourseError, match=r"course\.toml: cannot tell where topic 'first' ends"):
        new(load(course.root), "first", "added")
    assert (course.root / "exercises/course.toml").read_text() == text
