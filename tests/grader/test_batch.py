"""A class is graded: one report each, whatever is handed in, and whatever interrupts it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from grader.classroom.out import Out
from grader.classroom.table import read_grades
from grader.course import root
from grader.report import Place, load

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")

RIGHT = "def double(x):\n    return x + x\n"
WRONG = "def double(x):\n    return x * x\n"
BROKEN = "def double(:\n"
SLIP = "def double(x):\n    y = x\n    return y - x\n"
SLOW = "import time\ntime.sleep(0.15)\n" + RIGHT
CHECKS = '''\
from grader.checks import assert_close, assert_pure, misconception


def test_agrees(student, rng):
    """Is twice the number."""
    x = rng.normal(size=rng.integers(3, 9, size=2))
    assert_close(student.double(x), 2 * x)


def test_pure(student, rng):
    """Leaves its input alone."""
    student.double(rng.normal(size=4))
    assert_pure(student)


@misconception("squares the number, which is twice the number for 0 and 2 only")
def squared(x):
    return x * x
'''  # they ask torch nothing: importing it takes seconds


@pytest.fixture
def katas(mini):
    mini.add(checks=CHECKS, points=2)
    return mini


@pytest.fixture
def school(katas, tmp_path):
    return School(katas, tmp_path)


class School:
    """A class that hands in, and the folder OUT."""

    def __init__(self, katas, folder):
        self.katas, self.source, self.out = katas, folder / "class", Out(folder / "out")
        self.source.mkdir()

    def hand_in(self, **texts):
        for name, text in texts.items():
            (self.source / name).mkdir(exist_ok=True)
            (self.source / name / "double.py").write_text(text)

    def grade(self, *words, **options):
        return self.katas.kata("batch", self.source, "--out", options.pop("out", self.out).root, *words, **options)

    def start(self, *words):
        return subprocess.Popen(
            [sys.executable, "-m", "grader.cli", "batch", self.source, "--out", self.out.root, *words],
            cwd=self.katas.with_program().root,
            env={**os.environ, "PYTHONPATH": str(self.katas.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def scores(self, out=None):
        return {row.id: row.score for row in read_grades((out or self.out).grades)}

    def wait_for(self, reports):
        until = time.monotonic() + 60
        while len(self.out.reports()) < reports:
            assert time.monotonic() < until
            time.sleep(0.02)


def complaints(error):
    """Return what stands on the standard error besides how far it is."""
    return "".join(line for line in error.splitlines(keepends=True) if " so far, " not in line)


def timeless(out):
    """Return the reports without what differs between two runs."""
    found = {}
    for id, path in out.reports().items():
        data = json.loads(path.read_text())
        del data["run"]["started"], data["run"]["seconds"]
        for exercise in data["exercises"]:
            del exercise["seconds"]
        found[id] = data
    return found


def test_a_class_is_graded_and_then_nothing_is_left_to_do(school, tmp_path):
    school.hand_in(ada=RIGHT, bob=WRONG, eve=school.katas.read("exercises/basics/double.py"), ian=BROKEN)
    (school.source / "nothing").mkdir()
    (school.source / "torn.zip").write_bytes(b"PK\x03\x04 torn")
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,github\nzoe,Zoë,\nada,Ada Lovelace,ada-l\nbob,=1+1,\n")
    done = school.grade("--roster", roster)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("6 submissions: 4 graded, 0 as before, 2 not graded\nmedian score ")
    assert "1 learner of the roster handed in nothing\n" in done.stdout
    rows = read_grades(school.out.grades)
    assert [row.id for row in rows[:3]] == ["zoe", "ada", "bob"]
    assert [row.score for row in rows[:3]] == [None, 2.0, 0.0]
    assert rows[2].name == "=1+1"
    assert "'=1+1" in school.out.grades.read_text("utf-8")
    assert {row.id: row.score for row in rows[3:]} == {"eve": 0, "ian": 0, "nothing": None, "torn": None}
    reasons = school.out.not_graded.read_text("utf-8")
    assert [name in reasons for name in ("zoe", "nothing", "torn", "ada")] == [True, True, True, False]
    reports = {id: path.read_bytes() for id, path in school.out.reports().items()}
    assert sorted(reports) == ["ada", "bob", "eve", "ian"]
    assert {load(path).run.isolation for path in school.out.reports().values()} == {"bubblewrap"}

    again = school.grade("--roster", roster)
    assert again.stdout.startswith("6 submissions: 0 graded, 4 as before, 2 not graded\n")
    assert {id: path.read_bytes() for id, path in school.out.reports().items()} == reports
    assert read_grades(school.out.grades) == rows
    assert not (school.out.root / "previous").exists()


def test_only_what_has_changed_is_graded_again_and_the_former_report_is_kept(school):
    school.hand_in(ada=WRONG, bob=RIGHT)
    assert school.grade().returncode == 0
    school.hand_in(ada=RIGHT)
    assert school.grade().stdout.startswith("2 submissions: 1 graded, 1 as before, 0 not graded\n")
    assert load(school.out.root / "previous/ada.1.json").score == 0
    assert school.scores() == {"ada": 2, "bob": 2}

    school.katas.change("tests/basics/test_double.py", '"""Leaves its input alone."""', '"""Leaves it alone."""')
    assert school.grade().stdout.startswith("2 submissions: 2 graded, 0 as before")
    assert load(school.out.root / "previous/ada.2.json").score == 2

    school.katas.change("exercises/course.toml", "points = 2", "points = 3")
    assert school.grade().stdout.startswith("2 submissions: 2 graded, 0 as before")
    assert school.scores() == {"ada": 3, "bob": 3}


def test_one_or_all_are_graded_again_where_that_is_asked(school):
    school.hand_in(ada=RIGHT, bob=RIGHT)
    school.grade()
    seed = school.out.read().seed
    assert school.grade("--again", "bob").stdout.startswith("2 submissions: 1 graded, 1 as before")
    assert school.grade("--again", "all").stdout.startswith("2 submissions: 2 graded, 0 as before")
    assert school.out.read().seed == seed
    assert sorted(path.name for path in (school.out.root / "previous").iterdir()) == [
        "ada.1.json", "bob.1.json", "bob.2.json",
    ]  # fmt: skip
    wrong = school.grade("--again", "bub")
    assert (wrong.returncode, wrong.stderr) == (
        2, "kata: no submission with a report is called 'bub'; did you mean 'bob'?\n",
    )  # fmt: skip


def test_a_class_is_told_where_it_goes_wrong_and_gets_the_same_scores(school):
    school.hand_in(ada=RIGHT, bob=SLIP, eve=SLIP, ian=BROKEN)
    plain = Out(school.out.root.parent / "plain")
    assert school.grade(out=plain).returncode == 0
    assert school.grade("--locate", "--jobs", "1").returncode == 0
    assert school.scores() == school.scores(plain)
    found = {id: load(path).exercises[0].place for id, path in school.out.reports().items()}
    assert found == {"ada": None, "bob": Place(3, "operator"), "eve": Place(3, "operator"), "ian": None}
    told = school.out.feedback("bob").read_text()
    assert "What goes wrong: an operator." in told
    assert "line 3" not in told
    school.grade("--feedback", "full")
    assert "It goes wrong in line 3: an operator." in school.out.feedback("bob").read_text()
    school.grade("--feedback", "score")
    assert "operator" not in school.out.feedback("bob").read_text()


def test_a_class_that_was_graded_without_places_is_graded_again_where_one_may_be_found(school):
    school.hand_in(ada=RIGHT, bob=SLIP)
    school.grade()
    seed, recordings = school.out.read().seed, school.out.recordings.stat().st_ino
    again = school.grade("--locate").stdout
    assert "graded without --locate: whoever has something wrong is graded again" in again
    assert "2 submissions: 1 graded, 1 as before" in again
    assert load(school.out.report("bob")).exercises[0].place == Place(3, "operator")
    school.hand_in(eve=SLIP)
    later = school.grade().stdout
    assert "as before in this folder" in later
    assert "3 submissions: 1 graded, 2 as before" in later
    assert load(school.out.report("eve")).exercises[0].place == Place(3, "operator")
    assert (school.out.read().seed, school.out.recordings.stat().st_ino) == (seed, recordings)
    assert school.grade("--locate").stdout.startswith("3 submissions: 0 graded, 3 as before")


def test_a_folder_of_version_0_1_is_read(school):
    school.hand_in(ada=RIGHT)
    school.grade()
    batch = json.loads(school.out.batch.read_text())
    del batch["locate"]
    school.out.batch.write_text(json.dumps(batch))
    assert school.grade().stdout.startswith("1 submission: 0 graded, 1 as before")


def test_an_attempt_that_cannot_be_graded_does_not_leave_the_one_before_in_its_place(school):
    school.hand_in(ada=RIGHT, bob=RIGHT)
    school.grade()
    (school.source / "ada/double.py").unlink()
    assert school.grade().returncode == 1
    assert school.scores() == {"ada": None, "bob": 2}
    assert sorted(school.out.reports()) == ["bob"]
    assert not school.out.feedback("ada").exists()
    assert load(school.out.root / "previous/ada.1.json").score == 2


def test_what_is_not_handed_in_any_more_keeps_its_row(school, tmp_path):
    school.hand_in(ada=RIGHT, bob=WRONG)
    school.grade()
    (school.source / "ada").rename(tmp_path / "gone")
    done = school.grade()
    assert "1 report of an earlier run" in done.stdout
    assert school.scores() == {"ada": 2, "bob": 0}
    assert "not here to be graded again: ada\n" in school.grade("--again", "ada", "--again", "bob").stdout
    school.out.grades.write_text("id;saved;by;a;spreadsheet\n")
    assert school.grade().returncode == 0
    assert school.scores() == {"ada": 2, "bob": 0}
    school.grade("--seed", "random")  # no two of a table are graded under two seeds
    assert school.scores() == {"ada": None, "bob": 0}
    assert 'ada,"was graded under other checks or another seed' in school.out.not_graded.read_text("utf-8")
    assert load(school.out.root / "previous/ada.1.json").score == 2


def test_a_team_that_hands_in_anew_has_the_new_grade(school, tmp_path):
    """Where a team hands in, its submission is called by its own name: another folder is another id."""
    people = tmp_path / "class.csv"
    people.write_text("id,team\nada,red\nbob,red\neve,red\n")
    export = "submission_{0}:\n  :submitters:\n  - :name: Ada\n    :sid: ada\n  - :name: Bob\n    :sid: bob\n"
    table = school.source / "submission_metadata.yml"
    school.hand_in(submission_1=WRONG)
    table.write_text(export.format(1) + "  - :name: Eve\n    :sid: eve\n")
    school.grade("--roster", people)
    assert school.scores() == {"ada": 0, "bob": 0, "eve": 0}
    (school.source / "submission_1").rename(school.source / "submission_2")
    school.hand_in(submission_2=RIGHT)
    table.write_text(export.format(2))
    school.grade("--roster", people)
    assert school.scores() == {"ada": 2, "bob": 2, "eve": 0}  # who has left the team keeps the grade of then
    table.write_text(export.format(2) + "  - :name: Eve\n    :sid: eve\n")
    school.grade("--roster", people)
    assert school.scores() == {"ada": 2, "bob": 2, "eve": 2}
    assert not school.out.report("submission_1").exists()
    assert not school.out.feedback("submission_1").exists()
    assert load(school.out.root / "previous/submission_1.1.json").score == 0


def test_nobody_has_two_rows_once_a_roster_gives_them_an_id(school, tmp_path):
    people = tmp_path / "class.csv"
    school.hand_in(janedoe=RIGHT)
    school.grade()
    assert school.scores() == {"janedoe": 2}
    for id in ("jdoe", "jane"):
        people.write_text(f"id,github\n{id},janedoe\n")
        school.grade("--roster", people)
        assert school.scores() == {id: 2}
        assert list(school.out.reports()) == [id]


def test_the_seed_is_kept_and_a_new_one_grades_all(school):
    school.hand_in(ada=RIGHT)
    school.grade()
    first = school.out.read().seed
    assert first != 0
    assert school.grade("--seed", str(first)).stdout.startswith("1 submission: 0 graded, 1 as before")
    assert school.grade("--seed", "random").stdout.startswith("1 submission: 1 graded")
    second = school.out.read().seed
    assert second not in (0, first)
    assert load(school.out.report("ada")).run.seed == second
    assert school.grade("--seed", "0").stdout.startswith("1 submission: 1 graded")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "double", "--assignment", "basics"], "--assignment says which exercises: leave out --only"),
        (["--scheduler", "tcp://x:1", "--jobs", "2"], "the workers of --scheduler do the work: leave out --jobs"),
        (["--assignment", "basic"], "no assignment or topic is called 'basic'; did you mean 'basics'?"),
        (["--seed", "-3"], "--seed takes a whole number from 0 or the word random, not '-3'"),
        (["--feedback", "name"], "Invalid value for '--feedback': 'name' is not one of 'names', 'full', 'score'."),
        (["--roster", "nobody.csv"], "there is no file nobody.csv"),
    ],
)
def test_words_that_do_not_fit_are_one_line(school, words, said):
    school.hand_in(ada=RIGHT)
    done = school.grade(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"kata: {said}\n")
    assert not school.out.root.exists()


def test_a_folder_that_is_not_this_class_is_left_alone(school, tmp_path):
    school.hand_in(ada=RIGHT)
    school.katas.add("triple", checks=CHECKS.replace("double", "triple"))
    assert school.grade("--only", "double").returncode == 0
    before = school.out.batch.read_text()
    other = school.grade("--only", "triple")
    assert (other.returncode, other.stderr) == (
        2,
        f"kata: {school.out.root} holds double, not triple: name another folder\n",
    )
    assert school.out.batch.read_text() == before

    inside = school.grade(out=Out(school.source / "out"))
    assert (inside.returncode, inside.stderr.count("\n")) == (2, 1)
    assert "would be taken for a submission" in inside.stderr
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/thesis.txt").write_text("mine")
    foreign = school.grade(out=Out(tmp_path / "thesis"))
    assert (foreign.returncode, foreign.stderr.count("\n")) == (2, 1)
    for text in (
        "{",
        json.dumps(json.loads(before) | {"seed": "abc"}),
        json.dumps(json.loads(before) | {"exercises": "ab"}),
    ):
        school.out.batch.write_text(text)
        assert school.grade().stderr == f"kata: {school.out.batch} cannot be read: it was not written by 'kata batch'\n"


def test_two_runs_are_not_at_work_in_one_folder(school):
    """Each would draw a seed, and write recordings that are not those of the other's."""
    school.hand_in(ada=RIGHT)
    with school.out.alone():
        done = school.grade()
    assert done.returncode == 2
    assert done.stderr == f"kata: another run is at work in {school.out.root}: wait until it has ended\n"
    assert not school.out.root.exists()
    assert school.grade().returncode == 0


