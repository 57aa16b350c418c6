"""Learning in a notebook: cells are checked and saved, commands run, a topic is written, real Jupyter runs it."""

import json
import subprocess
import sys

import nbformat
import pytest

from grader.course import Workspace, own_course
from grader.learning.notebook.cells import keep
from grader.learning.notebook.questions import next_question
from grader.learning.notebook.topic import write

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "print('loaded')\n\n\ndef double(x):\n    return x * x\n"
FILE = "exercises/basics/double.py"
NOTE = """\
# Basics

What there is to know, with $x^2$. See [`double`](double.py).

### Why?

**Because.**

It is so.

<details><summary>They will ask next</summary>

- **And then?** Then nothing.
- **Really?** Yes.

</details>

<!-- answers: 000 Secret -->

### Why not?

For no reason.
"""
SHELL = """\
import json, os, signal, sys, threading
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

shell = InteractiveShell.instance()
found = []
for cell in json.loads(sys.argv[1]):
    if cell.startswith("# interrupt"):
        threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        cell = cell.partition("\\n")[2]
    with capture_output() as said:
        done = shell.run_cell(cell)
    data = [output.data for output in said.outputs]
    found.append({"out": said.stdout, "err": said.stderr, "data": data, "value": repr(done.result),
                  "error": type(done.error_in_exec).__name__})
print(json.dumps(found))
"""


@pytest.fixture
def katas(mini):
    """A course with two exercises, notes and recordings."""
    mini.add(questions=["Why?"])
    mini.add("twice")
    mini.write("solutions/basics/twice.py", mini.read("solutions/basics/double.py").replace("double", "twice"))
    mini.write("tests/basics/test_twice.py", mini.read("tests/basics/test_double.py").replace(".double", ".twice"))
    mini.sync()
    mini.write("exercises/basics/README.md", NOTE)
    assert mini.kata("record").returncode == 0
    return mini


def run(katas, *cells):
    """Run cells in an interactive Python, whose first loads the extension, and return what each of them showed."""
    done = katas.python("-c", SHELL, json.dumps(["%load_ext grader", *cells]))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])[1:]


# ---- a cell ----------------------------------------------------------------------------------------------------


def test_a_cell_is_checked_shown_saved_and_defined(katas):
    wrong, value, right = run(katas, f"%%kata double\n{WRONG}", "double(3)", f"%%kata doub\n{RIGHT}")
    (shown,) = wrong["data"]
    assert "squares the number" in shown["text/plain"]
    assert "squares the number" in shown["text/html"]
    assert "<style>" in shown["text/html"]
    assert wrong["out"] == "loaded\n"
    assert value["value"] == "9"
    assert "1/1 points" in right["data"][0]["text/html"]
    assert katas.read(FILE) == RIGHT
    assert "1 of 2 done" in katas.kata("list").stdout


def test_a_cell_that_cannot_be_loaded_or_does_not_end_is_told_and_not_run_here(katas):
    broken, endless, missing = run(
        katas, "%%kata double\ndef double(x:", "%%kata double\nwhile True: pass", "%%kata double\nimport nothing_here"
    )
    assert "SyntaxError" in broken["data"][0]["text/plain"]
    assert "took" in endless["data"][0]["text/plain"]
    assert "nothing_here" in missing["data"][0]["text/plain"]
    assert [each["error"] for each in (broken, endless, missing)] == ["NoneType"] * 3


def test_what_a_cell_says_is_no_part_of_the_page(katas):
    (shown,) = run(katas, "%%kata double\ndef double(x):\n    print('<script>alert(1)</script>')\n    return 0")
    assert "<script>" not in shown["data"][0]["text/html"]
    assert "&lt;script&gt;" in shown["data"][0]["text/html"]


def test_a_stub_is_not_attempted_and_saves_nothing(katas):
    katas.write(FILE, RIGHT)
    stub = katas.read("exercises/basics/twice.py").replace("twice", "double")
    (shown,) = run(katas, f"%%kata double\n{stub}")
    assert "not attempted" in shown["data"][0]["text/plain"]
    assert katas.read(FILE) == RIGHT


def test_an_interrupted_check_leaves_the_next_one_whole(katas):
    stopped, right = run(katas, "# interrupt\n%%kata double\nwhile True: pass", f"%%kata double\n{RIGHT}")
    assert stopped["error"] == "KeyboardInterrupt"
    assert "1/1 points" in right["data"][0]["text/plain"]


def test_wrong_words_are_one_line(katas):
    said = run(
        katas,
        "%%kata duoble\nx = 1",
        "%%kata\nx = 1",
        "%kata solutoin double",
        "%kata watch double",
        "%kata ask nobody",
    )
    wanted = ("did you mean 'double'", "%%kata NAME", "Did you mean 'solution'?", "needs a terminal", "nobody")
    for each, words in zip(said, wanted, strict=True):
        assert words in each["err"]
        assert each["err"].startswith("kata: ")
        assert each["err"].count("\n") == 1
        assert each["error"] == "NoneType"


def test_commands_run_in_a_notebook(katas):
    hint, asked = run(katas, "%kata hint double", "%kata ask double")
    assert "Think." in hint["out"]
    assert asked["data"][0]["text/markdown"].startswith("**Why?**\n\n<details><summary>Answer</summary>")


def test_cells_are_checked_where_only_the_learners_packages_are(katas):
    katas.write(
        "sitecustomize.py", "import sys\nsys.modules |= dict.fromkeys(['markdown_it', 'nbformat', 'matplotlib'])\n"
    )
    right, asked = run(katas, f"%%kata double\n{RIGHT}", "%kata ask")
    assert "1/1 points" in right["data"][0]["text/html"]
    assert asked["err"] == "kata: the notes need markdown_it: pip install 'deep-learning-katas[notebook]'\n"


