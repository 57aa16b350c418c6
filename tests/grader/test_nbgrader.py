"""A real nbgrader course: what is handed out, what comes back in every shape, and what stands in its gradebook then."""

import copy
import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from grader.classroom.leaks import refuse_leaks
from grader.classroom.nbgrader_course import NbgraderCourse
from grader.classroom.nbgrader_grading import KATA
from grader.classroom.out import Out
from grader.course import Assignment, own_course, root
from grader.report import load

pytest.importorskip("nbgrader", reason="nbgrader is not installed")

# nbgrader finds some programs, alembic among them, by the path alone, as in an environment that was entered
PROGRAMS = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
# all of it is about one course, which takes a minute to make: one process makes it
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("nbgrader")]

COURSE = own_course()
NAMES = ("leaky_relu", "adamw_step", "scaled_dot_product_attention")
WEEK = Assignment("week_0", "Three exercises", tuple(COURSE.find(name) for name in NAMES))
ALL = Assignment("everything", "All exercises", COURSE.exercises)
POINTS = [exercise.points for exercise in WEEK.exercises]
SOLUTIONS = {exercise.name: COURSE.solution(exercise).read_text() for exercise in ALL.exercises}
ESCAPES = "\x1b]0;title\x07\x1b[31m<script>alert(1)</script>"


# ---- what learners do to a notebook -----------------------------------------------------------------------------


class Notebook:
    """A notebook that was handed out, to be changed."""

    def __init__(self, text):
        self.data = json.loads(text)
        for cell in self.cells:
            cell["source"] = "".join(cell["source"])

    @property
    def cells(self):
        return self.data["cells"]

    def cell(self, name):
        return next(cell for cell in self.cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)

    def marks(self, name):
        return self.cell(name)["metadata"]["nbgrader"]

    def write(self, name, text):
        self.cell(name)["source"] = text

    def solve(self, *names, after=""):
        for name in names:
            self.write(name, SOLUTIONS[name] + after)
        return self

    def remove(self, *names):
        self.data["cells"] = [
            cell for cell in self.cells if cell["metadata"].get("nbgrader", {}).get("grade_id") not in names
        ]

    def insert(self, place, source, kind="code", **more):
        code = {"outputs": [], "execution_count": None} if kind == "code" else {}
        self.cells.insert(place, {"cell_type": kind, "metadata": {}, "source": source, **code, **more})

    def strip(self, *, ids=True):
        """Lose the metadata, as other editors do, and the ids, as older ones do."""
        for number, cell in enumerate(self.cells):
            cell["metadata"] = {}
            if ids:
                cell["id"] = f"new-{number}"
        self.data["metadata"] = {}


FULL, NONE, PART = "full", "none", "part"
TRICKS = {}  # by student: what is done to a solved notebook, and what each exercise must be worth then


def trick(*expected):
    def register(function):
        TRICKS[function.__name__.removeprefix("_")] = (function, expected)
        return function

    return register


def solved_but_for_adamw(code, *expected, name):
    """Register a notebook whose first and last exercise are right, with hostile code in the second."""
    TRICKS[name] = (lambda notebook: notebook.write("adamw_step", code), expected or (FULL, NONE, FULL))


@trick(FULL, FULL, FULL)
def _right(notebook):
    notebook.write("leaky_relu-answer-1", "It lets a little of the negative side through.")


@trick(NONE, NONE, NONE)
def _untouched(notebook):
    for name in NAMES:
        notebook.write(name, notebook.handed_out[name])


@trick(PART, NONE, FULL)
def _partly_right(notebook):
    body = "    return np.where(x > 0, x, negative_slope * x).astype(np.float64)"
    notebook.write("leaky_relu", re.sub(r"    ### BEGIN.*### END SOLUTION", body, SOLUTIONS["leaky_relu"], flags=re.S))
    notebook.write("adamw_step", notebook.handed_out["adamw_step"])


@trick(NONE, FULL, FULL)
def _known_mistake(notebook):
    notebook.write(
        "leaky_relu",
        "import numpy as np\ndef leaky_relu(x, negative_slope=0.01):\n    return np.where(x < 0, 0.01, x)\n",
    )


