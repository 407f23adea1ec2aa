"""What the dispatcher does with a running day: plan the rest again, place an urgent visit."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.models import DayChange
from fieldops.services.planning.living import delaying, replanning, urgent
from fieldops.services.planning.pace import Pace
from fieldops.services.rulings import ContactForbidden
from fieldops.web import living_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.agent_views import day_asked
from fieldops.web.blueprint import pages
from fieldops.web.board_views import on_the_board, shown
from fieldops.web.door_forms import version
from fieldops.web.form_words import NOT_OFFERED, NOT_WHOLE
from fieldops.web.paging import id_in
from fieldops.wiring import wiring

_NO_SUCH_CASE = FieldFault(
    "number",
    Bilingual("no case with a settled address has it", "没有地址已确定的案件使用此编号"),
    Bilingual("look it up among the cases", "请在案件列表中查找"),
)


@pages.post("/plans/<uuid:plan_id>/replan")
@page(Permission.PLAN_VISITS)
@on_the_board
def replan(plan_id: UUID) -> AnyResponse | tuple[str, int]:
    """Propose the rest of the day anew, without the agents who are named; the board shows it."""
    absent = _ids("absent")
    with unit() as session:
        replanning.propose(
            session,
            plan_id,
            reason=request.form.get("reason", ""),
            absent=absent,
            version=version(request.form),
            book=wiring().rulebook,
            actor=current_actor(),
            now=clock.now(),
        )
    return _board(plan_id)


@pages.post("/plans/<uuid:plan_id>/changes/<uuid:change_id>/apply")
@page(Permission.PLAN_VISITS)
@on_the_board
def apply_change(plan_id: UUID, change_id: UUID) -> AnyResponse | tuple[str, int]:
    """Make a proposal true; what the rulebook now refuses is shown."""
    with unit() as session:
        found = replanning.apply(
            session,
            plan_id,
            change_id,
            version=version(request.form),
            book=wiring().rulebook,
            actor=current_actor(),
            now=clock.now(),
        )
    return _done(plan_id, found)


@pages.post("/plans/<uuid:plan_id>/changes/<uuid:change_id>/discard")
@page(Permission.PLAN_VISITS)
@on_the_board
def discard_change(plan_id: UUID, change_id: UUID) -> AnyResponse:
    """Throw a proposal away."""
    with unit() as session:
        replanning.discard(session, plan_id, change_id, actor=current_actor(), now=clock.now())
    return _board(plan_id)


@pages.post("/plans/<uuid:plan_id>/late")
@page(Permission.PLAN_VISITS)
@on_the_board
def roll_delay(plan_id: UUID) -> AnyResponse:
    """A crew is late: its later visits get new times in the same order."""
    minutes, shift = request.form.get("minutes", ""), _id("shift_id")
    if shift is None or not minutes.isdecimal():
        name = "shift_id" if shift is None else "minutes"
        raise InvalidInput(faults=[FieldFault(name, NOT_WHOLE)])
    with unit() as session:
        delaying.delay(
            session,
            plan_id,
            shift_id=shift,
            minutes=int(minutes),
            reason=request.form.get("reason", ""),
            version=version(request.form),
            book=wiring().rulebook,
            actor=current_actor(),
            now=clock.now(),
        )
    return _board(plan_id)


@pages.post("/plans/<uuid:plan_id>/urgent")
@page(Permission.PLAN_VISITS)
@on_the_board
def urgent_choices(plan_id: UUID) -> str | tuple[str, int]:
    """The three best places for a visit to a case."""
    address = living_queries.address_of_case(
        db.session(), current_actor(), request.form.get("number", "")
    )
    if address is None:
        raise InvalidInput(faults=[_NO_SUCH_CASE])
    found = urgent.choices(
        db.session(),
        plan_id,
        address,
        book=wiring().rulebook,
        pace=_pace(),
        actor=current_actor(),
        now=clock.now(),
    )
    reason = request.form.get("reason", "")
    if isinstance(found, ContactForbidden):
        db.session.rollback()
        return shown(refused=found, plan_id=plan_id), found.status
    return shown(plan_id=plan_id, choices=found, urgent_address=address, urgent_reason=reason)


@pages.post("/plans/<uuid:plan_id>/urgent/take")
@page(Permission.PLAN_VISITS)
@on_the_board
def take_urgent(plan_id: UUID) -> AnyResponse | tuple[str, int]:
    """Put the urgent visit where it was chosen."""
    address, shift = _id("address_id"), _id("shift_id")
    if address is None or shift is None:
        raise InvalidInput(faults=[FieldFault("shift_id", "is missing", "choose a place")])
    position = request.form.get("position", "")
    with unit() as session:
        found = urgent.take(
            session,
            plan_id,
            address,
            shift_id=shift,
            position=int(position) if position.isdecimal() else None,
            reason=request.form.get("reason", ""),
            version=version(request.form),
            book=wiring().rulebook,
            pace=_pace(),
            actor=current_actor(),
            now=clock.now(),
        )
    return _done(plan_id, found)


def _done(plan_id: UUID, found: DayChange | ContactForbidden) -> AnyResponse | tuple[str, int]:
    if isinstance(found, ContactForbidden):
        return shown(refused=found, plan_id=plan_id), found.status
    return _board(plan_id)


def _board(plan_id: UUID) -> AnyResponse:
    return redirect(url_for("web.board_page", day=day_asked(), plan=plan_id))


def _pace() -> Pace:
    return Pace(visit_minutes=wiring().settings.visit_minutes)


def _id(name: str) -> UUID | None:
    return id_in(request.form.get(name, ""))


def _ids(name: str) -> list[UUID]:
    try:
        return [UUID(one) for one in request.form.getlist(name) if one]
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault(name, NOT_OFFERED)]) from wrong
