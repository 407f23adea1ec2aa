"""The rulebook as a planner asks it: the lawful windows of many different visits."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bench.rows import Row
from bench.timing import best_of
from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.windows import lawful_windows
from fieldops.gateways.rulebook import load_packs
from fieldops.settings import config_dir

DAY = date(2026, 3, 2)
# A planner asks for 10,000 visits at once and must not keep anybody waiting for it.
VISITS_A_SECOND = 10_000.0


def measure(visits: int) -> Sequence[Row]:
    """The windows of one day for so many visits to different people at homes and at work."""
    book = load_packs(config_dir() / "rulebook")
    proposals = [_visit(number) for number in range(visits)]
    length = timedelta(minutes=15)
    seconds, found = best_of(
        2, lambda: [lawful_windows(one, book, DAY, DAY, length) for one in proposals]
    )
    if not any(answer.windows for answer in found):
        raise AssertionError("no visit has a lawful window: nothing was measured")
    return [
        Row("visits judged", visits / seconds, "limit", VISITS_A_SECOND, "visits/s", "more"),
    ]


# Every eighth visit is made elsewhere, some under the laws of two countries.
ELSEWHERE = (
    ("Europe/London", ["UK", "CN"]),
    ("Europe/Dublin", ["IE"]),
    ("America/New_York", ["US", "US-MA"]),
    ("Australia/Sydney", ["AU"]),
    ("Asia/Kolkata", ["IN"]),
)


def _visit(number: int) -> Proposal:
    kind = "home" if number % 3 else "work"
    far = ELSEWHERE[number // 8 % len(ELSEWHERE)]
    zone, jurisdictions = ("Asia/Shanghai", ["CN"]) if number % 8 else far
    raw: dict[str, Any] = {
        "contact": {
            "channel": "visit",
            "purpose": "collect",
            "party": {"id": f"p{number}", "role": "debtor"},
            "place": {"kind": kind, "timezone": zone, "jurisdictions": jurisdictions},
            "start": "2026-03-02T10:00:00+08:00",
            "end": "2026-03-02T10:15:00+08:00",
            "agents": [
                {"id": "a1", "trained_until": "2028-03-31"},
                {"id": "a2", "trained_until": "2028-03-31"},
            ],
        }
    }
    return parse_proposal(raw)
