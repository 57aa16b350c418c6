"""course.toml is read whole or refused with a line; the files of an exercise are found from there."""

from pathlib import Path

import pytest

from grader.course import Workspace, choose_assignment, load, own_course, root, write_whole
from grader.errors import CourseError, UnknownName

COURSE = """\
title = "Katas"

[[topics]]
name = "activations"
title = "Activations"
summary = "Functions of one number."

[[topics.exercises]]
name = "relu"
title = "ReLU"
difficulty = 1
points = 1
prerequisites = []
questions = []
hints = ["Which is larger?"]

[[topics.exercises]]  # the second
name = "leaky_relu"
title = "Leaky ReLU"
difficulty = 2
points = 1.5
prerequisites = ["relu"]
questions = ["Why leaky?"]
hints = [
    "Two cases.",
    "np.where",
]
forbidden = ["abs"]

[[topics]]
name = "losses"
title = "Losses"
summary = "How wrong is it?"

[[topics.exercises]]
name = "kd_loss"
title = "Distillation"
difficulty = 3
points = 3
prerequisites = ["relu"]
questions = ["What is distilled?"]
hints = ["Temperature."]

[[assignments]]
name = "week_1"
title = "Week 1"
exercises = ["kd_loss", "activations"]
"""


def course_of(folder: Path, text: str | bytes):
    (folder / "exercises").mkdir()
    (folder / "exercises" / "course.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(folder)


def test_reads_everything(tmp_path):
    course = course_of(tmp_path, COURSE)
    assert course.title == "Katas"
    assert [topic.name for topic in course.topics] == ["activations", "losses"]
    leaky = course.topics[0].exercises[1]
    assert leaky == course.find("leaky_relu")
    assert (leaky.topic, leaky.title, leaky.difficulty, leaky.points) == ("activations", "Leaky ReLU", 2, 1.5)
    assert (leaky.prerequisites, leaky.questions) == (("relu",), ("Why leaky?",))
    assert (leaky.hints, leaky.forbidden) == (("Two cases.", "np.where"), ("abs",))


def test_a_topic_may_be_a_track_of_its_own(tmp_path):
    course = course_of(tmp_path, COURSE.replace('summary = "How wrong is it?"', 'summary = "How?"\napart = true'))
    assert [topic.name for topic in course.main] == ["activations"]
    assert [topic.name for topic in course.apart] == ["losses"]
    assert {exercise.topic for exercise in course.counted(course.exercises)} == {"activations"}
    assert course.counted(course.apart[0].exercises) == course.apart[0].exercises
    assert course.find("kd_loss") in course.exercises


def test_an_assignment_names_exercises_and_topics(tmp_path):
    week = course_of(tmp_path, COURSE).assignments["week_1"]
    assert week.title == "Week 1"
    assert [exercise.name for exercise in week.exercises] == ["relu", "leaky_relu", "kd_loss"]


def test_a_topic_is_an_assignment_as_well(tmp_path):
    course = course_of(tmp_path, COURSE)
    assert choose_assignment("week_1", course) == course.assignments["week_1"]
    losses = choose_assignment("losses", course)
    assert (losses.title, [exercise.name for exercise in losses.exercises]) == (course.topics[1].title, ["kd_loss"])
    with pytest.raises(UnknownName, match="no assignment or topic is called 'week_2'; did you mean 'week_1'"):
        choose_assignment("week_2", course)


def test_what_an_exercise_of_an_assignment_needs_was_handed_out_before_it_or_with_it():
    assert own_course().assignments
    handed_out = set()
    for assignment in own_course().assignments.values():
        handed_out |= {exercise.name for exercise in assignment.exercises}
        for exercise in assignment.exercises:
            assert set(exercise.prerequisites) <= handed_out, f"{assignment.name}: {exercise.name}"


def test_the_files_of_an_exercise_are_the_courses_and_the_file_to_write_in_is_the_workspaces(tmp_path):
    course, elsewhere = course_of(tmp_path, COURSE), Workspace(tmp_path / "elsewhere")
    exercise = course.find("kd_loss")
    assert elsewhere.file(exercise) == tmp_path / "elsewhere/exercises/losses/kd_loss.py"
    assert course.solution(exercise) == tmp_path / "solutions/losses/kd_loss.py"
    assert course.checks(exercise) == tmp_path / "tests/losses/test_kd_loss.py"
    assert course.recording(exercise) == tmp_path / "tests/recordings/kd_loss.rec"
    assert course.note(course.topics[1]) == tmp_path / "exercises/losses/README.md"
    assert course.relative(course.checks(exercise)) == "tests/losses/test_kd_loss.py"
    assert exercise.path == "exercises/losses/kd_loss.py"


def test_suggests_the_nearest_name(tmp_path):
    course = course_of(tmp_path, COURSE)
    with pytest.raises(UnknownName) as caught:
        course.find("leaky_rely")
    assert str(caught.value) == "no exercise is called 'leaky_rely'; did you mean 'leaky_relu'?"
    with pytest.raises(LookupError, match=r"^no exercise is called 'zzz'$"):
        course.find("zzz")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('title = "Katas"', 'title = "Katas', "1: Illegal character '\\n'"),
        ('title = "Week 1"', 'title = "Week 1', "46: Illegal character '\\n'"),
        ('exercises = ["kd_loss", "activations"]\n', "exercises = [", "47: Invalid value"),
        ('title = "Katas"', 'titel = "Katas"', "1: unknown key 'titel'; did you mean 'title'?"),
        ('title = "Katas"', "", "1: key 'title' is missing"),
        ('title = "Katas"', "title = 3", "1: title must be a text that is not empty, not 3"),
        ("summary = ", "sumary = ", "6: topics 'activations': unknown key 'sumary'; did you mean 'summary'?"),
        ('"losses"', '"activations"', "31: topics 'activations': name is used twice in the course"),
        ('"losses"', '"relu"', "31: topics 'relu': name is used twice in the course"),
        (
            '"kd_loss"\n',
            '"KD-loss"\n',
            "36: topics.exercises 'KD-loss': name must be lower_snake_case, as in 'leaky_relu'",
        ),
        (
            '"kd_loss"\n',
            '"lambda"\n',
            "36: topics.exercises 'lambda': name must be lower_snake_case, as in 'leaky_relu'",
        ),
        (
            "difficulty = 2",
            'difficulty = "hard"',
            "20: topics.exercises 'leaky_relu': difficulty must be 1, 2 or 3, not 'hard'",
        ),
        ("difficulty = 2", "difficulty = 4", "20: topics.exercises 'leaky_relu': difficulty must be 1, 2 or 3, not 4"),
        ("difficulty = 1", "difficulty = true", "11: topics.exercises 'relu': difficulty must be 1, 2 or 3, not True"),
        ("points = 1.5\n", "", "17: topics.exercises 'leaky_relu': key 'points' is missing"),
        (
            "points = 1.5",
            "points = nan",
            "21: topics.exercises 'leaky_relu': points must be a number above 0 and at most 1000, not nan",
        ),
        (
            "points = 1.5",
            "points = 0",
            "21: topics.exercises 'leaky_relu': points must be a number above 0 and at most 1000, not 0",
        ),
        ('["Temperature."]', "[]", "42: topics.exercises 'kd_loss': hints must be a list that is not empty, not []"),
        (
            '["Temperature."]',
            '[" "]',
            "42: topics.exercises 'kd_loss': hints must be a list of texts that are not empty, not [' ']",
        ),
        (
            '["Temperature."]',
            '"x"',
            "42: topics.exercises 'kd_loss': hints must be a list of texts that are not empty, not 'x'",
        ),
        ("hints = [\n", "hint = [\n", "24: topics.exercises 'leaky_relu': unknown key 'hint'; did you mean 'hints'?"),
        (
            '["relu"]\nquestions = ["What',
            '["rely"]\nquestions = ["What',
            "40: topics.exercises 'kd_loss': prerequisite 'rely' is no exercise; did you mean 'relu'?",
        ),
        (
            "prerequisites = []",
            'prerequisites = ["kd_loss"]',
            "13: topics.exercises 'relu': prerequisite 'kd_loss' comes later in the course",
        ),
        ("prerequisites = []", 'prerequisites = ["relu"]', "13: topics.exercises 'relu': is its own prerequisite"),
        (
            '"activations"]',
            '"activation"]',
            "47: assignments 'week_1': no exercise or topic is called 'activation'; did you mean 'activations'?",
        ),
        (
            'name = "week_1"',
            'name = "W1"',
            "45: assignments 'W1': name must be lower_snake_case, as in 'leaky_relu'",
        ),
        ('name = "week_1"', 'name = "losses"', "45: assignments 'losses': name is that of a topic"),
        (
            "[[assignments]]",
            '[[assignments]]\nname = "week_1"\ntitle = "A"\nexercises = ["losses"]\n\n[[assignments]]',
            "50: assignments 'week_1': name is used twice",
        ),
        (
            'summary = "How wrong is it?"',
            'summary = "How?"\napart = 1',
            "34: topics 'losses': apart must be true or false, not 1",
        ),
        (
            'title = "Activations"',
            'title = "Activations"\napart = true',
            "31: topics 'losses': comes after 'activations', which is apart: those topics come last",
        ),
        ("[[assignments]]", "[[assignment]]", "1: unknown key 'assignment'; did you mean 'assignments'?"),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path, old, new, error):
    assert old in COURSE
    with pytest.raises(CourseError) as caught:
        course_of(tmp_path, COURSE.replace(old, new, 1))
    assert str(caught.value).startswith(f"exercises/course.toml:{error}")
    assert "\n" not in str(caught.value)


def test_rejects_a_file_that_is_not_utf_8(tmp_path):
    with pytest.raises(CourseError, match=r"^exercises/course.toml:1: the file must be UTF-8$"):
        course_of(tmp_path, b'title = "\xff"\n')


def test_accepts_the_line_ends_of_windows(tmp_path):
    assert course_of(tmp_path, COURSE.replace("\n", "\r\n")).find("relu").title == "ReLU"


def test_the_program_knows_its_own_course_wherever_it_is_asked(tmp_path, monkeypatch):
    course_of(tmp_path, COURSE)
    monkeypatch.chdir(tmp_path)
    course = own_course()
    assert course is own_course()
    assert course == load(root())
    assert course.find("leaky_relu").topic == "activations"
    for exercise in course.exercises:
        for path in (course.root / exercise.path, course.solution(exercise), course.checks(exercise)):
            assert path.is_file()


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path):
    path = tmp_path / "new/folder/file.txt"
    write_whole(path, "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "half of it \ud800")
    assert path.read_bytes() == b"old\n"
    assert list(path.parent.iterdir()) == [path]
    write_whole(path, "neu: ü\n")
    assert path.read_bytes() == "neu: ü\n".encode()
    assert list(path.parent.iterdir()) == [path]
