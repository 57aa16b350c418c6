"""Live torch at what it costs: the functional form of its optimizers, and nothing imported that no check needs."""

import subprocess
import sys

import numpy as np
import pytest

from grader.checks.optimizer import sgd_step
from grader.course import root

EVERYTHING = """
import sys
from grader.checks.local import LocalLearner
from grader.checks.torch_reference import References
from grader.course import own_course
from grader.grading.collecting import collect
from grader.grading.trial import Trial

course = own_course()
for file in collect(course, course.exercises).values():
    trial, solution = Trial(file, 5, References()), LocalLearner(file.solution())
    for check in file.checks:
        assert trial.run(check, solution).status == "passed", check
    late = {"torch._dynamo", "sympy"} & set(sys.modules)
    assert not late, f"{file.exercise.name} imports {late}"
import torch
print(torch.get_num_threads())
"""


def test_no_check_of_the_course_imports_what_takes_longer_than_its_answers():
    pytest.importorskip("torch")
    done = subprocess.run([sys.executable, "-c", EVERYTHING], cwd=root(), capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr[-2000:]


@pytest.mark.parametrize(("momentum", "weight_decay"), [(0.0, 0.0), (0.9, 0.0), (0.0, 0.3), (0.8, 0.2)])
def test_a_step_is_that_of_the_optimizer(momentum, weight_decay):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    shapes = [(3, 2), (4,), ()]
    start = [rng.normal(size=shape) for shape in shapes]
    ours, theirs = ([torch.tensor(value).requires_grad_() for value in start] for _ in range(2))
    optimizer = torch.optim.SGD(theirs, lr=0.1, momentum=momentum, weight_decay=weight_decay)
    buffers = [torch.zeros_like(value) for value in ours] if momentum else None
    for _ in range(4):
        gradients = [torch.tensor(rng.normal(size=shape)) for shape in shapes]
        for parameter, gradient in zip(theirs, gradients, strict=True):
            parameter.grad = gradient.clone()
        optimizer.step()
        sgd_step(ours, gradients, 0.1, buffers=buffers, momentum=momentum, weight_decay=weight_decay)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(mine.detach().numpy(), other.detach().numpy())
