"""One report, and what the forms drawn from it show."""

import dataclasses
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import root
from grader.errors import ReportError
from grader.report import (
    Argument,
    Case,
    Cause,
    CheckResult,
    ExerciseResult,
    Report,
    Run,
    Submission,
    load,
    parse,
    render,
)
from grader.reports import FORMS, badge, classroom50, gradescope, junit, summary, terminal
from grader.reports.layout import Screen
from grader.reports.terminal import Ways
from grader.reports.view import After, ranked, smallest, view

# ---- samples -------------------------------------------------------------------------------------------------

WRONG_VALUES = """\
leaky_relu(x, 0.2) with x: float64 (2, 3)
23 of 28 values differ. The largest error is 2.31, at [1, 2]:
  yours      0.2000
  expected  -2.1076"""
CONSTANT = (
    "This is what you get when the code returns the constant 0.01 for negative inputs; the slope must multiply the "
    "input: 0.01 * x. A constant has gradient 0, which is the dying ReLU that the slope is there to cure."
)
HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07[bold red]hi[/]\n::error::no\n##[error]no\n\u202eevil\u200b\r\n\x00" + "A" * 10_000_000
)


def check(title, status="passed", share=1.0, **fields):
    """Return a check that is worth ``share`` points."""
    name = "test_" + re.sub(r"\W+", "_", title.lower())
    fields = {"message": None, "diagnosis": None, "misconception": None, **fields}
    return CheckResult(name, title, status, share if status == "passed" else 0.0, share, **fields)


def case(numbers=2, kind="value", **fields):
    """Return the call of a check that failed."""
    values = {
        "function": "leaky_relu",
        "arguments": (Argument("x", "[[-1, 2],\n [ 3, 4]]"), Argument("negative_slope", "0.2")),
        "numbers": numbers,
        "kind": kind,
        "said": "1 of 4 entries differ",
        "returned": "[[0.01, 2],\n [3, 4]]",
        "expected": "[[-0.2, 2],\n [3, 4]]",
        "whose": "torch",
        **dict.fromkeys(("part", "source", "printed"), ""),
        "line": None,
    }
    return Case(**{**values, **fields})


def exercise(name, topic, status, checks, **fields):
    score = round(sum(item.score for item in checks), 2)
    max_score = round(sum(item.max_score for item in checks), 2)
    fields = {"message": None, "stdout": "", "line": None, **fields}
    return ExerciseResult(name, topic, status, score, max_score, 0.0123, tuple(checks), **fields)


def solved(name, topic):
    return exercise(name, topic, "passed", [check("Agrees with torch."), check("Accepts integers.")])


def wrong():
    return exercise(
        "leaky_relu",
        "activations",
        "failed",
        [
            check("Agrees with torch.nn.functional.leaky_relu.", "failed", 0.4, message=WRONG_VALUES,
                  diagnosis=CONSTANT, misconception="constant_0_01"),
            check("Works for a slope of 0, a small slope and a slope larger than 1.", "failed", 0.2,
                  message="leaky_relu(x, 2.0): the values at negative inputs differ", diagnosis=CONSTANT),
            check("Accepts integers.", "failed", 0.2, message="returned int64, expected float64"),
            dataclasses.replace(check("Leaves its input alone.", share=0.2), score=0.0),
        ],
        stdout="slope 0.2\nmask [[False  True] [ True False]]\n",
    )  # fmt: skip


def unloadable():
    message = "SyntaxError: '(' was never closed (line 7)"
    checks = [
        check(title, "error", message=message) for title in ("Agrees with torch.", "Returns float32 for float32.")
    ]
    return exercise("adamw_step", "optimizers", "error", checks, message=message, line=7)


def endless():
    checks = [
        check("Agrees with torch.", "timeout", message="took longer than 2 seconds; is there a loop that never ends?"),
        check("Accepts a hidden state.", "timeout"),
    ]
    return exercise("lstm_cell", "recurrent_networks", "timeout", checks)


def untouched(name, topic):
    return exercise(name, topic, "not_attempted", [check("Agrees with torch.", "skipped")])


def hostile():
    checks = [check("Agrees with torch.", "failed", message=HOSTILE, diagnosis="This is what you get.")]
    return exercise("softmax", "activations", "failed", checks, stdout=HOSTILE)


