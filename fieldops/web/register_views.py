"""Readings, retention and the registers, as compliance sees and keeps them."""

from datetime import datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldopsError, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.services.protection import overdue, registers, retention, revealing, scope
from fieldops.web import protection_queries
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring


@pages.get("/protection/readings")
@page(Permission.READ_AUDIT, reads="readings")
def readings_page() -> str | tuple[str, int]:
    """Who read what, the newest first; of one person when a case number is given."""
    session, actor = db.session(), current_actor()
    number, before = request.args.get("number", "").strip(), request.args.get("before", "")
    whose, wrong = None, None
    try:
        if number:
            person_id = scope.person_known(session, number, actor)
            whose = scope.of_person(session, person_id, actor)
        last = UUID(before) if before else None
    except (FieldopsError, ValueError) as fault:
        wrong, last = (fault if isinstance(fault, FieldopsError) else InvalidInput()), None
    rows, following = revealing.access_log(session, actor, scope=whose, before=last)
    shown = revealing.reveals(session, actor, people=whose.people if whose else ())
    who = protection_queries.names(
        session, [*(one.account_id for one in rows), *(one.account_id for one in shown)]
    )
    answer = render_template(
        "readings.html", rows=rows, following=following, shown=shown, who=who, number=number,
        wrong=wrong,
    )  # fmt: skip
    return (answer, wrong.status) if wrong else answer


@pages.get("/protection/retention")
@page(Permission.READ_PROTECTION, reads="retention")
def retention_page() -> str:
    """The rules, the dry run, the switch, and the record of every run."""
    return _retention()


@pages.post("/protection/retention")
@page(Permission.SWITCH_RETENTION)
def switch_retention() -> AnyResponse | tuple[str, int]:
    """Switch erasing by the clock on or off."""
    try:
        with unit() as session:
            retention.switch(
                session, on=request.form.get("on") == "yes", seen=request.form.get("seen", ""),
                rules=wiring().retention, actor=current_actor(), at=clock.wall_time(),
            )  # fmt: skip
    except FieldopsError as wrong:
        return _retention(wrong), wrong.status
    return redirect(url_for("web.retention_page"))


@pages.get("/protection/registers")
@page(Permission.READ_PROTECTION)
def registers_page() -> str:
    """The three registers, each with its form."""
    return _registers()


@pages.post("/protection/registers/<string:register>")
@page(Permission.KEEP_REGISTERS)
def enter_record(register: str) -> AnyResponse | tuple[str, int]:
    """Add an entry to a register."""
    try:
        named = registers.named(register)
        contents = {name: request.form.get(name, "") for name in registers.FIELDS[named]}
        with unit() as session:
            registers.enter(
                session, named, request.form.get("title", ""), contents, _moment(),
                rights=wiring().data_rights, actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except InvalidInput as wrong:
        return _registers(wrong), wrong.status
    return redirect(url_for("web.registers_page", _anchor=register))


@pages.post("/protection/entries/<uuid:record_id>/<string:act>")
@page(Permission.KEEP_REGISTERS)
def settle_record(record_id: UUID, act: str) -> AnyResponse | tuple[str, int]:
    """Note that a breach was told, or close an entry."""
    try:
        with unit() as session:
            if act == "told":
                registers.told(session, record_id, actor=current_actor(), now=clock.now())
            else:
                registers.close(session, record_id, actor=current_actor())
    except FieldopsError as wrong:
        return _registers(wrong), wrong.status
    return redirect(url_for("web.registers_page"))


def _moment() -> datetime:
    text = request.form.get("happened_at", "")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone())
    except ValueError as wrong:
        raise InvalidInput(f"happened_at: {text[:20]!r} is no time") from wrong


def _retention(wrong: FieldopsError | None = None) -> str:
    session, actor, rules = db.session(), current_actor(), wiring().retention
    seen = retention.preview(session, actor.organisation_id, rules, at=clock.wall_time())
    runs, following = retention.runs(session, actor, before=asked_id("before"))
    return render_template(
        "retention.html", seen=seen, runs=runs, following=following, wrong=wrong,
        most=overdue.COUNTED, on=retention.is_on(session, actor.organisation_id, rules),
    )  # fmt: skip


def _registers(wrong: FieldopsError | None = None) -> str:
    beyond = {one.value: asked_id(one.value) for one in registers.Register}
    entries, following = registers.latest(db.session(), current_actor(), beyond)
    return render_template(
        "registers.html", entries=entries, following=following,
        fields=registers.FIELDS, wrong=wrong, filled=request.form, now=clock.now(),
    )  # fmt: skip
