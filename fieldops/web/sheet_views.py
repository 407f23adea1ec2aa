"""The draft of a property lead: a page to print and a PDF; each drawing is kept as an access."""

from io import BytesIO
from uuid import UUID

from flask import Response, render_template, send_file

from fieldops import clock
from fieldops.db import db
from fieldops.domain.lead_sheet import DRAFT
from fieldops.domain.permissions import Permission
from fieldops.gateways import lead_pdf
from fieldops.models import Case, Flag
from fieldops.services import lead_sheets, scoped
from fieldops.web.access import current_actor, page
from fieldops.web.blueprint import pages


@pages.get("/flags/<uuid:flag_id>/lead-sheet")
@page(Permission.DRAW_LEAD_SHEETS, reads="lead-sheet")
def lead_sheet_page(flag_id: UUID) -> str:
    """The sheet as a page to print."""
    session, actor = db.session(), current_actor()
    sheet = lead_sheets.of_flag(session, flag_id, actor=actor, now=clock.now())
    case = scoped.get(session, Case, scoped.get(session, Flag, flag_id, actor).case_id, actor)
    return render_template("sheet.html", sheet=sheet, draft=DRAFT, flag_id=flag_id, case=case)


@pages.get("/flags/<uuid:flag_id>/lead-sheet.pdf")
@page(Permission.DRAW_LEAD_SHEETS, reads="lead-sheet")
def lead_sheet_file(flag_id: UUID) -> Response:
    """The sheet as a PDF."""
    sheet = lead_sheets.of_flag(db.session(), flag_id, actor=current_actor(), now=clock.now())
    answer = send_file(
        BytesIO(lead_pdf.draw(sheet)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{sheet.reference}.pdf",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
