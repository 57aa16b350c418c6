"""The wire format: what is sent comes out as it went in, and what is malformed is refused before it costs anything."""

# ruff: noqa: E501, PT012

import json
import math
import resource
import struct
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.sandbox.protocol import wire
from grader.sandbox.protocol.limits import LIMITS

settings.register_profile("wire", max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("wire")

DTYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    hnp.complex_number_dtypes(endianness="?", sizes=(64, 128)),
    hnp.unicode_string_dtypes(endianness="?", max_len=4),
    hnp.byte_string_dtypes(endianness="?", max_len=4),
)
ARRAYS = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**8191), 2**8191),
    st.floats(),
    st.complex_numbers(allow_nan=True),
    TEXT,
    st.binary(max_size=50),
    ARRAYS,
)
KEYS = st.one_of(st.integers(), TEXT, st.binary(max_size=8), st.booleans(), st.none(), st.tuples(st.integers(), TEXT))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(KEYS, inner, max_size=4),
        st.sets(KEYS, max_size=4),
        st.frozensets(KEYS, max_size=4),
    ),
    max_leaves=12,
)


def sent(value):
    """Return a value as it comes out at the other end."""
    encoder = wire.Encoder()
    form = encoder.encode(value)
    message, blocks = wire.read(wire.pack({"value": form}, encoder.blocks))
    return wire.Decoder(blocks).decode(message["value"])


def same(one, other):
    """Tell whether two values are of the same kinds and bits, where nan is nan and -0.0 is not 0.0."""
    if isinstance(one, np.ndarray):
        native = one.astype(one.dtype.newbyteorder("="))
        bits = native.tobytes() == other.tobytes() or (
            native.dtype.kind in "fc" and np.array_equal(native, other, equal_nan=True)
        )
        return type(other) is np.ndarray and native.dtype == other.dtype and native.shape == other.shape and bits
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or struct.pack("d", one) == struct.pack("d", other)
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one), list(other)) and same(list(one.values()), list(other.values()))
    return one == other


@given(VALUES)
def test_round_trip(value):
    assert same(value, sent(value))


@given(ARRAYS)
def test_arrays_come_out_plain_writeable_and_native(array):
    back = sent(array)
    assert type(back) is np.ndarray
    assert back.dtype.isnative
    assert back.flags.writeable
    assert same(array, back)


@given(ARRAYS, st.booleans())
def test_the_order_in_memory_does_not_matter(array, backwards):
    view = array.T[::-1] if backwards and array.ndim else array.T
    back = sent(view)
    assert same(view, back)
    assert back.flags.c_contiguous


@pytest.mark.parametrize("value", [np.float64(0.5), np.float32("nan"), np.int8(-3), np.bool_(True), np.complex64(1j)])
def test_scalars_become_arrays_without_axes(value):
    back = sent(value)
    assert (type(back), back.shape, back.dtype) == (np.ndarray, (), value.dtype)
    np.testing.assert_array_equal(back, value)


