"""Files of a submission are read once, as plain text, or refused, whatever they are."""

import os
import shutil
import socket
import subprocess
import sys
import time

import pytest

from grader.course import root
from grader.errors import SubmissionError
from grader.grading.grade import grade
from grader.grading.texts import Texts, Unreadable, read_folder, read_text, read_workspace_texts
from grader.sandbox.protocol.limits import SOURCE_BYTES

POSIX = pytest.mark.skipif(os.name != "posix", reason="this system has no such files")
RIGHT = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def course(mini):
    """A course with two exercises, each of which doubles and asks torch nothing."""
    checks = "from grader.checks import assert_close\ndef test_it(student):\n    assert_close(student.double(2), 4)\n"
    mini.add("first", checks=checks)
    mini.add("second", checks=checks)
    return mini.course


@pytest.fixture
def file(tmp_path):
    (tmp_path / "basics").mkdir()
    return tmp_path / "basics/first.py"


@pytest.fixture
def read(tmp_path):
    return lambda: read_text(tmp_path, "basics", "first.py")


@pytest.fixture
def refused(read):
    """Returns whether the file is refused, in one line with these words."""

    def found(words):
        started = time.monotonic()
        answer = read()
        assert time.monotonic() - started < 60  # it does not wait for what never comes
        return isinstance(answer, Unreadable) and words in answer.reason and "\n" not in answer.reason

    return found


# ---- one file -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = 1\n", "x = 1\n"),
        (b"", ""),
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"x = 1\ry = 2\r", "x = 1\ny = 2\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "x = 1\n"),
        ("é = 'π'\n".encode(), "é = 'π'\n"),
        (b"# no end of line", "# no end of line"),
        (b"x" * SOURCE_BYTES, "x" * SOURCE_BYTES),
    ],
    ids=["plain", "empty", "CRLF", "CR", "BOM", "UTF-8", "unended", "largest"],
)
def test_plain_files_are_read(file, read, data, text):
    file.write_bytes(data)
    assert read() == text


def test_what_is_missing_is_none(tmp_path, file, read):
    assert read() is None
    assert read_text(tmp_path / "nowhere", "basics", "first.py") is None
    (tmp_path / "losses").write_text("a file where a folder is expected")
    assert read_text(tmp_path, "losses", "first.py") is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x = 1\0", "NUL"),
        ("x = 1".encode("utf-16-le"), "NUL"),
        ("π = 1".encode("iso-8859-7"), "not UTF-8 text (byte 0)"),
        (b"x = '\xff'\n", "not UTF-8 text (byte 5)"),
        (b"\xc0\x80", "not UTF-8"),
        (b"\xed\xa0\x80", "not UTF-8"),
        (b"x" * (SOURCE_BYTES + 1), "larger than 256 KB"),
    ],
)
def test_files_that_are_no_text_are_refused(file, refused, data, words):
    file.write_bytes(data)
    assert refused(words)


def test_a_sparse_gigabyte_is_refused(file, refused):
    with file.open("wb") as opened:
        opened.truncate(1 << 30)
    assert refused("larger than")


@POSIX
@pytest.mark.parametrize("target", ["other.py", "/etc/passwd", "/dev/zero", "nowhere", "first.py"])
def test_links_are_refused(file, refused, target):
    (file.parent / "other.py").write_text("x = 1\n")
    file.symlink_to(target)
    assert refused("link")


@POSIX
def test_a_linked_folder_of_a_topic_is_refused(tmp_path, refused):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/first.py").write_text("x = 1\n")
    (tmp_path / "basics").symlink_to("real")
    assert refused("link")


@POSIX
def test_a_fifo_is_refused_at_once(file, refused):
    os.mkfifo(file)
    assert refused("not a regular file")


@POSIX
def test_a_socket_is_refused(file, refused, monkeypatch):
    monkeypatch.chdir(file.parent)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(file.name)
        assert refused("not a regular file")


@POSIX
def test_a_device_is_refused(file, refused):
    try:
        os.mknod(file, 0o020666, os.makedev(1, 5))  # /dev/zero
    except OSError:
        pytest.skip("only root can make devices, and not everywhere")
    assert refused("not a regular file")


def test_a_folder_in_place_of_a_file_is_refused(file, refused):
    file.mkdir()
    assert refused("not a regular file")


READ = """
import os, sys
from pathlib import Path
from grader.grading.texts import read_text
os.chdir(sys.argv[1])
if os.getuid() == 0:  # root reads everything
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print(read_text(Path(), "basics", "first.py").reason)
"""


@POSIX
@pytest.mark.parametrize("closed", ["file", "folder"])
def test_what_may_not_be_read_is_refused(tmp_path, file, closed):
    file.write_text("x = 1\n")
    tmp_path.chmod(0o755)
    (file if closed == "file" else file.parent).chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", READ, tmp_path], cwd=root(), capture_output=True, text=True, timeout=60
        )
        assert done.stdout == "the file cannot be read: Permission denied\n", done.stderr
    finally:
        file.parent.chmod(0o755)


# ---- a folder -------------------------------------------------------------------------------------------------


def written(folder, **texts):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)


