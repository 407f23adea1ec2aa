"""Replay of many persons at many dates, each belief as it would have been shown at that date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from evidence.trace.model import ResidenceModel
from evidence.trace.observation import Observation
from evidence.trace.residence import Filter, Step, prepare, run

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """The three probabilities of one person at one address at one date."""

    person: str
    address: str
    as_of: datetime
    p_home: float
    p_away: float
    p_moved: float


def by_place(
    model: ResidenceModel, observations: Iterable[Observation]
) -> dict[Place, list[Observation]]:
    """Observations that speak of residence, by (person, address)."""
    found: defaultdict[Place, list[Observation]] = defaultdict(list)
    for o in observations:
        # A denial is of assets and people: residence has a contrary kind for each of its kinds.
        if o.denied or o.address is None:
            continue
        if model.emission(o.kind, o.source_class) is not None:
            found[o.person, o.address].append(o)
    return found


def once(observations: Iterable[Observation]) -> Iterator[Observation]:
    """Each id of a person once: the first recorded, whatever the order of upload.

    A second upload of the same observation is no second observation, and a later record under an
    old id must not rewrite what was shown before.
    """
    first: dict[tuple[str, str], Observation] = {}
    for o in observations:
        known = first.get((o.person, o.id))
        if known is None or (o != known and _precedence(o) < _precedence(known)):
            first[o.person, o.id] = o
    return iter(first.values())


def _precedence(o: Observation) -> tuple[datetime, str]:
    return o.recorded_at, repr(o)


def replay_at(
    model: ResidenceModel, observations: Iterable[Observation], dates: Sequence[datetime]
) -> Iterator[Standing]:
    """Beliefs of every place at every date, places in order of name, dates in the order given."""
    places = by_place(model, once(observations))
    for person, address in sorted(places):
        steps = prepare(model, places[person, address])
        for as_of, belief in zip(dates, _at_dates(model, steps, dates), strict=True):
            yield Standing(person, address, as_of, *belief)


def _at_dates(
    model: ResidenceModel, steps: Sequence[Step], dates: Sequence[datetime]
) -> list[tuple[float, float, float]]:
    """One filter is carried on from date to date; only a late upload makes it start anew.

    Both ways do the same operations in the same order, so the numbers agree to the last bit.
    """
    found: dict[int, tuple[float, float, float]] = {}
    arrivals = sorted(steps, key=lambda step: step.observation.recorded_at)
    state, last, taken = Filter(model), (float("-inf"), ""), 0
    for index in sorted(range(len(dates)), key=lambda i: dates[i]):
        upto = taken
        while upto < len(arrivals) and arrivals[upto].observation.recorded_at <= dates[index]:
            upto += 1
        fresh = sorted(arrivals[taken:upto], key=lambda step: step.order)
        if fresh and fresh[0].order < last:
            state, _ = run(model, sorted(arrivals[:upto], key=lambda step: step.order))
            last = max(last, fresh[-1].order)
        elif fresh:
            for step in fresh:
                state.advance(step)
            last = fresh[-1].order
        taken = upto
        found[index] = state.at_date(dates[index].timestamp() / 86400.0)
    return [found[index] for index in range(len(dates))]
