import numpy as np

from grader.checks import assert_close, assert_new_arrays, assert_pure, from_torch, misconception, parametrize


@from_torch
def expected(grads, clip_value):
    import torch

    parameters = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad.clone()
    torch.nn.utils.clip_grad_value_(parameters, clip_value)
    return [parameter.grad for parameter in parameters]


def draw(rng, scale=3.0):
    return [scale * rng.normal(size=size) for size in [(4, 3), (5,), (2, 3, 2)]]


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.utils.clip_grad_value_ for several gradients."""
    grads = draw(rng)
    assert_close(student.clip_grad_value(grads, 1.5), expected(grads, 1.5))


def test_both_signs(student):
    """Limits large negative elements as it limits large positive ones."""
    grads = [np.array([-8.0, 0.5, 100.0]), np.array([[-1e12, 1e12], [-0.25, 0.0]])]
    assert_close(student.clip_grad_value(grads, 0.75), expected(grads, 0.75))


def test_inside(student, rng):
    """Leaves elements alone that lie inside the range or on its edge."""
    grads = [rng.uniform(-2.0, 2.0, size=(3, 4)), np.array([-2.0, 2.0, 0.0, 1e-300])]
    assert_close(student.clip_grad_value(grads, 2.0), grads)


def test_element_by_element(student):
    """Limits each element on its own: a huge one does not shrink the others."""
    grads = [np.array([3.0, 4.0]), np.array([[-100.0, 0.0, 0.125]])]
    assert_close(student.clip_grad_value(grads, 1.0), [np.array([1.0, 1.0]), np.array([[-1.0, 0.0, 0.125]])])


def test_small_threshold(student, rng):
    """Works for a tiny threshold."""
    grads = draw(rng, 1e-5)
    assert_close(student.clip_grad_value(grads, 1e-5), expected(grads, 1e-5), atol=1e-18)


def test_infinite(student):
    """Turns infinite elements into the threshold with their sign."""
    grads = [np.array([np.inf, -np.inf, 1.0])]
    assert_close(student.clip_grad_value(grads, 2.5), expected(grads, 2.5))


def test_single_and_empty(student):
    """Works for a single number, for a gradient without elements and for an empty list."""
    for grads in ([np.array([-5.0])], [np.array(7.0), np.zeros((0, 3))], []):
        assert_close(student.clip_grad_value(grads, 3.5), [np.clip(g, -3.5, 3.5) for g in grads])


def test_float32(student, rng):
    """Returns float32 for float32."""
    grads = [g.astype(np.float32) for g in draw(rng)]
    assert_close(student.clip_grad_value(grads, 1.7), expected(grads, 1.7), dtype=np.float32)


def test_integers(student):
    """Accepts gradients that are integers."""
    grads = [np.array([6, -2, 1]), np.array([[-9], [0]])]
    assert_close(student.clip_grad_value(grads, 2.5), expected([g.astype(np.float64) for g in grads], 2.5))


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    grads = [g[::-1].T for g in draw(rng)]
    assert_close(student.clip_grad_value(grads, 1.25), expected(grads, 1.25))


@parametrize("clip_value", [0.5, 100.0])
def test_new_arrays(student, rng, clip_value):
    """Returns new arrays, clipped or not, and leaves the gradients and the global random state alone."""
    student.clip_grad_value(draw(rng), clip_value)
    assert_pure(student)
    assert_new_arrays(student)


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
