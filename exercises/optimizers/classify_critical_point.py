"""Critical points: minimum, maximum or saddle, as the curvature decides."""

import numpy as np


def classify_critical_point(hessian: np.ndarray, tol: float = 1e-8) -> str:
    """Say what kind of point it is at which the gradient vanishes, given the Hessian there.

    A gradient of zero does not make a minimum: the loss may curve upwards in some directions and downwards in others.
    The eigenvalues of the Hessian are the curvatures along perpendicular directions, and their signs decide. In many
    dimensions nearly all critical points are saddles.

    Parameters
    ----------
    hessian : ndarray, shape (D, D)
        Matrix of second derivatives, D >= 1; integers are fine. It need not be quite symmetric, as when it was
        measured: what counts is its symmetric part, ``(hessian + hessian.T) / 2``.
    tol : float
        An eigenvalue whose absolute value is at most ``tol`` counts as zero.

    Returns
    -------
    str
        One of four words:

        - ``"min"``: all eigenvalues are positive;
        - ``"max"``: all eigenvalues are negative;
        - ``"saddle"``: there are positive and negative ones, whether or not others count as zero;
        - ``"degenerate"``: at least one counts as zero, and the others, if any, all have the same sign.

    Notes
    -----
    This is the second-derivative test. In direction ``u`` of length 1 the curvature is ``u @ hessian @ u``, which
    depends on the symmetric part only and lies between its smallest and its largest eigenvalue. With both signs the
    loss rises in one direction and falls in another, whatever else there is. A zero among eigenvalues of one sign
    leaves the question to higher derivatives. The eigenvalues are those of ``torch.linalg.eigvalsh`` for the symmetric
    part. Neither the diagonal nor the sign of the determinant or of the trace can replace them. Why saddles matter in
    high dimensions: Dauphin et al. (2014).

    Examples
    --------
    The curvature is 1 along both axes, and -2 along the diagonal between them.

    >>> classify_critical_point(np.array([[1.0, 3.0], [3.0, 1.0]]))
    'saddle'
    >>> classify_critical_point(np.array([[2.0, 1.0], [1.0, 2.0]]))
    'min'
    >>> classify_critical_point(np.array([[2.0, 0.0], [0.0, 0.01]]), tol=0.1)
    'degenerate'
    """
    raise NotImplementedError
