"""Court and preservation events on the page of a case: recorded and withdrawn by counsel."""

from datetime import datetime
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.models import LegalEvent
from fieldops.services import legal_events, scoped
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.case_views import shown_case


@pages.post("/cases/<uuid:case_id>/legal-events")
@page(Permission.RECORD_LEGAL_EVENTS)
def record_event(case_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record what happened; every clock of the case is counted again."""
    try:
        with unit() as session:
            legal_events.record(session, report(case_id), actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="clocks"))


@pages.post("/legal-events/<uuid:event_id>/withdraw")
@page(Permission.RECORD_LEGAL_EVENTS)
def withdraw_event(event_id: UUID) -> AnyResponse | tuple[str, int]:
    """Withdraw an event with its reason."""
    case_id = scoped.get(db.session(), LegalEvent, event_id, current_actor()).case_id
    reason = request.form.get("reason", "")
    try:
        with unit() as session:
            legal_events.withdraw(session, event_id, reason, actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="clocks"))


def report(case_id: UUID) -> legal_events.EventReport:
    """What the form says of an event; raises InvalidInput."""
    kind, subject, note = (request.form.get(one, "") for one in ("kind", "subject", "note"))
    return legal_events.EventReport(case_id, kind, _at(), subject, note)


def _at() -> datetime:
    """The time that was typed in, in the zone of the house."""
    try:
        read = datetime.fromisoformat(request.form.get("at", ""))
    except ValueError:
        fault = FieldFault("at", "is no day and time", "write it as 2026-11-24T09:30")
        raise InvalidInput(faults=[fault]) from None
    return read if read.tzinfo else read.replace(tzinfo=zone())
