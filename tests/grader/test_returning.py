"""Feedback goes back as Canvas and Moodle take it."""

import re
import zipfile

import pytest

from grader.classroom.found import find, layout
from grader.classroom.returning import write_return
from grader.classroom.roster import Roster
from grader.classroom.submission import Handed

RIGHT = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def give_back(mini, tmp_path):
    """Returns what the zip holds, and whom it does not reach."""
    mini.add("double")

    def give(*names, roster=None):
        source, target = tmp_path / "class.zip", tmp_path / "out" / "return.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for name in names:
                archive.writestr(name, RIGHT)
        course = mini.course
        found = find(source, course, course.exercises, roster)
        handed = ((each, f"feedback for {each.id}") for each in found if isinstance(each, Handed))
        unreached = write_return(target, layout(source, course), handed, roster)
        if unreached is None:
            assert not target.exists()
            return None, None
        assert [path.name for path in target.parent.iterdir()] == ["return.zip"]
        with zipfile.ZipFile(target) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name).decode() for name in archive.namelist()}, unreached

    return give


def canvas_takes(name):
    """Return the learner and the file that Canvas finds in the name of a file, or None: as its importer does."""
    words = [word for word in name.split("_") if word != "LATE"]
    if words[0] == "anon":
        return words[1], words[2]
    numbers = [word for word in words if re.fullmatch(r"\d+", word)]
    return tuple(numbers[:2]) if len(numbers) > 1 and not words[-1].startswith("link") else None


def moodle_takes(path, participants):
    """Return the participant and the file that Moodle finds in a path, or None: as its importer does."""
    parts = path.split("/")
    if parts[-1].startswith((".", "~")):
        return None
    while parts:
        words = parts.pop(0).split("_", 4)
        if (
            len(words) >= 4
            and words[1].isdecimal()
            and int(words[1]) in participants
            and words[2:4]
            == [
                "assignsubmission",
                "file",
            ]
        ):
            return int(words[1]), "/".join([*words[4:], *parts]).lstrip("/")
    return None


def test_canvas_knows_whose_feedback_it_is(give_back):
    names = [
        "doejane_LATE_123_900_double.py",
        "doejane_LATE_123_901_double-1.py",
        "ohara_2kim_124_902_double.py",
        "anon_x1Y2z_903_double.py",
        "LATE_anon_12345_904_double.py",
    ]
    zipped, unreached = give_back(*names)
    assert {canvas_takes(name): text for name, text in zipped.items()} == {
        ("123", "901"): "feedback for 123",
        ("124", "902"): "feedback for 124",
        ("x1Y2z", "903"): "feedback for anon_x1Y2z",
        ("12345", "904"): "feedback for anon_12345",
    }
    assert unreached == []


@pytest.mark.parametrize("form", ["{}/double.py", "{}_/double.py", "{}_double.py"])
def test_moodle_knows_whose_feedback_it_is(give_back, form):
    folders = ["Jane Doe_123", "José Núñez_124", "Participant_125", "Default group"]
    zipped, unreached = give_back(*(form.format(f"{folder}_assignsubmission_file") for folder in folders))
    assert {moodle_takes(name, {123, 124, 125}): text for name, text in zipped.items()} == {
        (number, "feedback.md"): f"feedback for {number}" for number in (123, 124, 125)
    }
    assert unreached == ["Default_group"]


def test_a_group_s_feedback_goes_to_its_members_and_to_nobody_else(give_back, tmp_path):
    """The number of a group in Moodle may be that of a participant who is not in it."""
    path = tmp_path / "roster.csv"
    path.write_text(
        "id,moodle,team\na,Participant 11,Red\nb,Participant 12,Red\nc,Participant 13,Blue\nd,D Doe,Blue\ne,,One\n"
    )
    names = [
        "Red_7_assignsubmission_file/double.py",
        "Blue_8_assignsubmission_file/double.py",
        "One_11_assignsubmission_file/double.py",
    ]
    zipped, unreached = give_back(*names, roster=Roster.read(path))
    assert {moodle_takes(name, {7, 8, 11, 12, 13}): text for name, text in zipped.items()} == {
        (11, "feedback.md"): "feedback for 7",
        (12, "feedback.md"): "feedback for 7",
        (13, "feedback.md"): "feedback for 8",
    }
    assert unreached == ["8", "e"]


def test_there_is_no_zip_for_a_system_that_takes_none(give_back):
    assert give_back("jane/double.py", "bob/double.py") == (None, None)


def test_what_is_written_before_stays_if_something_fails(give_back, tmp_path):
    give_back("doejane_123_900_double.py")
    before = (tmp_path / "out/return.zip").read_bytes()

    def fails():
        yield Handed("1", None, ("1",), original="doejane_123_900_"), "text"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_return(tmp_path / "out/return.zip", "canvas", fails())
    assert (tmp_path / "out/return.zip").read_bytes() == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["return.zip"]


def test_the_same_feedback_makes_the_same_zip(give_back, tmp_path):
    give_back("doejane_123_900_double.py")
    before = (tmp_path / "out/return.zip").read_bytes()
    give_back("doejane_123_900_double.py")
    assert (tmp_path / "out/return.zip").read_bytes() == before
