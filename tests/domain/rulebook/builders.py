"""Builders of proposals and rule packs with harmless defaults."""

from pathlib import Path
from typing import Any

from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.loading import book_from, pack_from
from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.records import RuleBook, Ruling
from fieldops.gateways.rulebook import load_packs

SHIPPED = Path(__file__).parents[3] / "config" / "rulebook"
BOOK = load_packs(SHIPPED)
CREW = [{"id": "a1", "trained_until": "2028-03-31"}, {"id": "a2", "trained_until": "2028-03-31"}]


def raw_proposal(
    start: str = "2026-03-02T10:00:00+08:00",
    end: str | None = "2026-03-02T10:20:00+08:00",
    *,
    contact: dict[str, Any] | None = None,
    place: dict[str, Any] | None = None,
    party: dict[str, Any] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    """A lawful visit to a debtor at home in Shanghai, as JSON, with what a test changes."""
    home = {"kind": "home", "timezone": "Asia/Shanghai", "jurisdictions": ["CN"]}
    whole = {
        "channel": "visit",
        "purpose": "collect",
        "party": {"id": "p1", "role": "debtor"} | (party or {}),
        "place": home | (place or {}),
        "start": start,
        "end": end,
        "agents": CREW,
    }
    return {"contact": whole | (contact or {}), **rest}


def proposal(*args: Any, **kwargs: Any) -> Proposal:
    """The same, parsed."""
    return parse_proposal(raw_proposal(*args, **kwargs))


def ruling(*args: Any, policies: bool = True, book: RuleBook = BOOK, **kwargs: Any) -> Ruling:
    """The ruling on such a visit."""
    return judge(proposal(*args, **kwargs), book, policies=policies)


def at(start: str, end: str, **kwargs: Any) -> tuple[str, ...]:
    """The rules that forbid a visit on 2 March 2026 between two clock times, policies off."""
    span = (f"2026-03-02T{start}:00+08:00", f"2026-03-02T{end}:00+08:00")
    return ruling(*span, policies=False, **kwargs).rules


def raw_rule(**changes: Any) -> dict[str, Any]:
    """One rule of a made-up pack: contact between 08:00 and 21:00."""
    text = {"zh": "试验", "en": "A trial"}
    return {
        "id": "XX-TIME-01",
        "authority": "STATUTE",
        "effect": "DENY",
        "predicate": "hours",
        "params": {"schedules": [{"windows": [["08:00", "21:00"]]}]},
        "source": "made up for a test",
        "provenance": "unconfirmed",
        "title": text,
        "message": text,
    } | changes


def raw_pack(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A pack of such rules."""
    head = {"id": "xx", "version": "1", "jurisdiction": "XX"} | changes
    return {"pack": head, "rule": list(rules) or [raw_rule()]}


def book_of(*rules: dict[str, Any], **changes: Any) -> RuleBook:
    """A book of one such pack."""
    return book_from([pack_from(raw_pack(*rules, **changes), "xx.toml")])


def in_xx(zone: str = "Asia/Shanghai") -> dict[str, Any]:
    """A place in the made-up jurisdiction."""
    return {"timezone": zone, "jurisdictions": ["XX"]}
