"""Field reports: the counts of a day, a week, or the cases of a creditor or an import."""

from datetime import date
from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops import clock
from fieldops.api.access import allow, current_actor
from fieldops.api.report_schemas import FieldReportOut
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import reports
from fieldops.services.organisations import zone_of
from fieldops.services.reports import Asked, FieldReport
from fieldops.wiring import wiring

blp = Blueprint("reports", __name__, url_prefix="/api/v1/reports", description="Field reports")


class DayQuery(Schema):
    """Which day, today where none is named."""

    day = fields.Date(load_default=None)


class PortfolioQuery(Schema):
    """Whose cases, and from which day to which, both counted."""

    creditor = fields.String(load_default=None)
    import_id = fields.UUID(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


@blp.route("/day")
class OfDay(MethodView):
    """The report of a day."""

    @allow(Permission.READ_REPORTS, reads="reports")
    @blp.arguments(DayQuery, location="query")
    @blp.response(200, FieldReportOut)
    def get(self, query: dict[str, date | None]) -> Any:
        """Count one day."""
        return _report(reports.asked_day(query["day"] or _today(), current_actor(), _zone()))


@blp.route("/week")
class OfWeek(MethodView):
    """The report of a week."""

    @allow(Permission.READ_REPORTS, reads="reports")
    @blp.arguments(DayQuery, location="query")
    @blp.response(200, FieldReportOut)
    def get(self, query: dict[str, date | None]) -> Any:
        """Count the week of a day, Monday to Sunday."""
        return _report(reports.asked_week(query["day"] or _today(), current_actor(), _zone()))


@blp.route("/portfolio")
class OfPortfolio(MethodView):
    """The report of some cases."""

    @allow(Permission.READ_REPORTS, reads="reports")
    @blp.arguments(PortfolioQuery, location="query")
    @blp.response(200, FieldReportOut)
    def get(self, query: dict[str, Any]) -> Any:
        """Count the cases of a creditor or of an import, from when they came in until today."""
        asked = reports.asked_portfolio(
            db.session(), current_actor(), _zone(),
            creditor=query["creditor"], import_id=query["import_id"],
            first=query["since"], last=query["until"], today=_today(),
        )  # fmt: skip
        return _report(asked)


def _report(asked: Asked) -> FieldReport:
    rates = wiring().settings.rates
    return reports.report(db.session(), asked, rates=rates, actor=current_actor(), now=clock.now())


def _zone() -> Any:
    organisation: UUID = current_actor().organisation_id
    return zone_of(db.session(), organisation)


def _today() -> date:
    today: date = clock.now().astimezone(_zone()).date()
    return today
