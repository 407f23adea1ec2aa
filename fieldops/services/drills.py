"""Reports of drills: filed once, listed, and read; the cases they point to are made up."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Case, Drill
from fieldops.services import scoped


def file(
    session: Session, name: str, report: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Drill:
    """Keep a report whose form was checked; the same report again is the one that is there.

    Raises Forbidden, and InvalidInput for a blank name.
    """
    if not actor.may(Permission.FILE_DRILLS):
        raise Forbidden(Permission.FILE_DRILLS.value)
    if not name.strip():
        raise InvalidInput(faults=[FieldFault("name", "is empty", "say which drill it was")])
    text = json.dumps(report, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    query = scoped.own(Drill, actor).where(Drill.report_hash == digest)
    known = session.scalars(query).one_or_none()
    if known is not None:
        return known
    row = Drill(
        organisation_id=actor.organisation_id,
        name=name.strip(),
        report_hash=digest,
        report=dict(report),
        filed_at=now,
        filed_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    return row


def listed(
    session: Session, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[Sequence[Drill], UUID | None]:
    """One page of reports, oldest first."""
    query = scoped.own(Drill, actor)
    return scoped.page(session, query, Drill, after=after, limit=limit)


def latest(
    session: Session, actor: Actor, *, before: UUID | None, limit: int
) -> tuple[Sequence[Drill], UUID | None]:
    """A page of reports, the newest first."""
    return scoped.newest(session, scoped.own(Drill, actor), Drill, before=before, limit=limit)


def get(session: Session, drill_id: UUID, actor: Actor) -> Drill:
    """One report; raises NotFound."""
    return scoped.get(session, Drill, drill_id, actor)


def cases_numbered(session: Session, actor: Actor, numbers: Sequence[str]) -> dict[str, UUID]:
    """The ids of those of these cases that this organisation has, by number."""
    query = select(Case.number, Case.id).where(
        Case.organisation_id == actor.organisation_id, Case.number.in_(set(numbers))
    )
    return {row.number: row.id for row in session.execute(query)}
