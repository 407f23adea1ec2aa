"""How good probabilities are: Brier score, log loss, area under the curve, calibration.

The Brier score is Brier 1950; the calibration error takes ten bins of equal width, and its diagram
is that of DeGroot and Fienberg 1983.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fieldops.drills.scoring.reading import Booleans, Floats

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of the reliability diagram: how often it was said, on average how, and how true."""

    count: int
    said: float
    true: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Numbers over all persons and dates."""

    brier: float
    ece: float
    auc: float | None
    log_loss: float
    bins: tuple[Bin, ...]

    def to_json(self) -> dict[str, Any]:
        """As in the report."""
        return asdict(self)


def quality(true: Booleans, said: Floats) -> Quality:
    """Score probabilities against what was so."""
    y, p = true.ravel().astype(float), said.ravel()
    q = np.clip(p, 1e-6, 1 - 1e-6)
    bins = _bins(y, p)
    return Quality(
        brier=float(((p - y) ** 2).mean()),
        ece=sum(abs(one.said - one.true) * one.count for one in bins) / len(p),
        auc=auc(true.ravel(), p),
        log_loss=float(-(y * np.log(q) + (1 - y) * np.log(1 - q)).mean()),
        bins=bins,
    )


def auc(true: Booleans, said: Floats) -> float | None:
    """The chance that a true case was given more than a false one; ties count half."""
    ones = int(true.sum())
    zeros = len(true) - ones
    if not ones or not zeros:
        return None
    values, place, counts = np.unique(said, return_inverse=True, return_counts=True)
    del values
    last = np.cumsum(counts)
    rank = (last - (counts - 1) / 2)[place]
    return float((rank[true].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def bin_of(said: Floats) -> Any:
    """The bin of each probability, 0 to 9."""
    return np.clip((said * BINS).astype(int), 0, BINS - 1)


def _bins(y: Floats, p: Floats) -> tuple[Bin, ...]:
    which = bin_of(p)
    found = []
    for number in range(BINS):
        inside = which == number
        count = int(inside.sum())
        said = float(p[inside].mean()) if count else (number + 0.5) / BINS
        found.append(Bin(count, said, float(y[inside].mean()) if count else 0.0))
    return tuple(found)
