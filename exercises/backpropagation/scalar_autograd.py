"""Automatic differentiation: numbers that remember how they were computed."""

import math


class Value:
    """A number that records the operations it takes part in, so that gradients can flow back through them.

    Every operation makes a new ``Value`` that knows what it was computed from: a node of a computational graph.
    ``backward`` walks this graph from the result to the leaves and applies the chain rule. A value that is used
    several times gets the sum of what flows back along all of its paths. Deep learning frameworks do the same with
    arrays in place of numbers.

    ``+ - * /`` take a ``Value`` or a plain number on either side, ``**`` takes a plain number as its exponent. The
    operators that follow from others are given; the rest is to be written. How the graph is stored is up to you:
    the second argument of the constructor is a suggestion for it, and nobody but your own methods uses it.

    Parameters
    ----------
    data : float
        The number.
    parents : tuple
        For the methods of the class: pairs ``(value, slope)``, one for each ``Value`` that this one was computed from
        (twice the same, if it was used twice), with the partial derivative of ``data`` with respect to it.

    Attributes
    ----------
    data : float
        The number. ``backward`` does not change it.
    grad : float
        For leaves, the values made with ``Value(data)``: the derivative of the results on which ``backward`` was
        called with respect to this value. 0.0 as long as no gradient has arrived. For values made by operations,
        ``grad`` is free and may hold anything.

    Notes
    -----
    The method is reverse-mode automatic differentiation (Linnainmaa, 1970). ``data`` and ``grad`` agree with torch
    scalars made with ``requires_grad=True``. Conventions:

    - ``backward`` adds to ``grad``. A second call, on the same result or on another one, adds its own gradients to
      those already there and nothing else, as torch does (with ``retain_graph=True``);
    - the derivative of ``relu`` at 0 is 0;
    - the graph may be thousands of operations deep, more than Python lets a function call itself;
    - the work of ``backward`` grows with the number of operations, not with the number of paths: after ``y = y + y``,
      done 60 times, there are 2**60 paths;
    - logarithms of 0, divisions by 0, overflow and powers without a finite slope are left open.

    Examples
    --------
    >>> a, b = Value(2.0), Value(-3.0)
    >>> y = a * b + a**2
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (-2.0, 1.0, 2.0)
    """

    def __init__(self, data: float, parents: tuple = ()) -> None:
        raise NotImplementedError

    def __add__(self, other: "Value | float") -> "Value":
        """Return ``self + other``."""
        raise NotImplementedError

    def __mul__(self, other: "Value | float") -> "Value":
        """Return ``self * other``."""
        raise NotImplementedError

    def __pow__(self, exponent: float) -> "Value":
        """Return ``self ** exponent`` for a plain number ``exponent``, which may be negative or a fraction."""
        raise NotImplementedError

    def exp(self) -> "Value":
        """Return e to the power of ``self``."""
        raise NotImplementedError

    def log(self) -> "Value":
        """Return the natural logarithm."""
        raise NotImplementedError

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent."""
        raise NotImplementedError

    def relu(self) -> "Value":
        """Return ``self`` where it is positive and 0 elsewhere."""
        raise NotImplementedError

    def backward(self) -> None:
        """Add the derivative of ``self`` with respect to each leaf of its graph to the ``grad`` of that leaf."""
        raise NotImplementedError

    def __radd__(self, other: float) -> "Value":
        return self + other

    def __rmul__(self, other: float) -> "Value":
        return self * other

    def __neg__(self) -> "Value":
        return self * -1.0

    def __sub__(self, other: "Value | float") -> "Value":
        return self + -other

    def __rsub__(self, other: float) -> "Value":
        return -self + other

    def __truediv__(self, other: "Value | float") -> "Value":
        return self * other**-1.0

    def __rtruediv__(self, other: float) -> "Value":
        return self**-1.0 * other
