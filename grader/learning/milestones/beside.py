"""Run beside the learner's code: give a milestone their functions, look at what these return, take one step at a time.

This file is never imported: its text is sent to the learner's side and loaded there behind the parts and the milestone.
"""

import sys
import types
from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np

from grader.sandbox.theirs.observe import describe

FORMS: dict[str, Callable[..., Any]] = {  # from the arguments of a part, something of the form of what it returns
    "activation_gradient": lambda x, _: x,
    "adam_step": lambda w, *_: (w, w, w),
    "adamw_step": lambda w, *_: (w, w, w),
    "bce_with_logits": lambda *_: 0.0,
    "clip_grad_norm": lambda grads, _: (grads, 0.0),
    "conv2d": lambda x, w, b, stride, padding: np.empty((len(x), len(w), *_windows(x, w.shape[2:], stride, padding))),
    "dropout": lambda x, *_: (x, x),
    "he_normal": lambda fan_in, fan_out, *_: np.empty((fan_out, fan_in)),
    "layer_norm": lambda x, *_: x,
    "linear_backward": lambda grad_out, x, w: (x, w, np.empty(len(w))),
    "logistic_regression_step": lambda x, y, w, *_: (w, 0.0, 0.0),
    "lstm_cell": lambda x, h, c, *_: (h, c),
    "max_pool2d": lambda x, kernel, stride, padding: np.empty(
        (*x.shape[:2], *_windows(x, (kernel, kernel), stride, padding))
    ),
    "minibatch_indices": lambda n, size, rng: [np.arange(n)[start : start + size] for start in range(0, n, size)],
    "mlp_forward": lambda x, weights, biases, *_: np.empty((len(x), len(biases[-1]))),
    "momentum_step": lambda w, *_: (w, w),
    "positional_encoding": lambda length, d: np.empty((length, d)),
    "relu": lambda x: x,
    "sample_probs": lambda logits, *_: logits,
    "scaled_dot_product_attention": lambda q, k, v, *_: np.empty((*q.shape[:-1], v.shape[-1])),
    "sigmoid": lambda x: x,
    "sparse_cross_entropy": lambda logits, *_: (0.0, logits),
    "vae_sample_and_kl": lambda mu, *_: (mu, mu[:, 0]),
    "xavier_uniform": lambda fan_in, fan_out, *_: np.empty((fan_out, fan_in)),
}

MOST_CHARS = 1000  # of what is said, in which a learner's words may stand


def _windows(x: np.ndarray, kernel: Sequence[int], stride: int, padding: int) -> list[int]:
    """Return how many windows there are along the rows and the columns."""
    return [(size + 2 * padding - k) // stride + 1 for size, k in zip(x.shape[2:], kernel, strict=True)]


class Stopped(Exception):
    """A part did something with which no training goes on."""

    def __init__(self, part: str | None, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.fault = {"part": part, "what": what[:MOST_CHARS], "line": line}


class Part:
    """A function of the learner's, whose answers are looked at before the training goes on with them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._function = getattr(sys.modules[name], name, None)
        if not callable(self._function):
            raise Stopped(name, f"has no function {name}()")

    def __call__(self, *arguments: Any) -> Any:
        """Return what the function does; raises `Stopped`."""
        if not _finite(arguments):
            raise Stopped(None, f"{self._name} would be given nan or infinity")
        try:
            answer = self._function(*arguments)  # type: ignore[misc]
        except BaseException as error:
            raise self._stopped("raises", error) from None
        try:
            return self._fitted(answer, FORMS[self._name](*arguments))
        except Stopped:
            raise
        except BaseException as error:  # an answer may run code of its own when it is looked at
            raise self._stopped("returns something that cannot be looked at:", error) from None

    def _stopped(self, what: str, error: BaseException) -> Stopped:
        failure = describe(error, f"{self._name}.py")
        return Stopped(self._name, f"{what} {failure.kind}: {failure.text}".rstrip(": "), failure.line)

    def _fitted(self, answer: Any, form: Any) -> Any:
        """Return an answer as arrays and floats, if it has the form that is expected."""
        if isinstance(form, dict):
            if not isinstance(answer, dict) or answer.keys() != form.keys():
                raise Stopped(self._name, f"returns {_kind(answer)} where a dict of {', '.join(form)} belongs")
            return {key: self._fitted(answer[key], form[key]) for key in form}
        if isinstance(form, (tuple, list)):
            if not isinstance(answer, (tuple, list)) or len(answer) != len(form):
                raise Stopped(self._name, f"returns {_kind(answer)} where {len(form)} values belong")
            return [self._fitted(*pair) for pair in zip(answer, form, strict=True)]
        if isinstance(answer, (list, tuple, dict)) or np.asarray(answer).dtype.kind not in "biuf":
            raise Stopped(self._name, f"returns {_kind(answer)} where numbers belong")
        if np.shape(answer) != np.shape(form):
            raise Stopped(self._name, f"returns the shape {np.shape(answer)} where {np.shape(form)} belongs")
        if not _finite(answer):
            raise Stopped(self._name, "returns nan or infinity")
        return np.asarray(answer) if np.ndim(form) else float(answer)


def _finite(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return all(map(_finite, value))
    if isinstance(value, (float, np.ndarray, np.generic)) and np.asarray(value).dtype.kind in "fc":
        return bool(np.isfinite(value).all())
    return True


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, dict):
        return f"a dict of {', '.join(map(str, value))}"
    if isinstance(value, (tuple, list)):
        return f"{len(value)} values"
    return f"a value of type {type(value).__name__}"


_training: Generator[float, None, tuple[float, list[tuple[str, Any]]]]


def begin(milestone: str, parts: Sequence[str], seed: int, data: Sequence[np.ndarray]) -> dict[str, Any]:
    """Get ready to train the parts that are loaded, under a seed, on data if the milestone does not make its own."""
    global _training
    try:
        functions = types.SimpleNamespace(**{name: Part(name) for name in parts})
    except Stopped as stopped:
        return {"fault": stopped.fault}
    _training = sys.modules[milestone].train(functions, np.random.default_rng(seed), *data)
    return {}


def step() -> dict[str, Any]:
    """Take a step; return the next point of the curve, or the figure at the end and what can be looked at."""
    try:
        return {"point": float(next(_training))}
    except StopIteration as end:
        figure, seen = end.value
        return {"figure": float(figure), "seen": seen}
    except Stopped as stopped:
        return {"fault": stopped.fault}