@trick(FULL, FULL, FULL)
def _metadata_lost(notebook):
    _right(notebook)
    notebook.strip()


@trick(FULL, FULL, FULL)
def _metadata_lost_but_for_ids(notebook):
    _right(notebook)
    notebook.strip(ids=False)


@trick(FULL, FULL, FULL)
def _no_marks_and_pasted_from_files(notebook):
    notebook.strip()  # and no first lines, since the solutions were written over them


@trick(FULL, NONE, FULL)
def _cells_of_an_exercise_deleted(notebook):
    notebook.remove("adamw_step", "adamw_step-about", "adamw_step-checks", "adamw_step-question-1")


@trick(FULL, FULL, FULL)
def _all_checks_deleted(notebook):
    notebook.remove(*(f"{name}-checks" for name in NAMES))


@trick(FULL, FULL, FULL)
def _all_but_the_answers_deleted(notebook):
    notebook.data["cells"] = [notebook.cell(name) for name in NAMES]


@trick(FULL, FULL, NONE)
def _checks_flagged_as_solution(notebook):
    notebook.marks("leaky_relu-checks").update(solution=True, locked=False)
    notebook.write("scaled_dot_product_attention", notebook.handed_out["scaled_dot_product_attention"])
    notebook.marks("scaled_dot_product_attention-checks").update(solution=True, grade=True)
    notebook.cell("scaled_dot_product_attention-checks")["source"] = "2.0"


@trick(FULL, FULL, FULL)
def _checks_turned_to_markdown(notebook):
    cell = notebook.cell("leaky_relu-checks")
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


@trick(FULL, FULL, FULL)
def _answer_turned_to_markdown(notebook):
    cell = notebook.cell("leaky_relu")
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


@trick(NONE, NONE, FULL)
def _names_swapped(notebook):
    first, second = notebook.marks("leaky_relu"), notebook.marks("adamw_step")
    first["grade_id"], second["grade_id"] = second["grade_id"], first["grade_id"]


@trick(NONE, NONE, NONE)
def _checks_doubled_with_forged_outputs(notebook):
    _untouched(notebook)
    forged = [{"output_type": "execute_result", "data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}]
    for name in NAMES:
        copied = copy.deepcopy(notebook.cell(f"{name}-checks"))
        copied["outputs"] = notebook.cell(f"{name}-checks")["outputs"] = forged
        notebook.cells.append(copied)


@trick(NONE, FULL, FULL)
def _more_points(notebook):
    notebook.write("leaky_relu", "leaky_relu = None")
    for name in NAMES:
        notebook.marks(f"{name}-checks")["points"] = 100


@trick(FULL, FULL, FULL)
def _odd_points(notebook):
    notebook.marks("leaky_relu-checks")["points"] = float("nan")
    notebook.marks("adamw_step-checks")["points"] = -1
    notebook.marks("scaled_dot_product_attention-checks")["points"] = "many"


@trick(FULL, FULL, FULL)
def _odd_marks(notebook):
    notebook.marks("leaky_relu-checks")["grade_id"] = ["leaky_relu-checks"]
    notebook.marks("adamw_step-checks")["schema_version"] = 99
    notebook.marks("adamw_step")["locked"] = True
    notebook.cell("week_0-about")["metadata"]["nbgrader"] = {"grade_id": "week_0-about", "grade": "yes"}


@trick(FULL, FULL, FULL)
def _forged_bonus(notebook):
    marks = {**notebook.marks("leaky_relu-checks"), "grade_id": "bonus-checks", "points": 50}
    notebook.insert(0, "50.0", metadata={"nbgrader": marks})


@trick(FULL, FULL, FULL)
def _evil_kernel(notebook):
    notebook.data["metadata"] = {
        "kernelspec": {"name": "../../evil", "language": "bash", "display_name": "x"},
        "language_info": ["none"],
        "widgets": {"application/vnd.jupyter.widget-state+json": 1},
    }


@trick(FULL, FULL, FULL)
def _version_3(notebook):
    notebook.strip()
    old = [
        {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [], "input": cell["source"]}
        for cell in notebook.cells
        if cell["cell_type"] == "code"
    ]
    notebook.data = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": old}]}


@trick(FULL, NONE, FULL)
def _lone_surrogate(notebook):
    notebook.write("adamw_step", "x = '\ud800'\n")
    notebook.write("leaky_relu-answer-1", "\udfff")


@trick(FULL, FULL, FULL)
def _split_in_two(notebook):
    place = notebook.cells.index(notebook.cell("leaky_relu"))
    below = copy.deepcopy(notebook.cell("leaky_relu"))
    below["source"] = "leaky_relu(np.zeros(3))"
    notebook.cells.insert(place + 1, below)


@trick(FULL, FULL, FULL)
def _moved_to_a_cell_of_its_own(notebook):
    notebook.write("leaky_relu", "")
    notebook.insert(0, SOLUTIONS["leaky_relu"])


@trick(FULL, FULL, FULL)
def _cells_reversed(notebook):
    notebook.cells.reverse()


@trick(FULL, NONE, FULL)
def _helper_in_another_cell(notebook):
    notebook.insert(0, "def helper(x): return x")
    notebook.write("adamw_step", "def adamw_step(*args, **more):\n    return helper(args)\n")


@trick(FULL, NONE, FULL)
def _magic(notebook):
    notebook.write("adamw_step", "%time\n!cat /etc/passwd\n" + SOLUTIONS["adamw_step"])


@trick(FULL, FULL, FULL)
def _large_outputs_and_odd_pictures(notebook):
    notebook.cell("leaky_relu")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 2_000_000}]
    notebook.cell("leaky_relu-answer-1")["attachments"] = {"a.png": {"image/png": {"data": 1}}}


