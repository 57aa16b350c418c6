import numpy as np

from grader.checks import assert_close, assert_shape, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, kernel, stride, padding):
    from torch.nn.functional import max_pool2d

    return max_pool2d(x, kernel, stride, padding)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.max_pool2d for overlapping windows and padding."""
    (n, c), (rows, columns) = rng.permutation([2, 3]), rng.permutation([6, 7, 8, 9])[:2]
    x = rng.normal(size=(n, c, rows, columns))
    assert_close(student.max_pool2d(x, 3, 2, 1), expected(x, 3, 2, 1))


@parametrize("padding", [0, 1])
@parametrize("stride", [1, 2, 3, 4])
@parametrize("kernel", [2, 3])
def test_geometry(student, rng, kernel, stride, padding):
    """Works for windows that overlap, touch or leave gaps, with padding and without."""
    x = rng.normal(size=(1, 2, 6, 9))
    assert_close(student.max_pool2d(x, kernel, stride, padding), expected(x, kernel, stride, padding))


def test_odd_size(student, rng):
    """Leaves out a window that would reach beyond the image: 7 rows give 3, not 4."""
    x = rng.normal(size=(2, 2, 7, 5))
    answer = student.max_pool2d(x, 2, 2, 0)
    assert_shape(answer, (2, 2, 3, 2))
    assert_close(answer, expected(x, 2, 2, 0))


@parametrize("scale", [1e3, 1e300])
def test_negative_maps(student, rng, scale):
    """Never takes a padded place for the maximum, whatever negative numbers the pixels are."""
    x = -rng.uniform(1e-3, 1, size=(2, 2, 6, 5)) * scale
    for kernel, stride, padding in ((3, 2, 1), (2, 2, 1), (4, 3, 2)):
        assert_close(student.max_pool2d(x, kernel, stride, padding), expected(x, kernel, stride, padding))


def test_channels_apart(student, rng):
    """Pools each channel on its own."""
    factors = rng.uniform(0.5, 2.0, size=3) * [1, -1, 10]
    x = np.arange(24.0).reshape(1, 3, 2, 4) * factors[:, None, None]
    maxima = np.array([[[[5.0, 7.0]], [[8.0, 10.0]], [[21.0, 23.0]]]]) * factors[:, None, None]
    assert_close(student.max_pool2d(x, 2, 2, 0), maxima)


def test_sizes(student, rng):
    """Works for windows of one pixel and of the whole image, and where values are equal."""
    x = rng.normal(size=(3, 2, 4, 4))
    for kernel, stride in ((1, 1), (1, 2), (4, 1), (4, 4)):
        assert_close(student.max_pool2d(x, kernel, stride, 0), expected(x, kernel, stride, 0))
    ties = np.round(x)
    assert_close(student.max_pool2d(ties, 2, 1, 1), expected(ties, 2, 1, 1))


def test_defaults(student, rng):
    """Puts the windows side by side, without padding, unless told otherwise."""
    x = rng.normal(size=(2, 2, 7, 6))
    assert_close(student.max_pool2d(x, 3), expected(x, 3, 3, 0))
    assert_close(student.max_pool2d(x, 2, None, 1), expected(x, 2, 2, 1))


@parametrize("padding", [0, 1])
@parametrize("dtype", [np.int64, np.int32])
def test_integers(student, rng, dtype, padding):
    """Returns integers of the same dtype for integers, negative ones too."""
    x = -rng.integers(1, 2_000_000_000, size=(2, 2, 5, 6))
    correct = expected(x.astype(float), 2, 2, padding).astype(dtype)
    assert_close(student.max_pool2d(x.astype(dtype), 2, 2, padding), correct, dtype=dtype)


@contract(expected, "float32", "views", "pure")
def max_pool2d(rng):
    return rng.normal(size=(2, 3, 6, 7)), 3, 2, 1


def pad(x, padding, value):
    if value == -np.inf and x.dtype.kind != "f":
        value = np.iinfo(x.dtype).min
    return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)


def windows_of(x, kernel, stride):
    """Return the windows of images that are padded already, in the last two axes."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(2, 3))
    return windows[:, :, ::stride, ::stride]


@misconception(
    "pads with zeros, as a convolution does. Where all pixels near the border are negative, the 0 then wins; padding "
    "must never be the maximum, so it counts as minus infinity. The two agree for maps without negative values, such "
    "as those that come out of a ReLU"
)
def zero_padding(x, kernel, stride=None, padding=0):
    return windows_of(pad(x, padding, 0), kernel, stride or kernel).max(axis=(-2, -1))


@misconception(
    "pads with a large negative number such as -1e9 in place of minus infinity. It wins against all pixels that are "
    "lower still; for ordinary images the two agree. Pad with -np.inf, and integers with the smallest one of their "
    "type"
)
def large_negative_padding(x, kernel, stride=None, padding=0):
    return windows_of(pad(x, padding, -1e9), kernel, stride or kernel).max(axis=(-2, -1))


@misconception(
    "averages over each window. That is average pooling, a layer of its own; max-pooling keeps the largest value, "
    "however lonely it is in its window"
)
def average(x, kernel, stride=None, padding=0):
    return windows_of(pad(x, padding, 0), kernel, stride or kernel).mean(axis=(-2, -1))


@misconception(
    "takes 1 for the stride when none is given, as for a convolution. The default of pooling is the window's size: "
    "windows lie side by side, and the map gets smaller by that factor"
)
def stride_one(x, kernel, stride=None, padding=0):
    return windows_of(pad(x, padding, -np.inf), kernel, stride or 1).max(axis=(-2, -1))


@misconception(
    "always puts the windows side by side and does not look at the stride; it is the distance between windows, which "
    "overlap where it is smaller than the kernel"
)
def stride_ignored(x, kernel, stride=None, padding=0):
    return windows_of(pad(x, padding, -np.inf), kernel, kernel).max(axis=(-2, -1))


@misconception(
    "rounds the size of the output up and takes the maximum of what is left of a window at the border. By default, "
    "torch rounds down (its ceil_mode is off): a window that does not fit is left out"
)
def ceil_mode(x, kernel, stride=None, padding=0):
    stride = stride or kernel
    x = pad(x, padding, -np.inf)
    rows, columns = (-(size - kernel) % stride for size in x.shape[2:])
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    x = np.pad(x, ((0, 0), (0, 0), (0, rows), (0, columns)), constant_values=lowest)
    return windows_of(x, kernel, stride).max(axis=(-2, -1))


@misconception(
    "takes the maximum over the channels as well. Each channel is the map of another feature; pooling makes the maps "
    "smaller and leaves their number alone"
)
def pool_across_channels(x, kernel, stride=None, padding=0):
    return windows_of(pad(x, padding, -np.inf), kernel, stride or kernel).max(axis=(1, -2, -1))


@misconception(
    "takes the largest absolute value, so that a strong negative answer wins over a weak positive one. The maximum is "
    "that of the signed values; the two agree for maps without negative values"
)
def max_of_abs(x, kernel, stride=None, padding=0):
    return windows_of(pad(np.abs(x), padding, 0), kernel, stride or kernel).max(axis=(-2, -1))
