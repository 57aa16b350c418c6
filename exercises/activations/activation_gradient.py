"""Derivatives of activations: the factor that each of them puts into the chain rule."""

import math

import numpy as np


def activation_gradient(x: np.ndarray, kind: str) -> np.ndarray:
    """Return the derivative of an activation, at the pre-activation ``x``.

    Backpropagation multiplies by one such factor per layer. Sigmoid's is at most 1/4 and almost 0 far from 0, so its
    product over many layers vanishes; tanh's is at most 1; ReLU's is exactly 1 or 0.

    Parameters
    ----------
    x : ndarray, any shape
        Pre-activations: what goes into the activation, not what comes out. They may be in the hundreds.
    kind : {"sigmoid", "tanh", "relu", "leaky_relu", "gelu"}
        The activation. The slope of ``"leaky_relu"`` is 0.01, ``"gelu"`` is the exact form.

    Returns
    -------
    ndarray, same shape as ``x``
        The derivative at every element. float32 stays float32, float64 stays float64; for integers any dtype is right
        that holds the values.

    Raises
    ------
    ValueError
        If ``kind`` is none of the five.

    Notes
    -----
    Agrees with the gradients that torch derives from ``torch.sigmoid``, ``torch.tanh``, ``torch.relu`` and, in
    ``torch.nn.functional``, ``leaky_relu`` and ``gelu``. With ``s = sigmoid(x)``:

    - sigmoid: ``s * (1 - s)``;
    - tanh: ``1 - tanh(x)**2``;
    - ReLU: 1 where ``x > 0``, 0 elsewhere, also at 0;
    - leaky ReLU: 1 where ``x > 0``, 0.01 elsewhere, also at 0;
    - GELU, ``x * Phi(x)``: by the product rule ``Phi(x) + x * phi(x)``, with ``Phi(x) = 0.5 * (1 + erf(x / sqrt(2)))``
      and ``phi(x) = exp(-x**2 / 2) / sqrt(2 * pi)``. ``math.erf`` takes one number at a time.

    For pre-activations in the hundreds the answer is finite everywhere (sigmoid: 0 on either side). ``inf / inf`` is
    nan, so mind which exponentials are divided. Computing the slope of a sigmoid from its value goes back to the
    backpropagation of Rumelhart, Hinton and Williams (1986).

    Examples
    --------
    >>> activation_gradient(np.array([-2.0, 0.0, 3.0]), "sigmoid").round(4)
    array([0.105 , 0.25  , 0.0452])
    >>> activation_gradient(np.array([-2.0, 0.0, 3.0]), "leaky_relu")
    array([0.01, 0.01, 1.  ])
    """
    raise NotImplementedError
