"""Files of a submission are read as plain text or refused, whatever they are."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import grader.course
from grader.grading.collecting import collect
from grader.grading.errors import GradingError
from grader.grading.grade import grade
from grader.grading.submission import Folder, Texts, Unreadable, read_text, texts_hash
from grader.sandbox import limits
from grader.sandbox.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name != "posix", reason="this system has no such files")


@pytest.fixture(scope="module")
def course():
    return grader.course.load(grader.course.root())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "activations").mkdir()
    return tmp_path


@pytest.fixture
def file(folder):
    return folder / "activations" / "leaky_relu.py"


def read(folder):
    started = time.monotonic()
    try:
        return read_text(folder, "activations", "leaky_relu.py")
    finally:
        assert time.monotonic() - started < 5


def refused(folder, words):
    with pytest.raises(Unreadable, match=words) as caught:
        read(folder)
    assert "\n" not in str(caught.value)
    return True


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = 1\n", "x = 1\n"),
        (b"", ""),
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "x = 1\n"),
        ("é = 'π'\n".encode(), "é = 'π'\n"),
        (b"# no end of line", "# no end of line"),
        (b"x" * limits.SOURCE_BYTES, "x" * limits.SOURCE_BYTES),
    ],
    ids=["plain", "empty", "CRLF", "BOM", "UTF-8", "unended", "largest"],
)
def test_plain_files_are_read(folder, file, data, text):
    file.write_bytes(data)
    assert read(folder) == text


def test_missing_files_are_none(folder, tmp_path):
    assert read(folder) is None
    assert read_text(tmp_path / "nowhere", "activations", "leaky_relu.py") is None
    (folder / "losses").write_text("a file where a folder is expected")
    assert read_text(folder, "losses", "kd_loss.py") is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x = 1\0", "NUL"),
        ("x = 1".encode("utf-16"), "UTF-8|NUL"),
        (b"x = '\xff'\n", r"not UTF-8 text \(byte 5\)"),
        (b"\xc0\x80", "not UTF-8"),
        (b"\xed\xa0\x80", "not UTF-8"),
        (b"x" * (limits.SOURCE_BYTES + 1), "larger than 256 KB"),
    ],
)
def test_files_that_are_no_text_are_refused(folder, file, data, words):
    file.write_bytes(data)
    assert refused(folder, words)


def test_sparse_gigabyte_is_refused(folder, file):
    with file.open("wb") as opened:
        opened.truncate(1 << 30)
    assert refused(folder, "larger than")


@POSIX
@pytest.mark.parametrize("target", ["other.py", "/etc/passwd", "/dev/zero", "nowhere", "leaky_relu.py"])
def test_links_are_refused(folder, file, target):
    (folder / "activations" / "other.py").write_text("x = 1\n")
    file.symlink_to(target)
    assert refused(folder, "link")


@POSIX
def test_linked_folder_of_a_topic_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "leaky_relu.py").write_text("x = 1\n")
    (tmp_path / "activations").symlink_to("real")
    assert refused(tmp_path, "link")


@POSIX
def test_linked_exercises_folder_is_not_entered(tmp_path, course):
    (tmp_path / "elsewhere" / "activations").mkdir(parents=True)
    submission = tmp_path / "submission"
    submission.mkdir()
    (submission / "exercises").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(GradingError, match="no exercises"):
        Folder(submission, course)


@POSIX
def test_fifo_is_refused_at_once(folder, file):
    os.mkfifo(file)
    assert refused(folder, "not a regular file")


@POSIX
def test_socket_is_refused(folder, file):
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.bind(str(file))
        except OSError:
            pytest.skip("the path is too long for a socket")
        assert refused(folder, "not a regular file")


@POSIX
def test_device_is_refused(folder, file):
    try:
        os.mknod(file, 0o020666, os.makedev(1, 5))  # /dev/zero
    except OSError:
        pytest.skip("only root can make devices, and not everywhere")
    assert refused(folder, "not a regular file")


def test_folder_in_place_of_a_file_is_refused(folder, file):
    file.mkdir()
    assert refused(folder, "not a regular file")


READ = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from grader.grading.submission import Unreadable, read_text
try:
    print("read", read_text(Path(sys.argv[2]), "activations", "leaky_relu.py"))
except Unreadable as error:
    print("refused:", error)
"""


