"""The backward pass of a linear layer: gradients of its input, its weights and its bias."""

import numpy as np


def linear_backward(grad_out: np.ndarray, x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of the loss with respect to the input, the weights and the bias of ``y = x @ w.T + b``.

    Every network is trained through this step: the layer is told how the loss changes with each of its outputs, and
    works out how it changes with everything that the outputs were made of. It only computes gradients and changes
    no parameter; that is the work of an optimizer, afterwards.

    Parameters
    ----------
    grad_out : ndarray, shape (..., H)
        Gradient of the loss with respect to the output ``y``. The leading axes, one or more, are those of ``x``.
    x : ndarray, shape (..., D)
        Input of the forward pass: (N, D), or for example (N, T, D) for a batch of sequences.
    w : ndarray, shape (H, D)
        Weights, one row per output as in ``torch.nn.Linear``.

    Returns
    -------
    dx : ndarray, shape (..., D)
        Gradient with respect to ``x``.
    dw : ndarray, shape (H, D)
        Gradient with respect to ``w``, summed over all leading axes.
    db : ndarray, shape (H,)
        Gradient with respect to the bias, summed over all leading axes. The bias itself is not needed.

    Notes
    -----
    With the forward pass ``y = x @ w.T + b``, for two axes (N, D)::

        dx = grad_out @ w                          (N, H) @ (H, D)
        dw = grad_out.T @ x                        (H, N) @ (N, D)
        db = sum of grad_out over the N rows

    A parameter takes part in every row, so its gradients add up. There is no division by N here: where the loss is
    a mean, ``grad_out`` already holds the ``1 / N``. With more leading axes each row of each of them counts as a
    sample. float32 stays float32. Agrees with the gradients that torch derives for ``torch.nn.functional.linear``.
    (Texts that write ``z = W a`` with samples in columns get ``dW = dz @ a.T``: the same thing, transposed.) It is the
    step of backpropagation (Rumelhart, Hinton and Williams, 1986) that all layers with weights have in common.

    Examples
    --------
    >>> grad_out, x = np.array([[1.0, 0.0], [2.0, -1.0]]), np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
    >>> dx, dw, db = linear_backward(grad_out, x, np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]]))
    >>> dx
    array([[ 1.,  0.,  2.],
           [ 2., -3.,  3.]])
    >>> dw
    array([[ 1.,  4.,  3.],
           [ 0., -1.,  0.]])
    >>> db
    array([ 3., -1.])
    """
    ### BEGIN SOLUTION
    rows_out, rows_in = grad_out.reshape(-1, grad_out.shape[-1]), x.reshape(-1, x.shape[-1])
    return grad_out @ w, rows_out.T @ rows_in, rows_out.sum(axis=0)
    ### END SOLUTION
