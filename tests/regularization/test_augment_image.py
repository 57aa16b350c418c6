import math
from statistics import NormalDist

import numpy as np

from grader.checks import (
    assert_close,
    assert_distribution,
    assert_repeatable,
    assert_share,
    contract,
    from_torch,
    misconception,
    parametrize,
)


@from_torch
def expected(img, flip_h, rot90_k, zoom=1):
    """Return the image without noise."""
    import torch
    from torch.nn.functional import interpolate

    img = torch.rot90(torch.flip(img, [-1]) if flip_h else img, rot90_k, [-2, -1])
    h, w = img.shape[1:]
    top, left = (zoom - 1) * h // 2, (zoom - 1) * w // 2
    return interpolate(img[None], scale_factor=zoom, mode="nearest")[0, :, top : top + h, left : left + w]


def augment(student, rng, img, flip_h, rot90_k, noise_std, *zoom):
    """Call augment_image with a generator of its own."""
    (child,) = rng.spawn(1)
    return student.augment_image(img, flip_h, rot90_k, noise_std, child, *zoom)


def noise_of(student, rng, img, flip_h, rot90_k, noise_std, zoom):
    """Return what was added to an image whose values are so far from 0 and 1 that nothing is clipped."""
    answer = augment(student, rng, img, flip_h, rot90_k, noise_std, zoom)
    clean = middle(turn(flip(img, flip_h), rot90_k), zoom)
    assert_close(answer, clean, rtol=0, atol=8 * noise_std)  # right up to the noise
    return answer - clean


def assert_spread(values, std, what):
    """Check that values have the standard deviation std."""
    found, slack = float(np.std(values)), 5 * std / math.sqrt(2 * values.size)
    assert abs(found - std) < slack, f"{what} has standard deviation {found:.5f}, expected {std:.5f} within {slack:.5f}"


@parametrize(("flip_h", "rot90_k"), [(True, 0), (False, 1), (True, 1)])
def test_agrees_with_torch(student, rng, flip_h, rot90_k):
    """Flips and rotates like torch.flip and torch.rot90."""
    img = rng.uniform(size=(rng.integers(2, 5), *rng.permutation(np.arange(3, 8))[:2]))
    assert_close(augment(student, rng, img, flip_h, rot90_k, 0.0), expected(img, flip_h, rot90_k))


@parametrize("rot90_k", [-5, -1, 0, 2, 3, 4, 7])
def test_turns(student, rng, rot90_k):
    """Rotates by any number of quarter turns, also negative and beyond 3."""
    img = rng.uniform(size=(2, 5, 3))
    assert_close(augment(student, rng, img, False, rot90_k, 0.0), expected(img, False, rot90_k))


@parametrize("rot90_k", [0, 2])
def test_flip(student, rng, rot90_k):
    """Swaps left and right, and nothing else."""
    img = rng.uniform(size=(4, 3, 5))
    assert_close(augment(student, rng, img, True, rot90_k, 0.0), expected(img, True, rot90_k))


@parametrize("rot90_k", [1, 3])
def test_flip_comes_first(student, rng, rot90_k):
    """Flips before it rotates."""
    img = rng.uniform(size=(3, 2, 5))
    assert_close(augment(student, rng, img, True, rot90_k, 0.0), expected(img, True, rot90_k))


@parametrize("zoom", [1, 2])
def test_noise(student, rng, zoom):
    """Adds normal noise with mean 0 and the given standard deviation, to every element its own."""
    std = float(rng.uniform(0.02, 0.03))
    noise = noise_of(student, rng, rng.uniform(0.35, 0.65, size=(3, 40, 60)), True, 1, std, zoom)
    mean, slack = float(np.mean(noise)), 5 * std / math.sqrt(noise.size)
    assert abs(mean) < slack, f"the noise has mean {mean:.5f}, expected 0 within {slack:.5f}"
    assert_spread(noise, std, "the noise")
    assert_distribution(noise, np.vectorize(NormalDist(0, std).cdf), "the normal one")
    for axis, what in enumerate(("channels", "rows", "columns")):
        assert_spread(noise.mean(axis=axis), std / math.sqrt(noise.shape[axis]), f"the mean of the noise over {what}")


