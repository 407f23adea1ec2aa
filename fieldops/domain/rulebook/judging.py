"""Judging a proposed contact: every broken rule, and the earliest start at which none is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from fieldops.domain.rulebook.overriding import first, not_overridden, used
from fieldops.domain.rulebook.predicates.clause import Setting
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.reading import as_utc
from fieldops.domain.rulebook.records import (
    Overridden,
    Rule,
    RuleBook,
    RulePack,
    Ruling,
    Violation,
)
from fieldops.domain.rulebook.spans import DAY, TICK, Span, clipped, gaps, midnight
from fieldops.domain.rulebook.vocabulary import Effect, Gate

FAR = 7_305 * DAY
"""How far ahead a lawful start is looked for: twenty years."""

HORIZONS = (2 * DAY, 20 * DAY, 400 * DAY)
"""How far the hours of the day are tried, near first; in more than a year they only repeat."""

_MANY_SELECTIONS = 4_096


@dataclass(frozen=True, slots=True)
class Docket:
    """A proposal with the rules that apply to it, and its setting in each candidate zone."""

    proposal: Proposal
    settings: tuple[Setting, ...]
    rules: tuple[Rule, ...]
    packs: tuple[RulePack, ...]

    @property
    def length(self) -> timedelta:
        """How long the contact lasts."""
        return self.settings[0].length

    @property
    def forbidding(self) -> list[Rule]:
        """The rules that can forbid, leaving out those that only warn."""
        return [rule for rule in self.rules if rule.effect is not Effect.WARN]


def docket(
    proposal: Proposal,
    book: RuleBook,
    *,
    policies: bool = True,
    gate: Gate | None = None,
    length: timedelta | None = None,
) -> Docket:
    """Gather what a judgement needs; `length` replaces the contact's own."""
    at = gate or proposal.gate
    packs, uncovered = _law(book, proposal.jurisdictions)
    lasts = length or proposal.contact.length
    settings = tuple(
        Setting(proposal, zone, lasts, at, uncovered) for zone in _zones(proposal, book)
    )
    return Docket(
        proposal=proposal,
        settings=settings,
        rules=_selected(book, _traits(proposal, at, policies=policies)),
        packs=packs,
    )


@lru_cache(maxsize=_MANY_SELECTIONS)
def _law(
    book: RuleBook, jurisdictions: tuple[str, ...]
) -> tuple[tuple[RulePack, ...], tuple[str, ...]]:
    """The packs that hold there, and the jurisdictions that have none."""
    return book.packs_for(jurisdictions), book.uncovered(jurisdictions)


def _zones(proposal: Proposal, book: RuleBook) -> tuple[tzinfo, ...]:
    # Where the debtor's place states no zone it is that of its jurisdiction, and where that has
    # several, the offset in which the contact itself is written. The creditor's says nothing.
    contact = proposal.contact
    if contact.place.zones:
        return contact.place.zones
    where = contact.place.jurisdictions or proposal.jurisdictions
    return book.zones(where) or (contact.start.tzinfo or UTC,)


Traits = tuple[Any, ...]


def _traits(proposal: Proposal, gate: Gate, *, policies: bool) -> Traits:
    contact = proposal.contact
    return (
        proposal.jurisdictions,
        policies,
        (contact.channel, contact.purpose, proposal.creditor.kind),
        (contact.party.role, contact.place.kind, gate),
    )


@lru_cache(maxsize=_MANY_SELECTIONS)
def _selected(book: RuleBook, traits: Traits) -> tuple[Rule, ...]:
    jurisdictions, policies, first, second = traits
    return tuple(
        rule
        for pack in book.packs_for(jurisdictions)
        for rule in pack.rules
        if rule.switched_on
        and (policies or not rule.is_policy)
        and _applies(rule, (*first, *second))
    )


def _applies(rule: Rule, traits: Traits) -> bool:
    when = rule.applies_when
    asked: tuple[frozenset[Any], ...] = (
        when.channels,
        when.purposes,
        when.creditor_kinds,
        when.roles,
        when.places,
        when.gates,
    )
    _, _, kind, *_ = traits
    return kind not in when.except_creditor_kinds and all(
        not wanted or trait in wanted for wanted, trait in zip(asked, traits, strict=True)
    )


def blocked(rule: Rule, case: Docket, span: Span) -> list[Span]:
    """The starts within the span that a rule forbids while it is in force, in any of the zones."""
    found: list[Span] = []
    for setting in case.settings:
        at = _in_force(rule, setting, span)
        if at[0] < at[1]:
            found += not_overridden(rule, setting, rule.clause.blocked(setting, at))
    return found


