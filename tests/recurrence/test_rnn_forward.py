import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("outputs", "h_n")


@from_torch
def expected(x, h0, *parameters):
    import torch

    rnn = torch.nn.RNN(x.shape[2], h0.shape[1], batch_first=True, dtype=x.dtype)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    rnn.load_state_dict(dict(zip(names, parameters, strict=True)))
    outputs, h_n = rnn(x, h0[None])
    return outputs, h_n[0]


def draw(rng, n, t, d, hidden):
    """Draw x, h0, w_ih, w_hh, b_ih and b_hh; nothing is zero."""
    shapes = [(n, t, d), (n, hidden), (hidden, d), (hidden, hidden), (hidden,), (hidden,)]
    return [rng.normal(size=shape) * scale for shape, scale in zip(shapes, (1, 1, 0.6, 0.6, 1, 1), strict=True)]


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.RNN: the state after every step and the last one."""
    arguments = draw(rng, *rng.permutation([2, 3, 4, 5]))
    assert_close(student.rnn_forward(*arguments), expected(*arguments), names=NAMES)


def test_single_step(student, rng):
    """Starts from h0: after a single step the initial state still counts."""
    x, h0, *parameters = draw(rng, 3, 1, 2, 4)
    for start in (h0, -h0):
        assert_close(student.rnn_forward(x, start, *parameters), expected(x, start, *parameters), names=NAMES)


def test_long_sequence(student, rng):
    """Reads a sequence of twenty steps."""
    arguments = draw(rng, 2, 20, 3, 4)
    assert_close(student.rnn_forward(*arguments), expected(*arguments), names=NAMES)


def test_both_biases(student, rng):
    """Adds both biases, the one of the input and the one of the state."""
    x, h0, w_ih, w_hh, b_ih, b_hh = draw(rng, 2, 3, 4, 2)
    for one, other in ((b_ih, 0 * b_hh), (0 * b_ih, b_hh)):
        arguments = (x, h0, w_ih, w_hh, one, other)
        assert_close(student.rnn_forward(*arguments), expected(*arguments), names=NAMES)


@parametrize("norm", [0.5, 1.1])
def test_memory(student, rng, norm):
    """Forgets a small initial state within fifty steps when w_hh shrinks, and blows it up when w_hh stretches."""
    _, h0, w_ih, w_hh, *_ = draw(rng, 2, 1, 2, 3)
    rotation, _ = np.linalg.qr(w_hh)
    arguments = (np.zeros((2, 50, 2)), 1e-4 * h0, w_ih, norm * rotation, np.zeros(3), np.zeros(3))
    assert_close(student.rnn_forward(*arguments), expected(*arguments), names=NAMES)


@parametrize("sizes", [(1, 4, 3, 2), (1, 1, 1, 1), (4, 2, 1, 3), (2, 3, 5, 1)])
def test_sizes(student, rng, sizes):
    """Works for a single sequence, a single step, a single feature and a single hidden unit."""
    arguments = draw(rng, *sizes)
    assert_close(student.rnn_forward(*arguments), expected(*arguments), names=NAMES)


@contract(expected, "float32", "integers", "views", "pure", integers=[0, 1], names=NAMES)
def rnn_forward(rng):
    return draw(rng, 2, 4, 3, 5)


def run(x, h0, step):
    """Return outputs and last state for a function that makes the new state from x[:, t] and the old one."""
    h, outputs = h0, []
    for t in range(x.shape[1]):
        h = step(x[:, t], h)
        outputs.append(h)
    return np.stack(outputs, axis=1), h


@misconception(
    "uses h0 at every step: the state is never carried on, so each output knows its own input only and the network has "
    "no memory. The state of one step is what the next one starts from; the two agree for a single step"
)
def hidden_not_carried(x, h0, w_ih, w_hh, b_ih, b_hh):
    return run(x, h0, lambda x_t, _: np.tanh(x_t @ w_ih.T + b_ih + h0 @ w_hh.T + b_hh))


@misconception(
    "multiplies the state by w_hh where it should be its transpose. w_hh is square, so no shape complains; its rows "
    "belong to the new units, as those of w_ih do: h @ w_hh.T. The two agree for a symmetric matrix"
)
def recurrent_transposed(x, h0, w_ih, w_hh, b_ih, b_hh):
    return run(x, h0, lambda x_t, h: np.tanh(x_t @ w_ih.T + b_ih + h @ w_hh + b_hh))


@misconception(
    "adds the bias of the input only. One bias would be enough, but torch has two, which belong to the two matrices, "
    "and both are added; the two agree where b_hh is 0"
)
def one_bias(x, h0, w_ih, w_hh, b_ih, b_hh):
    return run(x, h0, lambda x_t, h: np.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T))


@misconception(
    "takes tanh twice, as if the state were squashed once more on its way out. The hidden state is the output, and "
    "tanh is applied once per step"
)
def double_tanh(x, h0, w_ih, w_hh, b_ih, b_hh):
    return run(x, h0, lambda x_t, h: np.tanh(np.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh)))


@misconception(
    "takes the first axis for time. The sequences come batch first, (N, T, D), so step t is x[:, t]; x[t] is the whole "
    "sequence number t. (T, N, D) is torch's layout without batch_first"
)
def time_major(x, h0, w_ih, w_hh, b_ih, b_hh):
    h, outputs = h0, []
    for t in range(x.shape[0]):
        h = np.tanh(x[t] @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
        outputs.append(h)
    return np.stack(outputs), h


@misconception(
    "stacks the states along the first axis, which gives outputs of shape (T, N, H). The batch comes first here, in "
    "the outputs as in the input: (N, T, H)"
)
def stacked_time_first(x, h0, w_ih, w_hh, b_ih, b_hh):
    outputs, h = run(x, h0, lambda x_t, h: np.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh))
    return outputs.swapaxes(0, 1), h


@misconception(
    "returns the outputs from h0 on and leaves out the last state. The first output is the state after the first step, "
    "and the last one equals h_n"
)
def outputs_one_late(x, h0, w_ih, w_hh, b_ih, b_hh):
    outputs, h = run(x, h0, lambda x_t, h: np.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh))
    return np.concatenate([h0[:, None], outputs[:, :-1]], axis=1), h


@misconception(
    "leaves h0 and the state's bias out of the first step, as if there were no state yet. There is one, h0, which the "
    "caller may have from an earlier part of the sequence, and b_hh is added at every step"
)
def no_state_at_first(x, h0, w_ih, w_hh, b_ih, b_hh):
    return run(x, None, lambda x_t, h: np.tanh(x_t @ w_ih.T + b_ih + (0 if h is None else h @ w_hh.T + b_hh)))


@misconception(
    "starts from a state of zeros and never looks at h0. A layer that reads a long sequence piece by piece gets its "
    "last state back as h0; the two agree where h0 is 0"
)
def h0_ignored(x, h0, w_ih, w_hh, b_ih, b_hh):
    return run(x, 0 * h0, lambda x_t, h: np.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh))


@misconception(
    "holds the last state in all outputs: the state is one array that every step overwrites, and the list holds it T "
    "times. Make a new array at each step, or append a copy"
)
def one_array_for_all_states(x, h0, w_ih, w_hh, b_ih, b_hh):
    outputs, h = run(x, h0, lambda x_t, h: np.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh))
    return np.repeat(h[:, None], outputs.shape[1], axis=1), h


@misconception(
    "puts h0 in front of the outputs, which then have T + 1 steps. They hold the states after the steps 1 to T; h0 was "
    "there before the first"
)
def h0_among_outputs(x, h0, w_ih, w_hh, b_ih, b_hh):
    outputs, h = run(x, h0, lambda x_t, h: np.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh))
    return np.concatenate([h0[:, None], outputs], axis=1), h
