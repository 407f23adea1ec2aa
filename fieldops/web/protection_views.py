"""What persons ask of their data, on the desk of compliance, and values that are shown once."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain import person_record
from fieldops.domain.data_rights import (
    IdentityMethod,
    RequestChannel,
    RequestKind,
    RevealField,
    RevealReason,
)
from fieldops.domain.errors import FieldopsError, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.reading import Reader
from fieldops.gateways import person_pdf
from fieldops.services.protection import (
    copying,
    correcting,
    deletion,
    preserving,
    requests,
    restricting,
    revealing,
    scope,
)
from fieldops.services.protection.correcting import Correctable
from fieldops.web import protection_queries
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.case_views import shown_case
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring


@pages.get("/protection")
@page(Permission.READ_PROTECTION, reads="data-requests")
def protection_page() -> str:
    """Requests by deadline, with the form to record one, and who rests."""
    return protection_desk()


@pages.post("/protection/requests")
@page(Permission.ANSWER_DATA_REQUESTS)
def record_request() -> AnyResponse | tuple[str, int]:
    """Record a request of the debtor of a case."""
    try:
        form = Reader({name: request.form.get(name) for name in ("kind", "channel")})
        kind, channel = form.word("kind", RequestKind), form.word("channel", RequestChannel)
        with unit() as session:
            actor = current_actor()
            asked = requests.Asked(
                person_id=scope.person_known(session, request.form.get("number", ""), actor),
                kind=kind,
                channel=channel,
                words=request.form.get("words", "")[:2000],
                received_at=_day("received_on"),
            )
            row = requests.record(
                session, asked, rights=wiring().data_rights, actor=actor, now=clock.now()
            )
            request_id = row.id
    except FieldopsError as wrong:
        return protection_desk(wrong), wrong.status
    return redirect(url_for("web.data_request_page", request_id=request_id))


@pages.get("/protection/requests/<uuid:request_id>")
@page(Permission.READ_PROTECTION, reads="data-request")
def data_request_page(request_id: UUID) -> str:
    """One request with its clock, what may be done next, and the answer."""
    return _one(request_id)


@pages.post("/protection/requests/<uuid:request_id>/identity")
@page(Permission.ANSWER_DATA_REQUESTS)
def check_identity(request_id: UUID) -> AnyResponse | tuple[str, int]:
    """Note how it was made sure that it is he."""
    method = Reader({"method": request.form.get("method")}).word("method", IdentityMethod)
    return _doing(
        request_id,
        lambda session: requests.check_identity(
            session, request_id, method, actor=current_actor(), now=clock.now()
        ),
    )


@pages.post("/protection/requests/<uuid:request_id>/extend")
@page(Permission.ANSWER_DATA_REQUESTS)
def extend_request(request_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take the longer time."""
    reason = request.form.get("reason", "")[:500]
    return _doing(
        request_id,
        lambda session: requests.extend(
            session, request_id, reason, rights=wiring().data_rights, actor=current_actor()
        ),
    )


@pages.post("/protection/requests/<uuid:request_id>/refuse")
@page(Permission.ANSWER_DATA_REQUESTS)
def refuse_request(request_id: UUID) -> AnyResponse | tuple[str, int]:
    """Refuse with a ground."""
    ground = request.form.get("reason", "")[:500]
    return _doing(
        request_id,
        lambda session: requests.refuse(
            session, request_id, ground, actor=current_actor(), now=clock.now()
        ),
    )


@pages.post("/protection/requests/<uuid:request_id>/answer")
@page(Permission.ANSWER_DATA_REQUESTS)
def answer_request(request_id: UUID) -> AnyResponse | tuple[str, int]:
    """Do what was asked: correct, restrict or delete."""
    return _doing(request_id, lambda session: _act(session, request_id))


@pages.post("/protection/requests/<uuid:request_id>/copy")
@page(Permission.ANSWER_DATA_REQUESTS)
def copy_for_request(request_id: UUID) -> AnyResponse | tuple[str, int]:
    """Give out the copy, as JSON or as a PDF."""
    is_pdf = request.form.get("form") == "pdf"
    try:
        with unit() as session:
            record = copying.answer(
                session, request_id, rights=wiring().data_rights, actor=current_actor(),
                now=clock.now(), at=clock.wall_time(),
            )  # fmt: skip
    except FieldopsError as wrong:
        return _one(request_id, wrong), wrong.status
    name = f"copy-{request_id}.{'pdf' if is_pdf else 'json'}"
    body = person_pdf.draw(record) if is_pdf else json.dumps(record, ensure_ascii=False, indent=1)
    answer = Response(body, mimetype="application/pdf" if is_pdf else "application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/protection/restrictions/<uuid:restriction_id>/lift")
