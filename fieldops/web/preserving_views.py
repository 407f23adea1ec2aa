"""Legal holds over restricted persons, placed and lifted from the list of those who rest."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Permission
from fieldops.services.protection import preserving
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.protection_views import protection_desk
from fieldops.wiring import wiring


@pages.post("/protection/persons/<uuid:person_id>/legal-hold")
@page(Permission.OPEN_RESTRICTED)
def preserve_restricted(person_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep the record of somebody who rests from being erased."""
    try:
        with unit() as session:
            preserving.place(
                session, person_id, request.form.get("reason", ""),
                request.form.get("evidence", "").strip()[:200] or None,
                rights=wiring().rights, actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except FieldopsError as wrong:
        return protection_desk(wrong), wrong.status
    return redirect(url_for("web.protection_page", _anchor="resting"))


@pages.post("/protection/legal-holds/<uuid:hold_id>/lift")
@page(Permission.OPEN_RESTRICTED)
def lift_preserving(hold_id: UUID) -> AnyResponse | tuple[str, int]:
    """Let the record be erased again when its time is over."""
    try:
        with unit() as session:
            preserving.lift(
                session, hold_id, request.form.get("reason", ""), rights=wiring().rights,
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except FieldopsError as wrong:
        return protection_desk(wrong), wrong.status
    return redirect(url_for("web.protection_page", _anchor="resting"))
