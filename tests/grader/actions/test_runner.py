"""What a step tells its runner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.actions import runner
from grader.errors import CourseError, StepError


@given(st.text(), st.text())
def test_a_command_is_one_line_that_says_what_it_was_given(message, title):
    line = runner.command("error", message, title=title, line=3)
    assert not {"\r", "\n"} & set(line)
    properties, _, said = line.removeprefix("::error title=").partition("::")
    title_said, number = properties.split(",")
    assert number == "line=3"

    def read(text, *characters):
        for character in (*characters, "\n", "\r", "%"):
            text = text.replace(f"%{ord(character):02X}", character)
        return text

    assert read(said) == message
    assert read(title_said, ",", ":") == title


@pytest.mark.parametrize("error", [StepError("no\nluck"), CourseError("no luck")])
def test_what_goes_wrong_is_one_line(error, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KATA_OUT", str(tmp_path / "out"))

    def step():
        raise error

    assert runner.run(step) == 1
    assert capsys.readouterr().out == "::error::no luck\n"
    assert (tmp_path / "out/failure.txt").read_text() == "no luck\n"


def test_an_output_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    runner.output("score", "1\nother=2")
    assert (tmp_path / "output").read_text() == "score=1 other=2\n"


def test_a_variable_that_is_missing(monkeypatch):
    monkeypatch.setenv("KATA_COMMIT", "")
    with pytest.raises(StepError, match="KATA_COMMIT is not set"):
        runner.variable("KATA_COMMIT")
