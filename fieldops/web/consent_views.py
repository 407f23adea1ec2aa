"""Consents on the page of a case: taken down with their paper, and revoked by a word."""

from datetime import datetime, time
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import Party
from fieldops.services import scoped
from fieldops.services.rights import consents
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.case_views import shown_case


@pages.post("/cases/<uuid:case_id>/consents")
@page(Permission.RECORD_REQUESTS)
def record_consent(case_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take a consent down."""
    try:
        order = _order()
        with unit() as session:
            consents.record(session, order, actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="consents"))


@pages.post("/cases/<uuid:case_id>/consents/<uuid:consent_id>/revoke")
@page(Permission.RECORD_REQUESTS)
def revoke_consent(case_id: UUID, consent_id: UUID) -> AnyResponse:
    """End a consent at once."""
    with unit() as session:
        consents.revoke(session, consent_id, actor=current_actor(), now=clock.now())
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="consents"))


def _order() -> consents.ConsentOrder:
    form = request.form
    try:
        party = scoped.get(db.session(), Party, UUID(form.get("party_id", "")), current_actor())
        channel = Channel(form.get("channel", ""))
        last = form.get("expires_on", "")
        day = datetime.combine(datetime.fromisoformat(last), time.max, zone()) if last else None
    except ValueError as wrong:
        fault = FieldFault("channel", "is none of those offered", "choose from the list")
        raise InvalidInput(faults=[fault]) from wrong
    finally:
        db.session.rollback()
    hours = tuple(one for one in (form.get("from", ""), form.get("until", "")) if one)
    return consents.ConsentOrder(party.id, channel, form.get("evidence", ""), hours, day)
