"""The one collector of checks: what it finds in a file, how variants are called, and what it refuses in one line."""

import subprocess
import sys

import pytest

from grader.course import own_course
from grader.errors import GradingError
from grader.grading.collecting import check_file, checks_hash, collect

IMPORTS = "import numpy as np\nfrom grader.checks import *\n"


@pytest.fixture
def collected(mini):
    """Returns what is found in a file with this text."""

    def read(text):
        mini.add(checks=IMPORTS + text)
        return check_file(mini.course, mini.course.find("double"))

    return read


@pytest.fixture
def refused(collected):
    """Returns the line with which a file is refused."""

    def read(text):
        with pytest.raises(GradingError) as caught:
            collected(text)
        assert "\n" not in str(caught.value)
        assert "tests/basics/test_double.py" in str(caught.value)
        return str(caught.value)

    return read


def names(file):
    return [check.name for check in file.checks]


# ---- what is found --------------------------------------------------------------------------------------------


def test_the_checks_of_a_file_come_in_its_order_with_their_titles(collected):
    file = collected(
        "def helper(): pass\n"
        "def test_two(student):\n    '''Is two.\n\n    More.\n    '''\n"
        "test_number = 1\n"
        "def test_one(student):\n    pass\n"
    )
    assert [(check.name, check.title) for check in file.checks] == [("test_two", "Is two."), ("test_one", "test_one")]


def test_a_contract_is_a_check_for_each_promise_where_it_stands(collected):
    file = collected(
        "def test_first(student): pass\n"
        "@contract(lambda x: x, 'pure', 'float32', defaults={'x': 2.0})\ndef double(rng):\n    return (1.0,)\n"
        "def test_last(student): pass\n"
    )
    assert names(file) == ["test_first", "test_defaults", "test_pure", "test_float32", "test_last"]
    assert file.checks[1].title == "Uses x 2 unless told otherwise."
    assert file.checks[2].wants == ("student", "rng")


def test_the_first_check_is_the_core_unless_others_are(collected, mini):
    assert [check.core for check in collected("def test_a(): pass\ndef test_b(): pass\n").checks] == [True, False]
    mini.write("tests/basics/test_double.py", f"{IMPORTS}def test_a(): pass\n@core\ndef test_b(): pass\n")
    assert [check.core for check in check_file(mini.course, mini.course.find("double")).checks] == [False, True]


@pytest.mark.parametrize("order", ["above", "below"])
def test_marks_count_above_a_contract_and_below_it(collected, order):
    marks, contract = "@core\n@weight(3)\n@parametrize('k', [1, 2])\n", "@contract(None, 'pure', 'new_arrays')\n"
    decorators = marks + contract if order == "above" else contract + marks
    file = collected(f"def test_value(student): pass\n{decorators}def double(k):\n    return (k,)\n")
    assert [(check.core, check.weight, len(check.variants)) for check in file.checks] == [(False, 1, 1)] + 2 * [
        (True, 3, 2)
    ]


def test_mistakes_and_the_statistic_are_found_and_are_no_checks(collected):
    file = collected(
        "def test_it(student): pass\n"
        "@misconception('is wrong')\ndef test_looks_like_a_check(x):\n    return x\n"
        "@misconception('is a class')\nclass other: pass\n"
        "@statistic(rtol=0.2)\ndef spread(answer): return answer.std()\n"
    )
    assert names(file) == ["test_it"]
    assert [mistake.name for mistake in file.misconceptions] == ["test_looks_like_a_check", "other"]
    assert file.statistic.rtol == 0.2
    assert file.solution().double(3) == 6


def test_what_is_imported_is_not_of_the_file(collected, mini):
    mini.write("tests/basics/shared.py", "def test_shared(student): pass\n")
    file = collected(
        "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent))\n"
        "from shared import test_shared\nsys.path.pop(0)\ndef test_it(student): pass\n"
    )
    assert names(file) == ["test_it"]


def test_files_of_the_same_name_are_modules_of_their_own(mini):
    mini.add("one", checks=f"{IMPORTS}def test_it(student): pass\nNAME = 'one'\ndef test_one(): return NAME\n")
    mini.add("two", checks=f"{IMPORTS}def test_it(student): pass\nNAME = 'two'\ndef test_two(): return NAME\n")
    files = collect(mini.course, mini.course.exercises)
    assert {name: file.checks[1].function() for name, file in files.items()} == {"one": "one", "two": "two"}
    assert not any("checks_of" in name for name in sys.modules)


def test_the_hash_is_of_checks_and_recordings(mini):
    exercise = mini.add()
    hashes = [checks_hash(mini.course, [exercise])]
    mini.write("tests/recordings/double.rec", "recorded")
    hashes.append(checks_hash(mini.course, [exercise]))
    mini.change("tests/basics/test_double.py", "size=4", "size=5")
    hashes.append(checks_hash(mini.course, [exercise]))
    mini.change("solutions/basics/double.py", "return 2 * x", "return x + x")
    assert len(set(hashes)) == 3
    assert checks_hash(mini.course, [exercise]) == hashes[-1]


def test_every_check_of_the_course_has_an_id_of_its_own():
    for exercise in own_course().exercises:
        file = check_file(own_course(), exercise)
        ids = [variant.id for check in file.checks for variant in check.variants]
        assert len(set(ids)) == len(ids)
        assert any(check.core for check in file.checks)


# ---- variants -------------------------------------------------------------------------------------------------

