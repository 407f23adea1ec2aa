"""The words of the report to a regulator: counts become tables in the language asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fieldops.domain.paper import Paper, Table
from fieldops.domain.rulebook.records import RuleBook
from fieldops.services.compliance_report import Counts, Report
from fieldops.services.evidence_fit import Fit
from fieldops.web.paper_words import Named, PaperWords


def printed(report: Report, language: str, zone: ZoneInfo, book: RuleBook) -> Paper:
    """The report as a paper in "zh-CN" or "en"."""
    return _Printer(language, zone, book).paper(report)


class _Printer(PaperWords):
    """Writes the report down."""

    def paper(self, report: Report) -> Paper:
        """The whole paper."""
        return Paper(
            title=self._t("title"),
            language=self._language,
            facts=self._facts(report),
            tables=[
                self._counted("contacts", report.contacts, self._in("channel"), self._in("result")),
                self._counted("rulings", report.rulings, self._in("gate"), self._in("ruled")),
                self._counted("refused", report.refused, self._rule, self._in("gate")),
                self._counted("near", report.near, self._rule, self._in("ruling_part")),
                self._deadlines(report),
                self._counted("complaints", report.complaints, self._in("complaint_outcome")),
                self._counted("disputes", report.disputes, self._in("dispute_outcome")),
                self._counted("requests", report.requests, self._in("request_kind")),
                self._counted("placed", report.holds_placed, *self._hold),
                self._counted("lifted", report.holds_lifted, *self._hold),
                self._fit(report.fit),
                self._counted("overridden", report.overridden, self._rule, self._in("office")),
            ],
            foot=self._t("foot"),
        )

    def _facts(self, report: Report) -> list[tuple[str, str]]:
        last = report.until - timedelta(microseconds=1)
        kept = [fit.as_of for fit in report.fit[:1] if fit.as_of is not None]
        return [
            (self._t("house"), report.house),
            (self._t("period"), f"{self._day(report.since)} – {self._day(last)} ({self._zone})"),
            (self._t("made"), self._minute(report.made_at)),
            *((self._t("fit_as_of"), self._minute(at)) for at in kept),
            (self._t("packs"), "; ".join(report.rule_packs) or self._t("nothing")),
        ]

    def _minute(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def _counted(self, name: str, counts: Counts, *named: Named) -> Table:
        head = [*self._t(f"{name}_head").split(" | "), self._t("count")]
        rows = [
            [*(tell(word) for tell, word in zip(named, key, strict=True)), str(count)]
            for key, count in counts
        ]
        note = self._words.get(f"report.{name}_note", "") if rows else self._t("nothing")
        return Table(self._t(name), head, rows, note)

    def _deadlines(self, report: Report) -> Table:
        found = report.deadlines
        names = ("received", "answered_in_time", "answered_late", "waiting", "overdue")
        rows = [[self._words[f"complaint_clock.{one}"], str(getattr(found, one))] for one in names]
        return Table(self._t("clocks"), [self._t("clocks_head"), self._t("count")], rows)

    def _fit(self, fits: Sequence[Fit]) -> Table:
        rows = [
            [
                fit.agent.code,
                "; ".join(self._in("doubt_ground")(one) for one in fit.grounds) or "–",
                f"{fit.nobody} / {fit.compared} ({fit.expected:.1f})" if fit.compared else "–",
                f"{fit.doubtful} / {fit.items}",
                f"{fit.remarked} / {fit.visits}",
                "; ".join(f"{self._check(name)} {n}" for name, n in fit.checks.most_common()),
                self._in("review_outcome")(fit.review.outcome) if fit.review else "–",
            ]
            for fit in fits
        ]
        note = self._t("fit_note") if rows else self._t("nothing")
        return Table(self._t("fit"), self._t("fit_head").split(" | "), rows, note)

    @property
    def _hold(self) -> tuple[Named, Named]:
        variant = self._in("hold_variant")
        return self._in("hold_kind"), lambda word: variant(word) if word else "–"

    def _t(self, key: str) -> str:
        return self._words[f"report.{key}"]
