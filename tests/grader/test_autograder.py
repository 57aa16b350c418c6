"""`kata autograder` makes what Gradescope and Classroom 50 take, which grades as everywhere or says why it does not."""

import json
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import zipfile
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import pytest

from grader.classroom import autograder
from grader.classroom.bundle import bundle
from grader.classroom.service import FEEDBACK_ONLY, NOTHING_RUN
from grader.classroom.work import Kit
from grader.course import Assignment, load, own_course, root
from grader.course.stubs import emptied, stub, stub_of
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts

COURSE = own_course()
SMALL = Assignment("small", "A small one", tuple(map(COURSE.find, ("relu", "leaky_relu", "linear_backward"))))
SOLVED = {exercise.name: COURSE.solution(exercise).read_text() for exercise in COURSE.exercises}

# https://gradescope-autograders.readthedocs.io/en/latest/specs/
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
RESULTS = {
    "type": "object",
    "required": ["score", "tests"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "execution_time": {"type": "integer", "minimum": 0},
        "output": {"type": "string"},
        "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}


def write(folder, files):
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def needs_bubblewrap():
    if not shutil.which("bwrap"):
        if os.environ.get("CI") == "true":
            pytest.fail("needs bubblewrap")
        pytest.skip("needs bubblewrap")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder that holds what is unpacked of a zip for Gradescope, made under a seed of its own."""
    needs_bubblewrap()
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("gradescope")
    autograder.make("gradescope", folder / "small.zip", COURSE, SMALL)
    with zipfile.ZipFile(folder / "small.zip") as archive:
        for member in archive.infolist():
            archive.extract(member, folder / "source")
            (folder / "source" / member.filename).chmod(member.external_attr >> 16)
    return folder


@contextmanager
def everybodys_folder():
    """Make a folder that other users can look into: those of pytest are root's alone."""
    with tempfile.TemporaryDirectory(prefix="kata-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def place():
    with everybodys_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def python():
    """A Python that has NumPy and nothing else, where every user can read it."""
    with everybodys_folder() as folder:
        yield python_in(folder)


def python_in(folder):
    system = next(filter(os.path.exists, ("/usr/bin/python3", sys.executable)))
    same = subprocess.run([system, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True)
    base = system if same.stdout.strip() == str(sys.version_info[:2]) else sys.executable
    subprocess.run([base, "-m", "venv", "--without-pip", folder], check=True)
    packages = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for name in ("numpy", "numpy.libs"):
        if (source := Path(sysconfig.get_path("platlib"), name)).is_dir():
            shutil.copytree(source, packages / name, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    return folder / "bin/python"


def submit(made, python, place, files, *, path=os.environ["PATH"], before=()):
    """Run what grades a submission, as the service's script does, and return its result."""
    source, submission, results = place / "source", place / "submission", place / "results"
    if not source.exists():
        shutil.copytree(made / "source", source)
    shutil.rmtree(submission, ignore_errors=True)
    submission.mkdir()
    results.mkdir(exist_ok=True)
    write(submission, {name: text.encode() for name, text in files.items()})
    words = ["-B", "-m", "grader.classroom.service", "gradescope", "../submission", "../results/results.json"]
    done = subprocess.run(
        [*before, python, *words],
        cwd=source, env={"PATH": path}, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    data = json.loads((results / "results.json").read_text())
    jsonschema.validate(data, RESULTS)
    return data


def outcomes(data):
    return {test["name"].partition("/")[2]: (test["score"], test["output"].split("\n")[0]) for test in data["tests"]}


def test_the_scripts_are_at_the_root_can_be_run_and_are_right_as_bash_reads_them(made):
    for name in ("setup.sh", "run_autograder"):
        script = made / "source" / name
        assert script.stat().st_mode & stat.S_IXUSR
        assert script.read_text().startswith("#!/usr/bin/env bash\n")
        assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert (
        "python -B -m grader.classroom.service gradescope ../submission ../results/results.json"
        in (made / "source/run_autograder").read_text()
    )


def test_no_line_of_a_solution_or_a_hint_is_in_it(made):
    lines = {
        line.strip()
        for path in (made / "source").rglob("*")
        if path.is_file() and path.suffix != ".rec" and "tests" not in path.parts
        for line in path.read_text().splitlines()
    }
    everything = "\n".join(lines)
    for exercise in SMALL.exercises:
        taken_out = set(map(str.strip, SOLVED[exercise.name].splitlines()))
        taken_out -= set(map(str.strip, stub_of(COURSE, exercise).splitlines()))
        assert {line for line in taken_out if "SOLUTION" not in line} & lines == set()
        assert not [hint for hint in exercise.hints if hint in everything]
    chosen = {path.stem for path in (made / "source").rglob("test_*.py")}
    assert chosen == {f"test_{exercise.name}" for exercise in SMALL.exercises}


def test_each_is_made_under_a_seed_of_its_own_that_torch_was_asked_about(made, tmp_path):
    inside = made / "source/grader/bundle"
    seed = int((inside / "seed.txt").read_text())
    assert seed > 0
    for exercise in SMALL.exercises:
        recording = inside / COURSE.relative(COURSE.recording(exercise))
        assert recording.read_bytes() != COURSE.recording(exercise).read_bytes()
    autograder.make("classroom50", tmp_path / "same", COURSE, SMALL, seed=seed)
    again = tmp_path / "same/grader/bundle"
    assert {path: path.read_bytes() for path in again.rglob("*.rec")} == {
        again / path.relative_to(inside): path.read_bytes() for path in inside.rglob("*.rec")
    }


def test_a_right_answer_has_full_marks_a_known_mistake_is_named_and_an_untouched_file_was_not_attempted(
    made, python, place
):
    mistake = "def leaky_relu(x, negative_slope=0.01):\n    print(x)\n    return np.where(x < 0, 0.01, x)\n"
    files = {
        "exercises/activations/relu.py": SOLVED["relu"],
        "exercises/activations/leaky_relu.py": f"import numpy as np\n\n\n{mistake}",
        "exercises/backpropagation/linear_backward.py": stub_of(COURSE, COURSE.find("linear_backward")),
    }
    data = submit(made, python, place, files)
    assert data["output"] == "Deep learning katas: A small one: 1/4 points"
    shown = outcomes(data)
    assert shown["relu"][0] == 1
    assert shown["linear_backward"] == (0, "not attempted yet")
    assert shown["leaky_relu"][0] == 0
    said = data["tests"][1]["output"]
    assert "This is what you get when the code returns the constant 0.01" in said
    assert "array(" not in said
    assert "printed" not in said
    seed = (made / "source/grader/bundle/seed.txt").read_text().strip()
    assert seed not in json.dumps(data)


def test_files_are_found_by_their_names_however_they_were_uploaded(made, python, place):
    flat = submit(made, python, place, {"relu.py": SOLVED["relu"], "leaky_relu (1).py": SOLVED["leaky_relu"]})
    assert flat["score"] == 2
    deep = submit(made, python, place, {f"my work/{COURSE.find('linear_backward').path}": SOLVED["linear_backward"]})
    assert deep["score"] == 2
    nothing = submit(made, python, place, {"thesis.txt": "mine"})
    assert nothing["output"].startswith(
        "No exercise was found: nothing is named like an exercise (relu.py, leaky_relu.py"
    )
    assert {said for _, said in outcomes(nothing).values()} == {"not attempted yet"}


SPY = """
import os
import numpy as np

def relu(x):
    return np.maximum(x, 0)

with open(r"{said}", "a") as said:
    print("uid", os.getuid(), file=said)
    for path in (r"{source}/tests/activations/test_relu.py", r"{source}/seed.txt", r"{results}/results.json"):
        for mode in ("r", "w"):
            try:
                open(path, mode)
                print("opened", path, file=said)
            except OSError as error:
                print(type(error).__name__, file=said)
"""


def test_without_bubblewrap_root_gives_feedback_a_score_of_0_and_the_learners_code_another_user(made, python, place):
    if os.getuid():
        pytest.skip("needs root, as in a service's container")
    library = subprocess.run([python, "-c", "import os; print(os.__file__)"], capture_output=True, text=True).stdout
    if not all(folder.stat().st_mode & stat.S_IXOTH for folder in Path(library.strip()).parents):
        pytest.skip("needs a Python that every user can read")
    (place / "probe").mkdir()
    (place / "probe").chmod(0o777)
    said = place / "probe/said"
    spy = SPY.format(said=said, source=place / "source/grader/bundle", results=place / "results")
    data = submit(made, python, place, {"relu.py": spy, "leaky_relu.py": SOLVED["leaky_relu"]}, path="")
    assert data["score"] == 0
    assert data["output"].startswith(f"{FEEDBACK_ONLY}\n")
    assert outcomes(data)["leaky_relu"] == (0, "all 7 checks pass")
    assert outcomes(data)["relu"] == (0, "all 10 checks pass")
    uid, *errors = said.read_text().splitlines()
    assert errors == ["PermissionError"] * 6
    assert int(uid.removeprefix("uid ")) >= 20_000


def test_without_bubblewrap_an_ordinary_user_runs_nothing(made, python, place):
    before = ()
    if os.getuid() == 0:
        before = (shutil.which("setpriv") or pytest.skip("needs setpriv"), "--reuid", "65534", "--clear-groups")
        (place / "results").mkdir()
        (place / "results").chmod(0o777)
    data = submit(made, python, place, {"relu.py": SOLVED["relu"]}, path="", before=before)
    assert (data["score"], data["tests"]) == (0, [])
    assert data["output"].split("\n")[0] == NOTHING_RUN


def test_classroom_50_gets_integers_and_a_page(tmp_path, made):
    needs_bubblewrap()
    folder, checkout = tmp_path / "small", tmp_path / "checkout"
    autograder.make("classroom50", folder, COURSE, SMALL, seed=0)
    write(checkout, {"exercises/activations/relu.py": SOLVED["relu"].encode(), "result.json": b"{}"})
    places = {
        "CLASSROOM": "cs", "ASSIGNMENT": "small", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://c",
        "RELEASE_URL": "https://r", "PATH": os.environ["PATH"],
    }  # fmt: skip
    words = ["-B", "-m", "grader.classroom.service", "classroom50", checkout, checkout / "result.json"]
    done = subprocess.run([sys.executable, *words], cwd=folder, env=places, capture_output=True, text=True, timeout=200)
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads((checkout / "result.json").read_text())
    assert (result["score"], result["max-score"]) == (100, 400)
    assert [test["passed"] for test in result["tests"]] == [True, False, False]
    assert all(type(test[key]) is int for test in result["tests"] for key in ("score", "max-score"))
    page = (checkout / "release-body.md").read_text()
    assert "**Score 1/4**" in page
    assert "not attempted yet" in page
    assert json.loads((folder / "runtime.json").read_text())["apt"] == ["bubblewrap"]


def test_a_program_that_is_no_bundle_says_so_and_closes_no_folder(tmp_path):
    (tmp_path / "submission").mkdir()
    mode = root().stat().st_mode
    words = ["-m", "grader.classroom.service", "gradescope", tmp_path / "submission", tmp_path / "results.json"]
    done = subprocess.run([sys.executable, *words], cwd=root(), capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "kata: this program is no bundle that 'kata autograder' has made\n"
    assert root().stat().st_mode == mode
    assert not (tmp_path / "results.json").exists()


@pytest.mark.slow
def test_the_entry_of_classroom_50_imports_nothing_from_the_checkout_that_it_is_started_in(tmp_path):
    needs_bubblewrap()
    folder, checkout = tmp_path / "small", tmp_path / "checkout"
    autograder.make("classroom50", folder, COURSE, SMALL, seed=0)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "small-python"], check=True)
    (packages,) = (tmp_path / "small-python/lib").glob("*/site-packages")
    (packages / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")  # so pip has nothing to fetch
    owned = tmp_path / "owned"
    trap = f"open({str(owned)!r}, 'w')\n".encode()
    names = ("pip/__init__.py", "pip/__main__.py", "grader/__init__.py", "subprocess.py", "venv.py", "numpy.py")
    write(checkout, dict.fromkeys(names, trap) | {"relu.py": SOLVED["relu"].encode()})
    words = [sys.executable, folder / "autograder.py"]
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(words, cwd=checkout, env=environment, capture_output=True, text=True, timeout=200)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((checkout / "result.json").read_text())["score"] == 100
    assert not owned.exists()


@pytest.mark.slow
def test_without_the_solutions_every_exercise_is_graded_as_with_them(tmp_path, sandbox):
    everything = Assignment("everything", "Everything", COURSE.exercises)
    names = tuple(exercise.name for exercise in COURSE.exercises)
    files = bundle(COURSE, everything, Kit(COURSE.root, names, 0, None))
    write(tmp_path, files)
    course = load(tmp_path / "grader/bundle")
    checks = collect(course, course.exercises)
    solved = grade(Texts(SOLVED), course, sandbox, checks=checks)
    assert [result.name for result in solved.exercises if result.status != "passed"] == []
    stubs = {exercise.name: stub_of(COURSE, exercise) for exercise in COURSE.exercises}
    untouched = grade(Texts(stubs), course, sandbox, checks=checks)
    assert {result.status for result in untouched.exercises} == {"not_attempted"}


REGION = """\
def f(x):
    if x:
        ### BEGIN SOLUTION
        y = 2
        return y
        ### END SOLUTION
    return 3
"""


def test_nothing_is_left_of_a_region():
    empty = '        raise RuntimeError("this is not the solution")\n'
    assert emptied(REGION) == REGION.replace("        y = 2\n        return y\n", empty)
    assert stub(emptied(REGION), "f.py") == stub(REGION, "f.py")


def test_what_is_typed_wrongly_is_one_line_and_nothing_is_written(mini, tmp_path):
    mini.add()
    for words, said in (
        (["gradescop", "basics", "--to", "a.zip"], "no service is called 'gradescop'; did you mean 'gradescope'?"),
        (["gradescope", "basic", "--to", "a.zip"], "no assignment or topic is called 'basic'; did you mean 'basics'?"),
        (["gradescope", "basics", "--to", "."], ". is a folder; name the zip to write, as in basics.zip"),
        (["classroom50", "basics", "--to", "there.txt"], "there.txt is a file; name a folder"),
        (["classroom50", "basics", "--to", "grader"], "grader is there already; --force writes over it"),
        (["gradescope", "basics", "--to", "there.txt"], "there.txt is there already; --force writes over it"),
        (["gradescope", "basics", "--to", "a.zip", "--seed", "x"], "--seed takes a whole number from 0 or the word"),
    ):
        mini.write("there.txt", "mine")
        done = mini.kata("autograder", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"kata: {said}")
        assert done.stderr.count("\n") == 1
        assert not (mini.root / "a.zip").exists()
        assert mini.read("there.txt") == "mine"


def test_the_table_of_a_bundle_is_toml_whatever_a_title_holds(mini):
    exercise = mini.add(title='\\"Twice\\" — a \\\\ number', forbidden=("sum",))
    course = mini.course
    files = bundle(course, Assignment("basics", 'The "basics"', (exercise,)), Kit(course.root, ("double",), 0, None))
    table = tomllib.loads(files["grader/bundle/exercises/course.toml"].decode())
    (entry,) = table["topics"][0]["exercises"]
    assert (entry["title"], entry["forbidden"]) == (exercise.title, ["sum"])
    assert table["title"] == 'Katas: The "basics"'
