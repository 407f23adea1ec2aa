"""The words of a field report: its counts become tables, some with a chart, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from fieldops.domain.bilingual import in_language
from fieldops.domain.called_off import in_words
from fieldops.domain.paper import Cell, Paper, Table
from fieldops.domain.rulebook.records import RuleBook
from fieldops.services.protection.scope import ERASED
from fieldops.services.reports import FieldReport, Kind
from fieldops.services.reports.visiting import Visited, in_order
from fieldops.web import report_charts
from fieldops.web.field_report_ways import WayWords
from fieldops.web.report_charts import Across, Upright

_MOST_DAYS = 62


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the report under its name, with its chart where it has one."""

    name: str
    table: Table
    chart: Across | Upright | None = None

    @property
    def is_upright(self) -> bool:
        """Whether the chart is one of columns."""
        return isinstance(self.chart, Upright)


def sections(report: FieldReport, language: str, zone: ZoneInfo, book: RuleBook) -> list[Section]:
    """The report as tables and charts in "zh-CN" or "en"."""
    return list(_Printer(language, zone, book).sections(report))


def printed(report: FieldReport, language: str, zone: ZoneInfo, book: RuleBook) -> Paper:
    """The report as a paper, for files."""
    return _Printer(language, zone, book).paper(report)


class _Printer(WayWords):
    """Writes the report down, part by part."""

    def paper(self, report: FieldReport) -> Paper:
        """All tables with what they are of."""
        return Paper(
            title=self.t("reports.title"),
            language=self._language,
            facts=self._facts(report),
            tables=[section.table for section in self.sections(report)],
            foot=self.t("reports.foot"),
        )

    def sections(self, report: FieldReport) -> Iterator[Section]:
        """Every part in its order."""
        yield self._visits(report)
        yield self._causes(report)
        yield self._outcomes(report)
        yield self._money(report)
        yield self._contacts(report)
        yield Section("ways", self.ways(report))
        if report.compared is not None:
            table, chart = self.saved(report.compared)
            yield Section("saved", table, chart)
        yield self._flags(report)
        yield self._waits(report)
        yield self._items(report)
        yield self._refusals(report)
        if report.agents is not None:
            yield self._agents(report)

    def _facts(self, report: FieldReport) -> list[tuple[str, str]]:
        asked = report.asked
        of = [(self.t("reports.house"), report.house)]
        if asked.creditor is not None:
            of.append((self.t("reports.creditor"), asked.creditor))
        if report.import_name is not None:
            gone = report.import_name == ERASED
            name = self.t("imports.name_gone") if gone else report.import_name
            of.append((self.t("reports.import"), name))
        made = f"{report.made_at.astimezone(self._zone):%Y-%m-%d %H:%M}"
        return [
            (self.t("reports.kind"), self._in("report_kind")(asked.kind)),
            *of,
            (self.t("reports.period"), f"{asked.first} – {asked.last} ({self._zone})"),
            (self.t("reports.made_at"), made),
        ]

    def _visits(self, report: FieldReport) -> Section:
        names = [self.t("reports.made"), self.t("reports.open"), self.t("reports.missed")]
        names.append(self.t("reports.cancelled"))
        columns = self._columns(report)
        rows: list[list[Cell]] = [
            [label, one.planned, *_parts(one)] for label, one in columns if one.planned
        ]
        whole = report.visits.all
        if len(rows) > 1:
            rows.append([self.t("reports.together"), whole.planned, *_parts(whole)])
        head = [self.t("reports.day"), self.t("reports.planned"), *names]
        note = self.t("reports.visits_note") if rows else self.t("reports.none")
        table = Table(self.t("reports.visits"), head, rows, note)
        if report.asked.kind is Kind.DAY:
            bar = [(self.t("reports.visits"), f"{whole.made} / {whole.planned}", _parts(whole))]
            return Section("visits", table, report_charts.across(bar, names))
        chart = report_charts.upright([(label, _parts(one)) for label, one in columns], names)
        return Section("visits", table, chart)

    def _columns(self, report: FieldReport) -> list[tuple[str, Visited]]:
        """The visits by day, or by month where the days are many, with the empty ones between."""
        asked = report.asked
        found: dict[str, Visited] = {}
        count = (asked.last - asked.first).days + 1
        for number in range(count):
            day = asked.first + timedelta(days=number)
            label = f"{day:%m-%d}" if count <= _MOST_DAYS else f"{day:%Y-%m}"
            into = found.setdefault(label, Visited())
            if one := report.visits.days.get(day):
                into.made += one.made
                into.open += one.open
                into.missed += one.missed
                into.cancelled += one.cancelled
        return list(found.items())

    def _causes(self, report: FieldReport) -> Section:
        named = self._in("visit_cause")
        rows: list[list[Cell]] = [
            [named(cause), "", count] for cause, count in report.visits.causes.most_common()
        ]
        rows += [
            [str(day), in_language(in_words(reason), self._language), ""]
            for day, reason in report.visits.reasons
        ]
        head = [self.t("reports.cause"), self.t("reports.reason"), self.t("reports.count")]
        note = self.t("reports.causes_note") if rows else self.t("reports.none_cancelled")
        return Section("causes", Table(self.t("reports.causes"), head, rows, note))

    def _outcomes(self, report: FieldReport) -> Section:
        made, named = report.visits.all.made, self._in("outcome")
        counts = in_order(report.visits.all.outcomes)
        rows: list[list[Cell]] = [
            [named(word), count, _share(count, made)] for word, count in counts
        ]
        met = report.visits.all.met
        note = self.t("reports.met_note", met=met, made=made, share=_share(met, made))
        head = [self.t("reports.outcome"), self.t("reports.count"), self.t("reports.share")]
        table = Table(
            self.t("reports.outcomes"), head, rows, note if rows else self.t("reports.none")
        )
        bars = [(named(word), str(count), [count]) for word, count in counts]
        return Section("outcomes", table, report_charts.across(bars, [self.t("reports.count")]))

    def _money(self, report: FieldReport) -> Section:
        rows: list[list[Cell]] = [
            [what, one.currency, one.number, one.amount]
            for what, sums in (
                (self.t("reports.promises"), report.promises),
                (self.t("reports.payments"), report.payments),
            )
            for one in sums
        ]
        head = [self.t("reports.what"), self.t("reports.currency"), self.t("reports.count")]
        head.append(self.t("reports.amount"))
        note = self.t("reports.money_note") if rows else self.t("reports.none")
        return Section("money", Table(self.t("reports.money"), head, rows, note))

    def _contacts(self, report: FieldReport) -> Section:
        named = self._in("channel")
        rows: list[list[Cell]] = [
            [
                named(one.channel), one.attempts, one.completed,
                _share(one.completed, one.attempts), one.persons,
            ]
            for one in report.contacts
        ]  # fmt: skip
        head = [self.t("reports.channel"), self.t("reports.attempts"), self.t("reports.completed")]
        head += [self.t("reports.share"), self.t("reports.persons")]
        note = self.t("reports.contacts_note") if rows else self.t("reports.none")
        table = Table(self.t("reports.contacts"), head, rows, note)
        bars = [
            (
                named(one.channel), f"{one.completed} / {one.attempts}",
                [one.completed, one.attempts - one.completed],
            )
            for one in report.contacts
        ]  # fmt: skip
        legend = [self.t("reports.completed"), self.t("reports.in_vain")]
        return Section("contacts", table, report_charts.across(bars, legend))

    def _flags(self, report: FieldReport) -> Section:
        named = self._in("flag")
        legend = [self._in("flag_state")(one) for one in ("confirmed", "dismissed", "open")]
        rows: list[list[Cell]] = []
        bars = []
        for one in report.flags:
            parts = [one.confirmed, one.dismissed, one.open]
            rows.append([named(one.code), one.raised, *parts])
            bars.append((named(one.code), str(one.raised), parts))
        head = [self.t("reports.flag"), self.t("reports.raised"), *legend]
        note = self.t("reports.flags_note") if rows else self.t("reports.no_flags")
        table = Table(self.t("reports.flags"), head, rows, note)
        return Section("flags", table, report_charts.across(bars, legend))

    def _waits(self, report: FieldReport) -> Section:
        found, named = report.reviewed, self._in("flag_wait")
        rows: list[list[Cell]] = [[named(step), count] for step, count in found.steps]
        rows.append([named("waiting"), found.waiting])
        note = self.t("reports.no_reviews")
        if found.mean_seconds is not None:
            hours = f"{found.mean_seconds / 3600:,.1f}"
            note = self.t("reports.mean_wait", hours=hours, count=found.number)
        head = [self.t("reports.wait"), self.t("reports.count")]
        if not report.flags:
            rows, note = [], self.t("reports.no_flags")
        return Section("waits", Table(self.t("reports.waits"), head, rows, note))

    def _items(self, report: FieldReport) -> Section:
        found = report.items
        rows: list[list[Cell]] = [
            [self._check(name), count, _share(count, found.number)] for name, count in found.checks
        ]
        head = [self.t("reports.check"), self.t("reports.doubtful"), self.t("reports.share")]
        note = self.t(
            "reports.items_note",
            number=found.number, doubtful=found.doubtful, infected=found.infected,
        ) if found.number else self.t("reports.no_items")  # fmt: skip
        bars = [(self._check(name), str(count), [count]) for name, count in found.checks]
        chart = report_charts.across(bars, [self.t("reports.doubtful")])
        return Section("items", Table(self.t("reports.items"), head, rows, note), chart)

    def _refusals(self, report: FieldReport) -> Section:
        rows: list[list[Cell]] = [
            [self._rule(one.rule), one.contacts, one.cases] for one in report.refusals
        ]
        head = [self.t("reports.rule"), self.t("reports.refused"), self.t("reports.cases")]
        note = self.t("reports.refusals_note") if rows else self.t("reports.none_refused")
        bars = [
            (self._rule(one.rule), str(one.contacts), [one.contacts]) for one in report.refusals
        ]
        chart = report_charts.across(bars, [self.t("reports.refused")])
        return Section("refusals", Table(self.t("reports.refusals"), head, rows, note), chart)

    def _agents(self, report: FieldReport) -> Section:
        rows: list[list[Cell]] = [
            [
                f"{one.agent.name} ({one.agent.code})", one.visited.planned, one.visited.made,
                one.visited.met, _share(one.visited.met, one.visited.made),
                one.visited.outcomes["promise"], one.visited.outcomes["payment"],
                one.visited.cancelled + one.visited.missed,
            ]
            for one in report.agents or ()
        ]  # fmt: skip
        head = [self.t("reports.agent"), self.t("reports.planned"), self.t("reports.made")]
        head += [self.t("reports.met"), self.t("reports.share"), self.t("reports.promises")]
        head += [self.t("reports.payments"), self.t("reports.not_made")]
        note = self.t("reports.agents_note") if rows else self.t("reports.none")
        return Section("agents", Table(self.t("reports.agents"), head, rows, note))


def _parts(one: Visited) -> list[int]:
    return [one.made, one.open, one.missed, one.cancelled]


def _share(part: int, whole: int) -> Cell:
    """In whole per cent."""
    return round(100 * part / whole) if whole else ""
