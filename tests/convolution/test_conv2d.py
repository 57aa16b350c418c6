import numpy as np

from grader.checks import assert_close, assert_shape, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, w, b, stride, padding):
    from torch.nn.functional import conv2d

    return conv2d(x, w, b, stride, padding)


def draw(rng, x_shape, w_shape):
    """Draw images, kernels and one bias per kernel."""
    return rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[0]) * 3


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.conv2d for stride 2 and padding 1."""
    (n, c, o), (rows, columns, _), (kh, kw) = (rng.permutation(sizes) for sizes in ([2, 3, 4], [5, 7, 8], [2, 3]))
    arguments = (*draw(rng, (n, c, rows, columns), (o, c, kh, kw)), 2, 1)
    assert_close(student.conv2d(*arguments), expected(*arguments))


@parametrize("padding", [0, 1, 2])
@parametrize("stride", [1, 2, 3])
def test_geometry(student, rng, stride, padding):
    """Works for strides of 1 to 3 and paddings of 0 to 2, on a single image."""
    arguments = (*draw(rng, (1, 2, 6, 8), (3, 2, 2, 3)), stride, padding)
    assert_close(student.conv2d(*arguments), expected(*arguments))


def test_output_shape(student, rng):
    """Leaves out a window that would reach beyond the padded image."""
    x, w, b = draw(rng, (1, 1, 9, 6), (1, 1, 2, 4))
    answer = student.conv2d(x, w, b, 3, 0)
    assert_shape(answer, (1, 1, 3, 1))
    assert_close(answer, expected(x, w, b, 3, 0))


def test_kernel_of_one(student, rng):
    """Mixes the channels of each pixel when the kernel is 1 by 1."""
    arguments = (*draw(rng, (2, 3, 4, 5), (2, 3, 1, 1)), 2, 0)
    assert_close(student.conv2d(*arguments), expected(*arguments))


def test_kernel_of_image_size(student, rng):
    """Gives one number per image and kernel when the kernel covers the image."""
    arguments = (*draw(rng, (3, 2, 4, 5), (2, 2, 4, 5)), 3, 0)
    assert_close(student.conv2d(*arguments), expected(*arguments))


def test_no_bias(student, rng):
    """Adds no bias when b is None."""
    x, w, _ = draw(rng, (2, 2, 5, 4), (3, 2, 2, 3))
    assert_close(student.conv2d(x, w, None, 2, 1), expected(x, w, None, 2, 1))


def test_vertical_edge(student, rng):
    """Answers where a Sobel kernel sees the image get brighter from left to right, and with 0 elsewhere."""
    brightness = rng.uniform(0.5, 2.0)
    image = np.repeat([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]], 5, axis=0) * brightness
    sobel = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    edges = np.repeat([[0.0, 4.0, 4.0, 0.0, 0.0]], 3, axis=0) * brightness
    assert_close(student.conv2d(image[None, None], sobel[None, None], None, 1, 0), edges[None, None])


@contract(expected, "float32", "integers", "views", "pure", defaults={"stride": 1, "padding": 0}, atol=1e-5)
def conv2d(rng):
    return *draw(rng, (2, 2, 5, 6), (3, 2, 3, 2)), 2, 1


def pad(x, padding, **options):
    return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), **options)


def correlate(x, w, b, stride):
    """Return the right answer for images that are padded already."""
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.einsum("ncrsij,ocij->nors", windows, w)
    return y if b is None else y + b[:, None, None]


@misconception(
    "flips the kernel in both directions before it slides it: that is the convolution of mathematics. Deep learning "
    "means cross-correlation, with the kernel as it is; the two agree only for kernels that equal their own rotation "
    "by half a turn"
)
def kernel_flipped(x, w, b, stride=1, padding=0):
    return correlate(pad(x, padding), w[:, :, ::-1, ::-1], b, stride)


@misconception(
    "looks at the first input channel only; each kernel has a slice for every input channel, and the products of all "
    "channels are added up. The two agree for images with a single channel"
)
def channels_not_summed(x, w, b, stride=1, padding=0):
    return correlate(pad(x[:, :1], padding), w[:, :1], b, stride)


@misconception(
    "rounds the output size up and fills the last window with zeros from beyond the padded image; the size is rounded "
    "down, so a window that does not fit is left out. With a stride of 1 every window fits"
)
def ceil_output(x, w, b, stride=1, padding=0):
    x = pad(x, padding)
    rows, columns = (-(size - k) % stride for size, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return correlate(np.pad(x, ((0, 0), (0, 0), (0, rows), (0, columns))), w, b, stride)


@misconception(
    "adds the bias once per input channel, inside the loop over them, so it arrives C times; each output gets the bias "
    "of its channel once, after the sum. The two agree for images with a single channel"
)
def bias_per_channel_in(x, w, b, stride=1, padding=0):
    return correlate(pad(x, padding), w, None if b is None else b * x.shape[1], stride)


@misconception(
    "pads by repeating the outermost pixels; the padding is zeros. The two agree where the image ends in zeros or the "
    "padding is 0"
)
def edge_padding(x, w, b, stride=1, padding=0):
    return correlate(pad(x, padding, mode="edge"), w, b, stride)


@misconception(
    "counts the padding once in the size of the output: H + padding - kh where H + 2 * padding - kh is right. Zeros "
    "are put on both sides, so the last windows are missing; without padding the two agree"
)
def padding_counted_once(x, w, b, stride=1, padding=0):
    x = pad(x, padding)
    return correlate(x[:, :, : x.shape[2] - padding, : x.shape[3] - padding], w, b, stride)


@misconception(
    "pads all four axes, as np.pad(x, padding) does: there are then images and channels of zeros before the real ones, "
    "and the real ones are shifted. Only rows and columns are padded: ((0, 0), (0, 0), (p, p), (p, p))"
)
def pads_every_axis(x, w, b, stride=1, padding=0):
    padded = np.pad(x, padding)
    return correlate(padded[: x.shape[0], : x.shape[1]], w, b, stride)


@misconception(
    "leaves out the bias. Each output channel has one number that is added to all of its outputs, unless b is None"
)
def bias_missing(x, w, b, stride=1, padding=0):
    return correlate(pad(x, padding), w, None, stride)


@misconception(
    "moves the windows on by one row and one column whatever the stride is; the stride is the distance from one window "
    "to the next. The two agree for a stride of 1"
)
def stride_ignored(x, w, b, stride=1, padding=0):
    return correlate(pad(x, padding), w, b, 1)


@misconception(
    "applies the stride to the image, dropping rows and columns before it convolves; the stride is the distance "
    "between windows, and inside a window neighbouring pixels stay neighbours. The two agree for a stride of 1, and "
    "for 1 by 1 kernels without padding"
)
def subsample_input(x, w, b, stride=1, padding=0):
    return correlate(pad(x[:, :, ::stride, ::stride], padding), w, b, 1)
