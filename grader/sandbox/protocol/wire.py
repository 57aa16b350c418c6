"""Write values as a frame of JSON and blocks of bytes, without pickle, and read them back.

A frame is ``MAGIC``, the two lengths, the JSON text and the blocks. JSON holds what it can (None, bool, int, float,
str, list); everything else is a one-key object whose key says what it is (`"tuple"`, `"array"`, ...). The bytes of an
array are a block, referred to by number; its dtype and shape stand in the JSON. Lengths are checked against caps before
anything is allocated, and what comes out is made of builtins and plain ``ndarray`` only.

Arguments need more than answers: views that share memory, generators, functions to be run beside the learner's code.
Those kinds are understood by `ArgumentEncoder` and `ArgumentDecoder` alone, so an answer cannot hold them.
"""

from __future__ import annotations

import json
import math
import re
import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from grader.sandbox.protocol.limits import LIMITS, MIB, Limits

Buffer = bytes | memoryview
MAGIC = b"kata"
HEADER = struct.Struct("<4sIQ")
PLAIN = frozenset({type(None), bool, float, str})  # an int may be too large
ARRAY_KINDS = "biufcSU"
ARRAY_AXES = 64  # as many as NumPy has
ARRAY_LENGTH = 10**18  # of an axis: the product of as many stays a number that is computed at once
DTYPE = re.compile(rf"[<>|=][{ARRAY_KINDS}][0-9]{{1,9}}")


_json = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


class WireError(Exception):
    """A value that cannot be sent, or bytes that are not a frame."""


def pack(message: dict[str, Any], blocks: Iterable[bytes] = ()) -> bytes:
    """Return ``message`` and ``blocks`` as one frame."""
    blocks = list(blocks)
    text = _json({**message, "blocks": [len(block) for block in blocks]}).encode("ascii")
    return b"".join([HEADER.pack(MAGIC, len(text), sum(map(len, blocks))), text, *blocks])


def lengths(header: bytes, limits: Limits = LIMITS) -> tuple[int, int]:
    """Return the lengths of the JSON text and of the blocks, checked against the caps."""
    magic, text, blocks = HEADER.unpack(header)
    if magic != MAGIC:
        raise WireError("the answer is not a frame")
    if text > limits.answer_json_bytes or blocks > limits.answer_bytes:
        raise WireError(f"the answer is too large: {text + blocks} bytes, at most {limits.answer_bytes} can be sent")
    return text, blocks