@pytest.mark.parametrize(
    "value",
    [
        object(), np.array([None]), np.zeros(1, "M8[s]"), np.zeros(1, [("a", int)]), np.zeros(1, "V3"), 2**9000, range(3),
        np.zeros(1, np.longdouble) if np.dtype(np.longdouble).itemsize > 8 else object(), {"f": print}, [[object()]],
        np.broadcast_to(0.0, (10**5, 10**5)), np.zeros(40 << 20, np.int8), b"x" * (33 << 20), set(range(2001)),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_cannot_be_sent(value):
    with pytest.raises(wire.WireError):
        back = sent(value)
        assert isinstance(back, np.ndarray), "a long double may be sent where it is a kind of float"
        raise wire.WireError


# --- arguments ----------------------------------------------------------------------------------------------------


def arguments(*values):
    """Return arguments as they come out at the learner's side."""
    encoder = wire.ArgumentEncoder()
    forms = [encoder.encode(value) for value in values]
    message, blocks = wire.read(wire.pack({"arguments": forms}, encoder.blocks))
    decoder = wire.ArgumentDecoder(blocks, lambda text: text)
    return [decoder.decode(form) for form in message["arguments"]]


@st.composite
def views(draw):
    """Draw an array and some views of it."""
    shape = draw(hnp.array_shapes(max_dims=3, max_side=5))
    root = draw(hnp.arrays(DTYPES, shape, fill=st.nothing()))
    if draw(st.booleans()):
        root = np.asfortranarray(root)
    found = [root]
    for _ in range(draw(st.integers(0, 3))):
        view = root[draw(hnp.basic_indices(shape, allow_newaxis=True))]
        if isinstance(view, np.ndarray):
            view = view.T if draw(st.booleans()) else view
            view.flags.writeable = draw(st.booleans())
            found.append(view)
    return found


@given(views())
def test_views_keep_strides_and_sharing(found):
    back = arguments(*found)
    for one, other in zip(found, back, strict=True):
        assert other.dtype == one.dtype
        assert other.shape == one.shape
        assert other.tobytes() == one.tobytes()
        assert other.flags.writeable == one.flags.writeable
        if one.size:
            assert other.strides == one.strides
    for i, one in enumerate(found):
        for j, other in enumerate(found):
            if one.size and other.size:
                assert np.may_share_memory(one, other) == np.may_share_memory(back[i], back[j])


def test_separate_arrays_stay_separate_and_the_original_is_not_touched():
    x = np.arange(4.0)
    one, other, reverse = arguments(x, x.copy(), x[::-1])
    one[0] = 9.0
    assert reverse[-1] == 9.0
    assert other[0] == 0.0
    assert x[0] == 0.0


@given(ARRAYS)
def test_answers_cannot_hold_what_only_arguments_can(array):
    encoder = wire.ArgumentEncoder()
    for value in (array, np.random.default_rng(0)):
        form = encoder.encode(value)
        with pytest.raises(wire.WireError):
            wire.Decoder(encoder.blocks).decode(form)


def test_only_one_kind_of_generator_can_be_sent():
    with pytest.raises(wire.WireError):
        arguments(np.random.Generator(np.random.MT19937(0)))


@given(st.one_of(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)))
def test_foreign_states_are_refused(text):
    with pytest.raises(wire.WireError):
        wire.set_generator_state(np.random.default_rng(0), text)


@given(
    st.fixed_dictionaries(
        {
            "bit_generator": st.sampled_from(["PCG64", "MT19937", 3]),
            "state": st.fixed_dictionaries(
                {"state": st.integers() | st.text(), "inc": st.integers(0, 2**140) | st.none()}
            ),
            "has_uint32": st.integers() | st.text(),
            "uinteger": st.integers() | st.none(),
        }
    )
)
def test_odd_states_are_refused_or_taken(state):
    generator = np.random.default_rng(0)
    try:
        wire.set_generator_state(generator, json.dumps(state))
    except wire.WireError:
        return
    generator.random()


# --- fuzz ---------------------------------------------------------------------------------------------------------


REFUSED = object()


def decoded(data):
    """Read bytes as our side reads an answer; return the value, or REFUSED."""
    try:
        header = data[: wire.HEADER.size].ljust(wire.HEADER.size, b"\0")
        text, blocks = wire.lengths(header)
        body = data[wire.HEADER.size :]
        message, found = wire.unpack(body[:text], body[text : text + blocks])
        return wire.Decoder(found).decode(message.get("value"))
    except wire.WireError:
        return REFUSED


def frame(value, blocks=()):
    return wire.pack({"value": value}, blocks)


@given(VALUES, st.data())
@settings(max_examples=150)
def test_mutated_frames_are_refused_or_read(value, data):
    encoder = wire.Encoder()
    form = encoder.encode(value)
    good = frame(form, encoder.blocks)
    assert same(value, decoded(good))
    bad = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(bad) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "insert", "copy"]))
        if kind == "flip":
            bad[position] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del bad[position : position + data.draw(st.integers(1, 8))]
        elif kind == "insert":
            bad[position:position] = data.draw(st.binary(max_size=8))
        else:
            bad[position:position] = bad[: data.draw(st.integers(0, 30))]
        if not bad:
            break
    decoded(bytes(bad))  # whatever it is, it is refused or read


