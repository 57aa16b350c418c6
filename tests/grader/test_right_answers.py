"""Answers to exercises of the repository: right ones written differently keep full marks, mistakes are named."""

import inspect

import pytest

from grader.course import own_course
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts

NAMES = ("leaky_relu", "gelu", "softmax", "conv2d", "multi_head_attention", "lstm_cell", "clip_grad_norm", "kd_loss",
         "sparse_cross_entropy", "xavier_uniform", "dropout", "adamw_step", "early_stopping", "mlp_backward",
         "numerical_gradient")  # fmt: skip


@pytest.fixture(scope="module")
def kata_checks():
    return collect(own_course(), [own_course().find(name) for name in NAMES])


@pytest.fixture
def kata(kata_checks, sandbox):
    """Returns the result of one exercise of the repository for a learner's text."""

    def run(name, text):
        texts = Texts({name: f"import math\nimport numpy as np\n{text}"})
        exercises = [own_course().find(name)]
        return grade(texts, own_course(), sandbox, exercises=exercises, checks=kata_checks).exercises[0]

    return run


@pytest.mark.parametrize("name", ["constant_0_01", "max_trick", "plain_relu", "negated_slope"])
def test_each_mistake_about_leaky_relu_is_named(kata, kata_checks, name):
    (mistake,) = [mistake for mistake in kata_checks["leaky_relu"].misconceptions if mistake.name == name]
    source = inspect.getsource(mistake.implementation)
    text = source[source.index("def ") :].replace(f"def {name}(", "def leaky_relu(")
    result = kata("leaky_relu", text)
    assert result.status == "failed"
    failed = [check for check in result.checks if check.status == "failed"]
    assert {check.misconception for check in failed} == {name}
    assert {check.diagnosis for check in failed} == {f"This is what you get when the code {mistake.sentence}."}


def test_a_mistake_written_in_a_learners_own_way_is_named(kata):
    text = "def leaky_relu(x, slope=0.01):\n    return np.array([max(v, 0.0) for v in x.ravel()]).reshape(x.shape)\n"
    assert kata("leaky_relu", text).checks[0].misconception == "plain_relu"


SOFT = """
def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
"""

