"""The report of a day, a week or a portfolio: counts and sums, reckoned by the database."""

from fieldops.services.reports.asked import Asked, Kind, asked_day, asked_portfolio, asked_week
from fieldops.services.reports.choices import creditors, imports
from fieldops.services.reports.whole import FieldReport, report

__all__ = [
    "Asked",
    "FieldReport",
    "Kind",
    "asked_day",
    "asked_portfolio",
    "asked_week",
    "creditors",
    "imports",
    "report",
]
