"""Markdown in which nothing that a learner's code says changes anything outside its own cell."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.report import CheckResult, ExerciseResult, Report, Run, Submission
from grader.reports.markdown import render

TAGS_WITHOUT_END = {"br", "hr", "img", "input"}
CELLS = {"pre", "code"}


def failing(name, text):
    """Return an exercise in which ``text`` stands wherever a learner's code can put it."""
    checks = (
        CheckResult("test_a", "Agrees with torch.", "failed", 0.0, 1.0, f"1 {text}", "This is what you get.", "sum"),
        CheckResult("test_b", "Accepts integers.", "error", 0.0, 1.0, f"2 {text}", None, None),
        CheckResult("test_c", "Leaves its input alone.", "passed", 1.0, 1.0, None, None, None),
    )
    return ExerciseResult(name, "activations", "failed", 1.0, 3.0, 0.1, checks, f"3 {text}", f"4 {text}", 3)


def report(text, exercises=2, commit=None):
    return Report(
        course="Deep learning katas",
        submission=Submission(f"5 {text}", commit, "ab" * 32),
        run=Run(7, "live", "bubblewrap", "0.1.0", "cd" * 32, "2.4.6", "2.13.0", "2026-11-22T10:00:00+00:00", 1.0),
        score=1.0 * exercises,
        max_score=3.0 * exercises,
        exercises=tuple(failing(f"exercise_{i}", text) for i in range(exercises)),
    )


def first(sample, **fields):
    """Return a report whose first exercise has other fields."""
    return replace(sample, exercises=(replace(sample.exercises[0], **fields), *sample.exercises[1:]))


class Page(HTMLParser):
    """The tags of a page, and its text outside and inside the cells for a learner's text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.outside, self.inside, self.open = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))
        if tag not in TAGS_WITHOUT_END:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.tags.append(f"/{tag}")
        assert self.open.pop() == tag

    def handle_data(self, data):
        (self.inside if CELLS & set(self.open) else self.outside).append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")


def page(markdown):
    """Render Markdown as GitHub does, raw HTML included."""
    cmarkgfm = pytest.importorskip("cmarkgfm")
    html = cmarkgfm.github_flavored_markdown_to_html(markdown, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    return Page(html)


HARMLESS = page(render(report("x")))

PIECES = st.sampled_from(
    [
        "`", "``", "```", "```\n", "~~~\n", "|", "\\", "\\|", "<", ">", "&", "&lt;", "&#64;", "<!--", "-->", "</pre>",
        "</code>", "</details>", "</summary>", "<script>", "</script>", "<![CDATA[", "]]>", "<?", "<img src=x>",
        "![x](y)", "[x](y)", "[x]: y", "[^1]", "[^1]: x", "www.example.com", "https://example.com", "a@example.com",
        "@user", "@org/team", "#123", "GH-1", "a/b#1", "::error::", "::stop-commands::x", "##[error]", "\n", "\r",
        "\r\n", "\n\n", "\t", "    ", "- ", "1. ", "# ", "> ", "===\n", "---\n", "* * *\n", "- [ ] ", "$x$", "$$",
        ":+1:", "\u202e", "\u200b", "\u2028", "\x00", "\x1b[31m", "\ud800", "\ufeff", "e" + "\u0301" * 50, "\u0085",
    ]
)  # fmt: skip
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=5), st.text(st.characters(), max_size=5)), max_size=20).map(
    "".join
)


@given(HOSTILE)
@example("</pre></details>\n\n# owned\n\n| a | b |\n|---|---|\n@user #123 ![x](https://example.com/x.png)")
def test_nothing_changes_outside_its_own_cell(text):
    markdown = render(report(text))
    shown = page(markdown)
    assert shown.tags == HARMLESS.tags
    assert shown.outside == HARMLESS.outside
    assert not shown.open
    assert "##[" not in markdown
    assert not re.search(r"^\s*::", markdown, re.MULTILINE)
    assert all(character.isprintable() for character in markdown.replace("\n", ""))


@given(HOSTILE)
def test_titles_and_diagnoses_are_prose_whatever_they_hold(text):
    def told(words):
        check, *others = report("x").exercises[0].checks
        checks = (replace(check, title=words, diagnosis=words), *others)
        return page(render(replace(first(report("x"), topic=words, name=words, checks=checks), course=words)))

    shown = told(f"a {text} b")
    assert shown.tags == told("a b").tags
    together = "".join(shown.outside)
    assert not re.search(r"@\w|#\w|://", together)


def test_text_is_shown_as_it_was_said():
    said = "expected <b> & `c` | d, got [1, 2] * 3 @ x\n  indented\n\nafter an empty line"
    shown = "".join(page(render(report(said))).inside)
    for number in "1234":
        assert f"{number} {said}" in shown


@pytest.mark.parametrize("limit", [4096, 5000, 20_000, 65_536, 1_048_576])
@pytest.mark.parametrize("text", ["x", "é" * 5000, "&" * 5000, "\U000e0001" * 5000, "\n" * 10_000, "::" * 9000])
@pytest.mark.parametrize("exercises", [0, 1, 40])
def test_the_limit_holds_and_the_score_is_shown(limit, text, exercises):
    sample = report(text, exercises, commit="@" * 10_000)
    sample = replace(sample, course="@" * 10_000, run=replace(sample.run, seed=10**4000))
    markdown = render(sample, limit)
    assert len(markdown.encode()) <= limit
    assert f"**Score {exercises}/{3 * exercises}**" in markdown
    assert not page(markdown).open


def test_a_worst_submission_still_shows_what_to_do_next():
    worst, *others = report("&" * 5000, exercises=40).exercises
    worst = failing(worst.name, "&" * 10_000_000)
    sample = replace(report("x", exercises=40), exercises=(worst, *others))
    markdown = render(sample)
    assert "### Next: <code>exercise&#95;0</code>" in markdown
    assert re.search(r"^\*\d+ more parts did not fit here; the JSON report has everything\.\*$", markdown, re.MULTILINE)
    assert all(f"<code>exercise&#95;{i}</code>" in markdown for i in range(40))
    assert markdown.endswith("</sub>\n")


def test_a_limit_that_cannot_hold_the_score_is_refused():
    with pytest.raises(ValueError, match="at least 4096"):
        render(report("x"), 4095)


def test_what_to_do_next_when_nothing_is_wrong():
    sample = report("x", exercises=1)
    assert "### Next: <code>exercise&#95;0</code> in activations" in render(first(sample, status="not_attempted"))
    assert "Everything is solved." in render(first(sample, status="passed"))
