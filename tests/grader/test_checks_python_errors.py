"""What is said about Python's own errors: the texts are those of the NumPy that is installed."""

import types

import numpy as np
import pytest

from grader.checks.local import LocalLearner
from grader.checks.python_errors import CLASSICS, explain_error, explain_syntax

X = np.arange(6.0).reshape(2, 3)
CASES = [
    ("return 1 if x > 0 else 0", "np.where chooses for each entry"),
    ("return (x > 0) and (x < 1)", "& and | combine conditions"),
    ("import math\n    return math.exp(x)", "np.exp, np.sqrt and others take arrays"),
    ("return float(x)", "np.exp, np.sqrt and others take arrays"),
    ("return np.max(0, x)", "np.maximum(0, x) compares entry by entry"),
    ("return [1, 2][x.astype(int)]", "An axis, an index or a length has to be a whole number"),
    ("return x @ x", "The last axis of the left factor of @"),
    ("x = x.astype(int)\n    x += 0.5\n    return x", "An array of integers cannot hold fractions"),
    ("x = x.astype(int)\n    x /= 2\n    return x", "An array of integers cannot hold fractions"),
    ("x.flags.writeable = False\n    x[0] = 1", "It writes into an array that it was given"),
    ("x.flags.writeable = False\n    x *= 2", "It writes into an array that it was given"),
    ("return x + x.T", "Shapes are compared from the last axis backwards"),
    ("import bdb\n    raise bdb.BdbQuit", "A breakpoint() is left in the code"),
    ("return math.pi * x", "write import math at the top"),
    ("return torch.relu(x)", "write with NumPy what torch computes"),
    ("return F.relu(x)", "write with NumPy what torch computes"),
    ("return x.sum(dim=-1)", "NumPy says axis for dim"),
    ("return np.sum(x, dim=-1)", "NumPy says axis for dim"),
    ("return x.max(axis=-1, keepdim=True)", "keepdims for keepdim"),
    ("return x.abs()", "NumPy has a function: np.abs(x)"),
    ("return x.sum().exp()", "NumPy has a function: np.abs(x)"),
    ("return x.unsqueeze(0)", "x[:, None] for unsqueeze"),
    ("return x[np.array([True, False, True])]", "A mask must have the shape of the array"),
    ("return x.tolist().mean()", "It is no array here"),
    ("return float(x.sum()).sum()", "It is no array here"),
]


def failure(body):
    learner = types.ModuleType("learner")
    exec(f"import numpy as np\ndef f(x):\n    {body}\n", vars(learner))
    return LocalLearner(learner).call("f", [X.copy()]).failure


@pytest.mark.parametrize(("body", "words"), CASES)
def test_a_classic_is_explained(body, words):
    assert words in explain_error(failure(body))


def test_every_classic_has_a_case():
    explained = {explain_error(failure(body)) for body, _ in CASES}
    assert explained == {classic.meaning for classic in CLASSICS}


@pytest.mark.parametrize(
    "body",
    [
        "return x / None",
        "return {}['truth value of an array is ambiguous']",
        "raise ValueError('factor must be above 0')",
        "return x.no_such_thing",
        "return [1.0].no_such_thing",
        "return x[7]",
        "raise NotImplementedError",
    ],
)
def test_an_error_that_explains_itself_is_left_alone(body):
    assert explain_error(failure(body)) is None


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("def f(x):\n    return\u00a0x\n", 2, "Line 2 has a no-break space at column 11"),
        ("def f(x):\n\tif x:\n        return x\n\t    return 2\n", 4, "Line 4 is indented with tabs and spaces"),
        ("x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> other\n", 2, "Line 2 is a mark that git leaves"),
    ],
)
def test_what_cannot_be_seen_is_said_of_a_syntax_error(source, line, words):
    with pytest.raises(SyntaxError):
        compile(source, "f.py", "exec")
    assert explain_syntax(source, line).startswith(words)


@pytest.mark.parametrize("line", [None, 1, 99])
def test_any_other_syntax_error_is_left_alone(line):
    assert explain_syntax("def f(x:\n    return x\n", line) is None
