import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

TOL = 1e-6


@from_torch
def expected(hessian, tol):
    import torch

    eigenvalues = torch.linalg.eigvalsh((hessian + hessian.T) / 2)
    up, down = eigenvalues > tol, eigenvalues < -tol
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "min"
    return "max" if down.all() else "degenerate"


def with_eigenvalues(rng, *values):
    """Return a symmetric matrix with these eigenvalues and random axes."""
    axes, _ = np.linalg.qr(rng.normal(size=(len(values), len(values))))
    matrix = (axes * np.array(values)) @ axes.T
    return (matrix + matrix.T) / 2


def test_all_kinds(student, rng):
    """Recognizes minima, maxima, saddles and degenerate points by the eigenvalues, as torch computes them."""
    for kind in rng.permutation(["min", "max", "saddle", "degenerate"] * 4):
        values = rng.uniform(0.5, 5.0, size=rng.integers(2, 6))
        values *= rng.choice([-1, 1]) if kind == "degenerate" else -1 if kind == "max" else 1
        if kind in ("saddle", "degenerate"):
            values[0] *= -1 if kind == "saddle" else 0
        hessian = with_eigenvalues(rng, *values)
        assert_close(student.classify_critical_point(hessian, TOL), expected(hessian, TOL))


def test_off_diagonal(student, rng):
    """Sees a saddle although all curvatures along the axes have one sign."""
    scale = rng.uniform(0.5, 2.0)
    for sign in (scale, -scale):
        assert_close(student.classify_critical_point(sign * np.array([[1.0, 3.0], [3.0, 1.0]]), TOL), "saddle")
    hessian = np.array([[2.0, 1.5, 1.5], [1.5, 2.0, -1.5], [1.5, -1.5, 2.0]])  # eigenvalues -1, 3.5 and 3.5
    assert_close(student.classify_critical_point(scale * hessian, TOL), "saddle")


@parametrize(
    ("values", "kind"),
    [
        ((1.0, -1.0, -1.0), "saddle"),
        ((-1.0, -2.0, -3.0, -4.0), "max"),
        ((-1.0, -2.0), "max"),
        ((5.0, 2.0, -1.0, -1.0), "saddle"),
        ((-1.0, -2.0, -4.0), "max"),
        ((0.5, 1.0, 2.0, 3.0, 4.0), "min"),
    ],
)
def test_several_dimensions(student, rng, values, kind):
    """Looks at every eigenvalue in two to five dimensions; their product or sum does not decide."""
    assert_close(student.classify_critical_point(np.diag(values), TOL), kind)
    assert_close(student.classify_critical_point(with_eigenvalues(rng, *values), TOL), kind)


@parametrize(("value", "kind"), [(2.5, "min"), (-0.5, "max"), (0.0, "degenerate")])
def test_one_dimension(student, value, kind):
    """Works for a single variable, where the Hessian is the second derivative."""
    assert_close(student.classify_critical_point(np.array([[value]]), TOL), kind)


@parametrize(
    ("values", "kind"),
    [
        ((0.05, 1.0, 2.0), "degenerate"),
        ((-0.05, 1.0, 2.0), "degenerate"),
        ((0.05, -1.0, -2.0), "degenerate"),
        ((-0.05, 0.05, 0.0), "degenerate"),
        ((0.09, 1.0, 2.0), "degenerate"),
        ((0.11, 1.0, 2.0), "min"),
        ((-0.11, -1.0, -2.0), "max"),
        ((-0.11, 1.0, 2.0), "saddle"),
    ],
)
def test_tolerance(student, rng, values, kind):
    """Takes an eigenvalue for zero when it is within tol, and only then; one is enough to make a point degenerate."""
    assert_close(student.classify_critical_point(with_eigenvalues(rng, *values), 0.1), kind)


def test_limit_of_the_tolerance(student):
    """Counts an eigenvalue of exactly tol as zero, also for a tolerance of 0."""
    for value in (0.25, -0.25):
        assert_close(student.classify_critical_point(np.array([[value]]), 0.25), "degenerate")
    assert_close(student.classify_critical_point(np.zeros((3, 3)), 0.0), "degenerate")


def test_both_signs_and_zero(student, rng):
    """Calls a point with curvatures of both signs a saddle although another curvature is zero."""
    for values in ((-2.0, 0.0, 3.0), (1.0, 0.0, -1.0, 2.0), (-0.5, 0.0, 0.0, 0.5)):
        assert_close(student.classify_critical_point(with_eigenvalues(rng, *values), TOL), "saddle")


@parametrize(
    ("values", "kind"), [((0.02, 0.03, 0.01, 0.02), "min"), ((-0.01, -0.02, -0.03), "max"), ((-0.01, 900.0), "saddle")]
)
def test_large_and_small_curvatures(student, rng, values, kind):
    """Compares the eigenvalues themselves with tol, not their product."""
    assert_close(student.classify_critical_point(with_eigenvalues(rng, *values), 1e-3), kind)


