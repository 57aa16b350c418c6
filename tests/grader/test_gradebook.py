"""`kata grades`: files of Canvas and Moodle, filled, and read back by the rules of their importers.

Canvas: ``lib/gradebook_importer.rb`` of instructure/canvas-lms. Moodle: ``importgradeslib.php`` and ``locallib.php`` in
``mod/assign/feedback/offline`` of moodle/moodle.
"""

import csv
import io
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.gradebook.cells import delimiter_of, replaced, rows
from grader.classroom.out import Batch, Out
from grader.classroom.table import Grade, write_grades
from grader.course import root

CANVAS = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,Week 1 (901),Week 2 (902),Assignments Current Score,Final Score\r
,,,,,,Manual Posting,,,\r
    Points Possible,,,,,,5.00,8.00,(read only),(read only)\r
"Doe, Jane",11,s1,jane@example.org,"One, and Two",likes ""tea"",,7.5,93.75,93.75\r
"Müller, Jörg",12,s2,jorg@example.org,One,,1.50,,0,0\r
"O'Neil, ""Bo""",13,s3,bo@example.org,One,,EX,,,\r
"Roe, Max",14,s4,max@example.org,One,,2,,,\r
"Poe, Nat",15,s5,nat@example.org,One,,N/A,,,\r
"Student, Test",16,,,One,,,,,\r
'''
MOODLE = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 501","Jane Doe",jane@example.org,"Submitted for grading - ",,5.00,Yes,"Monday, 2 March 2026, 9:00 AM",-,
"Participant 502","Jörg Müller",jorg@example.org,"Submitted for grading - ",1.00,5.00,Yes,-,-,"<p>two
lines, ""quoted""</p>"
"Participant 503","Bo O'Neil",bo@example.org,"No submission - ",,5.00,Yes,-,-,
"""
MOODLE_GERMAN = """\
ID;"Vollständiger Name";E-Mail-Adresse;Status;Bewertung;"Beste Bewertung";"Bewertung kann geändert werden";\
"Zuletzt geändert (Bewertung)"
Teilnehmer/in501;"Jane Doe";jane@example.org;"Zur Bewertung abgegeben";;5,00;Ja;-
Teilnehmer/in502;"Jörg Müller";jorg@example.org;"Zur Bewertung abgegeben";1,00;5,00;Ja;-
"""


def grade(id, score=None, **words):
    known = dict.fromkeys(("name", "email", "github", "canvas", "moodle"), "") | words
    return Grade(
        id, **known, submission=id, attempt=1, late=False, score=score, max_score=5.0, exercises={"double": score}
    )


JANE = grade("jane", 2.86, email="Jane@example.org")
JORG = grade("jorg", 5.0, email="jorg@example.org")
BO = grade("bo", 4.0, email="bo@example.org")
MAX = grade("max", None, email="max@example.org")


@pytest.fixture
def fill(tmp_path):
    """Writes the grades of a class and an exported file, runs the command, and returns what it did."""

    def run(text, grades, *words, encoding="utf-8", name="export.csv"):
        batch = Batch("Katas", "week_1", "Week 1", ("double",), 7, "c", "0.1", "2", "names")
        out = Out(tmp_path / "out")
        out.write(batch)
        write_grades(out.grades, grades, ["double"])
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        done = subprocess.run(
            [sys.executable, "-m", "grader.cli", "grades", out.root, "--into", file, *words],
            cwd=root(),
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in done.stderr
        path = file.with_suffix(".filled.csv")
        done.data = path.read_bytes() if path.exists() else None
        done.original = file.read_bytes()
        return done

    return run


def test_canvas_takes_over_the_grades_and_everything_else_is_as_it_was(fill):
    done = fill(CANVAS, [JANE, JORG, BO, MAX])
    assert (done.returncode, done.stderr) == (0, "")
    before = canvas(CANVAS.encode(), {901: "Week 1", 902: "Week 2"})
    after = canvas(done.data, {901: "Week 1", 902: "Week 2"})
    week_1 = {id: grades[901] for id, grades in after.items()}
    assert week_1 == {11: 2.86, 12: 5.0, 13: "EX", 14: 2.0, 15: "N/A", 16: ""}
    assert {id: grades[902] for id, grades in after.items()} == {id: grades[902] for id, grades in before.items()}
    assert done.data == CANVAS.replace('""tea"",,7.5', '""tea"",2.86,7.5').replace("One,,1.50,", "One,,5,").encode()
    assert done.original == CANVAS.encode()
    assert "2 grades into the column Week 1 (901)" in done.stdout
    assert 'excused there, left so: 1 (O\'Neil, "Bo")' in done.stdout
    assert "left without a grade: 3 (Roe, Max; Poe, Nat; Student, Test)" in done.stdout


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_marks_and_line_ends_stay(fill, bom, end):
    data = bom + CANVAS.encode().replace(b"\r\n", end)
    done = fill(data, [JORG])
    assert done.data == data.replace(b"One,,1.50,", b"One,,5,")


def test_a_canvas_file_with_semicolons_has_commas_in_its_numbers(fill):
    text = CANVAS.replace(",", ";").replace("5.00;8.00", "5,00;8,00").replace('"Doe; Jane"', '"Doe, Jane"')
    done = fill(text, [JANE])
    assert done.returncode == 0, done.stderr
    assert b";2,86;7.5;" in done.data
    assert canvas(done.data, {901: "Week 1"})[11][901] == 2.86


def test_first_and_last_names_may_stand_in_two_columns(fill):
    text = "LastName,FirstName,ID,SIS Login ID,Section,Week 1 (9)\nDoe,Jane,11,jd,A,\n"
    done = fill(text, [grade("j", 3.0, canvas="Doe, Jane")])
    assert canvas(done.data, {9: "Week 1"}) == {11: {9: 3.0}}


@pytest.mark.parametrize(
    "words",
    [
        {"id": "x", "canvas": "11"},
        {"id": "x", "canvas": "Doe, Jane"},
        {"id": "x", "canvas": "S1"},
        {"id": "x", "email": "JANE@example.org"},
        {"id": "s1", "name": "Jane", "email": "private@example.net"},
        {"id": "11"},
    ],
)
def test_a_learner_is_found_by_what_the_roster_says_or_by_the_id(fill, words):
    done = fill(CANVAS, [grade(score=3.0, **words)])
    assert canvas(done.data, {901: "Week 1"})[11][901] == 3.0


def test_a_number_of_the_roster_is_not_taken_for_the_one_of_canvas(fill):
    done = fill(CANVAS, [grade("11", 3.0, name="Somebody", email="somebody@example.org")])
    assert done.returncode == 1
    assert done.data == CANVAS.encode()
    assert "graded, but not found in the file: 1 (11)" in done.stdout


def test_the_number_of_canvas_comes_before_numbers_of_others(fill):
    table = CANVAS.replace("s2", "11")  # Jörg's number elsewhere is Jane's in Canvas
    done = fill(table, [grade("x", 3.0, canvas="11"), grade("y", 2.0, canvas="12")])
    grades = canvas(done.data, {901: "Week 1"})
    assert (grades[11][901], grades[12][901]) == (3.0, 2.0)
    done = fill(table.replace(",11,s1,", ",10,s1,"), [grade("x", 3.0, canvas="11")])
    assert done.data == table.replace(",11,s1,", ",10,s1,").encode()  # who has left is nobody else
    done = fill(table, [grade("11", 3.0)])  # no roster says what number this is
    assert done.returncode == 2
    assert "11 may be 'Müller, Jörg' and 'Doe, Jane'" in done.stderr


@pytest.mark.parametrize("table", [CANVAS, MOODLE])
@pytest.mark.parametrize("name", ["ada@example.org", "ada"])
def test_a_name_is_no_address_and_no_id(fill, table, name):
    """Learners choose their names."""
    done = fill(
        table.replace("Doe, Jane", name).replace("Jane Doe", name), [grade("ada", 3.0, email="ada@example.org")]
    )
    assert done.returncode == 1
    assert "graded, but not found in the file: 1 (ada)" in done.stdout


def test_two_learners_for_a_row_and_two_rows_for_a_learner_are_refused(fill):
    done = fill(CANVAS, [JANE, grade("jane_2", 1.0, canvas="11")])
    assert done.returncode == 2
    assert "jane and jane_2 would both be the row of 'Doe, Jane'" in done.stderr
    twice = CANVAS.replace("jorg@", "jane@")
    done = fill(twice, [JANE])
    assert done.returncode == 2
    assert "jane may be 'Doe, Jane' and 'Müller, Jörg'" in done.stderr
    assert done.data is None


def test_the_column_is_named_and_the_nearest_is_suggested(fill):
    done = fill(CANVAS.replace("Week 1 (901)", "Week 01 (901)"), [JANE])
    assert done.returncode == 2
    assert "has no column called 'Week 1'; did you mean 'Week 01'?" in done.stderr
    done = fill(CANVAS.replace("Week 1 (901)", "Week 01 (901)"), [JANE], "--column", "week 01")
    assert done.returncode == 0, done.stderr
    assert canvas(done.data, {901: "Week 01"})[11][901] == 2.86
    done = fill(CANVAS.replace("Week 2 (902)", "Week 1 (902)"), [JANE], "--out", "unused.csv")
    assert done.returncode == 2
    assert "--column: 'Week 1 (901)', 'Week 1 (902)'" in done.stderr
    done = fill(CANVAS.replace("Week ", "Essay "), [JANE])
    assert "has no column called 'Week 1': say which with --column: 'Notes', 'Essay 1 (901)'" in done.stderr
    done = fill("Student,ID,SIS Login ID,Section\nA,1,a,B\n", [JANE])
    assert "has no column of an assignment" in done.stderr


def test_other_points_are_said_and_nothing_is_scaled(fill):
    done = fill(CANVAS.replace("5.00,8.00", "100.00,8.00"), [JANE])
    assert done.returncode == 0
    assert "counts 100 points, the assignment 5: grades are written as they are" in done.stderr
    assert b",2.86,7.5," in done.data


def test_moodle_takes_over_the_grades_and_everything_else_is_as_it_was(fill):
    done = fill(MOODLE, [JANE, JORG, grade("bo", None, email="bo@example.org")])
    assert (done.returncode, done.stderr) == (0, "")
    assert moodle(done.data, ENGLISH, 5) == {501: 2.86, 502: 5.0}
    expected = MOODLE.replace(' - ",,5.00,Yes,"Monday', ' - ",2.86,5.00,Yes,"Monday').replace(",1.00,", ",5,")
    assert done.data == expected.encode()


def test_a_worksheet_in_another_language_is_filled_by_its_numbers(fill):
    done = fill(MOODLE_GERMAN, [JANE, JORG])
    assert done.returncode == 0, done.stderr
    assert moodle(done.data, GERMAN, 5, ";") == {501: 2.86, 502: 5.0}
    assert b";2,86;5,00;" in done.data


def test_a_comma_in_a_number_is_quoted_where_commas_separate(fill):
    text = MOODLE_GERMAN.replace("5,00", '"5.00"').replace("1,00", '"1.00"').replace(";", ",").replace(".00", ",00")
    done = fill(text, [JANE, JORG])
    assert moodle(done.data, GERMAN, 5) == {501: 2.86, 502: 5.0}
    assert b'"2,86","5,00"' in done.data


@pytest.mark.parametrize("words", [{"moodle": "Participant 501"}, {"moodle": "501"}, {"moodle": "Jane Doe"}])
def test_moodle_knows_a_learner_by_number_or_name(fill, words):
    assert moodle(fill(MOODLE, [grade("x", 3.0, **words)]).data, ENGLISH, 5)[501] == 3.0
    assert moodle(fill(MOODLE, [grade("501", 3.0)]).data, ENGLISH, 5)[501] == 3.0


def test_two_columns_that_may_hold_the_grades_are_told_apart_by_name(fill):
    text = MOODLE.replace("Status,Grade", "Status,Room,Seats,Grade").replace(' - "', ' - ",7,30')
    done = fill(text, [JANE])
    assert "may be 'Room', 'Grade': say which with --column" in done.stderr
    done = fill(text, [JANE], "--column", "Grade")
    assert moodle(done.data, ENGLISH, 5)[501] == 2.86


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "neither a gradebook"),
        ("a,b\n1,2\n", "neither a gradebook"),
        (MOODLE.splitlines()[0] + "\n", "neither a gradebook"),
        (CANVAS.encode("utf-16"), "not plain CSV"),
        (CANVAS + '"Cut, Off",17,s7\r\n', "the row of 'Cut, Off' has too few"),
        (MOODLE.replace("5.00", '"Poor,Good"'), "a scale of words"),
    ],
)
def test_what_cannot_be_filled_is_refused_in_one_line(fill, text, reason):
    done = fill(text, [JANE])
    assert done.returncode == 2
    assert done.data is None
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_original_is_overwritten_where_asked_for_and_only_there(fill, tmp_path):
    done = fill(CANVAS, [JANE], "--out", tmp_path / "export.csv")
    assert done.data is None
    assert canvas(done.original, {901: "Week 1"})[11][901] == 2.86


def test_a_folder_that_is_no_batch_or_a_file_that_is_not_there_is_one_line(fill, tmp_path):
    words = [sys.executable, "-m", "grader.cli", "grades", tmp_path, "--into", tmp_path / "none.csv"]
    done = subprocess.run(words, cwd=root(), capture_output=True, text=True)
    assert done.returncode == 2
    assert "is not a folder that 'kata batch' has written" in done.stderr
    (tmp_path / "out").mkdir()
    done = fill(CANVAS, [JANE])
    (tmp_path / "export.csv").unlink()
    words[4] = tmp_path / "out"
    done = subprocess.run([*words[:6], tmp_path / "export.csv"], cwd=root(), capture_output=True, text=True)
    assert done.returncode == 2
    assert "export.csv: No such file" in done.stderr


def test_names_from_the_file_do_not_steer_the_terminal(fill):
    done = fill(CANVAS.replace("Student, Test", "\x1b[31mRed, Test"), [JANE])
    assert "\x1b" not in done.stdout


# ---- the importers -------------------------------------------------------------------------------------------

TOTALS = re.compile(
    "|".join(f"{a} {b}" for a in ("Current", "Final", "Override") for b in ("Score", "Points", "Grade"))
)


def canvas(data, assignments):
    """Return {student's id: {assignment's id: grade}} for the assignments {id: title} that are there."""
    text = data.decode("utf-8-sig")
    lines = text.splitlines()[:3]
    counts = {}
    for separator in ";,":
        fields = {len(next(csv.reader([line], delimiter=separator))) for line in lines}
        counts[separator] = fields.pop() if len(fields) == 1 else 0
    separator = ";" if counts[";"] > counts[","] else ","
    rows = [
        row
        for row in csv.reader(text.splitlines(keepends=True), delimiter=separator)
        if re.search("[^;, ]", "".join(row))
    ]
    header = rows[0]
    both = header[:2] == ["LastName", "FirstName"]
    names = 2 if both else 1
    assert both or (len(header) > 3 and "Student" in header[0] and "ID" in header[1]), "Invalid header row"
    width = names + 2
    if re.search(r"SIS\s+Login\s+ID", header[width - 1]):
        width += 1
    elif re.search(r"SIS\s+User\s+ID", header[width - 1]) and re.search(r"SIS\s+Login\s+ID", header[width]):
        integration = "Integration ID" in header[width + 1]
        width += 2 + integration + ("Root Account" in header[width + 1 + integration])
    assert "Section" in header[width - 1], "Invalid header row"
    columns = {}
    for index, name in enumerate(header[width:], width):
        if not TOTALS.search(name):
            match = re.fullmatch(r"(.*) \((\d+)\)", name)
            found = match and int(match[2]) in assignments and int(match[2])
            found = found or next((id for id, title in assignments.items() if title == name), f"new: {name}")
            columns[found] = index
    grades = {}
    for row in rows[1:]:
        if "Points Possible" in row[0] or all(
            re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.I) for cell in row
        ):
            continue
        grades[int(row[names])] = {id: _canvas_number(row[index].strip()) for id, index in columns.items()}
    return grades


def _canvas_number(cell):
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *whole, last = re.split("[,.]", cell)
    return float("".join(whole) + "." + last if whole else last)


ENGLISH = "Grade", "Identifier", "Last modified (grade)", "Participant ", "."
GERMAN = "Bewertung", "ID", "Zuletzt geändert (Bewertung)", "Teilnehmer/in", ","


def moodle(data, language, most, delimiter=","):
    """Return {participant's number: grade} of those that are taken over."""
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True), delimiter=delimiter))
    header = rows[0]
    *headings, user, point = language
    grade, id, _ = map(header.index, headings)
    grades = {}
    for row in rows[1:]:
        assert len(row) == len(header)
        text = row[grade].replace(" ", "").replace(point, ".")
        if text and 0 <= float(text) <= most:
            grades[int(row[id][len(user) :])] = float(text)
    return grades


# ---- cells ------------------------------------------------------------------------------------------------

CELL = st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=4), st.sampled_from(",;\t"), st.booleans())
def test_cells_are_those_that_python_reads_and_changing_one_changes_no_other(table, delimiter, always):
    file = io.StringIO()
    quoting = csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=delimiter, quoting=quoting).writerows(table)
    data = file.getvalue().encode()
    read = rows(data, delimiter)
    assert [[cell.text for cell in row] for row in read] == [[cell.strip() for cell in row] for row in table]
    for row in range(len(read)):
        changed = rows(replaced(data, {read[row][0]: "1,5"}, delimiter), delimiter)
        assert changed[row][0].text == "1,5"
        assert [[cell.text for cell in line[line is changed[row] :]] for line in changed] == [
            [cell.text for cell in line[line is read[row] :]] for line in read
        ]


@given(st.binary(max_size=40))
def test_any_bytes_have_cells_that_cover_what_they_are_made_of(data):
    delimiter = delimiter_of(data)
    cells = [cell for row in rows(data, delimiter) for cell in row]
    assert cells
    assert all(first.end <= second.start for first, second in pairwise(cells))
    assert replaced(data, {}, delimiter) == data