KD = f"""{SOFT}
def kd_loss(student, teacher, y, temperature=4.0, alpha=0.5):
    p, q = log_softmax(teacher / temperature), log_softmax(student / temperature)
    soft = (np.exp(p) * (p - q)).sum() / len(y)
    hard = -sum(log_softmax(student)[i, k] for i, k in enumerate(y)) / len(y)
    return float(temperature**2 * alpha * soft + (1 - alpha) * hard)
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("* len(y)", "times too large, and {n} is the length of the first axis of student."),
        ("/ len(y)", "times too small, and {n} is the length of the first axis of student."),
        ("/ student.shape[1]", "times too small, and {c} is the length of axis 1 of student."),
        ("* student.size", "times too large, and {s} is the number of entries of student."),
    ],
)
def test_a_loss_divided_by_the_wrong_count_is_said_with_what_the_count_is(kata, line, words):
    result = kata(
        "kd_loss", KD.replace("hard)", f"hard) {line}").replace("    soft =", "    print(*student.shape)\n    soft =")
    )
    n, c = map(int, result.stdout.splitlines()[0].split())
    assert result.checks[0].diagnosis.endswith(words.format(n=n, c=c, s=n * c))
    assert result.cause.explains > 1


# ---- right answers, written differently ----------------------------------------------------------------------


RIGHT = {
    "leaky_relu, in a loop": (
        "leaky_relu",
        "def leaky_relu(x, negative_slope=0.01):\n"
        "    y = np.empty(x.shape, x.dtype if x.dtype.kind == 'f' else float)\n"
        "    for i in np.ndindex(x.shape):\n        y[i] = x[i] if x[i] > 0 else negative_slope * x[i]\n"
        "    return y\n",
    ),
    "leaky_relu, as a sum": (
        "leaky_relu",
        "leaky_relu = lambda x, negative_slope=0.01: np.maximum(x, 0) + negative_slope * np.minimum(x, 0)\n",
    ),
    "softmax, slice by slice": (
        "softmax",
        "def softmax(x, axis=-1):\n"
        "    def one(v):\n"
        "        e = [math.exp(u - max(v)) for u in v]\n"
        "        return np.array(e, v.dtype if v.dtype.kind == 'f' else float) / math.fsum(e)\n"
        "    return np.apply_along_axis(one, axis, x)\n",
    ),
    "softmax, through its logarithm": (
        "softmax",
        "def softmax(x, axis=-1):\n"
        "    x = x - x.max(axis, keepdims=True)\n"
        "    return np.exp(x - np.log(np.sum(np.exp(x), axis, keepdims=True)))\n",
    ),
    "gelu, number by number": (
        "gelu",
        "def gelu(x, approximate='none'):\n"
        "    forms = {'none': lambda v: v * 0.5 * math.erfc(-v / 2**0.5),\n"
        "             'tanh': lambda v: v / (1 + math.exp(min(700, -(8 / math.pi) ** 0.5 * (v + 0.044715 * v**3))))}\n"
        "    if approximate not in forms:\n        raise ValueError\n"
        "    dtype = x.dtype if x.dtype.kind == 'f' else float\n"
        "    return np.array([forms[approximate](float(v)) for v in x.flat], dtype).reshape(x.shape)\n",
    ),
    "conv2d, in loops": (
        "conv2d",
        "def conv2d(x, w, b, stride=1, padding=0):\n"
        "    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])\n"
        "    (n, _, h, l), (o, _, kh, kl) = x.shape, w.shape\n"
        "    y = np.zeros((n, o, (h - kh) // stride + 1, (l - kl) // stride + 1), np.result_type(x, w))\n"
        "    for i in range(y.shape[2]):\n        for j in range(y.shape[3]):\n"
        "            window = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kl]\n"
        "            y[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))\n"
        "    return y if b is None else y + b.reshape(-1, 1, 1)\n",
    ),
    "multi_head_attention, with einsum and a list": (
        "multi_head_attention",
        "def multi_head_attention(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):\n"
        "    n, t, e = x.shape\n"
        "    z = (np.einsum('nte,fe->ntf', x, in_proj_w) + in_proj_b).reshape(n, t, 3, n_heads, e // n_heads)\n"
        "    s = np.einsum('nihd,njhd->nhij', z[:, :, 0], z[:, :, 1]) / (e // n_heads) ** 0.5\n"
        "    if key_padding_mask is not None:\n"
        "        s = np.where(key_padding_mask.reshape(n, 1, 1, t), np.finfo(s.dtype).min, s)\n"
        "    a = np.exp(s - s.max(3, keepdims=True))\n    a /= a.sum(3, keepdims=True)\n"
        "    heads = np.einsum('nhij,njhd->nihd', a, z[:, :, 2])\n"
        "    return [heads.reshape(n, t, e) @ out_w.T + out_b, a]\n",
    ),
    "lstm_cell, row by row, a list for the tuple": (
        "lstm_cell",
        "def lstm_cell(x, h, c, w_ih, w_hh, b_ih, b_hh):\n"
        "    def sigmoid(z):\n        e = np.exp(-np.abs(z))\n        return np.where(z > 0, 1, e) / (1 + e)\n"
        "    hs, cs = [], []\n"
        "    for xi, hi, ci in zip(x, h, c):\n"
        "        i, f, g, o = (w_ih @ xi + b_ih + (w_hh @ hi + b_hh)).reshape(4, -1)\n"
        "        cs.append(sigmoid(f) * ci + sigmoid(i) * np.tanh(g))\n"
        "        hs.append(sigmoid(o) * np.tanh(cs[-1]))\n"
        "    return [np.array(hs), np.array(cs)]\n",
    ),
    "clip_grad_norm, a tuple for the list, a 0-d array for the float": (
        "clip_grad_norm",
        "def clip_grad_norm(grads, max_norm):\n"
        "    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])\n"
        "    scale = float(min(max_norm / (norm + 1e-6), 1))\n"
        "    return tuple(np.multiply(g, scale) for g in grads), np.array(norm)\n",
    ),
    "kd_loss, a float from a loop": ("kd_loss", KD),
    "sparse_cross_entropy, in a loop": (
        "sparse_cross_entropy",
        f"{SOFT}\n"
        "def sparse_cross_entropy(logits, y, weight=None, ignore_index=-100):\n"
        "    p = log_softmax(logits)\n    grad, loss, total = np.zeros_like(p), 0.0, 0.0\n"
        "    for i, k in enumerate(y.tolist()):\n"
        "        if k == ignore_index:\n            continue\n"
        "        if not 0 <= k < p.shape[1]:\n            raise ValueError(k)\n"
        "        w = 1.0 if weight is None else float(weight[k])\n"
        "        total, loss, grad[i] = total + w, loss - w * float(p[i, k]), w * np.exp(p[i])\n"
        "        grad[i, k] -= w\n"
        "    return [loss / total if total else math.nan, grad / (total or 1)]\n",
    ),
    "xavier_uniform, drawn one by one and transposed": (
        "xavier_uniform",
        "def xavier_uniform(fan_in, fan_out, rng, gain=1.0):\n"
        "    a = gain * (6 / (fan_in + fan_out)) ** 0.5\n"
        "    return np.array([[a - 2 * a * rng.random() for _ in range(fan_out)] for _ in range(fan_in)]).T\n",
    ),
    "dropout, another order of draws and a list": (
        "dropout",
        "def dropout(x, p, training, rng):\n"
        "    if p < 0 or p > 1:\n        raise ValueError\n"
        "    dtype = x.dtype if x.dtype.kind == 'f' else float\n"
        "    mask = np.ones(x.shape, dtype)\n"
        "    if training:\n"
        "        kept = (rng.random(x.size) < 1 - p)[::-1].reshape(x.shape)\n"
        "        mask = np.where(kept, 1 / (1 - p), 0).astype(dtype) if p < 1 else np.zeros(x.shape, dtype)\n"
        "    return [x * mask, mask]\n",
    ),
    "adamw_step, with a step size of its own": (
        "adamw_step",
        "def adamw_step(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):\n"
        "    m = m + (1 - betas[0]) * (g - m)\n    v = betas[1] * v + (1 - betas[1]) * g * g\n"
        "    root = (1 - betas[1] ** t) ** 0.5\n"
        "    step = lr / (1 - betas[0] ** t) * m / (np.sqrt(v) / root + eps)\n"
        "    return [w - lr * weight_decay * w - step, m, v]\n",
    ),
    "early_stopping, integers of NumPy in a list": (
        "early_stopping",
        "def early_stopping(val_losses, patience, min_delta=0.0):\n"
        "    best, at, epoch = math.inf, 0, -1\n    since = 0\n"
        "    for epoch, loss in enumerate(val_losses):\n"
        "        better = loss < best - min_delta\n        since = 0 if better else since + 1\n"
        "        best, at = (loss, epoch) if better else (best, at)\n"
        "        if since >= patience:\n            break\n"
        "    return [np.int64(at), np.int32(epoch)]\n",
    ),
    "mlp_backward, sample by sample": (
        "mlp_backward",
        "def mlp_backward(x, y, w1, b1, w2, b2):\n"
        "    grads = {'db2': 0, 'dw2': 0, 'db1': 0, 'dw1': 0}\n"
        "    for a, k in zip(x, y):\n"
        "        z = w1 @ a + b1\n        r = np.maximum(z, 0)\n        s = w2 @ r + b2\n"
        "        d = np.exp(s - s.max())\n        d = d / d.sum()\n        d[k] -= 1\n        d /= len(y)\n"
        "        u = np.where(z > 0, w2.T @ d, 0)\n"
        "        for name, part in (('db2', d), ('dw2', np.outer(d, r)), ('db1', u), ('dw1', np.outer(u, a))):\n"
        "            grads[name] = grads[name] + part\n"
        "    return {name: part.astype(w1.dtype) for name, part in grads.items()}\n",
    ),
    "numerical_gradient, on the flat copy": (
        "numerical_gradient",
        "def numerical_gradient(f, x, h=1e-5):\n"
        "    flat = np.array(x, float).ravel()\n    grad = []\n"
        "    for i in range(flat.size):\n"
        "        up, down = flat.copy(), flat.copy()\n        up[i] += h\n        down[i] -= h\n"
        "        grad.append(f(up.reshape(x.shape)) / (2 * h) - f(down.reshape(x.shape)) / (2 * h))\n"
        "    return np.array(grad).reshape(x.shape)\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", RIGHT)
def test_a_right_answer_written_differently_has_full_marks(kata, how):
    result = kata(*RIGHT[how])
    assert {check.name: check.message for check in result.checks if check.status != "passed"} == {}
    assert result.status == "passed"
