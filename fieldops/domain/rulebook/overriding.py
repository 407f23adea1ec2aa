"""Overrides: an officer's word for one contact, where the rule itself names his office.

A consent or an agreement is the debtor's or the lender's to give, and is no override: a rule that
names nobody else, as those on unlawful hours, is lifted by no office.
"""

from collections.abc import Iterable
from typing import Final

from fieldops.domain.rulebook.predicates.clause import Setting
from fieldops.domain.rulebook.predicates.consents import starts_within
from fieldops.domain.rulebook.proposal import Override, Proposal
from fieldops.domain.rulebook.reading import as_utc
from fieldops.domain.rulebook.records import Rule
from fieldops.domain.rulebook.spans import Span, gaps
from fieldops.domain.rulebook.vocabulary import Lift

OFFICES: Final = frozenset({Lift.CASE_WORKER, Lift.COUNSEL, Lift.COURT_ORDER})
"""The words of a rule's `overridable_by` that an officer may speak."""


def offices_of(rule: Rule) -> tuple[Lift, ...]:
    """The offices that may override the rule; none for most."""
    return tuple(lift for lift in rule.overridable_by if lift in OFFICES)


def bearing(rule: Rule, proposal: Proposal) -> list[Override]:
    """The overrides that let this very contact through against the rule, whatever its time."""
    if not proposal.overrides:
        return []
    contact, offices = proposal.contact, offices_of(rule)
    wanted = (rule.id, proposal.debtor.id, contact.party.id, proposal.debt.id, contact.channel)
    return [
        one
        for one in proposal.overrides
        if (one.rule, one.debtor, one.party, one.debt, one.channel) == wanted
        and one.office in offices
    ]


def not_overridden(rule: Rule, setting: Setting, blocked: list[Span]) -> list[Span]:
    """What is left of the starts that a rule forbids when those under an override are taken out."""
    overrides = bearing(rule, setting.proposal)
    if not overrides or not blocked:
        return blocked
    free = starts_within([_time(one) for one in overrides], setting.length)
    return [left for part in blocked for left in gaps(free, part)]


def used(rule: Rule, proposal: Proposal, at: Span) -> list[Override]:
    """The overrides in whose time a contact over this span lies."""
    return [one for one in bearing(rule, proposal) if _holds(_time(one), at)]


def _time(override: Override) -> Span:
    return as_utc(override.start), as_utc(override.until)


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def first(overrides: Iterable[Override]) -> Override:
    """The one that counts as used where several would do: the one that ends first."""
    return min(overrides, key=lambda one: (as_utc(one.until), one.id))