def cases():
    """An exercise three checks of which have failed in calls of different sizes, one of them hostile."""
    checks = [
        check("Agrees with torch.", "failed", 0.4, message="no", case=case(numbers=40), diagnosis="d"),
        check("Is pure.", "failed", 0.2, message="changed", case=case(1, "other", said="changed")),
        check("Works for one number.", "failed", 0.2, message="one", diagnosis="d",
              case=case(3, printed="here\n", said=HOSTILE[:3000], line=9, source=HOSTILE[:300])),
        check("Accepts integers.", "failed", 0.1, message="two", diagnosis="d", case=case(3)),
        check("Accepts views.", share=0.1),
    ]  # fmt: skip
    cause = Cause("d", None, 3, 4)
    return exercise("leaky_relu", "activations", "failed", checks, stdout="loaded\nhere\n", cause=cause)


def apart(exercise):
    """Return an exercise as one of a track of its own."""
    return dataclasses.replace(exercise, topic="modern", apart=True)


def report(*exercises):
    counted = [item for item in exercises if not item.apart]
    return Report(
        course="Deep learning katas",
        submission=Submission("exercises", "1f4e35f6c7a0b1d2e3f405162738495a6b7c8d9e", "ab" * 32),
        run=Run(7, "recorded", "process", "0.1.0", "cd" * 32, "2.4.6", None, "2026-11-22T10:00:00+00:00", 1.25),
        score=round(sum(item.score for item in counted), 2),
        max_score=round(sum(item.max_score for item in counted), 2),
        exercises=exercises,
    )


def half_way():
    return report(
        solved("sigmoid", "activations"), wrong(), unloadable(), solved("sgd_step", "optimizers"), endless(),
        untouched("gru_cell", "recurrent_networks"), untouched("layer_norm", "normalization"),
    )  # fmt: skip


SAMPLES = {
    "empty": report(),
    "solved": report(solved("sigmoid", "activations"), solved("sgd_step", "optimizers")),
    "one wrong": report(wrong()),
    "half way": half_way(),
    "hostile": report(hostile(), wrong()),
    "cases": report(cases(), solved("sigmoid", "activations")),
    "apart": report(solved("sigmoid", "activations"), apart(wrong()), apart(untouched("rope", "modern"))),
}
every_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())


# ---- the JSON form -------------------------------------------------------------------------------------------


