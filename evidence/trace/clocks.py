"""Legal clocks: what runs out when, by which formula, from which event; counsel checks."""

import calendar
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rule:
    """A period of law: how long, counted from what, and where it is written."""

    name: str
    event: str
    basis: str
    years: int = 0
    days: int = 0
    hours: int = 0

    @property
    def formula(self) -> str:
        """The sum as counsel would write it, for example `known_at + 1 y`."""
        parts = ((self.years, "y"), (self.days, "d"), (self.hours, "h"))
        return self.event + "".join(f" + {n} {unit}" for n, unit in parts if n)


@dataclass(frozen=True, slots=True)
class Clock:
    """One running period: the deadline, its formula and start event; a note says what to check."""

    name: str
    formula: str
    event: str
    starts: str
    ends: str
    basis: str
    note: str


RULES = {
    rule.name: rule
    for rule in (
        Rule("revocation-1y", "known_at", "民法典 541", years=1),
        Rule("revocation-5y", "act", "民法典 541", years=5),
        Rule("urgent-ruling-48h", "known_at", "民诉法 103-104", hours=48),
        Rule("pre-suit-30d", "preservation_ruling", "民诉法 104", days=30),
        Rule("deregistration-20d", "deregistration_notice", "公司法 240", days=20),
        Rule("liquidation-15d", "dissolution", "公司法 232", days=15),
    )
}
_NOTE = (
    "提示，非结论；起算日与节假日由律师核对 / a pointer, not a conclusion: counsel checks the count"
)


def clock(name: str, starts: date | datetime | None) -> Clock:
    """The clock of a rule. Without a start it stands still, and says which event it waits for."""
    rule = RULES[name]
    if starts is None:
        return Clock(name, rule.formula, rule.event, "", "", rule.basis, _NOTE)
    ends = _add_years(starts, rule.years) + timedelta(days=rule.days, hours=rule.hours)
    return Clock(
        name, rule.formula, rule.event, starts.isoformat(), ends.isoformat(), rule.basis, _NOTE
    )


def as_json(found: Clock) -> dict[str, str]:
    """The clock as it stands in a flag's `clocks`."""
    return asdict(found)


def _add_years(start: date, years: int) -> date:
    """The same day `years` later; 29 February becomes the 28th, the earlier and safer day."""
    year = start.year + years
    last = calendar.monthrange(year, start.month)[1]
    return start.replace(year=year, day=min(start.day, last))
