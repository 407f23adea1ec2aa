"""Counsel's desk: flags by deadline, each judged where it stands, with a reason."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.models import Flag
from fieldops.services import flags, scoped
from fieldops.web import desk_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.case_views import shown_case
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring

STATES = ("open", "confirmed", "dismissed")


@pages.get("/desk")
@page(Permission.READ_TRACE, reads="flags")
def desk_page() -> str:
    """Flags by deadline, the most urgent first, with clock and next step."""
    judged = asked_id("judged")
    found = None if judged is None else db.session().get(Flag, judged)
    if found is not None and found.organisation_id != current_actor().organisation_id:
        found = None
    return _shown(_state(request.args), asked_id("after"), judged=found)


@pages.post("/flags/<uuid:flag_id>/review")
@page(Permission.REVIEW_FLAGS)
def review(flag_id: UUID) -> AnyResponse | tuple[str, int]:
    """Judge a flag and say why; the reader comes back to where he judged it."""
    flag = scoped.get(db.session(), Flag, flag_id, current_actor())
    case_id, form = flag.case_id, request.form
    try:
        with unit() as session:
            flags.review_flag(
                session, flag_id, form.get("verdict", ""), form.get("reason", ""),
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except InvalidInput as wrong:
        if form.get("back") == "desk":
            shown = _shown(_state(form), None, wrong=wrong, at=flag_id)
        else:
            shown = shown_case(case_id, wrong)
        return shown, wrong.status
    return redirect(_back(form.get("back", ""), case_id, flag_id))


def _back(where: str, case_id: UUID, flag_id: UUID) -> str:
    if where == "desk":
        return url_for("web.desk_page", judged=flag_id, state=_state(request.form))
    if where == "timeline":
        return url_for("web.timeline_page", case_id=case_id, open=f"flag/{flag_id}")
    return url_for("web.case_page", case_id=case_id, _anchor=f"flag-{flag_id}")


def _shown(state: str, after: UUID | None, **more: Any) -> str:
    found = desk_queries.desk(
        db.session(), state, after, asked_id("unseen"), book=wiring().rulebook,
        actor=current_actor(), now=clock.now(),
    )  # fmt: skip
    return render_template("desk.html", desk=found, states=STATES, after=after, **more)


def _state(given: Any) -> str:
    asked = given.get("state", "")
    return asked if asked in STATES else STATES[0]