@cache
def schema():
    jsonschema = pytest.importorskip("jsonschema")
    text = (resources.files("grader") / "report.schema.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return jsonschema.Draft202012Validator(json.loads(text))


@every_sample
def test_a_written_report_is_read_back_unchanged(sample, tmp_path):
    (tmp_path / "report.json").write_text(render(sample))
    assert load(tmp_path / "report.json") == sample


@every_sample
def test_a_written_report_fits_the_schema(sample):
    schema().validate(json.loads(render(sample)))


def test_fields_of_a_newer_version_are_left_out(tmp_path):
    data = half_way().to_dict() | {"new": 1}
    data["exercises"][0]["new"] = {"a": []}
    (tmp_path / "report.json").write_text(json.dumps(data))
    assert load(tmp_path / "report.json") == half_way()


def test_not_a_number_is_never_written():
    sample = dataclasses.replace(half_way(), score=float("nan"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        render(sample)


def changed(**fields):
    return json.dumps(half_way().to_dict() | fields)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not JSON (Expecting property name enclosed in double quotes, line 1)"),
        (b"\xff", "not JSON (not UTF-8)"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "the file must be an object, not []"),
        ("{}", "course is missing"),
        (render(half_way()).replace('"schema": 1,', ""), "schema is missing"),
        (changed(schema=2), "its schema is 2, and this version reads schema 1"),
        (changed(score="1"), 'score must be a number, not "1"'),
        (changed(score=True), "score must be a number, not true"),
        (changed(score=float("nan")), "NaN is not a number in JSON"),
        (changed(score=-1), "score must be a number from 0 upwards, and finite, not -1"),
        (changed(score=1e9), "score is larger than max_score"),
        (changed(score=4.5), "score is not the sum of its parts"),
        (changed(max_score=99), "max_score is not the sum of its parts"),
        (changed(exercises=[{}]), "exercises[0].name is missing"),
        (changed(submission={"path": "a", "commit": 1, "sha256": ""}), "submission.commit must be a string, not 1"),
        (render(half_way()).replace('"passed"', '"great\\n"', 1), "must be one of passed, failed"),
        (changed().replace('"score": 4.0', '"score": 1e999', 1), "and finite, not Infinity"),
    ],
)  # fmt: skip
def test_what_is_not_a_report_is_refused_in_one_line(content, complaint, tmp_path):
    path = tmp_path / "report.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ReportError) as caught:
        load(path)
    message = str(caught.value)
    assert complaint in message
    assert str(path) in message
    assert "\n" not in message


def test_a_missing_file_is_refused_in_one_line(tmp_path):
    with pytest.raises(ReportError, match=r"nowhere\.json: No such file or directory$"):
        load(tmp_path / "nowhere.json")


@pytest.mark.parametrize(("name", "shown"), [('Größe\\"a".json',) * 2, ("a\n::error::b\x1b", r"a\n::error::b\x1b")])
def test_a_file_is_called_by_its_name_on_one_line(name, shown):
    with pytest.raises(ReportError) as caught:
        load(Path(name))
    assert str(caught.value) == f"{shown}: No such file or directory"


def places(data, path=()):
    """Yield the path of every value in ``data``."""
    yield path
    for key, item in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(item, (*path, key))


PLACES = list(places(json.loads(render(half_way()))))[1:]
VALUES = st.one_of(
    st.none(), st.booleans(), st.text(max_size=3), st.integers(-2, 3), st.sampled_from([-0.5, 0.5, 2.5, [], {}, [{}]]),
    st.sampled_from(["passed", "failed", "error", "timeout", "skipped", "live", "bubblewrap"]),
)  # fmt: skip


def complaint(text):
    """Return what is wrong with a text, None if it is a report."""
    try:
        parse(text)
    except ValueError as error:
        return str(error)
    return None


@given(st.sampled_from(PLACES), st.one_of(st.just("delete"), VALUES.map(lambda value: [value])))
def test_load_accepts_exactly_what_the_schema_accepts_and_adds_up(place, change):
    data = json.loads(render(half_way()))
    parent = data
    for key in place[:-1]:
        parent = parent[key]
    if change == "delete":
        del parent[place[-1]]
    else:
        parent[place[-1]] = change[0]
    said = complaint(json.dumps(data))
    adds_up = not said or not re.search("is not the sum of its parts|is larger than max_score", said)
    assert schema().is_valid(data) == (said is None or not adds_up)


# ---- a report of the first version ---------------------------------------------------------------------------

FIRST = Path(__file__).with_name("report_0_1.json")  # as version 0.1 wrote it
FIRST_TEXTS = {
    "sigmoid": """\
import numpy as np


def sigmoid(x):
    x = np.asarray(x)
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)
""",
    "leaky_relu": """\
import numpy as np


def leaky_relu(x, negative_slope=0.01):
    print("slope", negative_slope)
    return np.where(x < 0, 0.01, x)
""",
    "relu": "def relu(x):\n    return x[\n",
}


def test_a_report_of_the_first_version_is_read_whole():
    report = load(FIRST)
    written, data = report.to_dict(), json.loads(FIRST.read_text("utf-8"))
    for place in places(data):
        ours, theirs = written, data
        for key in place:
            ours, theirs = ours[key], theirs[key]
        assert isinstance(theirs, dict | list) or ours == theirs, place
    statuses = {each.name: each.status for each in report.exercises}
    assert statuses == {"sigmoid": "passed", "leaky_relu": "failed", "relu": "error", "tanh": "not_attempted"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_report_of_the_first_version_is_drawn_in_every_form(form):
    assert SCORES[form.name](load(FIRST)) == (1.0, 4.0)


def test_a_run_that_the_first_version_reported_is_repeated(tmp_path):
    (tmp_path / "activations").mkdir()
    for name, text in FIRST_TEXTS.items():
        (tmp_path / f"activations/{name}.py").write_text(text)
    again = tmp_path / "again.json"
    words = [sys.executable, "-m", "grader.cli", "grade", tmp_path, "--like", FIRST, "--json", again]
    done = subprocess.run(words, cwd=root(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Repeated with seed 0: the same score (1 then, 1 now)." in done.stdout
    now, then = load(again), load(FIRST)
    assert now.submission.sha256 == then.submission.sha256
    assert now.run.seed == then.run.seed
    assert [(e.name, e.status, e.score) for e in now.exercises] == [(e.name, e.status, e.score) for e in then.exercises]


def test_a_field_that_is_newer_and_has_a_default_may_be_missing():
    """Every field that is added after the first version has one, or the tests above fail."""
    from grader import report as module

    @dataclasses.dataclass(frozen=True)
    class Newer(Submission):
        place: int | None = None

    data = {"path": "exercises", "commit": None, "sha256": "ab"}
    assert module._record(Newer, data, "") == Newer("exercises", None, "ab", None)
    assert module._record(Newer, {**data, "place": 3}, "") == Newer("exercises", None, "ab", 3)
    for wrong in ({**data, "place": "3"}, {"path": "exercises", "commit": None, "place": 3}):
        with pytest.raises(ValueError, match=r"place must be a whole number|sha256 is missing"):
            module._record(Newer, wrong, "")


# ---- the same score everywhere -------------------------------------------------------------------------------


def scores_in_json(sample):
    data = json.loads(render(sample))
    return data["score"], data["max_score"]


def scores_in_gradescope(sample):
    data = json.loads(gradescope.render(sample))
    assert data["score"] == pytest.approx(sum(test.get("score", 0) for test in data["tests"]))
    return data["score"], sum(test.get("max_score", 0) for test in data["tests"])


def scores_in_classroom50(sample):
    data = json.loads(classroom50.render(sample, {}))
    for key in ("score", "max-score"):
        assert data[key] == sum(test[key] for test in data["tests"])
        assert type(data[key]) is int
    return data["score"] / 100, data["max-score"] / 100


def scores_in_junit(sample):
    properties = list(ET.fromstring(junit.render(sample)).iter("property"))
    return tuple(
        sum(float(item.get("value")) for item in properties if item.get("name") == name)
        for name in ("score", "max_score")
    )


def scores_in_words(text):
    return tuple(map(float, re.search(r"Score ([\d.]+)/([\d.]+)", text).groups()))


def scores_in_a_page(text):
    return tuple(map(float, re.search(r"<h1>([\d.]+)/([\d.]+) points</h1>", text).groups()))


SCORES = {
    "json": scores_in_json,
    "gradescope": scores_in_gradescope,
    "classroom50": scores_in_classroom50,
    "junit": scores_in_junit,
    "badge": lambda sample: tuple(map(float, json.loads(badge.render(sample))["message"].split("/"))),
    "markdown": lambda sample: scores_in_words(rendered("markdown", sample)),
    "html": lambda sample: scores_in_a_page(rendered("html", sample)),
    "terminal": lambda sample: scores_in_words(printed(sample)),
}


def rendered(name, sample):
    """Return a report in a form of the table."""
    (form,) = (form for form in FORMS if form.name == name)
    return form.render(sample)


@pytest.mark.parametrize("form", SCORES)
@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "one wrong"])
def test_every_form_shows_the_same_score(form, name):
    sample = SAMPLES[name]
    assert SCORES[form](sample) == pytest.approx((sample.score, sample.max_score))


def test_a_new_form_has_its_score_compared_as_well():
    assert SCORES.keys() == {form.name for form in FORMS} | {"terminal"}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (lambda sample: printed(sample), "✗  modern       0 of 2     0/2  a track of its own\n"),
        (lambda sample: rendered("markdown", sample), "| ❌ | modern, a track of its own | 0 of 2 | 0/2 |\n"),
        (lambda sample: rendered("html", sample), "0 of 2 solved, 0/2 points, a track of its own<"),
    ],
)
def test_a_track_of_its_own_is_shown_and_not_counted(text, row):
    drawn = text(SAMPLES["apart"])
    assert row in drawn
    assert "2/2" in drawn