@parametrize(("rot90_k", "zoom"), [(0, 2), (0, 3), (1, 2), (1, 5)])
def test_zoom(student, rng, rot90_k, zoom):
    """Enlarges like torch.nn.functional.interpolate and keeps the middle, after the rotation."""
    img = rng.uniform(size=(2, *rng.permutation(np.arange(4, 8))[:2]))
    assert_close(augment(student, rng, img, True, rot90_k, 0.0, zoom), expected(img, True, rot90_k, zoom))


def test_clipping(student, rng):
    """Clips to the range from 0 to 1 after the noise."""
    img = np.stack([np.zeros((30, 40)), np.ones((30, 40)), np.full((30, 40), 0.5)])
    answer = augment(student, rng, img, False, 0, 0.2)
    assert_close(answer, np.clip(answer, 0, 1) if isinstance(answer, np.ndarray) else img)
    for channel, bound in (0, 0), (1, 1):
        assert_share(answer[channel] == bound, 0.5, f"elements that were {bound} and are {bound} after the noise")


def test_seeds(student, rng):
    """Gives the same image for equal seeds, another one for other seeds and at the next call."""
    img = rng.uniform(size=(2, 5, 4))
    assert_repeatable(lambda generator: student.augment_image(img, False, 1, 0.1, generator), rng)


def test_float32(student, rng):
    """Returns float32 for float32, with noise and without."""
    img = rng.uniform(0.4, 0.6, size=(2, 4, 3)).astype(np.float32)
    assert_close(augment(student, rng, img, True, 1, 0.0), expected(img, True, 1), dtype=np.float32)
    noisy = augment(student, rng, img, True, 1, 0.01)
    assert_close(noisy, expected(img, True, 1), dtype=np.float32, rtol=0, atol=0.08)


def test_shapes_and_views(student, rng):
    """Accepts a single channel, row, column or pixel, and transposed and reversed views."""
    for shape in ((1, 4, 3), (3, 1, 5), (2, 4, 1), (1, 1, 1)):
        img = rng.uniform(size=shape)
        assert_close(augment(student, rng, img, True, 1, 0.0), expected(img, True, 1))
    img = rng.uniform(size=(8, 5, 3)).T[:, ::-1, ::-2]
    assert_close(augment(student, rng, img, True, 3, 0.0), expected(img, True, 3))


@contract(None, "pure")
@parametrize(
    ("flip_h", "rot90_k", "noise_std", "zoom"),
    [(False, 0, 0.0, 1), (True, 0, 0.03, 1), (False, 1, 0.03, 1), (False, 0, 0.0, 2)],
)
def augment_image(rng, child, flip_h, rot90_k, noise_std, zoom):
    return rng.uniform(0.35, 0.65, size=(3, 20, 30)), flip_h, rot90_k, noise_std, child, zoom


def flip(img, flip_h):
    return img[:, :, ::-1] if flip_h else img


def turn(img, k):
    return np.rot90(img, k, axes=(1, 2))


def enlarge(img, zoom):
    return img.repeat(zoom, axis=1).repeat(zoom, axis=2)


def crop(img, h, w, top, left):
    return img[:, top : top + h, left : left + w]


