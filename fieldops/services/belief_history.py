"""How a belief came about: its course from the first word until now, and what each word moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Case
from fieldops.services import observed, organisations, scoped
from fieldops.services.trace_model import MODEL
from fieldops.services.trace_record import debtor_of

_EVEN_DATES = 60
_MOST_TURNS = 100
# A date at which something was learned is looked at just before and just after.
_BEFORE = timedelta(microseconds=1)
# How many words are thought away one after the other: those that weigh most.
_MOST_THOUGHT_AWAY = 40


@dataclass(frozen=True, slots=True)
class Moved:
    """One observation in the belief of now.

    `decibans` is what it adds to the odds of having moved, `share` how much of its table that is,
    and `without` the probability of having moved if it had never been recorded; None where it was
    not thought away.
    """

    observation: trace.Observation
    decibans: float
    share: float
    reason: str
    turn: int
    without: float | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A moment at which something became known or was withdrawn, and the belief around it."""

    at: datetime
    before: trace.Standing
    after: trace.Standing
    withdrawn: int


@dataclass(frozen=True, slots=True)
class History:
    """The belief about one address: its course, its turns, and the words it rests on today."""

    address: Address
    now: trace.Belief
    course: Sequence[trace.Standing]
    turns: Sequence[Turn]
    words: Sequence[Moved]

    @property
    def telling(self) -> Sequence[Moved]:
        """The words without which the belief of now would be most different, the first first."""
        weighed = [one for one in self.words if one.without is not None]
        return sorted(weighed, key=lambda one: -abs(self.now.p_moved - (one.without or 0.0)))[:3]


def histories(session: Session, case_id: UUID, *, actor: Actor, now: datetime) -> Sequence[History]:
    """The history of each address of the debtor in this case, the most spoken of first.

    Raises NotFound for another's case.
    """
    case = scoped.get(session, Case, case_id, actor)
    person_id = debtor_of(session, case)
    places = session.scalars(select(Address).where(Address.case_id == case.id)).all()
    rows = observed.of_person(session, person_id)
    known = _Known(person_id, rows, organisations.zone_of(session, case.organisation_id))
    told = known.at(now)
    believed = trace.believe(told, str(person_id), [str(one.id) for one in places], now, MODEL)
    standing = known.course(known.dates(case.created_at, now), {str(one.id) for one in places})
    found = [
        _history(known, told, place, believed[str(place.id)], standing.get(str(place.id), {}))
        for place in places
        if believed[str(place.id)].lines
    ]
    return sorted(found, key=lambda one: (-len(one.words), one.address.id))


class _Known:
    """All that was ever recorded of a person."""

    def __init__(self, person_id: UUID, rows: observed.Rows, zone: ZoneInfo) -> None:
        self._person_id, self._rows, self._zone = person_id, rows, zone

    @property
    def person(self) -> str:
        return str(self._person_id)

    def at(self, date: datetime) -> list[trace.Observation]:
        """What stood at a date."""
        return observed.as_read(self._person_id, self._rows, date, self._zone)

    def turns(self, now: datetime, address: str | None = None) -> list[tuple[datetime, int]]:
        """When something of a place became known or was withdrawn, and how much was withdrawn."""
        rows = [row for row in self._rows if row.address_id is not None]
        if address is not None:
            rows = [row for row in rows if str(row.address_id) == address]
        gone = [row.withdrawn_at for row in rows if row.withdrawn_at and row.withdrawn_at <= now]
        dates = {row.recorded_at for row in rows if row.recorded_at <= now} | {*gone}
        return [(one, gone.count(one)) for one in sorted(dates)[-_MOST_TURNS:]]

    def dates(self, start: datetime, now: datetime) -> list[datetime]:
        """Even dates from the start to now, and both sides of every turn."""
        turns = [at for at, _ in self.turns(now)]
        first = min([start, *turns, now - timedelta(hours=1)])
        step = (now - first) / _EVEN_DATES
        even = [first + step * number for number in range(_EVEN_DATES)]
        return sorted({*even, now, *turns, *(one - _BEFORE for one in turns)})

    def course(
        self, dates: Sequence[datetime], places: set[str]
    ) -> dict[str, dict[datetime, trace.Standing]]:
        """The belief about each place at each date, as it would have been shown then."""
        found: dict[str, dict[datetime, trace.Standing]] = {}
        # What was withdrawn later still stood before, so then each date is read anew.
        anew = any(row.withdrawn_at for row in self._rows)
        batches = [[one] for one in dates] if anew else [list(dates)]
        for batch in batches:
            for one in trace.replay_at(MODEL.residence, self.at(batch[-1]), batch):
                if one.address in places:
                    found.setdefault(one.address, {})[one.as_of] = one
        return found


def _history(
    known: _Known,
    told: Sequence[trace.Observation],
    address: Address,
    now: trace.Belief,
    course: dict[datetime, trace.Standing],
) -> History:
    unmoved = _prior(known.person, str(address.id), now.as_of)
    turns = [
        Turn(at, course.get(at - _BEFORE, unmoved), course.get(at, unmoved), gone)
        for at, gone in known.turns(now.as_of, str(address.id))
    ]
    numbers = {turn.at: number for number, turn in enumerate(turns, 1)}
    return History(
        address, now, [course[at] for at in sorted(course)], turns, _words(told, now, numbers)
    )


def _words(
    told: Sequence[trace.Observation], now: trace.Belief, numbers: dict[datetime, int]
) -> list[Moved]:
    heavy = sorted(now.lines, key=lambda line: -abs(line.decibans))[:_MOST_THOUGHT_AWAY]
    ids = {line.observation.id for line in heavy}
    found = []
    for line in now.lines:
        one = line.observation
        without = None
        if one.id in ids:
            others = [other for other in told if other.id != one.id]
            without = trace.believe(others, now.person, [now.address], now.as_of, MODEL)
        found.append(
            Moved(
                one, line.decibans, line.share, line.reason, numbers.get(one.recorded_at, 0),
                without[now.address].p_moved if without else None,
            )
        )  # fmt: skip
    return found


def _prior(person: str, address: str, at: datetime) -> trace.Standing:
    """What is held before anybody said anything of a place."""
    held = trace.believe([], person, [address], at, MODEL)[address]
    return trace.Standing(person, address, at, held.p_home, held.p_away, held.p_moved)