def test_what_comes_next_is_of_the_main_track_first():
    done, beyond = solved("sigmoid", "activations"), apart(untouched("rope", "modern"))
    assert "1 not attempted yet; next: tanh\n" in printed(report(done, beyond, untouched("tanh", "activations")))
    assert "1 not attempted yet; next: rope\n" in printed(report(done, beyond))


READERS = {"json": json.loads, "xml": ET.fromstring, "md": str, "html": str}


@every_sample
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_renders_every_report_for_whoever_reads_it(form, sample):
    text = form.render(sample)
    READERS[form.file.rpartition(".")[2]](text)
    assert text.endswith("\n")
    assert "\x1b" not in text
    assert len(text.encode("utf-8")) < 100_000 or form.name == "json"  # the one that is cut nowhere


def test_no_two_forms_have_a_name_or_a_file_in_common():
    assert len({form.name for form in FORMS}) == len({form.file for form in FORMS}) == len(FORMS)


# ---- the forms for other programs ----------------------------------------------------------------------------


@every_sample
def test_junit_is_read_by_junitparser(sample, tmp_path):
    junitparser = pytest.importorskip("junitparser")
    (tmp_path / "junit.xml").write_text(junit.render(sample), encoding="utf-8")
    xml = junitparser.JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    statuses = [item.status for each in sample.exercises for item in each.checks]
    assert xml.tests == len(statuses)
    assert xml.failures == statuses.count("failed")
    assert xml.errors == statuses.count("error") + statuses.count("timeout")
    assert xml.skipped == statuses.count("skipped")
    assert len(list(xml)) == len(sample.exercises)
    for exercise, cases in zip(sample.exercises, xml, strict=True):
        for case in cases:
            assert case._elem.get("file") == f"exercises/{exercise.topic}/{exercise.name}.py"
            assert int(case._elem.get("line")) == (exercise.line or 1)


