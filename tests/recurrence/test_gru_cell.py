import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, h, w_ih, w_hh, b_ih, b_hh):
    import torch

    return torch.gru_cell(x, h, w_ih, w_hh, b_ih, b_hh)


@from_torch
def expected_after(x, h, *parameters):
    """Return the state after torch.nn.GRU has read x, of shape (N, T, D)."""
    import torch

    gru = torch.nn.GRU(x.shape[2], h.shape[1], batch_first=True, dtype=x.dtype)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    gru.load_state_dict(dict(zip(names, parameters, strict=True)))
    return gru(x, h[None])[1][0]


def draw(rng, n, d, hidden):
    """Draw x, h, w_ih, w_hh, b_ih and b_hh; nothing is zero."""
    shapes = [(n, d), (n, hidden), (3 * hidden, d), (3 * hidden, hidden), (3 * hidden,), (3 * hidden,)]
    return [rng.normal(size=shape) for shape in shapes]


def gate_biases(r, z, n, hidden):
    return np.repeat(np.array([r, z, n], dtype=float), hidden)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.GRUCell."""
    arguments = draw(rng, *rng.permutation([2, 3, 4, 5])[:3])
    assert_close(student.gru_cell(*arguments), expected(*arguments))


def test_sequence(student, rng):
    """Gives the states of torch.nn.GRU over a sequence of ten steps."""
    _, h0, *parameters = draw(rng, 2, 4, 3)
    x = rng.normal(size=(2, 10, 4))
    h = h0
    for t in range(10):
        answer = student.gru_cell(x[:, t], h, *parameters)
        h = expected_after(x[:, : t + 1], h0, *parameters)
        assert_close(answer, h)


def test_state_is_kept(student, rng):
    """Keeps the old state when the update gate is 1."""
    x, h, w_ih, w_hh, _, b_hh = draw(rng, 3, 2, 4)
    assert_close(student.gru_cell(x, 3 * h, w_ih, w_hh, gate_biases(0.5, 200, -1, 4), b_hh), 3 * h)


def test_state_is_replaced(student, rng):
    """Replaces the old state by the candidate when the update gate is 0."""
    x, h, w_ih, w_hh, _, b_hh = draw(rng, 3, 2, 4)
    arguments = (x, h, w_ih, w_hh, gate_biases(0.5, -200, -1, 4), b_hh)
    assert_close(student.gru_cell(*arguments), expected(*arguments))


def test_state_is_reset(student, rng):
    """Makes the candidate from the input alone, without the state and its bias, when the reset gate is 0."""
    x, h, w_ih, w_hh, _, b_hh = draw(rng, 3, 2, 4)
    answer = student.gru_cell(x, h, w_ih, w_hh, gate_biases(-200, -200, 0.5, 4), b_hh)
    assert_close(answer, np.tanh(x @ w_ih[8:].T + 0.5))


def test_candidate_bias(student, rng):
    """Lets the reset gate act on the bias of the candidate in b_hh, not only on the weights."""
    x, h, w_ih, w_hh, b_ih, _ = draw(rng, 2, 3, 2)
    arguments = (x, h, w_ih, w_hh, b_ih, gate_biases(0.3, -0.4, 2.5, 2))
    assert_close(student.gru_cell(*arguments), expected(*arguments))


def test_large_preactivations(student, rng):
    """Stays finite for pre-activations of a thousand and more."""
    x, h, w_ih, w_hh, b_ih, b_hh = draw(rng, 4, 3, 2)
    arguments = (x * 1e4, h, w_ih, w_hh, b_ih, b_hh)
    assert_close(student.gru_cell(*arguments), expected(*arguments))


@parametrize("sizes", [(1, 3, 2), (1, 1, 1), (5, 1, 3)])
def test_sizes(student, rng, sizes):
    """Works for a single example, a single feature and a single hidden unit."""
    arguments = draw(rng, *sizes)
    assert_close(student.gru_cell(*arguments), expected(*arguments))


@contract(expected, "float32", "integers", "views", "pure", integers=[0, 1])
def gru_cell(rng):
    return draw(rng, 3, 4, 2)


def sigmoid(v):
    return 0.5 * (1 + np.tanh(0.5 * v))


def blocks(x, h, w_ih, w_hh, b_ih, b_hh):
    """Return the three blocks of the input's part and the three of the state's part."""
    return *np.split(x @ w_ih.T + b_ih, 3, axis=1), *np.split(h @ w_hh.T + b_hh, 3, axis=1)


@misconception(
    "mixes the other way round, (1 - z) * h + z * n. Some papers define the update gate like that, as the share of the "
    "new; in torch and here z is the share of the old state that is kept. Weights move from one convention to the "
    "other by a change of sign of everything that makes z"
)
def update_gate_swapped(x, h, w_ih, w_hh, b_ih, b_hh):
    a_r, a_z, a_n, u_r, u_z, u_n = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    return (1 - z) * h + z * np.tanh(a_n + r * u_n)


@misconception(
    "multiplies the state by the reset gate before the matrix product, as the original paper does. In torch and here "
    "the gate acts on the product, bias included: r * (h @ w.T + b). The two are different networks; they agree where "
    "r is the same for all units and that bias is 0"
)
def reset_before_matmul(x, h, w_ih, w_hh, b_ih, b_hh):
    a_r, a_z, a_n, u_r, u_z, _ = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    w, b = np.split(w_hh, 3)[2], np.split(b_hh, 3)[2]
    n = np.tanh(a_n + (r * h) @ w.T + b)
    return (1 - z) * n + z * h


@misconception(
    "adds the candidate's bias of the state outside the reset gate. It belongs to the state's part, so the gate acts "
    "on it too: r * (h @ w.T + b). That is why torch keeps two biases: here they cannot be merged. The two agree where "
    "this bias is 0"
)
def bhn_outside_reset(x, h, w_ih, w_hh, b_ih, b_hh):
    a_r, a_z, a_n, u_r, u_z, u_n = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    b = np.split(b_hh, 3)[2]
    n = np.tanh(a_n + r * (u_n - b) + b)
    return (1 - z) * n + z * h


@misconception(
    "lets the reset gate act on the input's part of the candidate as well: tanh(r * (a_n + u_n)). It decides how much "
    "of the state is consulted, so it multiplies u_n only; at r = 0 the candidate is made from the input alone, not 0. "
    "The two agree where r is 1"
)
def reset_on_everything(x, h, w_ih, w_hh, b_ih, b_hh):
    a_r, a_z, a_n, u_r, u_z, u_n = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    return (1 - z) * np.tanh(r * (a_n + u_n)) + z * h


@misconception(
    "reads the blocks as z, r, n; torch's order is r, z, n: the reset gate comes first. The order is only a "
    "convention, but weights trained under one are useless under the other"
)
def gate_order_zrn(x, h, w_ih, w_hh, b_ih, b_hh):
    a_z, a_r, a_n, u_z, u_r, u_n = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    return (1 - z) * np.tanh(a_n + r * u_n) + z * h


@misconception(
    "never uses the reset gate: the candidate always sees the whole state, and the cell cannot start afresh while it "
    "renews itself. The two agree where r is 1"
)
def no_reset(x, h, w_ih, w_hh, b_ih, b_hh):
    _, a_z, a_n, _, u_z, u_n = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    z = sigmoid(a_z + u_z)
    return (1 - z) * np.tanh(a_n + u_n) + z * h


@misconception(
    "puts the candidate through a sigmoid like the gates; it is what the state is renewed with, not a fraction, and "
    "goes through tanh. With a sigmoid no unit could ever become negative again"
)
def sigmoid_candidate(x, h, w_ih, w_hh, b_ih, b_hh):
    a_r, a_z, a_n, u_r, u_z, u_n = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    return (1 - z) * sigmoid(a_n + r * u_n) + z * h


@misconception(
    "leaves the bias b_hh out of the candidate. The state's part of it is r * (h @ w.T + b), bias included, as for the "
    "two gates; the two agree where this bias is 0"
)
def candidate_without_state_bias(x, h, w_ih, w_hh, b_ih, b_hh):
    a_r, a_z, a_n, u_r, u_z, u_n = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    return (1 - z) * np.tanh(a_n + r * (u_n - np.split(b_hh, 3)[2])) + z * h


@misconception(
    "gives the candidate no bias at all. It has two, like the gates: one of the input's part, and one of the state's "
    "part, on which the reset gate acts"
)
def candidate_without_biases(x, h, w_ih, w_hh, b_ih, b_hh):
    a_r, a_z, a_n, u_r, u_z, u_n = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    n = np.tanh(a_n - np.split(b_ih, 3)[2] + r * (u_n - np.split(b_hh, 3)[2]))
    return (1 - z) * n + z * h


@misconception(
    "adds the biases b_ih only. Here the two cannot even be merged: the reset gate acts on the candidate's bias in "
    "b_hh, not on that in b_ih. The two agree where b_hh is 0"
)
def one_bias(x, h, w_ih, w_hh, b_ih, b_hh):
    a_r, a_z, a_n, u_r, u_z, u_n = blocks(x, h, w_ih, w_hh, b_ih, 0 * b_hh)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    return (1 - z) * np.tanh(a_n + r * u_n) + z * h