@pytest.mark.parametrize(
    ("place", "asked"),
    [("exercises/basics", ""), ("exercises/basics", "exercises"), ("basics", ""), ("", "")],
    ids=["a repository", "its exercises", "topics", "flat"],
)
def test_a_folder_is_read_however_it_is_laid_out(tmp_path, course, place, asked):
    written(tmp_path / "theirs" / place, first="1", other="2")
    texts = read_folder(tmp_path / "theirs" / asked, course)
    assert (texts.texts, texts.path) == ({"first": "1"}, str(tmp_path / "theirs" / asked))


def test_what_stands_beside_the_folder_exercises_does_not_count(tmp_path, course):
    written(tmp_path / "theirs/exercises/basics", first="1")
    written(tmp_path / "theirs/basics", first="2", second="3")
    written(tmp_path / "theirs", second="4")
    assert read_folder(tmp_path / "theirs", course).texts == {"first": "1"}


def test_only_what_is_asked_for_is_read(tmp_path, course):
    written(tmp_path / "theirs/basics", first="1", second="2")
    assert read_folder(tmp_path / "theirs", course, [course.find("second")]).texts == {"second": "2"}


def test_a_folder_without_exercises_says_what_it_looked_for(tmp_path, course):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(SubmissionError, match=r"empty: looked for a folder 'exercises', topic folders \(basics, ...\)"):
        read_folder(tmp_path / "empty", course)
    for name in ("nowhere", "file"):
        with pytest.raises(SubmissionError, match=f"there is no folder .*{name}$"):
            read_folder(tmp_path / name, course)


@POSIX
def test_a_linked_folder_of_exercises_is_not_entered(tmp_path, course):
    written(tmp_path / "elsewhere/basics", first="1")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/exercises").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SubmissionError, match="no exercises"):
        read_folder(tmp_path / "theirs", course)


def test_a_workspace_is_read_in_its_own_layout(mini, course):
    mini.write("exercises/basics/first.py", "1")
    mini.write("first.py", "2")
    (mini.root / "exercises/basics/second.py").unlink()
    texts = read_workspace_texts(mini.workspace, course.exercises)
    assert (texts.texts, texts.path) == ({"first": "1"}, str(mini.root / "exercises"))


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_commit_that_is_checked_out_is_known(tmp_path, course):
    folder = tmp_path / "theirs"
    written(folder / "exercises/basics", first="1")
    assert read_folder(folder, course).commit is None

    def git(*words):
        identity = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", folder, *identity, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    assert read_folder(folder, course).commit is None
    git("add", ".")
    git("commit", "-qm", "First")
    assert read_folder(folder, course).commit == git("rev-parse", "HEAD")
    assert read_folder(folder, course, commit="abc").commit == "abc"


def test_the_hash_tells_submissions_apart(course):
    texts = [
        {},
        {"first": "x"},
        {"second": "x"},
        {"first": ""},
        {"first": "x", "second": "x"},
        {"first": "x\ud800"},
        {"first": Unreadable("it is a link")},
        {"first": Unreadable("it is large")},
    ]
    assert len({Texts(text).sha256(course.exercises) for text in texts}) == len(texts)
    assert Texts({"first": "x"}, "there", "abc").sha256(course.exercises) == Texts(texts[1]).sha256(course.exercises)
    assert Texts({"first": "x", "third": "x"}).sha256(course.exercises) == Texts(texts[1]).sha256(course.exercises)


# ---- graded ---------------------------------------------------------------------------------------------------


def test_a_refused_file_costs_its_own_exercise_only(tmp_path, course, sandbox):
    written(tmp_path / "theirs/basics", first=RIGHT + "\0", second=RIGHT)
    first, second = grade(read_folder(tmp_path / "theirs", course), course, sandbox).exercises
    assert (first.status, first.score, first.message) == ("error", 0, "the file holds NUL bytes")
    assert [check.status for check in first.checks] == ["error"]
    assert second.status == "passed"


def test_files_of_windows_are_graded_like_any_other(tmp_path, course, sandbox):
    written(tmp_path / "theirs/basics", first="", second=RIGHT)
    (tmp_path / "theirs/basics/first.py").write_bytes(b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode())
    assert grade(read_folder(tmp_path / "theirs", course), course, sandbox).score == 2


SHADOW = (
    "print('SHADOWED')\n"
    "def array_equal(*a, **k): return True\n"
    "class Any:\n    def __getattr__(self, name): return self\n    def __call__(self, *a, **k): return self\n"
    "    def __eq__(self, other): return True\n"
    "import sys\nsys.modules[__name__] = Any()\n"
)


@pytest.mark.parametrize("depth", ["", "basics"])
def test_modules_beside_the_exercise_gain_nothing(tmp_path, course, sandbox, depth):
    folder = tmp_path / "theirs"
    written(folder / "basics", first="def double(x): return 5\n", second=f"import math\nimport numpy\n{RIGHT}")
    names = ("torch", "numpy", "conftest", "pytest", "grader", "sitecustomize", "math", "test_first", "__init__")
    written(folder / depth, **dict.fromkeys(names, SHADOW))
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (folder / "course.toml").write_text('title = "Mine"\n')
    report = grade(read_folder(folder, course), course, sandbox)
    assert [result.score for result in report.exercises] == [0, 1]
    assert "SHADOWED" not in str(report)