GRADESCOPE = {"passed", "failed"}, {"visible"}, {"text"}


@every_sample
def test_gradescope_uses_the_published_words(sample):
    data = json.loads(gradescope.render(sample))
    statuses, visibilities, formats = GRADESCOPE
    assert data.keys() <= {
        "score", "execution_time", "output", "output_format", "visibility", "stdout_visibility", "tests", "extra_data",
    }  # fmt: skip
    for test in data["tests"]:
        assert test["status"] in statuses
        assert test["visibility"] in visibilities
        assert test["output_format"] in formats
        assert len(test["output"]) < 100_000


def test_gradescope_shows_for_each_exercise_what_its_checks_said():
    data = json.loads(gradescope.render(half_way()))
    assert data["output"] == "Deep learning katas: 4/11 points"
    statuses = {test["name"].partition("/")[2]: test["status"] for test in data["tests"]}
    assert [name for name, status in statuses.items() if status == "passed"] == ["sigmoid", "sgd_step"]
    shown = {test["name"].partition("/")[2]: test["output"] for test in data["tests"]}
    first = "\n    ".join(["failed: Agrees with torch.nn.functional.leaky_relu.", *WRONG_VALUES.split("\n"), CONSTANT])
    assert shown["leaky_relu"].startswith(f"3 of 4 checks fail\n{first}\nfailed: Works for a slope of 0")
    assert "passed: Leaves its input alone.\nThe code printed:\n    slope 0.2\n" in shown["leaky_relu"]
    assert shown["adamw_step"].splitlines() == [
        "could not be run, line 7",
        "    SyntaxError: '(' was never closed (line 7)",  # which each of its checks says as well
        "error: Agrees with torch.",
        "error: Returns float32 for float32.",
    ]
    assert {test["visibility"] for test in data["tests"]} == {data["visibility"]} == {"visible"}


def test_junit_says_in_a_failure_what_the_check_and_the_diagnosis_say():
    suites = {suite.get("name"): suite for suite in ET.fromstring(junit.render(half_way()))}
    first, _, _, last = suites["activations.leaky_relu"].findall("testcase")
    assert first.find("failure").get("message") == " ".join(WRONG_VALUES.split())
    assert first.find("failure").text == f"{WRONG_VALUES}\n{CONSTANT}"
    assert list(last) == []
    assert suites["activations.leaky_relu"].find("system-out").text.startswith("slope 0.2\n")
    (case, _) = suites["optimizers.adamw_step"].findall("testcase")
    assert case.find("error").get("message") == "SyntaxError: '(' was never closed (line 7)"


def test_classroom50_tells_which_exercises_are_solved():
    tests = json.loads(classroom50.render(half_way(), {}))["tests"]
    assert [test["test-name"] for test in tests if test["passed"]] == ["activations/sigmoid", "optimizers/sgd_step"]
    assert [(test["score"], test["max-score"]) for test in tests[:2]] == [(200, 200), (0, 100)]


def test_markdown_shows_the_topics_then_what_to_do_next_then_the_rest_folded():
    lines = rendered("markdown", half_way()).splitlines()
    told = [line for line in lines if line.startswith(("**", "| ", "###", "❌", "> ", "<details>", "<sub>"))]
    assert told == [
        "**Score 4/11**",
        "| | Topic | Solved | Points |",
        "| ❌ | activations | 1 of 2 | 2/3 |",
        "| ❌ | optimizers | 1 of 2 | 2/4 |",
        "| ❌ | recurrent&#95;networks | 0 of 2 | 0/3 |",
        "| ⬜ | normalization | 0 of 1 | 0/1 |",
        "### Next: <code>leaky&#95;relu</code> in activations: 0/1 points, 3 of 4 checks fail",
        "❌ <b>Agrees with torch.nn.functional.leaky&#95;relu.</b>",
        f"> 💡 {CONSTANT.replace('*', '&#42;')}",
        "❌ <b>Works for a slope of 0, a small slope and a slope larger than 1.</b>",
        "❌ <b>Accepts integers.</b>",
        "<details><summary><code>adamw&#95;step</code> in optimizers: 0/2 points, could not be run, line 7</summary>",
        "<details><summary><code>lstm&#95;cell</code> in recurrent&#95;networks: 0/2 points, took too long</summary>",
        "❌ <b>Agrees with torch.</b>",
        "<sub>Graded: commit <code>1f4e35f6c7a0b1d2e3f405162738495a6b7c8d9e</code>, seed 7, recorded references, "
        "isolation process, grader 0.1.0</sub>",
    ]
    assert "| ✅ | activations | 1 of 1 | 2/2 |" in rendered("markdown", SAMPLES["solved"])
    many = exercise("softmax", "activations", "failed", [check(f"Is {n}.", "failed", message=f"{n}") for n in range(5)])
    shown = rendered("markdown", report(many))
    assert shown.count("❌ <b>") == 3
    assert "… and 2 more.\n" in shown


