"""What a class has handed in is found, in whatever system has collected it."""

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from grader.classroom.found import find, layout
from grader.classroom.roster import Roster
from grader.classroom.submission import Handed, NotGraded
from grader.errors import UsageError
from grader.grading.texts import read_folder

RIGHT = "def {0}(x):\n    return 2 * x\n"
DOUBLE, TRIPLE = RIGHT.format("double"), RIGHT.format("triple")


@pytest.fixture
def course(mini):
    mini.add("double")
    mini.add("triple", topic="more")
    return mini.course


@pytest.fixture
def found(course, tmp_path):
    """Returns what is found of a class, by id, and that it is the same in a zip and on disk."""

    def look(files, roster=None, source="zip"):
        if source == "zip":
            path = tmp_path / "class.zip"
            with zipfile.ZipFile(path, "w") as archive:
                for name, text in files.items():
                    archive.writestr(name, text)
        else:
            path = tmp_path / "class"
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            for name, text in files.items():
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                (path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        everything = list(find(path, course, course.exercises, roster))
        assert len({each.id for each in everything}) == len(everything)
        return {each.id: each for each in everything}

    return look


@pytest.fixture(params=["zip", "disk"])
def both(found, request):
    return lambda files, roster=None: found(files, roster, request.param)


def zipped(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


def notebook(**answers):
    cells = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": []} for text in answers.values()]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def people(*rows, columns="id,name,email,github,canvas,moodle,team", tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("\n".join([columns, *rows]) + "\n", "utf-8")
    return Roster.read(path)


# ---- folders, repositories, zips --------------------------------------------------------------------------------


def test_a_submission_may_be_laid_out_in_any_way_that_kata_grade_takes(both):
    class_ = both(
        {
            "repository/exercises/basics/double.py": DOUBLE,
            "repository/exercises/more/triple.py": TRIPLE,
            "repository/solutions/basics/double.py": "not theirs",
            "topics/basics/double.py": DOUBLE,
            "topics/more/triple.py": TRIPLE,
            "flat/double.py": DOUBLE,
            "flat/triple.py": TRIPLE,
            "deep/week 1/mine/double.py": DOUBLE,
            "deep/week 1/mine/triple.py": TRIPLE,
            "book.ipynb": notebook(double=DOUBLE, triple=TRIPLE),
            "packed.zip": zipped({"work/double.py": DOUBLE, "work/triple.py": TRIPLE}),
            "half/work.zip": zipped({"double.py": DOUBLE}),
            "half/triple.ipynb": notebook(triple=TRIPLE),
        }
    )
    assert set(class_) == {"repository", "topics", "flat", "deep", "book", "packed", "half"}
    for each in class_.values():
        assert isinstance(each, Handed), each
        assert {name: text.strip() for name, text in each.texts.texts.items()} == {
            "double": DOUBLE.strip(),
            "triple": TRIPLE.strip(),
        }
        assert (each.members, each.attempt, each.late, each.notes) == ((each.id,), 1, False, ())


@pytest.mark.parametrize(
    "files",
    [
        ["exercises/basics/double.py", "exercises/more/triple.py"],
        ["exercises/basics/double.py", "triple.py"],
        ["exercises/basics/double.py", "more/triple.py"],
        ["basics/double.py", "more/triple.py"],
        ["basics/double.py", "triple.py"],
        ["double.py", "triple.py"],
    ],
)
def test_a_folder_holds_the_same_for_a_class_as_for_one(files, found, course, tmp_path):
    each = found({f"jane/{name}": name for name in files}, source="disk")["jane"]
    alone = read_folder(tmp_path / "class/jane", course)
    assert each.texts.texts == alone.texts
    assert each.texts.path == alone.path


def test_only_the_exercises_of_the_assignment_are_read(course, tmp_path):
    (tmp_path / "class/jane").mkdir(parents=True)
    for name in ("double", "triple"):
        (tmp_path / f"class/jane/{name}.py").write_text(name)
    (handed,) = find(tmp_path / "class", course, [course.find("triple")])
    assert handed.texts.texts == {"triple": "triple"}


def test_what_tools_leave_behind_is_nobody_s(both):
    noise = [
        "__MACOSX/jane/._double.py",
        "jane/.ipynb_checkpoints/double.py",
        "jane/.git/double.py",
        "jane/__pycache__/double.py",
        "jane/venv/lib/site-packages/torch/triple.py",
        "jane/._triple.py",
        ".DS_Store",
        ".github/double.py",
        "roster.csv",
    ]
    class_ = both({"jane/double.py": DOUBLE, **dict.fromkeys(noise, "noise")})
    assert {id: each.texts.texts for id, each in class_.items()} == {"jane": {"double": DOUBLE}}


def test_one_folder_may_hold_the_class_or_be_all_of_it(both):
    assert set(both({"class/jane/double.py": DOUBLE, "class/bob/double.py": DOUBLE})) == {"jane", "bob"}
    assert set(both({"class/doejane_1_2_double.py": DOUBLE})) == {"1"}
    assert set(both({"jane/exercises/basics/double.py": DOUBLE, "jane/README.md": ""})) == {"jane"}
    assert set(both({"jane/double.py": DOUBLE, "jane/triple.py": TRIPLE})) == {"jane"}
    assert set(both({"jane/answers/double.py": DOUBLE, "jane/README.md": ""})) == {"jane"}
    assert set(both({"jane/1.ipynb": notebook(double=DOUBLE), "jane/2.ipynb": notebook(triple=TRIPLE)})) == {"jane"}


def test_the_one_folder_of_somebody_in_the_roster_is_no_class(both, tmp_path):
    class_ = both({"Jane/src/double.py": DOUBLE, "Jane/docs/a.md": ""}, people("jane,,,,,,", tmp_path=tmp_path))
    assert set(class_) == {"jane"}


@pytest.mark.parametrize("name", ["double.py", "exercises/basics/double.py", "basics/double.py"])
def test_the_submission_of_one_learner_is_no_class(both, name):
    with pytest.raises(UsageError, match="what one learner has handed in, not a class: 'kata grade DIR'"):
        both({name: DOUBLE})


def test_what_is_neither_folder_nor_zip_is_refused_in_one_line(course, tmp_path):
    with pytest.raises(UsageError, match="there is no folder or zip"):
        find(tmp_path / "none", course, course.exercises)
    (tmp_path / "text.zip").write_text("text")
    with pytest.raises(UsageError, match=r"text\.zip is not a folder, and the zip cannot be read"):
        find(tmp_path / "text.zip", course, course.exercises)


def test_a_class_may_be_empty(both):
    assert both({".gitkeep": ""}) == {}


def test_the_commit_of_a_repository_is_known(found, course, tmp_path):
    found({"jane/double.py": DOUBLE}, source="disk")
    git = ["git", "-C", str(tmp_path / "class/jane"), "-c", "user.name=x", "-c", "user.email=x@x"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    (handed,) = find(tmp_path / "class", course, course.exercises)
    assert handed.texts.commit == commit


# ---- whose it is ------------------------------------------------------------------------------------------------


def test_a_repository_is_named_after_assignment_and_login(both, tmp_path):
    roster = people(
        "1,Jane,,jane-doe,,,", "2,Bob,,Bob,,,", "3,Doe,,doe,,,", "4,Ann,,ann,,,red", "5,Cy,,cy,,,red", tmp_path=tmp_path
    )
    names = ["week-1-jane-doe", "week-1-bob", "week-1-red", "week-1-eve", "notes"]
    class_ = both({f"{name}/double.py": DOUBLE for name in names}, roster)
    assert {each.original: (id, each.members) for id, each in class_.items()} == {
        "week-1-jane-doe": ("1", ("1",)),
        "week-1-bob": ("2", ("2",)),
        "week-1-red": ("week-1-red", ("4", "5")),
        "week-1-eve": ("week-1-eve", ("week-1-eve",)),
        "notes": ("notes", ("notes",)),
    }
    assert class_["week-1-eve"].notes == ("the roster does not say who week-1-eve is",)


def test_a_beginning_that_most_logins_share_hides_nobody_s(both, tmp_path):
    roster = people("1,,,mit-ada,,,", "2,,,mit-bob,,,", "3,,,kim,,,", tmp_path=tmp_path)
    class_ = both({f"week-1-{login}/double.py": DOUBLE for login in ("mit-ada", "mit-bob", "kim")}, roster)
    assert set(class_) == {"1", "2", "3"}


def test_a_login_is_not_taken_for_the_id_of_somebody_else(both, tmp_path):
    roster = people("jdoe,,,jane,,,", "msmith,,,jdoe,,,", tmp_path=tmp_path)
    class_ = both({"w-jdoe/double.py": DOUBLE, "w-jane/double.py": DOUBLE}, roster)
    assert {each.original: each.id for each in class_.values()} == {"w-jdoe": "msmith", "w-jane": "jdoe"}


def test_a_login_is_not_taken_for_the_end_of_another(both, tmp_path):
    """Of week-1-jane-doe, whom the roster does not know, nothing goes to doe, whom it knows."""
    roster = people("1,,,doe,,,", "2,,,bob,,,", "3,,,kim,,,", tmp_path=tmp_path)
    class_ = both({f"week-1-{name}/double.py": DOUBLE for name in ("jane-doe", "bob", "kim")}, roster)
    assert {each.original: each.members for each in class_.values()} == {
        "week-1-jane-doe": ("week-1-jane-doe",),
        "week-1-bob": ("2",),
        "week-1-kim": ("3",),
    }


def test_nobody_has_two_submissions(both, tmp_path):
    roster = people("1,,,jane,,,", tmp_path=tmp_path)
    class_ = both({"jane/double.py": DOUBLE, "jane.zip": zipped({"double.py": TRIPLE})}, roster)
    assert class_["1"].original == "jane"
    (other,) = (each for id, each in class_.items() if id != "1")
    assert isinstance(other, NotGraded)
    assert other.reason == "1 has handed in jane as well, which is taken: keep one"


def test_a_stranger_is_not_taken_for_a_person_whose_id_is_the_same_word(found, tmp_path):
    """Canvas's number 7 is not the roster's id 7."""
    roster = people("7,Jane,,,123,,", tmp_path=tmp_path)
    class_ = found({"doejane_123_1_double.py": DOUBLE, "leekim_7_2_double.py": TRIPLE}, roster)
    assert class_["7"].texts.texts == {"double": DOUBLE}
    (stranger,) = (each for id, each in class_.items() if id != "7")
    assert stranger.id.startswith("7-")
    assert stranger.members == (stranger.id,)


@pytest.mark.parametrize(
    "name", ["CON", "x" * 200, "José Núñez", "week 1; rm -rf", "~", "$(id)", "a'b\"c", "Jane", "jane", "💥", "=cmd|x"]
)
def test_whatever_a_submission_is_called_its_id_names_a_file(found, name):
    ((id, each),) = found({f"{name}/double.py": DOUBLE}, source="disk").items()
    assert isinstance(each, Handed)
    assert re.fullmatch(r"[\w.+@-]{1,64}", id)
    assert each.original == name


def test_ids_differ_by_more_than_case(found):
    class_ = found({f"{name}/double.py": DOUBLE for name in ("Jane", "jane", "JANE")})
    assert len({id.casefold() for id in class_}) == 3


# ---- copies and attempts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "text", "attempt", "noted"),
    [
        ({"double.py": "1", "double-1.py": "2", "double-10.py": "3", "double-2.py": "4"}, "3", 11, False),
        ({"double.py": "1", "double (1).py": "2"}, "2", 1, False),
        ({"double (2).py": "1", "double(1).py": "2"}, "1", 1, False),
        ({"double-1 (1).py": "1", "double-1.py": "2", "double (9).py": "3"}, "1", 2, False),
        ({"double-0f8fad5b-d9cb-469f-a165-70867728950e.py": "2", "double-7.py": "1"}, "2", 9, False),
        ({"a/double.py": "1", "b/double.py": "2"}, "2", 1, True),
        ({"a/double.py": "1", "b/double.py": "1"}, "1", 1, False),
        ({"double.py": "1", "old/double.py": "2"}, "1", 1, True),
        ({"exercises/basics/double.py": "1", "double.py": "2"}, "1", 1, True),
        ({"basics/double.py": "1", "mine/double-1.py": "2"}, "1", 1, True),
        ({"basics/double.py": "1", "mine/double.py": "1"}, "1", 1, False),
        ({"exercises/basics/double.py": "1", "solutions/basics/double.py": "2"}, "1", 1, False),
        ({"DOUBLE.PY": "1", "double.PY": "2"}, "2", 1, False),
        ({"double.py": DOUBLE, "book.ipynb": notebook(double=TRIPLE.replace("triple", "double"))}, DOUBLE, 1, False),
        ({"double.py": DOUBLE, "book.ipynb": notebook(double=DOUBLE.replace("2", "3"))}, DOUBLE, 1, True),
        ({"a.ipynb": notebook(double=DOUBLE.replace("2", "3")), "b.ipynb": notebook(double=DOUBLE)}, DOUBLE, 1, True),
        ({"work.zip": zipped({"double-1.py": "2"}), "double.py": "1"}, "2", 2, False),
    ],
)
def test_the_last_copy_counts(found, files, text, attempt, noted):
    each = found({f"jane/{name}": content for name, content in files.items()} | {"bob/double.py": DOUBLE})["jane"]
    assert each.texts.texts == {"double": text}
    assert each.attempt == attempt
    assert bool(each.notes) == noted
    assert all("double" in note and "graded" in note for note in each.notes)


def test_an_answer_beside_the_folder_that_counts_is_noted(both):
    class_ = both({"jane/exercises/basics/double.py": DOUBLE, "jane/triple.py": TRIPLE, "bob/double.py": DOUBLE})
    assert class_["jane"].texts.texts == {"double": DOUBLE}
    assert class_["jane"].notes == ("triple: triple.py is not graded, since there are files in exercises/TOPIC",)


def test_who_has_handed_in_nothing_that_can_be_graded_is_listed_with_the_reason(both):
    class_ = both(
        {
            "good/double.py": DOUBLE,
            "other/Double.py": DOUBLE,
            "other/notes.txt": "x",
            "text.py": "x",
            "packed.rar": "Rar!",
            "work.tar.gz": "x",
            "damaged.zip": zipped({"double.py": DOUBLE})[:-30],
            "text.zip": "no zip",
            "page.ipynb": "<html>",
            "list.ipynb": "[]",
            "void.ipynb": notebook(),
            "russian/doll.zip": zipped({"doll.zip": zipped({"double.py": DOUBLE})}),
        }
    )
    assert isinstance(class_.pop("good"), Handed)
    reasons = {each.original: each.reason for each in class_.values() if isinstance(each, NotGraded)}
    assert len(reasons) == len(class_) == 10
    nothing = "nothing is named like an exercise (double.py, triple.py); there is "
    assert reasons["other"] == nothing + "Double.py, notes.txt"
    assert reasons["text.py"] == nothing + "text.py"
    assert reasons["packed.rar"] == nothing + "packed.rar"
    assert reasons["work.tar.gz"] == nothing + "work.tar.gz"
    assert reasons["russian"] == nothing + "doll.zip"
    assert reasons["damaged.zip"].startswith("damaged.zip: the zip cannot be read")
    assert reasons["text.zip"].startswith("text.zip: the zip cannot be read")
    assert reasons["page.ipynb"].startswith("page.ipynb: the notebook is not JSON")
    assert "list.ipynb: " in reasons["list.ipynb"]
    assert "void.ipynb" in reasons["void.ipynb"]
    assert not any("\n" in reason for reason in reasons.values())


def test_what_is_broken_beside_what_is_right_costs_nothing(both):
    each = both({"jane/double.py": DOUBLE, "jane/triple.ipynb": "{", "jane/more.zip": "no zip"})["jane"]
    assert each.texts.texts == {"double": DOUBLE}
    assert len(each.notes) == 2


def test_no_folder_is_empty_without_a_reason(course, tmp_path):
    (tmp_path / "class/jane").mkdir(parents=True)
    (jane,) = find(tmp_path / "class", course, course.exercises)
    assert jane.reason.endswith("there is no file")


# ---- Canvas -----------------------------------------------------------------------------------------------------


def canvas_name(sortable_name, user, attachment, name, *, late=False, anonymous=None):
    """What Canvas calls a file in the zip of all submissions."""
    who = [] if anonymous else [re.sub(r"_(\d+)_", r"\1", sortable_name).lower()]
    beginning = "_".join([*who, *["LATE"] * late, f"anon_{anonymous}" if anonymous else str(user)])
    forbidden = re.compile(r'[\x00/\\:*?"<>|]+')
    return f"{re.sub(r'[^_a-z0-9]', _unless_letter, beginning)}_{attachment}_{forbidden.sub('_', name)}"


def _unless_letter(match):
    return match[0] if match[0].isalnum() else ""


CANVAS = {
    canvas_name("Doe, Jane", 123, 900, "double.py", late=True): "an earlier one",
    canvas_name("Doe, Jane", 123, 901, "double-1.py", late=True): DOUBLE,
    canvas_name("Núñez García, José", 124, 902, "work 1_2.zip"): zipped({"x/double.py": DOUBLE}),
    canvas_name("o'hara_2, kim", 125, 903, "week_1_2_book.ipynb"): notebook(double=DOUBLE),
    canvas_name("李, 小龙", 126, 904, "double.py"): DOUBLE,
    canvas_name("Red Team", 127, 905, "double.py"): DOUBLE,
    "typedin_128_text.html": "<p>def double",
    "linked_129_link.html": "<html>",
}


def test_canvas_names_loose_files_after_learners(both):
    class_ = both(CANVAS)
    assert {
        id: (each.original, each.late, each.attempt) for id, each in class_.items() if isinstance(each, Handed)
    } == {
        "123": ("doejane_LATE_123_901_", True, 2),
        "124": ("núñezgarcíajosé_124_902_", False, 1),
        "125": ("ohara_2kim_125_903_", False, 1),
        "126": ("李小龙_126_904_", False, 1),
        "127": ("redteam_127_905_", False, 1),
    }
    assert all(each.texts.texts["double"].strip() == DOUBLE.strip() for id, each in class_.items() if id < "128")
    assert class_["128"].reason.endswith("there is text.html")
    assert class_["129"].reason.endswith("there is link.html")


def test_canvas_hides_names_where_grading_is_anonymous(both):
    class_ = both(
        {
            canvas_name("", 1, 900, "double.py", anonymous="x1Y2z"): DOUBLE,
            canvas_name("", 2, 901, "double.py", anonymous="12345", late=True): DOUBLE,
        }
    )
    assert {id: (each.original, each.late) for id, each in class_.items()} == {
        "anon_x1Y2z": ("anon_x1Y2z_900_", False),
        "anon_12345": ("LATE_anon_12345_901_", True),
    }


def test_the_last_file_of_a_name_in_canvas_is_the_one_with_the_highest_number(both):
    class_ = both(
        {"doejane_123_99_double.py": "1", "doejane_123_1000_double.py": "2", "doejane_123_101_double.py": "3"}
    )
    assert class_["123"].texts.texts == {"double": "2"}


def test_people_are_found_by_their_number_or_name_in_canvas_and_groups_by_theirs(both, tmp_path):
    roster = people(
        "a,,,,123,,",
        'b,,,,"Núñez García, José",,',
        "c,,,,,,red team",
        "d,,,,,,Red Team",
        "e,,,,126,,blue",  # who hands in alone, though there is a team
        "f,,,,999,,blue",
        tmp_path=tmp_path,
    )
    class_ = both(CANVAS, roster)
    assert {each.original: each.members for each in class_.values() if isinstance(each, Handed)} == {
        "doejane_LATE_123_901_": ("a",),
        "núñezgarcíajosé_124_902_": ("b",),
        "ohara_2kim_125_903_": ("125",),
        "李小龙_126_904_": ("e",),
        "redteam_127_905_": ("c", "d"),
    }
    assert class_["127"].members == ("c", "d")


def test_whoever_takes_the_name_of_a_team_does_not_hand_in_for_it(both, tmp_path):
    roster = people("a,,,,1,,Red Team", "b,,,,2,,Red Team", "c,,,,3,,", tmp_path=tmp_path)
    class_ = both({"redteam_3_10_double.py": TRIPLE, "redteam_2_11_double.py": DOUBLE}, roster)
    assert {each.original: each.members for each in class_.values()} == {
        "redteam_3_10_": ("c",),
        "redteam_2_11_": ("a", "b"),
    }


# ---- Moodle -----------------------------------------------------------------------------------------------------


def moodle_folder(name, number, plugin="file", *, old=False):
    """What Moodle calls the folder of a submission."""
    prefix = name.replace("_", " ") + (f"_{number}" if number else "")
    return re.sub(r"[\x00-\x1f&<>\"`|':\\/]", "", f"{prefix}_assignsubmission_{plugin}{'_' * old}")


@pytest.mark.parametrize(("between", "old"), [("/", False), ("/", True), ("_", False)])
def test_moodle_names_folders_or_files_after_participants(both, between, old):
    def name(who, number, file, plugin="file"):
        return moodle_folder(who, number, plugin, old=old) + between + file

    class_ = both(
        {
            name("Jane Doe", 123, "double.py"): DOUBLE,
            name("Jane Doe", 123, "onlinetext.html", "onlinetext"): "<p>Hello",
            name("José O'Núñez_x", 124, "work.zip"): zipped({"double.py": DOUBLE}),
            name("Participant", 125, "double.py"): DOUBLE,
            name("Teilnehmer/in", 126, "book.ipynb"): notebook(double=DOUBLE),
            name("Group 2_1", 7, "double.py"): DOUBLE,
            name("Default group", None, "double.py"): DOUBLE,
            name("Typed In", 128, "onlinetext.html", "onlinetext"): "<p>def double",
        }
    )
    assert {id: each.original for id, each in class_.items() if isinstance(each, Handed)} == {
        "123": "Jane Doe_123_assignsubmission_file",
        "124": "José ONúñez x_124_assignsubmission_file",
        "125": "Participant_125_assignsubmission_file",
        "126": "Teilnehmerin_126_assignsubmission_file",
        "7": "Group 2 1_7_assignsubmission_file",
        "Default_group": "Default group_assignsubmission_file",
    }
    assert all(each.texts.texts["double"].strip() == DOUBLE.strip() for id, each in class_.items() if id != "128")
    assert class_["128"].reason.endswith("there is onlinetext.html")


def test_people_are_found_by_their_number_or_name_in_moodle_and_groups_by_theirs(both, tmp_path):
    roster = people(
        "a,,,,,Participant 123,",
        "b,Bob  O'Lee,,,,,",
        "c,,,,,josé núñez,",
        "d,,,,,,Group 2_1",
        "e,,,,,,Group 2_1",
        tmp_path=tmp_path,
    )
    names = [("X", 123), ("Bob O'Lee", 124), ("José Núñez", 125), ("Group 2_1", 9), ("Nobody", 126)]
    class_ = both({f"{moodle_folder(*name)}/double.py": DOUBLE for name in names}, roster)
    assert {id: each.members for id, each in class_.items()} == {
        "a": ("a",),
        "b": ("b",),
        "c": ("c",),
        "9": ("d", "e"),
        "126": ("126",),
    }


# ---- Gradescope -------------------------------------------------------------------------------------------------

TABLE = """---
submission_101:
  :submitters:
  - :name: Jane Doe
    :sid: '0123'
    :email: jane@x.edu
  :created_at: 2026-09-01 12:00:00.000000000 Z
  :score: 3.0
  :results:
    output: |
      submission_102:
        :submitters:
        - :name: a lie
    tests:
    - name: ":submitters:"
  :history:
  - :id: 99
    :submitters:
    - :name: an old one
submission_102:
  :submitters:
  - :name: "Jos\\u00e9 N\\xFA\\xF1ez"
    :sid:
    :email: jose@x.edu
  - :name: Kim Lee
    :sid: '7'
    :email: kim@x.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-09-01
submission_103:
  :submitters: []
"""


@pytest.mark.parametrize("root", ["", "assignment_9100_export/"])
def test_gradescope_says_who_has_handed_in(both, root):
    files = {f"{root}submission_{number}/double.py": DOUBLE for number in (101, 102, 103, 104)}
    class_ = both({f"{root}submission_metadata.yml": TABLE, **files})
    assert {id: each.members for id, each in class_.items()} == {
        "0123": ("0123",),
        "submission_102": ("jose@x.edu", "7"),
        "submission_103": ("submission_103",),
        "submission_104": ("submission_104",),
    }


def test_strangers_in_teams_have_no_row_of_somebody_else(found, tmp_path):
    """The names that they choose may be like an id of the roster, or like each other's."""
    people_of = "submission_{}:\n  :submitters:\n  - :name: '{}'\n  - :name: '{}'\n"
    table = people_of.format(1, "ada_", "Jane") + people_of.format(2, "Jane", "Kim")
    files = {f"submission_{number}/double.py": DOUBLE for number in (1, 2)} | {"submission_metadata.yml": table}
    class_ = found(files, people("ada,,,,,,", tmp_path=tmp_path))
    members = [id for each in class_.values() for id in each.members]
    assert len(members) == len(set(members)) == 4
    assert "ada" not in members


def test_people_are_found_by_their_number_mail_or_name_in_gradescope(both, tmp_path):
    roster = people("0123,,,,,,", "jose@x.edu,,,,,,", "c,Kim Lee,,,,,", tmp_path=tmp_path)
    files = {f"submission_{number}/double.py": DOUBLE for number in (101, 102)}
    class_ = both({"submission_metadata.yml": TABLE, **files}, roster)
    assert {id: each.members for id, each in class_.items()} == {
        "0123": ("0123",),
        "submission_102": ("jose@x.edu", "c"),
    }


@pytest.mark.parametrize("table", ["[", "- 1", "a: " + "[" * 5000, "\0", "x: *a"])
def test_a_table_that_cannot_be_read_is_one_line(both, table):
    with pytest.raises(UsageError, match=r"^submission_metadata\.yml cannot be read: [^\n]+$"):
        both({"submission_metadata.yml": table, "submission_101/double.py": DOUBLE})


@pytest.mark.parametrize(
    "table", ["submission_101: 7", "submission_101: &a [x, y]", "submission_101:\n  :submitters: [1, {}]"]
)
def test_a_table_that_says_nothing_costs_nobody_a_grade(both, table):
    class_ = both({"submission_metadata.yml": table, "submission_101/double.py": DOUBLE})
    assert all(isinstance(each, Handed) for each in class_.values())
    assert len(class_) == 1


def test_what_an_export_of_gradescope_needs_is_said(both, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(UsageError, match=r"needs PyYAML: pip install 'deep-learning-katas\[classroom\]'"):
        both({"submission_metadata.yml": TABLE, "submission_101/double.py": DOUBLE})


# ---- which layout it is -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("doejane_1_2_double.py", "canvas"),
        ("doejane_LATE_1_2_x.zip", "canvas"),
        ("doejane_1_2_double/double.py", "folders"),
        ("jane_1_double.py", "folders"),
        ("Jane Doe_1_assignsubmission_file_/double.py", "moodle"),
        ("submission_metadata.yml", "gradescope"),
        ("week-1-jane/double.py", "folders"),
    ],
)
def test_a_layout_is_recognised_by_its_names(course, tmp_path, name, expected):
    path = tmp_path / "class.zip"
    path.write_bytes(zipped({name: "", "other/x.py": ""}))
    assert layout(path, course) == expected
