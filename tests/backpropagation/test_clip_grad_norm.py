import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize, unpack

NAMES = ("clipped", "total_norm")


@from_torch
def expected(grads, max_norm):
    import torch

    parameters = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad.clone()
    total_norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    return [parameter.grad for parameter in parameters], total_norm


def draw(rng, length):
    """Draw gradients of several shapes whose total norm is ``length``."""
    n, d = rng.integers(2, 6, size=2)
    grads = [rng.normal(size=size) for size in [(n, d), (n,), (2, d, n)]]
    return [g * length / norm(grads) for g in grads]


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.utils.clip_grad_norm_ for several gradients above the threshold."""
    for length in rng.uniform(4.0, 20.0, size=2):
        grads = draw(rng, length)
        # Looser than usual: the 1e-6 in the coefficient has a check of its own.
        assert_close(student.clip_grad_norm(grads, 1.5), expected(grads, 1.5), rtol=1e-6, names=NAMES)


@parametrize("scale", [0.1, 0.9])
def test_below_threshold(student, rng, scale):
    """Leaves gradients alone whose total norm is below the threshold."""
    grads = draw(rng, 2.0 * scale)
    assert_close(student.clip_grad_norm(grads, 2.0), (grads, 2.0 * scale), names=NAMES)


def test_only_together_above(student, rng):
    """Clips gradients that exceed the threshold only together."""
    grads = [rng.uniform(0.5, 0.9, size=size) * sign for size, sign in [(1, -1), ((1, 1), 1), ((1, 1, 1), -1)]]
    assert_close(student.clip_grad_norm(grads, 0.9), expected(grads, 0.9), rtol=1e-6, names=NAMES)


def test_one_large_gradient(student):
    """Keeps the direction when one element is far larger than all others."""
    grads = [np.array([3.0, 4.0]), np.array([[-100.0, 0.0, 1.0]])]
    clipped, _ = unpack(student.clip_grad_norm(grads, 1.0), *NAMES)
    assert_close(clipped, [g / (np.sqrt(10026.0) + 1e-6) for g in grads])


def test_small_norms(student, rng):
    """Adds 1e-6 to the norm before it divides."""
    grads = draw(rng, 7e-5)
    assert_close(student.clip_grad_norm(grads, 2e-5), expected(grads, 2e-5), atol=1e-15, names=NAMES)


def test_all_zero(student):
    """Returns zeros, not nan, when all gradients are 0."""
    grads = [np.zeros((2, 3)), np.zeros(2)]
    assert_close(student.clip_grad_norm(grads, 1.0), (grads, 0.0), names=NAMES)


def test_infinite(student):
    """Returns nan for an infinite element and 0 for all finite ones."""
    grads = [np.array([1.0, -np.inf]), np.array([[-2.0, 0.5]])]
    assert_close(student.clip_grad_norm(grads, 1.0), expected(grads, 1.0), names=NAMES)


def test_single_gradient(student, rng):
    """Works for a single gradient of a single number."""
    grads = [-rng.uniform(4.0, 9.0, size=1)]
    assert_close(student.clip_grad_norm(grads, 2.5), expected(grads, 2.5), rtol=1e-6, names=NAMES)


def test_float32(student, rng):
    """Returns float32 for float32."""
    grads = [g.astype(np.float32) for g in draw(rng, 9.0)]
    clipped, total_norm = unpack(student.clip_grad_norm(grads, 1.5), *NAMES)
    expected_clipped, expected_norm = expected(grads, 1.5)
    assert_close(clipped, expected_clipped, dtype=np.float32)
    assert_close(total_norm, expected_norm)


@parametrize("max_norm", [0.5, 100.0])
@contract(expected, "views", "pure", "new_arrays", rtol=1e-6, names=NAMES)
def clip_grad_norm(rng, max_norm):
    return draw(rng, 9.0), max_norm


def norm(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads))


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
    "takes the sum of the squares for the norm: the root is missing. Gradients longer than 1 are then cut far too "
    "short, and the limit of max_norm is one for the square of the length; only for a norm of 1 or 0 do the two agree"
)
def root_missing(grads, max_norm):
    length = norm(grads) ** 2
    return scale(grads, max_norm, length), length


@misconception(
    "asks np.linalg.norm for the 2-norm of a matrix, which is its largest singular value, and for more than two axes "
    "an error. Without the second argument np.linalg.norm gives the root of the sum of all squares, which is meant "
    "here"
)
def spectral_norm(grads, max_norm):
    length = np.sqrt(sum(np.linalg.norm(g, 2) ** 2 for g in grads))
    return scale(grads, max_norm, length), length


@misconception(
    "leaves out the 1e-6 that is added to the norm before the division. For ordinary norms this is barely visible, for "
    "norms near 1e-6 it is, and for gradients that are all 0 it divides by 0"
)
def epsilon_missing(grads, max_norm):
    length = norm(grads)
    return [g * float(np.minimum(1.0, max_norm / length)) for g in grads], length


@misconception(
    "writes into the gradients that it was given, as torch.nn.utils.clip_grad_norm_ does. Here new arrays are asked "
    "for, and the given ones stay as they are"
)
def in_place(grads, max_norm):
    length = norm(grads)
    for g in grads:
        g *= min(1.0, max_norm / (length + 1e-6))
    return grads, length


@misconception(
    "returns the very arrays that it was given when nothing has to be clipped. Writing into the answer later on would "
    "change the original gradients too"
)
def same_arrays_below_threshold(grads, max_norm):
    length = norm(grads)
    return (list(grads) if length <= max_norm else scale(grads, max_norm, length)), length
