"""Views of timelines that the reader keeps for himself, kept and removed on the timeline."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Permission
from fieldops.services import saved_views
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.timeline_filter import Filter
from fieldops.web.timeline_views import shown


@pages.post("/cases/<uuid:case_id>/views")
@page(Permission.READ_CASES)
def keep_view(case_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep the filter that the form carries under a name."""
    wanted = Filter.read(request.form)
    try:
        with unit() as session:
            saved_views.keep(
                session, request.form.get("name", ""), wanted.to_json(), case_id=case_id,
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except FieldopsError as wrong:
        return shown(case_id, wanted, wrong=wrong), wrong.status
    return redirect(url_for("web.timeline_page", case_id=case_id, **wanted.query()))


@pages.post("/cases/<uuid:case_id>/views/<uuid:view_id>/remove")
@page(Permission.READ_CASES)
def remove_view(case_id: UUID, view_id: UUID) -> AnyResponse:
    """Remove one of the reader's own views."""
    with unit() as session:
        saved_views.remove(session, view_id, actor=current_actor())
    return redirect(url_for("web.timeline_page", case_id=case_id))