def test_a_class_is_never_graded_without_bubblewrap(school, tmp_path):
    school.hand_in(ada=RIGHT)
    (tmp_path / "bin").mkdir()
    done = school.grade("--seed", "0", env={"PATH": str(tmp_path / "bin")})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "apt install bubblewrap" in done.stderr
    assert "--isolation" not in done.stderr  # which this command does not have
    assert school.out.reports() == {}


# ---- whatever interrupts it --------------------------------------------------------------------------------------


@pytest.fixture
def large(school):
    school.hand_in(**{f"learner_{i:02}": (SLOW, SLOW.replace("x + x", "x * x"), BROKEN)[i % 3] for i in range(36)})
    return school


def undisturbed(school, tmp_path):
    out = Out(tmp_path / "undisturbed")
    assert school.grade("--seed", "5", "--jobs", "2", out=out).returncode == 0
    return timeless(out)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_leaves_whole_reports_and_the_next_goes_on(large, tmp_path, number):
    running = large.start("--seed", "5", "--jobs", "2")
    large.wait_for(reports=6)
    running.send_signal(number)
    said = running.communicate(timeout=30)[1]
    if number == signal.SIGINT:
        assert running.returncode == 130
        assert complaints(said) == "kata: interrupted; the same command goes on where this one has ended\n"
    kept = len(large.out.reports())
    assert 6 <= kept < 36
    assert len(timeless(large.out)) == kept  # each of them can be read
    done = large.grade()
    assert done.stdout.startswith(f"36 submissions: {36 - kept} graded, {kept} as before, 0 not graded\n")
    assert timeless(large.out) == undisturbed(large, tmp_path)


