"""The LSTM cell: three gates decide what a memory keeps, takes in and shows."""

import numpy as np


def lstm_cell(
    x: np.ndarray,
    h: np.ndarray,
    c: np.ndarray,
    w_ih: np.ndarray,
    w_hh: np.ndarray,
    b_ih: np.ndarray,
    b_hh: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Take one time step: return the new hidden state and the new cell state.

    The cell state is carried over by a product with the forget gate and a sum, past any weight matrix. While the
    forget gate is near 1, neither the memory nor its gradient fades, which a plain recurrent network cannot promise.

    Parameters
    ----------
    x : ndarray of shape (N, D)
        Input at this time step, batch first.
    h : ndarray of shape (N, H)
        Hidden state after the step before.
    c : ndarray of shape (N, H)
        Cell state after the step before.
    w_ih : ndarray of shape (4H, D)
        Weights from the input to the gates: four blocks of H rows, in the order i, f, g, o.
    w_hh : ndarray of shape (4H, H)
        Weights from the hidden state to the gates, in the same order.
    b_ih, b_hh : ndarray of shape (4H,)
        The biases that belong to ``w_ih`` and to ``w_hh``, in the same order. Both are added.

    Returns
    -------
    h_new, c_new : tuple of two ndarrays of shape (N, H), float32 where the inputs are float32
        The new hidden state, then the new cell state. They stay finite for pre-activations of any size. Where x, h
        and c are integers, they hold floats. The inputs are left as they are.

    Notes
    -----
    The pre-activations ``z = x @ w_ih.T + b_ih + h @ w_hh.T + b_hh`` have shape (N, 4H). Their four blocks of H columns
    are, in this order, ``z_i, z_f, z_g, z_o`` (i: input gate, f: forget gate, g: candidate, o: output gate), and::

        i = sigmoid(z_i)    f = sigmoid(z_f)    g = tanh(z_g)    o = sigmoid(z_o)
        c_new = f * c + i * g
        h_new = o * tanh(c_new)

    A forget gate of 1 keeps the memory, a gate of 0 erases it. Introduced by Hochreiter and Schmidhuber (1997), the
    forget gate by Gers et al. (2000); agrees with ``torch.nn.LSTMCell``.

    Examples
    --------
    Without weights, the biases set the gates: the memory is kept (f is 1) and nothing is added (i is 0).

    >>> x, h, c = np.ones((1, 3)), np.zeros((1, 1)), np.array([[0.5]])
    >>> biases = np.array([-100.0, 100.0, 2.0, 0.0])
    >>> h_new, c_new = lstm_cell(x, h, c, np.zeros((4, 3)), np.zeros((4, 1)), biases, np.zeros(4))
    >>> c_new
    array([[0.5]])
    >>> h_new.round(6)  # half of tanh(0.5)
    array([[0.231059]])
    """
    raise NotImplementedError
