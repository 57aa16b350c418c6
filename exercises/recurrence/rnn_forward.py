"""The recurrent layer: one set of weights reads a sequence step by step and carries a state along."""

import numpy as np


def rnn_forward(
    x: np.ndarray,
    h0: np.ndarray,
    w_ih: np.ndarray,
    w_hh: np.ndarray,
    b_ih: np.ndarray,
    b_hh: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Read whole sequences: return the hidden state after every step, and the last one.

    Each state is made from the input of its step and from the state before, always by the same weights, so a sequence
    of any length can be read. What happened many steps ago has passed through ``w_hh`` many times, though: its
    influence, and its gradient, fades or grows like a power of that matrix.

    Parameters
    ----------
    x : ndarray of shape (N, T, D)
        N sequences of T >= 1 steps with D features each, batch first.
    h0 : ndarray of shape (N, H)
        Hidden states before the first step.
    w_ih : ndarray of shape (H, D)
        Weights from the input to the hidden state.
    w_hh : ndarray of shape (H, H)
        Weights from the hidden state to the next one; row i holds the weights of the new unit i.
    b_ih, b_hh : ndarray of shape (H,)
        The biases that belong to ``w_ih`` and to ``w_hh``. Both are added.

    Returns
    -------
    outputs, h_n : tuple of two ndarrays, float32 where the inputs are float32
        ``outputs`` of shape (N, T, H) holds the hidden states after steps 1 to T (``h0`` is not among them); ``h_n`` of
        shape (N, H) is the state after the last step, equal to ``outputs[:, -1]``. Where x and h0 are integers,
        both hold floats. The inputs are left as they are.

    Notes
    -----
    Step by step, from ``h = h0``::

        h = tanh(x[:, t] @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
        outputs[:, t] = h

    (Elman, 1990.) Agrees with ``torch.nn.RNN(..., batch_first=True)`` of one layer, whose ``h_n`` has an additional
    first axis for the layers. Without ``batch_first``, torch's sequences have the shape (T, N, D).

    Examples
    --------
    A single unit that hears a 1 at the first step only, and remembers it for a while.

    >>> x = np.array([[[1.0], [0.0], [0.0]]])
    >>> zero = np.zeros(1)
    >>> outputs, h_n = rnn_forward(x, np.zeros((1, 1)), np.array([[1.0]]), np.array([[0.5]]), zero, zero)
    >>> outputs.round(4)
    array([[[0.7616],
            [0.3634],
            [0.1797]]])
    >>> h_n.round(4)
    array([[0.1797]])
    """
    raise NotImplementedError
