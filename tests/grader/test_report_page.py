"""The page of a report: what a learner is shown in a terminal, for a browser that has nothing but this file."""

from html.parser import HTMLParser

import pytest

from grader.report import Argument, Case, CheckResult, ExerciseResult, Report, Run, Submission
from grader.reports import page
from grader.reports.elements import element
from grader.reports.panel import panel
from grader.reports.view import After, view

ATTACK = "</pre></style><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\u202e{style}"
WIDE = "[[" + ", ".join(["0.123456"] * 40) + "]]"


def check(name, status="failed", **fields):
    fields = {"message": None, "diagnosis": None, "misconception": None, **fields}
    return CheckResult(name, f"Title of {name}.", status, float(status == "passed"), 1.0, **fields)


def wrong(**fields):
    """Return an exercise that is wrong in a check with a case, and in another."""
    said = fields.pop("said", "1 of 2 entries differs")
    case = Case("double", (Argument("x", WIDE),), 2, "value", said, "", "[2, 5]", "[2, 4]", "torch", 3, "y = x", "hi")
    checks = (
        check("test_one", message="differs", case=case),
        check("test_two", message=said),
        check("test_three", "passed"),
    )
    fields = {"message": None, "stdout": said, "line": None, **fields}
    return ExerciseResult("double", "basics", "failed", 1.0, 3.0, 0.1, checks, **fields)


def solved():
    return ExerciseResult("triple", "basics", "passed", 1.0, 1.0, 0.1, (check("test_one", "passed"),), None, "", None)


def report(*exercises):
    run = Run(0, "recorded", "process", "0.2.0", "cd", "2.4.6", None, "2026-11-22T10:00:00+00:00", 1.25)
    points = (sum(each.score for each in exercises), sum(each.max_score for each in exercises))
    return Report("Katas", Submission("exercises", None, "ab"), run, *points, exercises)


class Tags(HTMLParser):
    """All tags of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(("theme", "width"), [("light", 400), ("dark", 400), ("light", 1280), ("dark", 1280)])
def test_the_page_is_read_by_everybody_with_the_network_off(look, tmp_path, theme, width):
    path = tmp_path / "report.html"
    path.write_text(page.render(report(wrong(), solved())))
    found = look(path, theme, width)
    assert found["serious"] == []
    assert [request["request"]["url"] for request in found["requests"]] == [path.resolve().as_uri()]
    assert found["errors"] == []
    assert found["width"] <= width
    for words in ("2/4 points", "1 of 2 exercises solved", "double", "[2, 5]", "[2, 4]", "Title of test_two."):
        assert words in found["text"]


@pytest.mark.parametrize("exercise", [wrong(said=ATTACK), wrong(message=ATTACK)])
def test_what_the_learner_wrote_is_text(exercise):
    tags = Tags(page.render(report(exercise)))
    assert not {tag for tag, _ in tags.found} & {"script", "img"}
    assert "<img src=x onerror=alert(1)>" in tags.text
    assert "\x1b" not in tags.text
    assert "\u202e" not in tags.text


def test_a_page_allows_nothing():
    tags = Tags(page.render(report(wrong()))).found
    (policy,) = (attributes["content"] for _, attributes in tags if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not [name for _, attributes in tags for name in attributes if name in ("src", "href", "style")]


def test_a_panel_offers_what_comes_next_once_it_is_solved():
    text = panel(view(solved(), None, After("double", True, "Why <three>?")))
    for words in ("double", "kata solution triple", "Why &lt;three&gt;?", "kata ask triple"):
        assert words in text
    assert "kata solution" not in panel(view(solved(), None, After("double", False, None)))


def test_a_panel_says_what_is_new():
    text = panel(view(wrong(), before=["test_two"]))
    assert "Title of test_three.<em> new</em>" in text
    assert "Title of test_two.<em> passed before</em>" in text


def test_an_attribute_cannot_be_left():
    assert element("a", "<", title='"><script>') == '<a title="&quot;&gt;&lt;script&gt;">&lt;</a>'


def test_the_page_is_written_by_a_command_and_other_forms_do_not_import_it(mini):
    mini.add()
    mini.with_program()
    assert mini.kata("record").returncode == 0
    mini.write("sitecustomize.py", "import atexit, sys\natexit.register(lambda: print(sorted(sys.modules)))\n")
    assert "grader.reports.page" not in mini.kata("grade", "solutions", "--json", "r.json").stdout
    done = mini.kata("grade", "solutions", "--html", "r.html")
    assert done.returncode == 0, done.stderr
    assert "grader.reports.page" in done.stdout
    assert "<h1>1/1 points</h1>" in mini.read("r.html")
