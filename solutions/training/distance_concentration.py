"""The curse of dimensionality: in many dimensions the nearest and the farthest point are about equally far away."""

import numpy as np


def distance_concentration(points: np.ndarray, query: np.ndarray, metric: str = "euclidean") -> float:
    """Return the relative contrast of the distances from ``query`` to ``points``: (farthest - nearest) / nearest.

    "Nearest neighbour" means something only if the others are clearly farther away. With random points the contrast
    fades as the dimension grows, and whatever relies on distances fades with it. Deep networks are not immune to
    this; they get around it where the data lies near something of far lower dimension, which they learn to find.

    Parameters
    ----------
    points : ndarray of shape (N, D)
        N points, at least one.
    query : ndarray of shape (D,)
        Where the distances are measured from.
    metric : {"euclidean", "manhattan", "cosine"}
        How a distance is measured. For "cosine" neither the query nor any point is the zero vector. Other names are
        left open.

    Returns
    -------
    float
        The contrast, at least 0; 0 where all points are equally far away, as a single one is. It is ``inf`` where the
        nearest point lies at the query itself (distance 0) and another one does not. A NumPy scalar will do as well.

    Notes
    -----
    With one distance d per point p, from the query q::

        euclidean   d = sqrt(sum((p - q)**2))
        manhattan   d = sum(|p - q|)
        cosine      d = 1 - p @ q / (norm(p) * norm(q))

        contrast = (max(d) - min(d)) / min(d)

    The points may be far from the origin and near the query: subtract before squaring, since the expanded square
    ``|p|**2 + |q|**2 - 2 * p @ q`` loses its digits there. Euclidean and Manhattan distances are those of
    ``torch.cdist`` with p = 2 and p = 1. That the contrast goes to 0 with growing dimension was shown by Beyer et al.
    (1999) for data with independent components.

    Examples
    --------
    The distances from the origin are 5 and 10: the farther one is 100% farther away.

    >>> points = np.array([[3.0, 4.0], [6.0, 8.0]])
    >>> float(distance_concentration(points, np.zeros(2), "euclidean"))
    1.0

    >>> rng = np.random.default_rng(0)
    >>> for d in 2, 10, 100, 1000:
    ...     print(d, round(float(distance_concentration(rng.random((500, d)), rng.random(d))), 1))
    2 40.7
    10 4.7
    100 0.4
    1000 0.1
    """
    ### BEGIN SOLUTION
    if metric == "euclidean":
        d = np.sqrt(((points - query) ** 2).sum(axis=1))
    elif metric == "manhattan":
        d = np.abs(points - query).sum(axis=1)
    else:
        d = 1 - points @ query / (np.linalg.norm(points, axis=1) * np.linalg.norm(query))
    nearest, farthest = float(d.min()), float(d.max())
    if farthest == nearest:
        return 0.0
    return (farthest - nearest) / nearest if nearest > 0 else float("inf")
    ### END SOLUTION
