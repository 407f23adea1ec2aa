"""Phones, as the office sees them: enrolled by a code, watched, ended, and what they left open."""

from datetime import timedelta
from uuid import UUID

import segno
from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict, FieldFault, FieldopsError, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.phones import CODE_LIFE, Settlement
from fieldops.models import Agent
from fieldops.services import scoped
from fieldops.services.phones import enrolling, revoking, settling
from fieldops.services.rulings import ContactForbidden
from fieldops.web import phone_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import word
from fieldops.web.form_words import NOT_OFFERED
from fieldops.web.phone_views import present_version
from fieldops.wiring import wiring

_LATELY = timedelta(days=7)
_RESCUED = ("applied", "received", "known", "held", "conflict", "refused")
Answer = AnyResponse | tuple[str, int]


@pages.get("/phones")
@page(Permission.MANAGE_PHONES, reads="phone-entries")
def phones_page() -> str:
    """What waits for a person, the phones in use, and those that ended."""
    return _shown()


@pages.post("/phones/codes")
@page(Permission.MANAGE_PHONES)
def make_phone_code() -> Answer:
    """Make a code; the page that answers is the only one to show it."""
    try:
        with unit() as session:
            made = enrolling.make_code(
                session, _id("agent_id"), actor=current_actor(), at=clock.wall_time()
            )
            agent = scoped.get(session, Agent, made.row.agent_id, current_actor())
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    address = wiring().settings.absolute(made.path, host_url=request.host_url)
    drawn = segno.make(address, error="m").svg_data_uri(scale=8, border=4, light="#fff")
    answer = make_response(
        render_template(
            "phone_code.html", made=made, agent=agent, address=address, drawn=drawn,
            minutes=int(CODE_LIFE.total_seconds()) // 60,
            trust_url=wiring().settings.trust_url,
        )
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/phones/<uuid:device_id>/revoke")
@page(Permission.MANAGE_PHONES)
def revoke_phone(device_id: UUID) -> Answer:
    """End a phone at once."""
    try:
        with unit() as session:
            reason = request.form.get("reason", "")
            revoking.revoke(session, device_id, reason, actor=current_actor(), at=clock.wall_time())
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.phones_page"))


@pages.post("/phone-entries/<uuid:entry_id>/settle")
@page(Permission.MANAGE_PHONES)
def settle_entry(entry_id: UUID) -> Answer:
    """Say what becomes of an entry; what cannot be done comes back with the reason."""
    try:
        with unit() as session:
            found = settling.settle(
                session, entry_id, _settlement(), request.form.get("words", ""),
                means=wiring().means, actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except (InvalidInput, Conflict) as wrong:
        return _shown(wrong), wrong.status
    if isinstance(found, ContactForbidden):
        return _shown(found), found.status
    return redirect(url_for("web.phones_page"))


def _shown(wrong: FieldopsError | None = None) -> str:
    session, actor = db.session(), current_actor()
    return render_template(
        "phones.html",
        wrong=wrong,
        phones=phone_queries.phones(session, actor),
        agents=phone_queries.agents_to_enrol(session, actor),
        waiting=phone_queries.to_settle(session, actor),
        done=phone_queries.settled_since(session, actor, clock.now() - _LATELY),
        settlements=[*Settlement],
        trust_url=wiring().settings.trust_url,
        present=present_version(),
        ways=phone_queries.ways(session, actor, clock.now()),
        rescue_words={one: word("rescue_status", one) for one in _RESCUED},
    )


def _id(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault(name, NOT_OFFERED)]) from wrong


def _settlement() -> Settlement:
    try:
        return Settlement(request.form.get("settlement", ""))
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault("settlement", NOT_OFFERED)]) from wrong
