"""Compliance: what the rulebook refused, and the holds, placed and lifted with a reason."""

from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy import select

from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import Case, RulingRecord
from fieldops.services import alert_settings, deliveries, fixity, identity, scoped, stamps
from fieldops.web.access import current_actor, page
from fieldops.web.blueprint import pages

_SHOWN = 100


@pages.get("/compliance")
@page(Permission.READ_AUDIT, reads="rulings")
def compliance_page() -> str:
    """Refused rulings, the newest first, with the case that each is about."""
    session, actor = db.session(), current_actor()
    refused = session.scalars(
        scoped.own(RulingRecord, actor)
        .where(RulingRecord.allowed.is_(False))
        .order_by(RulingRecord.id.desc())
        .limit(_SHOWN)
    ).all()
    numbers = _numbers({one.case_id for one in refused if one.case_id})
    return render_template("compliance.html", refused=refused, numbers=numbers, kept=_kept())


def _kept() -> dict[str, Any]:
    """What compliance must see to: broken evidence first, then who may be one person."""
    session, organisation_id = db.session(), current_actor().organisation_id
    faults = fixity.open_faults(session, organisation_id)
    return {
        "faults": [(one, fixity.items_of(session, [one.blob_id])) for one in faults],
        "scan": next(iter(fixity.latest(session, organisation_id, 1)), None),
        "owed": stamps.overdue(session, organisation_id),
        "unsent": deliveries.unsent(session, organisation_id),
        "failing": alert_settings.failing(session, organisation_id),
        "identity": identity.told_to_compliance(session, current_actor()),
    }


def _numbers(ids: set[UUID]) -> dict[UUID, str]:
    query = select(Case.id, Case.number).where(Case.id.in_(ids))
    return {row.id: row.number for row in db.session().execute(query)}