@given(st.binary(max_size=300))
def test_random_bytes(data):
    assert decoded(data) is REFUSED
    assert decoded(wire.HEADER.pack(wire.MAGIC, len(data), 0) + data) is REFUSED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["array", "bytes", "complex", "dict", "tuple", "set", "frozenset", "view", "generator", "function", "?"]
            ),
            inner,
            max_size=2,
        ),
    ),
    max_leaves=10,
)


@given(JSON, st.lists(st.binary(max_size=40), max_size=2))
@settings(max_examples=200)
def test_random_forms(form, blocks):
    decoded(frame(form, blocks))


DESCRS = st.sampled_from(["<f8", ">i4", "|b1", "<U2", ">U1", "|S3", "<c16"]) | st.from_regex(wire.DTYPE, fullmatch=True)
SHAPES = st.lists(st.integers(-1, 3) | st.integers(), max_size=4)


@given(DESCRS | st.text() | JSON, SHAPES | JSON, st.binary(max_size=64))
@settings(max_examples=300)
def test_random_arrays(descr, shape, body):
    value = decoded(frame({"array": [0, descr, shape]}, [body]))
    if value is not REFUSED:
        assert type(value) is np.ndarray
        assert list(value.shape) == shape
        assert value.nbytes == len(body)
        repr(value)


@pytest.mark.parametrize(
    ("descr", "shape"),
    [
        ("((", [1]), ("|O", [1]), ("|O8", [1]), ([["a", "<f8"]], [1]), ({"names": ["a"]}, [1]), ("f8", [1]), ("float64", [1]),
        ("<f8\n", [1]), ("<f8,<f8", [1]), ("(1,)<f8", [1]), ("<M8", [1]), ("<M8[s]", [1]), ("|V8", [1]), ("<f7", [1]), ("<U999999999", [1]),
        ("|S0", [9]), ("", [1]), (None, [1]), (8, [1]), ("<f8", [-1]), ("<f8", [-1, -1]), ("<f8", [2]), ("<f8", [1.0]), ("<f8", [True]),
        ("<f8", ["1"]), ("<f8", [[1]]), ("<f8", [None]), ("<f8", "1"), ("<f8", {"1": 1}), ("<f8", 1), ("<f8", None), ("<f8", [1] * 70),
        ("<f8", [10**4000, 0]), ("\u0663f8", [1]), ("<f\u0668", [1]),
    ],
    ids=str,
)  # fmt: skip
def test_malformed_arrays(descr, shape):
    assert decoded(frame({"array": [0, "<f8", [1]]}, [bytes(8)])) == 0.0
    assert decoded(frame({"array": [0, descr, shape]}, [bytes(8)])) is REFUSED


@pytest.mark.parametrize(
    "form", [0, [], [0], [0, "<f8"], [0, "<f8", [1], 0], [1, "<f8", [1]], [True, "<f8", [1]], {}, "abc", None]
)
def test_arrays_without_a_dtype_a_shape_and_a_block(form):
    assert decoded(frame({"array": form}, [bytes(8)])) is REFUSED


# --- nothing is allocated before it is checked --------------------------------------------------------------------


@pytest.mark.parametrize(
    "sizes", [(2**32 - 1, 0), (0, 2**64 - 1), (LIMITS.answer_json_bytes + 1, 0), (0, LIMITS.answer_bytes + 1)]
)
def test_lengths_are_checked_first(sizes):
    with pytest.raises(wire.WireError, match="too large"):
        wire.lengths(wire.HEADER.pack(wire.MAGIC, *sizes))


def test_largest_lengths():
    assert wire.lengths(wire.HEADER.pack(wire.MAGIC, LIMITS.answer_json_bytes, LIMITS.answer_bytes))
    with pytest.raises(wire.WireError):
        wire.lengths(wire.HEADER.pack(b"KATA", 1, 1))