# ---- the file --------------------------------------------------------------------------------------------------


def test_cell_and_file_are_kept_in_step(mini):
    exercise = mini.add()
    course, workspace = mini.course, mini.workspace
    assert keep(course, workspace, exercise, RIGHT) == ""
    assert keep(course, workspace, exercise, WRONG) == ""  # the notebook wrote it, so the notebook may change it
    assert mini.read(FILE) == WRONG
    mini.write(FILE, "def double(x):\n    return x + x\n")
    said = keep(course, workspace, exercise, RIGHT)
    assert "%%kata double --force" in said
    assert mini.read(FILE) == "def double(x):\n    return x + x\n"
    assert ".kata/old/double.1.py" in keep(course, workspace, exercise, RIGHT, force=True)
    assert mini.read(FILE) == RIGHT
    assert mini.read(".kata/old/double.1.py") == "def double(x):\n    return x + x\n"
    assert keep(course, workspace, exercise, WRONG) == ""


def test_a_file_that_is_gone_comes_back_and_one_that_cannot_be_read_stays(mini):
    exercise = mini.add()
    (mini.root / FILE).unlink()
    assert keep(mini.course, mini.workspace, exercise, RIGHT) == ""
    assert mini.read(FILE) == RIGHT
    (mini.root / FILE).write_bytes(b"\xff\xfe")
    assert "--force" in keep(mini.course, mini.workspace, exercise, RIGHT)
    assert (mini.root / FILE).read_bytes() == b"\xff\xfe"


# ---- a topic ---------------------------------------------------------------------------------------------------


def test_a_topic_is_a_valid_notebook(mini):
    mini.add(questions=["Why?"])
    mini.write("exercises/basics/README.md", NOTE)
    mini.write(FILE, RIGHT)
    path = write(mini.course, mini.workspace, mini.course.topics[0])
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    sources = [cell.source for cell in book.cells]
    assert sources[1] == "%load_ext grader"
    assert f"%%kata double\n{RIGHT.rstrip()}" in sources  # what is written already, not the stub
    place = sources.index(f"%%kata double\n{RIGHT.rstrip()}")
    assert sources[place + 1].startswith("**Why?**\n\n<details>")  # what it practises comes below it
    assert sources[-2] == "## More questions"
    assert "Secret" not in "".join(sources)
    assert "$x^2$" in sources[2]
    again = path.read_text()
    write(mini.course, mini.workspace, mini.course.topics[0])
    assert path.read_text() == again


@pytest.mark.parametrize("topic", own_course().topics, ids=lambda topic: topic.name)
def test_every_topic_is_a_valid_notebook(topic, tmp_path):
    book = nbformat.read(write(own_course(), Workspace(tmp_path), topic), as_version=4)
    nbformat.validate(book)
    text = "\n".join(cell.source for cell in book.cells)
    assert all(f"%%kata {exercise.name}\n" in text for exercise in topic.exercises)
    assert text.count("<details>") == text.count("</details>")
    assert "<!--" not in text


def test_a_notebook_is_never_overwritten_unasked(katas):
    first = katas.kata("notebook", "exercises/basics/")
    assert first.stdout == "exercises/basics/basics.ipynb: open it in Jupyter or in your editor\n"
    katas.write("exercises/basics/basics.ipynb", "mine")
    refused = katas.kata("notebook", "basics")
    assert (refused.returncode, katas.read("exercises/basics/basics.ipynb")) == (2, "mine")
    assert "--force" in refused.stderr
    assert katas.kata("notebook", "bas", "--force").returncode == 0
    assert "did you mean 'basics'" in katas.kata("notebook", "basisc").stderr


def test_without_nbformat_it_says_what_to_install(katas):
    katas.write("sitecustomize.py", "import sys\nsys.modules['nbformat'] = None\n")
    refused = katas.kata("notebook", "basics")
    assert refused.stderr == "kata: a notebook needs nbformat: pip install 'deep-learning-katas[notebook]'\n"


def test_an_answer_is_folded_in_all_its_depths(mini):
    mini.add(questions=["Why?"])
    mini.write("exercises/basics/README.md", NOTE)
    text = next_question(mini.course, mini.workspace, ["double"])
    before, _, inside = text.partition("<details>")
    assert before.strip() == "**Why?**"
    for words in ("**Because.**", "It is so.", "- *And then?* Then nothing."):
        assert words in inside


def test_the_package_imports_nothing():
    code = "import sys; before = set(sys.modules); import grader; print(sorted(set(sys.modules) - before))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "['grader']\n"


# ---- real Jupyter ----------------------------------------------------------------------------------------------


def test_jupyter_runs_a_notebook_of_a_topic(katas):
    assert katas.kata("notebook", "basics").returncode == 0
    path = katas.root / "exercises/basics/basics.ipynb"
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.source.startswith("%%kata double"):
            cell.source = f"%%kata double\n{WRONG}"
    book.cells += [nbformat.v4.new_code_cell(text) for text in ("double(3)", "%kata hint double")]
    nbformat.write(book, path)
    done = katas.python("-m", "nbconvert", "--execute", "--inplace", "--to", "notebook", path, timeout=240)
    assert done.returncode == 0, done.stderr
    outputs = {cell.source: cell.outputs for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"}
    shown, printed = outputs[f"%%kata double\n{WRONG}"]
    assert "squares the number" in shown.data["text/html"]
    assert printed.text == "loaded\n"
    assert outputs["double(3)"][0].data["text/plain"] == "9"
    assert "Think." in outputs["%kata hint double"][0].text
    assert katas.read(FILE) == WRONG
