import math

import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(points, query, metric):
    import torch

    if metric == "cosine":
        d = 1 - torch.nn.functional.cosine_similarity(points, query[None], dim=1, eps=0.0)
    else:
        p = {"euclidean": 2.0, "manhattan": 1.0}[metric]
        d = torch.cdist(points, query[None], p=p, compute_mode="donot_use_mm_for_euclid_dist")
    return (d.max() - d.min()) / d.min()


each_metric = parametrize("metric", ["euclidean", "manhattan", "cosine"])


def draw(rng, n, d):
    """Draw points and a query; their lengths are not 1."""
    return 2 * rng.normal(size=(n, d)), 3 * rng.normal(size=d)


@each_metric
def test_agrees_with_torch(student, rng, metric):
    """Agrees with distances from torch, for all three metrics."""
    points, query = draw(rng, *rng.permutation([4, 5, 6, 7, 8])[:2])
    assert_close(student.distance_concentration(points, query, metric), expected(points, query, metric))


def test_by_hand(student, rng):
    """Gives the contrast of distances that are easy to see."""
    shift = rng.integers(-9, 10, size=2)
    points = np.array([[4.0, 2.0], [1.0, -4.0], [7.0, 6.0]]) + shift
    query = np.array([1.0, -2.0]) + shift
    assert_close(student.distance_concentration(points, query, "euclidean"), 4.0)  # distances 5, 2, 10
    assert_close(student.distance_concentration(points, query, "manhattan"), 6.0)  # distances 7, 2, 14


def test_cosine_ignores_length(student, rng):
    """Measures cosine distances by the direction only, however long the vectors are."""
    lengths = rng.uniform(0.1, 20.0, size=(4, 1))
    *points, query = np.array([[0.0, 1.0], [-1.0, 0.0], [1.0, 1.0], [1.0, 0.0]]) * lengths
    contrast = (2 - (1 - math.sqrt(0.5))) / (1 - math.sqrt(0.5))  # distances 1, 2, 1 - cos(45 degrees)
    assert_close(student.distance_concentration(np.array(points), query, "cosine"), contrast)


@parametrize("d", [2, 10, 100, 1000])
def test_dimensions(student, rng, d):
    """Sees the contrast of random points fade from 2 to 1000 dimensions."""
    points, query = rng.uniform(size=(100, d)), rng.uniform(size=d)
    assert_close(student.distance_concentration(points, query, "euclidean"), expected(points, query, "euclidean"))


@parametrize("metric", ["euclidean", "manhattan"])
def test_nearest_at_query(student, rng, metric):
    """Returns inf when one of the points is the query itself."""
    points = rng.normal(size=(6, 3))
    assert_close(student.distance_concentration(points, points[4].copy(), metric), np.inf)


@parametrize("metric", ["euclidean", "manhattan"])
def test_far_from_the_origin(student, rng, metric):
    """Measures from the query, however far away from the origin it is."""
    points, query = (1e8 + rng.integers(-2048, 2048, size=size) / 1024 for size in ((6, 3), 3))
    assert_close(student.distance_concentration(points, query, metric), expected(points, query, metric))


@each_metric
def test_few_points(student, rng, metric):
    """Gives 0 for a single point and works for two."""
    points, query = draw(rng, 2, 5)
    assert_close(student.distance_concentration(points[:1], query, metric), 0.0)
    assert_close(student.distance_concentration(points, query, metric), expected(points, query, metric))
    if metric != "cosine":
        assert_close(student.distance_concentration(query[None].copy(), query, metric), 0.0)


@parametrize("metric", ["euclidean", "manhattan"])
def test_one_dimension(student, rng, metric):
    """Works in one dimension."""
    query = rng.integers(-9, 10, size=1) / 2
    points = query + np.array([[2.5], [-4.0], [9.5]])
    assert_close(student.distance_concentration(points, query, metric), 2.8)


