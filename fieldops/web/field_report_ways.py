"""The words of a field report about ways, hours, what they cost, and what the plans save."""

from decimal import Decimal

from fieldops.domain.paper import Cell, Table
from fieldops.services.reports import FieldReport
from fieldops.services.reports.driving import Compared
from fieldops.web import report_charts
from fieldops.web.paper_words import PaperWords
from fieldops.web.report_charts import Across


class WayWords(PaperWords):
    """Writes ways and costs down."""

    def ways(self, report: FieldReport) -> Table:
        """Kilometres and hours, and what they cost by the formula at the rates of the house."""
        driven, costs = report.driven, report.costs
        head = [self.t("reports.what"), self.t("reports.value")]
        if not driven.routes:
            return Table(self.t("reports.ways"), head, [], self.t("reports.no_ways"))
        rows: list[list[Cell]] = [
            [self.t("reports.kilometres"), tenths(driven.metres / 1000)],
            [self.t("reports.hours"), tenths(driven.person_seconds / 3600)],
            [self.t("reports.routes"), driven.routes],
        ]
        made = report.visits.all.made
        if made:
            each = tenths(driven.metres / 1000 / made)
            rows.append([self.t("reports.kilometres_each"), each])
        for name, value in (
            (self.t("reports.rate_hour"), costs.rates.per_hour),
            (self.t("reports.rate_kilometre"), costs.rates.per_kilometre),
            (self.t("reports.cost"), costs.whole),
            (self.t("reports.cost_visit"), costs.per_visit),
            (self.t("reports.cost_met"), costs.per_met),
        ):
            if value is not None:
                rows.append([f"{name} ({costs.rates.currency})", value])
        return Table(self.t("reports.ways"), head, rows, self._note(report))

    def saved(self, found: Compared) -> tuple[Table, Across | None]:
        """The plans beside the naive ones, by kilometres for each visit."""
        head = [self.t("reports.plan"), self.t("reports.kilometres"), self.t("reports.served")]
        head.append(self.t("reports.kilometres_each"))
        if found.saved is None or not (found.per_visit and found.naive_per_visit):
            return Table(self.t("reports.saved"), head, [], self.t("reports.no_plans")), None
        rows: list[list[Cell]] = []
        bars = []
        for name, kilometres, served, each in (
            (self.t("reports.own_plans"), found.kilometres, found.served, found.per_visit),
            (
                self.t("reports.naive_plans"),
                found.naive_kilometres, found.naive_served, found.naive_per_visit,
            ),
        ):  # fmt: skip
            rows.append([name, tenths(kilometres), served, hundredths(each)])
            bars.append((name, f"{each:,.2f} km", [each]))
        told: dict[str, object] = {
            "saved": f"{abs(found.saved):,.1f}", "naive": f"{found.naive_per_visit:,.2f}",
            "served": found.served, "plans": found.plans, "own": f"{found.kilometres:,.1f}",
        }  # fmt: skip
        is_saved = found.saved >= 0
        note = (
            self.t("reports.saved_note", **told)
            if is_saved
            else self.t("reports.longer_note", **told)
        )
        chart = report_charts.across(bars, [self.t("reports.kilometres_each")])
        return Table(self.t("reports.saved"), head, rows, note), chart

    def _note(self, report: FieldReport) -> str:
        parts = [
            self.t("reports.ways_of_cases")
            if report.asked.is_narrowed
            else self.t("reports.ways_note")
        ]
        parts.append(
            self.t("reports.formula") if report.costs.rates.stated else self.t("reports.no_rates")
        )
        if report.visits.all.open:
            parts.append(self.t("reports.not_over", count=report.visits.all.open))
        return " ".join(parts)


def tenths(value: float) -> Decimal:
    """A number with one decimal."""
    return Decimal(f"{value:.1f}")


def hundredths(value: float) -> Decimal:
    """A number with two decimals."""
    return Decimal(f"{value:.2f}")