@trick(FULL, FULL, FULL)
def _same_id_everywhere(notebook):
    for cell in notebook.cells:
        cell["id"] = "adamw_step"


@trick(FULL, FULL, FULL)
def _hidden_tests_of_the_learners_own(notebook):
    notebook.cells[3]["source"] += "\n### END HIDDEN TESTS\n1.0"


solved_but_for_adamw("import os\nos._exit(0)", name="os_exit")
solved_but_for_adamw("while True:\n    pass", name="never_ends")
solved_but_for_adamw("import os\nwhile True:\n    os.fork()", name="fork_bomb")
solved_but_for_adamw("print('2.0')\nadamw_step = lambda *a, **k: 2.0", name="forged_print")
solved_but_for_adamw(f"print({ESCAPES!r})\nraise ValueError({ESCAPES!r})", name="escapes")
solved_but_for_adamw(
    "import doctest, os, sys, traceback\nos.environ.clear()\ndoctest.DocTestRunner.run = lambda *a, **k: None\n"
    "sys.excepthook = lambda *a: None\nget_ipython().showtraceback = lambda *a, **k: None\n"
    "get_ipython().run_cell = lambda *a, **k: None\n",
    name="kernel_patched",
)
solved_but_for_adamw(
    f"exec(open({str(COURSE.solution(COURSE.find('adamw_step')))!r}).read())", name="reads_the_solution_from_disk"
)
solved_but_for_adamw("import numpy.py_is_mine", name="other_files_beside_it")


# ---- the course, graded once --------------------------------------------------------------------------------------


