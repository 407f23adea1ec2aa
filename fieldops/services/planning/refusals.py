"""Several refused stops as one refusal, and the error of a change that does not fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import routing
from fieldops.domain.errors import FieldopsError
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.records import Ruling, Violation
from fieldops.models import Stop
from fieldops.services.rulings import ContactForbidden


@dataclass(frozen=True, slots=True)
class StopRuling:
    """What the rulebook said of one stop, and of what exactly."""

    stop: Stop
    proposal: Proposal
    ruling: Ruling

    def to_json(self) -> dict[str, Any]:
        """The stop by its ids, with its ruling."""
        return {
            "stop_id": str(self.stop.id),
            "case_id": str(self.stop.case_id),
            "address_id": str(self.stop.address_id),
            **self.ruling.to_json(),
        }


class DoesNotFit(FieldopsError):
    """A change by hand that time, crew or another constraint of the plan does not allow."""

    slug = "does-not-fit"
    status = 409
    title_en = "The change does not fit into the plan"
    title_zh = "此调整无法放入计划"


def does_not_fit(reasons: Iterable[routing.Reason]) -> DoesNotFit:
    """The solver's reasons as an error."""
    listed = [
        {"code": why.code, "detail": why.detail, "would_fit_if": why.would_fit_if}
        for why in reasons
    ]
    return DoesNotFit("; ".join(str(one["detail"]) for one in listed), reasons=listed)


def refusal_of(forbidden: Sequence[StopRuling]) -> ContactForbidden:
    """One refusal for all of them: every broken rule, each stop's own ruling, the first way out."""
    violations: dict[str, Violation] = {}
    for one in forbidden:
        for violation in one.ruling.violations:
            violations.setdefault(violation.rule, violation)
    times = [one.ruling.next_legal for one in forbidden if one.ruling.next_legal is not None]
    whole = Ruling(
        allowed=False,
        violations=tuple(violations.values()),
        warnings=(),
        next_legal=min(times) if times else None,
        packs=tuple(dict.fromkeys(p for one in forbidden for p in one.ruling.packs)),
    )
    detail = f"{len(forbidden)} stops are forbidden by {', '.join(whole.rules)}."
    return ContactForbidden(whole, detail, stops=[one.to_json() for one in forbidden])


def served_times(stop: Stop) -> tuple[datetime, datetime]:
    """When a served stop's visit begins and ends; ValueError for an unserved one."""
    if stop.starts_at is None or stop.finishes_at is None:
        raise ValueError(f"stop {stop.id} is on no route")
    return stop.starts_at, stop.finishes_at


def forbidden_reason(ruling: Ruling, code: str = "contact-forbidden") -> dict[str, Any]:
    """A refusal as the reason of an unserved stop."""
    later = None if ruling.next_legal is None else ruling.next_legal.isoformat()
    return {
        "code": code,
        "detail": f"forbidden by {', '.join(ruling.rules)}",
        "would_fit_if": None if later is None else f"it were visited from {later}",
        "rules": list(ruling.rules),
        "violations": [violation.to_json() for violation in ruling.violations],
        "next_legal": later,
    }
