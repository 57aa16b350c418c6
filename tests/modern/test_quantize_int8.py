import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize, unpack

NAMES = ("q", "scale")


@from_torch
def expected(x, axis):
    import torch

    x, axis = (x if x.is_floating_point() else x.double()), axis % x.ndim
    others = [i for i in range(x.ndim) if i != axis]
    largest = x.abs().amax(others)
    scale = torch.where(largest > 0, largest / 127, 1.0)
    zeros = torch.zeros(len(scale), dtype=torch.int32)
    restored = torch.fake_quantize_per_channel_affine(x, scale.float(), zeros, axis, -127, 127)
    scale = scale.reshape([-1 if i == axis else 1 for i in range(x.ndim)])
    return (restored / scale).round().to(torch.int8), scale


def draw(rng, *shape, axis):
    """Return numbers that no rounding error takes to another integer, with channels of very different sizes."""
    steps = rng.integers(-126, 127, size=shape) + rng.uniform(-0.4, 0.4, size=shape)
    channels = np.moveaxis(steps, axis, 0).reshape(shape[axis], -1)  # a copy for some axes
    channels[:, int(rng.integers(channels.shape[1]))] = 127 * rng.permutation([-1, 1] * shape[axis])[: shape[axis]]
    x = channels * np.exp(rng.uniform(-6, 4, size=(shape[axis], 1)))
    rest = tuple(n for i, n in enumerate(shape) if i != axis % len(shape))
    return np.ascontiguousarray(np.moveaxis(x.reshape(shape[axis], *rest), 0, axis))


def test_agrees_with_torch(student, rng):
    """Agrees with torch.fake_quantize_per_channel_affine, with a scale for each row and with one for each column."""
    shape = (int(rng.integers(3, 6)), int(rng.integers(6, 9)))
    for axis in (0, 1):
        x = draw(rng, *shape, axis=axis)
        assert_close(student.quantize_int8(x, axis), expected(x, axis), names=NAMES)


@parametrize(("shape", "axis"), [((2, 3, 4), 0), ((2, 3, 4), 1), ((2, 3, 4), -1), ((3, 2, 2, 3), -3)])
def test_axes(student, rng, shape, axis):
    """Takes the scale over all axes but one, also counted from the end."""
    x = draw(rng, *shape, axis=axis)
    assert_close(student.quantize_int8(x, axis), expected(x, axis), names=NAMES)


def test_way_back(student, rng):
    """Gives the numbers back within half a scale, and the largest of each channel exactly."""
    x = 10 * rng.normal(size=(4, 30)) * np.array([[0.01], [1.0], [30.0], [0.3]])
    q, scale = unpack(student.quantize_int8(x, 0), *NAMES)
    assert_close(scale, np.abs(x).max(axis=1, keepdims=True) / 127)
    back = q.astype(float) * scale
    assert np.all(np.abs(back - x) <= 0.5001 * scale), "q * scale is further than half a scale from x"
    largest = np.abs(x).argmax(axis=1)[:, None]
    assert_close(np.take_along_axis(back, largest, 1), np.take_along_axis(x, largest, 1))


def test_channel_of_zeros(student, rng):
    """Gives a channel of zeros the scale 1 and zeros, without nan."""
    x = draw(rng, 4, 6, axis=0)
    x[[0, 2]] = 0
    assert_close(student.quantize_int8(x, 0), expected(x, 0), names=NAMES)


def test_negative_channels(student, rng):
    """Works where all numbers of a channel are negative."""
    x = -np.abs(draw(rng, 3, 7, axis=1))
    assert_close(student.quantize_int8(x, 1), expected(x, 1), names=NAMES)


@parametrize("step", [1.0, 0.125])
def test_halves(student, rng, step):
    """Rounds halves to the even integer."""
    steps = rng.permutation(np.arange(-20, 21) + 0.5)
    x = step * np.stack([np.append(steps, 127.0), np.append(2 * steps, -254.0)])
    assert_close(student.quantize_int8(x, 0), expected(x, 0), names=NAMES)


def test_dtypes(student, rng):
    """Returns int8, and scales of float32 for float32."""
    x = draw(rng, 3, 5, axis=0).astype(np.float32)
    q, scale = unpack(student.quantize_int8(x, 0), *NAMES)
    expected_q, expected_scale = expected(x, 0)
    assert_close(q, expected_q, dtype=np.int8)
    assert_close(scale, expected_scale, dtype=np.float32)


def test_integers(student, rng):
    """Works for integers, which stay as they are where the largest is 127."""
    x = rng.integers(-126, 127, size=(2, 6))
    x[:, 3] = 127, -127
    assert_close(student.quantize_int8(x, 0), (x.astype(np.int8), np.ones((2, 1))), names=NAMES)


@contract(expected, "views", "pure", names=NAMES)
def quantize_int8(rng):
    return draw(rng, 4, 6, axis=1), 1


def largest_of(x, axis):
    """Return the largest absolute number of each channel."""
    others = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    return np.abs(x).max(axis=others, keepdims=True)


def scale_of(x, axis):
    largest = largest_of(x, axis)
    return np.where(largest > 0, largest / 127, 1)


