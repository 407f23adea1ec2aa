"""Field reports: a day, a week or a portfolio on a page with charts, and as a file."""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, send_file

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput, NotFound
from fieldops.domain.permissions import Permission
from fieldops.gateways import paper_files
from fieldops.gateways.paper_workbook import as_xlsx
from fieldops.services import reports
from fieldops.services.reports import Asked, FieldReport, Kind
from fieldops.web import field_report_wording
from fieldops.web.access import current_actor, page, zone
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import language
from fieldops.web.showing import today
from fieldops.wiring import wiring

_FORMATS = {
    "csv": (paper_files.as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (paper_files.as_pdf, "application/pdf"),
}
_STEPS = {Kind.DAY: timedelta(days=1), Kind.WEEK: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class _Around:
    """The day before and after, or the week."""

    before: date
    after: date


@pages.get("/reports")
@page(Permission.READ_REPORTS, reads="reports")
def reports_page() -> Any:
    """The report asked for; without a portfolio only the form that chooses one."""
    kind, wrong, found = _kind(), None, None
    try:
        if kind is not Kind.PORTFOLIO or _names_one():
            found = _report(_asked(kind))
    except InvalidInput as fault:
        wrong = fault
    session, actor = db.session(), current_actor()
    sections = (
        field_report_wording.sections(found, language(), zone(), wiring().rulebook) if found else []
    )
    shown = render_template(
        "reports.html",
        kind=kind, kinds=Kind, report=found, sections=sections, wrong=wrong, asked=request.args,
        creditors=reports.creditors(session, actor) if kind is Kind.PORTFOLIO else [],
        imports=reports.imports(session, actor) if kind is Kind.PORTFOLIO else [],
        around=_around(found.asked) if found else None, day=_day("day") if not wrong else None,
        today=today(), forms=tuple(_FORMATS),
    )  # fmt: skip
    return (shown, wrong.status) if wrong else shown


@pages.get("/reports/file.<string:form>")
@page(Permission.READ_REPORTS, reads="reports")
def report_file(form: str) -> Response:
    """The same as a file, in the language asked for."""
    if form not in _FORMATS:
        raise NotFound(f"There is no report as {form}.")
    found = _report(_asked(_kind()))
    wanted = request.args.get("language", "")
    spoken = wanted if wanted in ("zh-CN", "en") else language()
    draw, media = _FORMATS[form]
    paper = field_report_wording.printed(found, spoken, zone(), wiring().rulebook)
    asked = found.asked
    answer = send_file(
        BytesIO(draw(paper)),
        mimetype=media,
        as_attachment=True,
        download_name=f"{asked.kind}-{asked.first}-{asked.last}-{spoken}.{form}",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _report(asked: Asked) -> FieldReport:
    rates = wiring().settings.rates
    return reports.report(db.session(), asked, rates=rates, actor=current_actor(), now=clock.now())


def _kind() -> Kind:
    wanted = request.args.get("kind", "")
    return Kind(wanted) if wanted in set(Kind) else Kind.DAY


def _names_one() -> bool:
    return bool(request.args.get("creditor") or request.args.get("import"))


def _asked(kind: Kind) -> Asked:
    actor = current_actor()
    if kind is Kind.DAY:
        return reports.asked_day(_day("day") or today(), actor, zone())
    if kind is Kind.WEEK:
        return reports.asked_week(_day("day") or today(), actor, zone())
    return reports.asked_portfolio(
        db.session(), actor, zone(),
        creditor=request.args.get("creditor"), import_id=_import_id(),
        first=_day("since"), last=_day("until"), today=today(),
    )  # fmt: skip


def _import_id() -> UUID | None:
    given = request.args.get("import")
    try:
        return UUID(given) if given else None
    except ValueError as wrong:
        raise NotFound(f"There is no import {given}.") from wrong


def _day(name: str) -> date | None:
    given = request.args.get(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault(name, "must be a day as 2026-11-24")]) from wrong


def _around(asked: Asked) -> _Around | None:
    step = _STEPS.get(asked.kind)
    return _Around(asked.first - step, asked.first + step) if step else None
