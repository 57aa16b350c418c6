"""Annotations of the learner's own lines."""

import pytest

from grader.actions.annotations import MOST, annotate
from grader.report import CheckResult, ExerciseResult, Report, Run, Submission

HOSTILE = "</x>\n::error::owned\r\n##[error]owned 100%\u202e" + "A" * 10_000_000


def report(count, *, line=None, text="wrong", name="leaky_relu"):
    check = CheckResult("test_a", "Agrees with torch.", "failed", 0.0, 1.0, text, "A known mistake.", "sum")
    exercise = ExerciseResult(name, "activations", "failed", 0.0, 1.0, 0.1, (check,), None, text, line)
    run = Run(0, "recorded", "process", "0.1.0", "c" * 64, "2.4.6", None, "2026-11-22T10:00:00+00:00", 1.0)
    return Report("Katas", Submission("exercises", None, "a" * 64), run, 0.0, float(count), (exercise,) * count)


@pytest.fixture
def work(tmp_path):
    (tmp_path / "exercises/activations").mkdir(parents=True)
    return tmp_path


def place(line):
    return line.removeprefix("::error ").partition(",title=")[0]


def test_a_line_that_the_report_names(work):
    (line,) = annotate(report(1, line=12), work, work)
    assert place(line) == "file=exercises/activations/leaky_relu.py,line=12"
    assert ",title=leaky_relu 0/1%3A 1 of 1 checks fails::Agrees with torch.%0AA known mistake.%0Awrong" in line
    assert annotate(report(1, line=12), work / "exercises", work) == [line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('"""Text."""\n\n\ndef other(x):\n    pass\n\n\ndef leaky_relu(x):\n    pass\n', 8),
        ("\n\nclass LeakyRelu:\n    pass\n", 3),
        ("x = 1\ndef leaky_relu_(x): pass\n", 2),
        ("x = 1\n", 1),
        ("\udcff", 1),
    ],
)
def test_the_line_of_the_definition_where_the_report_names_none(work, text, line):
    path = work / "exercises/activations/leaky_relu.py"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert place(annotate(report(1), work, work)[0]).endswith(f",line={line}")


def test_links_are_not_followed(work, tmp_path):
    (tmp_path / "other.py").write_text("\n\ndef leaky_relu(x): pass\n")
    (work / "exercises/activations/leaky_relu.py").symlink_to(tmp_path / "other.py")
    assert place(annotate(report(1), work, work)[0]).endswith(",line=1")


def test_there_are_at_most_ten(work):
    assert len(annotate(report(30, line=1), work, work)) == MOST == 10


def test_files_outside_the_work_tree_cannot_be_annotated(work, tmp_path_factory):
    assert annotate(report(1, line=1), work, tmp_path_factory.mktemp("elsewhere")) == []


def test_nothing_in_a_message_is_a_command(work):
    (line,) = annotate(report(1, line=1, text=HOSTILE, name="a,line=9::b"), work, work)
    assert "\n" not in line
    assert "\r" not in line
    assert "##[" not in line
    assert len(line) < 5000
    assert place(line) == "file=exercises/activations/a%2Cline=9%3A%3Ab.py,line=1"
    assert "%0A%3A%3A" not in line  # in the data part colons are harmless, since a line has begun already