class Class:
    """The folder of a real nbgrader course."""

    def __init__(self, folder):
        self.root = folder
        self.database = folder / "gradebook.db"

    def nbgrader(self, *words, status=0):
        """Run a command of nbgrader's in the course, as an instructor does, and return what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words],
            cwd=self.root,
            env={**PROGRAMS, "PYTHONPATH": str(root()), "PYTHONWARNINGS": "ignore"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        said = done.stdout + done.stderr
        assert done.returncode == status, said
        return said

    def handed_out(self, assignment):
        return (self.root / "release" / assignment.name / f"{assignment.name}.ipynb").read_text()

    def hand_in(self, student, assignment, text):
        folder = self.root / "submitted" / student / assignment.name
        folder.mkdir(parents=True)
        (folder / f"{assignment.name}.ipynb").write_bytes(text.encode("utf-8", "surrogatepass"))
        return folder

    def grades(self, student, assignment):
        """Return the grades in the gradebook, by cell: (auto score, manual score, needs a person)."""
        query = """
            select base_cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade
            from grade join base_cell on base_cell.id = grade.cell_id
            join submitted_notebook on submitted_notebook.id = grade.notebook_id
            join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
            join assignment on assignment.id = submitted_assignment.assignment_id
            where submitted_assignment.student_id = ? and assignment.name = ?
        """
        with closing(sqlite3.connect(self.database)) as database:
            return {name: tuple(rest) for name, *rest in database.execute(query, (student, assignment.name))}

    def scores(self, student, assignment=WEEK):
        grades = self.grades(student, assignment)
        return [grades[f"{exercise.name}-checks"][0] for exercise in assignment.exercises]

    def report(self, student, assignment=WEEK):
        return load(Out(self.root / KATA / assignment.name).report(student))

    def told(self, folder):
        """Return the texts of all files in a folder of the course, by their paths."""
        return {str(path): path.read_bytes() for path in sorted((self.root / folder).rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course with two assignments, handed out, back with all that can become of a notebook, and graded."""
    taught = Class(tmp_path_factory.mktemp("course"))
    place = NbgraderCourse(taught.root)
    for assignment, seed, question_points in ((WEEK, None, 1), (ALL, 0, 0)):
        place.prepare(COURSE, assignment, place.settle(COURSE, assignment, seed, "names"), "names", lambda _: None)
        assert place.write_source(COURSE, assignment, question_points, force=False)
    assert place.write_config()
    for assignment in (WEEK, ALL):
        taught.nbgrader("generate_assignment", assignment.name)
    for student, (change, _) in TRICKS.items():
        notebook = Notebook(taught.handed_out(WEEK))
        notebook.handed_out = {name: notebook.cell(name)["source"] for name in NAMES}
        notebook.solve(*NAMES)
        change(notebook)
        folder = taught.hand_in(student, WEEK, json.dumps(notebook.data))
        if student == "other_files_beside_it":
            for name in ("numpy.py", "doctest.py", "nbgrader_config.py", "sitecustomize.py"):
                (folder / name).write_text("raise SystemExit('this must never run')")
            shutil.copy(folder / "week_0.ipynb", folder / "another.ipynb")
    taught.hand_in("not_json", WEEK, "this is no notebook")
    renamed = taught.hand_in("renamed", WEEK, "{}")
    (renamed / "week_0.ipynb").rename(renamed / "mine.ipynb")
    everything = Notebook(taught.handed_out(ALL))
    taught.hand_in("nobody", ALL, json.dumps(everything.data))
    taught.hand_in("everybody", ALL, json.dumps(everything.solve(*SOLUTIONS).data))
    taught.said = taught.nbgrader("autograde", "week_0", status=1)  # one is no notebook
    taught.nbgrader("autograde", "everything")
    return taught


@pytest.mark.parametrize("student", TRICKS)
def test_the_gradebook_has_what_the_code_is_worth(made, student):
    for score, points, expected in zip(made.scores(student), POINTS, TRICKS[student][1], strict=True):
        if expected is PART:
            assert 0 < score < points
        else:
            assert score == (points if expected is FULL else 0.0)
    assert made.scores(student) == [result.score for result in made.report(student).exercises]


def test_a_class_of_thirty_and_more(made):
    assert len(TRICKS) >= 35


@pytest.mark.parametrize("student", ["not_json", "renamed"])
def test_what_is_no_notebook_is_named_and_keeps_nobody_from_being_graded(made, student):
    assert f"There was an error processing assignment 'week_0' for student '{student}'" in made.said
    assert not Out(made.root / KATA / "week_0").report(student).exists()


def test_a_written_answer_is_kept_and_waits_for_a_person(made):
    for student in ("right", "metadata_lost", "metadata_lost_but_for_ids"):
        assert made.grades(student, WEEK)["leaky_relu-answer-1"] == (None, None, 1)
        graded = Notebook((made.root / "autograded" / student / "week_0/week_0.ipynb").read_text())
        assert graded.cell("leaky_relu-answer-1")["source"] == "It lets a little of the negative side through."
    assert made.grades("untouched", WEEK)["leaky_relu-answer-1"] == (0, None, 0)


