"""Training a network with one hidden layer, and what its initial weights decide."""

import numpy as np


def train_two_layer_net(
    x: np.ndarray,
    y: np.ndarray,
    w1: np.ndarray,
    b1: np.ndarray,
    w2: np.ndarray,
    b2: np.ndarray,
    lr: float,
    steps: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[float]]:
    """Train ``tanh(x @ w1.T + b1) @ w2.T + b2`` by gradient descent and return the parameters and the losses.

    The same loop learns or does not learn, depending on where it starts. Hidden units that start alike receive the same
    gradient and stay alike for ever; with all weights and biases 0 only the bias of the output can learn. The loop has
    nothing to do about it: breaking the symmetry is the task of a random initialization.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Inputs.
    y : ndarray, shape (N, O)
        Targets.
    w1, b1 : ndarrays, shapes (H, D) and (H,)
        Weights and biases of the hidden layer at the start, one row per unit as in ``torch.nn.Linear``.
    w2, b2 : ndarrays, shapes (O, H) and (O,)
        Weights and biases of the output layer at the start.
    lr : float
        Learning rate.
    steps : int
        Number of steps, at least 1. Each uses all samples.

    Returns
    -------
    w1, b1, w2, b2 : ndarrays
        The parameters after the last step; float32 stays float32. The arrays that were passed are not changed.
    losses : list of float
        One entry per step: the loss before the step's update. The first is the loss of the initial parameters; the
        loss of the returned ones is not in it.

    Notes
    -----
    The loss is the mean squared error over all N * O elements, ``mean((prediction - y)**2)``, as in
    ``torch.nn.functional.mse_loss``. One step, with ``h = tanh(x @ w1.T + b1)``::

        d_prediction = 2 * (prediction - y) / (N * O)
        dw2 = d_prediction.T @ h               db2 = sum of d_prediction over the samples
        dz = (d_prediction @ w2) * (1 - h**2)
        dw1 = dz.T @ x                         db1 = sum of dz over the samples

    then every parameter is replaced by itself minus ``lr`` times its gradient. All gradients of a step belong to the
    parameters before it. Nothing else happens to the parameters, whatever they are: no noise, no early stop, one
    learning rate for all. Agrees with a loop of ``backward()`` and ``torch.optim.SGD(..., lr)``. That equal weights
    stay equal, and that small random ones break the tie, is in Rumelhart, Hinton and Williams (1986).

    Examples
    --------
    >>> x, y = np.array([[1.0], [-1.0]]), np.array([[1.0], [0.0]])
    >>> zeros = np.zeros((2, 1)), np.zeros(2), np.zeros((1, 2)), np.zeros(1)
    >>> w1, b1, w2, b2, losses = train_two_layer_net(x, y, *zeros, lr=0.25, steps=2)
    >>> w2, b2
    (array([[0., 0.]]), array([0.375]))
    >>> [round(float(loss), 4) for loss in losses]
    [0.5, 0.3125]
    """
    raise NotImplementedError
