import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(grads, clip_value):
    import torch

    parameters = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad.clone()
    torch.nn.utils.clip_grad_value_(parameters, clip_value)
    return [parameter.grad for parameter in parameters]


def draw(rng, scale=3.0):
    """Draw gradients of several shapes with elements on either side of half the scale, of both signs."""
    n, d = rng.integers(4, 7, size=2)
    return [scale * rng.normal(size=size) for size in [(n, d), (d,), (2, d, n)]]


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.utils.clip_grad_value_ for several gradients."""
    for clip_value in (1.5, 2.75):
        grads = draw(rng)
        assert_close(student.clip_grad_value(grads, clip_value), expected(grads, clip_value))


def test_both_signs(student):
    """Limits large negative elements as it limits large positive ones."""
    grads = [np.array([-8.0, 0.5, 100.0]), np.array([[-1e12, 1e12], [-0.25, 0.0]])]
    assert_close(student.clip_grad_value(grads, 0.75), expected(grads, 0.75))


def test_inside(student, rng):
    """Leaves elements alone that lie inside the range or on its edge."""
    grads = [rng.uniform(-2.0, 2.0, size=(3, 4)), np.array([-2.0, 2.0, 0.0, 1e-300])]
    assert_close(student.clip_grad_value(grads, 2.0), grads)


def test_element_by_element(student, rng):
    """Limits each element on its own: a huge one does not shrink the others."""
    small = rng.uniform(0.125, 0.5)
    grads = [np.array([3.0, 4.0]), np.array([[-100.0, 0.0, small]])]
    assert_close(student.clip_grad_value(grads, 1.0), [np.array([1.0, 1.0]), np.array([[-1.0, 0.0, small]])])


def test_small_threshold(student, rng):
    """Works for a tiny threshold."""
    grads = draw(rng, 1e-5)
    assert_close(student.clip_grad_value(grads, 1e-5), expected(grads, 1e-5), atol=1e-18)


def test_infinite(student):
    """Turns infinite elements into the threshold with their sign."""
    grads = [np.array([np.inf, -np.inf, 1.0])]
    assert_close(student.clip_grad_value(grads, 2.5), expected(grads, 2.5))


def test_single_and_empty(student, rng):
    """Works for a single number, for a gradient without elements and for an empty list."""
    for grads in ([-rng.uniform(4.0, 9.0, size=1)], [np.array(7.0), np.zeros((0, 3))], []):
        assert_close(student.clip_grad_value(grads, 3.5), [np.clip(g, -3.5, 3.5) for g in grads])


@parametrize("clip_value", [0.7, 100.0])
@contract(expected, "float32", "views", "pure", "new_arrays")
def clip_grad_value(rng, clip_value):
    return draw(rng), clip_value


@misconception(
    "limits large positive elements only. A gradient of -8 is as dangerous as one of 8: the range is from -clip_value "
    "to clip_value, and both ends are enforced"
)
def one_sided(grads, clip_value):
    return [np.minimum(g, clip_value) for g in grads]


@misconception(
    "sets elements that are too large to 0. They become the threshold, with their sign; setting them to 0 would stop "
    "just those parameters that have to move most"
)
def zeroed(grads, clip_value):
    return [np.where(np.abs(g) > clip_value, np.zeros_like(g), g) for g in grads]


@misconception(
    "scales all gradients by one factor until their total norm is at most clip_value. That is clipping by norm, which "
    "keeps the direction; clipping by value limits every element on its own"
)
def norm_rescaled(grads, clip_value):
    squares = sum(float(np.sum(np.square(g, dtype=np.float64))) for g in grads)
    return [g * min(1.0, clip_value / (squares**0.5 + 1e-6)) for g in grads]


@misconception(
    "scales each gradient until its own norm is at most clip_value. That shrinks elements that were small enough as "
    "well; clipping by value limits every element on its own. For a gradient of a single element the two agree"
)
def each_norm_rescaled(grads, clip_value):
    return [g * min(1.0, clip_value / max(float(np.sqrt(np.sum(g**2))), 1e-300)) for g in grads]


@misconception(
    "scales each gradient by its largest absolute element. That shrinks the elements that were small enough, too; "
    "clipping by value leaves them as they are"
)
def scaled_by_largest(grads, clip_value):
    return [g * min(1.0, clip_value / float(np.max(np.abs(g), initial=1e-300))) for g in grads]


@misconception(
    "loses the sign: it limits the absolute values. A gradient says which way to go by its sign, so large negative "
    "elements become -clip_value and small ones stay negative"
)
def sign_lost(grads, clip_value):
    return [np.minimum(np.abs(g), clip_value) for g in grads]


@misconception(
    "gives large elements the threshold without their sign: -8 becomes +clip_value, which turns the step around. It "
    "has to become -clip_value"
)
def sign_lost_where_clipped(grads, clip_value):
    return [np.where(np.abs(g) > clip_value, np.asarray(clip_value, g.dtype), g) for g in grads]


@misconception(
    "writes into the gradients that it was given and returns them, as torch.nn.utils.clip_grad_value_ does. Here new "
    "arrays are asked for, and the given ones stay as they are"
)
def in_place(grads, clip_value):
    for g in grads:
        np.clip(g, -clip_value, clip_value, out=g, casting="unsafe")
    return grads


@misconception(
    "returns the very arrays that it was given when nothing has to be clipped. Writing into the answer later on would "
    "change the original gradients too"
)
def same_arrays_inside(grads, clip_value):
    return [g if np.all(np.abs(g) <= clip_value) else np.clip(g, -clip_value, clip_value) for g in grads]
