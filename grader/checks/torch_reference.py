"""Answer as torch does: computed and remembered here, or replayed from a recording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks.context import current
from grader.errors import CheckError, TorchMissing
from grader.sandbox.protocol import wire

PUBLIC_SEED = 0


class TorchReference:
    """A function whose answers are torch's; see `from_torch`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__

    def __call__(self, *arguments: Any) -> Any:
        """Return torch's answer to NumPy arguments, as NumPy values."""
        context = current()
        number = context.asked
        context.asked += 1
        try:
            return context.references.answer(context.check, number, self, arguments)
        except (CheckError, TorchMissing):
            raise
        except Exception as error:  # its arguments are ours, so the learner is not to blame
            raise CheckError(f"{self.__name__} could not be computed: {type(error).__name__}: {error}") from error

    def live(self, arguments: tuple[Any, ...]) -> Any:
        """Compute the answer with torch."""
        try:
            import torch
        except ImportError:
            raise TorchMissing from None
        torch.set_num_threads(1)  # inputs are small: more threads would only wait for each other
        with torch.enable_grad():
            return _to_numpy(self.function(*(_to_torch(argument) for argument in arguments)))


def from_torch(function: Callable[..., Any]) -> TorchReference:
    """Let ``function`` compute expected values with torch.

    Answers are remembered and, for the public seed, replayed from the exercise's recording, so that nobody needs torch
    to practise. Call it inside checks only.

    Parameters
    ----------
    function : callable
        Takes tensors where it is passed arrays, of the same shapes and dtypes; imports torch inside its body; returns a
        tensor, a number, a string, None, or tuples, lists and dicts of them. Gradients come from autograd.

    Returns
    -------
    TorchReference
        Takes arrays and returns arrays.

    Raises
    ------
    CheckError
        When called: where it cannot be computed, or the recording does not hold this question.
    TorchMissing
        When called with another seed than the public one, where torch is not installed.

    Examples
    --------
    >>> @from_torch
    ... def expected(x, negative_slope):
    ...     from torch.nn.functional import leaky_relu
    ...     return leaky_relu(x, negative_slope)
    """
    return TorchReference(function)


def _to_torch(value: Any) -> Any:
    import torch

    if isinstance(value, np.ndarray):
        return torch.from_numpy(np.array(value, order="C", copy=True))
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return type(value)(_to_torch(item) for item in value)
    if isinstance(value, dict):
        return {key: _to_torch(item) for key, item in value.items()}
    return value


def _to_numpy(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().numpy().copy()
    if isinstance(value, (list, tuple)):
        items = [_to_numpy(item) for item in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict):
        return {key: _to_numpy(item) for key, item in value.items()}
    return value


class References:
    """Answers of torch for the checks of one exercise, computed live and remembered."""

    def __init__(self) -> None:
        self._memory: dict[tuple[int, bytes], bytes] = {}

    def answer(self, check: str, number: int, reference: TorchReference, arguments: tuple[Any, ...]) -> Any:
        """Return the answer to the ``number``-th question of a check."""
        key = (id(reference), _frame(_plain(arguments)))
        if key not in self._memory:
            self._memory[key] = _frame(reference.live(arguments))
        return _value(self._memory[key])


def _plain(value: Any) -> Any:
    """Return arguments in a form that can be framed: a callable by its name."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return getattr(value, "__name__", value)


def _frame(value: Any) -> bytes:
    encoder = wire.Encoder()
    return wire.pack({"value": encoder.encode(value)}, encoder.blocks)


def _value(data: bytes) -> Any:
    message, blocks = wire.read(data)
    return wire.Decoder(blocks).decode(message["value"])
