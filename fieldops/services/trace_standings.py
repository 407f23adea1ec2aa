"""What is believed of everybody at many dates: page by page, replayed once for each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import Person
from fieldops.services import households, observed, scoped
from fieldops.services.organisations import zone_of
from fieldops.services.trace_model import MODEL

MOST_DATES = 200


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """One person: his addresses at every date, and his disposed assets as of the last of them."""

    person_id: UUID
    model_version: str
    beliefs: Sequence[trace.Standing]
    assets: Sequence[trace.AssetScore]


def standings(
    session: Session,
    actor: Actor,
    *,
    as_of: Sequence[datetime],
    after: UUID | None,
    limit: int,
    now: datetime,
) -> tuple[Sequence[PersonStanding], UUID | None]:
    """One page of persons in order of id, each as he was shown at these dates.

    Raises InvalidInput for a date to come.
    """
    if max(as_of) > now:
        raise InvalidInput(faults=[FieldFault("as_of", "lies in the future", "name past dates")])
    query = scoped.own(Person, actor)
    people, following = scoped.page(session, query, Person, after=after, limit=limit)
    known = observed.of_people(session, [one.id for one in people])
    zone = zone_of(session, actor.organisation_id)
    return [
        _standing(session, _Known(one.id, known.get(one.id, ()), zone), as_of) for one in people
    ], following


@dataclass(frozen=True, slots=True)
class _Known:
    """All that was ever recorded of a person."""

    person_id: UUID
    rows: observed.Rows
    zone: ZoneInfo

    def at(self, date: datetime) -> list[trace.Observation]:
        """What stood at a date."""
        return observed.as_read(self.person_id, self.rows, date, self.zone)


def _standing(session: Session, known: _Known, as_of: Sequence[datetime]) -> PersonStanding:
    last = max(as_of)
    told = known.at(last)
    seen = households.with_links(session, known.person_id, told, last)
    cases = trace.asset_cases(seen, last).values()
    return PersonStanding(
        known.person_id,
        MODEL.version,
        list(_beliefs(known, told, as_of)),
        [trace.score(MODEL.assets, case) for case in cases if case.disposal is not None],
    )


def _beliefs(
    known: _Known, told: Sequence[trace.Observation], as_of: Sequence[datetime]
) -> Iterable[trace.Standing]:
    """What was withdrawn later still stood at an earlier date, so then each date is read anew."""
    if not any(row.withdrawn_at for row in known.rows):
        yield from trace.replay_at(MODEL.residence, told, as_of)
        return
    for date in as_of:
        yield from trace.replay_at(MODEL.residence, known.at(date), [date])