def as_int8(values):
    """Return integers of 8 bits; what does not fit wraps around."""
    with np.errstate(all="ignore"):
        return np.where(np.isnan(values), 0, values).astype(np.int64).astype(np.int8)


@misconception(
    "has one scale for the whole array. A channel with large numbers then decides for all, and small channels become "
    "0 or 1; each channel has a scale of its own"
)
def one_scale(x, axis):
    scale = np.abs(x).max() / 127
    return as_int8(np.rint(x / scale)), scale


@misconception(
    "takes the maximum along the axis of the channels. That leaves a scale for each place in a channel; it is taken "
    "over all other axes, so that each channel keeps one"
)
def along_the_channels(x, axis):
    largest = np.abs(x).max(axis=axis, keepdims=True)
    scale = np.where(largest > 0, largest / 127, 1)
    return as_int8(np.rint(x / scale)), scale


@misconception(
    "compares the numbers of the axes with a negative axis, which none of them equals: the maximum is then that of the "
    "whole array. axis % x.ndim counts from the front; for axes from 0 up the two agree"
)
def negative_axis(x, axis):
    others = tuple(i for i in range(x.ndim) if i != axis)
    largest = np.abs(x).max(axis=others, keepdims=True)
    scale = np.where(largest > 0, largest / 127, 1)
    return as_int8(np.rint(x / scale)), scale


@misconception(
    "cuts the fraction off, as astype does with floats. The error is then up to a whole scale and always towards 0, "
    "which shrinks all numbers; round first"
)
def truncated(x, axis):
    scale = scale_of(x, axis)
    return as_int8(np.trunc(x / scale)), scale


@misconception(
    "rounds down. Every number gets smaller, by half a scale on average, and the sum of many is off; round to the "
    "nearest"
)
def rounded_down(x, axis):
    scale = scale_of(x, axis)
    return as_int8(np.floor(x / scale)), scale


@misconception(
    "rounds halves up, floor(x + 0.5). np.rint takes them to the even integer, as torch does: 0.5 to 0, 1.5 and 2.5 to "
    "2. They are rare among measured numbers, not among those that were quantized before"
)
def halves_up(x, axis):
    scale = scale_of(x, axis)
    return as_int8(np.floor(x / scale + 0.5)), scale


@misconception(
    "rounds halves away from 0. np.rint takes them to the even integer, as torch does: 0.5 to 0, 1.5 and 2.5 to 2"
)
def halves_away(x, axis):
    scale = scale_of(x, axis)
    return as_int8(np.trunc(x / scale + np.copysign(0.5, x))), scale


@misconception(
    "takes the largest number in place of the largest absolute number. Where a negative one is larger in size, it does "
    "not fit into 8 bits and wraps around"
)
def maximum_without_abs(x, axis):
    others = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    largest = x.max(axis=others, keepdims=True)
    with np.errstate(all="ignore"):
        scale = np.where(largest != 0, largest / 127, 1)
        return as_int8(np.rint(x / scale)), scale


@misconception(
    "divides by 128. The largest number then becomes 128, which int8 does not have: it wraps around to -128. The "
    "largest integer is 127"
)
def divided_by_128(x, axis):
    largest = largest_of(x, axis)
    scale = np.where(largest > 0, largest / 128, 1)
    return as_int8(np.rint(x / scale)), scale


@misconception(
    "divides the range from the smallest to the largest number by 255. That is the scale of another method, with a "
    "zero point; here the largest absolute number belongs to 127"
)
def range_over_255(x, axis):
    others = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    width = x.max(axis=others, keepdims=True) - x.min(axis=others, keepdims=True)
    scale = np.where(width > 0, width / 255, 1)
    return as_int8(np.clip(np.rint(x / scale), -128, 127)), scale


@misconception("divides by 0 for a channel of zeros: its scale is 0 and 0 / 0 is nan. Give such a channel the scale 1")
def zero_scale(x, axis):
    scale = largest_of(x, axis) / 127
    with np.errstate(all="ignore"):
        return as_int8(np.rint(x / scale)), scale


@misconception(
    "returns the factor that leads to the integers, 127 / max. Asked for is the one that leads back: q * scale is x, "
    "so scale is max / 127"
)
def inverse_scale(x, axis):
    scale = scale_of(x, axis)
    return as_int8(np.rint(x / scale)), 1 / scale


@misconception(
    "returns the scales as a flat array. q * scale would then go along the last axis, whatever the channels are: keep "
    "all axes, with length 1 (keepdims=True)"
)
def flat_scales(x, axis):
    scale = scale_of(x, axis)
    return as_int8(np.rint(x / scale)), scale.ravel()


@misconception(
    "returns unsigned integers, for which negative numbers wrap around. int8 goes from -128 to 127 and needs no offset"
)
def unsigned(x, axis):
    scale = scale_of(x, axis)
    return as_int8(np.rint(x / scale)).astype(np.uint8), scale


@misconception("does not round: q is the quotient, a float, and nothing is saved. Round it and store it as int8")
def not_rounded(x, axis):
    scale = scale_of(x, axis)
    return x / scale, scale