def middle(img, zoom):
    h, w = img.shape[1:]
    return crop(enlarge(img, zoom), h, w, (zoom - 1) * h // 2, (zoom - 1) * w // 2)


def changed(img, flip_h, rot90_k, zoom):
    return middle(turn(flip(img, flip_h), rot90_k), zoom)


def noisy(img, noise_std, rng):
    return np.clip(img + rng.normal(0, noise_std, img.shape).astype(img.dtype), 0, 1)


# The curriculum's uint8_overflow is left out: images are floats from 0 to 1 here.
@misconception(
    "turns the image upside down: it reverses the rows. A horizontal flip swaps left and right, so the columns are "
    "reversed, which are the last axis of (C, H, W)"
)
def flip_vertical(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    return noisy(middle(turn(img[:, ::-1] if flip_h else img, rot90_k), zoom), noise_std, rng)


@misconception(
    "reverses the channels: red becomes blue and every pixel stays where it was. The first axis of (C, H, W) holds "
    "the channels; a horizontal flip reverses the last one"
)
def channel_flip(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    return noisy(middle(turn(img[::-1] if flip_h else img, rot90_k), zoom), noise_std, rng)


@misconception(
    "rotates clockwise; positive quarter turns go counter-clockwise here, as in torch.rot90. The two agree for "
    "an even number of turns"
)
def clockwise(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    return noisy(changed(img, flip_h, -rot90_k, zoom), noise_std, rng)


@misconception(
    "turns the first two axes, NumPy's default, so that channels become rows. Rows and columns are the last two of "
    "(C, H, W): np.rot90(img, rot90_k, axes=(1, 2))"
)
def rotates_channels(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    return noisy(middle(np.rot90(flip(img, flip_h), rot90_k), zoom), noise_std, rng)


@misconception(
    "swaps rows and columns for each quarter turn. A transposition has the right shape, but it is a reflection in the "
    "diagonal: a rotation also reverses one of the two axes"
)
def transpose_only(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    img = flip(img, flip_h)
    return noisy(middle(img.swapaxes(1, 2) if rot90_k % 2 else img, zoom), noise_std, rng)


@misconception(
    "rotates first and flips the result. After an odd number of turns that mirrors what had been top and bottom; here "
    "the flip comes first. The order does not matter for an even number of turns"
)
def rotate_then_flip(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    return noisy(middle(flip(turn(img, rot90_k), flip_h), zoom), noise_std, rng)


@misconception(
    "does not clip after the noise, which carries bright pixels above 1 and dark ones below 0, values that no image "
    "has. Clipping before the noise is no help; where no pixel comes near 0 or 1 the two agree"
)
def no_clip(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    img = changed(img, flip_h, rot90_k, zoom)
    return img + rng.normal(0, noise_std, img.shape).astype(img.dtype)


@misconception(
    "draws one noise image and adds it to every channel, so only the brightness varies and all noise is grey. Every "
    "element gets a number of its own; the two agree for a single channel"
)
def same_noise_in_all_channels(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    img = changed(img, flip_h, rot90_k, zoom)
    return np.clip(img + rng.normal(0, noise_std, img.shape[1:]).astype(img.dtype), 0, 1)


@misconception(
    "takes noise_std for the variance and draws with its square root, which is larger for any number below 1. "
    "rng.normal takes the standard deviation itself"
)
def std_is_variance(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    return noisy(changed(img, flip_h, rot90_k, zoom), math.sqrt(noise_std), rng)


@misconception(
    "returns the enlarged image whole. Every image of a batch needs the same size, so only the middle is kept, as many "
    "rows and columns as before; without a zoom the two agree"
)
def no_crop(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    return noisy(enlarge(turn(flip(img, flip_h), rot90_k), zoom), noise_std, rng)


@misconception(
    "keeps the upper left corner of the enlarged image. The middle is kept: of H rows those from (zoom - 1) * H // 2 on"
)
def keeps_the_corner(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    img = turn(flip(img, flip_h), rot90_k)
    return noisy(crop(enlarge(img, zoom), *img.shape[1:], 0, 0), noise_std, rng)


@misconception(
    "lays copies of the whole image side by side, as np.tile does. To enlarge it, repeat every pixel: "
    "img.repeat(zoom, axis=1).repeat(zoom, axis=2)"
)
def tiles(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    img = turn(flip(img, flip_h), rot90_k)
    h, w = img.shape[1:]
    tiled = np.tile(img, (1, zoom, zoom))
    return noisy(crop(tiled, h, w, (zoom - 1) * h // 2, (zoom - 1) * w // 2), noise_std, rng)


@misconception(
    "adds the noise before it enlarges the image, so that whole squares of pixels get the same noise. The noise comes "
    "after the zoom, for every pixel its own; without a zoom the two agree"
)
def noise_before_zoom(img, flip_h, rot90_k, noise_std, rng, zoom=1):
    return middle(noisy(turn(flip(img, flip_h), rot90_k), noise_std, rng), zoom)
