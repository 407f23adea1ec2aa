"""Builds a case of the table: a contact by the clock of its place, and the ruling it must get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Case = dict[str, Any]
CREW = [{"id": "a1"}, {"id": "a2"}]


@dataclass(frozen=True)
class Where:
    """A place whose clock all times of its cases are read on."""

    zone: str
    jurisdictions: tuple[str, ...]

    def at(self, clock: str) -> str:
        """A clock time there, as "2026-03-02T21:40", with its offset."""
        local = datetime.fromisoformat(clock)
        return (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(self.zone))).isoformat()

    def past(
        self, channel: str, clock: str, result: str, party: str = "p1", **more: Any
    ) -> dict[str, Any]:
        """One earlier contact, about debt d1 unless it says another."""
        what = {"channel": channel, "at": self.at(clock), "result": result, "party": party}
        return {"debt": "d1"} | what | more

    def hold(self, kind: str, until: str | None = None, **more: Any) -> dict[str, Any]:
        """A hold on the person from 1 January 2026."""
        ends = self.at(until) if until and "T" in until else until
        begun = self.at("2026-01-01T00:00")
        return {"kind": kind, "scope": "person", "from": begun, "until": ends} | more

    def case(
        self,
        name: str,
        start: str,
        *forbids: str,
        later: str | None = None,
        minutes: int | None = 20,
        policies: bool = False,
        **parts: Any,
    ) -> Case:
        """A visit at home to debtor p1 about debt d1 unless `contact`, `party`, ... change it.

        `forbids` are the rules it breaks, `later` the next lawful clock time (None: none).
        """
        begins = datetime.fromisoformat(self.at(start)).astimezone(ZoneInfo(self.zone))
        contact = {
            "channel": "visit",
            "purpose": "collect",
            "party": {"id": "p1", "role": "debtor"} | parts.pop("party", {}),
            "place": {
                "kind": "home",
                "timezone": self.zone,
                "jurisdictions": list(self.jurisdictions),
            }
            | parts.pop("place", {}),
            "start": self.at(start),
            "agents": CREW,
        }
        if minutes is not None:
            # Elapsed time, not clock time: an hour that a zone repeats lasts twice as long.
            ends = begins.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)
            contact["end"] = ends.isoformat()
        following = None if later is None else self.at(later)
        expect = {"allowed": not forbids, "rules": sorted(forbids), "next_legal": following}
        debtor = {"id": "p1"} | parts.pop("debtor", {})
        return {
            "name": name,
            "policies": policies,
            "contact": contact | parts.pop("contact", {}),
            "creditor": {"jurisdictions": [self.jurisdictions[0]]},
            "debt": {"id": "d1"} | parts.pop("debt", {}),
            "debtor": debtor,
            "expect": expect,
        } | parts


def each(cases: Sequence[Case]) -> list[Case]:
    """The cases, no two of one name."""
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names), sorted(n for n in names if names.count(n) > 1)
    return list(cases)
