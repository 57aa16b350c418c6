"""A learner has the docstrings to go by: what they lack is named."""

import pytest

from grader.proof.docstrings import docstring_problems

FUNCTION = '''\
def f(x, y=1):
    """Return x.

    Parameters
    ----------
    x, y : float

    Returns
    -------
    float

    Examples
    --------
    >>> f(1.0)
    1.0
    """
    return x
'''
CLASS = '''\
class Value:
    """A number.

    Parameters
    ----------
    data : float

    Examples
    --------
    >>> Value(1.0).data
    1.0
    """

    def __init__(self, data):
        ### BEGIN SOLUTION
        self.data = data
        ### END SOLUTION

    def __add__(self, other):
        """Return the sum."""
        ### BEGIN SOLUTION
        return other
        ### END SOLUTION

    def __radd__(self, other):
        return self + other

    def exp(self):
        """Return the exponential."""
        return self
'''


def problems(text):
    return list(docstring_problems(text))


def test_nothing_is_missing():
    assert problems(FUNCTION) == problems(CLASS) == []


def test_what_a_function_does_not_have_needs_no_section():
    assert problems('def f():\n    """Do it.\n\n    Examples\n    --------\n    >>> f()\n    """\n') == []


def test_private_functions_need_nothing():
    assert problems("def _f(x):\n    return x\n") == []


@pytest.mark.parametrize("section", ["Parameters", "Returns", "Examples"])
def test_a_section_of_a_function_is_missing(section):
    text = FUNCTION.replace(f"    {section}\n    {'-' * len(section)}\n", "")
    assert problems(text) == [f"the docstring of f has no section {section}"]


@pytest.mark.parametrize("section", ["Parameters", "Examples"])
def test_a_section_of_a_class_is_missing(section):
    text = CLASS.replace(f"    {section}\n    {'-' * len(section)}\n", "")
    assert problems(text) == [f"the docstring of Value has no section {section}"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('        """Return the sum."""\n', "", "Value.__add__ has no docstring"),
        ('        """Return the exponential."""\n', "", "Value.exp has no docstring"),
        ("def exp(self)", "def exp(self, n)", "the docstring of Value.exp has no section Parameters"),
        (">>> ", "", "the docstring of Value has no example that can be run"),
    ],
)
def test_a_class(old, new, problem):
    assert problems(CLASS.replace(old, new)) == [problem]


@pytest.mark.parametrize(
    ("signature", "body", "missing"),
    [
        ("def f() -> None", "print()", []),
        ("def f()", "print()", []),
        ("def f() -> int", "raise NotImplementedError", ["Returns"]),
        ("def f()", "return 1", ["Returns"]),
        ("async def f()", "return 1", ["Returns"]),
        ("def f(*, x)", "print()", ["Parameters"]),
        ("def f(*x)", "print()", ["Parameters"]),
        ("def f(**x)", "return x", ["Parameters", "Returns"]),
    ],
)
def test_a_section_is_needed_for_what_a_function_has(signature, body, missing):
    examples = "Examples\n    --------\n    >>> 1\n    1\n"
    text = f'{signature}:\n    """Do it.\n\n    {examples}    """\n    {body}\n'
    assert problems(text) == [f"the docstring of f has no section {section}" for section in missing]


def test_what_yields_needs_no_returns():
    assert problems(FUNCTION.replace("Returns\n    -------", "Yields\n    ------")) == []


def test_a_static_method_has_all_its_parameters():
    method = '    @staticmethod\n    def made(data):\n        """Make one."""\n        return data\n'
    assert problems(f"{CLASS}\n{method}") == ["the docstring of Value.made has no section Parameters"]


def test_there_is_no_summary():
    assert problems(FUNCTION.replace("Return x.\n\n    ", "", 1)) == ["the docstring of f has no summary"]
