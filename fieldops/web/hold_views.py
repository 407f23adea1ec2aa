"""Holds: those in force and those that are over, placed, ended and counted on."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import case as choose
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.rights.vocabulary import CameBy
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Case, Hold, Party, Person
from fieldops.services import hold_ending, holds, keyset, scoped
from fieldops.services.keyset import Key
from fieldops.services.rights.stopping import stop
from fieldops.web import case_queries
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring

_SHOWN = 100
_IN_FORCE_FIRST = (
    Key(choose((Hold.lifted_at.is_not(None), 1), else_=0)),
    Key(Hold.id, falls=True),
)
Answer = AnyResponse | tuple[str, int]


@pages.get("/holds")
@page(Permission.READ_CASES, reads="holds")
def holds_page() -> str:
    """The holds in force, then those that were lifted; with the form to place one."""
    return _shown()


@pages.post("/holds")
@page(Permission.READ_CASES)
def place_hold() -> Answer:
    """Place a hold on the case of this number.

    A form with faults comes back on the page of holds, so that only its readers may send one.
    """
    if not current_actor().may(Permission.PLACE_HOLDS):
        raise Forbidden(Permission.PLACE_HOLDS.value)
    return _done(
        lambda session: stop(
            session, _order(), came_by=CameBy.OFFICE, rights=wiring().rights,
            actor=current_actor(), now=clock.now(),
        )
    )  # fmt: skip


@pages.post("/holds/<uuid:hold_id>/lift")
@page(Permission.LIFT_HOLDS)
def lift_hold(hold_id: UUID) -> Answer:
    """End a hold and say why."""
    reason = request.form.get("reason", "")
    return _done(
        lambda session: hold_ending.lift(
            session, hold_id, reason, rights=wiring().rights, actor=current_actor(),
            now=clock.now(),
        )
    )  # fmt: skip


@pages.post("/holds/<uuid:hold_id>/over")
@page(Permission.LIFT_HOLDS)
def hold_is_over(hold_id: UUID) -> Answer:
    """Say on which day that was over for which a hold waits."""
    return _done(
        lambda session: hold_ending.record_over(
            session, hold_id, _day("on"), rights=wiring().rights, actor=current_actor(),
            now=clock.now(),
        )
    )  # fmt: skip


@pages.post("/holds/<uuid:hold_id>/evidence")
@page(Permission.READ_CASES)
def hold_evidence(hold_id: UUID) -> Answer:
    """Name the paper on which a hold rests."""
    paper = request.form.get("evidence", "")
    return _done(
        lambda session: hold_ending.record_evidence(session, hold_id, paper, actor=current_actor()),
        anchor=f"hold-{hold_id}",
    )


def _done(act: Callable[[Session], object], *, anchor: str | None = None) -> Answer:
    """Do it in one transaction; what was wrong in the form comes back on the page of holds."""
    try:
        with unit() as session:
            act(session)
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.holds_page", _anchor=anchor))


def _order() -> holds.HoldOrder:
    form = request.form
    number = form.get("number", "").strip()
    query = scoped.own(Case, current_actor()).where(Case.number == number)
    case = db.session().scalars(query).one_or_none()
    # A kind that has several variants is chosen with its variant, as "hardship:offer".
    kind, _, variant = form.get("kind", "").partition(":")
    faults = []
    if case is None:
        faults.append(FieldFault("number", "is no case of yours", "write the case's number"))
    if kind not in set(HoldKind):
        faults.append(FieldFault("kind", "is none of those offered"))
    if form.get("scope") not in {"", None, *HoldScope}:
        faults.append(FieldFault("scope", "is none of those offered"))
    if faults or case is None:
        raise InvalidInput(faults=faults)
    return holds.HoldOrder(
        HoldKind(kind),
        HoldScope(form["scope"]) if form.get("scope") else None,
        case.id,
        form.get("reason", ""),
        variant=variant,
        evidence=form.get("evidence", "").strip()[:200] or None,
        begins_at=_moment("begins_on"),
        ends_at=_moment("ends_on", end_of_day=True),
    )


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError as wrong:
        fault = FieldFault(name, "is not a date", "write it as 2026-03-02")
        raise InvalidInput(faults=[fault]) from wrong


def _moment(name: str, *, end_of_day: bool = False) -> datetime | None:
    """The beginning of a day of the form, or the beginning of the next; None when left out."""
    if not request.form.get(name):
        return None
    on = _day(name) + timedelta(days=1 if end_of_day else 0)
    return datetime.combine(on, time(), zone())


def _shown(wrong: InvalidInput | None = None) -> str:
    session, actor, rights = db.session(), current_actor(), wiring().rights
    found, following = keyset.page(
        session, scoped.own(Hold, actor), Hold, _IN_FORCE_FIRST,
        beyond=asked_id("after"), limit=_SHOWN, actor=actor,
    )  # fmt: skip
    return render_template(
        "holds.html",
        holds=found,
        following=following,
        rows={one.id: hold_ending.row_of(one, rights) for one in found},
        mine={one.id for one in found if hold_ending.may_lift(one, rights=rights, actor=actor)},
        waits=hold_ending.waits_for(session, [one.id for one in found]),
        cases=_cases(found),
        people=_people(found),
        placers=case_queries.names_of(session, {one.placed_by for one in found if one.placed_by}),
        kinds=rights.holds,
        scopes=[*HoldScope],
        now=clock.now(),
        wrong=wrong,
        filled=request.form,
    )


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