@POSIX
@pytest.mark.parametrize("closed", ["file", "folder"])
def test_unreadable_files_are_refused(folder, file, closed):
    file.write_text("x = 1\n")
    (file if closed == "file" else file.parent).chmod(0)
    try:
        if os.getuid() != 0:
            assert refused(folder, "cannot be read: Permission denied")
            return
        # root reads everything: drop to another user in a child that has imported what it needs
        command = [sys.executable, "-c", "import os, sys; import grader.grading.submission\n"
                   "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n" + READ, str(ROOT), str(folder)]  # fmt: skip
        for parent in [folder, *folder.parents]:
            if parent != Path("/tmp") and parent.is_relative_to("/tmp"):
                parent.chmod(parent.stat().st_mode | 0o055)
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert done.stdout == "refused: the file cannot be read: Permission denied\n", done.stderr
    finally:
        (file if closed == "file" else file.parent).chmod(0o755)


def test_hash_tells_submissions_apart(course):
    exercises = [course.find(name) for name in ("leaky_relu", "gelu")]
    texts = [
        {},
        {"gelu": "x"},
        {"leaky_relu": "x"},
        {"gelu": ""},
        {"gelu": "x", "leaky_relu": "x"},
        {"gelu": "x\ud800"},
    ]
    assert len({texts_hash(Texts(text), exercises) for text in texts}) == len(texts)


def test_folder_names_what_it_looked_for(tmp_path, course):
    with pytest.raises(GradingError, match="there is no folder"):
        Folder(tmp_path / "nowhere", course)
    with pytest.raises(GradingError, match="looked for a folder 'exercises', or topic folders"):
        Folder(tmp_path, course)


def test_files_beside_the_exercise_have_no_influence(tmp_path, course):
    """A submission that ships numpy.py, conftest.py or a whole grader gains nothing by it."""
    activations = tmp_path / "activations"
    activations.mkdir()
    for name in ("numpy.py", "torch.py", "conftest.py", "sitecustomize.py", "grader.py", "math.py"):
        for place in (tmp_path, activations):
            (place / name).write_text("print('HARM')\nraise SystemExit(0)\n")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--co'\n")
    (activations / "leaky_relu.py").write_text(
        "import numpy\n\n\ndef leaky_relu(x, negative_slope=0.01):\n    return x\n"
    )
    (activations / "softmax.py").write_text(course.solution(course.find("softmax")).read_text())
    report = graded(Folder(tmp_path, course), course)
    assert [exercise.status for exercise in report.exercises] == ["failed", "passed"]
    assert not any(exercise.stdout for exercise in report.exercises)


@POSIX
def test_a_refused_file_costs_its_own_exercise_only(tmp_path, course):
    activations = tmp_path / "exercises" / "activations"
    activations.mkdir(parents=True)
    (activations / "leaky_relu.py").symlink_to(course.solution(course.find("leaky_relu")))
    (activations / "softmax.py").write_text(course.solution(course.find("softmax")).read_text())
    report = graded(Folder(tmp_path, course), course)
    first, second = report.exercises
    assert (first.status, first.score) == ("error", 0)
    assert "link" in first.message
    assert all(check.status == "error" for check in first.checks)
    assert second.status == "passed"


def test_windows_files_are_graded_like_any_other(tmp_path, course):
    (tmp_path / "activations").mkdir()
    for name in ("leaky_relu", "softmax"):
        text = course.solution(course.find(name)).read_text()
        (tmp_path / "activations" / f"{name}.py").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert [exercise.status for exercise in graded(Folder(tmp_path, course), course).exercises] == ["passed", "passed"]


def graded(submission, course):
    exercises = [course.find(name) for name in ("leaky_relu", "softmax")]
    with Sandbox("auto") as sandbox:
        return grade(submission, course, sandbox, exercises=exercises, checks=collect(course, exercises))