def test_how_an_exercise_stands_is_said_in_a_few_words():
    samples = {each.name: summary.describe(each) for each in half_way().exercises}
    assert samples == {
        "sigmoid": "all 2 checks pass",
        "leaky_relu": "3 of 4 checks fail",
        "adamw_step": "could not be run, line 7",
        "sgd_step": "all 2 checks pass",
        "lstm_cell": "took too long",
        "gru_cell": "not attempted yet",
        "layer_norm": "not attempted yet",
    }
    assert summary.describe(exercise("a", "b", "passed", [check("Agrees.")])) == "its check passes"
    one = exercise("a", "b", "failed", [check("Agrees.", "failed"), check("Accepts integers.")])
    assert summary.describe(one) == "1 of 2 checks fails"
    assert summary.describe(exercise("a", "b", "error", [], message="no")) == "could not be run"


def test_what_was_said_is_not_told_again_and_of_each_diagnosis_the_first_is_telling():
    said = [
        ("A.", "x", "d"), ("B.", "x", "d"), ("C.", "y", "d"), ("D.", "z", "e"), ("E.", None, None), ("F.", "w", "f"),
        ("G.", "v", "g"),
    ]  # fmt: skip
    sample = exercise("a", "b", "failed", [check(t, "failed", message=m, diagnosis=d) for t, m, d in said])
    assert [each.title for each in summary.told(sample)] == ["A.", "C.", "D.", "F.", "G."]
    assert [each.title for each in summary.telling(sample)] == ["A.", "D.", "F."]
    assert summary.told(wrong())[0].diagnosis == CONSTANT
    assert summary.told(unloadable()) == summary.telling(solved("sigmoid", "activations")) == []


def test_classroom50_takes_what_is_graded_from_its_runner():
    environ = {
        "CLASSROOM": "ml", "ASSIGNMENT": "week-1", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://c",
        "RELEASE_URL": "https://r",
    }  # fmt: skip
    data = json.loads(classroom50.render(half_way(), environ))
    assert (data["schema"], data["classroom"], data["assignment"]) == ("classroom50/result/v1", "ml", "week-1")
    assert (data["submission"], data["commit"], data["release"]) == ("submit/1", "https://c", "https://r")
    assert data["review"] == "https://c"
    assert data["datetime"] == "2026-11-22T10:00:00Z"


@pytest.mark.parametrize(("sample", "color"), [("solved", "brightgreen"), ("one wrong", "red"), ("empty", "red")])
def test_badge(sample, color):
    data = json.loads(badge.render(SAMPLES[sample]))
    assert data.keys() == {"schemaVersion", "label", "message", "color"}
    assert (data["schemaVersion"], data["label"], data["color"]) == (1, "kata", color)


# ---- the terminal --------------------------------------------------------------------------------------------


def printed(sample, *, width=80, encoding="utf-8", colours=False, verbose=False):
    return terminal.render(sample, Screen(width, colours, encoding), verbose=verbose)


@every_sample
@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
@pytest.mark.parametrize("verbose", [False, True])
def test_terminal_fits_and_holds_no_control_characters(sample, width, encoding, verbose):
    text = printed(sample, width=width, encoding=encoding, verbose=verbose)
    text.encode(encoding)
    for line in text.split("\n"):
        assert line.isprintable()
        assert len(line) <= width
        assert line == line.rstrip()


