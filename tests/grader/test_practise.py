"""`kata solution`, `reset` and `next`, and the names that may be left out, as they are typed in a small course."""

import os

import pytest

from grader.learning.memory import Memory

MINE = "def double(x):\n    twice = x + x\n    return twice\n"
PATH = "exercises/basics/double.py"


@pytest.fixture
def katas(mini):
    mini.add()
    mini.add("quadruple", prerequisites=("double",))
    mini.add("last_one", topic="more")
    return mini


def write(katas, name, text, topic="basics"):
    return katas.write(f"exercises/{topic}/{name}.py", text)


def checked(katas, name, text, status):
    memory = Memory(katas.workspace)
    memory.checked(name, text, status)
    memory.save()


# ---- kata solution -------------------------------------------------------------------------------------------


def test_a_solution_is_shown_when_it_is_asked_for_twice_and_marked_as_seen(katas):
    write(katas, "double", MINE)
    first = katas.kata("solution", "double")
    assert first.stdout.startswith("double is not solved yet. Ask again to see the reference")
    assert "2 * x" not in first.stdout
    assert "solution seen" not in katas.kata("list", "basics").stdout
    second = katas.kata("solution", "double").stdout
    assert "≠     return 2 * x\n" in second
    assert "≠     twice = x + x\n" in second
    assert "  def double(x):\n" in second
    assert "SOLUTION" not in second
    assert "solution seen" in katas.kata("list", "basics").stdout


def test_once_solved_a_solution_is_shown_at_once_and_beside_yours_where_there_is_room(katas):
    write(katas, "double", MINE)
    checked(katas, "double", MINE, "passed")
    shown = katas.kata("solution", "double", env={"COLUMNS": "110"}).stdout.splitlines()
    assert shown[0].split() == ["Yours", "The", "reference"]
    assert shown[1] == f"{'def double(x):':53} │ def double(x):"
    assert shown[2] == f"{'    twice = x + x':53} ≠     return 2 * x"
    narrow = katas.kata("solution", "double", env={"COLUMNS": "40", "PYTHONIOENCODING": "ascii"}).stdout.splitlines()
    assert narrow[:2] == ["Yours", "  def double(x):"]
    assert "!     return 2 * x" in narrow


@pytest.mark.parametrize("width", ["110", "60"])
def test_what_you_wrote_steers_no_terminal(katas, width):
    text = MINE.replace("x + x", "x + x + len('\x1b[2J\x9b2J\u202e')")
    write(katas, "double", text)
    shown = [katas.kata("solution", "double", env={"COLUMNS": width}).stdout for _ in range(2)][1]
    assert "\\u202e" in shown
    assert not set("\x1b\x9b\u202e") & set(shown)


def test_what_is_no_program_is_not_compared(katas):
    write(katas, "double", "def double(x:\n")
    shown = [katas.kata("solution", "double").stdout for _ in range(2)][1]
    assert shown.startswith("The reference; yours is no program that could be compared\n")
    assert "return 2 * x" in shown


def test_a_workspace_may_keep_its_solutions_to_itself(katas, tmp_path):
    katas.write("kata.toml", 'course = "Katas"\nsolutions = false\n')
    result = katas.kata("solution", "double")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "kata: the solutions are not shown here: kata.toml says solutions = false\n"


# ---- kata reset ----------------------------------------------------------------------------------------------


def test_what_was_there_is_kept_and_comes_back(katas):
    stub = katas.read(PATH)
    write(katas, "double", MINE)
    result = katas.kata("reset", "double")
    assert result.stdout == (
        f"{PATH} is the stub again\nWhat was there is kept in .kata/old/double.1.py: kata reset double --back\n"
    )
    assert (katas.read(PATH), katas.read(".kata/old/double.1.py")) == (stub, MINE)
    write(katas, "double", "x = 1\n")
    assert "kept in .kata/old/double.2.py" in katas.kata("reset", "double", "--back").stdout
    assert (katas.read(PATH), katas.read(".kata/old/double.2.py")) == (MINE, "x = 1\n")
    katas.kata("reset", "double", "--back")
    assert katas.read(PATH) == "x = 1\n"
    assert sorted(path.name for path in (katas.root / ".kata/old").iterdir()) == ["double.1.py", "double.2.py"]


@pytest.mark.parametrize("content", [b"\xff\x00 no text", b"# only a comment more\n%s"])
def test_nothing_is_lost_whatever_the_file_holds(katas, content):
    file = katas.root / PATH
    content = content.replace(b"%s", file.read_bytes())
    file.write_bytes(content)
    katas.kata("reset", "double")
    assert (katas.root / ".kata/old/double.1.py").read_bytes() == content
    katas.kata("reset", "double", "--back")
    assert file.read_bytes() == content


def test_a_stub_is_not_kept_and_a_file_that_is_gone_comes_back(katas):
    assert katas.kata("reset", "double").stdout == f"{PATH} is the stub again\n"
    stub = katas.read(PATH)
    (katas.root / PATH).unlink()
    katas.kata("reset", "double")
    assert katas.read(PATH) == stub
    assert not (katas.root / ".kata/old").exists()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_link_is_left_alone(katas, tmp_path):
    other = tmp_path / "other.py"
    other.write_text(MINE)
    (katas.root / PATH).unlink()
    (katas.root / PATH).symlink_to(other)
    result = katas.kata("reset", "double")
    assert result.stderr.startswith(f"kata: {PATH} cannot be kept: the file is a link")
    assert other.read_text() == MINE


def test_what_cannot_be_kept_is_not_overwritten(katas):
    write(katas, "double", MINE)
    katas.write(".kata", "in the way")
    result = katas.kata("reset", "double")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert katas.read(PATH) == MINE


# ---- kata next, and names that are left out --------------------------------------------------------------------


def test_next_is_what_you_were_at_before_the_first_that_you_can_do(katas):
    assert katas.kata("next").stdout.startswith(f"Next: write {PATH}\n  Twice a number, •, 1 point.\n")
    write(katas, "last_one", "x = 1\n", topic="more")
    assert katas.kata("next").stdout.startswith("Next: finish exercises/more/last_one.py\n")
    write(katas, "double", MINE)
    checked(katas, "double", MINE, "failed")
    assert katas.kata("next").stdout.startswith(f"Next: finish {PATH}\n")
    checked(katas, "double", MINE, "passed")
    checked(katas, "last_one", "x = 1\n", "passed")
    assert katas.kata("next").stdout.startswith("Next: write exercises/basics/quadruple.py\n")


def test_without_a_name_the_one_that_was_saved_or_checked_last_is_meant(katas):
    assert katas.kata("hint").stdout.startswith("double, hint 1")
    checked(katas, "quadruple", MINE, "failed")
    assert katas.kata("hint").stdout.startswith("quadruple, hint 1")
    saved = write(katas, "last_one", "x = 1\n", topic="more")
    os.utime(saved, (saved.stat().st_mtime + 10,) * 2)
    assert katas.kata("hint").stdout.startswith("last_one, hint 1")
    assert katas.kata("hint", "basics").stdout.startswith("double, hint 2")
    assert katas.kata("reset").stdout.startswith("exercises/more/last_one.py is the stub again")
