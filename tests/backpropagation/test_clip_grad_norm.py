import numpy as np

from grader.checks import assert_close, assert_new_arrays, assert_pure, from_torch, misconception, parametrize, unpack

NAMES = ("clipped", "total_norm")


@from_torch
def expected(grads, max_norm):
    import torch

    parameters = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad.clone()
    total_norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    return [parameter.grad for parameter in parameters], total_norm


def draw(rng, scale=1.0):
    return [scale * rng.normal(size=size) for size in [(4, 3), (4,), (2, 4)]]


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.utils.clip_grad_norm_ for several gradients above the threshold."""
    grads = draw(rng, 3.0)
    # Looser than usual: the 1e-6 in the coefficient has a check of its own.
    assert_close(student.clip_grad_norm(grads, 1.5), expected(grads, 1.5), rtol=1e-6, names=NAMES)


@parametrize("scale", [0.1, 0.9])
def test_below_threshold(student, rng, scale):
    """Leaves gradients alone whose total norm is below the threshold."""
    grads = draw(rng)
    length = np.sqrt(sum(np.sum(g**2) for g in grads))
    grads = [2.0 * scale / length * g for g in grads]
    assert_close(student.clip_grad_norm(grads, 2.0), (grads, 2.0 * scale), names=NAMES)


def test_only_together_above(student):
    """Clips gradients that exceed the threshold only together."""
    grads = [np.array([0.6, -0.3]), np.array([[-0.5], [0.4], [0.2]]), np.array([0.7])]
    assert_close(student.clip_grad_norm(grads, 1.0), expected(grads, 1.0), names=NAMES)


def test_one_large_gradient(student):
    """Keeps the direction when one element is far larger than all others."""
    grads = [np.array([3.0, 4.0]), np.array([[-100.0, 0.0, 1.0]])]
    clipped, _ = unpack(student.clip_grad_norm(grads, 1.0), *NAMES)
    length = np.sqrt(10026.0) + 1e-6
    assert_close(clipped, [np.array([3.0, 4.0]) / length, np.array([[-100.0, 0.0, 1.0]]) / length])


def test_small_norms(student):
    """Adds 1e-6 to the norm before it divides."""
    grads = [np.array([3e-5, -2e-5]), np.array([[6e-5]])]
    assert_close(student.clip_grad_norm(grads, 2e-5), expected(grads, 2e-5), rtol=1e-9, atol=1e-15, names=NAMES)


def test_all_zero(student):
    """Returns zeros, not nan, when all gradients are 0."""
    grads = [np.zeros((2, 3)), np.zeros(2)]
    assert_close(student.clip_grad_norm(grads, 1.0), (grads, 0.0), names=NAMES)


def test_infinite(student):
    """Returns nan for an infinite element and 0 for all finite ones."""
    grads = [np.array([1.0, -np.inf]), np.array([[-2.0, 0.5]])]
    assert_close(student.clip_grad_norm(grads, 1.0), expected(grads, 1.0), names=NAMES)


def test_single_gradient(student):
    """Works for a single gradient of a single number."""
    grads = [np.array([-5.0])]
    assert_close(student.clip_grad_norm(grads, 2.5), expected(grads, 2.5), names=NAMES)


def test_float32(student, rng):
    """Returns float32 for float32."""
    grads = [g.astype(np.float32) for g in draw(rng, 3.0)]
    clipped, total_norm = unpack(student.clip_grad_norm(grads, 1.5), *NAMES)
    expected_clipped, expected_norm = expected(grads, 1.5)
    assert_close(clipped, expected_clipped, dtype=np.float32)
    assert_close(total_norm, expected_norm)


def test_integers(student):
    """Accepts gradients that are integers."""
    grads = [np.array([6, -2]), np.array([[3], [0]])]
    assert_close(student.clip_grad_norm(grads, 3.5), expected([g.astype(np.float64) for g in grads], 3.5), names=NAMES)


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    grads = [g[::-1].T for g in draw(rng, 3.0)]
    assert_close(student.clip_grad_norm(grads, 1.5), expected(grads, 1.5), names=NAMES)


@parametrize("max_norm", [0.5, 100.0])
def test_new_arrays(student, rng, max_norm):
    """Returns new arrays, clipped or not, and leaves the gradients and the global random state alone."""
    student.clip_grad_norm(draw(rng), max_norm)
    assert_pure(student)
    assert_new_arrays(student)


def norm(grads):
    return np.sqrt(sum(np.sum(np.square(g, dtype=np.result_type(g, np.float32))) for g in grads))


def scale(grads, max_norm, length):
    return [g * float(np.minimum(1.0, max_norm / (length + 1e-6))) for g in grads]


@misconception(
    "clips every gradient by its own norm. Then each is scaled by a factor of its own, which changes the direction of "
    "the whole, and the total may still exceed max_norm; with a single gradient the two agree"
)
def per_tensor_norm(grads, max_norm):
    return [scale([g], max_norm, norm([g]))[0] for g in grads], norm(grads)


@misconception(
    "limits every element to the range from -max_norm to max_norm. That is clipping by value: it bends the direction "
    "towards the small elements and does not bound the norm"
)
def elementwise(grads, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in grads], norm(grads)


@misconception(
    "scales always, so that gradients shorter than max_norm are stretched to it. Clipping only shortens: the "
    "coefficient is at most 1"
)
def always_rescales(grads, max_norm):
    length = norm(grads)
    return [g * float(max_norm / (length + 1e-6)) for g in grads], length


@misconception(
    "measures the largest absolute element, the infinity norm. Asked for is the Euclidean norm, the root of the sum of "
    "all squares; the two agree only if a single element is not 0"
)
def max_norm_inf(grads, max_norm):
    length = max(np.abs(g).max() for g in grads)
    return scale(grads, max_norm, length), length


@misconception(
    "returns the norm after clipping. Asked for is the norm before: it tells whether a gradient exploded, while the "
    "one after clipping never exceeds max_norm"
)
def norm_after_clipping_returned(grads, max_norm):
    clipped = scale(grads, max_norm, norm(grads))
    return clipped, norm(clipped)


@misconception(
    "adds up the norms of the gradients. Norms do not add up, squares do: the total norm is the root of the sum of the "
    "squared norms, smaller than their sum unless there is a single gradient"
)
def sum_of_norms(grads, max_norm):
    length = sum(norm([g]) for g in grads)
    return scale(grads, max_norm, length), length


@misconception(
    "leaves out the 1e-6 that is added to the norm before the division. For ordinary norms this is barely visible, for "
    "norms near 1e-6 it is, and for gradients that are all 0 it divides by 0"
)
def epsilon_missing(grads, max_norm):
    length = norm(grads)
    return [g * float(np.minimum(1.0, max_norm / length)) for g in grads], length


@misconception(
    "returns the very arrays that it was given when nothing has to be clipped. Writing into the answer later on would "
    "change the original gradients too"
)
def same_arrays_below_threshold(grads, max_norm):
    length = norm(grads)
    return (list(grads) if length <= max_norm else scale(grads, max_norm, length)), length
