"""The examples in a solution's docstrings are run where a learner's code runs, and must give what they say."""

import textwrap
from dataclasses import replace

import pytest

from grader.proof.examples import example_problems
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.limits import LIMITS


def problems(sandbox, examples, body="return 2 * x"):
    text = f'def double(x):\n    """Double.\n\n{textwrap.indent(examples, "    ")}\n    """\n    {body}\n'
    return list(example_problems(text, "double.py", sandbox))


@pytest.mark.parametrize(
    ("examples", "found"),
    [
        (">>> double(2)\n4", []),
        (">>> x = double(2)\n>>> x\n4\n\n>>> x + 1\n5", []),
        (">>> print(double(2))\n4", []),
        (">>> double(2)\n5", ["an example of double.double is wrong: double(2) gives 4"]),
        (">>> double(2)", ["an example of double.double is wrong: double(2) gives 4"]),
        (">>> y = 3\n4", ["an example of double.double is wrong: y = 3 gives nothing"]),
        (">>> double()\n4", ["an example of double.double is wrong: double() gives TypeError: double() missing 1 req"]),
        (
            ">>> double(2)\n5\n>>> double(3)\n6\n>>> double(4)\n9",
            [f"an example of double.double is wrong: double({x}) gives {2 * x}" for x in (2, 4)],
        ),
    ],
)
def test_each_example_that_gives_something_else_is_named(sandbox, examples, found):
    said = problems(sandbox, examples)
    assert len(said) == len(found)
    assert all(one.startswith(other) for one, other in zip(said, found, strict=True))


def test_an_example_that_needs_more_than_numpy_is_named(sandbox):
    (reason,) = problems(sandbox, ">>> import torch")
    assert reason.startswith("an example of double.double is wrong: import torch gives ModuleNotFoundError: ")


@pytest.mark.parametrize("example", ["import os; os._exit(3)", "while True: pass"])
def test_an_example_that_ends_the_process_or_never_ends_is_named(example):
    with Sandbox("auto", limits=replace(LIMITS, call_seconds=0.5)) as sandbox:
        (reason,) = problems(sandbox, f">>> {example}")
    assert reason.startswith("its docstring examples could not be run: ")


def test_a_solution_that_cannot_be_loaded_has_no_examples_to_speak_of(sandbox):
    assert problems(sandbox, ">>> 1\n2", body="return 2 * x\n1 / 0") == []
