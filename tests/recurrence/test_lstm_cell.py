import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, on_learner_side, parametrize

NAMES = ("h", "c")


@from_torch
def expected(x, h, c, w_ih, w_hh, b_ih, b_hh):
    import torch

    return torch.lstm_cell(x, (h, c), w_ih, w_hh, b_ih, b_hh)


@from_torch
def expected_after(x, h, c, *parameters):
    """Return h and c after torch.nn.LSTM has read x, of shape (N, T, D)."""
    import torch

    lstm = torch.nn.LSTM(x.shape[2], h.shape[1], batch_first=True, dtype=x.dtype)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    lstm.load_state_dict(dict(zip(names, parameters, strict=True)))
    _, (h, c) = lstm(x, (h[None], c[None]))
    return h[0], c[0]


def draw(rng, n, d, hidden):
    """Draw x, h, c, w_ih, w_hh, b_ih and b_hh; nothing is zero."""
    shapes = [(n, d), (n, hidden), (n, hidden), (4 * hidden, d), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,)]
    return [rng.normal(size=shape) for shape in shapes]


def gate_biases(i, f, g, o, hidden):
    return np.repeat(np.array([i, f, g, o], dtype=float), hidden)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.LSTMCell: hidden state and cell state."""
    arguments = draw(rng, *rng.permutation([2, 3, 4, 5])[:3])
    assert_close(student.lstm_cell(*arguments), expected(*arguments), names=NAMES)


def test_sequence(student, rng):
    """Gives the states of torch.nn.LSTM over a sequence of ten steps."""
    _, h0, c0, *parameters = draw(rng, 2, 4, 3)
    x = rng.normal(size=(2, 10, 4))
    h, c = h0, c0
    for t in range(10):
        answer = student.lstm_cell(x[:, t], h, c, *parameters)
        h, c = expected_after(x[:, : t + 1], h0, c0, *parameters)
        assert_close(answer, (h, c), names=NAMES)


def test_memory_is_kept(student, rng):
    """Keeps the cell state when the forget gate is 1 and the input gate 0."""
    x, h, c, w_ih, w_hh, _, b_hh = draw(rng, 3, 2, 4)
    arguments = (x, h, c, w_ih, w_hh, gate_biases(-100, 100, 1, -0.5, 4), b_hh)
    answer = student.lstm_cell(*arguments)
    assert_close(answer, (expected(*arguments)[0], c), names=NAMES)


def test_memory_is_replaced(student, rng):
    """Replaces the cell state by the candidate when the forget gate is 0 and the input gate 1."""
    x, h, c, w_ih, w_hh, _, b_hh = draw(rng, 3, 2, 4)
    arguments = (x, h, c, w_ih, w_hh, gate_biases(100, -100, -0.5, 1, 4), b_hh)
    assert_close(student.lstm_cell(*arguments), expected(*arguments), names=NAMES)


@on_learner_side
def final_cells(learner, x, h, c, other_c, *parameters):
    """Run over x, of shape (N, T, D), from two cell states and return the last cell state of each run."""
    cells = []
    for cell in (c, other_c):
        hidden = h
        for t in range(x.shape[1]):
            hidden, cell = learner.lstm_cell(x[:, t], hidden, cell, *parameters)
        cells.append(cell)
    return cells


@parametrize("forget_bias", [0.0, 5.0])
def test_long_memory(student, rng, forget_bias):
    """Remembers a change of the cell state for fifty steps with a forget bias of 5, and loses it with one of 0."""
    _, h, c, w_ih, w_hh, _, b_hh = draw(rng, 1, 2, 3)
    parameters = (0.1 * w_ih, 0.1 * w_hh, gate_biases(0, forget_bias, 0, 0, 3), 0.1 * b_hh)
    x, other_c = rng.normal(size=(1, 50, 2)), c + np.array([0.5, -0.5, 1.0])
    kept, other_kept = student.run(final_cells, x, h, c, other_c, *parameters)
    for answer, start in ((kept, c), (other_kept, other_c)):
        assert_close(answer, expected_after(x, h, start, *parameters)[1])


def test_large_preactivations(student, rng):
    """Stays finite for pre-activations of a thousand and more."""
    x, h, c, w_ih, w_hh, b_ih, b_hh = draw(rng, 4, 3, 2)
    arguments = (x * 1e4, h, c, w_ih, w_hh, b_ih, b_hh)
    assert_close(student.lstm_cell(*arguments), expected(*arguments), names=NAMES)


@parametrize("sizes", [(1, 3, 2), (1, 1, 1), (5, 1, 3)])
def test_sizes(student, rng, sizes):
    """Works for a single example, a single feature and a single hidden unit."""
    arguments = draw(rng, *sizes)
    assert_close(student.lstm_cell(*arguments), expected(*arguments), names=NAMES)


@contract(expected, "float32", "integers", "views", "pure", integers=[0, 1, 2], names=NAMES)
def lstm_cell(rng):
    return draw(rng, 3, 4, 2)


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def blocks(x, h, w_ih, w_hh, b_ih, b_hh):
    """Return the four blocks of pre-activations."""
    return np.split(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh, 4, axis=1)


def finish(i, f, g, o, c):
    """Return the new states for the four pre-activations."""
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@misconception(
    "reads the blocks as i, f, o, g; torch's order is i, f, g, o: the candidate comes third and the output gate last. "
    "The order is only a convention, but weights trained under one are useless under the other"
)
def gate_order_ifog(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, o, g = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    return finish(i, f, g, o, c)


@misconception(
    "reads the blocks as f, i, g, o, so the input and the forget gate change places; torch's order is i, f, g, o. "
    "The slip does not show while the two gates have the same weights"
)
def gate_order_figo(x, h, c, w_ih, w_hh, b_ih, b_hh):
    f, i, g, o = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    return finish(i, f, g, o, c)


@misconception(
    "puts the candidate g through a sigmoid like the gates; g is what is written to the memory, not a fraction, and "
    "goes through tanh. With a sigmoid it is never negative, and the cell state could only be pushed up"
)
def sigmoid_candidate(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, g, o = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    c = sigmoid(f) * c + sigmoid(i) * sigmoid(g)
    return sigmoid(o) * np.tanh(c), c


@misconception(
    "returns o * c as the hidden state; the cell state goes through tanh first, h = o * tanh(c), which keeps h between "
    "-1 and 1 however much the cell has gathered. For a small cell state the two hardly differ"
)
def no_tanh_on_cell(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, g, o = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * c, c


@misconception(
    "takes the forget gate as the fraction to forget, (1 - f) * c; in spite of its name it is the fraction to keep, "
    "f * c. The two agree only for a gate of one half"
)
def forget_means_forget_fraction(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, g, o = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    return finish(i, -f, g, o, c)  # 1 - sigmoid(f) = sigmoid(-f)


@misconception(
    "computes the input gate as 1 - f, so the cell takes in just as much as it forgets; an LSTM has an input gate with "
    "weights of its own. Coupling the two is a variant, and close to what a GRU does"
)
def coupled_gate(x, h, c, w_ih, w_hh, b_ih, b_hh):
    _, f, g, o = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    return finish(-f, f, g, o, c)


@misconception(
    "feeds the cell state to the gates in place of the hidden state; w_hh multiplies h, what the cell showed at the "
    "step before, and c reaches the new states through the forget gate only"
)
def h_c_swapped(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, g, o = blocks(x, c, w_ih, w_hh, b_ih, b_hh)
    return finish(i, f, g, o, c)


@misconception(
    "adds the input's bias only. One would be enough, but torch has two, one for each matrix, and both are added; the "
    "two agree where b_hh is 0"
)
def one_bias(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, g, o = blocks(x, h, w_ih, w_hh, b_ih, 0 * b_hh)
    return finish(i, f, g, o, c)


@misconception(
    "adds 1 to the forget gate's pre-activation. That is a good start for the forget bias, so that the cell remembers "
    "before it has learned to; but it belongs into b_ih when that is initialized, not into every step"
)
def forget_bias_of_1_added(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, g, o = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    return finish(i, f + 1, g, o, c)


@misconception(
    "reads the rows of the weights as i, f, g, o but those of the biases as i, f, o, g, so that the candidate and the "
    "output gate get each other's bias. All four have their blocks in the same order"
)
def biases_at_the_wrong_gate(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, g, o = blocks(x, h, w_ih, w_hh, 0 * b_ih, 0 * b_hh)
    b_i, b_f, b_o, b_g = np.split(b_ih + b_hh, 4)
    return finish(i + b_i, f + b_f, g + b_g, o + b_o, c)


@misconception(
    "shows the old cell state, h = o * tanh(c). The output gate reads the memory after it has been renewed: "
    "h_new = o * tanh(c_new)"
)
def old_cell_shown(x, h, c, w_ih, w_hh, b_ih, b_hh):
    i, f, g, o = blocks(x, h, w_ih, w_hh, b_ih, b_hh)
    return sigmoid(o) * np.tanh(c), finish(i, f, g, o, c)[1]