def test_restored_notebooks_have_the_cells_that_were_handed_out(made):
    handed_out = [cell["id"] for cell in Notebook(made.handed_out(WEEK)).cells]
    for student in TRICKS:
        cells = Notebook((made.root / "autograded" / student / "week_0/week_0.ipynb").read_text()).cells
        marked = [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells if "nbgrader" in cell["metadata"]]
        assert marked == handed_out


def test_the_learners_own_cells_stay_where_they_were(made):
    cells = Notebook((made.root / "autograded/helper_in_another_cell/week_0/week_0.ipynb").read_text()).cells
    assert cells[0]["source"] == "def helper(x): return x"


def test_all_64_are_untouched_when_handed_out_and_full_when_solved(made):
    assert len(ALL.exercises) == 64
    assert {result.status for result in made.report("nobody", ALL).exercises} == {"not_attempted"}
    assert made.scores("nobody", ALL) == [0.0] * 64
    assert {result.status for result in made.report("everybody", ALL).exercises} == {"passed"}
    assert made.scores("everybody", ALL) == [exercise.points for exercise in ALL.exercises]


# ---- what learners are told -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def feedback(made):
    """The pages that nbgrader makes, by student, as text."""
    made.nbgrader("generate_feedback", "week_0", status=0)
    return {path.parts[-3]: path.read_text() for path in made.root.glob("feedback/*/week_0/week_0.html")}


def test_the_page_says_the_points_the_cause_and_the_titles(feedback):
    assert "leaky_relu: 0 of 1 points" in feedback["known_mistake"]
    assert "returns the constant 0.01 for negative inputs" in " ".join(feedback["known_mistake"].split())
    assert "leaky_relu: 1 of 1 points, all" in feedback["right"]
    assert "not attempted yet" in feedback["untouched"]
    assert "SyntaxError" in feedback["magic"]
    assert not any("HIDDEN TESTS" in page for page in feedback.values())


def test_no_page_says_a_value_or_the_seed(made, feedback):
    values = set()
    for student, page in feedback.items():
        assert str(made.report(student).run.seed) not in page
        for check in (check for result in made.report(student).exercises for check in result.checks):
            values |= {line.strip() for line in (check.message or "").split("\n") if re.search(r"\d\.\d{3}", line)}
    assert len(values) > 10
    assert not [value for value in values if any(value in page for page in feedback.values())]


def test_what_a_learner_printed_is_text_in_the_page(feedback):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", feedback["escapes"])
    assert "<script>alert(1)" not in feedback["escapes"]


@pytest.mark.parametrize("folder", ["release", "feedback/untouched", "autograded/untouched", "autograded/nobody"])
def test_no_line_of_an_answer_is_in_what_a_learner_gets(made, feedback, folder):
    files = made.told(folder)
    assert files
    exercises = ALL.exercises if "nobody" in folder or folder == "release" else WEEK.exercises
    for path, data in files.items():
        refuse_leaks({path: _without_styles(data)}, COURSE, exercises)


def _without_styles(page):
    """Return what a page or a notebook says, not how it looks, with the text of cells as it is read."""
    if page.lstrip().startswith(b"{"):
        return "\n".join("".join(cell["source"]) for cell in json.loads(page)["cells"]).encode()
    import html

    text = re.sub(r"<(style|script)\b.*?</\1>", "", page.decode(), flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", text)).encode()


# ---- what an instructor does ------------------------------------------------------------------------------------


def test_what_nbgrader_exports_adds_up_to_the_report_and_the_marks_given_by_hand(made):
    made.nbgrader("export")
    with (made.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file) if row["assignment"] == "week_0"}
    for student in TRICKS:
        by_hand = sum(manual or 0 for _, manual, _ in made.grades(student, WEEK).values())
        assert float(rows[student]["score"]) == pytest.approx(made.report(student).score + by_hand)
    assert float(rows["right"]["max_score"]) == sum(POINTS) + sum(
        len(exercise.questions) for exercise in WEEK.exercises
    )


def test_the_source_works_in_a_kernel_and_what_is_handed_out_says_what_is_missing(made):
    said = made.nbgrader("validate", "source/week_0/week_0.ipynb", "release/week_0/week_0.ipynb")
    assert said.count("Success! Your notebook passes all the tests.") == 1
    assert "an example gives something else: see above" in said