def children(process):
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            number, _, rest = path.read_text().partition(" (")
            if int(rest.rpartition(")")[2].split()[1]) == process:
                found.append(int(number))
    return found


@pytest.mark.slow
def test_a_process_that_is_killed_costs_nobody_a_grade(large, tmp_path):
    running = large.start("--seed", "5", "--jobs", "2")
    for reports in (4, 10, 16):
        large.wait_for(reports)
        for child in children(running.pid):
            os.kill(child, signal.SIGKILL)
    said = running.communicate(timeout=60)
    assert (running.returncode, complaints(said[1])) == (0, "")
    assert timeless(large.out) == undisturbed(large, tmp_path)


@pytest.mark.slow
def test_nothing_is_left_running(large):
    running = large.start("--seed", "5", "--jobs", "2")
    large.wait_for(reports=2)
    started = children(running.pid)
    started += [grandchild for child in started for grandchild in children(child)]
    assert len(started) >= 4  # two that grade, each with a sandbox
    running.kill()
    running.wait()
    until = time.monotonic() + 30
    while [process for process in started if Path(f"/proc/{process}").exists()]:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_submission_whose_process_always_dies_is_listed(school):
    school.katas.write(
        "tests/basics/test_double.py",
        CHECKS.replace(
            "    x = rng", "    if student.double(1) == 13:\n        import os\n\n        os._exit(1)\n    x = rng"
        ),
    )
    school.hand_in(ada=RIGHT, bob="def double(x):\n    return 13\n", eve=RIGHT)
    done = school.grade()
    assert done.returncode == 1
    assert "not graded: bob: the process that grades it has died 3 times\n" in done.stdout
    assert school.scores() == {"ada": 2, "bob": None, "eve": 2}


