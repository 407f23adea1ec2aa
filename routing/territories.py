"""Clusters places into compact territories of about equal work, stable from one day to the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from routing.geodesic import earth_points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Centre = tuple[float, float] | None

ROUNDS = 150
"""Rounds of a new division; one that goes on from yesterday's centres settles in fewer."""

ROUNDS_FROM_BEFORE = 50

COMPARISONS = 300_000_000
"""Comparisons of a place with a centre after which a large division ends (about a second)."""

FEWEST_ROUNDS = 20

STRENGTH, SLOWING = 0.5, 30.0
"""How fast prices follow the work carried, and after how many rounds they do so half as fast."""

HOLD = 2.0
"""How strongly a centre stays where it was, in shares of work: streets known are worth keeping."""

BLOCK = 250_000
"""Multiplications at once. It bounds the memory, stays in the cache, and keeps the product on one
core: threads that wait for a second core, while other work has it, cost a hundred times more."""


def territories(
    latitudes: Sequence[float],
    longitudes: Sequence[float],
    work: Sequence[float],
    count: int,
    *,
    seed: int = 1,
    previous: Sequence[Centre] | None = None,
    shares: Sequence[float] | None = None,
) -> Integers:
    """The territory (0 to count - 1) of each place, as (n,).

    `work` is what a visit is expected to take, in any one unit; `shares` what part of it each
    territory is to carry (all the same when left out). `previous` are the (lat, lon) centres of
    an earlier division, at most one for each label and None for a new label: label i then stays
    about centre i. Without it territories are numbered from west to east. The same input and seed
    give the same answer. ValueError for a count below 1, for lists of unequal length, and for
    values that are not finite or below nought.
    """
    points = earth_points(latitudes, longitudes)
    loads = np.asarray(work, dtype=np.float64)
    _require(count >= 1, "count must be at least 1")
    wanted = None if shares is None else np.asarray(shares, dtype=np.float64)
    if previous is None:
        labels = cluster(points, loads, count, seed=seed, shares=wanted)
        if wanted is not None:
            return labels
        return _numbered(labels, np.asarray(longitudes, dtype=np.float64), count)
    _require(len(previous) <= count, "there are more centres than territories")
    before = [*previous, *(None for _ in range(count - len(previous)))]
    start = _begun(points, before, np.random.default_rng(seed))
    return cluster(points, loads, count, seed=seed, start=start, shares=wanted)


def centres_of(
    latitudes: Sequence[float],
    longitudes: Sequence[float],
    work: Sequence[float],
    labels: Integers,
    count: int,
) -> list[Centre]:
    """The centre of gravity (lat, lon) of each territory; None for one without a place."""
    weights = np.asarray(work, dtype=np.float64) + 1e-9
    mass = np.bincount(labels, weights=weights, minlength=count)
    sums = [
        np.bincount(labels, weights=weights * np.asarray(axis, dtype=np.float64), minlength=count)
        for axis in (latitudes, longitudes)
    ]
    return [
        (float(sums[0][one] / mass[one]), float(sums[1][one] / mass[one])) if mass[one] else None
        for one in range(count)
    ]


def day_territories(
    latitudes: Sequence[float],
    longitudes: Sequence[float],
    work: Sequence[float],
    weeks: Integers,
    days: int,
    *,
    seed: int = 1,
) -> Integers:
    """The day (0 to days - 1) of each place, as (n,): each week territory cut into compact days.

    `weeks` are the labels that `territories` gave for the whole horizon. Inside each of them the
    days carry about equal work and are numbered from west to east.
    """
    _require(days >= 1, "days must be at least 1")
    found = np.zeros(len(weeks), dtype=np.int64)
    columns = [np.asarray(one, dtype=np.float64) for one in (latitudes, longitudes, work)]
    for one in np.unique(weeks).tolist():
        rows = np.flatnonzero(weeks == one)
        lat, lon, load = (column[rows].tolist() for column in columns)
        found[rows] = territories(lat, lon, load, days, seed=seed)
    return found


def cluster(
    points: Floats,
    work: Floats,
    count: int,
    *,
    seed: int = 1,
    start: Floats | None = None,
    shares: Floats | None = None,
) -> Integers:
    """Labels (n,) of points (n, d) in metres: k-means whose heavy clusters repel.

    Each cluster's squared distances are multiplied by a price that rises while it carries more
    than its share of the work, which moves the borders and keeps the clusters compact. With
    `start` (count, d) the clusters begin there and stay near it.
    """
    _require(count >= 1, "count must be at least 1")
    _require(len(points) == len(work), "every place needs its work")
    _require(bool(np.isfinite(work).all() and (work >= 0).all()), "work must be 0 or more")
    if len(points) == 0 or count == 1:
        return np.zeros(len(points), dtype=np.int64)
    middle = points.mean(axis=0)
    near = points - middle
    if start is None:
        centres = _seeded(near, min(count, len(points)), np.random.default_rng(seed))
    else:
        centres = start - middle
    parts = _parts(shares, count)[: len(centres)]
    return _settled(near, work, centres, parts / parts.sum(), hold=0.0 if start is None else HOLD)