@every_sample
@pytest.mark.parametrize("width", [40, 80])
def test_terminal_says_the_same_in_colour(sample, width):
    coloured = printed(sample, width=width, colours=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == printed(sample, width=width)


def test_terminal_shows_one_exercise_in_full():
    text = printed(SAMPLES["one wrong"], width=200)
    assert text.startswith("✗ leaky_relu  0/1 points · 3 of 4 checks fail\n")
    for line in WRONG_VALUES.split("\n"):
        assert f"    │ {line}\n" in text
    assert text.count("This is what you get when the code returns the constant") == 1
    assert text.count("    │ ") == len(WRONG_VALUES.split("\n"))  # a check with the same mistake is not shown in full
    assert "✓ Leaves its input alone." in text
    assert "slope 0.2" in text


def test_the_smallest_case_is_shown_with_its_arguments_by_name_and_the_rest_as_titles():
    text = printed(report(cases()), width=100)
    assert (
        "  ✗ Works for one number.\n"
        "    │ leaky_relu(x, negative_slope)\n"
        "    │ x               [[-1, 2],\n"
        "    │                  [ 3, 4]]\n"
        "    │ negative_slope  0.2\n"
        "    │ yours           [[0.01, 2],\n"
        "    │                  [3, 4]]\n"
        "    │ torch           [[-0.2, 2],\n"
        "    │                  [3, 4]]\n"
        "    │ printed         here\n"
    ) in text
    assert "    │ line 9: " in text
    assert "Other calls printed, too: -v shows all." in text
    assert text.count("leaky_relu(x, negative_slope)") == 1
    for title in ("Agrees with torch.", "Is pure.", "Accepts integers."):
        assert f"  ✗ {title}\n" in text


@pytest.mark.parametrize(
    ("cause", "shown"),
    [
        (None, True),
        (Cause("A sentence that numbers show.", None, 1, 2), True),
        (Cause("This is a known mistake.", "known", 2, 2), False),
    ],
)
def test_where_no_place_is_found_a_longer_search_is_offered_unless_the_mistake_has_a_name(cause, shown):
    told = dataclasses.replace(wrong(), cause=cause)
    text = terminal.render_place(told, told, Screen(100))
    assert ("kata locate leaky_relu looks longer" in text) == shown


def test_all_cases_are_shown_where_all_is_wanted_and_all_that_was_printed():
    text = printed(report(cases()), width=100, verbose=True)
    assert text.count("leaky_relu(x, negative_slope)") == 4
    assert "  │ loaded\n  │ here\n" in text


def test_on_a_narrow_screen_rows_that_do_not_fit_are_not_padded():
    wide = case(said="", returned=None, expected=None, arguments=(Argument("x", "[[         1, 222222222222222222],"),))
    text = printed(report(exercise("a", "b", "failed", [check("A.", "failed", message="m", case=wide)])), width=40)
    assert "    │ x\n    │   [[1, 222222222222222222],\n" in text


def test_a_case_that_the_cause_explains_comes_before_a_smaller_one_and_effects_come_last():
    exercise = cases()
    assert [each.title for each in ranked(summary.told(exercise), exercise)] == [
        "Works for one number.", "Accepts integers.", "Agrees with torch.", "Is pure.",
    ]  # fmt: skip
    assert smallest(exercise).title == "Works for one number."
    assert smallest(dataclasses.replace(exercise, cause=None)).title == "Works for one number."
    assert smallest(unloadable()) is smallest(solved("a", "b")) is None


def test_a_case_with_an_empty_argument_comes_after_those_that_show_more():
    empty = case(1, arguments=(Argument("x", "[]"),))
    failed = [check("Is empty.", "failed", 0.5, case=empty), check("Agrees.", "failed", 0.5, case=case(40))]
    sample = exercise("a", "b", "failed", failed)
    assert [each.title for each in ranked(failed, sample)] == ["Agrees.", "Is empty."]


def test_marks_below_a_line_that_does_not_fit_are_left_out():
    trace = "ValueError: no\n\nFile\n  return e / e.sum(axis=axis)\n         ~~^~~~~~~~~~~~~~~~~~"
    sample = report(exercise("a", "b", "failed", [check("A.", "failed", message="m", case=case(said=trace))]))
    assert "    │          ~~^~~" in printed(sample, width=60)
    narrow = printed(sample, width=30)
    assert "~~" not in narrow
    assert "return e /" in narrow


def test_what_passes_since_the_last_check_is_marked_and_what_does_so_no_more():
    sample = report(cases())
    text = terminal.render(sample, Screen(100), before=["test_accepts_integers_"])
    assert "✗ Accepts integers.  - passed before\n" in text
    assert "✓ Accepts views.  + new\n" in text
    assert "passed before" not in printed(sample)
    narrow = terminal.render(sample, Screen(32), before=["test_accepts_integers_"])
    assert "  ✗ Accepts integers.\n    - passed before\n" in narrow
    assert "+ new" not in terminal.render(report(solved("a", "b")), Screen(100), before=[])


def test_a_success_says_what_comes_next_offers_the_reference_and_a_question():
    after = After("relu", True, "Why twice?")
    text = terminal.render(report(solved("double", "basics")), Screen(100), after=after)
    assert "  Next: relu\n  Compare: kata solution double\n  Asked in interviews: Why twice?  kata ask double\n" in text
    text = terminal.render(report(solved("double", "basics")), Screen(100), after=After(None, False, None))
    assert "Next: everything is done\n" in text
    assert "key" not in terminal.render(
        report(solved("double", "basics")), Screen(100), after=After(None, False, None), ways=Ways(next="key n")
    )
    assert "kata solution" not in text
    assert "Next" not in terminal.render(report(wrong()), Screen(100), after=after)


def test_checks_that_fail_with_one_exception_in_one_line_are_counted():
    def raised(title, line, text):
        said = f"raised    {text}"
        return check(title, "failed", message=title, case=case(kind="raised", said=said, line=line, source="x"))

    checks = [
        raised("A.", 3, "ValueError: 2 is not 3"), raised("B.", 3, "ValueError: 4 is not 5"),
        raised("C.", 4, "ValueError: 2 is not 3"), raised("D.", 3, "TypeError: no"), raised("E.", 3, "ValueError: 6"),
    ]  # fmt: skip
    text = printed(report(exercise("a", "b", "failed", checks)))
    assert "  ✗ 2 more checks fail in the same way.\n  ✗ C.\n  ✗ D.\n" in text
    assert "B." not in text
    assert "B." in printed(report(exercise("a", "b", "failed", checks)), verbose=True)


def test_checks_that_fail_before_any_line_with_the_same_words_are_counted():
    said = ("The file does not define f().", "The file does not define f().", "The file does not define g().")
    checks = [
        check(title, "failed", message=title, case=case(kind="raised", said=text, line=None, source=""))
        for title, text in zip(("A.", "B.", "C."), said, strict=True)
    ]
    text = printed(report(exercise("a", "b", "failed", checks)))
    assert "  ✗ 1 more check fails in the same way.\n  ✗ C.\n" in text


def test_how_much_the_cause_explains_is_said_where_it_explains_all():
    two = [check(title, "failed", message=title, diagnosis="d") for title in ("A.", "B.")]
    whole = exercise("a", "b", "failed", two, cause=Cause("d", "name", 2, 2))
    assert "→ d (explains all 2 checks that fail)" in printed(report(whole))
    assert view(dataclasses.replace(whole, cause=Cause("d", None, 1, 2))).explains == ""


def test_terminal_shows_the_first_of_many_in_full_and_the_others_on_a_line():
    text = printed(half_way())
    assert "activations" in text
    assert text.index("leaky_relu") < text.index("Also not right yet") < text.index("adamw_step") < text.index("Score")
    assert text.count("adamw_step") == text.count("lstm_cell") == 1
    assert "next: gru_cell" in text


def test_terminal_shows_every_failed_check_with_its_name_where_all_is_wanted():
    text = printed(half_way(), verbose=True)
    failed = [item for result in half_way().exercises for item in summary.told(result)]
    assert len(failed) > 1
    for item in failed:
        assert re.search(rf"✗ {item.title}\s+{item.name}\n", text)
    assert "Also not right yet" not in text


def test_terminal_shows_all_of_one_check():
    exercise = wrong()
    text = terminal.render_check(exercise.checks[0], exercise, Screen(200))
    assert text.startswith("✗ leaky_relu  0/1 points · 3 of 4 checks fail\n\n  ✗ Agrees with torch")
    for line in WRONG_VALUES.split("\n"):
        assert f"    │ {line}\n" in text
    assert "This is what you get when the code returns the constant" in text
    assert exercise.checks[2].title not in text


def test_terminal_takes_nothing_from_a_learner_for_a_command():
    text = printed(SAMPLES["hostile"], colours=True)
    assert "[bold red]hi[/]" in text
    assert "\x1b[2J" not in text
    assert "\x1b]" not in text
    plain = printed(SAMPLES["hostile"])
    assert "##[" not in plain
    assert not re.search(r"^\s*::", plain, re.MULTILINE)
    assert len(plain) < 20_000
    assert "characters in all" in plain


@given(st.text())
def test_terminal_is_printable_whatever_a_learner_says(text):
    sample = report(
        exercise("softmax", "activations", "failed", [check("Agrees.", "failed", message=text)], stdout=text)
    )
    plain = printed(sample)
    assert all(line.isprintable() for line in plain.split("\n"))
    assert not re.search(r"^\s*::|##\[", plain, re.MULTILINE)