VARIANTS = """
def function(x): return x

@parametrize("k", [0, -1, 2.5, 1e-9, float("nan"), True, None, 1 + 2j, np.float64(3), np.int64(3)])
def test_numbers(student, k): pass

@parametrize("k", ["text", "two words", "a-b", "é", "π\\n", "back\\\\slash"])
def test_texts(student, k): pass

@parametrize("k", [np.ones(2), [1], (1, 2), {}, function, np.ndarray, object()])
def test_things(k, student): pass

@parametrize(("k", "axis"), [(1, 0), ([2], 1), ("c", None)])
def test_several(student, axis, k): pass

@parametrize("sign", [1, -1])
@parametrize(["k", "axis"], [(1, 0), (2, 1)])
@parametrize("last", ["x", (0,)])
def test_stacked(student, k, axis, sign, last): pass
"""


def test_variants_are_called_as_pytest_calls_them_and_come_in_its_order(collected, tmp_path):
    ours = [variant.id for check in collected(VARIANTS).checks for variant in check.variants]
    text = VARIANTS.replace("@parametrize", "@pytest.mark.parametrize")
    (tmp_path / "test_it.py").write_text(
        f"import numpy as np\nimport pytest\n@pytest.fixture\ndef student(): pass\n{text}"
    )
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    theirs = [line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line]
    assert len(theirs) == 34, done.stdout
    assert ours == theirs


def test_a_variant_holds_the_values_of_its_row(collected):
    file = collected(VARIANTS)
    assert [dict(variant.parameters) for variant in file.checks[3].variants] == [
        {"k": 1, "axis": 0}, {"k": [2], "axis": 1}, {"k": "c", "axis": None}
    ]  # fmt: skip
    assert dict(file.checks[4].variants[1].parameters) == {"last": "x", "k": 1, "axis": 0, "sign": -1}


# ---- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark", ["pytest.mark.parametrize('k', [1])", "pytest.mark.skip", "pytest.mark.slow", "pytest.mark.timeout(1)"]
)
@pytest.mark.parametrize("where", ["check", "above the contract", "below the contract", "file"])
def test_a_mark_of_pytest_is_refused(refused, mark, where):
    contract = "@contract(None, 'pure')\n"
    text = {
        "check": f"@{mark}\ndef test_pure(student): pass\n",
        "above the contract": f"@{mark}\n{contract}def double(rng): return (1,)\n",
        "below the contract": f"{contract}@{mark}\ndef double(rng): return (1,)\n",
        "file": f"pytestmark = [{mark}]\n",
    }
    line = refused(f"import pytest\ndef test_value(student): pass\n{text[where]}")
    assert "has a mark of pytest: core, weight and parametrize come from grader.checks" in line


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def test_it(student, tmp_path): pass\n", "test_it asks for tmp_path: a check has student, rng, child"),
        ("@parametrize('k', [1])\ndef test_it(j, i): pass\n", "does not take its parameter k"),
        ("@parametrize('k', [1])\ndef test_it(k, i, j): pass\n", "test_it asks for i, j: a check has student"),
        ("@contract(None, 'pure')\ndef double(monkeypatch): return (1,)\n", "test_pure asks for monkeypatch"),
        ("@parametrize('k', [])\ndef test_it(k): pass\n", "test_it has a parameter without values"),
        ("@parametrize('k', [1, 1])\ndef test_it(k): pass\n", "test_it[1] stands twice among the parameters"),
        ("def test_pure(): pass\n@contract(None, 'pure')\ndef double(): return ()\n", "test_pure is defined twice"),
        ("x = 1\n", "tests/basics/test_double.py holds no checks"),
    ],
)  # fmt: skip
def test_a_check_that_cannot_be_run_is_refused(refused, text, reason):
    assert reason in refused(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def test_it(student): pass\n1 / 0\n", "line 4: ZeroDivisionError: division by zero"),
        ("def test_it(student): pass\ndef f(): return {}['k']\nf()\n", "line 4: KeyError: 'k'"),
        ("\n\ndef test_it(student:\n", "line 5: SyntaxError: '(' was never closed"),
        ("def test_it():\n\tpass\n        pass\n", "line 5: TabError"),
        ("import no_such_module\n", "line 3: ModuleNotFoundError: No module named 'no_such_module'"),
        ("\n@contract(None, 'purr')\ndef double(): return ()\n", "line 4: CheckError: 'purr' is no promise"),
        ("@on_learner_side\ndef f(x): return IMPORTED\n", "line 3: CheckError: f runs on the learner's side, where"),
        ("@parametrize(('k', 'j'), [(1,)])\ndef test_it(k, j): pass\n", "line 3: ValueError"),
    ],
)  # fmt: skip
def test_a_file_that_is_broken_is_refused_with_its_line(refused, text, reason):
    assert f"the checks could not be collected: tests/basics/test_double.py, {reason}" in refused(text)


def test_a_file_that_is_no_utf_8_is_refused(collected, mini):
    mini.add()
    (mini.root / "tests/basics/test_double.py").write_bytes(b"x = '\xff'\n")
    with pytest.raises(
        GradingError, match=r"^the checks could not be collected: tests/basics/test_double.py[,:] .*\S$"
    ):
        check_file(mini.course, mini.course.find("double"))


def test_a_file_that_is_missing_is_said_to_be(mini):
    exercise = mini.add()
    mini.course.checks(exercise).unlink()
    with pytest.raises(GradingError, match=r"^the checks tests/basics/test_double.py are missing$"):
        collect(mini.course, mini.course.exercises)