def _in_force(rule: Rule, setting: Setting, span: Span) -> Span:
    if rule.effective_from is None and rule.effective_to is None:
        return span
    # A contact that runs into the first day of a rule falls under it.
    start, end = span
    if rule.effective_from:
        start = max(start, midnight(setting.zone, rule.effective_from) - setting.length + TICK)
    if rule.effective_to:
        end = min(end, midnight(setting.zone, rule.effective_to + DAY))
    return start, end


def judge(
    proposal: Proposal, book: RuleBook, *, policies: bool = True, gate: Gate | None = None
) -> Ruling:
    """Judge one contact against all packs of its jurisdictions; the strictest wins.

    `policies=False` leaves out the rules of our own; `gate` is the proposal's unless given.
    """
    case = docket(proposal, book, policies=policies, gate=gate)
    start = as_utc(proposal.contact.start)
    broken = broken_at(case, case.rules, start)
    violations = tuple(v for v in broken if v.effect is not Effect.WARN)
    following = first_lawful(case, start) if violations else start
    zone = case.settings[0].zone
    return Ruling(
        allowed=not violations,
        violations=violations,
        warnings=tuple(v for v in broken if v.effect is Effect.WARN),
        next_legal=following and following.astimezone(zone),
        packs=case.packs,
        overridden=_overridden(case, start),
    )


def barring(proposal: Proposal, book: RuleBook) -> tuple[str, ...]:
    """The ids of the rules that forbid a contact, as its ruling has them.

    When it would be lawful is not looked for, which is most of what a ruling costs.
    """
    case = docket(proposal, book)
    broken = broken_at(case, case.rules, as_utc(proposal.contact.start))
    return tuple(sorted({each.rule for each in broken if each.effect is not Effect.WARN}))


def _overridden(case: Docket, start: datetime) -> tuple[Overridden, ...]:
    """The rules that would be broken but for an override, each with the one that is used."""
    if not case.proposal.overrides:
        return ()
    at, whole = (start, start + TICK), (start, start + case.length)
    without = replace(case.proposal, overrides=())
    bare = replace(
        case,
        settings=tuple(replace(one, proposal=without) for one in case.settings),
    )
    return tuple(
        Overridden(rule.id, first(found).id)
        for rule in case.forbidding
        if (found := used(rule, case.proposal, whole)) and _found(rule, bare, at) is not None
    )


def broken_at(case: Docket, rules: Iterable[Rule], start: datetime) -> list[Violation]:
    """The rules that a contact starting then breaks; a policy yields to the law it names."""
    at = (start, start + TICK)
    broken = {rule: found for rule in rules if (found := _found(rule, case, at)) is not None}
    ids = {rule.id for rule in broken}
    return [
        _violation(rule, found)
        for rule, found in broken.items()
        if not ids.intersection(rule.yields_to)
    ]


def _found(rule: Rule, case: Docket, at: Span) -> dict[str, Any] | None:
    for setting in case.settings:
        if clipped(blocked(rule, replace(case, settings=(setting,)), at), at):
            return rule.clause.found(setting, at[0])
    return None


def _violation(rule: Rule, found: dict[str, Any]) -> Violation:
    return Violation(
        rule=rule.id,
        effect=rule.effect,
        authority=rule.authority,
        source=rule.source,
        params=rule.params,
        found=found,
        overridable_by=rule.overridable_by,
        message=rule.message,
    )


def first_lawful(case: Docket, start: datetime) -> datetime | None:
    """The earliest start from then on that no rule forbids, or None when no time mends it.

    What lasts (holds, caps, training) is looked at for many years ahead, the hours of the day
    only where that leaves a gap.
    """
    far = (start, start + FAR)
    lasting = (r for r in case.forbidding if not r.clause.daily)
    for gap in gaps([part for rule in lasting for part in blocked(rule, case, far)], far):
        for horizon in HORIZONS:
            near = (gap[0], min(gap[1], gap[0] + horizon))
            if found := next(lawful_starts(case, near), None):
                return found[0]
    return None


def lawful_starts(case: Docket, span: Span) -> Iterator[Span]:
    """The spans of starts that no rule forbids, in order."""
    forbidden = (part for rule in case.forbidding for part in blocked(rule, case, span))
    return gaps(forbidden, span)