BOMBS = {
    "shape": lambda: frame({"array": [0, "<f8", [999999999999, 999999999999]]}, [b""]),
    "empty shape": lambda: frame({"array": [0, "<f8", [0, 10**18 - 1, 10**18 - 1]]}, [b""]),
    "long lengths": lambda: frame({"array": [0, "<f8", [10**4000] * 200]}, [b""]),
    "axes": lambda: frame({"array": [0, "<f8", [1] * 300_000]}, [bytes(8)]),
    "long items": lambda: frame({"array": [0, "|S999999999", [1]]}, [b"x"]),
    "no size": lambda: frame({"array": [0, "|S0", [999999999999]]}, [b""]),
    "sizes": lambda: wire.HEADER.pack(wire.MAGIC, 40, 0) + b'{"value": 1, "blocks": [9999999999999]}'.ljust(40),
    "negative sizes": lambda: wire.HEADER.pack(wire.MAGIC, 40, 0) + b'{"value": 1, "blocks": [9999, -9999]}'.ljust(40),
    "one block often": lambda: frame([{"array": [0, "<f8", [131072]]}] * 20_000, [bytes(1 << 20)]),
    "bytes often": lambda: frame([{"bytes": 0}] * 50_000, [bytes(1 << 20)]),
    "deep": lambda: wire.HEADER.pack(wire.MAGIC, 400_000, 0) + b"[" * 400_000,
    "deep value": lambda: frame(json.loads("[" * 500 + "]" * 500)),
    "digits": lambda: wire.HEADER.pack(wire.MAGIC, 500_000, 0) + b"9" * 500_000,
    "equal hashes": lambda: frame({"dict": [[i * (2**61 - 1), 0] for i in range(30_000)]}),
    "equal hashes in a set": lambda: frame({"set": [i * (2**61 - 1) for i in range(30_000)]}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_cost_nothing(name):
    data = BOMBS[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    tracemalloc.start()
    try:
        assert decoded(data) is REFUSED
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 5


def test_largest_answer_is_copied_few_times():
    data = frame({"array": [0, "<f8", [3 << 17]]}, [bytes(3 << 20)])
    tracemalloc.start()
    try:
        assert decoded(data).nbytes == 3 << 20
        assert tracemalloc.get_traced_memory()[1] < 4 * (3 << 20)
    finally:
        tracemalloc.stop()


# --- what a value may hold ------------------------------------------------------------------------------------


def test_texts_come_out_fit_to_be_written():
    evil = "\udfff a \udc00"
    for value in (decoded(frame(evil)), *decoded(frame({"dict": [[evil, 1]]})), *decoded(frame([evil]))):
        assert value.encode("utf-8") == b"? a ?"


def test_booleans_are_zero_or_one():
    value = decoded(frame({"array": [0, "|b1", [3]]}, [bytes([0, 1, 255])]))
    assert value.tobytes() == bytes([0, 1, 1])


def test_the_caps_are_those_that_are_handed_over():
    few = replace(LIMITS, answer_depth=2, answer_keys=3, answer_bytes=300, answer_json_bytes=100)
    encoder = wire.Encoder(few)
    assert encoder.encode([[1]]) == [[1]]
    refused = ([[[[1]]]], {1, 2, 3, 4}, np.zeros(100), b"x" * 301)
    for value in refused:
        wire.Encoder().encode(value)
        with pytest.raises(wire.WireError):
            wire.Encoder(few).encode(value)
    for form in ([[[[1]]]], {"set": [1, 2, 3, 4]}, {"dict": [[i, i] for i in range(4)]}):
        wire.Decoder([]).decode(form)
        with pytest.raises(wire.WireError):
            wire.Decoder([], few).decode(form)
    for sizes in ((101, 0), (0, 301)):
        header = wire.HEADER.pack(wire.MAGIC, *sizes)
        assert wire.lengths(header) == sizes
        with pytest.raises(wire.WireError, match="too large"):
            wire.lengths(header, few)
