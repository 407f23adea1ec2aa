"""How sure the figures are: percentile intervals over persons drawn again (Efron 1979).

Persons are independent in a world, their dates are not; so whole persons are drawn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldops.drills.scoring.noticing import Noticed
from fieldops.drills.scoring.probabilities import BINS, bin_of
from fieldops.drills.scoring.reading import Booleans, Floats

DRAWS = 400
LEVEL = 0.95
_SEED = 20_240_101


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where a figure lies with 95 % confidence."""

    low: float
    high: float


def weights(persons: int) -> NDArray[np.int64]:
    """How often each person is drawn, by draw and person; the same every time."""
    chance = np.random.default_rng(_SEED)
    return chance.multinomial(persons, np.full(persons, 1 / persons), size=DRAWS)


def brier(drawn: NDArray[np.int64], true: Booleans, said: Floats) -> Interval:
    """Of the Brier score."""
    return _interval(drawn @ ((said - true) ** 2).mean(axis=1) / drawn.sum(axis=1))


def ece(drawn: NDArray[np.int64], true: Booleans, said: Floats) -> Interval:
    """Of the calibration error."""
    which = bin_of(said)
    gaps = np.zeros((len(true), BINS))
    for number in range(BINS):
        inside = which == number
        gaps[:, number] = ((said - true) * inside).sum(axis=1)
    total = drawn.sum(axis=1) * true.shape[1]
    return _interval(np.abs(drawn @ gaps).sum(axis=1) / total)


def share(drawn: NDArray[np.int64], noticed: Noticed) -> Interval | None:
    """Of the share of moves noticed in time, at the threshold of the whole; None without any."""
    persons = drawn.shape[1]
    moves, hits = np.zeros(persons), np.zeros(persons)
    for one in noticed.moves:
        moves[one.person] += 1
        hits[one.person] += one.delay is not None
    counted = drawn @ moves
    return _interval((drawn @ hits)[counted > 0] / counted[counted > 0])


def false_alarms(drawn: NDArray[np.int64], noticed: Noticed) -> Interval | None:
    """Of the false alarms per person and year, at the same threshold."""
    years = drawn @ noticed.calm_years
    return _interval((drawn @ noticed.false)[years > 0] / years[years > 0])


def median_delay(drawn: NDArray[np.int64], noticed: Noticed) -> Interval | None:
    """Of the median delay in weeks."""
    timely = [(one.person, one.delay) for one in noticed.moves if one.delay is not None]
    if not timely:
        return None
    people = np.array([person for person, _ in timely])
    delays = np.array([delay for _, delay in timely])
    found = [np.median(np.repeat(delays, row[people])) for row in drawn if row[people].any()]
    return _interval(np.array(found))


def _interval(found: Floats) -> Interval:
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