@each_metric
def test_float32(student, rng, metric):
    """Accepts float32."""
    # in a few dimensions the smallest cosine distance may be little more than rounding
    points, query = (a.astype(np.float32) for a in draw(rng, 8, 20))
    assert_close(student.distance_concentration(points, query, metric), expected(points, query, metric), rtol=1e-4)


@contract(expected, "integers", "views", "pure", defaults={"metric": "euclidean"})
@each_metric
def distance_concentration(rng, metric):
    size = rng.uniform(0.5, 2.0, size=(7, 8)) * rng.choice([-1.0, 1.0], size=(7, 8))  # no zeros, not even rounded
    return size[1:], size[0], metric


def distances(points, query, metric):
    if metric == "euclidean":
        return np.sqrt(((points - query) ** 2).sum(axis=1))
    if metric == "manhattan":
        return np.abs(points - query).sum(axis=1)
    return 1 - points @ query / (np.linalg.norm(points, axis=1) * np.linalg.norm(query))


def contrast(d):
    if d.min() == d.max():
        return 0.0
    return (d.max() - d.min()) / d.min() if d.min() > 0 else np.inf


@misconception(
    "computes Euclidean distances by expanding the square, |p|**2 + |q|**2 - 2 * p @ q. Far from the origin these are "
    "large numbers whose small difference has lost its digits, or is negative and has no root: subtract first, then "
    "square"
)
def expanded_square(points, query, metric="euclidean"):
    if metric != "euclidean":
        return contrast(distances(points, query, metric))
    with np.errstate(all="ignore"):
        return contrast(np.sqrt((points**2).sum(axis=1) + (query**2).sum() - 2 * points @ query))


@misconception(
    "takes the squared Euclidean distances: the root is missing. The order of the points is the same, but not their "
    "contrast: a point twice as far away would count as four times as far"
)
def squared_distance(points, query, metric="euclidean"):
    return contrast(distances(points, query, metric) ** (2 if metric == "euclidean" else 1))


@misconception(
    "divides the standard deviation of the distances by their mean. That goes to 0 with growing dimension too, but it "
    "is the coefficient of variation; the contrast compares the farthest with the nearest point"
)
def variance_not_contrast(points, query, metric="euclidean"):
    d = distances(points, query, metric)
    return d.std() / d.mean()


@misconception(
    "divides by the largest distance, so the answer never exceeds 1; the contrast is measured against the nearest "
    "point and has no upper limit. As c / (1 + c) it can be computed from the contrast c"
)
def divide_by_max(points, query, metric="euclidean"):
    d = distances(points, query, metric)
    return (d.max() - d.min()) / d.max()


@misconception(
    "takes 1 - p @ q for the cosine distance, without dividing by the lengths of p and q. The two agree for vectors of "
    "length 1 only; for others the result can even be negative"
)
def cosine_as_one_minus_dot(points, query, metric="euclidean"):
    d = 1 - points @ query if metric == "cosine" else distances(points, query, metric)
    return (d.max() - d.min()) / d.min()


@misconception(
    "compares cosine similarities; the distance is 1 minus the similarity, which is 0 for vectors of the same "
    "direction and 2 for opposite ones"
)
def cosine_similarity(points, query, metric="euclidean"):
    d = distances(points, query, metric)
    d = 1 - d if metric == "cosine" else d
    return (d.max() - d.min()) / d.min()


@misconception(
    "adds a small number to the nearest distance to avoid a division by 0. Here the contrast is inf when the query is "
    "one of the points: nothing is as near as that, and a huge but arbitrary number hides it"
)
def eps_in_denominator(points, query, metric="euclidean"):
    d = distances(points, query, metric)
    return (d.max() - d.min()) / (d.min() + 1e-12)


@misconception(
    "returns the ratio of the farthest to the nearest distance. The contrast is that ratio minus 1, so it goes to 0, "
    "not to 1, when all points are equally far away"
)
def ratio_not_contrast(points, query, metric="euclidean"):
    return 1 + contrast(distances(points, query, metric))
