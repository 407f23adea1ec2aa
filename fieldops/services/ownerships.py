"""What a case's debtor held and to whom it went, as of a day and as known at a time, with hints.

Read anew off the observations each time: nothing of it is stored, so nothing of it can be edited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.permissions import Actor
from fieldops.models import Case
from fieldops.services import households, observation_values, observed, organisations, scoped
from fieldops.services.trace_record import debtor_of, past


@dataclass(frozen=True, slots=True)
class Named:
    """Whom an observation names as a counterparty, masked to the reader's need, and how close.

    `relation` is what is stated, else what a hint that weighs enough points to.
    """

    names: Mapping[str, str]
    relation: str
    is_hinted: bool


@dataclass(frozen=True, slots=True)
class OwnershipRecord:
    """Holdings that stood on `as_of` (all if None) and transfers up to then, as known then.

    `named` has whom the observations name, by their ids.
    """

    case_id: UUID
    person_id: UUID
    as_of: date | None
    known_at: datetime
    holdings: Sequence[trace.Holding]
    transfers: Sequence[trace.Transfer]
    hints: Sequence[trace.Hint]
    named: Mapping[str, Named]
    # All that was known then, in the form in which it is compared and never shown.
    seen: Sequence[trace.Observation]


def ownership_of(
    session: Session,
    case_id: UUID,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> OwnershipRecord:
    """The record of a case's debtor; raises NotFound, InvalidInput for a `known_at` to come."""
    case = scoped.get(session, Case, case_id, actor)
    at = past(known_at, "known_at", now)
    person_id = debtor_of(session, case)
    rows = observed.of_person(session, person_id)
    zone = organisations.zone_of(session, case.organisation_id)
    seen = observed.as_read(person_id, rows, at, zone)
    found = trace.ownership(seen)
    hints = trace.hints(seen, households.members(session, person_id, at))
    values = {str(row.id): row.values for row in rows if row.values}
    return OwnershipRecord(
        case_id=case.id,
        person_id=person_id,
        as_of=as_of,
        known_at=at,
        holdings=found.holdings if as_of is None else found.held_on(as_of),
        transfers=[one for one in found.transfers if as_of is None or one.on <= as_of],
        hints=hints,
        named=_named(found, hints, values, actor),
        seen=seen,
    )


def _named(
    found: trace.Ownership,
    hints: Sequence[trace.Hint],
    values: Mapping[str, Mapping[str, str]],
    actor: Actor,
) -> dict[str, Named]:
    hinted = {hint.about.id: hint for hint in hints if hint.kind == "relative" and hint.feeds}
    stated = {one: transfer.relation for transfer in found.transfers for one in transfer.shown_by}
    named = {}
    for one in {*stated, *(hint.about.id for hint in hints)}:
        relation, hint = stated.get(one, ""), hinted.get(one)
        is_hinted = hint is not None and relation in ("", "related", "unknown")
        if is_hinted and hint is not None:
            relation = "affiliate" if "company_of_household" in hint.shown else "kin"
        shown = observation_values.shown(values.get(one, {}), actor)
        named[one] = Named(shown, relation, is_hinted)
    return named
