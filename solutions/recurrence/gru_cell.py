"""The GRU cell: two gates decide how much of the state to renew, and how much of it to consult for that."""

import numpy as np


def gru_cell(
    x: np.ndarray, h: np.ndarray, w_ih: np.ndarray, w_hh: np.ndarray, b_ih: np.ndarray, b_hh: np.ndarray
) -> np.ndarray:
    """Take one time step and return the new hidden state.

    The new state is a mixture of the old state and a candidate. Where the update gate is near 1, the old state passes
    on unchanged, and so does its gradient: the long memory of an LSTM with two gates instead of three and a single
    state.

    Parameters
    ----------
    x : ndarray of shape (N, D)
        Input at this time step, batch first.
    h : ndarray of shape (N, H)
        Hidden state after the step before.
    w_ih : ndarray of shape (3H, D)
        Weights from the input: three blocks of H rows, in the order r, z, n.
    w_hh : ndarray of shape (3H, H)
        Weights from the hidden state, in the same order.
    b_ih, b_hh : ndarray of shape (3H,)
        The biases that belong to ``w_ih`` and to ``w_hh``, in the same order.

    Returns
    -------
    ndarray of shape (N, H), float32 where the inputs are float32
        The new hidden state. It stays finite for pre-activations of any size. Where x and h are integers, it holds
        floats. The inputs are left as they are.

    Notes
    -----
    ``a = x @ w_ih.T + b_ih`` and ``u = h @ w_hh.T + b_hh`` have shape (N, 3H). Their three blocks of H columns belong,
    in this order, to r (reset gate), z (update gate) and n (candidate)::

        r = sigmoid(a_r + u_r)
        z = sigmoid(a_z + u_z)
        n = tanh(a_n + r * u_n)
        h_new = (1 - z) * n + z * h

    Two conventions, both those of ``torch.nn.GRUCell``, with which this agrees:

    - The update gate z is the share of the *old* state that is kept. In some papers (Chung et al., 2014) it is the
      share of the candidate.
    - The reset gate acts after the matrix product, on all of ``u_n``, bias ``b_hh`` included. In the original (Cho et
      al., 2014) it multiplies h before the product.

    Examples
    --------
    Without weights, the biases set the gates. Here z is 1, and the state is kept.

    >>> x, h = np.ones((1, 2)), np.array([[0.5]])
    >>> w_ih, w_hh, b_hh = np.zeros((3, 2)), np.zeros((3, 1)), np.array([0.0, 0.0, 0.25])
    >>> gru_cell(x, h, w_ih, w_hh, np.array([0.0, 100.0, 1.0]), b_hh)
    array([[0.5]])

    Now z is 0 and r is one half: the candidate tanh(1 + 0.5 * 0.25) takes over.

    >>> gru_cell(x, h, w_ih, w_hh, np.array([0.0, -100.0, 1.0]), b_hh).round(6)
    array([[0.809301]])
    """
    ### BEGIN SOLUTION

    def sigmoid(v):
        return 0.5 * (1 + np.tanh(0.5 * v))  # cannot overflow

    a_r, a_z, a_n = np.split(x @ w_ih.T + b_ih, 3, axis=1)
    u_r, u_z, u_n = np.split(h @ w_hh.T + b_hh, 3, axis=1)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    n = np.tanh(a_n + r * u_n)
    return (1 - z) * n + z * h
    ### END SOLUTION
