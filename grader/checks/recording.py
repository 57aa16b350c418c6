"""Torch's answers on file, so that nobody needs torch to practise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks.closeness import RECORDED
from grader.checks.comparison import assert_close
from grader.checks.torch_reference import References, TorchReference
from grader.errors import CheckError
from grader.sandbox.protocol import wire

RECORDING_BYTES = 64 * 1024


class Recording:
    """The answers that the checks of one exercise ask for with the public seed.

    A frame of the wire format: for each check the list of its questions, each the fingerprint of the arguments
    and the answer.
    """

    def __init__(self, data: bytes, name: str = "") -> None:
        self._name = name
        try:
            message, self._blocks = wire.read(data)
            self.checks: dict[str, list[tuple[Any, Any]]] = {
                check: [(printed, form) for printed, form in answers] for check, answers in message["checks"].items()
            }
        except (wire.WireError, KeyError, AttributeError, TypeError, ValueError) as error:
            raise self._broken(error) from None

    @classmethod
    def load(cls, path: Path) -> Recording:
        """Read a recording; raises `CheckError` for one that is missing or broken, as do all that read on in it."""
        try:
            return cls(path.read_bytes(), path.name)
        except FileNotFoundError:
            raise CheckError(f"the recording {path.name} is missing: run 'kata record'") from None
        except OSError as error:
            raise CheckError(f"the recording {path.name} cannot be read: {error.strerror}") from None

    def answer(self, check: str, number: int) -> tuple[Any, Any]:
        """Return the fingerprint and the answer of a check's question; raises `IndexError` where it has none."""
        printed, form = self.checks.get(check, [])[number]
        try:
            return printed, wire.Decoder(self._blocks).decode(form)
        except wire.WireError as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> CheckError:
        why = str(error) if isinstance(error, wire.WireError) else "it is malformed"
        return CheckError(f"the recording {self._name} cannot be read ({why}): run 'kata record'")

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield every question: the check and the number."""
        return ((check, number) for check, answers in self.checks.items() for number in range(len(answers)))

    def agrees(self, other: Recording) -> bool:
        """Tell whether both hold the same questions and, but for the last bits, the same answers."""
        if list(self) != list(other):
            return False
        for check, number in self:
            (printed, value), (other_printed, other_value) = self.answer(check, number), other.answer(check, number)
            try:
                assert_close(value, other_value)
            except AssertionError:
                return False
            if not fits(printed, other_printed) or not fits(fingerprint(value), fingerprint(other_value)):
                return False
        return True


class RecordedReferences(References):
    """Answers of torch replayed from a recording.

    Parameters
    ----------
    path : Path
        The exercise's recording.

    Raises
    ------
    CheckError
        By `answer`, where the recording is missing or does not fit what a check asks.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._recording: Recording | None = None

    def answer(self, check: str, number: int, reference: TorchReference, arguments: tuple[Any, ...]) -> Any:
        """Return the recorded answer, if it was recorded for these arguments."""
        self._recording = self._recording or Recording.load(self._path)
        try:
            printed, value = self._recording.answer(check, number)
        except IndexError:
            raise CheckError(
                f"the recording has no answer number {number + 1} for {check}: run 'kata record'"
            ) from None
        if not fits(printed, fingerprint(arguments)):
            raise CheckError(
                f"the recording's answer number {number + 1} for {check} has other inputs: run 'kata record'"
            )
        return value


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

    def recording(self) -> bytes | None:
        """Return the recording's bytes, or None if nothing was asked."""
        return wire.pack({"checks": self._checks}, self._encoder.blocks) if self._checks else None


def fingerprint(value: Any) -> Any:
    """Return a few numbers that tell arguments apart and survive another machine's last bits.

    An array is described by its dtype and shape, a projection on fixed weights and the sum of its magnitudes.
    """
    if isinstance(value, np.ndarray):
        return _fingerprint_of_array(value)
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


def _fingerprint_of_array(value: np.ndarray) -> Any:
    if value.dtype.kind not in "biufc":
        return [value.dtype.str, list(value.shape), value.tobytes().hex()]
    flat = value.ravel() if value.dtype.kind == "c" else value.ravel().astype(np.float64, copy=False)
    with np.errstate(over="ignore"):
        magnitude = float(np.abs(flat).sum())
    if not math.isfinite(magnitude):
        flat = np.nan_to_num(flat, nan=0.5, posinf=2.5, neginf=-1.5)
        if np.abs(flat).max() > 1e300:  # numbers that add up to infinity
            flat = flat * 2.0**-64
        magnitude = float(np.abs(flat).sum())
    projection = complex(flat @ _weights(flat.size))
    return {
        "dtype": value.dtype.str,
        "shape": list(value.shape),
        "projection": [projection.real, projection.imag],
        "magnitude": magnitude,
    }


@lru_cache(maxsize=256)
def _weights(size: int) -> np.ndarray:
    weights: np.ndarray = np.cos(np.arange(1, size + 1) * math.sqrt(2))
    return weights


def fits(recorded: Any, asked: Any, scale: float = 0.0) -> bool:
    """Tell whether two fingerprints are those of the same arguments, last bits aside."""
    if type(recorded) is not type(asked):
        return False
    if isinstance(recorded, list):
        return len(recorded) == len(asked) and all(fits(a, b, scale) for a, b in zip(recorded, asked, strict=True))
    if isinstance(recorded, dict):
        if recorded == asked:
            return True
        if recorded.keys() != asked.keys():
            return False
        scale = recorded.get("magnitude", 0.0)
        return all(fits(recorded[key], asked[key], scale) for key in recorded)
    if isinstance(recorded, float):
        return bool(abs(recorded - asked) <= RECORDED.rtol * max(abs(recorded), abs(asked), scale))
    return bool(recorded == asked)
