"""The records of the rulebook: rules, packs, the book of all packs, and rulings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from fieldops.domain.rulebook.predicates.clause import Clause
from fieldops.domain.rulebook.vocabulary import (
    Authority,
    Channel,
    CreditorKind,
    Effect,
    Gate,
    Lift,
    PlaceKind,
    Provenance,
    Purpose,
    Role,
)

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or title in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Chinese for "zh" and its regions, else English."""
        return self.zh if language.lower().startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class AppliesWhen:
    """To which contacts a rule applies; an empty set means all."""

    channels: frozenset[Channel]
    purposes: frozenset[Purpose]
    creditor_kinds: frozenset[CreditorKind]
    except_creditor_kinds: frozenset[CreditorKind]
    roles: frozenset[Role]
    places: frozenset[PlaceKind]
    gates: frozenset[Gate]


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """One version of one rule, in force from the first to the last of its days inclusive."""

    id: str
    jurisdiction: str
    authority: Authority
    effect: Effect
    effective_from: date | None
    effective_to: date | None
    applies_when: AppliesWhen
    predicate: str
    params: Mapping[str, Any]
    clause: Clause
    switched_on: bool
    overridable_by: tuple[Lift, ...]
    yields_to: tuple[str, ...]
    source: str
    provenance: Provenance
    title: Text
    message: Text

    @property
    def is_policy(self) -> bool:
        """Whether it is a choice of our own, which a test may switch off."""
        return self.authority is Authority.POLICY

    def in_force_on(self, day: date) -> bool:
        """Whether it is switched on and that day is one of its days."""
        if not self.switched_on:
            return False
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, eq=False, slots=True)
class RulePack:
    """The rules of one jurisdiction, with their canonical content and its hash.

    `also_called` are other codes of the same jurisdiction, such as GB for UK.
    """

    id: str
    version: str
    jurisdiction: str
    also_called: tuple[str, ...]
    timezone: tzinfo | None
    effective_from: date | None
    effective_to: date | None
    signed_off_by: str
    signed_off_at: date | None
    rules: tuple[Rule, ...]
    content: str
    sha256: str

    @property
    def name(self) -> str:
        """As a ruling names it: "cn-2026.1+sha256:..."."""
        return f"{self.id}-{self.version}+sha256:{self.sha256}"

    @property
    def codes(self) -> tuple[str, ...]:
        """By what codes its jurisdiction goes."""
        return (self.jurisdiction, *self.also_called)

    @property
    def is_signed_off(self) -> bool:
        """Whether a lawyer of the jurisdiction has put a name and a day to it."""
        return bool(self.signed_off_by and self.signed_off_at)


@dataclass(frozen=True, eq=False)
class RuleBook:
    """All packs that were loaded; two books of the same files are still two books."""

    packs: tuple[RulePack, ...]

    def __iter__(self) -> Iterator[Rule]:
        """Every version of every rule, pack by pack."""
        return iter([rule for pack in self.packs for rule in pack.rules])

    def versions(self, rule_id: str) -> tuple[Rule, ...]:
        """All versions of a rule, oldest first; none when there is no such rule."""
        return tuple(rule for pack in self.packs for rule in pack.rules if rule.id == rule_id)

    def packs_for(self, jurisdictions: Iterable[str]) -> tuple[RulePack, ...]:
        """The packs of these jurisdictions and of what they lie in, then those for everywhere."""
        wanted = {part for code in jurisdictions for part in _within(code)}
        local = [pack for pack in self.packs if not wanted.isdisjoint(pack.codes)]
        return (*local, *(pack for pack in self.packs if pack.jurisdiction == EVERYWHERE))

    def uncovered(self, jurisdictions: Iterable[str]) -> tuple[str, ...]:
        """Those without a pack of their own or of what they lie in."""
        known = {code for pack in self.packs for code in pack.codes}
        return tuple(code for code in jurisdictions if known.isdisjoint(_within(code)))

    def zones(self, jurisdictions: Iterable[str]) -> tuple[tzinfo, ...]:
        """The zone of each jurisdiction that has one: its own, else that of what it lies in."""
        zoned = {code: pack.timezone for pack in self.packs for code in pack.codes if pack.timezone}
        found = (next((zoned[c] for c in _within(j) if c in zoned), None) for j in jurisdictions)
        return tuple(dict.fromkeys(zone for zone in found if zone))


def _within(code: str) -> tuple[str, ...]:
    """A jurisdiction and what it lies in, the narrower first."""
    country = code.partition("-")[0]
    return (code,) if country == code else (code, country)


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: what it asks, where that stands, and what was found instead."""

    rule: str
    effect: Effect
    authority: Authority
    source: str
    params: Mapping[str, Any]
    found: Mapping[str, Any]
    overridable_by: tuple[Lift, ...]
    message: Text = field(compare=False)

    def to_json(self) -> dict[str, Any]:
        """As the answer to a proposed contact carries it."""
        return {
            "rule": self.rule,
            "effect": self.effect.value,
            "authority": self.authority.value,
            "source": self.source,
            "params": dict(self.params),
            "found": dict(self.found),
            "overridable_by": [lift.value for lift in self.overridable_by],
        }


@dataclass(frozen=True, slots=True)
class Overridden:
    """A rule that did not forbid because an officer overrode it, and the override's id."""

    rule: str
    override: str

    def to_json(self) -> dict[str, str]:
        """As a kept ruling carries it."""
        return {"rule": self.rule, "override_id": self.override}


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer to a proposed contact; `next_legal` is None when no time mends it."""

    allowed: bool
    violations: tuple[Violation, ...]
    warnings: tuple[Violation, ...]
    next_legal: datetime | None
    packs: tuple[RulePack, ...] = field(repr=False)
    overridden: tuple[Overridden, ...] = ()

    @property
    def rule_pack(self) -> str:
        """The packs by which it was judged, each with its version and hash."""
        return " ".join(pack.name for pack in self.packs)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that forbid, each once, in order."""
        return tuple(sorted({violation.rule for violation in self.violations}))

    def to_json(self) -> dict[str, Any]:
        """As JSON, times with the debtor's offset."""
        return {
            "allowed": self.allowed,
            "violations": [violation.to_json() for violation in self.violations],
            "warnings": [warning.to_json() for warning in self.warnings],
            "next_legal": self.next_legal and self.next_legal.isoformat(),
            "rule_pack": self.rule_pack,
        }