def test_not_symmetric(student, rng):
    """Goes by the symmetric part of a matrix that is not symmetric."""
    for hessian, kind in (
        (np.array([[1.0, 0.0], [6.0, 1.0]]), "saddle"),
        (np.array([[1.0, 6.0], [0.0, 1.0]]), "saddle"),
        (np.array([[1.0, -5.0], [5.0, 1.0]]), "min"),
        (np.array([[-2.0, 3.0, 0.0], [-3.0, -2.0, 4.0], [0.0, -4.0, -1.0]]), "max"),
    ):
        assert_close(student.classify_critical_point(hessian, TOL), kind)
    skew = np.triu(rng.normal(size=(3, 3)) * 3, k=1)
    assert_close(student.classify_critical_point(with_eigenvalues(rng, 0.5, 1.0, 2.0) + skew - skew.T, TOL), "min")


@parametrize(("value", "kind"), [(0.95e-8, "degenerate"), (1.05e-8, "min")])
def test_defaults(student, value, kind):
    """Uses a tolerance of 1e-8 unless told otherwise."""
    assert_close(student.classify_critical_point(np.diag([1.0, value])), kind)


def test_other_inputs(student, rng):
    """Accepts integers, float32 and reversed views."""
    assert_close(student.classify_critical_point(np.array([[-2, 1], [1, -2]]), TOL), "max")
    assert_close(student.classify_critical_point(np.array([[1, 3], [3, 2]]), TOL), "saddle")
    hessian = with_eigenvalues(rng, 0.5, 2.0, 3.0)
    assert_close(student.classify_critical_point(hessian.astype(np.float32), 1e-3), "min")
    assert_close(student.classify_critical_point(-hessian[::-1, ::-1], TOL), "max")


@contract(None, "pure")
def classify_critical_point(rng):
    return rng.normal(size=(3, 3)), TOL


def kind(values, tol):
    """Classify by the signs of some numbers."""
    up, down = values > tol, values < -tol
    if np.any(up) and np.any(down):
        return "saddle"
    if np.all(up):
        return "min"
    return "max" if np.all(down) else "degenerate"


@misconception(
    "goes by the sign of the determinant: positive for a minimum, negative for a saddle. The determinant is the "
    "product of the eigenvalues, and two negative ones cancel: it is positive for a maximum in two dimensions and for "
    "diag(1, -1, -1), a saddle"
)
def determinant_sign(hessian, tol=1e-8):
    determinant = np.linalg.det(hessian)
    if abs(determinant) <= tol:
        return "degenerate"
    return "min" if determinant > 0 else "saddle"


@misconception(
    "goes by the signs on the diagonal, the curvatures along the axes. Between the axes the loss may curve the other "
    "way: [[1, 3], [3, 1]] has the eigenvalues 4 and -2. The two agree for a diagonal matrix"
)
def diagonal_sign(hessian, tol=1e-8):
    return kind(np.diag(hessian), tol)


@misconception(
    "goes by the sign of the trace. The trace is the sum of the eigenvalues and says nothing about the sign of each: a "
    "saddle may have either sign. It is enough in one dimension only"
)
def trace_sign(hessian, tol=1e-8):
    trace = np.trace(hessian)
    if abs(trace) <= tol:
        return "degenerate"
    return "min" if trace > 0 else "max"


@misconception(
    "calls every critical point a minimum. A zero gradient is shared by minima, maxima and saddles; the signs of the "
    "Hessian's eigenvalues tell them apart"
)
def zero_gradient_means_min(hessian, tol=1e-8):
    return "min"


@misconception(
    "calls a point degenerate as soon as one eigenvalue is zero, whatever the others are. With curvatures of both "
    "signs the loss rises in one direction and falls in another, and no higher derivative can change that: it is a "
    "saddle. A zero leaves the question open only where all others have one sign"
)
def zero_before_saddle(hessian, tol=1e-8):
    values = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    return "degenerate" if np.any(np.abs(values) <= tol) else kind(values, tol)


@misconception(
    "leaves eigenvalues within tol of zero out of the count, so that a point is degenerate only where all of them are. "
    "Along a direction without curvature the loss may rise or fall: one is enough to make a minimum or a maximum "
    "uncertain"
)
def zeros_left_out(hessian, tol=1e-8):
    values = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    values = values[np.abs(values) > tol]
    return kind(values, tol) if len(values) else "degenerate"


@misconception(
    "ignores tol and calls a point degenerate only where an eigenvalue is exactly 0, which rounding hardly ever allows"
)
def tolerance_ignored(hessian, tol=1e-8):
    return kind(np.linalg.eigvalsh((hessian + hessian.T) / 2), 0.0)


@misconception(
    "hands the matrix to eigvalsh as it is. eigvalsh reads one triangle only and takes the other for its mirror image, "
    "so that a matrix that is not symmetric is judged by half of its entries; use (hessian + hessian.T) / 2"
)
def one_triangle(hessian, tol=1e-8):
    return kind(np.linalg.eigvalsh(hessian), tol)


@misconception(
    "takes the eigenvalues of the matrix as it is, which may be complex where it is not symmetric. The curvature in a "
    "direction depends on the symmetric part only; use the eigenvalues of (hessian + hessian.T) / 2"
)
def not_symmetrized(hessian, tol=1e-8):
    return kind(np.linalg.eigvals(hessian).real, tol)
