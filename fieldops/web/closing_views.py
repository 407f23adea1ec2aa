"""Closing a case on its page, and opening it again."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.services import closing
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.case_views import shown_case
from fieldops.web.form_words import NOT_OFFERED

Answer = AnyResponse | tuple[str, int]


@pages.post("/cases/<uuid:case_id>/close")
@page(Permission.CLOSE_CASES)
def close_case(case_id: UUID) -> Answer:
    """Close the case with what became of the debt."""
    try:
        outcome = _outcome()
        with unit() as session:
            closing.close(
                session, case_id, outcome, request.form.get("reason", ""),
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id))


@pages.post("/cases/<uuid:case_id>/reopen")
@page(Permission.CLOSE_CASES)
def reopen_case(case_id: UUID) -> Answer:
    """Open the case again."""
    try:
        with unit() as session:
            closing.reopen(
                session, case_id, request.form.get("reason", ""), actor=current_actor(),
                now=clock.now(),
            )  # fmt: skip
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id))


def _outcome() -> closing.CaseOutcome:
    word = request.form.get("outcome", "")
    if word not in set(closing.CaseOutcome):
        raise InvalidInput(faults=[FieldFault("outcome", NOT_OFFERED)])
    return closing.CaseOutcome(word)
