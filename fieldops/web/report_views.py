"""The report of a period to a regulator, as PDF and as CSV, in Chinese or in English."""

from io import BytesIO

from flask import Response, request, send_file

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Permission
from fieldops.gateways import paper_files
from fieldops.services import compliance_report
from fieldops.web.access import current_actor, page, zone
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import language
from fieldops.web.compliance_views import moments, period
from fieldops.web.report_wording import printed
from fieldops.wiring import wiring

_FORMATS = {
    "pdf": (paper_files.as_pdf, "application/pdf"),
    "csv": (paper_files.as_csv, "text/csv"),
}


@pages.get("/compliance/report.<string:form>")
@page(Permission.READ_AUDIT, reads="compliance-report")
def compliance_report_file(form: str) -> Response:
    """The report of the days asked for, as a file."""
    if form not in _FORMATS:
        raise NotFound(f"There is no report as {form}.")
    first, last = period()
    since, until = moments(first, last)
    found = compliance_report.of_period(
        db.session(),
        since,
        until,
        doubts=wiring().team.doubts,
        actor=current_actor(),
        now=clock.now(),
    )
    wanted = request.args.get("language", "")
    spoken = wanted if wanted in ("zh-CN", "en") else language()
    draw, media = _FORMATS[form]
    answer = send_file(
        BytesIO(draw(printed(found, spoken, zone(), wiring().rulebook))),
        mimetype=media,
        as_attachment=True,
        download_name=f"compliance-{first}-{last}-{spoken}.{form}",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