def test_without_our_lines_nbgrader_gives_nothing_and_says_why(made, tmp_path):
    taught = Class(shutil.copytree(made.root, tmp_path / "course"))
    (taught.root / "nbgrader_config.py").write_text("c = get_config()\n")
    taught.nbgrader("autograde", "week_0", "--student", "right", "--force")
    assert taught.scores("right") == [0.0, 0.0, 0.0]
    graded = json.loads((taught.root / "autograded/right/week_0/week_0.ipynb").read_text())
    outputs = json.dumps([cell.get("outputs") for cell in graded["cells"]])
    assert outputs.count("nbgrader_config.py lacks the lines of 'kata nbgrader'") >= 3


def test_an_assignment_that_is_none_of_ours_is_run_as_ever(made):
    source = Notebook(made.handed_out(WEEK))
    source.data["cells"] = [source.cell("leaky_relu"), source.cell("leaky_relu-checks")]
    source.write("leaky_relu", "### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION")
    source.write("leaky_relu-checks", "assert answer == 42")
    (made.root / "source/plain").mkdir()
    (made.root / "source/plain/plain.ipynb").write_text(json.dumps(source.data))
    made.nbgrader("generate_assignment", "plain")
    made.hand_in("right", Assignment("plain", "", ()), json.dumps(source.data))
    made.nbgrader("autograde", "plain")
    assert made.grades("right", Assignment("plain", "", ()))["leaky_relu-checks"] == (1.0, None, 0)


@pytest.fixture
def formgrader(made, browser, tmp_path):
    """The address of nbgrader's pages for instructors, in a server of Jupyter's."""
    folders = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    words = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--IdentityProvider.token=token"]
    extension = "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}"
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "server", *words, extension],
        cwd=made.root,
        env={**PROGRAMS, **folders, "HOME": str(tmp_path), "PYTHONPATH": str(root())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    running = tmp_path / "RUNTIME"
    try:
        browser.until(lambda: list(running.glob("jpserver-*.json")), "the server of Jupyter's starts")
        (found,) = running.glob("jpserver-*.json")
        yield json.loads(found.read_text())["url"]
    finally:
        server.terminate()
        server.wait(30)


def test_a_mark_given_in_formgrader_survives_grading_again(made, formgrader, browser):
    query = """
        select submitted_notebook.id from submitted_notebook
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join notebook on notebook.id = submitted_notebook.notebook_id
        where submitted_assignment.student_id = 'right' and notebook.name = 'week_0'
    """
    with closing(sqlite3.connect(made.database)) as database:
        ((submission,),) = database.execute(query)
    browser.open(f"{formgrader}formgrader/?token=token")
    browser.wait_for("document.body && document.body.innerText.includes('week_0')")
    browser.open(f"{formgrader}formgrader/submissions/{submission}/")
    points = browser.wait_for("(document.getElementById('leaky_relu-checks') || {}).placeholder")
    assert float(points) == POINTS[0]
    assert "leaky_relu: 1 of 1 points" in browser.value("document.body.innerText")
    browser.value("document.getElementById('leaky_relu-answer-1').focus()")
    browser.type("0.5")
    browser.value("document.activeElement.blur()")
    browser.until(lambda: made.grades("right", WEEK)["leaky_relu-answer-1"] == (None, 0.5, 0), "the mark is kept")
    before = made.report("right").run.started
    browser.open(f"{formgrader}formgrader/manage_submissions/week_0")
    browser.wait_for("document.querySelector('.autograde a') && document.querySelector('input[type=search]')")
    browser.value("document.querySelector('input[type=search]').focus()")  # ten rows are shown at once
    browser.type("right")
    row = "[...document.querySelectorAll('tr')].find(row => row.innerText.split(/\\s+/).includes('right'))"
    browser.wait_for(f"(({row}) || document).querySelector('.autograde a')")
    browser.value(f"{row}.querySelector('.autograde a').click()")
    browser.wait_for("document.body.innerText.includes('Successfully autograded')")
    assert made.report("right").run.started > before
    assert made.grades("right", WEEK)["leaky_relu-answer-1"] == (None, 0.5, 1)  # a person is asked to look again
    assert made.scores("right") == POINTS