def _settled(points: Floats, work: Floats, start: Floats, parts: Floats, hold: float) -> Integers:
    """The best of all rounds: compact, and no cluster far above its part of the work."""
    centres, price = start.copy(), np.ones(len(start))
    target = np.maximum(parts * float(work.sum()), 1e-9)
    best, best_score = np.zeros(len(points), dtype=np.int64), np.inf
    for turn in range(_rounds(len(points) * len(start), bool(hold))):
        labels, gaps = _nearest(points, centres, price)
        carried = np.bincount(labels, weights=work, minlength=len(centres))
        score = (float(gaps @ work) + 1e-9) * float((carried / target).max()) ** 2
        if score < best_score:
            best, best_score = labels, score
        centres = _moved(points, work, labels, centres, start, hold * target)
        price *= np.maximum(carried / target, 0.1) ** (STRENGTH / (1 + turn / SLOWING))
        price /= price.mean()
    return best


def _rounds(comparisons: int, goes_on: bool) -> int:
    most = ROUNDS_FROM_BEFORE if goes_on else ROUNDS
    return min(most, max(FEWEST_ROUNDS, COMPARISONS // max(1, comparisons)))


def _nearest(points: Floats, centres: Floats, price: Floats) -> tuple[Integers, Floats]:
    """The cheapest centre of each point and the square of its distance, block by block."""
    labels = np.empty(len(points), dtype=np.int64)
    gaps = np.empty(len(points))
    # price (|p|² - 2 p·c + |c|²) is one matrix product instead of a cube of differences.
    rows = np.column_stack([points, (points**2).sum(axis=1), np.ones(len(points))])
    columns = np.vstack([-2.0 * centres.T, np.ones(len(centres)), (centres**2).sum(axis=1)]) * price
    step = max(1, BLOCK // columns.size)
    for at in range(0, len(points), step):
        squares = rows[at : at + step] @ columns
        found = np.argmin(squares, axis=1)
        labels[at : at + step] = found
        gaps[at : at + step] = squares[np.arange(len(squares)), found] / price[found]
    return labels, np.maximum(gaps, 0.0)


def _seeded(points: Floats, count: int, rng: np.random.Generator) -> Floats:
    """k-means++: each next centre is likelier the farther it lies from those chosen."""
    chosen = points[[int(rng.integers(len(points)))]]
    return np.concatenate([chosen, _added(points, chosen, count - 1, rng)])


def _added(points: Floats, chosen: Floats, count: int, rng: np.random.Generator) -> Floats:
    """So many further centres, far from those chosen."""
    one = np.ones(len(chosen))
    gaps = _nearest(points, chosen, one)[1]
    found: list[int] = []
    while len(found) < count:
        total = float(gaps.sum())
        # All places stand where a centre is already: any of them will do.
        pick = (
            int(np.searchsorted(np.cumsum(gaps), rng.random() * total))
            if total > 0
            else int(rng.integers(len(points)))
        )
        found.append(min(pick, len(points) - 1))
        gaps = np.minimum(gaps, ((points - points[found[-1]]) ** 2).sum(axis=1))
    return points[found].copy()


def _begun(points: Floats, before: Sequence[Centre], rng: np.random.Generator) -> Floats:
    """Where each label begins: where it was, or far from the others for a new one."""
    start = np.zeros((len(before), 3))
    known = [at for at, centre in enumerate(before) if centre is not None]
    new = [at for at, centre in enumerate(before) if centre is None]
    given = [centre for centre in before if centre is not None]
    _require(bool(np.isfinite(given).all()), "a centre is not finite")
    if given:
        start[known] = earth_points([lat for lat, _ in given], [lon for _, lon in given])
    if new and len(points):
        rest = _added(points, start[known], len(new), rng) if known else None
        start[new] = _seeded(points, len(new), rng) if rest is None else rest
    return start


def _moved(
    points: Floats, work: Floats, labels: Integers, centres: Floats, start: Floats, held: Floats
) -> Floats:
    """The centres of gravity, each pulled back to its start; an empty cluster stays."""
    weights = work + 1e-9
    mass = np.bincount(labels, weights=weights, minlength=len(centres)) + held
    moved = centres.copy()
    full = mass > 0
    for axis in range(points.shape[1]):
        sums = np.bincount(labels, weights=weights * points[:, axis], minlength=len(centres))
        moved[full, axis] = (sums + held * start[:, axis])[full] / mass[full]
    return moved


def _parts(shares: Floats | None, count: int) -> Floats:
    if shares is None:
        return np.ones(count)
    _require(shares.shape == (count,), "every territory needs its share")
    _require(bool(np.isfinite(shares).all() and (shares > 0).all()), "shares must be above 0")
    return shares


def _numbered(labels: Integers, west: Floats, count: int) -> Integers:
    if len(labels) == 0:
        return labels
    sizes = np.bincount(labels, minlength=count)
    sums = np.bincount(labels, weights=west, minlength=count)
    middles = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(middles, kind="stable")] = np.arange(count)
    numbered: Integers = rank[labels]
    return numbered


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
