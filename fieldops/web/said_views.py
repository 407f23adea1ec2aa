"""Taking down what a person asks, disputes or complains of: at the door, or in the office."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.rights.vocabulary import CameBy
from fieldops.models import ContactRequest
from fieldops.services import scoped, visits
from fieldops.services.rights import requests
from fieldops.web.access import current_actor, page, unit
from fieldops.web.agent_views import shown
from fieldops.web.blueprint import pages
from fieldops.web.case_views import shown_case
from fieldops.web.catalogue import t
from fieldops.web.said_forms import Said, party_id, take_down
from fieldops.wiring import wiring


@pages.post("/visits/<uuid:visit_id>/said")
@page(Permission.WORK_VISITS)
def said_at_the_door(visit_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take down what was said at the door; one tap without words is enough."""
    try:
        with unit() as session:
            visit = visits.visible(session, visit_id, actor=current_actor(), now=clock.now())
            form = MultiDict(request.form)
            if not form.get("words", "").strip():
                form["words"] = t("said.no_words")
            said = Said(visit.case_id, party_id(form) or visit.party_id, CameBy.DOOR, form)
            take_down(session, said, wiring(), actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return shown(visit_id, wrong=wrong), wrong.status
    what = request.form["what"]
    return redirect(url_for("web.visit_page", visit_id=visit_id, said=what, _anchor="said"))


@pages.post("/cases/<uuid:case_id>/said")
@page(Permission.READ_CASES)
def said_to_the_office(case_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take down what was said or written to the office.

    A form with faults comes back on the page of the case, so that only its readers may send one.
    """
    try:
        with unit() as session:
            said = Said(case_id, party_id(request.form), came_by(), request.form)
            take_down(session, said, wiring(), actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="said"))


@pages.post("/requests/<uuid:request_id>/withdraw")
@page(Permission.HANDLE_COMPLAINTS)
def withdraw_request(request_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take down that a person no longer asks for it."""
    asked = scoped.get(db.session(), ContactRequest, request_id, current_actor())
    case_id = asked.case_id
    try:
        with unit() as session:
            words = request.form.get("words", "")
            requests.withdraw(session, request_id, words, actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="said"))


def came_by() -> CameBy:
    """By what way it came, as the form says; raises InvalidInput."""
    try:
        return CameBy(request.form.get("came_by", ""))
    except ValueError as wrong:
        fault = FieldFault("came_by", "is none of those offered")
        raise InvalidInput(faults=[fault]) from wrong
