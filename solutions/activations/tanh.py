"""Tanh: any number becomes a number between -1 and 1, with 0 in the middle."""

import numpy as np


def tanh(x: np.ndarray) -> np.ndarray:
    """Return the hyperbolic tangent of every element, written with ``exp`` alone.

    Tanh is a sigmoid stretched to the range from -1 to 1. Its outputs lie on both sides of 0, which makes the layer
    after it easier to train than outputs that are all positive. They are no probabilities, and far from 0 the curve is
    as flat as the sigmoid's.

    Apart from the function's own name, ``tanh``, ``sinh`` and ``cosh`` must not appear in the code, not even as
    variables: here they are to be built.

    Parameters
    ----------
    x : ndarray, any shape
        Pre-activations. They may be in the hundreds.

    Returns
    -------
    ndarray, same shape as ``x``
        The hyperbolic tangent of every element. float32 stays float32, float64 stays float64; integers give floats.

    Notes
    -----
    Formula: ``(exp(x) - exp(-x)) / (exp(x) + exp(-x))``, the hyperbolic sine over the hyperbolic cosine, as in
    ``torch.tanh``. Mind the parentheses: in Python a division binds tighter than a sum.

    Tanh is odd, ``tanh(-x) = -tanh(x)``, it is 0 at 0, and it is ``2 * sigmoid(2 * x) - 1``. At -800 the answer is
    -1, at 800 it is 1. Being centred makes it the better hidden unit of the two (LeCun et al., 1998).

    ``exp`` overflows above 709 in float64 and above 88 in float32, and ``inf / inf`` is nan. Multiplying numerator
    and denominator by the same factor changes nothing on paper: choose one that leaves no exponential of a large
    number.

    Examples
    --------
    >>> tanh(np.array([-1.0, 0.0, 2.0])).round(4)
    array([-0.7616,  0.    ,  0.964 ])
    >>> tanh(np.array([-800.0, 800.0]))
    array([-1.,  1.])
    """
    ### BEGIN SOLUTION
    e = np.exp(-2 * np.abs(x))  # at most 1
    return np.sign(x) * (1 - e) / (1 + e)
    ### END SOLUTION
