"""Linear layers without activations between them: however many, they are one."""

import numpy as np


def collapse_linear_layers(layers: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the one linear layer that computes the same as a chain of them.

    Depth alone adds nothing: a chain of linear layers can only do what a single one can. This is why networks need a
    non-linear activation between their layers. With a ReLU in between, no single layer computes the same, but for
    special weights.

    Parameters
    ----------
    layers : list of tuples (w, b)
        The layers in the order in which an input passes through them, at least one. ``w`` has the shape (out, in) and
        ``b`` the shape (out,), as in ``torch.nn.Linear``; the ``in`` of each layer is the ``out`` of the one before.

    Returns
    -------
    w, b : tuple of two ndarrays, shapes (out, in) and (out,)
        Weights and biases of the collapsed layer, in this order: ``in`` is that of the first layer, ``out`` that of
        the last. float32 stays float32. The layers themselves are left as they are.

    Notes
    -----
    A layer maps an input to ``w @ x + b``; for a batch with one input per row, as in ``torch.nn.Linear``, to
    ``x @ w.T + b``. Putting a first layer into a second gives::

        w2 @ (w1 @ x + b1) + b2 = (w2 @ w1) @ x + (w2 @ b1 + b2)

    so the collapsed layer agrees with ``torch.nn.Sequential`` of the chain, on every input. Strictly speaking the
    layers are affine, because of their biases. An affine function f has ``f(x) + f(-x) = 2 * f(0)``, also when it is
    collapsed from many; a network that breaks this rule, as most with a ReLU do, is not affine. How deep linear
    networks learn is another matter than what they compute (Saxe et al., 2013).

    Examples
    --------
    >>> first = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.0]]), np.array([1.0, 0.0, -1.0])
    >>> second = np.array([[1.0, 1.0, 2.0]]), np.array([0.5])
    >>> w, b = collapse_linear_layers([first, second])
    >>> w
    array([[7., 1.]])
    >>> b
    array([-0.5])
    """
    ### BEGIN SOLUTION
    w, b = layers[0]
    for w_next, b_next in layers[1:]:
        w, b = w_next @ w, w_next @ b + b_next
    return w, b
    ### END SOLUTION
