import pytest

from grader.authoring.scaffold import new
from grader.authoring.sync import sync
from grader.course import CourseError, load

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

[assignments.all]
title = "All"
exercises = ["first"]
"""


@pytest.fixture
def course(tmp_path):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/course.toml").write_text(COURSE)
    return load(tmp_path)


def test_writes_all_files_of_an_exercise(course):
    assert new(course, "first", "leaky_tanh") == [
        "solutions/first/leaky_tanh.py",
        "tests/first/test_leaky_tanh.py",
        "exercises/first/leaky_tanh.py",
        "exercises/course.toml",
        "exercises/README.md",
    ]
    course = load(course.root)
    exercise = course.find("leaky_tanh")
    assert (exercise.topic, exercise.title) == ("first", "Leaky tanh")
    assert "def leaky_tanh(" in course.solution(exercise).read_text()
    assert "raise NotImplementedError" in course.stub(exercise).read_text()
    checks = course.checks(exercise).read_text()
    for word in ("@from_torch", "student.leaky_tanh(x)", "@misconception("):
        assert word in checks
    for path in (course.solution(exercise), course.checks(exercise)):
        compile(path.read_text(), path, "exec")


def test_the_new_stub_is_in_step_with_its_solution(course):
    new(course, "first", "leaky_tanh")
    assert "exercises/first/leaky_tanh.py" not in _differing(load(course.root))


def _differing(course):
    old = course.solution(course.find("old"))
    old.write_text("def old():\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n")
    return sync(course, check=True)


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
        ("first", "", "an exercise's name is lower_snake_case, as in 'leaky_relu', not ''"),
    ],
)
def test_refuses_a_name_that_will_not_do(course, topic, name, error):
    with pytest.raises(CourseError) as caught:
        new(course, topic, name)
    assert str(caught.value) == error


def test_refuses_to_overwrite_a_file(course):
    mine = course.root / "tests/first/test_added.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(CourseError, match=r"^tests/first/test_added\.py exists already$"):
        new(course, "first", "added")
    assert mine.read_text() == "mine"
    assert (course.root / "exercises/course.toml").read_text() == COURSE
    assert not (course.root / "solutions").exists()
