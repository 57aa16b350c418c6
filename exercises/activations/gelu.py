"""GELU: the input weighted by the probability that a standard normal variable is smaller than it."""

import math

import numpy as np


def gelu(x: np.ndarray, approximate: str = "none") -> np.ndarray:
    """Return ``x * Phi(x)``, exactly or in the form that replaces the error function by a tanh.

    Where ReLU multiplies its input by 0 or 1, GELU multiplies it by a smooth number in between. The curve has a
    gradient on both sides of 0, dips to about -0.17 near ``x = -0.75`` and returns to 0 further left, so it is not
    monotone. GPT-2 and the first code of BERT use the tanh form, Hugging Face's port of BERT the exact one; they differ
    by up to 5e-4.

    Parameters
    ----------
    x : ndarray, any shape
        Pre-activations.
    approximate : {"none", "tanh"}
        ``"none"`` for the exact form, ``"tanh"`` for the approximation.

    Returns
    -------
    ndarray, same shape as ``x``
        GELU of every element. float32 stays float32, float64 stays float64; integers give floats.

    Raises
    ------
    ValueError
        If ``approximate`` is neither ``"none"`` nor ``"tanh"``.

    Notes
    -----
    Formulas (Hendrycks and Gimpel, 2016), as in ``torch.nn.functional.gelu``:

    - ``"none"``: ``x * Phi(x)`` with ``Phi(x) = 0.5 * (1 + erf(x / sqrt(2)))``, the distribution function of the
      standard normal distribution;
    - ``"tanh"``: ``0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))``.

    NumPy has no error function. ``math.erf`` has it for one number at a time.

    A factor of type ``np.float64``, such as ``np.sqrt(2 / np.pi)``, turns a float32 array into float64; a Python
    float, such as ``math.sqrt(2 / math.pi)``, does not.

    Examples
    --------
    >>> gelu(np.array([-1.0, 0.0, 2.7])).round(4)
    array([-0.1587,  0.    ,  2.6906])
    >>> gelu(np.array([-1.0, 0.0, 2.7]), approximate="tanh").round(4)
    array([-0.1588,  0.    ,  2.6911])
    """
    raise NotImplementedError