@page(Permission.ANSWER_DATA_REQUESTS)
def lift_restriction(restriction_id: UUID) -> AnyResponse:
    """End a restriction."""
    with unit() as session:
        restricting.lift(session, restriction_id, actor=current_actor(), now=clock.now())
    return redirect(url_for("web.protection_page"))


@pages.post("/protection/persons/<uuid:person_id>/record")
@page(Permission.OPEN_RESTRICTED)
def restricted_record(person_id: UUID) -> str | tuple[str, int]:
    """Open the record of somebody who rests, with a reason."""
    try:
        reason = _reason()
        with unit() as session:
            record = copying.open_restricted(
                session, person_id, reason, request.form.get("words", ""),
                rights=wiring().data_rights, actor=current_actor(), now=clock.now(),
                at=clock.wall_time(),
            )  # fmt: skip
    except InvalidInput as wrong:
        return protection_desk(wrong), wrong.status
    return render_template("person_record.html", record=record, names=person_record)


@pages.post("/cases/<uuid:case_id>/reveal")
@page(Permission.REVEAL_DATA)
def reveal_value(case_id: UUID) -> str | tuple[str, int]:
    """Show a masked value once, on the page of the case; the reason is kept."""
    try:
        form = Reader({"field": request.form.get("field"), "person": request.form.get("person")})
        field, reason = form.word("field", RevealField), _reason()
        person_id = protection_queries.party_person(
            db.session(), case_id, form.text("person", required=True), current_actor()
        )
        with unit() as session:
            values = revealing.reveal(
                session, person_id, field, reason, request.form.get("words", ""),
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    told = {"person": person_id, "field": field, "values": values}
    return shown_case(case_id, reveal=told)


def protection_desk(wrong: FieldopsError | None = None) -> str:
    """Requests by deadline and who rests, with what was wrong in a form."""
    session, actor = db.session(), current_actor()
    waiting, following = requests.waiting(session, actor, beyond=asked_id("after"))
    answered, earlier = requests.answered(session, actor, before=asked_id("before"))
    return render_template(
        "protection.html", waiting=waiting, following=following,
        answered=answered, earlier=earlier, resting=restricting.listed(session, actor),
        preserved=preserving.standing(session, actor, at=clock.now()),
        kinds=RequestKind, channels=RequestChannel, reasons=RevealReason, wrong=wrong,
        filled=request.form, now=clock.now(), today=clock.now().astimezone(zone()).date(),
    )  # fmt: skip


def _act(session: Any, request_id: UUID) -> object:
    actor, now, at = current_actor(), clock.now(), clock.wall_time()
    row = requests.get(session, request_id, actor=actor)
    reason = request.form.get("reason", "")[:500]
    if row.kind == RequestKind.DELETION.value:
        return deletion.delete(
            session, request_id, rules=wiring().retention, discard=wiring().pack_files.discard,
            actor=actor, now=now, at=at,
        )  # fmt: skip
    if row.kind == RequestKind.RESTRICTION.value:
        return deletion.restrict(session, request_id, reason, actor=actor, now=now, at=at)
    form = Reader({"field": request.form.get("field")})
    address = request.form.get("address_id", "")
    return correcting.correct(
        session, request_id, form.word("field", Correctable), request.form.get("value", "")[:500],
        reason, address_id=UUID(address) if address else None, actor=actor, now=now,
    )  # fmt: skip


def _doing(request_id: UUID, act: Callable[[Any], object]) -> AnyResponse | tuple[str, int]:
    try:
        with unit() as session:
            act(session)
    except FieldopsError as wrong:
        return _one(request_id, wrong), wrong.status
    return redirect(url_for("web.data_request_page", request_id=request_id))


def _reason() -> RevealReason:
    return Reader({"reason": request.form.get("reason")}).word("reason", RevealReason)


def _day(name: str) -> datetime:
    """The beginning of the day that the form names, in the zone of the house."""
    day = Reader({name: request.form.get(name)}).text(name, required=True)
    try:
        return datetime.fromisoformat(day).replace(tzinfo=zone())
    except ValueError as wrong:
        raise InvalidInput(f"{name}: {day[:20]!r} is no day") from wrong


def _one(request_id: UUID, wrong: FieldopsError | None = None) -> str:
    session, actor = db.session(), current_actor()
    row = requests.get(session, request_id, actor=actor)
    rights = wiring().data_rights.clock([row.jurisdiction])
    return render_template(
        "data_request.html", row=row, wrong=wrong, methods=IdentityMethod, rights=rights,
        fields=Correctable, proof=deletion.proof_of(session, row), now=clock.now(),
        **protection_queries.about(session, row, actor),
    )  # fmt: skip
