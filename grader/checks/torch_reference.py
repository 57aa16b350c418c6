"""What torch answers: computed, remembered, or replayed from a recording."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks.context import CheckError, current
from grader.sandbox import wire

PUBLIC_SEED = 0
RECORDING_BYTES = 64 * 1024
TORCH_HELP = "pip install torch==2.13.0 --extra-index-url https://download.pytorch.org/whl/cpu"


class TorchMissing(Exception):
    """Live references were asked for where torch is not installed."""

    def __init__(self) -> None:
        super().__init__(f"live references need torch, which is not installed here: {TORCH_HELP}")


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
        return context.references.answer(context.check, number, self, arguments)

    def live(self, arguments: tuple[Any, ...]) -> Any:
        """Compute the answer with torch."""
        try:
            import torch
        except ImportError:
            raise TorchMissing from None
        with torch.enable_grad():
            return _to_numpy(self.function(*(_to_torch(argument) for argument in arguments)))


def from_torch(function: Callable[..., Any]) -> TorchReference:
    """Let ``function`` compute expected values with torch; see tests/README.md.

    Parameters
    ----------
    function : callable
        Takes tensors where it is passed arrays; imports torch inside its body; returns a tensor, a number, a string, None, or tuples,
        lists and dicts of them.
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


class RecordedReferences(References):
    """Answers of torch replayed from a recording.

    Parameters
    ----------
    path : Path
        The exercise's recording.

    Raises
    ------
    CheckError
        Where the recording is missing or does not fit what the checks ask.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._answers: dict[str, list[tuple[Any, Any]]] | None = None
        self._blocks: list[bytes] = []

    def answer(self, check: str, number: int, reference: TorchReference, arguments: tuple[Any, ...]) -> Any:
        """Return the recorded answer, if it was recorded for these arguments."""
        if self._answers is None:
            self._read()
        assert self._answers is not None
        recorded = self._answers.get(check, [])
        if number >= len(recorded):
            raise CheckError(f"the recording has no answer number {number + 1} for {check}: run 'kata record'")
        print_, form = recorded[number]
        if not _fits(print_, fingerprint(arguments)):
            raise CheckError(f"the recording's answer number {number + 1} for {check} has other inputs: run 'kata record'")
        return wire.Decoder(self._blocks).decode(form)

    def _read(self) -> None:
        try:
            data = self._path.read_bytes()
            size = wire.HEADER.size
            text, _ = wire.lengths(data[:size])
            message, self._blocks = wire.unpack(data[size : size + text], data[size + text :])
            self._answers = message["checks"]
        except FileNotFoundError:
            raise CheckError(f"the recording {self._path.name} is missing: run 'kata record'") from None
        except Exception as error:
            raise CheckError(f"the recording {self._path.name} cannot be read: {error}: run 'kata record'") from None


class Recorder(References):
    """Computes live answers and keeps them for a recording."""

    def __init__(self) -> None:
        super().__init__()
        self._encoder = wire.Encoder()
        self._checks: dict[str, list[tuple[Any, Any]]] = {}

    def answer(self, check: str, number: int, reference: TorchReference, arguments: tuple[Any, ...]) -> Any:
        """Return torch's answer and note it down."""
        value = super().answer(check, number, reference, arguments)
        answers = self._checks.setdefault(check, [])
        if number == len(answers):
            answers.append((fingerprint(arguments), self._encoder.encode(value)))
        return value

    def recording(self) -> bytes:
        """Return the recording's bytes."""
        return wire.pack({"checks": self._checks}, self._encoder.blocks)


def fingerprint(value: Any) -> Any:
    """Return a few numbers that tell arguments apart and survive another machine's last bits.

    An array is described by its dtype and shape, a projection on fixed weights and the sum of its magnitudes.
    """
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biufc":
            return [value.dtype.str, list(value.shape), value.tobytes().hex()]
        flat = np.nan_to_num(np.asarray(value, np.complex128).ravel(), nan=0.5, posinf=2.5, neginf=-1.5)
        weights = np.cos(np.arange(1, flat.size + 1) * math.sqrt(2))
        projection = complex(flat @ weights)
        return {
            "dtype": value.dtype.str,
            "shape": list(value.shape),
            "projection": [projection.real, projection.imag],
            "magnitude": float(np.abs(flat).sum()),
        }
    if isinstance(value, np.generic):
        return fingerprint(np.asarray(value))
    if isinstance(value, (list, tuple)):
        return [fingerprint(item) for item in value]
    if isinstance(value, dict):
        return [[str(key), fingerprint(item)] for key, item in value.items()]
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, float):
        return repr(value) if math.isnan(value) or math.isinf(value) else value
    return getattr(value, "__name__", type(value).__name__)


def _fits(recorded: Any, asked: Any, scale: float = 0.0) -> bool:
    """Tell whether two fingerprints are those of the same arguments."""
    if type(recorded) is not type(asked):
        return False
    if isinstance(recorded, list):
        return len(recorded) == len(asked) and all(_fits(a, b, scale) for a, b in zip(recorded, asked, strict=True))
    if isinstance(recorded, dict):
        scale = recorded["magnitude"]
        return all(_fits(recorded[key], asked[key], scale) for key in recorded)
    if isinstance(recorded, float):
        return abs(recorded - asked) <= 1e-6 * max(abs(recorded), abs(asked), scale)
    return bool(recorded == asked)


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
    size = wire.HEADER.size
    text, _ = wire.lengths(data[:size])
    message, blocks = wire.unpack(data[size : size + text], data[size + text :])
    return wire.Decoder(blocks).decode(message["value"])
