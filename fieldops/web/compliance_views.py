"""Compliance: what the rulebook refused, and the holds, placed and lifted with a reason."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Case, Hold, Party, Person, RulingRecord
from fieldops.services import alert_settings, deliveries, fixity, holds, identity, scoped, stamps
from fieldops.web import case_queries
from fieldops.web.access import current_actor, page, unit
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


@pages.get("/holds")
@page(Permission.READ_CASES, reads="holds")
def holds_page() -> str:
    """The holds in force, then those that were lifted; with the form to place one."""
    return _shown()


@pages.post("/holds")
@page(Permission.PLACE_HOLDS)
def place_hold() -> AnyResponse | tuple[str, int]:
    """Place a hold on the case of this number."""
    try:
        with unit() as session:
            holds.place(session, _order(), actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.holds_page"))


@pages.post("/holds/<uuid:hold_id>/lift")
@page(Permission.LIFT_HOLDS)
def lift_hold(hold_id: UUID) -> AnyResponse | tuple[str, int]:
    """End a hold and say why."""
    try:
        with unit() as session:
            reason = request.form.get("reason", "")
            holds.lift(session, hold_id, reason, actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.holds_page"))


def _order() -> holds.HoldOrder:
    form = request.form
    number = form.get("number", "").strip()
    query = scoped.own(Case, current_actor()).where(Case.number == number)
    case = db.session().scalars(query).one_or_none()
    faults = []
    if case is None:
        faults.append(FieldFault("number", "is no case of yours", "write the case's number"))
    if form.get("kind") not in set(HoldKind):
        faults.append(FieldFault("kind", "is none of those offered"))
    if form.get("scope") not in set(HoldScope):
        faults.append(FieldFault("scope", "is none of those offered"))
    if faults or case is None:
        raise InvalidInput(faults=faults)
    return holds.HoldOrder(
        HoldKind(form["kind"]), HoldScope(form["scope"]), case.id, form.get("reason", "")
    )


def _shown(wrong: InvalidInput | None = None) -> str:
    session, actor = db.session(), current_actor()
    query = scoped.own(Hold, actor).order_by(Hold.lifted_at.is_not(None), Hold.id.desc())
    found = session.scalars(query.limit(_SHOWN)).all()
    return render_template(
        "holds.html",
        holds=found,
        cases=_cases(found),
        people=_people(found),
        placers=case_queries.names_of(session, {one.placed_by for one in found if one.placed_by}),
        kinds=[*HoldKind],
        scopes=[*HoldScope],
        wrong=wrong,
        filled=request.form,
    )


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


def _cases(held: Sequence[Hold]) -> dict[UUID, Case]:
    """The case of each hold: its own, or one of which the person held is a party."""
    session = db.session()
    people = [one.person_id for one in held if one.person_id]
    query = select(Party).where(Party.person_id.in_(people)).options(joinedload(Party.case))
    through: dict[UUID | None, Case] = {one.person_id: one.case for one in session.scalars(query)}
    wanted = [one.case_id for one in held if one.case_id]
    own: dict[UUID | None, Case] = {
        case.id: case for case in session.scalars(select(Case).where(Case.id.in_(wanted)))
    }
    return {
        one.id: case for one in held if (case := own.get(one.case_id) or through.get(one.person_id))
    }


def _people(found: Sequence[Hold]) -> dict[UUID, str]:
    wanted = [one.person_id for one in found if one.person_id]
    query = select(Person).where(Person.id.in_(wanted))
    return {one.id: one.name for one in db.session().scalars(query)}