def test_a_check_that_is_broken_is_the_reason_for_all(school):
    school.hand_in(ada=RIGHT, bob=WRONG)
    school.grade()
    school.katas.write("tests/basics/test_double.py", CHECKS.replace("    x = rng.normal", "    x = rng.abnormal"))
    done = school.grade("--seed", "0")
    assert done.returncode == 1
    assert done.stdout.startswith("2 submissions: 0 graded, 0 as before, 2 not graded\n")
    assert "not graded: ada: the check double::test_agrees is broken" in done.stdout


def test_a_full_disk_loses_nothing(large, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("a small disk takes a mount, which is for root")
    try:
        out = Out(disk / "out")
        full = large.grade("--seed", "5", out=out)
        assert (full.returncode, complaints(full.stderr).count("\n")) == (2, 1)
        assert "No space left on device" in full.stderr
        kept = len(timeless(out))
        assert 1 <= kept < 36
        assert [path.name for path in disk.rglob(".*")] == []
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        done = large.grade(out=out)
        assert done.stdout.startswith(f"36 submissions: {36 - kept} graded, {kept} as before, 0 not graded\n")
        assert timeless(out) == undisturbed(large, tmp_path)
    finally:
        subprocess.run(["umount", disk], check=True)


# ---- whoever hands in ----------------------------------------------------------------------------------------------

HOSTILE = (
    "kill_everything", "kill_parent", "fork_bomb", "memory_bomb_numpy", "forged_success", "exit_at_import",
    "output_flood", "escape_sequences", "write_files", "huge_message",
)  # fmt: skip


@pytest.mark.slow
def test_an_attack_costs_nobody_else_anything(tmp_path, request):
    hostile = request.path.parent / "hostile"
    right = (root() / "solutions/activations/leaky_relu.py").read_text()
    texts = {name: (hostile / f"{name}.py").read_text() for name in HOSTILE}
    for i, (name, text) in enumerate(texts.items()):
        for id, content in ((f"{i:02}_{name}", text), (f"{i:02}_right", right + f"\n# {i}\n")):
            (tmp_path / "class" / id).mkdir(parents=True)
            (tmp_path / "class" / id / "leaky_relu.py").write_text(content)
    out = Out(tmp_path / "out")
    words = ("batch", tmp_path / "class", "--out", out.root, "--only", "leaky_relu", "--seed", "0", "--jobs", "2")
    done = subprocess.run(
        [sys.executable, "-m", "grader.cli", *map(str, words)], cwd=root(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    scores = {row.id: row.score for row in read_grades(out.grades)}
    assert len(scores) == 2 * len(HOSTILE)
    assert {id: score for id, score in scores.items() if score != float(id.endswith("_right"))} == {}
    for path in (out.root / "feedback").iterdir():
        assert all(c == "\n" or c.isprintable() for c in path.read_text("utf-8")), path.name


def test_what_canvas_has_collected_goes_back_as_one_zip(school, tmp_path):
    for name, text in (("adalovelace_11_101_double.py", RIGHT), ("boblate_LATE_12_102_double-1.py", WRONG)):
        (school.source / name).write_text(text)
    roster = tmp_path / "roster.csv"
    roster.write_text("id,canvas\nada,11\nbob,12\n")
    done = school.grade("--roster", roster)
    assert (done.returncode, complaints(done.stderr)) == (0, ""), done.stdout
    rows = {row.id: row for row in read_grades(school.out.grades)}
    assert [(rows[id].score, rows[id].late, rows[id].attempt) for id in ("ada", "bob")] == [(2, False, 1), (0, True, 2)]
    with zipfile.ZipFile(school.out.returned) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert len(texts) == 2
    (ada,) = (text for name, text in texts.items() if "_11_101_" in name)
    assert ada == school.out.feedback("ada").read_text("utf-8")
    assert f"{school.out.returned} gives the feedback back" in done.stdout
