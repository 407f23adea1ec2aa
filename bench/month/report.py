"""What a month came to: figures of what was tried, refused and found, for people and as rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.audit import Finding
from bench.month.house import Tally
from bench.rows import Row

_COUNTS = {
    "cases": 'SELECT count(*) FROM "case"',
    "visits planned": "SELECT count(*) FROM visit",
    "visits made": "SELECT count(*) FROM visit WHERE arrived_at IS NOT NULL",
    "visits called off": "SELECT count(*) FROM visit WHERE state = 'cancelled'",
    "calls and messages": "SELECT count(*) FROM contact WHERE channel <> 'visit'",
    "refusals kept": "SELECT count(*) FROM ruling_record WHERE NOT allowed",
    "rulings kept": "SELECT count(*) FROM ruling_record",
    "holds": "SELECT count(*) FROM hold",
    "overrides used": "SELECT count(*) FROM rule_override WHERE used_at IS NOT NULL",
    "complaints": "SELECT count(*) FROM complaint",
    "complaints answered": "SELECT count(*) FROM complaint WHERE answered_at IS NOT NULL",
    "items of evidence": "SELECT count(*) FROM item",
    "custody entries": "SELECT count(*) FROM custody_entry",
    "observations": "SELECT count(*) FROM observation",
    "flags": "SELECT count(*) FROM flag",
    "alerts sent": "SELECT count(*) FROM notice_sending WHERE state = 'sent'",
    "alerts owed": "SELECT count(*) FROM notice_sending WHERE state <> 'dropped'",
    "entries of phones": "SELECT count(*) FROM device_entry",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A played month, its audit, and the seconds that went into its parts."""

    figures: dict[str, int]
    tally: Tally
    found: Sequence[Finding]
    spent: dict[str, float]
    letters: int
    ended: datetime
    days: int

    @property
    def violations(self) -> Counter[str]:
        """What the audit holds against the house."""
        return Counter(one.what for one in self.found if not one.hindsight)

    @property
    def seconds(self) -> float:
        """The whole time of the play."""
        return sum(self.spent.values())

    def rows(self) -> list[Row]:
        """The figures as rows of a benchmark; a ratio of one is what is promised."""
        told, visits = self.figures, max(1, self.figures["visits made"])
        contacts = visits + told["calls and messages"]
        broken = sum(self.violations.values())
        met = max(1, len(self.tally.refusals))
        lost = sum(one.what == "a refusal that was not kept" for one in self.found)
        return [
            Row("contacts without a violation", contacts - broken, "contacts made", contacts,
                "contacts", "more"),
            Row("refusals kept", met - lost, "refusals met", met, "refusals", "more"),
            Row("alerts that arrived", told["alerts sent"], "alerts owed",
                max(1, told["alerts owed"]), "alerts", "more"),
            Row("time of a visit, its plan and all that follows", 1000 * self.seconds / visits,
                "limit", 1000.0, "ms", "less"),
        ]  # fmt: skip


def counted(session: Session) -> dict[str, int]:
    """How many there are of each."""
    return {name: int(session.scalar(text(query)) or 0) for name, query in _COUNTS.items()}


def show(report: Report, console: Console) -> None:
    """Tell it all."""
    tables: dict[str, Any] = {
        "in the tables": report.figures,
        "done": report.tally.done,
        "refused by rule": report.tally.rules,
        "refused at": report.tally.refused,
        "turned away for another reason": report.tally.turned_away,
        "violations": report.violations,
        "known only later": Counter(one.what for one in report.found if one.hindsight),
        "seconds": {name: round(value) for name, value in report.spent.items()},
    }
    for title, lines in tables.items():
        table = Table(title=f"{title}: {sum(lines.values()):,}", box=None)
        for name, value in sorted(lines.items(), key=lambda line: -line[1]):
            table.add_row(str(name), f"{value:,}")
        console.print(table)
