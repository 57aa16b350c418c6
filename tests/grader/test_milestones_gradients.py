"""The backward passes that milestones bring along reverse what their parts do."""

import importlib.util
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from grader.course import own_course
from grader.course.home import PACKAGE
from grader.course.milestones import milestones

COURSE = own_course()


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def opened(name):
    """Return a milestone as a module, and the references of its parts."""
    (parts,) = (each.parts for each in milestones() if each.name == name)
    there = {part: getattr(module(COURSE.solution(COURSE.find(part))), part) for part in parts}
    return module(PACKAGE / "learning" / "milestones" / f"{name}.py"), SimpleNamespace(**there)


def digits(milestone, parts, rng):
    batch = rng.normal(size=(3, 1, 8, 8)), np.array([3, 0, 9])
    return milestone.parameters(parts, rng), batch


def characters(milestone, parts, rng):
    ids = rng.integers(9, size=(2, 6))
    return milestone.parameters(parts, 9, rng), (ids[:, :-1], ids[:, 1:])


def vae(milestone, parts, rng):
    return milestone.parameters(parts, rng), (rng.random((3, 64)), rng.normal(size=(3, milestone.CODE)))


@pytest.mark.parametrize("case", [digits, characters, vae])
def test_gradients_are_the_slopes_of_the_loss(case):
    milestone, parts = opened(case.__name__)
    rng = np.random.default_rng(1)
    p, batch = case(milestone, parts, rng)
    for w in p.values():
        w += 0.05 * rng.normal(size=w.shape)  # no bias is 0, no scale is 1
    _, gradients = milestone.backward(parts, p, *batch)
    assert gradients.keys() == p.keys()
    for name, w in p.items():
        for index in zip(*(rng.integers(size, size=4) for size in w.shape), strict=True):
            kept, losses = w[index], []
            for change in (1e-5, -1e-5):
                w[index] = kept + change
                losses.append(milestone.backward(parts, p, *batch)[0])
            w[index] = kept
            np.testing.assert_allclose(gradients[name][index], (losses[0] - losses[1]) / 2e-5, rtol=1e-4, atol=1e-7)


def agree(loss, parameters, gradients):
    """Compare gradients with the slopes along one random direction for each parameter."""
    rng = np.random.default_rng(2)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        way = rng.normal(size=parameter.shape)
        losses = []
        for change in (1e-5, -2e-5):
            parameter += change * way
            losses.append(loss())
        parameter += 1e-5 * way
        np.testing.assert_allclose(np.sum(gradient * way), (losses[0] - losses[1]) / 2e-5, rtol=1e-5, atol=1e-9)


def test_the_gradients_of_the_thinned_network_are_the_slopes_of_its_loss():
    milestone, parts = opened("spirals")
    rng = np.random.default_rng(1)
    x, y = milestone.spirals(9, rng)
    widths = (2, 5, 4, 2)
    weights = [rng.normal(size=(after, before)) for before, after in pairwise(widths)]
    biases = [rng.normal(size=width) for width in widths[1:]]

    def result():
        return milestone.gradients(parts, x, y, weights, biases, np.random.default_rng(3))

    agree(lambda: result()[0], [*weights, *biases], result()[1])


def test_the_gradients_through_time_are_the_slopes_of_the_loss():
    milestone, parts = opened("adding")
    rng, units = np.random.default_rng(1), milestone.HIDDEN_UNITS
    x, y = milestone.sums(3, 5, rng)
    shapes = ((4 * units, 2), (4 * units, units), (4 * units,), (4 * units,))
    cell, w = [rng.normal(size=shape) for shape in shapes], rng.normal(size=(1, units))

    def states():
        return milestone.read(parts, x, cell)

    def logits():
        return np.stack(states()[0][1:], axis=1) @ w.T

    upstream = (parts.sigmoid(logits()) - y) / y.size @ w
    gradients = milestone.back_through_time(parts, x, *states(), cell, upstream)
    agree(lambda: parts.bce_with_logits(logits(), y), cell, gradients)
