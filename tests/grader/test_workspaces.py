"""`kata init` makes a folder to learn in, and brings it up to date without touching what somebody wrote."""

import pytest

from grader.course import find_workspace
from grader.course.stubs import stub_of
from grader.course.workspace import read_workspace
from grader.errors import UsageError
from grader.learning.workspaces import make

DOUBLE = "exercises/basics/double.py"
WRITTEN = "def double(x):\n    return x + x\n"


@pytest.fixture
def katas(mini):
    mini.add()
    mini.add("twice")
    mini.note()
    mini.write("exercises/figures/net.svg", "<svg/>")
    return mini


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "my work"


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_workspace_holds_stubs_notes_and_settings_and_nothing_of_the_checks(katas, folder):
    made = make(folder, katas.course)
    assert files(folder) == {
        "kata.toml", "README.md", ".gitignore", ".vscode/settings.json", ".vscode/tasks.json", ".kata/written.json",
        "exercises/README.md", "exercises/basics/README.md", "exercises/figures/net.svg", DOUBLE,
        "exercises/basics/twice.py",
    }  # fmt: skip
    assert files(folder) - {".kata/written.json"} == set(made.new)
    assert (made.refreshed, made.kept) == ([], [])
    assert (folder / DOUBLE).read_text() == stub_of(katas.course, katas.course.find("double"))
    assert "lists 2\nexercises" in (folder / "README.md").read_text()
    assert DOUBLE in (folder / "README.md").read_text()
    workspace = find_workspace(folder / "exercises/basics")
    assert (workspace.root, workspace.names, workspace.solutions) == (folder, None, True)


def test_again_brings_what_is_new_refreshes_what_is_untouched_and_keeps_what_is_written(katas, folder):
    make(folder, katas.course)
    assert make(folder, katas.course) == make(folder, katas.course)
    (folder / DOUBLE).write_text(WRITTEN)
    (folder / "README.md").write_text("mine")
    (folder / "exercises/figures/net.svg").unlink()
    for name in ("double", "twice"):
        katas.change(f"solutions/basics/{name}.py", "Return 2 * x.", "Return the double.")
    katas.add("thrice")
    katas.note()
    made = make(folder, katas.course)
    assert made.new == ["exercises/basics/thrice.py", "exercises/figures/net.svg"]
    assert made.refreshed == ["exercises/basics/twice.py", "exercises/README.md", "exercises/basics/README.md"]
    assert made.kept == ["README.md"]
    assert (folder / DOUBLE).read_text() == WRITTEN
    assert (folder / "README.md").read_text() == "mine"
    assert "Return the double." in (folder / "exercises/basics/twice.py").read_text()
    assert "thrice" in (folder / "exercises/basics/README.md").read_text()


def test_a_stub_with_a_comment_only_is_untouched_and_with_a_statement_is_not(katas, folder):
    make(folder, katas.course)
    stub = (folder / DOUBLE).read_text()
    for text, refreshed in ((f"# a thought\n{stub}", [DOUBLE]), (f"{stub}\nx = 1\n", []), ("", [])):
        (folder / DOUBLE).write_text(text)
        assert make(folder, katas.course).refreshed == refreshed
        assert (folder / DOUBLE).read_text() == (stub if refreshed else text)


@pytest.mark.parametrize("text", ["[", "[]", "[" * 9999])
def test_without_its_memory_of_what_it_wrote_it_keeps_whatever_differs(katas, folder, text):
    make(folder, katas.course)
    (folder / ".kata/written.json").write_text(text)
    katas.note()
    katas.write("exercises/basics/README.md", "# Other notes\n")
    made = make(folder, katas.course)
    assert made.kept == ["exercises/basics/README.md"]
    assert "Other" not in (folder / "exercises/basics/README.md").read_text()


def test_only_what_was_handed_out_is_brought_up_to_date(katas, folder):
    make(folder, katas.course)
    (folder / "kata.toml").write_text('course = "Katas"\nexercises = ["double"]\nsolutions = false\n')
    (folder / "exercises/basics/twice.py").unlink()
    assert make(folder, katas.course).new == []
    workspace = find_workspace(folder)
    assert [exercise.name for exercise in workspace.exercises(katas.course)] == ["double"]
    assert not workspace.solutions


@pytest.mark.parametrize("content", ["a file", "another folder"])
def test_a_folder_that_holds_something_else_is_refused_unless_forced(katas, folder, content):
    (folder / "exercises/basics").mkdir(parents=True)
    (folder / DOUBLE).write_text(content)
    (folder / "README.md").write_text(content)
    with pytest.raises(UsageError, match="my work is not empty; --force writes the exercises among what is there"):
        make(folder, katas.course)
    assert files(folder) == {DOUBLE, "README.md"}
    made = make(folder, katas.course, force=True)
    assert (folder / DOUBLE).read_text() == (folder / "README.md").read_text() == content
    assert made.kept == ["README.md"]
    assert "exercises/basics/twice.py" in made.new


def test_a_file_in_the_place_of_the_folder_is_refused(katas, folder):
    folder.write_text("mine")
    with pytest.raises(UsageError, match=r"is a file; name a folder$"):
        make(folder, katas.course, force=True)
    assert folder.read_text() == "mine"


def test_an_empty_folder_will_do(katas, folder):
    folder.mkdir()
    assert make(folder, katas.course).new


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("course = ", "cannot be read: Invalid value"),
        (b"\xff", "cannot be read: "),
        ("x = " + "[" * 9999, "cannot be read: "),
        ("curse = 'x'", "unknown key 'curse'; did you mean 'course'?"),
        ("exercises = 'double'", "exercises must be a list of names"),
        ("exercises = [3]", "exercises must be a list of names"),
        ("solutions = 'no'", "solutions must be true or false"),
    ],
)
def test_a_mark_that_is_not_right_is_one_line(tmp_path, text, error):
    (tmp_path / "kata.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as caught:
        read_workspace(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'kata.toml'}")
    assert error in str(caught.value)
    assert "\n" not in str(caught.value)
