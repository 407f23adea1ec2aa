"""Overrides as rulings look at them: those of some cases that stand and let nobody through yet."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from fieldops.domain.rulebook import proposal as rules
from fieldops.domain.rulebook.records import Overridden
from fieldops.domain.rulebook.vocabulary import Channel, Lift
from fieldops.domain.visiting import VisitState
from fieldops.models import Case, Party, RuleOverride, Visit
from fieldops.services.parts import in_parts
from fieldops.services.same_people import Same


class Word(NamedTuple):
    """One override with the person it is about, and whether any visit may still use it."""

    row: RuleOverride
    person_id: UUID
    is_free: bool


@dataclass(frozen=True, slots=True)
class Words:
    """The overrides of some cases."""

    by_case: Mapping[UUID, Sequence[Word]] = field(default_factory=dict)

    def bearing_on(
        self, case_id: UUID, debtor_id: UUID, same: Same, visit_id: UUID | None
    ) -> tuple[rules.Override, ...]:
        """Those that a contact about this case may use: nobody's yet, or this visit's own."""
        return tuple(
            _override(one, debtor_id, same)
            for one in self.by_case.get(case_id, ())
            if one.is_free or (visit_id is not None and one.row.visit_id == visit_id)
        )


def words_on(session: Session, organisation_id: UUID, cases: Iterable[UUID]) -> Words:
    """Read the overrides of these cases; what was revoked bears its end."""
    found: dict[UUID, list[Word]] = defaultdict(list)
    for part in in_parts(cases):
        for row, person_id, is_free in session.execute(_query(organisation_id, part)):
            found[row.case_id].append(Word(row, person_id, bool(is_free)))
    return Words(found)


def mark_used(
    session: Session,
    overridden: Collection[Overridden],
    *,
    now: datetime,
    visit_id: UUID | None = None,
    contact_id: UUID | None = None,
) -> None:
    """Note which contact an override let through, so that it lets no second one through."""
    for one in overridden:
        row = session.get_one(RuleOverride, UUID(one.override))
        if row.visit_id != visit_id or row.contact_id != contact_id or row.used_at is None:
            row.visit_id, row.contact_id, row.used_at = visit_id, contact_id, now
    session.flush()


def may_be_visited() -> ColumnElement[bool]:
    """Whether a case is planned: it is open, or it rests and an override waits to be used."""
    waits = select(RuleOverride.id).where(
        RuleOverride.case_id == Case.id,
        RuleOverride.channel == Channel.VISIT.value,
        RuleOverride.revoked_at.is_(None),
        _is_free(),
    )
    return or_(Case.state == "open", and_(Case.state == "held", waits.exists()))


def _query(organisation_id: UUID, cases: list[UUID]) -> Select[RuleOverride, UUID, bool]:
    # Rows that the session already knows are read anew: a revocation works at once.
    return (
        select(RuleOverride, Party.person_id, _is_free())
        .join(Party, RuleOverride.party_id == Party.id)
        .where(RuleOverride.organisation_id == organisation_id, RuleOverride.case_id.in_(cases))
        .order_by(RuleOverride.id)
        .execution_options(populate_existing=True)
    )


def _is_free() -> ColumnElement[bool]:
    # A visit that was called off before anybody stood at the door used nothing.
    unused = exists().where(
        Visit.id == RuleOverride.visit_id,
        Visit.state == VisitState.CANCELLED.value,
        Visit.arrived_at.is_(None),
    )
    return RuleOverride.contact_id.is_(None) & or_(RuleOverride.visit_id.is_(None), unused)


def _override(one: Word, debtor_id: UUID, same: Same) -> rules.Override:
    row = one.row
    # Nobody's word works before it was spoken, however early a phone says that it arrived.
    start = max(row.starts_at, row.placed_at)
    end = row.ends_at if row.revoked_at is None else min(row.ends_at, row.revoked_at)
    return rules.Override(
        id=str(row.id),
        rule=row.rule,
        office=Lift(row.office),
        debtor=str(same.of(debtor_id)),
        party=str(same.of(one.person_id)),
        debt=str(row.case_id),
        channel=Channel(row.channel),
        start=start,
        until=end,
    )
