"""Slips that show in a text alone."""

import pytest

from grader.checks.slips import defined_twice, never_used


def test_a_function_that_is_defined_twice_is_found_with_its_lines():
    source = "def f(x):\n    return x\n\ndef g(x):\n    def f(y): pass\n\n# def f(x)\ndef f (x):\n    return 2\n"
    assert defined_twice(source, "f") == "f is defined on lines 1 and 8: the last of them is what runs."
    assert defined_twice(source, "g") is None
    assert defined_twice(source, "no_such_thing") is None
    assert defined_twice("class f: pass\ndef f(x): pass\n", "f").startswith("f is defined on lines 1 and 2")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return x", "f never uses its arguments axis and eps."),
        ("return x.sum(axis)", "f never uses its argument eps."),
        ("eps = 1e-7\n    return x.sum(axis) + x", "f never uses its argument eps."),
        ("def g(x):\n        return x + eps\n    return g(x.sum(axis))", None),
        ("eps += 1\n    return x.sum(axis)", None),
        ("return eval('x + axis + eps')", None),
        ("return g(**locals())", None),
    ],
)
def test_arguments_that_a_body_never_reads(body, said):
    source = f"def f(x, axis=0, *, eps=1.0):\n    {body}\n"
    assert never_used(source, "f") == said
    assert never_used(source, "g") is None


def test_the_last_definition_is_the_one_that_runs():
    assert never_used("def f(x):\n    pass\n\n\ndef f(x):\n    return x\n", "f") is None
    assert never_used("def f(x):\n    return x\n\n\ndef f(x):\n    pass\n", "f") == "f never uses its argument x."
    assert never_used("class f:\n    pass\n", "f") is None


@pytest.mark.parametrize(
    "source",
    [
        f"def f({'x' * 1000}):\n    return 1\n",
        f"def f({', '.join(f'x{i}' for i in range(1000))}):\n    return 1\n",
        f"def f(x):\n    return {'-' * 100_000}1\n",
        f"def f(x):\n    return {'(' * 1000}1{')' * 1000}\n",
        "def f(x:\n",
        "def f(x):\n    return '\0'\n",
    ],
)
def test_odd_texts_have_no_slip(source):
    assert never_used(source, "f") is None
    assert defined_twice(source, "f") is None
