"""The pages of the course: all links lead somewhere, all formulas are there, and everybody can read them."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest

from grader.course import own_course
from grader.notes.site.formulas import mathml
from grader.notes.site.markup import page_of, sections
from grader.notes.site.pages import Site

NOTE = """\
# Basics

All about $x_1$ and *numbers*, for 5 \\$ or `$6`. Do [`double`](double.py); see [the contract](../../CONTRIBUTING.md).

$$
- x
+ \\frac{1}{2} \\max(x, 0)
$$

| a | b |
|---|---|
| $\\sqrt{x}$ | 2 |

## Questions

### Why two, and not `three`?

**Because.**

It is $2x$; see [above](#basics) and [the web](https://example.org).

<details><summary>They will ask next</summary>

- **Why?** So.

</details>

<!-- answers: 000 Secret -->

### Is a zebra asked for here?

No.
"""


class Page(HTMLParser):
    """The links of a page, its anchors, and its text but for code, scripts and formulas."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.text, self._inside = [], set(), "", []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.links += [found[name] for name in ("href", "src") if name in found]
        self.anchors |= {found["id"]} if "id" in found else set()
        if tag in ("code", "pre", "script", "math"):
            self._inside.append(tag)

    def handle_endtag(self, tag):
        if self._inside[-1:] == [tag]:
            self._inside.pop()

    def handle_data(self, data):
        if not self._inside:
            self.text += data


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of the course itself, one exercise done."""
    folder = tmp_path_factory.mktemp("site")
    Site(own_course(), {"sigmoid": "done", "relu": "attempted"}).write(folder)
    return folder


@pytest.fixture
def basics(mini):
    """A course with one note."""
    mini.add(questions=["Why two, and not `three`?"])
    mini.write("exercises/basics/README.md", NOTE)
    mini.write("exercises/figures/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    return mini


# ---- the pages of the course -----------------------------------------------------------------------------------


def test_every_link_leads_somewhere(site):
    pages = {path: Page(path.read_text()) for path in site.rglob("*.html")}
    assert len(pages) >= 1 + len(own_course().topics) + len(own_course().exercises)
    broken = []
    for path, page in pages.items():
        for link in page.links:
            place, anchor = urldefrag(link)
            if re.match(r"\w+:", link):
                continue
            target = (path.parent / place).resolve() if place else path
            found = target.is_file() and (not anchor or unquote(anchor) in pages[target].anchors)
            broken += [] if found else [f"{path.relative_to(site)}: {link}"]
    assert not broken


def test_every_formula_is_there(site):
    for path in site.rglob("*.html"):
        text = path.read_text()
        assert "$" not in Page(text).text, path
        for formula in re.findall(r"<math.*?</math>", text, re.DOTALL):
            assert "\\" not in re.sub(r'alttext="[^"]*"', "", formula), formula


def test_every_page_is_reached_from_the_first(site):
    seen, left = set(), [site / "index.html"]
    while left:
        path = left.pop()
        if path in seen or path.suffix != ".html":
            continue
        seen.add(path)
        links = (urldefrag(link)[0] for link in Page(path.read_text()).links if not re.match(r"\w+:", link))
        left += [(path.parent / link).resolve() for link in links if link]
    assert seen == set(site.rglob("*.html"))


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 400)])
@pytest.mark.parametrize("page", ["index.html", "optimizers/index.html", "attention/multi_head_attention.html"])
def test_the_pages_are_read_by_everybody_with_the_network_off(site, look, page, theme, width):
    found = look(site / page, theme, width)
    assert found["serious"] == []
    assert {request["request"]["url"].partition(":")[0] for request in found["requests"]} <= {"file", "data"}
    assert found["errors"] == []
    assert found["width"] <= width


def test_no_note_is_wider_than_a_phone(site, browser):
    browser.watch("light", 400)
    wide = []
    for path in sorted([*site.glob("*.html"), *site.glob("*/index.html")]):
        browser.open(path.as_uri())
        browser.wait_for(f"location.href == {json.dumps(path.as_uri())} && document.readyState == 'complete'")
        browser.value("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        root = "document.documentElement"
        wide += [path.relative_to(site)] if browser.value(f"{root}.scrollWidth > {root}.clientWidth") else []
    assert wide == []


def test_progress_is_shown(site):
    start = (site / "index.html").read_text()
    assert "1 of 2 done" in start
    assert '<span class="state done">✓ done</span>' in start
    assert '<span class="state attempted">… attempted</span>' in start


def test_a_track_of_its_own_is_not_counted_with_the_others(tmp_path):
    course = own_course()
    states = {exercise.name: "done" if exercise.topic == "modern" else "not attempted" for exercise in course.exercises}
    Site(course, states).write(tmp_path)
    start = (tmp_path / "index.html").read_text()
    bars = re.findall(r"(\d+) of (\d+) done", start)
    assert bars[0] == ("0", str(sum(len(topic.exercises) for topic in course.main)))
    assert bars[-1] == ("16", "16")


def test_no_solution_is_on_a_page(site):
    for exercise in own_course().exercises:
        text = (site / exercise.topic / f"{exercise.name}.html").read_text()
        assert "NotImplementedError" in text
        assert "BEGIN SOLUTION" not in text


# ---- notes -----------------------------------------------------------------------------------------------------


def test_a_note_becomes_sections():
    start, questions, why, zebra = sections(NOTE, "basics")
    assert [part.level for part in (start, questions, why, zebra)] == [1, 2, 3, 3]
    assert why.title == "Why two, and not <code>three</code>?"
    assert why.anchor == "why-two-and-not-three"
    assert "Secret" not in why.body + why.words
    assert "<details><summary>They will ask next</summary>" in why.body
    assert 'href="double.html"' in start.body
    assert "CONTRIBUTING" not in start.body
    assert start.body.count("<math") == 3
    assert "5 $ or <code>$6</code>" in start.body
    assert "<li>" not in start.body  # a line of a formula that begins with a sign


@pytest.mark.parametrize(
    ("target", "page"),
    [
        ("relu.py", "relu.html"), ("../networks/README.md#a", "../networks/index.html#a"), ("#a", "#a"),
        ("../debugging.md", "../debugging.html"), ("../figures/a.svg", "../figures/a.svg"),
        ("https://example.org/README.md", "https://example.org/README.md"),
        ("../../README.md", None), ("/etc/a.py", None),
    ],
)  # fmt: skip
def test_links_lead_to_pages(target, page):
    assert page_of(target, "activations") == page


def test_formulas_have_the_spaces_that_tex_gives_them():
    assert "<mi>a</mi><mspace" in mathml(r"a \max(x, 0)", "inline")
    assert '<mo form="prefix">−</mo>' in mathml("f(-x)", "inline")  # noqa: RUF001
    assert "<mo>−</mo>" in mathml("a - x", "inline")  # noqa: RUF001
    assert 'alttext="a &lt; b"' in mathml("a < b", "inline")


# ---- as somebody uses them -------------------------------------------------------------------------------------


def test_questions_are_found_and_opened_without_a_mouse(basics, look, browser):
    assert basics.kata("site", "pages").returncode == 0
    look(basics.root / "pages" / "index.html")
    browser.press("/")
    browser.type("zebra ASKED")
    assert browser.value("document.querySelector('[role=status]').textContent") == "1 found"
    shown = "[...document.querySelectorAll('[data-words]')].filter((item) => item.checkVisibility()).length"
    assert browser.value(shown) == 1
    target = browser.value("document.querySelector('[data-words]:not([hidden]) a').href")
    browser.open(target)
    browser.wait_for(f"location.href == {json.dumps(target)} && document.readyState == 'complete'")
    assert browser.value("[...document.querySelectorAll('.question')].map((each) => each.open)") == [False, True]
    browser.value("document.querySelector('summary').focus()")
    browser.press("Enter", "\r")
    assert browser.value("document.querySelector('.question').open")


def test_without_scripts_everything_is_there(basics):
    assert basics.kata("site", "pages").returncode == 0
    page = basics.read("pages/index.html")
    assert '<form class="search" role="search" hidden>' in page
    assert re.findall(r"<li[^>]* hidden", page) == []


def test_pages_are_written_again_but_never_among_other_files(basics):
    first = basics.kata("site", "pages")
    assert first.stdout == "3 pages; open pages/index.html in a browser\n"
    basics.write("exercises/basics/double.py", "def double(x):\n    return 2 * x\n")
    assert basics.kata("site", "pages").returncode == 0
    assert "… attempted" in basics.read("pages/index.html")
    for folder, complaint in ((".", "--force"), ("exercises/course.toml", "is a file")):
        refused = basics.kata("site", folder)
        assert refused.returncode == 2
        assert complaint in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert not (basics.root / "index.html").exists()
    basics.write("full/mine.txt", "mine")
    assert basics.kata("site", "full", "--force").returncode == 0
    assert basics.read("full/mine.txt") == "mine"


def test_a_course_without_notes_has_pages(mini):
    mini.add()
    assert mini.kata("site", "pages").returncode == 0
    assert "There are no notes on this topic." in mini.read("pages/basics/index.html")


@pytest.mark.parametrize("missing", ["jinja2", "latex2mathml", "markdown_it"])
def test_without_the_extra_it_says_what_to_install(basics, missing):
    basics.write("sitecustomize.py", f"import sys\nsys.modules[{missing!r}] = None\n")
    refused = basics.kata("site", "pages")
    assert refused.returncode == 2
    assert "pip install 'deep-learning-katas[site]'" in refused.stderr
    assert refused.stderr.count("\n") == 1