def unpack(text: bytes, body: bytes, limits: Limits = LIMITS) -> tuple[dict[str, Any], list[Buffer]]:
    """Return the message and the blocks of a frame whose parts have been read."""
    try:
        message = json.loads(text.decode("ascii"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise WireError(f"the answer is not JSON: {type(error).__name__}") from None
    sizes = message.pop("blocks", None) if isinstance(message, dict) else None
    if (
        not isinstance(sizes, list)
        or not all(type(size) is int and size >= 0 for size in sizes)
        or sum(sizes) != len(body)
    ):
        raise WireError("the answer's blocks do not fit its header")
    if len(sizes) > limits.answer_blocks:
        raise WireError(f"the answer has {len(sizes)} arrays, at most {limits.answer_blocks} can be sent")
    blocks: list[Buffer] = []
    start, whole = 0, memoryview(body)  # a large block is not copied for each step of reading it
    for size in sizes:
        blocks.append(whole[start : start + size])
        start += size
    return message, blocks


def read(data: bytes) -> tuple[dict[str, Any], list[Buffer]]:
    """Return the message and the blocks of a whole frame."""
    if len(data) < HEADER.size:
        raise WireError("not a frame")
    text, _ = lengths(data[: HEADER.size])
    return unpack(data[HEADER.size : HEADER.size + text], data[HEADER.size + text :])


class Encoder:
    """Turns a value into JSON and blocks; an instance serves one frame."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.blocks: list[bytes] = []
        self.bytes = 0
        self._limits = limits

    def block(self, data: bytes) -> int:
        """Add a block and return its number."""
        if len(self.blocks) >= self._limits.answer_blocks:
            raise WireError(f"more than {self._limits.answer_blocks} arrays cannot be sent")
        self.bytes += len(data)
        if self.bytes > self._limits.answer_bytes:
            raise WireError(f"too large to be sent: more than {self._limits.answer_bytes // MIB} MiB")
        self.blocks.append(data)
        return len(self.blocks) - 1

    def array_block(self, array: np.ndarray, order: Literal["C", "A"] = "C") -> int:
        """Add the bytes of an array, in C order or as they are in memory, as a block."""
        if array.dtype.kind not in ARRAY_KINDS:
            raise WireError(f"an array of dtype {array.dtype} cannot be sent: only numbers, booleans and text can")
        if array.nbytes > self._limits.answer_bytes:
            raise WireError(f"an array of shape {array.shape} is too large to be sent: {array.nbytes} bytes")
        return self.block(array.tobytes(order))

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return the JSON form of ``value``; raises `WireError` for what is not plain data."""
        if depth > self._limits.answer_depth:
            raise WireError(f"nested more than {self._limits.answer_depth} levels deep")
        if type(value) in PLAIN:
            return value
        if isinstance(value, int):
            if value.bit_length() > 8192:
                raise WireError("an integer of more than 8192 bits cannot be sent")
            return int(value)
        if isinstance(value, np.ndarray):
            return self.array(value)
        if isinstance(value, list):
            return [self.encode(item, depth + 1) for item in value]
        if isinstance(value, dict):
            _check_keys(len(value), self._limits)
            return {
                "dict": [[self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in value.items()]
            }
        if isinstance(value, np.generic) and not isinstance(value, (str, bytes)):
            return self.array(np.asarray(value))
        if isinstance(value, float):
            return float(value)
        if isinstance(value, str):
            return str(value)
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, (bytes, bytearray)):
            return {"bytes": self.block(bytes(value))}
        for kind, name in ((tuple, "tuple"), (set, "set"), (frozenset, "frozenset")):
            if isinstance(value, kind):
                if name != "tuple":
                    _check_keys(len(value), self._limits)
                return {name: [self.encode(item, depth + 1) for item in value]}
        return self.other(value)

    def array(self, array: np.ndarray) -> Any:
        """Return the JSON form of an array."""
        array = np.asarray(array)  # no subclass, whose bytes may mean something else
        return {"array": [self.array_block(array), array.dtype.str, array.shape]}

    def other(self, value: Any) -> Any:
        """Refuse what is not plain data."""
        kinds = "numbers, arrays, text, None, or tuples, lists, dicts and sets of them"
        raise WireError(f"a value of type {type(value).__name__}; return {kinds}")


class Decoder:
    """Rebuilds the values of one frame from JSON and blocks, neither of which is trusted."""

    def __init__(self, blocks: Sequence[Buffer], limits: Limits = LIMITS) -> None:
        self.blocks = blocks
        self._limits = limits
        self._used: set[int] = set()

    def decode(self, form: Any, depth: int = 0) -> Any:
        """Return the value of a JSON form; raises `WireError` for anything malformed."""
        if isinstance(form, str):
            return well_formed(form)
        if form is None or isinstance(form, (int, float)):
            return form
        if depth > self._limits.answer_depth:
            raise WireError("the answer is nested too deeply")
        if isinstance(form, list):
            return [self.decode(item, depth + 1) for item in form]
        if not isinstance(form, dict) or len(form) != 1:
            raise WireError("the answer is malformed")
        ((kind, content),) = form.items()
        try:
            return self.tagged(kind, content, depth + 1)
        except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
            raise WireError(f"the answer is malformed: {type(error).__name__}") from None

    def tagged(self, kind: str, content: Any, depth: int) -> Any:
        """Return the value of a one-key object."""
        if kind == "array":
            return self.array(*content)
        if kind == "bytes":
            return bytes(self.block(content))
        if kind == "complex":
            real, imaginary = content
            return complex(real, imaginary)
        if kind != "tuple":
            _check_keys(len(content), self._limits)
        if kind == "dict":
            return {self.decode(key, depth): self.decode(item, depth) for key, item in content}
        make: Callable[[Any], Any] = {"tuple": tuple, "set": set, "frozenset": frozenset}[kind]
        return make([self.decode(item, depth) for item in content])

    def block(self, number: Any) -> Buffer:
        """Return a block by its number, which can be asked for once: a copy for every mention would fill the memory."""
        if type(number) is not int or not 0 <= number < len(self.blocks):
            raise WireError("the answer names a block that it does not have")
        if number in self._used:
            raise WireError("the answer names a block twice")
        self._used.add(number)
        return self.blocks[number]

    def array(self, number: Any, descr: Any, shape: Any) -> np.ndarray:
        """Return a block as a plain, writeable array in native byte order."""
        body, dtype = self.block(number), _dtype(descr)
        if len(shape) > ARRAY_AXES or not all(type(n) is int and 0 <= n < ARRAY_LENGTH for n in shape):
            raise WireError("an array's shape is no shape")
        if math.prod(shape) * dtype.itemsize != len(body):
            raise WireError("an array's shape does not fit its bytes")
        if dtype.kind == "U" and body and np.frombuffer(body, f"{dtype.byteorder}u4").max() > sys.maxunicode:
            raise WireError("an array holds text that is no Unicode")
        array: np.ndarray = np.frombuffer(body, dtype)
        if dtype.kind == "b":  # any byte but 0 and 1 would make a boolean that equals neither
            array = array.view(np.uint8) != 0
        return array.reshape(shape).astype(dtype.newbyteorder("="))


def _check_keys(count: int, limits: Limits) -> None:
    if count > limits.answer_keys:
        raise WireError(f"a dict or set of more than {limits.answer_keys} entries cannot be sent")


def well_formed(text: str) -> str:
    """Return ``text`` with its lone surrogates, which no file or terminal takes, replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=64)
def _dtype(descr: Any) -> np.dtype[Any]:
    """Return the dtype of numbers, booleans or text that a string describes; NumPy itself takes much more."""
    if not isinstance(descr, str) or not DTYPE.fullmatch(descr):
        raise WireError("an array's dtype is no plain data")
    try:
        dtype = np.dtype(descr)
    except TypeError:
        raise WireError(f"an array of dtype {descr} is no plain data") from None
    if dtype.itemsize == 0:
        raise WireError("an array's entries have no size")
    return dtype


class ArgumentEncoder(Encoder):
    """Encodes arguments: arrays keep strides, writeability and shared memory; generators and functions can be sent.

    Attributes
    ----------
    generators : list of numpy.random.Generator
        Those that were sent, in order.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        super().__init__(limits)
        self.generators: list[np.random.Generator] = []
        self._roots: dict[int, tuple[int, np.ndarray]] = {}

    def array(self, array: np.ndarray) -> Any:
        """Describe an array as a view of the memory that it shares with others."""
        root = array
        while isinstance(root.base, np.ndarray):
            root = root.base
        if not root.flags.forc:
            root = array = np.ascontiguousarray(array)
        if id(root) not in self._roots:
            self._roots[id(root)] = (self.array_block(root, "A"), root)  # which keeps it, and its id, alive
        offset = 0 if array is root else _address(array) - _address(root)
        number = self._roots[id(root)][0]
        return {"view": [number, array.dtype.str, array.shape, array.strides, offset, array.flags.writeable]}

    def other(self, value: Any) -> Any:
        """Encode a generator, or a thing that describes itself for the wire (see `Sendable`)."""
        if isinstance(value, np.random.Generator):
            self.generators.append(value)
            return {"generator": generator_state(value)}
        if isinstance(value, Sendable):
            return {value.kind: value.content}
        return super().other(value)


def _address(array: np.ndarray) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


class Sendable:
    """An argument that only exists on the learner's side, such as a function sent as text."""

    kind: str
    content: str


def generator_state(generator: np.random.Generator) -> str:
    """Return the state of a PCG64 generator as JSON text."""
    state = generator.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise WireError("only generators made by numpy.random.default_rng can be sent")
    return json.dumps(state)


def set_generator_state(generator: np.random.Generator, text: str) -> None:
    """Bring a PCG64 generator into a state from `generator_state`."""
    try:
        generator.bit_generator.state = json.loads(text)
    except Exception as error:  # whatever NumPy makes of a foreign state
        raise WireError(f"the state of a generator is malformed: {type(error).__name__}") from None


class ArgumentDecoder(Decoder):
    """Rebuilds arguments on the learner's side.

    Parameters
    ----------
    blocks : list of bytes
    functions : callable
        Turns the text of a function into the function.
    """

    def __init__(self, blocks: Sequence[Buffer], functions: Callable[[str], Any], limits: Limits = LIMITS) -> None:
        super().__init__(blocks, limits)
        self.functions = functions
        self.generators: list[np.random.Generator] = []
        self._roots: dict[int, bytearray] = {}

    def tagged(self, kind: str, content: Any, depth: int) -> Any:
        """Return the value of a one-key object, the kinds of arguments included."""
        if kind == "view":
            return self.view(*content)
        if kind == "generator":
            generator = np.random.Generator(np.random.PCG64(0))
            set_generator_state(generator, content)
            self.generators.append(generator)
            return generator
        if kind == "function":
            return self.functions(content)
        return super().tagged(kind, content, depth)

    def view(
        self, number: int, dtype: str, shape: list[int], strides: list[int], offset: int, writeable: bool
    ) -> np.ndarray:
        """Return a view of a block, whose memory all views of the same number share."""
        if number not in self._roots:
            self._roots[number] = bytearray(self.block(number))
        array: np.ndarray = np.ndarray(shape, dtype, self._roots[number], offset, strides)
        array.flags.writeable = writeable
        return array
