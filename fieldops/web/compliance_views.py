"""Compliance's desk: clocks, refusals and near misses by rule, and what was lifted."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select

from fieldops import clock
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.models import Agent, Case, Hold
from fieldops.services import (
    alert_settings,
    compliance_desk,
    deliveries,
    fixity,
    hold_ending,
    identity,
    keyset,
    notices,
    scoped,
    stamps,
)
from fieldops.services.compliance_desk import Sought
from fieldops.services.evidence_fit import USUAL
from fieldops.services.keyset import Key
from fieldops.services.rights import complaints, disputes, overriding
from fieldops.services.rulings import ASKED
from fieldops.web import case_queries
from fieldops.web.access import current_actor, page, zone
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.web.showing import today
from fieldops.wiring import wiring

_SHOWN = 50
_LATEST = (Key(Hold.lifted_at, falls=True), Key(Hold.id))
_SHORT = 10
GATES = (*Gate, ASKED)


@pages.get("/compliance")
@page(Permission.READ_AUDIT, reads="rulings")
def compliance_page() -> str:
    """What needs somebody's eye, then what was refused, near, and lifted."""
    session, actor = db.session(), current_actor()
    first, last = period()
    sought = _sought(first, last)
    lifted, lifted_following = _lifted(*moments(first, last))
    before, near_before = asked_id("before"), asked_id("near_before")
    refused, following = compliance_desk.refusals(
        session, actor, sought, before=before, limit=_SHOWN
    )
    near, near_following = compliance_desk.near_misses(
        session, actor, sought, before=near_before, limit=_SHOWN
    )
    unseen, more_unseen = notices.waiting(session, actor, beyond=asked_id("unseen"))
    cases = {one.case_id for one in refused} | {one.ruling.case_id for one in near}
    agents = {one.id: one for one in session.scalars(scoped.own(Agent, actor).order_by(Agent.code))}
    return render_template(
        "compliance.html",
        refused=refused, following=following, near=near, near_following=near_following,
        numbers=numbers_of({one for one in cases if one}), agents=agents,
        lifted=lifted, lifted_following=lifted_following, rows=wiring().rights,
        row_of=hold_ending.row_of,
        clocks=complaints.waiting(session, actor)[0][:_SHORT],
        open_disputes=disputes.open_ones(session, actor),
        reference=complaints.reference, now=clock.now(), kept=_kept(),
        unseen=unseen, more_unseen=more_unseen, overridden=_overridden_today(),
        rules=compliance_desk.rules_met(session, actor), gates=GATES,
        first=first, last=last, asked=request.args,
    )  # fmt: skip


def period() -> tuple[date, date]:
    """The days asked for, both inclusive; the last thirty where none are."""
    last = day_of("until") or today()
    first = day_of("since") or last - USUAL
    return min(first, last), last


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """When the first of these days begins and when the last one is over, there."""
    begins = datetime.combine(first, time(), zone())
    return begins, datetime.combine(last + timedelta(days=1), time(), zone())


def _sought(first: date, last: date) -> Sought:
    since, until = moments(first, last)
    rule, gate = request.args.get("rule") or None, request.args.get("gate")
    known = gate if gate in set(GATES) else None
    return Sought(rule=rule, gate=known, agent_id=asked_id("agent"), since=since, until=until)


def day_of(name: str) -> date | None:
    """The day of that name in the address; None for what is none."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _lifted(since: datetime, until: datetime) -> tuple[list[tuple[Hold, str]], UUID | None]:
    """Holds that a person ended: how a rule that names a word is set aside in this house."""
    session = db.session()
    query = scoped.own(Hold, current_actor()).where(Hold.lifted_at >= since, Hold.lifted_at < until)
    found, following = keyset.page(
        session, query, Hold, _LATEST, beyond=asked_id("lifted_before"), limit=_SHOWN,
        actor=current_actor(),
    )  # fmt: skip
    names = case_queries.names_of(session, {one.lifted_by for one in found if one.lifted_by})
    told = [(one, names.get(one.lifted_by, "") if one.lifted_by else "") for one in found]
    return told, following


def _overridden_today() -> int:
    """How many overrides bear on today."""
    since, until = moments(today(), today())
    return len(overriding.of_period(db.session(), current_actor(), since, until))


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


def numbers_of(ids: set[UUID]) -> dict[UUID, str]:
    """The numbers of these cases."""
    query = select(Case.id, Case.number).where(Case.id.in_(ids))
    return {row.id: row.number for row in db.session().execute(query)}
